"""Where the performer goes: the mid-hip's path in the picture and in depth, in leg lengths, and on another body."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

Array = NDArray[np.float32]

STANDING_SMOOTHING = 1.0
"""Frames of standard deviation that the depth velocity read off standing feet is smoothed by."""


def depth_velocity(seen: Array, ankle_depth: Array, contacts: Array) -> Array:
    """(T,) how fast the mid-hip moves away from the camera, a frame, in leg lengths.

    `seen` (T,) is what the network reads off the whole body. Where a foot stands the mid-hip moves against it, which is surer:
    `ankle_depth` (T, 2) behind the mid-hip in leg lengths, `contacts` (T, 2) in 0..1, right and left.
    """
    if len(seen) < 2:
        return np.zeros(len(seen), dtype=np.float32)
    against = -np.diff(ankle_depth, axis=0, prepend=ankle_depth[:1])
    standing = np.minimum(contacts, np.concatenate((contacts[:1], contacts[:-1])))
    trust = standing.max(axis=1)
    by_feet = (against * standing).sum(axis=1) / np.maximum(standing.sum(axis=1), 1e-6)
    mixed = trust * by_feet + (1 - trust) * seen
    smooth = gaussian_filter1d(mixed, STANDING_SMOOTHING, mode="nearest")
    smooth[0] = 0
    return np.asarray(smooth, dtype=np.float32)


def path(root: Array, depth: Array, leg_length: float) -> Array:
    """(T, 3) the mid-hip's displacement since the first frame in leg lengths, camera frame.

    `root` (T, 2) its pixels, `depth` (T,) its depth in leg lengths from anywhere, `leg_length` in pixels.
    """
    flat = (root - root[:1]) / leg_length
    return np.concatenate((flat, (depth - depth[0])[:, None]), axis=1).astype(np.float32)
