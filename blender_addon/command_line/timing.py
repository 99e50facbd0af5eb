"""When the motion is performed: how fast, and whether as a cycle."""

from __future__ import annotations

import argparse
from argparse import BooleanOptionalAction

import bpy

from ..bridge.settings.timing import FASTEST, SLOWEST
from ..properties import timing as choices
from .parser import SCENE, number_within, set_given, whole_number_within, words

ROOTS = words(choices.ROOTS)
"""Words of the command line, and what they are called in the scene's settings."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of speed and cycle."""
    timing = parser.add_argument_group("timing")
    timing.add_argument(
        "--speed",
        type=number_within(SLOWEST, FASTEST),
        metavar="S",
        help=f"0.1 to 10 times as fast as filmed ({SCENE})",
    )
    timing.add_argument(
        "--cycle", action=BooleanOptionalAction, help=f"find the part that repeats best, and close its seam ({SCENE})"
    )
    timing.add_argument(
        "--cycle-frames",
        type=whole_number_within(2, 100_000),
        metavar="N",
        help=f"frames that a cycle lasts at least ({SCENE})",
    )
    timing.add_argument("--cycle-root", choices=ROOTS, help=f"where the cycle goes ({SCENE})")
    timing.add_argument(
        "--repeats", type=whole_number_within(1, 1000), metavar="N", help=f"cycles that are keyed or drawn ({SCENE})"
    )
    timing.add_argument(
        "--endless",
        action=BooleanOptionalAction,
        help=f"let curves go on beyond their last key, by a Cycles modifier ({SCENE})",
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set what is asked for."""
    set_given(
        scene.retarget2d.timing,
        {
            "speed": options.speed,
            "cycle": options.cycle,
            "shortest": options.cycle_frames,
            "root": ROOTS.get(options.cycle_root),
            "repeats": options.repeats,
            "endless": options.endless,
        },
    )
