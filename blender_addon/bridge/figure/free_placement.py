"""A free place for a figure without an armature: beside the visible objects of the scene."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import bpy
import numpy as np
from numpy.typing import NDArray

from ..body.scene_motion import SceneMotion
from ..projection.planes import Placement
from .default_placement import FIGURE_HEIGHT

Array = NDArray[np.float64]

SET_WIDTH = 4 * FIGURE_HEIGHT
"""An object this wide, in world units, is part of the set, such as a floor or a wall: figures stand in it."""
HALF_DEPTH, REACH, GAP = 0.15, 0.1, 0.1
"""Parts of the figure's height: how deep it is to either side, how far it is drawn beyond its joints, and the room
between it and its neighbour.
"""
LEFT_PENALTY = 2.0
"""How much longer the way to the left counts: Blender's own view and camera look from the right, so that figures there
are not hidden.
"""
OVERLAP_TOLERANCE = 1e-3
"""World units by which boxes may overlap that merely touch."""


@dataclass(frozen=True, eq=False)
class _Box:
    """From `low` (3,) to `high` (3,) along a plane's right, up and away."""

    low: Array
    high: Array

    def overlaps(self, other: _Box, shift: float = 0.0) -> bool:
        """Whether this box, moved by `shift` to the right, overlaps the other."""
        move = np.array((shift, 0.0, 0.0))
        return bool(
            (self.low + move < other.high - OVERLAP_TOLERANCE).all()
            and (other.low < self.high + move - OVERLAP_TOLERANCE).all()
        )


def place_beside_objects(scene: bpy.types.Scene, placement: Placement, motions: Sequence[SceneMotion]) -> Placement:
    """The same place, moved to the right or the left as far as the figures need, so that in no frame they are inside an
    object that the scene shows.
    """
    figure = _box_of_figures(placement, motions)
    there = [box for box in _boxes(scene, placement.plane.axes) if (box.high - box.low)[[0, 2]].max() < SET_WIDTH]
    gap = GAP * FIGURE_HEIGHT
    shifts = [0.0]
    for box in there:
        shifts += [box.high[0] - figure.low[0] + gap, box.low[0] - figure.high[0] - gap]
    free = [shift for shift in shifts if not any(figure.overlaps(box, shift) for box in there)]
    # Beyond the outermost object there always is room.
    nearest = min(free, key=lambda shift: shift if shift >= 0 else -shift * LEFT_PENALTY)
    return replace(placement, origin=placement.origin + nearest * placement.plane.right)


def _box_of_figures(placement: Placement, motions: Sequence[SceneMotion]) -> _Box:
    """The space of the figures over all their frames."""
    joints = np.concatenate([motion.positions.reshape(-1, 2) for motion in motions]) * placement.scale
    height = placement.scale * max(motion.skeleton.height for motion in motions)
    right, up, away = placement.plane.axes @ placement.origin
    beyond, deep = REACH * height, HALF_DEPTH * height
    low = np.array((right + joints[:, 0].min() - beyond, up - joints[:, 1].max(), away - deep))
    high = np.array((right + joints[:, 0].max() + beyond, up - joints[:, 1].min() + beyond, away + deep))
    return _Box(low, high)


def _boxes(scene: bpy.types.Scene, axes: Array) -> Iterator[_Box]:
    """What the scene's visible objects take up in the current frame, along the `axes` (3, 3).

    Lights, cameras and empties take up nothing.
    """
    layer = scene.view_layers[0]
    layer.update()
    for item in layer.objects:
        corners = np.array(item.bound_box)
        if item.visible_get(view_layer=layer) and np.ptp(corners, axis=0).any():
            world = np.array(item.matrix_world)
            placed = (corners @ world[:3, :3].T + world[:3, 3]) @ axes.T
            yield _Box(placed.min(axis=0), placed.max(axis=0))
