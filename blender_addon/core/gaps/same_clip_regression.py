"""Where a joint is while nobody sees it, as the same performer tells who is seen elsewhere in the clip.

Gaussian process regression (Rasmussen and Williams 2006, section 2.2): from where the other joints are to where this one is, learnt from the frames around
the gap. A body of one proportion that is filmed from one side, and does again and again what it does, leaves little open.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]

LINEAR = 100.0
"""How much more a joint is expected to follow the others in a straight line than to do in like poses what it does in no other. All measured on motion capture,
in gaps of half a second, as what comes after."""
POSE_SHARE = 0.4
"""So near are poses to each other that are alike."""
SPEED_SECONDS = 1 / 15
"""What a speed counts in that."""
TIME_SHARE, TIME_SECONDS = 0.02, 0.2
"""How much a joint stays where it just was, and for how long."""
NOISE = 1e-4
"""Variance of a sighting at the least."""
TREMBLING = 10.0
"""How many times the variance of a detector's trembling a sighting is off: the joints that tell tremble as well."""
LEAST_FRAMES = 8
"""Fewer tell nothing."""
MOST_FRAMES = 160
"""That are learnt from."""
NEAR_FRAMES = 40
"""Of them, those nearest to the gap."""

_FOURTH_DIFFERENCE = 70.0
"""Variance of fourth differences of white noise of variance 1."""
_MEDIAN = 0.6745
"""Median distance from 0 of normal numbers of variance 1."""


@dataclass(frozen=True, eq=False)
class Around:
    """What is known around a gap, the frames [first, last): a `joint` (T, 2) where it is `known` (T,) together with the `others` (T, O, 2), about the mid-hip,
    in parts of the body's size in the picture. The others are seen in the gap too, and count for the joint as `kinship` (O,) says."""

    joint: Doubles
    others: Doubles
    known: Mask
    kinship: Doubles
    first: int
    last: int


def recalled(around: Around, fps: float) -> tuple[Doubles, Doubles]:
    """Where the joint is in the gap (F, 2), as `Around` has it, and the variance (F,) of a coordinate of that; infinite where too few frames tell.

    The answer goes through the sightings beside the gap.
    """
    learnt, gap = _learnt(around), slice(around.first, around.last)
    if len(learnt) < LEAST_FRAMES:
        return np.zeros((around.last - around.first, 2)), np.full(around.last - around.first, np.inf)
    alike, own = _alike(around, learnt, fps)
    noise = NOISE + TREMBLING * _trembling(around.others) ** 2
    mean = around.joint[learnt].mean(axis=0)
    among = np.linalg.inv(alike[learnt] + noise * np.eye(len(learnt)))
    weights = among @ (around.joint[learnt] - mean)
    unit = float(((around.joint[learnt] - mean) * weights).sum()) / (2 * len(learnt))
    left = own[gap] - np.einsum("gl,lk,gk->g", alike[gap], among, alike[gap])
    return _joined(alike @ weights + mean, around), unit * np.maximum(left, 0)


def _learnt(around: Around) -> NDArray[np.intp]:
    """The frames that are learnt from: those nearest to the gap, and of the others so many, evenly."""
    frames = np.flatnonzero(around.known)
    away = np.maximum(around.first - frames, frames - around.last + 1)
    stride = -(-len(frames) // (MOST_FRAMES - NEAR_FRAMES))
    near = np.argsort(away, kind="stable")[:NEAR_FRAMES]
    kept = np.isin(np.arange(len(frames)), near) | (np.arange(len(frames)) % max(stride, 1) == 0)
    return np.asarray(frames[kept], dtype=np.intp)


def _trembling(places: Doubles) -> float:
    """The standard deviation of what points (T, O, 2) do too fast to be a body's motion."""
    if len(places) < 5:
        return 0.0
    return float(np.median(np.abs(np.diff(places, 4, axis=0)))) / _MEDIAN / _FOURTH_DIFFERENCE**0.5


def _alike(around: Around, learnt: NDArray[np.intp], fps: float) -> tuple[Doubles, Doubles]:
    """How alike all frames and those `learnt` are (T, L), the covariance of where the joint is expected, and each frame and itself (T,)."""
    weight = np.sqrt(around.kinship / around.kinship.sum())[:, None]
    poses = (around.others * weight).reshape(len(around.others), -1)
    moving = np.hstack((poses, np.gradient(poses, axis=0) * (fps * SPEED_SECONDS)))
    times = np.arange(len(poses))[:, None] / fps
    centred = poses - poses[learnt].mean(axis=0)
    in_pose, in_time = (cdist(values, values[learnt], "sqeuclidean") for values in (moving, times))
    smooth = np.exp(-in_pose / (2 * POSE_SHARE**2)) + TIME_SHARE * np.exp(-in_time / (2 * TIME_SECONDS**2))
    return smooth + LINEAR * centred @ centred[learnt].T, 1 + TIME_SHARE + LINEAR * np.square(centred).sum(axis=1)


def _joined(found: Doubles, around: Around) -> Doubles:
    """The gap's part (F, 2) of what was found for all frames (T, 2), moved so that there is no step to the sightings beside it."""
    edges = [edge for edge in (around.first - 1, around.last) if 0 <= edge < len(found) and around.known[edge]]
    answer = found[around.first : around.last]
    if not edges:
        return answer
    off, at = around.joint[edges] - found[edges], np.arange(around.first, around.last)
    return np.stack([answer[:, axis] + np.interp(at, edges, off[:, axis]) for axis in range(2)], axis=1)
