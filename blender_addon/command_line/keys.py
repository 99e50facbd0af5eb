"""How the motion is keyed."""

from __future__ import annotations

import argparse
from math import radians

import bpy

from ..properties import keys as choices
from .parser import number_within, words

MODES = words(choices.MODES)
"""Words of the command line, and what they are called in the scene's settings."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of keys and tolerances."""
    keys = parser.add_argument_group("keys")
    keys.add_argument(
        "--keys", choices=MODES, default="reduced", help="where keys are set; ones, twos and threes hold poses and drawings (default: %(default)s)"
    )
    keys.add_argument(
        "--angle-tolerance", type=number_within(0.01, 45), default=1.0, metavar="DEG", help="of reduced rotations, degrees (default: %(default)s)"
    )
    keys.add_argument(
        "--distance-tolerance", type=number_within(0.005, 20), default=0.5, metavar="PERCENT", help="of reduced locations, %% of height (default: %(default)s)"
    )
    keys.add_argument(
        "--stretch-tolerance",
        type=number_within(0.01, 50),
        default=1.0,
        metavar="PERCENT",
        help="of reduced scales, %% of a bone's length (default: %(default)s)",
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set mode and tolerances."""
    keys = scene.retarget2d.keys
    keys.mode = MODES[options.keys]
    keys.angle = radians(options.angle_tolerance)
    keys.distance, keys.stretch = options.distance_tolerance, options.stretch_tolerance
