"""What the camera saw is kept: the network's answer only fills the gaps, and joins on to what was seen without a step."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from ..skeleton import BONE_CHILDREN, BONE_PARENTS, BONE_PATHS, JOINT_COUNT, Joint
from .joint_covariance import Filled
from .neighbouring_observations import joined

Array = NDArray[np.float32]
Doubles = NDArray[np.float64]

TRUSTED = 0.3
"""Confidence from which what was seen stands as it is; below, it gives way to the network step by step."""

LEAST_TRUST = 1e-3
"""That in a joint which was seen at all: where nothing else was, it still says where the performer is."""

_AT_ONCE = 4096
"""Frames whose shifts are found together, so that a long clip takes little more memory."""


def merge(filled: Filled, supposed: Array, lengths: Array) -> tuple[Array, Array]:
    """The picture of every bone (T, 14, 2) in parts of its length, and the mid-hip (T, 2) in pixels.

    `filled` what was seen, with its gaps filled; `supposed` (T, 14, 2) what the network supposes, in parts of the lengths; `lengths` (14,) of the
    performer's bones in pixels. Joints of TRUSTED confidence come out where they were seen.
    """
    joints, confidence = filled.positions, filled.confidence
    observed = (joints[:, BONE_CHILDREN] - joints[:, BONE_PARENTS]) / lengths[:, None]
    trust = np.where(confidence > 0, np.clip(confidence / TRUSTED, LEAST_TRUST, 1), 0)
    if bool((trust == 1).all()):
        return observed, joints[:, Joint.MID_HIP]
    in_bones, sure = (np.minimum(values[:, BONE_CHILDREN], values[:, BONE_PARENTS]) for values in (trust, filled.sureness))
    seen, told, trusted, surest = (torch.from_numpy(np.asarray(values, dtype=np.float64))[None] for values in (observed, supposed, in_bones, sure))
    flat: Array = joined(seen, told, trusted, surest, filled.fps)[0].numpy().astype(np.float32)
    guess = joints[:, None, Joint.MID_HIP] + BONE_PATHS @ (flat * lengths[:, None])
    found = np.where((trust == 1)[..., None], joints, guess + _shifts(joints - guess, trust, lengths))
    bones = (found[:, BONE_CHILDREN] - found[:, BONE_PARENTS]) / lengths[:, None]
    return bones.astype(np.float32), found[:, Joint.MID_HIP].astype(np.float32)


def _shifts(wanted: Array, trust: Array, lengths: Array) -> Doubles:
    """How far joints go (T, 15, 2) from where bones put end to end have them, `wanted` (T, 15, 2) being from there to where they were seen.

    Each goes as far as its `trust` (T, 15) says of its own way and for the rest of the mean way of its neighbours, to which the shorter bones count more.
    So what is sure holds what hangs on it, and a chain of bones in doubt bends as a whole. Where nothing was seen, all go the way between that
    before and after.
    """
    shifts = wanted.astype(np.float64)
    told = trust.any(axis=1)
    doubtful = np.flatnonzero(told & (trust < 1).any(axis=1))
    for first in range(0, len(doubtful), _AT_ONCE):
        at = doubtful[first : first + _AT_ONCE]
        own = trust[at, :, None].astype(np.float64)
        shifts[at] = np.linalg.solve(np.eye(JOINT_COUNT) - (1 - own) * _neighbours(lengths), own * shifts[at])
    frames = np.arange(len(trust))
    for axis in range(2):
        root = np.interp(frames[~told], frames[told], shifts[told, Joint.MID_HIP, axis])
        shifts[~told, :, axis] = root[:, None]
    return shifts


def _neighbours(lengths: Array) -> Doubles:
    """(15, 15): for each joint, how much each joint at the other end of a bone counts; rows sum to 1."""
    near: Doubles = np.zeros((JOINT_COUNT, JOINT_COUNT), dtype=np.float64)
    near[BONE_CHILDREN, BONE_PARENTS] = near[BONE_PARENTS, BONE_CHILDREN] = lengths.max() / lengths
    near /= near.sum(axis=1, keepdims=True)
    return near
