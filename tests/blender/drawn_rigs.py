"""Rigs that are drawn for other views, beside a puppet: with joints, proportions and pieces of their own."""

from __future__ import annotations

from collections.abc import Mapping

import bpy
from mathutils import Matrix

from blender_addon.bridge.armature.bone_map import BoneMap
from blender_addon.bridge.views.artwork import read_artwork
from blender_addon.bridge.views.view import View

HIPS, NARROW, LEGS = 0.51, 0.1, 0.9
"""Where the puppet's hips are, how wide it is seen from the side, and how long its legs are there."""


def draw_rig(
    puppet: bpy.types.Object, name: str, view: View, *, beside: float, narrow: float = NARROW, legs: float = LEGS
) -> bpy.types.Object:
    """A rig for a view: the pieces of the puppet that show it, on an armature of their own."""
    rig = puppet.copy()
    rig.data, rig.name = puppet.data.copy(), name
    rig.animation_data_clear()
    bpy.context.scene.collection.objects.link(rig)
    for item in _shown(puppet, view):
        copy = item.copy()
        copy.data, copy.name = item.data.copy(), f"{name} {item.parent_bone}"
        copy.parent = rig
        copy.hide_render = copy.hide_viewport = False
        bpy.context.scene.collection.objects.link(copy)
    _redraw(rig, narrow, legs)
    for item in rig.children:  # each piece is drawn where its joint is
        bone, before = rig.data.bones[item.parent_bone], puppet.data.bones[item.parent_bone]
        at_tail = bone.matrix_local @ Matrix.Translation((0, bone.length, 0))
        item.matrix_parent_inverse = at_tail.inverted() @ Matrix.Translation(bone.head_local - before.head_local)
    rig.location[0] += beside
    bpy.context.view_layer.update()
    return rig


def keep_views(puppet: bpy.types.Object, view: View) -> None:
    """Take all artwork of the puppet away but that of one view, and its name says none."""
    kept = _shown(puppet, view)
    for item in [item for item in puppet.children_recursive if item not in kept]:
        bpy.data.objects.remove(item)
    for item in puppet.children_recursive:
        item.name = item.parent_bone


def _shown(puppet: bpy.types.Object, view: View) -> list[bpy.types.Object]:
    artwork = read_artwork(puppet, BoneMap({}, ""))
    hidden = {sheet.item for sheet in artwork.sheets if not artwork.shown(sheet, view)}
    return [item for item in puppet.children_recursive if item not in hidden]


def _redraw(rig: bpy.types.Object, narrow: float, legs: float) -> None:
    """Joints nearer to the middle, and other legs."""
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    places: Mapping[str, tuple[float, float]] = {bone.name: (bone.head.x, bone.tail.x) for bone in rig.data.edit_bones}
    for bone in rig.data.edit_bones:
        first = bone if bone.parent is None or bone.name[-2:] not in {".R", ".L"} else _first_of_limb(bone)
        shift = (narrow - 1) * places[first.name][0]
        bone.head.x, bone.tail.x = bone.head.x + shift, bone.tail.x + shift
        for end in (bone.head, bone.tail):
            if bone.name[:4] in {"thig", "shin", "foot"}:
                end.z = HIPS + legs * (end.z - HIPS)
        if bone.name.startswith("foot"):
            bone.tail.x = bone.head.x + abs(bone.tail.x - bone.head.x)
    lowest = (1 - legs) * HIPS
    for bone in rig.data.edit_bones:
        bone.head.z, bone.tail.z = bone.head.z - lowest, bone.tail.z - lowest
    bpy.ops.object.mode_set(mode="OBJECT")


def _first_of_limb(bone: bpy.types.EditBone) -> bpy.types.EditBone:
    while bone.parent is not None and bone.parent.name[-2:] in {".R", ".L"}:
        bone = bone.parent
    return bone
