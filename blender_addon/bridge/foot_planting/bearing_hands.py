"""When hands bear a body on the ground: they are low and keep still. Arrays alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..body.smoothing import hann
from .contact_spans import ContactSpan, contact_spans

Array = NDArray[np.float64]

NEAR = 0.15
"""Leg lengths above and below the ground within which a hand may stand on it: so far arms are off where the whole body
is seen. Farther below, the ground that the body is on is another one.
"""
STILL = 0.6
"""Leg lengths a second over the ground up to which it stands."""
SMOOTH_SECONDS, SHORTEST_SECONDS, GAP_SECONDS = 0.07, 0.15, 0.1
"""Smoothing before speeds are read, and what is too short for a hand to stand, and to be lifted."""


def bearing_spans(
    wrist: Array, up: Array, lowest: float, leg: float, fps: float, *, below: float = NEAR
) -> list[ContactSpan]:
    """The spans in which a hand stands on the ground.

    Args:
        wrist: (K, 3) places of the wrist.
        up: (3,) unit vector.
        lowest: height of the wrist while its hand is on the ground.
        leg: length of the body's leg.
        fps: frames per second.
        below: leg lengths below that where it may be, too.
    """
    if len(wrist) < 2:
        return []
    smooth = hann(wrist - (wrist @ up)[:, None] * up, max(1, round(SMOOTH_SECONDS * fps)))
    speed = np.linalg.norm(np.gradient(smooth, axis=0), axis=-1) * fps / leg
    high = (wrist @ up - lowest) / leg
    stands = ((-below < high) & (high < NEAR) & (speed < STILL)).astype(np.float64)
    for lifted in contact_spans(1 - stands):
        inside = lifted.first > 0 and lifted.last < len(stands)
        if inside and lifted.last - lifted.first < GAP_SECONDS * fps:
            stands[lifted.frames] = 1
    return [span for span in contact_spans(stands) if span.last - span.first >= SHORTEST_SECONDS * fps]
