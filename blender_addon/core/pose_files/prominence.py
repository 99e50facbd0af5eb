"""Who of several performers is the most prominent."""

from __future__ import annotations

import numpy as np

from ..pose_sequence import Array, PoseSequence


def prominence(person: PoseSequence) -> float:
    """How much of the footage somebody fills: frames in sight × the middle of their longer sides in pixels."""
    seen = person.seen.any(axis=1)
    lowest, highest = (_extreme(person, sign)[seen] for sign in (1, -1))
    return float(seen.sum() * np.median((lowest - highest).max(axis=1)))


def _extreme(person: PoseSequence, sign: int) -> Array:
    """(T, 2): the largest (sign 1) or smallest (−1) x and y of what is seen, ±inf where nothing is."""
    places = np.where(person.seen[..., None], sign * person.positions, -np.inf)
    found: Array = sign * places.max(axis=1)
    return found
