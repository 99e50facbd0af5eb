"""Read many pose files that the grammar of each format makes, damaged in their structure, and count how they end:

    python -m tests.reliability.fuzz_poses --seed 1 --count 10000

Each is read in a process with a limit of CPU time. What is accepted is cleaned; one in `--retarget` is retargeted too,
where it is no longer than LONGEST. The exit status is 1 where any crashed, hung, ended in a traceback or took over a
gigabyte.
"""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import numpy as np

from blender_addon.core.pose_files import PoseFile, PoseFileError, read
from tests.reliability.pose_inputs import FORMATS, made_input

if TYPE_CHECKING:
    from blender_addon.core.retargeting import Retargeter

LONGEST_CPU = 10.0
"""Seconds of CPU time after which an input hangs."""
MOST_MEMORY = 1 << 30
LONGEST = 2000
"""Frames that are retargeted at most."""
BATCH = 500
"""Inputs a process."""


class Hung(BaseException):
    """An input took too long."""


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise Hung


def outcome(seed: int, folder: Path, retargeter: Retargeter | None = None) -> str:
    """How the input of a seed ends: accepted, refused, or with what is wrong.

    Args:
        seed: Which input.
        folder: An empty folder to write it into.
        retargeter: What an accepted one is retargeted with; None for none.
    """
    made = made_input(seed, folder)
    signal.signal(signal.SIGPROF, _too_long)
    signal.setitimer(signal.ITIMER_PROF, LONGEST_CPU)
    try:
        poses = read(made.path, **made.options)
        _use(poses, retargeter)
    except PoseFileError as error:
        sentence = str(error)
        is_one = sentence.endswith(".") and "\n" not in sentence and len(sentence) < 1000
        return "refused" if is_one else f"no sentence: {sentence[:200]!r}"
    except Hung:
        return "hung"
    except Exception:
        return f"traceback: {traceback.format_exc(limit=-4)}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return "accepted"


def _use(poses: PoseFile, retargeter: Retargeter | None) -> None:
    """Clean everybody, and retarget the first."""
    from blender_addon.core.motion import View
    from blender_addon.core.smoothing import cleaned_for_network

    for person in poses.people:
        clean, places = cleaned_for_network(person, 0.5)
        assert np.isfinite(clean.positions).all()
        assert np.isfinite(places).all()
    first, _ = cleaned_for_network(poses.people[0], 0.5)
    if retargeter is not None and len(first) <= LONGEST:
        motion = retargeter.retarget(first, None, View(30.0))
        assert np.isfinite(motion.positions).all()


def run_batch(first: int, count: int, every: int, told: Path) -> None:
    """Read some inputs in this process, and write a line of JSON for each."""
    logging.disable(logging.CRITICAL)
    retargeter = None
    if every:
        from blender_addon.core.retargeting import Retargeter

        retargeter = Retargeter.load("kinematic", "cpu")
    with told.open("w", encoding="utf-8") as file:
        for seed in range(first, first + count):
            folder = Path(tempfile.mkdtemp(prefix="pose_input_"))
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            ended = outcome(seed, folder, retargeter if every and seed % every == 0 else None)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            if peak > before and peak * 1024 > MOST_MEMORY:
                ended = f"over a gigabyte ({peak >> 10} MB)"
            shutil.rmtree(folder, ignore_errors=True)
            file.write(json.dumps([seed, ended]) + "\n")
            file.flush()


def fuzz(seed: int, count: int, every: int) -> tuple[Counter[tuple[str, str]], list[tuple[int, str]]]:
    """Read the inputs of `count` seeds from the first on.

    Returns:
        How many of each format ended how, and the seeds that ended badly, with how.
    """
    counts: Counter[tuple[str, str]] = Counter()
    bad: list[tuple[int, str]] = []
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        told = Path(name) / "told"
        at = seed
        while at < seed + count:
            process = context.Process(target=run_batch, args=(at, min(BATCH, seed + count - at), every, told))
            process.start()
            process.join()
            ended = (
                [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()] if told.exists() else []
            )
            told.unlink(missing_ok=True)
            at += len(ended)
            if process.exitcode:
                ended.append((at, f"crash: exit status {process.exitcode}"))
                at += 1
            for number, how in ended:
                word = how.partition(":")[0]
                counts[FORMATS[number % len(FORMATS)], word] += 1
                if how not in {"accepted", "refused"}:
                    bad.append((number, how))
            sys.stderr.write(f"{at - seed} of {count}, {len(bad)} bad\n")
    return counts, bad


def main() -> int:
    """Count, and say what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="the first input (default: %(default)s)")
    parser.add_argument("--count", type=int, default=10_000, help="how many (default: %(default)s)")
    parser.add_argument("--retarget", type=int, default=20, metavar="N", help="every Nth is retargeted too; 0: none")
    options = parser.parse_args()
    began = time.monotonic()
    counts, bad = fuzz(options.seed, options.count, options.retarget)
    for name in FORMATS:
        own = {how: number for (format_, how), number in sorted(counts.items()) if format_ == name}
        sys.stdout.write(f"{name:20} " + ", ".join(f"{how} {number}" for how, number in own.items()) + "\n")
    totals = Counter[str]()
    for (_, how), number in counts.items():
        totals[how] += number
    spent = f"{time.monotonic() - began:.0f} s"
    sys.stdout.write(f"{options.count} inputs from seed {options.seed} in {spent}: {dict(totals)}\n")
    for number, how in bad[:20]:
        sys.stderr.write(f"seed {number}: {how}\n")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
