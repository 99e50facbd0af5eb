"""The selection while a performance is edited, and the selection before."""

from __future__ import annotations

import bpy

from ...core.skeleton import Joint
from .edit import Edit


def select_joints(context: bpy.types.Context, edit: Edit, joints: tuple[Joint, ...]) -> None:
    """Select only the visible objects of these joints, and remember the selection before."""
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
    """Restore the selection before the edit's joints were selected, unless the user selected something else since."""
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
    """The selected objects that are not the edit's."""
    own = set(edit.collection.all_objects) if edit.collection is not None else set()
    return [item for item in layer.objects if item.select_get() and item not in own]
