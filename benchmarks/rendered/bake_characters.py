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
from .bake_jobs import CHARACTERS, FIGURE, PUPPET

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


SIDES = {"right": {"s": "R", "side": "Right"}, "left": {"s": "L", "side": "Left"}}
"""How names of bones say a side."""


def _both(table: Mapping[str, str]) -> dict[Joint, str]:
    """The bones of both sides, of a table of one with {s} or {side} in its names."""
    return {
        Joint[f"{side.upper()}_{joint}"]: bone.format(**letters)
        for side, letters in SIDES.items()
        for joint, bone in table.items()
    }


def _both_supports(table: Mapping[str, Part]) -> dict[str, Part]:
    """The supports of both sides, in the same way."""
    return {
        f"{side}_{name}": Part(
            tuple(bone.format(**letters) for bone in part.bones), part.near.format(**letters), part.reach
        )
        for side, letters in SIDES.items()
        for name, part in table.items()
    }


KNEE, ELBOW, SEAT = 0.09, 0.07, 0.12
"""How far around a joint its points lie, in heights."""
FINGERS = ("Index", "Middle", "Ring", "Pinky")
WORKER_HAND = ("Hand", *(f"{finger}{part}" for finger in FINGERS for part in (2, 3, 4)), "Thumb2", "Thumb3")
MIXAMO_HAND = ("Hand", *(f"Hand{finger}{part}" for finger in (*FINGERS, "Thumb") for part in (1, 2, 3)))
MIXAMO_SIDE = "mixamorig:{side}"

WORKER = BoneNames(
    "CharacterArmature",
    _both(
        {
            "SHOULDER": "UpperArm.{s}",
            "ELBOW": "LowerArm.{s}",
            "WRIST": "Hand.{s}",
            "HIP": "UpperLeg.{s}",
            "KNEE": "LowerLeg.{s}",
            "ANKLE": "Foot.{s}",
        }
    ),
    "Head",
    0.065,
    {
        **_both_supports(
            {
                "foot": Part(("Foot.{s}",)),
                "hand": Part(tuple(f"{bone}.{{s}}" for bone in WORKER_HAND)),
                "knee": Part(("UpperLeg.{s}", "LowerLeg.{s}"), "LowerLeg.{s}", KNEE),
                "elbow": Part(("UpperArm.{s}", "LowerArm.{s}"), "LowerArm.{s}", ELBOW),
            }
        ),
        "seat": Part(("Hips", "UpperLeg.R", "UpperLeg.L"), "Hips", SEAT),
        "back": Part(("Abdomen", "Torso", "Chest")),
    },
)
MIXAMO = BoneNames(
    "mixamo",
    _both(
        {
            "SHOULDER": MIXAMO_SIDE + "Arm",
            "ELBOW": MIXAMO_SIDE + "ForeArm",
            "WRIST": MIXAMO_SIDE + "Hand",
            "HIP": MIXAMO_SIDE + "UpLeg",
            "KNEE": MIXAMO_SIDE + "Leg",
            "ANKLE": MIXAMO_SIDE + "Foot",
        }
    ),
    "mixamorig:Head",
    0.058,
    {
        **_both_supports(
            {
                "foot": Part((MIXAMO_SIDE + "Foot", MIXAMO_SIDE + "ToeBase")),
                "hand": Part(tuple(MIXAMO_SIDE + bone for bone in MIXAMO_HAND)),
                "knee": Part((MIXAMO_SIDE + "UpLeg", MIXAMO_SIDE + "Leg"), MIXAMO_SIDE + "Leg", KNEE),
                "elbow": Part((MIXAMO_SIDE + "Arm", MIXAMO_SIDE + "ForeArm"), MIXAMO_SIDE + "ForeArm", ELBOW),
            }
        ),
        "seat": Part(("mixamorig:Hips",)),
        "back": Part(("mixamorig:Spine", "mixamorig:Spine1", "mixamorig:Spine2")),
    },
)
OWN_PUPPET = BoneNames(
    "Puppet",
    _both(
        {
            "SHOULDER": "upper_arm.{s}",
            "ELBOW": "forearm.{s}",
            "WRIST": "hand.{s}",
            "HIP": "thigh.{s}",
            "KNEE": "shin.{s}",
            "ANKLE": "foot.{s}",
        }
    ),
    "head",
    0.18,
    {
        **_both_supports(
            {
                "foot": Part(("foot.{s}",)),
                "hand": Part(("hand.{s}",)),
                "knee": Part(("thigh.{s}", "shin.{s}"), "shin.{s}", KNEE),
            }
        ),
        "seat": Part(("hips",)),
        "back": Part(("spine", "chest")),
    },
)
KNOWN = (WORKER, MIXAMO, OWN_PUPPET)


def made_by(character: str, data: Path | None) -> str:
    """The row of RIGS that makes an armature: the rig of the shared data has a mesh, which that made by script lacks, so
    that a dressed one of another family stands for it.
    """
    return "puppet" if character == PUPPET else "quaternius_worker" if data else "mixamo"


def names_in_file() -> BoneNames:
    """Those of the armature in the open file."""
    return next(names for names in KNOWN if names.armature in bpy.data.objects)


def write_base_files(folder: Path, data: Path | None) -> None:
    """A file for each character, as an animator has it before the bake: at rest, alone, feet on the ground."""
    folder.mkdir(parents=True, exist_ok=True)
    for character in CHARACTERS:
        bpy.ops.wm.read_homefile(use_empty=True)
        if character != FIGURE:
            armature = RIGS[made_by(character, data)](data)
            dress(armature)
            armature.location.z -= _lowest(armature)
        bpy.context.preferences.filepaths.save_version = 0
        bpy.ops.wm.save_as_mainfile(filepath=str((folder / f"{character}.blend").absolute()), compress=True)


def _lowest(armature: bpy.types.Object) -> float:
    """The height of the lowest point of what is seen of it: artwork for other views is hidden."""
    bpy.context.view_layer.update()
    bodies = [item for item in armature.children_recursive if item.type == "MESH" and not item.hide_render]
    return float(min((item.matrix_world @ vertex.co).z for item in bodies for vertex in item.data.vertices))
