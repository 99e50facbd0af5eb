"""Give the product many inputs that are put together wrongly, and count how they end:

    python -m tests.reliability.fuzz poses --seed 1 --count 10000
    python -m tests.reliability.fuzz videos --seed 1 --count 5000
    python -m tests.reliability.fuzz commands --seed 1 --count 5000
    .venv-bpy-4.5/bin/python -m tests.reliability.fuzz edits --seed 1 --count 2000
    .venv-bpy-4.5/bin/python -m tests.reliability.fuzz files --seed 1 --count 2000

A seed is one input. Inputs run one after the other in a process that lives on, under limits of CPU time and memory.
What is accepted goes through cleaning and retargeting. The exit status is 1 where any input crashed, hung, ended in a
traceback, was refused in no sentence, or took over a gigabyte.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.reliability.fuzzing import SUBJECTS, fuzz, subject


def main() -> int:
    """Count, and say what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("subject", choices=SUBJECTS, help="what is fuzzed")
    parser.add_argument("--seed", type=int, default=1, help="the first input (default: %(default)s)")
    parser.add_argument("--count", type=int, default=1000, help="how many (default: %(default)s)")
    options = parser.parse_args()
    began = time.monotonic()
    results = fuzz(options.subject, options.seed, options.count)
    for name in dict.fromkeys(subject(options.subject).NAMES):
        own = {how: number for (kind, how), number in sorted(results.counts.items()) if kind == name}
        sys.stdout.write(f"{name:24} " + ", ".join(f"{how} {number}" for how, number in own.items()) + "\n")
    totals = Counter[str]()
    for (_, how), number in results.counts.items():
        totals[how] += number
    spent = f"{time.monotonic() - began:.0f} s"
    sys.stdout.write(f"{options.count} {options.subject} from seed {options.seed} in {spent}: {dict(totals)}\n")
    return bool(results.bad)


if __name__ == "__main__":
    sys.exit(main())
