"""Feet that glide over the ground, on skates or ice: they hold the body up, and are held nowhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..contacts import in_contact, runs
from .foot_points import Doubles

Array = NDArray[np.float32]

FURTHEST = 0.5
"""Leg lengths: a foot that rolls from heel to toe has a point that moves less while it stands."""

GLIDES = 1.0
"""Leg lengths a second: so fast no point of a foot that stands moves, nor does a camera's error."""

SPEED_SECONDS = 0.1
"""Its speed is what it goes from so long before to so long after."""


def without_gliding(contacts: Array, points: Doubles, legs: Doubles, fps: float) -> Array:
    """Return the contacts without those of feet that glide.

    Args:
        contacts: (T, 2) probabilities that the right and the left foot stand.
        points: (T, 2, 3, 2) pixels of ankle, heel and toe, as a camera that stands still sees them.
        legs: (T,) pixels of a leg.
        fps: frames per second.

    Returns:
        (T, 2) probabilities; 0 where a foot glides.
    """
    found = contacts.copy()
    for foot, stands in enumerate(in_contact(contacts).T):
        for first, last in runs(stands):
            way = points[first:last, foot] / legs[first:last].mean()
            if np.linalg.norm(np.ptp(way, axis=0), axis=-1).min() > FURTHEST:
                found[first:last, foot][_speeds(way, fps) > GLIDES] = 0
    return found


def _speeds(way: Doubles, fps: float) -> Doubles:
    """(n,) leg lengths a second of the stillest of three points, whose way (n, 3, 2) is in leg lengths."""
    frames, reach = np.arange(len(way)), max(1, round(SPEED_SECONDS * fps))
    before, after = np.maximum(frames - reach, 0), np.minimum(frames + reach, len(way) - 1)
    return np.asarray(
        np.linalg.norm(way[after] - way[before], axis=-1).min(axis=-1) * fps / np.maximum(after - before, 1)
    )
