"""What the camera saw is kept: the network's answer only fills the gaps, and joins on to what was seen without a step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .skeleton import BONE_CHILDREN, BONE_COUNT, BONE_PARENTS, BONE_PATHS, JOINT_COUNT, Joint

Array = NDArray[np.float32]
Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]
Frames = NDArray[np.int64]

TRUSTED = 0.3
"""Confidence from which what was seen stands as it is; below, it gives way to the network step by step."""

LEAST_TRUST = 1e-3
"""That in a joint which was seen at all: where nothing else was, it still says where the performer is."""

CURVE_SECONDS = 0.27
"""A curve between the sightings gives way to the network step by step, and has no say from here on."""

OFFSET_SECONDS = 1.0
"""How the network was wrong where a bone was last and is next seen, it is likely wrong between: less and less, up to here."""

_AT_ONCE = 4096
"""Frames whose shifts are found together, so that a long clip takes little more memory."""


def merge(joints: Array, confidence: Array, supposed: Array, lengths: Array, fps: float) -> tuple[Array, Array]:
    """The picture of every bone (T, 14, 2) in parts of its length, and the mid-hip (T, 2) in pixels.

    `joints` (T, 15, 2) pixels with gaps filled, `confidence` (T, 15), `supposed` (T, 14, 2) what the network supposes, in parts of the lengths,
    `lengths` (14,) of the performer's bones in pixels. Joints of TRUSTED confidence come out where they were seen.
    """
    observed = (joints[:, BONE_CHILDREN] - joints[:, BONE_PARENTS]) / lengths[:, None]
    trust = np.where(confidence > 0, np.clip(confidence / TRUSTED, LEAST_TRUST, 1), 0)
    if bool((trust == 1).all()):
        return observed, joints[:, Joint.MID_HIP]
    in_bones = np.minimum(trust[:, BONE_CHILDREN], trust[:, BONE_PARENTS])[..., None]
    error = observed - supposed
    last, following = _sightings(in_bones[..., 0] == 1)
    seconds = _seconds_away(last, following, fps)[..., None]
    curved, offset = np.clip(1 - seconds / CURVE_SECONDS, 0, 1), np.clip(1 - seconds / OFFSET_SECONDS, 0, 1)
    flat = supposed + in_bones * error + (1 - in_bones) * (curved * error + (1 - curved) * offset * _between(error, last, following))
    guess = joints[:, None, Joint.MID_HIP] + BONE_PATHS @ (flat * lengths[:, None])
    found = np.where((trust == 1)[..., None], joints, guess + _shifts(joints - guess, trust, lengths))
    bones = (found[:, BONE_CHILDREN] - found[:, BONE_PARENTS]) / lengths[:, None]
    return bones.astype(np.float32), found[:, Joint.MID_HIP].astype(np.float32)


def _sightings(firm: Mask) -> tuple[Frames, Frames]:
    """(T, 14) each: the frame in which a bone was last `firm` (T, 14), -1 for never, and that in which it will be next, T for never."""
    frames = np.arange(len(firm))[:, None]
    last = np.maximum.accumulate(np.where(firm, frames, -1), axis=0)
    following = np.minimum.accumulate(np.where(firm, frames, len(firm))[::-1], axis=0)[::-1]
    return last, following


def _seconds_away(last: Frames, following: Frames, fps: float) -> Doubles:
    """(T, 14) to the nearest sighting; infinite where there is none."""
    frames = np.arange(len(last))[:, None]
    before = np.where(last >= 0, frames - last, np.inf)
    after = np.where(following < len(last), following - frames, np.inf)
    return np.asarray(np.minimum(before, after) / fps, dtype=np.float64)


def _between(values: Array, last: Frames, following: Frames) -> Doubles:
    """(T, 14, 2) straight from each bone's value at its last sighting to that at its next; the only one's where there is one alone, 0 where none."""
    count, bones = len(values), np.arange(BONE_COUNT)
    earlier, later = np.where(last >= 0, last, following), np.where(following < count, following, last)
    seen = (earlier < count)[..., None]
    earlier, later = earlier.clip(0, count - 1), later.clip(0, count - 1)
    share = ((np.arange(count)[:, None] - earlier) / np.maximum(later - earlier, 1))[..., None]
    return np.where(seen, (1 - share) * values[earlier, bones] + share * values[later, bones], 0.0)


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
