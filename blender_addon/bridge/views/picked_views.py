"""The views that a user may pick, and picking one for a layer of a drawing that a character carries."""

from __future__ import annotations

import bpy

from .artwork import BY_NAME, EVERY_VIEW, PICKED_LAYERS
from .view import View

CHOICES = (
    (BY_NAME, "By Name", "As it is named, or its picture, collection or group: Head.side, Body_3q.left, hand.L.back"),
    (EVERY_VIEW, "Every View", "It is shown whichever way the character faces"),
    *((view.name, view.label, f"It is shown in this view alone: {view.label.lower()}") for view in View),
)
"""The items of the enums."""


def pick_layer_view(item: bpy.types.Object, layer: str, view: str) -> None:
    """Pick a view for a layer. ValueError where the drawing has no such layer."""
    if item.type != "GREASEPENCIL" or layer not in item.data.layers:
        raise ValueError(f"{item.name} has no layer {layer} any more; pick a view for another.")
    rows = getattr(item, PICKED_LAYERS)
    if (at := rows.find(layer)) >= 0:
        rows.remove(at)
    if view != BY_NAME:
        row = rows.add()
        row.name, row.view = layer, view
