"""Rigs whose limbs do not hang together: feet, hands, heads and halves of limbs on the root, and how far apart a bake
leaves them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import bpy
import numpy as np
from numpy.typing import NDArray

from blender_addon.bridge.armature.bone_map import BoneMap
from blender_addon.core.skeleton import Joint
from tests.blender.read_back import posed_bones
from tests.blender.rig_bones import RigBone, build_armature
from tests.blender.rig_zoo import PLAIN, VROID, Body, Words, person
from tests.blender.rigs import PUPPET_BONES

Array = NDArray[np.float64]

ROOTED = replace(PLAIN, above=("Root",))
"""A body below a bone that lies on the floor."""
PARTED: dict[str, tuple[Words, Mapping[str, str | None]]] = {
    "whole": (ROOTED, {}),
    "feet": (ROOTED, {"RightF": "Root", "LeftF": "Root"}),
    "feet on the hips": (ROOTED, {"RightF": "Bone", "LeftF": "Bone"}),
    "feet on nothing": (ROOTED, {"RightF": None, "LeftF": None}),
    "feet of a known family": (VROID, {"J_Bip_R_Foot": "Root", "J_Bip_L_Foot": "Root"}),
    "toes": (VROID, {"J_Bip_R_ToeBase": "Root", "J_Bip_L_ToeBase": "Root"}),
    "hands": (ROOTED, {"RightC": "Root", "LeftC": "Root"}),
    "arms": (ROOTED, {"RightA": "Root", "LeftA": "Root"}),
    "shins": (ROOTED, {"RightE": "Root", "LeftE": "Root"}),
    "neck": (ROOTED, {"Bone.003": "Root"}),
    "head": (VROID, {"J_Bip_C_Head": "Root"}),
    "shins and feet": (ROOTED, {"RightE": "Root", "LeftE": "Root", "RightF": "Root", "LeftF": "Root"}),
}
"""Names of bones, and the parents that they are given."""


def parted(kind: str) -> bpy.types.Object:
    """A body in space, in the open file, of which some bones hang elsewhere than on their limb."""
    words, parents = PARTED[kind]
    return build_armature(
        kind, [replace(bone, parent=parents.get(bone.name, bone.parent)) for bone in person(words, Body(arms=45))]
    )


def parted_puppet(*names: str) -> bpy.types.Object:
    """A cut-out below a bone on the floor, on which these bones hang."""
    bones = [RigBone("root", None, (0, 0, 0), (0, 0, 0.2))]
    for name, parent, head, tail in PUPPET_BONES:
        above = "root" if parent is None or name in names else parent
        bones.append(RigBone(name, above, (head[0], 0, head[1]), (tail[0], 0, tail[1])))
    return build_armature("parted_puppet", bones)


def joints_of(bone_map: BoneMap) -> list[tuple[str, str]]:
    """Every two mapped bones that meet in a limb, at shoulder, hip or neck."""
    chest = bone_map.chains[Joint.NECK][-1]
    pairs: list[tuple[str, str]] = []
    for side in ("RIGHT", "LEFT"):
        for start, joints, ends in (
            (chest, ("SHOULDER", "ELBOW", "WRIST"), ("hand",)),
            (bone_map.root, ("HIP", "KNEE", "ANKLE"), ("foot", "toe")),
        ):
            names = [name for joint in joints for name in bone_map.chains.get(Joint[f"{side}_{joint}"], ())]
            names += [
                bone_map.extremities[part] for end in ends if (part := f"{side.lower()}_{end}") in bone_map.extremities
            ]
            pairs += zip((start, *names), names, strict=False)
    head = bone_map.chains[Joint.HEAD]
    return [*pairs, *zip((chest, *head), head, strict=False)]


def gaps(armature: bpy.types.Object, bone_map: BoneMap, frames: NDArray[np.int64]) -> dict[tuple[str, str], Array]:
    """(K,) how far each bone begins from where the one before it would take it, in world space, as Blender evaluates
    both.
    """
    pairs = joints_of(bone_map)
    posed = posed_bones(armature, {name for pair in pairs for name in pair}, frames)
    found = {}
    for above, bone in pairs:
        rest = np.array(armature.data.bones[above].matrix_local)
        head = np.append(np.array(armature.data.bones[bone].head_local), 1)
        found[above, bone] = np.linalg.norm(
            (posed[above] @ np.linalg.inv(rest) @ head - posed[bone][:, :, 3])[:, :3], axis=-1
        )
    return found
