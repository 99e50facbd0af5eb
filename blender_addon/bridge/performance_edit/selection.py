"""The objects that are selected while a performance is edited, and those that were selected before."""

from __future__ import annotations

import bpy

from ...core.skeleton import Joint
from .edit import Edit


def select_joints(context: bpy.types.Context, edit: Edit, joints: tuple[Joint, ...]) -> None:
    """Select the objects of these joints alone, as far as they are shown, and remember what else was selected."""
    layer = context.view_layer
    _remember(layer, edit)
    shown = set(layer.objects)
    for item in shown:
        item.select_set(False)
    for joint in joints:
        item = edit.joints[joint]
        if item is not None and item in shown:
            item.select_set(True)
            layer.objects.active = item


def select_as_before(edit: Edit) -> None:
    """Select what was selected before the edit's joints were, where nothing else was selected since."""
    kept, layer = edit.group.selection, bpy.context.view_layer
    if not kept.layer or layer is None or (layer.id_data, layer.name) != (edit.group.id_data, kept.layer):
        return
    if not _others_selected(layer, edit):
        for item in layer.objects:
            item.select_set(item.name_full in kept.names)
        if (active := next((item for item in layer.objects if item.name_full == kept.active), None)) is not None:
            layer.objects.active = active
    kept.layer = ""


def _remember(layer: bpy.types.ViewLayer, edit: Edit) -> None:
    kept, others = edit.group.selection, _others_selected(layer, edit)
    if kept.layer and not others:
        return
    kept.layer, kept.active = layer.name, layer.objects.active.name_full if layer.objects.active is not None else ""
    kept.names.clear()
    for item in others:
        kept.names.add().name = item.name_full


def _others_selected(layer: bpy.types.ViewLayer, edit: Edit) -> list[bpy.types.Object]:
    """What is selected beside the edit's own objects."""
    own = set(edit.collection.all_objects) if edit.collection is not None else set()
    return [item for item in layer.objects if item.select_get() and item not in own]
