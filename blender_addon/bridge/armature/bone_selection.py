"""Which bones are selected in Pose Mode."""

from __future__ import annotations

from collections.abc import Iterable

import bpy

from ..scene.versions import SELECTION_IS_WITH_POSE


def selected_bones(context: bpy.types.Context, armature: bpy.types.Object) -> tuple[str, ...]:
    """Names of the armature's selected bones in Pose Mode, else of its active one; none in other modes."""
    if armature.mode != "POSE":
        return ()
    selected = [bone.name for bone in context.selected_pose_bones or () if bone.id_data == armature]
    active = armature.data.bones.active
    return tuple(selected) or ((active.name,) if active is not None else ())


def select_bones(armature: bpy.types.Object, names: Iterable[str]) -> None:
    """Select these bones of the armature and no others; the first becomes the active one."""
    chosen = list(names)
    for bone in armature.pose.bones if SELECTION_IS_WITH_POSE else armature.data.bones:
        bone.select = bone.name in chosen
    if chosen and chosen[0] in armature.data.bones:
        armature.data.bones.active = armature.data.bones[chosen[0]]
