"""The angle of view where it is keyed over time: the curves of the scene's own properties, at the moments of a clip."""

from __future__ import annotations

import bpy
import numpy as np
from numpy.typing import NDArray

from ..core.motion import View
from .actions import curve_of

AZIMUTH, ELEVATION = "retarget2d.azimuth", "retarget2d.elevation"
"""Data paths in the scene."""

ViewKeys = dict[int, tuple[float, float]]
"""Azimuth and elevation, in degrees, by the scene's frame."""


def is_keyed(scene: bpy.types.Scene) -> bool:
    """Whether the angle of view has keys."""
    return any(curve_of(scene, path) is not None for path in (AZIMUTH, ELEVATION))


def view_at(scene: bpy.types.Scene, frames: NDArray[np.float64]) -> View:
    """The angle at the scene's frames (K,), between two whole ones where need be: an angle for each, or one for all where it has no keys."""
    settings = scene.retarget2d
    if not is_keyed(scene):
        return View(settings.azimuth, settings.elevation)
    return View(*(_sampled(scene, path, value, frames) for path, value in ((AZIMUTH, settings.azimuth), (ELEVATION, settings.elevation))))


def key_view(scene: bpy.types.Scene, keys: ViewKeys) -> None:
    """Replace the angle's keys by these; what else is keyed in the scene stays."""
    settings = scene.retarget2d
    for path in (AZIMUTH, ELEVATION):
        curve = curve_of(scene, path)
        for frame in [key.co[0] for key in curve.keyframe_points] if curve is not None else ():
            scene.keyframe_delete(path, frame=frame)
    for frame, (settings.azimuth, settings.elevation) in keys.items():
        for path in (AZIMUTH, ELEVATION):
            scene.keyframe_insert(path, frame=frame)


def _sampled(scene: bpy.types.Scene, path: str, value: float, frames: NDArray[np.float64]) -> NDArray[np.float64]:
    curve = curve_of(scene, path)
    return np.full(len(frames), value) if curve is None else np.array([curve.evaluate(frame) for frame in frames])
