"""A moving angle of view: scene properties with keys, drivers or NLA strips, evaluated at the times of a clip."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import bpy
import numpy as np
from numpy.typing import NDArray

from ...core.motion import View
from ..scene.animation.actions import curve_of, curves_of_all_slots
from ..scene.animation.nla import strips_of

ANGLES = ("azimuth", "elevation", "roll")
"""What an angle of view is made of, as properties hold it."""
PATHS = tuple(f"retarget2d.{angle}" for angle in ANGLES)
"""Data paths in the scene."""

ViewKeys = dict[int, tuple[float, float, float]]
"""Azimuth, elevation and roll, in degrees, by the scene's frame."""


def is_keyed(scene: bpy.types.Scene) -> bool:
    """Whether the angle of view has keys."""
    return any(curve_of(scene, path) is not None for path in PATHS)


def fingerprint_of_moving_view(scene: bpy.types.Scene) -> str:
    """A text that changes when the animation of the view changes; empty where the view does not move."""
    if not is_keyed(scene) and not _is_animated_otherwise(scene):
        return ""
    curves = [curve_of(scene, path) for path in PATHS]
    return repr([[tuple(key.co) for key in curve.keyframe_points] if curve is not None else None for curve in curves])


def view_at(scene: bpy.types.Scene, frames: NDArray[np.float64]) -> View:
    """The angle at the scene's frames (K,), between two whole ones where need be: an angle for each, or one for all
    where it does not move.
    """
    settings = scene.retarget2d
    if _is_animated_otherwise(scene):
        return _evaluated(scene, frames)
    if not is_keyed(scene):
        return View(*(getattr(settings, angle) for angle in ANGLES))
    return View(
        *(_sampled(scene, path, getattr(settings, angle), frames) for path, angle in zip(PATHS, ANGLES, strict=True))
    )


def key_view(scene: bpy.types.Scene, keys: ViewKeys) -> None:
    """Replace the keys of the view by these. Other keys of the scene stay."""
    settings = scene.retarget2d
    for path in PATHS:
        curve = curve_of(scene, path)
        for frame in [key.co[0] for key in curve.keyframe_points] if curve is not None else ():
            scene.keyframe_delete(path, frame=frame)
    for frame, (settings.azimuth, settings.elevation, settings.roll) in keys.items():
        for path in PATHS:
            scene.keyframe_insert(path, frame=frame)


def _sampled(scene: bpy.types.Scene, path: str, value: float, frames: NDArray[np.float64]) -> NDArray[np.float64]:
    curve = curve_of(scene, path)
    return np.full(len(frames), value) if curve is None else np.array([curve.evaluate(frame) for frame in frames])


def _is_animated_otherwise(scene: bpy.types.Scene) -> bool:
    """Whether more than the keys of the scene's own Action say what the angle is: drivers, or NLA strips."""
    animation = scene.animation_data
    if animation is None:
        return False
    paths = {driver.data_path for driver in animation.drivers}
    paths |= {curve.data_path for _, strip in strips_of(scene) for curve in curves_of_all_slots(strip.action)}
    return not paths.isdisjoint(PATHS)


def _evaluated(scene: bpy.types.Scene, frames: NDArray[np.float64]) -> View:
    """The view as Blender evaluates it."""
    angles = np.empty((len(frames), len(ANGLES)))
    with _scene_copy(scene) as played:
        for index, frame in enumerate(frames):
            played.frame_set(int(np.floor(frame)), subframe=float(frame % 1))
            settings = played.evaluated_get(played.view_layers[0].depsgraph).retarget2d
            angles[index] = [getattr(settings, angle) for angle in ANGLES]
    return View(*angles.T) if np.ptp(angles, axis=0).any() else View(*angles[0].tolist())


@contextmanager
def _scene_copy(scene: bpy.types.Scene) -> Iterator[bpy.types.Scene]:
    """A copy of the scene, to be played: frames that are set there reset no pose that was not keyed, and nobody sees
    them.
    """
    copy = scene.copy()
    try:
        for driver in copy.animation_data.drivers:
            for target in (target for variable in driver.driver.variables for target in variable.targets):
                if target.id == scene:
                    target.id = copy
        yield copy
    finally:
        bpy.data.scenes.remove(copy)
