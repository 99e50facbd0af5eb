"""The performer's path: the mid-hip's motion in the picture and in depth, in leg lengths."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

Array = NDArray[np.float32]

STANDING_SMOOTHING = 1.0
"""Standard deviation, in frames, of the smoothing of the depth velocity."""


def depth_velocity(predicted: Array, ankle_depth: Array, contacts: Array) -> Array:
    """Combine the network's depth velocity with that of the body over standing feet, which is more reliable.

    Args:
        predicted: (T,) the mid-hip's velocity away from the camera as the network reads it, in leg lengths per frame.
        ankle_depth: (T, 2) of the ankles behind the mid-hip, in leg lengths, right and left.
        contacts: (T, 2) probabilities that a foot stands.

    Returns:
        (T,) leg lengths per frame, smoothed; 0 in the first frame.
    """
    if len(predicted) < 2:
        return np.zeros(len(predicted), dtype=np.float32)
    against = -np.diff(ankle_depth, axis=0, prepend=ankle_depth[:1])
    standing = np.minimum(contacts, np.concatenate((contacts[:1], contacts[:-1])))
    trust = standing.max(axis=1)
    by_feet = (against * standing).sum(axis=1) / np.maximum(standing.sum(axis=1), 1e-6)
    mixed = trust * by_feet + (1 - trust) * predicted
    smooth = gaussian_filter1d(mixed, STANDING_SMOOTHING, mode="nearest")
    smooth[0] = 0
    return np.asarray(smooth, dtype=np.float32)


def root_path(root: Array, depth: Array, leg_length: float) -> Array:
    """Return the mid-hip's displacement since the first frame, in the camera's frame.

    Args:
        root: (T, 2) pixels.
        depth: (T,) leg lengths from any origin.
        leg_length: pixels.

    Returns:
        (T, 3) leg lengths.
    """
    flat = (root - root[:1]) / leg_length
    return np.concatenate((flat, (depth - depth[0])[:, None]), axis=1).astype(np.float32)
