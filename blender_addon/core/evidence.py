"""What the camera saw is kept: the network's answer only fills the gaps, and joins on to what was seen without a step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .skeleton import BONE_CHILDREN, BONE_INDEX, BONE_PARENTS, PARENTS, Joint

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

TRUSTED = 0.3
"""Confidence from which what was seen stands as it is; below, it gives way to the network step by step."""

FADE_FRAMES = 8.0
"""Frames, at the network's rate, over which a gap forgets how far the network was off at its edges."""

_ROOT_NEIGHBOURS = (Joint.RIGHT_HIP, Joint.LEFT_HIP, Joint.NECK)


def merge(joints: Array, confidence: Array, supposed: Array, lengths: Array) -> tuple[Array, Array]:
    """The picture of every bone (T, 14, 2) in parts of its length, and the mid-hip (T, 2) in pixels.

    `joints` (T, 15, 2) pixels with gaps filled, `confidence` (T, 15), `supposed` (T, 14, 2) what the network supposes, in parts of the lengths,
    `lengths` (14,) of the performer's bones in pixels.
    """
    certain = np.minimum(confidence[:, BONE_CHILDREN], confidence[:, BONE_PARENTS])
    seen = certain > 0
    observed = (joints[:, BONE_CHILDREN] - joints[:, BONE_PARENTS]) / lengths[:, None]
    trust = np.clip(certain / TRUSTED, 0, 1)[..., None]
    correction = np.where(seen[..., None], trust * (observed - supposed), 0)
    flat = supposed + _across_gaps(correction, seen)
    unseen = confidence == 0
    flat = _meet_seen_ends(flat, joints, unseen, lengths)
    return flat.astype(np.float32), _root(joints, unseen, flat, lengths)


def _across_gaps(correction: Array, seen: Mask) -> Array:
    """The corrections (T, 14, 2), carried into the frames where a bone was not `seen` (T, 14) and fading there."""
    if bool(seen.all()):
        return correction
    frames = np.arange(len(seen))[:, None]
    last = np.maximum.accumulate(np.where(seen, frames, -1), axis=0)
    following = np.minimum.accumulate(np.where(seen, frames, len(seen))[::-1], axis=0)[::-1]
    before = np.where(last >= 0, frames - last, np.inf)
    after = np.where(following < len(seen), following - frames, np.inf)
    at_last = np.take_along_axis(correction, np.maximum(last, 0)[..., None], axis=0)
    at_following = np.take_along_axis(correction, np.minimum(following, len(seen) - 1)[..., None], axis=0)
    weight_last, weight_following = 1 / np.maximum(before, 0.5), 1 / np.maximum(after, 0.5)
    total = np.maximum(weight_last + weight_following, 1e-9)
    mixed = (at_last * weight_last[..., None] + at_following * weight_following[..., None]) / total[..., None]
    fading = np.exp(-np.minimum(before, after) / FADE_FRAMES)
    return np.asarray(np.where(seen[..., None], correction, mixed * fading[..., None]), dtype=np.float32)


def _meet_seen_ends(flat: Array, joints: Array, unseen: Mask, lengths: Array) -> Array:
    """Where a seen joint hangs on an unseen one, its chain of bones from the nearest seen ancestor on ends where it was seen."""
    flat = flat.copy()
    for end in BONE_INDEX:
        chain = [end]
        while (parent := PARENTS[chain[-1]]) in PARENTS:
            open_chain = ~unseen[:, end] & unseen[:, [PARENTS[joint] for joint in chain]].all(axis=1)
            anchored = open_chain & ~unseen[:, PARENTS[parent]]
            chain.append(parent)
            if not anchored.any():
                continue
            at = np.flatnonzero(anchored)[:, None]
            bones = np.array([BONE_INDEX[joint] for joint in chain])
            spanned = joints[anchored, end] - joints[anchored, PARENTS[chain[-1]]]
            missing = spanned - (flat[at, bones] * lengths[bones][:, None]).sum(axis=1)
            flat[at, bones] += (missing / lengths[bones].sum())[:, None]
    return flat


def _root(joints: Array, unseen: Mask, flat: Array, lengths: Array) -> Array:
    """The mid-hip (T, 2); where it was not seen, where its seen neighbours put it."""
    root = joints[:, Joint.MID_HIP].copy()
    hints = np.zeros_like(root)
    count = np.zeros(len(root), dtype=np.float32)
    for joint in _ROOT_NEIGHBOURS:
        bone = BONE_INDEX[joint]
        says = unseen[:, Joint.MID_HIP] & ~unseen[:, joint]
        hints[says] += (joints[:, joint] - flat[:, bone] * lengths[bone])[says]
        count += says
    hinted = count > 0
    root[hinted] = hints[hinted] / count[hinted, None]
    return np.asarray(root, dtype=np.float32)
