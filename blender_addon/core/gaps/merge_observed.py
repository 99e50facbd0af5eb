"""What the camera saw is kept: the network's prediction only fills the gaps, and joins what was observed without a
step.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..skeleton import BONE_CHILDREN, BONE_PARENTS, BONE_PATHS, JOINT_COUNT, Joint
from .filled_clip import FilledClip
from .interpolation import INTERPOLATION_SECONDS
from .neighbouring_observations import NeighbouringObservations

Array = NDArray[np.float32]
Doubles = NDArray[np.float64]

TRUSTED = 0.3
"""Confidence from which an observed joint stays where it was seen; below, the network's prediction counts for more and
more.
"""

LEAST_WEIGHT = 1e-3
"""Weight of a joint that was seen at all: where nothing else was, it still says where the performer is."""

OFFSET_SECONDS = 1.0
"""The network's error at the observations beside a gap is taken off its prediction in the gap, less and less up to this
distance from them.
"""

_FRAMES_AT_ONCE = 4096
"""Frames whose linear systems are solved together, so that a long clip takes little more memory."""


def merge_observed(clip: FilledClip, predicted: Array, lengths: Array) -> tuple[Array, Array]:
    """Join what was observed, what was filled and what the network predicted.

    Args:
        clip: the performer as seen, gaps filled.
        predicted: (T, 14, 2) bone vectors by the network, in the picture, in units of their lengths.
        lengths: (14,) the performer's bone lengths in pixels.

    Returns:
        Bone vectors (T, 14, 2) in the picture, in units of their lengths, and the mid-hip (T, 2) in pixels. Joints with
        a confidence of TRUSTED or more come out where they were seen.
    """
    joints, confidence = clip.positions, clip.confidence
    observed = (joints[:, BONE_CHILDREN] - joints[:, BONE_PARENTS]) / lengths[:, None]
    weight = np.where(confidence > 0, np.clip(confidence / TRUSTED, LEAST_WEIGHT, 1), 0)
    if bool((weight == 1).all()):
        return observed, joints[:, Joint.MID_HIP]
    bone_weight, bone_fill = (
        np.minimum(values[:, BONE_CHILDREN], values[:, BONE_PARENTS]) for values in (weight, clip.fill_confidence)
    )
    exact = [np.asarray(values, dtype=np.float64) for values in (observed, predicted, bone_weight, bone_fill)]
    flat = _blend(exact[0], exact[1], exact[2], exact[3], clip.fps).astype(np.float32)
    guess = joints[:, None, Joint.MID_HIP] + BONE_PATHS @ (flat * lengths[:, None])
    merged = np.where((weight == 1)[..., None], joints, guess + _shifts(joints - guess, weight, lengths))
    bones = (merged[:, BONE_CHILDREN] - merged[:, BONE_PARENTS]) / lengths[:, None]
    return bones.astype(np.float32), merged[:, Joint.MID_HIP].astype(np.float32)


def _blend(observed: Doubles, predicted: Doubles, weight: Doubles, fill_confidence: Doubles, fps: float) -> Doubles:
    """Blend bones (T, 14, 2): observed ones, gaps filled, by `weight` (T, 14) in 0..1, and predicted ones.

    In a gap, where the weight is 0, the fill counts by its confidence (T, 14). A doubtful observation counts for more,
    the nearer a trusted one is. The rest is the prediction, minus the network's error at the neighbouring observations,
    so that there is no step.
    """
    error = observed - predicted
    neighbours = NeighbouringObservations.of(weight == 1)
    seconds = (neighbours.frames_to_nearest / fps)[..., None]
    near, offset = (np.clip(1 - seconds / limit, 0, 1) for limit in (INTERPOLATION_SECONDS, OFFSET_SECONDS))
    known = weight[..., None]
    filled = np.where(known == 0, fill_confidence[..., None], near)
    return (
        predicted
        + known * error
        + (1 - known) * (filled * error + (1 - filled) * offset * neighbours.interpolate(error))
    )


def _shifts(wanted: Array, weight: Array, lengths: Array) -> Doubles:
    """Return how far joints move (T, 15, 2) from where bones put end to end have them.

    `wanted` (T, 15, 2) goes from there to where the joints were seen. Each joint moves by its `weight` (T, 15) of its
    own way and otherwise by the mean of its neighbours, where shorter bones count for more. So a trusted joint carries
    what is attached to it, and a chain of doubtful bones bends as a whole. Frames in which nothing was seen are
    interpolated between those before and after.
    """
    shifts = wanted.astype(np.float64)
    seen = weight.any(axis=1)
    doubtful = np.flatnonzero(seen & (weight < 1).any(axis=1))
    for first in range(0, len(doubtful), _FRAMES_AT_ONCE):
        at = doubtful[first : first + _FRAMES_AT_ONCE]
        own = weight[at, :, None].astype(np.float64)
        shifts[at] = np.linalg.solve(np.eye(JOINT_COUNT) - (1 - own) * _neighbour_weights(lengths), own * shifts[at])
    frames = np.arange(len(weight))
    for axis in range(2):
        root = np.interp(frames[~seen], frames[seen], shifts[seen, Joint.MID_HIP, axis])
        shifts[~seen, :, axis] = root[:, None]
    return shifts


def _neighbour_weights(lengths: Array) -> Doubles:
    """Return (15, 15): for each joint, how much each joint at the other end of a bone counts; rows sum to 1."""
    near: Doubles = np.zeros((JOINT_COUNT, JOINT_COUNT), dtype=np.float64)
    near[BONE_CHILDREN, BONE_PARENTS] = near[BONE_PARENTS, BONE_CHILDREN] = lengths.max() / lengths
    near /= near.sum(axis=1, keepdims=True)
    return near
