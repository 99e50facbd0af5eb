"""The three characters that everything is baked onto, and which of their parts are joints and supports. Runs where bpy
is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

from blender_addon.core.skeleton import Joint
from tests.blender.rigs import RIGS

from ..mannequin import dress
from .bake_jobs import CHARACTERS, PUPPET, RIG

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """The points that `bones` carry, if need be within `reach` heights of the head of the bone `near`."""

    bones: tuple[str, ...]
    near: str = ""
    reach: float = 0.0


@dataclass(frozen=True)
class BoneNames:
    """The bone whose head each joint is, the height of the ears above the head bone's head in heights of the
    character, and the parts that are supports.
    """

    armature: str
    joints: Mapping[Joint, str]
    head: str
    ears: float
    supports: Mapping[str, Part] = field(default_factory=dict)


def _both(table: Mapping[str, str]) -> dict[Joint, str]:
    """Of the right and the left side, of names with {side} in them."""
    return {
        Joint[f"{side}_{joint}"]: bone.format(side=side[0])
        for side in ("RIGHT", "LEFT")
        for joint, bone in table.items()
    }


def _side(letter: str, side: str, upper: str, lower: str, hand: tuple[str, ...]) -> dict[str, Part]:
    """The supports of one side, of the names of its bones without that side."""
    return {
        f"{side}_foot": Part((f"{FOOT[upper]}.{letter}",)),
        f"{side}_hand": Part(tuple(f"{bone}.{letter}" for bone in hand)),
        f"{side}_knee": Part((f"{upper}.{letter}", f"{lower}.{letter}"), f"{lower}.{letter}", KNEE),
    }


FOOT = {"UpperLeg": "Foot", "thigh": "foot"}
KNEE, ELBOW = 0.09, 0.07
"""How far around a joint its points lie, in heights."""
SEAT = 0.12
FINGERS = tuple(f"{finger}{part}" for finger in ("Index", "Middle", "Ring", "Pinky") for part in (2, 3, 4))
WORKER_HAND = ("Hand", *FINGERS, "Thumb2", "Thumb3")

WORKER = BoneNames(
    "CharacterArmature",
    _both(
        {
            "SHOULDER": "UpperArm.{side}",
            "ELBOW": "LowerArm.{side}",
            "WRIST": "Hand.{side}",
            "HIP": "UpperLeg.{side}",
            "KNEE": "LowerLeg.{side}",
            "ANKLE": "Foot.{side}",
        }
    ),
    "Head",
    0.065,
    {
        **_side("R", "right", "UpperLeg", "LowerLeg", WORKER_HAND),
        **_side("L", "left", "UpperLeg", "LowerLeg", WORKER_HAND),
        "seat": Part(("Hips", "UpperLeg.R", "UpperLeg.L"), "Hips", SEAT),
        "back": Part(("Abdomen", "Torso", "Chest")),
        "right_elbow": Part(("LowerArm.R", "UpperArm.R"), "LowerArm.R", ELBOW),
        "left_elbow": Part(("LowerArm.L", "UpperArm.L"), "LowerArm.L", ELBOW),
    },
)
OWN_PUPPET = BoneNames(
    "Puppet",
    _both(
        {
            "SHOULDER": "upper_arm.{side}",
            "ELBOW": "forearm.{side}",
            "WRIST": "hand.{side}",
            "HIP": "thigh.{side}",
            "KNEE": "shin.{side}",
            "ANKLE": "foot.{side}",
        }
    ),
    "head",
    0.18,
    {
        **_side("R", "right", "thigh", "shin", ("hand",)),
        **_side("L", "left", "thigh", "shin", ("hand",)),
        "seat": Part(("hips",)),
        "back": Part(("spine", "chest")),
    },
)
NAMES = {RIG: WORKER, PUPPET: OWN_PUPPET}
MAKERS = {RIG: "quaternius_worker", PUPPET: "puppet"}


def write_base_files(folder: Path, data: Path | None) -> None:
    """A file for each character, as an animator has it before the bake: at rest, alone, feet on the ground."""
    folder.mkdir(parents=True, exist_ok=True)
    for character in CHARACTERS:
        bpy.ops.wm.read_homefile(use_empty=True)
        if character in MAKERS:
            armature = RIGS[MAKERS[character]](data)
            armature.name = NAMES[character].armature
            dress(armature)
            armature.location.z -= _lowest(armature)
        bpy.context.preferences.filepaths.save_version = 0
        bpy.ops.wm.save_as_mainfile(filepath=str((folder / f"{character}.blend").absolute()), compress=True)


def _lowest(armature: bpy.types.Object) -> float:
    """The height of the lowest point of what it carries."""
    bpy.context.view_layer.update()
    bodies = [item for item in armature.children_recursive if item.type == "MESH"]
    return float(min((item.matrix_world @ vertex.co).z for item in bodies for vertex in item.data.vertices))
