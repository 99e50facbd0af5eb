"""An armature from a list of bones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import bpy

Point = tuple[float, float, float]


@dataclass(frozen=True)
class RigBone:
    """A bone to make: head and tail in the armature's space. `z_axis`, where given, is the way that its z axis is rolled
    to, in place of `roll`.
    """

    name: str
    parent: str | None
    head: Point
    tail: Point
    roll: float = 0.0
    z_axis: Point | None = None


def build_armature(name: str, bones: Iterable[RigBone]) -> bpy.types.Object:
    """An armature object in the open scene with these bones; they may come in any order, and none is connected."""
    armature = bpy.data.objects.new(name, bpy.data.armatures.new(name))
    bpy.context.scene.collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    wanted = list(bones)
    for bone in wanted:
        made = armature.data.edit_bones.new(bone.name)
        made.head, made.tail, made.roll = bone.head, bone.tail, bone.roll
        if bone.z_axis is not None:
            made.align_roll(bone.z_axis)
    for bone in wanted:
        if bone.parent is not None:
            armature.data.edit_bones[bone.name].parent = armature.data.edit_bones[bone.parent]
    bpy.ops.object.mode_set(mode="OBJECT")
    return armature
