"""When the motion is performed: how fast, and whether as a cycle."""

from __future__ import annotations

import argparse

import bpy

from ..bridge.settings.timing import FASTEST, SLOWEST
from ..properties import timing as choices
from .parser import number_within, whole_number_within, words

ROOTS = words(choices.ROOTS)
"""Words of the command line, and what they are called in the scene's settings."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of speed and cycle."""
    timing = parser.add_argument_group("timing")
    fast = number_within(SLOWEST, FASTEST)
    timing.add_argument("--speed", type=fast, default=1.0, metavar="S", help="0.1 to 10 times as fast as filmed (default: %(default)s)")
    timing.add_argument("--cycle", action="store_true", help="find the part that repeats best, and close its seam")
    timing.add_argument(
        "--cycle-frames", type=whole_number_within(2, 100_000), default=12, metavar="N", help="frames that a cycle lasts at least (default: %(default)s)"
    )
    timing.add_argument("--cycle-root", choices=ROOTS, default="carried-on", help="where the cycle goes (default: %(default)s)")
    timing.add_argument("--repeats", type=whole_number_within(1, 1000), default=1, metavar="N", help="cycles that are keyed or drawn (default: %(default)s)")
    timing.add_argument("--no-endless", action="store_true", help="let curves end with their last key, without a Cycles modifier")


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set speed and cycle."""
    timing = scene.retarget2d.timing
    timing.speed, timing.cycle, timing.shortest = options.speed, options.cycle, options.cycle_frames
    timing.root, timing.repeats, timing.endless = ROOTS[options.cycle_root], options.repeats, not options.no_endless
