"""A Grease Pencil drawing as data, and as a file: layers of marks, each an area, a line, or an area with a line around
it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np

from .build import linear, look_through_camera, set_stage
from .outlines import Outline, Point, refined

LAYERS_BEGIN = 1
"""The frame that everything is drawn on."""
TAPER = 0.45
"""How much thinner a drawn line is at its ends."""
STEP = 0.03
"""Length that the points of an outline are apart at most."""
PER_SPAN = 6
"""Points of a line from one point it is drawn through to the next."""


@dataclass(frozen=True, eq=False)
class Mark:
    """`points` (N, 2), x to the picture's right, z up; filled with the colour `fill`, empty for a bare line; `ink`:
    half the width of its line, 0 for none.
    """

    points: Outline
    fill: str = ""
    ink: float = 0.0
    closed: bool = True


@dataclass(frozen=True, eq=False)
class Sheet:
    """A layer and what is drawn on it, from the back to the front."""

    name: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, eq=False)
class Drawing:
    """A character's `sheets`, the farthest first; `colours` are sRGB hexadecimal by name, `ink` and `backdrop` among
    them.
    """

    name: str
    colours: Mapping[str, str]
    sheets: tuple[Sheet, ...]


def paint(outline: Outline, colour: str, ink: float = 0.0) -> Mark:
    """An area, with a line around it where `ink` is above 0."""
    return Mark(refined(outline, STEP), colour, ink)


def line(points: Sequence[Point], ink: float) -> Mark:
    """A drawn line through the points, thinner at its ends (Catmull and Rom 1974)."""
    knots = np.array(points, dtype=np.float64)
    padded = np.concatenate((2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]))
    t = np.linspace(0, 1, PER_SPAN, endpoint=False)[None, :, None]
    before, start, end, after = (padded[at : len(padded) - 3 + at, None] for at in range(4))
    curve = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    return Mark(np.concatenate((curve.reshape(-1, 2), knots[-1:])), "", ink, closed=False)


def build_drawing(drawing: Drawing, path: Path) -> None:
    """Write the drawing as a file of its own; what was open in Blender is closed. Blender 4.3 or 4.5 writes it: later
    ones convert it when they open it.
    """
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene = bpy.context.scene
    draw(drawing, scene.collection)
    set_stage(scene, drawing.colours["backdrop"])
    look_through_camera()
    bpy.context.preferences.filepaths.save_version = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(path.resolve()), compress=True)


def draw(drawing: Drawing, collection: bpy.types.Collection) -> bpy.types.Object:
    """The Grease Pencil object, in the plane that faces −Y."""
    data = bpy.data.grease_pencils_v3.new(drawing.name)
    made = bpy.data.objects.new(drawing.name, data)
    made.use_grease_pencil_lights = False
    collection.objects.link(made)
    materials: dict[tuple[str, bool], int] = {}
    for sheet in drawing.sheets:
        layer = data.layers.new(sheet.name)
        layer.use_lights = False
        _fill(
            layer.frames.new(LAYERS_BEGIN).drawing,
            sheet,
            [_material(mark, drawing.colours, data, materials) for mark in sheet.marks],
        )
    return made


def _material(mark: Mark, colours: Mapping[str, str], data: bpy.types.ID, made: dict[tuple[str, bool], int]) -> int:
    """The index of the material that fills and lines as the mark does."""
    key = mark.fill, mark.ink > 0
    if key not in made:
        material = bpy.data.materials.new(f"{mark.fill or 'line'}{' inked' if mark.fill and mark.ink else ''}")
        bpy.data.materials.create_gpencil_data(material)
        style = material.grease_pencil
        style.show_fill, style.show_stroke = bool(mark.fill), mark.ink > 0
        style.color = linear(colours["ink"])
        style.fill_color = linear(colours[mark.fill or "ink"])
        data.materials.append(material)
        made[key] = len(made)
    return made[key]


def _fill(shown: bpy.types.ID, sheet: Sheet, materials: Sequence[int]) -> None:
    shown.add_strokes([len(mark.points) for mark in sheet.marks])
    points = np.concatenate([mark.points for mark in sheet.marks])
    flat = np.stack((points[:, 0], np.zeros(len(points)), points[:, 1]), axis=-1)
    shown.attributes["position"].data.foreach_set("vector", flat.astype(np.float32).ravel())
    _attribute(
        shown, "radius", "FLOAT", "POINT", np.concatenate([_radii(mark) for mark in sheet.marks]).astype(np.float32)
    )
    _attribute(shown, "material_index", "INT", "CURVE", np.array(materials, dtype=np.int32))
    _attribute(shown, "cyclic", "BOOLEAN", "CURVE", np.array([mark.closed for mark in sheet.marks]))


def _radii(mark: Mark) -> Outline:
    if mark.closed:
        return np.full(len(mark.points), mark.ink)
    return np.asarray(mark.ink * (1 - TAPER * np.abs(np.linspace(-1, 1, len(mark.points))) ** 3))


def _attribute(shown: bpy.types.ID, name: str, kind: str, domain: str, values: Outline) -> None:
    if name not in shown.attributes:
        shown.attributes.new(name, kind, domain)
    shown.attributes[name].data.foreach_set("value", values)
