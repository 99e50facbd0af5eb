"""Baking of cycles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..body.scene_motion import SceneMotion
from ..retiming.cycles import travel_to_remove
from ..scene.animation.actions import Curve, Interpolation, Repeats
from .rig_pose import RigPose, RigTarget

SAME = 1e-4
"""A curve closes if its ends differ by less than this part of its range, or of 1."""


def stay_in_place(target: RigTarget, pose: RigPose) -> RigPose:
    """Remove the travel of a cycle that stays in place.

    Feet were planted on the ground that moves past below.
    """
    if pose.path is None:
        return pose
    return replace(pose, path=pose.path - travel_to_remove(target.motion)[:, None] * target.axes[0])


def crop_to_cycle(curves: Sequence[Curve], motion: SceneMotion) -> list[Curve]:
    """Crop the curves of a padded cycle to its own frames."""
    return (
        [_cropped(curve, int(motion.frames[0]), int(motion.frames[-1])) for curve in curves]
        if motion.cycle is not None
        else list(curves)
    )


def _cropped(curve: Curve, first: int, last: int) -> Curve:
    begin = max(int(np.searchsorted(curve.frames, first, side="right")) - 1, 0)
    frames = np.maximum(curve.frames[begin : int(np.searchsorted(curve.frames, last, side="right"))], first)
    return replace(curve, frames=frames, values=curve.values[begin : begin + len(frames)])


def repeat_endlessly(curves: Sequence[Curve], motion: SceneMotion) -> list[Curve]:
    """Let the curves of an endless cycle repeat: from the start, or from where they ended."""
    if motion.cycle is None or not motion.cycle.endless:
        return list(curves)
    last = int(motion.frames[-1])
    return [
        replace(_closed(curve, last), repeats=_repeats(curve)) if len(curve.frames) > 1 else curve for curve in curves
    ]


def _closed(curve: Curve, last: int) -> Curve:
    """A curve with held keys has one where it changes alone: it gets one more on the last frame of the cycle, since
    Blender repeats a curve from its first key to its last.
    """
    if curve.interpolation is not Interpolation.CONSTANT or curve.frames[-1] >= last:
        return curve
    types = (*curve.types, curve.types[-1]) if curve.types is not None else None
    frames, values = np.append(curve.frames, last), np.append(curve.values, curve.values[-1])
    return replace(curve, frames=frames, values=values, types=types)


def _repeats(curve: Curve) -> Repeats:
    onwards = abs(curve.values[-1] - curve.values[0]) > SAME * max(1.0, float(np.ptp(curve.values)))
    return Repeats.ONWARDS if onwards and curve.path.endswith(("location", "rotation_euler")) else Repeats.AGAIN
