"""How the motion is keyed."""

from __future__ import annotations

import argparse
from math import radians

import bpy

from ..properties import keys as choices
from .parser import SCENE, number_within, set_given, words

MODES = words(choices.MODES)
"""Words of the command line, and what they are called in the scene's settings."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of keys and tolerances."""
    keys = parser.add_argument_group("keys")
    keys.add_argument(
        "--keys", choices=MODES, help=f"where keys are set; ones, twos and threes hold poses and drawings ({SCENE})"
    )
    keys.add_argument(
        "--angle-tolerance",
        type=number_within(0.01, 45),
        metavar="DEG",
        help=f"of reduced rotations, degrees ({SCENE})",
    )
    keys.add_argument(
        "--distance-tolerance",
        type=number_within(0.005, 20),
        metavar="PERCENT",
        help=f"of reduced locations, %% of height ({SCENE})",
    )
    keys.add_argument(
        "--stretch-tolerance",
        type=number_within(0.01, 50),
        metavar="PERCENT",
        help=f"of reduced scales, %% of a bone's length ({SCENE})",
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set what is asked for."""
    angle = radians(options.angle_tolerance) if options.angle_tolerance is not None else None
    set_given(
        scene.retarget2d.keys,
        {
            "mode": MODES.get(options.keys),
            "angle": angle,
            "distance": options.distance_tolerance,
            "stretch": options.stretch_tolerance,
        },
    )
