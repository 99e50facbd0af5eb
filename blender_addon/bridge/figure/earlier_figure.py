"""Redrawing a figure from a frame on. Earlier drawings, layers, materials and place stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import bpy
import numpy as np
from numpy.typing import NDArray

from ...core.limbs import Limb
from ..body.scene_motion import SceneMotion
from ..scene.animation.bake_marks import MARK, NUMBER, number_of, source_of
from ..scene.animation.key_arrays import share_left
from .exposures import Exposure

Points = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class EarlierFigure:
    """A baked `figure` of the scene, to be redrawn from `frame` on."""

    figure: bpy.types.Object
    frame: int

    @classmethod
    def of(cls, scene: bpy.types.Scene, source: str, frame: int) -> EarlierFigure | None:
        """The latest figure of the source, or None."""
        drawn = figures_of(scene, source)
        return cls(max(drawn, key=_number), frame) if drawn else None

    def data_without_later_drawings(self) -> bpy.types.ID:
        """A copy of the data-block without the drawings from `frame` on. The figure keeps its own until
        `replace_drawings`.
        """
        data = self.figure.data.copy()
        for layer in [data.layers[limb] for limb in Limb if limb in data.layers]:
            for number in [key.frame_number for key in layer.frames if key.frame_number >= self.frame]:
                layer.frames.remove(number)
        return data

    def drawings_from_start(self, drawings: Sequence[Exposure], motion: SceneMotion) -> list[Exposure]:
        """The drawings from `frame` on, with one on `frame` itself where an earlier drawing would still show."""
        later = [each for each in drawings if each.frame >= self.frame]
        standing = [each for each in drawings if each.frame < self.frame]
        if standing and self.frame <= motion.frames[-1] and not (later and later[0].frame == self.frame):
            later.insert(0, Exposure(int(np.searchsorted(motion.frames, self.frame)), self.frame, standing[-1].drawn))
        return later

    def blended_from_earlier(
        self, limb: Limb, points: Points, sizes: Sequence[int], shown: NDArray[np.bool_], motion: SceneMotion
    ) -> Points:
        """The limb's `points` (K, N, 3) of strokes of these `sizes`, `shown` (K, S), eased away from where the limb was
        drawn in the frame before.
        """
        at = int(np.searchsorted(motion.frames, self.frame - 1))
        before = _strokes_at(self.figure, limb, self.frame - 1)
        if not before or at >= len(motion) or motion.frames[at] != self.frame - 1 or not shown[at].any():
            return points
        new = np.split(points[at], np.cumsum(sizes)[:-1])
        fitting = np.flatnonzero(shown[at])
        alike = [len(new[index]) for index in fitting] == [len(stroke) for stroke in before]
        # Where other strokes were visible then, as of a face, the limb moves as its first stroke does.
        apart = np.repeat((before[0].mean(axis=0) - new[fitting[0]].mean(axis=0))[None], len(points[at]), axis=0)
        if alike:
            apart[np.repeat(shown[at], sizes)] = np.concatenate(before) - np.concatenate(
                [new[index] for index in fitting]
            )
        left = share_left(motion.frames - self.frame, motion.fps)
        return np.asarray(points + left[:, None, None] * apart, dtype=np.float32)


def figures_of(scene: bpy.types.Scene, source: str) -> list[bpy.types.Object]:
    """The figures in the scene that bakes drew from the source."""
    return [
        item
        for item in scene.objects
        if item.type == "GREASEPENCIL" and source_of(item.data) == source and number_of(item.data) is not None
    ]


def mark_figure(scene: bpy.types.Scene, figure: bpy.types.Object, source: str) -> None:
    """Store whose motion the figure shows."""
    figure.data[MARK] = {
        "source": source,
        NUMBER: max((_number(each) for each in figures_of(scene, source)), default=-1) + 1,
    }


def _number(figure: bpy.types.Object) -> int:
    return number_of(figure.data) or 0


def replace_drawings(figure: bpy.types.Object, data: bpy.types.ID) -> None:
    """Replace the drawings of the figure, and of all that share them, by `data`."""
    old, name = figure.data, figure.data.name
    old.user_remap(data)
    bpy.data.batch_remove([old])
    data.name = name


def _strokes_at(figure: bpy.types.Object, limb: Limb, frame: int) -> list[Points]:
    """The points (P, 3) of each stroke that the limb shows in the frame."""
    layer = figure.data.layers.get(limb)
    keys = [key for key in layer.frames if key.frame_number <= frame] if layer is not None else []
    if not keys:
        return []
    drawing = max(keys, key=lambda key: key.frame_number).drawing
    if "position" not in drawing.attributes:
        return []
    points = np.empty(3 * len(drawing.attributes["position"].data), dtype=np.float32)
    drawing.attributes["position"].data.foreach_get("vector", points)
    offsets = [offset.value for offset in drawing.curve_offsets]
    return [points.reshape(-1, 3)[start:end] for start, end in pairwise(offsets)]
