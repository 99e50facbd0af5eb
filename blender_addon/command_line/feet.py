"""How feet stand, and which ends of the body turn by the landmarks."""

from __future__ import annotations

import argparse

import bpy

from ..properties import feet as choices
from .parser import words

PLANTING, LIMB_KEYS = words(choices.PLANTING), words(choices.LIMB_KEYS)
"""Words of the command line, and what they are called in the scene's settings."""
ENDS = ("hands", "feet", "head")


def add(parser: argparse.ArgumentParser) -> None:
    """The options of feet and of hands, feet and head."""
    feet = parser.add_argument_group("feet, hands and head")
    feet.add_argument("--feet", choices=PLANTING, help="which standing feet are held where they stand (default: as the scene says)")
    feet.add_argument(
        "--ground", type=_ground, metavar="HEIGHT", help="how high the soles stand in the world, or auto: where they rest (default: as the scene says)"
    )
    for limbs in ("legs", "arms"):
        feet.add_argument(f"--{limbs}", choices=LIMB_KEYS, help=f"what {limbs} are keyed by on a rig that has IK (default: as the scene says)")
    feet.add_argument("--turn", type=_ends, metavar="hands,feet,head", help="what turns by the landmarks, or none (default: as the scene says)")


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set what is asked for."""
    feet, landmarks = scene.retarget2d.feet, scene.retarget2d.landmarks
    for name, known, word in (("planting", PLANTING, options.feet), ("legs", LIMB_KEYS, options.legs), ("arms", LIMB_KEYS, options.arms)):
        if word is not None:
            setattr(feet, name, known[word])
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
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is nothing that landmarks turn, give some of {','.join(ENDS)}, or none")
    return ends
