"""A body below the picture: of somebody who is seen from the chest up all the time, the rest stands upright under it.

A network that has only a head and arms to go by takes them for somebody bent double.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from ..skeleton import (
    FOREARM,
    HEAD_UP,
    HIPS_ACROSS,
    HIPS_DOWN,
    SHANK,
    SHOULDERS_ACROSS,
    THIGH,
    UPPER_ARM,
    Joint,
)
from .interpolation import interpolate_gaps

Array = NDArray[np.float32]

HARDLY_EVER = 0.1
"""A joint that is seen in a smaller part of the frames that see the neck is beyond the picture; where it is seen then, it
is at the edge.
"""

BELIEVED = 0.3
"""The confidence of joints that stand where nobody saw them: less than of any joint that a detector is sure of, and
enough for a network to take the body for a whole one.
"""

STEADY_SECONDS = 0.5
"""Who leans or nods keeps their hips where they are; who walks along takes them along. The neck's motion is smoothed by
this (standard deviation)."""

LARGEST = 0.9
"""The quantile of a length over the frames that is taken for the true one: turned away it looks shorter."""

_LENGTHS: tuple[tuple[Joint, Joint, float], ...] = (
    (Joint.HEAD, Joint.NECK, HEAD_UP),
    (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER, SHOULDERS_ACROSS),
    (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, UPPER_ARM),
    (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, UPPER_ARM),
    (Joint.LEFT_ELBOW, Joint.LEFT_WRIST, FOREARM),
    (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST, FOREARM),
)
"""What tells the height of somebody seen from the chest up: two joints and their distance in parts of it."""

_HANGING: tuple[tuple[Joint, Joint, float], ...] = (
    (Joint.RIGHT_ELBOW, Joint.RIGHT_SHOULDER, UPPER_ARM),
    (Joint.RIGHT_WRIST, Joint.RIGHT_ELBOW, FOREARM),
    (Joint.LEFT_ELBOW, Joint.LEFT_SHOULDER, UPPER_ARM),
    (Joint.LEFT_WRIST, Joint.LEFT_ELBOW, FOREARM),
    (Joint.RIGHT_KNEE, Joint.RIGHT_HIP, THIGH),
    (Joint.RIGHT_ANKLE, Joint.RIGHT_KNEE, SHANK),
    (Joint.LEFT_KNEE, Joint.LEFT_HIP, THIGH),
    (Joint.LEFT_ANKLE, Joint.LEFT_KNEE, SHANK),
)
"""Joints that hang straight below another, and by how much of the height."""

_HIPS = (Joint.MID_HIP, Joint.RIGHT_HIP, Joint.LEFT_HIP)


def with_standing_body(positions: Array, confidence: Array, fps: float) -> tuple[Array, Array]:
    """Put the hips, and what of arms and legs is hardly ever seen either, where somebody who stands upright has them, if
    a clip hardly ever sees the hips.

    Args:
        positions: (T, 15, 2) pixels.
        confidence: (T, 15), 0 = unseen.
        fps: frames per second.

    Returns:
        Positions and confidence; what was put has BELIEVED. The same ones where the hips are in sight, or no neck is.
    """
    seen = confidence > 0
    times = (seen & seen[:, Joint.NECK, None]).sum(axis=0)
    rare = times < HARDLY_EVER * times[Joint.NECK]
    if not rare[Joint.MID_HIP]:
        return positions, confidence
    height = _height(positions, seen)
    if height <= 0:
        return positions, confidence
    positions, confidence = positions.copy(), confidence.copy()
    steady = gaussian_filter1d(interpolate_gaps(positions, seen, fps), STEADY_SECONDS * fps, axis=0, mode="nearest")
    down = np.array([0, height], np.float32)
    across = (steady[:, Joint.LEFT_SHOULDER] - steady[:, Joint.RIGHT_SHOULDER]) * [[1, 0]]
    aside = np.float32(HIPS_ACROSS / SHOULDERS_ACROSS / 2) * across.astype(np.float32)
    for joint, side in zip(_HIPS, (0, -1, 1), strict=True):
        positions[:, joint] = steady[:, Joint.NECK] + np.float32(HIPS_DOWN) * down + side * aside
        confidence[:, joint] = BELIEVED
    for joint, above, part in _HANGING:
        if rare[joint]:
            start = positions if rare[above] or above in _HIPS else steady
            positions[:, joint] = start[:, above] + np.float32(part) * down
            confidence[:, joint] = BELIEVED
    return positions, confidence


def _height(positions: Array, seen: NDArray[np.bool_]) -> float:
    """Pixels of the body's height, by the largest of what is seen; 0 where that tells nothing."""
    heights = [0.0]
    for one, other, part in _LENGTHS:
        both = seen[:, one] & seen[:, other]
        if both.any():
            lengths = np.linalg.norm(positions[both, one] - positions[both, other], axis=-1)
            heights.append(float(np.quantile(lengths, LARGEST)) / part)
    return max(heights)
