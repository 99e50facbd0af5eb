"""Rotate a bone towards its landmarks: weighted by confidence, within limits, smooth over time. Arrays alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.keys import smoothstep
from ..body.rotations import from_vectors, inverse, product, to_vectors
from ..body.smoothing import gaussian

Array = NDArray[np.float64]

LOWEST_CONFIDENCE, FULL_CONFIDENCE = 0.15, 0.5
"""Confidence at which a landmark begins to rotate a bone, and from which it does so fully."""
REST_WEIGHT = 0.15
"""Weight of the inherited rotation, relative to 1 for a certain landmark."""
SMOOTHING_SECONDS = 0.08
"""Standard deviation of the smoothing, in seconds."""
LARGEST_TURN = 2.4
"""Radians: a larger rotation is taken for a wrong detection."""


def landmark_weight(*confidence: Array) -> Array:
    """(K,) 0..1 weight of landmarks with these confidences (K,): the lowest one decides."""
    return smoothstep((np.minimum.reduce(confidence) - LOWEST_CONFIDENCE) / (FULL_CONFIDENCE - LOWEST_CONFIDENCE))


def rotate_towards(base: Array, seen: Array, weight: Array, limit: float, fps: float) -> Array:
    """(K, 4) turns from `base` (K, 4) towards `seen` (K, 4) as the `weight` (K,) says, smooth over time, at most
    `limit` radians off.
    """
    away = to_vectors(product(inverse(base), seen))
    return product(base, from_vectors(limit_and_smooth(away, weight, limit, fps)))


def limit_and_smooth(away: Array, weight: Array, limit: float, fps: float) -> Array:
    """(K, 3) rotation vectors, limited and smoothed over time. Certain frames weigh more; uncertain ones fall back to
    0.
    """
    angle = np.linalg.norm(away, axis=-1)
    believed = weight * (angle < LARGEST_TURN)
    within = away * np.minimum(1, limit / np.maximum(angle, 1e-9))[:, None]
    total = _smoothed(believed[:, None], fps)
    return np.asarray(_smoothed(believed[:, None] * within, fps) / (total + REST_WEIGHT) * (1 + REST_WEIGHT))


def interpolate_rotations(start: Array, end: Array, part: Array) -> Array:
    """(K, 4) turns that are a `part` (K,) of the way from one to another."""
    return product(start, from_vectors(part[:, None] * to_vectors(product(inverse(start), end))))


def _smoothed(values: Array, fps: float) -> Array:
    """(K, C) smoothed over time."""
    deviation = SMOOTHING_SECONDS * fps
    return gaussian(values, max(deviation, 1e-6), max(1, round(3 * deviation)))
