"""Where a filmed foot may touch the ground: at its ankle, heel and toe."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import PoseSequence
from ..skeleton import Joint

Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]

FEET = (("right", Joint.RIGHT_ANKLE), ("left", Joint.LEFT_ANKLE))
PARTS = ("heel", "toe")
SURE = 0.3
"""Confidence from which a heel or toe is where it was seen; others go where the ankle carries them."""
LONGEST_FOOT = 0.5
"""Leg lengths: farther from its ankle, a heel or toe is not where it was seen."""
SOLE = 0.08
"""Leg lengths from an ankle down to the sole, where neither heel nor toe was ever seen."""


def foot_points(poses: PoseSequence, legs: Doubles) -> tuple[Doubles, bool]:
    """Find the points of both feet.

    Args:
        poses: the performer.
        legs: (T,) pixels of a leg.

    Returns:
        (T, 2, 3, 2) pixels of ankle, heel and toe of the right and the left foot, and whether heels and toes were seen.
    """
    found = np.empty((len(poses), len(FEET), 1 + len(PARTS), 2))
    told = True
    for foot, (side, joint) in enumerate(FEET):
        ankle = _bridged(poses.positions[:, joint].astype(np.float64), poses.confidence[:, joint] > 0)
        found[:, foot, 0] = ankle
        for part, name in enumerate(PARTS, 1):
            offset = _offset(poses, f"{side}_{name}", ankle, legs)
            told &= offset is not None
            found[:, foot, part] = ankle + (offset if offset is not None else SOLE * legs[:, None] * (0.0, 1.0))
    return found, told


def _offset(poses: PoseSequence, name: str, ankle: Doubles, legs: Doubles) -> Doubles | None:
    """(T, 2) of a landmark from its ankle; None where it was hardly seen."""
    if poses.landmarks is None or name not in poses.landmarks.names:
        return None
    index = poses.landmarks.names.index(name)
    offset = poses.landmarks.positions[:, index] - ankle
    near = np.linalg.norm(offset, axis=-1) < LONGEST_FOOT * legs
    sure = near & (poses.landmarks.confidence[:, index] >= SURE)
    return _bridged(offset, sure) if int(sure.sum()) >= max(2, len(poses) // 10) else None


def _bridged(points: Doubles, sure: Mask) -> Doubles:
    """Points (T, 2), interpolated where they are not sure."""
    frames = np.arange(len(points))
    if not sure.any():
        return points
    return np.stack([np.interp(frames, frames[sure], axis[sure]) for axis in points.T], axis=-1)
