"""`python -m benchmarks.rendered`: render the clips."""

import sys

from .render import main

if __name__ == "__main__":
    sys.exit(main())
