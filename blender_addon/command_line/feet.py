"""How feet stand, and which ends of the body turn by the landmarks."""

from __future__ import annotations

import argparse

import bpy

from ..properties import feet as choices
from .parser import SCENE, set_given, words

PLANTING, LIMB_KEYS = words(choices.PLANTING), words(choices.LIMB_KEYS)
"""Words of the command line, and what they are called in the scene's settings."""
ENDS = ("hands", "feet", "head")


def add(parser: argparse.ArgumentParser) -> None:
    """The options of feet and of hands, feet and head."""
    feet = parser.add_argument_group("feet, hands and head")
    feet.add_argument("--feet", choices=PLANTING, help=f"which standing feet are held where they stand ({SCENE})")
    feet.add_argument(
        "--ground",
        type=_ground,
        metavar="HEIGHT",
        help=f"how high the soles stand in the world, or auto: where they stand now ({SCENE})",
    )
    for limbs in ("legs", "arms"):
        feet.add_argument(
            f"--{limbs}", choices=LIMB_KEYS, help=f"what {limbs} are keyed by on a rig that has IK ({SCENE})"
        )
    feet.add_argument(
        "--turn", type=_ends, metavar="hands,feet,head", help=f"what turns by the landmarks, or none ({SCENE})"
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set what is asked for."""
    feet, landmarks = scene.retarget2d.feet, scene.retarget2d.landmarks
    planting, legs, arms = PLANTING.get(options.feet), LIMB_KEYS.get(options.legs), LIMB_KEYS.get(options.arms)
    set_given(feet, {"planting": planting, "legs": legs, "arms": arms})
    if options.ground is not None:
        feet.ground_auto = options.ground == "auto"
        if options.ground != "auto":
            feet.ground = options.ground
    if options.turn is not None:
        for end in ENDS:
            setattr(landmarks, end, end in options.turn)


def _ground(text: str) -> float | str:
    if text == "auto":
        return text
    try:
        height = float(text)
    except ValueError:
        height = float("inf")
    if not abs(height) < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is no height, give a number of Blender's units, or auto")
    return height


def _ends(text: str) -> tuple[str, ...]:
    ends = () if text == "none" else tuple(text.split(","))
    if unknown := [end for end in ends if end not in ENDS]:
        raise argparse.ArgumentTypeError(
            f"{unknown[0]!r} is nothing that landmarks turn, give some of {','.join(ENDS)}, or none"
        )
    return ends
