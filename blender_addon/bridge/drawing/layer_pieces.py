"""The layers of a drawing as cut-out pieces: their strokes in the drawing's space, on one frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ..scene.versions import FILLS_ARE_NUMBERED
from .body_parts import BodyPart

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PieceStroke:
    """A line through `points` (P, 3) with `radii` (P,), in the drawing's space; `closed` in itself, `filled` inside."""

    points: Array
    radii: Array
    closed: bool
    filled: bool


@dataclass(frozen=True, eq=False)
class LayerPiece:
    """A layer that is a part of the body: `order` is its place among the layers from the back, `strokes` what it shows;
    `pivot` (3,) where one was picked.
    """

    layer: str
    part: BodyPart
    order: int
    strokes: tuple[PieceStroke, ...]
    pivot: Array | None = None

    @property
    def points(self) -> Array:
        """(N, 3) of all strokes."""
        return np.concatenate([stroke.points for stroke in self.strokes])


def check_drawing(drawing: bpy.types.Object | None) -> None:
    """ValueError, in one sentence, where this is no Grease Pencil object that can be animated here."""
    if drawing is None:
        raise ValueError("No drawing is chosen; choose a Grease Pencil object.")
    if drawing.type != "GREASEPENCIL":
        raise ValueError(f"{drawing.name} is no Grease Pencil object; choose one.")
    if not drawing.data.is_editable or drawing.data.library is not None or not drawing.is_editable:
        raise ValueError(
            f"{drawing.name} is linked from another file and cannot be animated here; make a library override of it, or append it."
        )
    if drawing.mode not in ("OBJECT", "POSE"):
        raise ValueError(f"{drawing.name} is being edited; switch to Object Mode first.")


def layer_names(drawing: bpy.types.Object) -> list[str]:
    """From the lowest to the topmost."""
    return [layer.name for layer in drawing.data.layers]


def read_pieces(
    drawing: bpy.types.Object,
    frame: int,
    parts: Mapping[str, BodyPart],
    pivots: Mapping[str, Array],
    rests: Mapping[str, Array],
) -> list[LayerPiece]:
    """The assigned layers as they are drawn on `frame`, or on their first frame before that; layers with nothing drawn
    are passed over.

    `rests` are the layers' own transforms (4, 4) where they are not those of now. ValueError where a layer is gone.
    """
    known = layer_names(drawing)
    if gone := [name for name in parts if name not in known]:
        raise ValueError(f"{drawing.name} has no layer {gone[0]}; assign its layers again.")
    pieces = []
    for order, layer in enumerate(drawing.data.layers):
        part = parts.get(layer.name, BodyPart.NONE)
        if part == BodyPart.NONE:
            continue
        matrix = rests.get(layer.name, np.array(layer.matrix_local, dtype=np.float64))
        if strokes := _strokes(drawing, _drawing_at(layer, frame), matrix):
            pieces.append(LayerPiece(layer.name, part, order, strokes, pivots.get(layer.name)))
    return pieces


def _drawing_at(layer: bpy.types.ID, frame: int) -> bpy.types.ID | None:
    """What shows on a frame; before the first drawing that one, and where an empty one stands, the first that is not."""
    at = layer.get_frame_at(frame)
    shown = [at] if at is not None else []
    return next((key.drawing for key in (*shown, *layer.frames) if len(key.drawing.curve_offsets) > 1), None)


def _strokes(drawing: bpy.types.Object, shown: bpy.types.ID | None, matrix: Array) -> tuple[PieceStroke, ...]:
    if shown is None:
        return ()
    offsets = stroke_offsets(shown)
    points = stroke_points(shown) @ matrix[:3, :3].T + matrix[:3, 3]
    curves = len(offsets) - 1
    scale = float(np.linalg.norm(matrix[:3, :3], axis=0).mean())
    radii = _attribute(shown, "radius", len(points), 0.01) * scale
    closed = _attribute(shown, "cyclic", curves, 0.0) > 0
    filled = _filled(drawing, shown, curves)
    bounds = pairwise(offsets)
    return tuple(
        PieceStroke(points[start:end], radii[start:end], bool(closed[index]), bool(filled[index]))
        for index, (start, end) in enumerate(bounds)
        if end > start and np.isfinite(points[start:end]).all()
    )


def stroke_points(shown: bpy.types.ID) -> Array:
    """(N, 3) all points of a drawing, in its layer's space."""
    data = shown.attributes["position"].data
    values = np.empty(3 * len(data), dtype=np.float32)
    data.foreach_get("vector", values)
    return values.reshape(-1, 3).astype(np.float64)


def stroke_offsets(shown: bpy.types.ID) -> NDArray[np.int64]:
    """(C + 1,) the first point of every stroke, and the number of points."""
    return np.array([offset.value for offset in shown.curve_offsets], dtype=np.int64)


def _filled(drawing: bpy.types.Object, shown: bpy.types.ID, curves: int) -> NDArray[np.bool_]:
    if FILLS_ARE_NUMBERED:
        return np.asarray(_attribute(shown, "fill_id", curves, 0.0) != 0)
    materials = [material.grease_pencil if material is not None else None for material in drawing.data.materials]
    shows = np.array([style is not None and style.show_fill for style in materials] or [False])
    index = np.clip(_attribute(shown, "material_index", curves, 0.0).astype(np.int64), 0, len(shows) - 1)
    return np.asarray(shows[index])


def _attribute(shown: bpy.types.ID, name: str, count: int, usual: float) -> Array:
    """(count,) the values of an attribute; `usual` everywhere where the drawing has none of that name."""
    attribute = shown.attributes.get(name)
    if attribute is None or len(attribute.data) != count:
        return np.full(count, usual)
    kinds = {"FLOAT": np.float32, "INT": np.int32, "BOOLEAN": np.bool_, "INT8": np.int8}
    values: NDArray[Any] = np.empty(count, dtype=kinds.get(attribute.data_type, np.float32))
    attribute.data.foreach_get("value", values)
    return values.astype(np.float64)
