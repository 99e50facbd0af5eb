"""Build an armature from the body of a drawing, and find the one that it is bound to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import bpy
from mathutils import Vector

from ..armature.rest_pose import read_rest_pose
from ..bone_maps.stored import PROPERTY, store_map
from ..rig.stretching import NO_SCALE_INHERITANCE
from .drawn_body import DrawnBody

MODIFIER_TYPE = "GREASE_PENCIL_ARMATURE"


def armature_of(drawing: bpy.types.Object) -> bpy.types.Object | None:
    """The armature that deforms the drawing or that its layers are parented to, or None."""
    bending = [
        modifier.object
        for modifier in drawing.modifiers
        if modifier.type == MODIFIER_TYPE and modifier.object is not None
    ]
    parents = [
        layer.parent
        for layer in drawing.data.layers
        if layer.parent is not None and layer.parent.type == "ARMATURE" and layer.parent_bone
    ]
    return next(iter((*bending, *parents)), None)


def build_armature(drawing: bpy.types.Object, scene: bpy.types.Scene, body: DrawnBody) -> bpy.types.Object:
    """A new object with the body's bones, where the drawing is.

    A bone turns about its z axis, which points at the viewer.
    """
    rest = body.character.rest
    data = bpy.data.armatures.new(f"{drawing.name} Rig")
    data.display_type = "STICK"
    armature = bpy.data.objects.new(data.name, data)
    armature.show_in_front = True
    collection = next(
        (
            found
            for found in drawing.users_collection
            if found in {scene.collection, *scene.collection.children_recursive}
        ),
        scene.collection,
    )
    collection.objects.link(armature)
    armature.matrix_world = drawing.matrix_world
    with in_mode(scene, armature, "EDIT"):
        made: dict[int, bpy.types.EditBone] = {}
        for index, name in enumerate(rest.names):
            bone = made[index] = data.edit_bones.new(name)
            bone.head, bone.tail = rest.heads[index], rest.tails[index]
            bone.align_roll(Vector(-body.axes[2]))
            bone.inherit_scale = NO_SCALE_INHERITANCE
            if rest.parents[index] >= 0:
                bone.parent = made[rest.parents[index]]
    for pose_bone in armature.pose.bones:
        pose_bone.rotation_mode = "XYZ"
    scene.view_layers[0].update()
    if PROPERTY in armature.bl_rna.properties:  # it is the add-on's, and not there where that is not registered
        store_map(armature, body.character.bone_map, read_rest_pose(armature))
    return armature


@contextmanager
def in_mode(scene: bpy.types.Scene, item: bpy.types.Object, mode: str) -> Iterator[None]:
    """The object in a mode of its own; afterwards what was active and selected is so again, in the mode it had."""
    view_layer = scene.view_layers[0] if bpy.context.scene != scene else bpy.context.view_layer
    with bpy.context.temp_override(scene=scene, view_layer=view_layer):
        active = view_layer.objects.active
        before = active.mode if active is not None else "OBJECT"
        selected = [each for each in view_layer.objects if each.select_get(view_layer=view_layer)]
        if before != "OBJECT":
            bpy.ops.object.mode_set(mode="OBJECT")
        view_layer.objects.active = item
        bpy.ops.object.mode_set(mode=mode)
        try:
            yield
        finally:
            bpy.ops.object.mode_set(mode="OBJECT")
            for each in view_layer.objects:
                each.select_set(each in selected, view_layer=view_layer)
            view_layer.objects.active = active
            if active is not None and before != "OBJECT":
                bpy.ops.object.mode_set(mode=before)
