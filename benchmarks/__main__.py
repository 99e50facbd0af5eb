"""`python -m benchmarks`: how many frames a second are retargeted."""

import sys

from .throughput import main

if __name__ == "__main__":
    sys.exit(main())
