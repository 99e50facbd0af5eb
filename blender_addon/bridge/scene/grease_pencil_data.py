"""Grease Pencil's data as every version of Blender keeps it: the data-block, its materials, and a fast way to write
drawings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from .versions import FILLS_ARE_NUMBERED, GREASE_PENCILS_ARE_VERSION_3

Positions = NDArray[np.float32]

PAINT = "motion_retarget_2d_paint"
"""The own property of a material that says what a figure is painted with it."""


@dataclass(frozen=True)
class StrokeForm:
    """What of a stroke stays the same from drawing to drawing: its material's index, a radius a point, and whether it
    is a filled area.
    """

    material: int
    radii: tuple[float, ...]
    filled: bool


Forms = tuple[StrokeForm, ...]
"""The strokes of one drawing, from the back to the front."""


def new_grease_pencil(name: str) -> bpy.types.ID:
    """An empty Grease Pencil data-block whose strokes hide one another by their depth, whatever layer they lie on."""
    data = grease_pencils().new(name)
    data.stroke_depth_order = "3D"
    return data


def new_material(name: str, colour: str, *, filled: bool, paint: str) -> bpy.types.Material:
    """A flat colour (#RRGGBB, of the display) for lines, or for areas; known again by its `paint`."""
    material = bpy.data.materials.new(name)
    material[PAINT] = paint
    bpy.data.materials.create_gpencil_data(material)
    look = material.grease_pencil
    if not FILLS_ARE_NUMBERED:
        look.show_stroke, look.show_fill = not filled, filled
    look.color = look.fill_color = linear(colour)
    # What a viewport in Solid Mode and lists of materials show.
    material.diffuse_color = look.color
    return material


def linear(colour: str) -> tuple[float, float, float, float]:
    """#RRGGBB of the display as Blender's linear red, green, blue and an alpha of 1 (IEC 61966-2-1)."""
    display = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    red, green, blue = np.where(display <= 0.04045, display / 12.92, ((display + 0.055) / 1.055) ** 2.4)
    return float(red), float(green), float(blue), 1.0


MADE_UP = "JITTER"
"""The type of keys of what nobody saw."""


class DrawingWriter:
    """Writes drawings into layers of a data-block; those that are not there yet are made, shown in their materials' own
    colours under any light.

    Blender looks for an attribute's owner through all drawings of the data-block, from the first one made: written in
    place, each drawing takes longer than the one before. So every layer gets a model before all else. A drawing is the
    model, moved to its pose, and copied onto its frame.
    """

    def __init__(self, data: bpy.types.ID, layers: Sequence[str]) -> None:
        made = [data.layers.new(name) for name in layers if name not in data.layers]
        for layer in made:
            layer.use_lights = False
        self._layers = {name: data.layers[name] for name in layers}
        self._model = min((key.frame_number for layer in self._layers.values() for key in layer.frames), default=0) - 1
        self._models = {name: layer.frames.new(self._model).drawing for name, layer in self._layers.items()}
        self._forms: dict[str, Forms] = {}

    def write(self, layer: str, frame: int, forms: Forms, positions: Positions, *, made_up: bool = False) -> None:
        """A new drawing on `frame`, from 0 up: strokes of the given forms through `positions` (their points one after
        another, 3), in the object's space. What is `made_up` has the key type of that.
        """
        frames = self._layers[layer].frames
        if not forms:
            key = frames.new(frame)
            if made_up:
                key.keyframe_type = MADE_UP
            return
        if self._forms.get(layer) != forms:
            _form(self._models[layer], forms)
            self._forms[layer] = forms
        self._models[layer].attributes["position"].data.foreach_set("vector", positions.ravel())
        key = frames.copy(self._model, frame)
        if made_up:
            key.keyframe_type = MADE_UP

    def close(self) -> None:
        """Take the models out; nothing can be written after."""
        self._models.clear()
        for layer in self._layers.values():
            layer.frames.remove(self._model)


def grease_pencils() -> bpy.types.bpy_prop_collection:
    """All Grease Pencil data of the file."""
    return bpy.data.grease_pencils if GREASE_PENCILS_ARE_VERSION_3 else bpy.data.grease_pencils_v3


def _form(drawing: bpy.types.ID, forms: Forms) -> None:
    """Give the drawing strokes of these forms in place of its own."""
    drawing.remove_strokes()
    drawing.add_strokes([len(form.radii) for form in forms])
    filled = np.array([form.filled for form in forms])
    _attribute(drawing, "radius", "FLOAT", "POINT", np.concatenate([form.radii for form in forms]).astype(np.float32))
    _attribute(drawing, "material_index", "INT", "CURVE", np.array([form.material for form in forms], dtype=np.int32))
    _attribute(drawing, "cyclic", "BOOLEAN", "CURVE", filled)
    if FILLS_ARE_NUMBERED:
        _attribute(
            drawing, "fill_id", "INT", "CURVE", np.where(filled, np.arange(1, len(filled) + 1), 0).astype(np.int32)
        )
        _attribute(drawing, "hide_stroke", "BOOLEAN", "CURVE", filled)


def _attribute(drawing: bpy.types.ID, name: str, kind: str, domain: str, values: NDArray[np.generic]) -> None:
    if name not in drawing.attributes:
        drawing.attributes.new(name, kind, domain)
    drawing.attributes[name].data.foreach_set("value", values)
