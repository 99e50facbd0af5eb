"""Held poses for animation on twos and threes: which pose to hold on which frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...core.keys import held_poses, turning_points
from ..body.contacts import CONTACT_THRESHOLD
from ..body.scene_motion import SceneMotion
from ..scene.animation.actions import Curve, Interpolation

TURNING_DISTANCE = 0.03
"""A turning point counts if the joint comes back by this part of the height."""
CONTACT_IMPORTANCE = 4.0
"""Importance of the first frame of a contact, in turning points: sliding feet are noticed first."""


def poses_to_hold(motion: SceneMotion, hold: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(n,) the frames of the motion on which poses begin that stand `hold` frames, and (n,) which frame's pose each is.

    Where a joint turns back or a foot comes down within a pose's frames, that is the moment that is shown.
    """
    steps = np.diff((motion.contacts >= CONTACT_THRESHOLD).astype(np.int8), axis=0, prepend=0)
    importance = CONTACT_IMPORTANCE * (steps > 0).any(axis=1).astype(np.float64)
    for joint in range(motion.positions.shape[1]):
        importance += turning_points(motion.positions[:, joint], TURNING_DISTANCE * motion.skeleton.height)
    return held_poses(importance, hold)


def hold_curves(curves: Sequence[Curve], motion: SceneMotion, hold: int) -> list[Curve]:
    """Curves whose poses are held for `hold` frames each.

    Curves keyed on every frame are sampled. Curves with constant keys change together with them.
    """
    starts, poses = poses_to_hold(motion, hold)
    return [_held(curve, motion.frames, starts, poses) for curve in curves]


def _held(curve: Curve, frames: NDArray[np.int64], starts: NDArray[np.intp], poses: NDArray[np.intp]) -> Curve:
    if len(curve.frames) == 1:
        return replace(curve, interpolation=Interpolation.CONSTANT)
    shown = np.searchsorted(curve.frames, frames[poses], side="right") - 1
    values, at = curve.values[np.maximum(shown, 0)], frames[starts]
    changes = (
        np.concatenate(([True], np.diff(values) != 0))
        if curve.interpolation is Interpolation.CONSTANT
        else np.ones(len(at), dtype=np.bool_)
    )
    return replace(curve, frames=at[changes], values=values[changes], interpolation=Interpolation.CONSTANT, slopes=None)
