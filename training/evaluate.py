"""Compare the networks with simpler methods on held-out motion: `python -m training.evaluate --data FOLDER`.

Writes EVALUATION.md and evaluation.json.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from .evaluation.comparison import Comparison
from .evaluation.conditions import CONDITION_NAMES, Motion, condition_named
from .evaluation.draws import Lot
from .evaluation.methods import ROW_NAMES, Sources, row_named
from .evaluation.report import Report, write
from .motion_library import MotionLibrary
from .motion_sources import DATA_VARIABLE, add_motion_arguments, motion_library

log = logging.getLogger("training")

CASES = 96
LOW_CATEGORIES = frozenset({"sit", "sit down/stand up", "crouch/bend", "fall/death", "acrobatics", "lying", "crawl"})
"""Categories of motion near the ground."""
SHOWN_OPTIONS = ("rows", "conditions", "cases", "seed")
"""Options that change the figures, so that the report names them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where the evaluation was written."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = _parser().parse_args(arguments)
    try:
        lots = lots_of(motion_of(options), options.seed)
        if options.threads:
            torch.set_num_threads(options.threads)
        sources = Sources(options.data, options.device, options.paper_weights, options.kinematic_weights)
        comparison = Comparison([row_named(name) for name in options.rows], sources)
        results = comparison.run(lots, [condition_named(name) for name in options.conditions], options.cases)
        written = write(Report(results, _command(options), options.seed), options.output)
    except (ValueError, OSError) as error:
        log.error("%s", error)
        return 1
    log.info("written: %s", ", ".join(map(str, written)))
    return 0


def motion_of(options: argparse.Namespace) -> MotionLibrary:
    """The motion that the arguments name.

    Raises ValueError where they name none, FileNotFoundError where it is not there.
    """
    if not (options.data or options.bvh):
        raise ValueError(
            f"There is no motion to evaluate on: name the folder that holds motion/ with --data or ${DATA_VARIABLE}, or download BVH files, "
            "for example the motion capture of mocap.cs.cmu.edu, and name their folder with --bvh."
        )
    return motion_library(options)


def lots_of(library: MotionLibrary, seed: int) -> dict[Motion, Lot]:
    """What is drawn from for each kind of motion; everyday motion where there is some."""
    lots = {Motion.CAPTURED: Lot(held_out_motion(library), seed)}
    everyday = library.everyday()
    if everyday.clips:
        lots[Motion.EVERYDAY] = Lot(everyday, seed)
        lots[Motion.LOW] = Lot(low_motion(everyday), seed)
    return lots


def low_motion(library: MotionLibrary) -> MotionLibrary:
    """The clips of LOW_CATEGORIES alone, on the same bodies."""
    return replace(library, clips=tuple(clip for clip in library.clips if clip.category in LOW_CATEGORIES))


def held_out_motion(library: MotionLibrary) -> MotionLibrary:
    """What is never trained on; all of it where nothing is held out, as with BVH files of the user's own."""
    held_out = library.held_out()
    return held_out if held_out.clips and held_out.bodies else library


def _command(options: argparse.Namespace) -> str:
    """The command that made the figures, the place of the data aside."""
    words = [
        "python -m training.evaluate",
        *(f"--{name} {name.upper()}_FOLDER" for name in ("data", "bvh") if getattr(options, name)),
    ]
    defaults = _parser().parse_args([])
    for name in SHOWN_OPTIONS:
        value = getattr(options, name)
        if value != getattr(defaults, name):
            words.append(f"--{name} {' '.join(value) if isinstance(value, list) else value}")
    words += [
        f"--{name} FILE" for name in ("paper-weights", "kinematic-weights") if getattr(options, name.replace("-", "_"))
    ]
    return " ".join(words)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_motion_arguments(parser)
    parser.add_argument(
        "--rows",
        nargs="+",
        choices=ROW_NAMES,
        default=list(ROW_NAMES),
        metavar="ROW",
        help=f"of {', '.join(ROW_NAMES)} (default: all)",
    )
    parser.add_argument(
        "--conditions",
        nargs="+",
        choices=CONDITION_NAMES,
        default=list(CONDITION_NAMES),
        metavar="CONDITION",
        help=f"of {', '.join(CONDITION_NAMES)}",
    )
    parser.add_argument(
        "--cases", type=count_above_zero, default=CASES, help="cases a condition (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument("--threads", type=count_above_zero, help="CPU threads (default: torch's choice)")
    parser.add_argument("--paper-weights", type=Path, help="evaluate this weights file instead of our own `paper`")
    parser.add_argument(
        "--kinematic-weights", type=Path, help="evaluate this weights file instead of our own `kinematic`"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("docs"),
        help="folder for EVALUATION.md and evaluation.json (default: %(default)s)",
    )
    return parser


def count_above_zero(text: str) -> int:
    """A whole number of 1 or more, from the command line."""
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return count


if __name__ == "__main__":
    sys.exit(main())
