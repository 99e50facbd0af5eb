"""A foot that rolls over its toes: where its ankle goes while they stay where they are. Arrays alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Sole:
    """A foot on the ground: the tip of its toes is `ahead` of its ankle along `forward` (K, 3), and `below` it along `up`
    (3,).
    """

    forward: Array
    up: Array
    ahead: float
    below: float


def turned_about_toes(spots: Array, sole: Sole, angle: Array) -> Array:
    """(K, 3) the spots of an ankle about the toes, by angles (K,) that raise the heel."""
    back, rise, cos, sin = sole.ahead, sole.below, np.cos(angle), np.sin(angle)
    on, up = back - back * cos + rise * sin, back * sin + rise * cos - rise
    return np.asarray(spots + on[:, None] * sole.forward + up[:, None] * sole.up)


def rolled_over_toes(way: Array, sole: Sole, frames: slice) -> Array:
    """(n, 3) how an ankle goes that rises as on its `way` (n, 3) in those frames, about toes that stay where they are."""
    back, below, rise = sole.ahead, sole.below, np.maximum(way @ sole.up, 0)
    size = max(float(np.hypot(back, below)), TINY)
    angle = np.arcsin(np.minimum((rise + below) / size, 1)) - np.arctan2(below, back)
    on = back - back * np.cos(angle) + below * np.sin(angle)
    return np.asarray(on[:, None] * sole.forward[frames] + rise[:, None] * sole.up)
