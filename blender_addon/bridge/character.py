"""The character that the motion goes onto: an armature measured in the joints of ours."""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from ..core.skeleton import Skeleton
from .bone_map import BoneMap
from .mapping import map_bones, problems
from .measure import measure_skeleton
from .planes import is_planar
from .rest_pose import RestPose, read_rest_pose


@dataclass(frozen=True, eq=False)
class Character:
    """An armature's rest pose, which of its bones are which of ours, and its proportions in the armature's own unit."""

    name: str
    rest: RestPose
    bone_map: BoneMap
    skeleton: Skeleton
    planar: bool


def read_character(armature: bpy.types.Object) -> Character:
    """Measure the armature. Raises ValueError, in one sentence, where it is in Edit Mode, has no bones, or is no biped."""
    if armature.mode == "EDIT":
        raise ValueError(f"{armature.name} is being edited; leave Edit Mode first.")
    rest = read_rest_pose(armature)
    bone_map = map_bones(rest)
    if found := problems(rest, bone_map):
        raise ValueError(found[0])
    return Character(armature.name, rest, bone_map, measure_skeleton(rest, bone_map), is_planar(rest, bone_map))
