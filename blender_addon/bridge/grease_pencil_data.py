"""Grease Pencil's data as every version of Blender keeps it: the data-block, its materials, and a fast way to write drawings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import bpy
import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.float32]

RENAMED = (5, 0, 0)
"""The version from which `grease_pencils` means Grease Pencil; before, that was `annotations`."""

FILLED_BY_NUMBER = (5, 1, 0)
"""The version by which strokes are filled where they have a fill number, not by their material alone; 5.2 converts older files so."""


@dataclass(frozen=True)
class StrokeForm:
    """What of a stroke stays the same from drawing to drawing: its material's index, a radius a point, and whether it is a filled area."""

    material: int
    radii: tuple[float, ...]
    filled: bool


Forms = tuple[StrokeForm, ...]
"""The strokes of one drawing, from the back to the front."""


def new_grease_pencil(name: str) -> bpy.types.ID:
    """An empty Grease Pencil data-block whose strokes hide one another by their depth, whatever layer they lie on."""
    data = _collection().new(name)
    data.stroke_depth_order = "3D"
    return data


def new_layer(data: bpy.types.ID, name: str) -> bpy.types.ID:
    """A layer on top of the others, in its materials' own colours under any light."""
    layer = data.layers.new(name)
    layer.use_lights = False
    return layer


def new_material(name: str, colour: str, *, filled: bool) -> bpy.types.Material:
    """A flat colour (#RRGGBB, of the display) for lines, or for areas."""
    material = bpy.data.materials.new(name)
    bpy.data.materials.create_gpencil_data(material)
    paint = material.grease_pencil
    paint.show_stroke, paint.show_fill = not filled, filled
    paint.color = paint.fill_color = linear(colour)
    # What a viewport in Solid Mode and lists of materials show.
    material.diffuse_color = paint.color
    return material


def linear(colour: str) -> tuple[float, float, float, float]:
    """#RRGGBB of the display as Blender's linear red, green, blue and an alpha of 1 (IEC 61966-2-1)."""
    display = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    red, green, blue = np.where(display <= 0.04045, display / 12.92, ((display + 0.055) / 1.055) ** 2.4)
    return float(red), float(green), float(blue), 1.0


class DrawingWriter(Protocol):
    """Writes drawings into the layers of one data-block."""

    def write(self, layer: bpy.types.ID, frame: int, forms: Forms, positions: Positions) -> None:
        """A new drawing on `frame`: strokes of the given forms through `positions` (their points one after another, 3), in the object's space."""

    def close(self) -> None:
        """Take away what was only needed to write."""


def drawing_writer() -> DrawingWriter:
    """The fastest writer that this Blender allows: before 4.5 a frame does not take another's drawing."""
    assignable = not bpy.types.GreasePencilFrame.bl_rna.properties["drawing"].is_readonly
    return _Stamping() if assignable else _Copying()


class _Stamping:
    """Each form of drawing is made once, in a data-block of its own, and copied onto frame after frame.

    Blender looks for an attribute's owner through all drawings of its data-block: written in place, each takes longer than the one before.
    """

    def __init__(self) -> None:
        self._data = _collection().new("Stamps")
        self._frames = self._data.layers.new("Stamps").frames
        self._stamps: dict[Forms, bpy.types.ID] = {}

    def write(self, layer: bpy.types.ID, frame: int, forms: Forms, positions: Positions) -> None:
        at = layer.frames.new(frame)
        if not forms:
            return
        if forms not in self._stamps:
            number = len(self._stamps)
            _set_up(self._frames.new(number).drawing, forms)
            self._stamps[forms] = number
        stamp = self._frames[self._stamps[forms]].drawing
        _move(stamp, positions)
        at.drawing = stamp

    def close(self) -> None:
        _collection().remove(self._data)


@dataclass
class _Copying:
    """Each form of drawing is made once a layer, and the later ones are copies of that frame with other positions.

    It is the search that `_Stamping` avoids, but once a drawing, for the positions alone.
    """

    _models: dict[tuple[str, Forms], int] = field(default_factory=dict)

    def write(self, layer: bpy.types.ID, frame: int, forms: Forms, positions: Positions) -> None:
        if not forms:
            layer.frames.new(frame)
            return
        model = self._models.setdefault((layer.name, forms), frame)
        if model == frame:
            drawing = layer.frames.new(frame).drawing
            _set_up(drawing, forms)
        else:
            drawing = layer.frames.copy(model, frame).drawing
        _move(drawing, positions)

    def close(self) -> None:
        self._models.clear()


def _collection() -> bpy.types.bpy_prop_collection:
    return bpy.data.grease_pencils if bpy.app.version >= RENAMED else bpy.data.grease_pencils_v3


def _set_up(drawing: bpy.types.ID, forms: Forms) -> None:
    drawing.add_strokes([len(form.radii) for form in forms])
    filled = [form.filled for form in forms]
    _attribute(drawing, "radius", "FLOAT", "POINT", np.concatenate([form.radii for form in forms]).astype(np.float32))
    _attribute(drawing, "material_index", "INT", "CURVE", np.array([form.material for form in forms], dtype=np.int32))
    _attribute(drawing, "cyclic", "BOOLEAN", "CURVE", np.array(filled))
    if bpy.app.version >= FILLED_BY_NUMBER:
        _attribute(drawing, "fill_id", "INT", "CURVE", np.where(filled, np.arange(1, len(filled) + 1), 0).astype(np.int32))
        _attribute(drawing, "hide_stroke", "BOOLEAN", "CURVE", np.array(filled))


def _attribute(drawing: bpy.types.ID, name: str, kind: str, domain: str, values: NDArray[np.generic]) -> None:
    drawing.attributes.new(name, kind, domain)
    # The pointer that `new` gives may be stale once the data is laid out anew.
    drawing.attributes[name].data.foreach_set("value", values)


def _move(drawing: bpy.types.ID, positions: Positions) -> None:
    drawing.attributes["position"].data.foreach_set("vector", positions.ravel())
