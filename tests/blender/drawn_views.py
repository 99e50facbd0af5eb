"""Grease Pencil layers for the views of a character, made from those of its front."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

FIELDS = {"FLOAT_VECTOR": "vector", "FLOAT": "value", "INT": "value", "BOOLEAN": "value"}
WIDTHS = {"FLOAT_VECTOR": (3, np.float32), "FLOAT": (1, np.float32), "INT": (1, np.int32), "BOOLEAN": (1, np.bool_)}
PARTS = ("Body", "Hips", "Head", "Face", "Foot R", "Foot L")
NARROW, AHEAD = 0.6, 0.05
"""How wide a view is beside the front, and how far to the right it lies, so that it has sides."""


def draw_view(data: bpy.types.ID, front: str, name: str, group: bpy.types.ID | None = None) -> bpy.types.ID:
    """A layer of that name above the front's: the same strokes, narrower and a little to the right."""
    layer = data.layers.new(name, layer_group=group) if group is not None else data.layers.new(name)
    layer.use_lights = False
    model, copy = data.layers[front].frames[0].drawing, layer.frames.new(1).drawing
    sizes = np.diff([offset.value for offset in model.curve_offsets]).tolist()
    copy.add_strokes(sizes)
    for attribute in model.attributes:
        if attribute.data_type not in FIELDS:
            continue
        if attribute.name not in copy.attributes:
            copy.attributes.new(attribute.name, attribute.data_type, attribute.domain)
        width, kind = WIDTHS[attribute.data_type]
        values: NDArray[Any] = np.empty(width * len(attribute.data), dtype=kind)
        attribute.data.foreach_get(FIELDS[attribute.data_type], values)
        if attribute.name == "position":
            across = values.reshape(-1, 3)[:, 0]
            values.reshape(-1, 3)[:, 0] = across.mean() + NARROW * (across - across.mean()) + AHEAD
        copy.attributes[attribute.name].data.foreach_set(FIELDS[attribute.data_type], values)
    return layer


def draw_views(drawing: bpy.types.Object, endings: Sequence[str] = (".side", ".back")) -> list[str]:
    """Views of trunk, head and feet: a layer for each ending, by which artists name them."""
    return [draw_view(drawing.data, front, f"{front}{ending}").name for ending in endings for front in PARTS]
