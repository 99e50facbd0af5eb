"""Stable twist of bones about their direction, where the pose says little about it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..body.rotations import inverse, product, rotation_about, shortest_arc
from ..body.smoothing import hann

Array = NDArray[np.float64]

SMOOTHING_SECONDS = 0.1
"""Half width of the smoothing of twist, in seconds."""


def steady_twist(turn: Array, aim: Array, trust: Array, fps: float) -> Array:
    """(K, 4) the turns, each twisted about its `aim` (K, 3) so that the twist goes on evenly; where bones point does
    not change.

    A twist is told beside the least one: the turns that carry a bone along its aim's way without any (parallel
    transport). `trust` (K,) 0..1 is how much a frame says about its twist: where it says nothing, the twist leads
    evenly from the last frame that does to the next, and never the long way round.
    """
    good = np.flatnonzero(trust >= 1)
    if len(aim) < 2 or not good.size:
        return turn
    twist = _twists(turn, aim)
    even = np.interp(np.arange(len(aim)), good, np.unwrap(twist[good]))
    led = even + trust * ((twist - even + np.pi) % (2 * np.pi) - np.pi)
    smooth = hann(led, max(1, round(SMOOTHING_SECONDS * fps)))
    return product(rotation_about(aim, smooth - twist), turn)


def _twists(turn: Array, aim: Array) -> Array:
    """(K,) radians by which each turn is twisted about its aim beside the first one, carried along by the shortest arc
    from frame to frame.
    """
    arcs = shortest_arc(aim[:-1], aim[1:])
    steps = product(inverse(arcs), product(turn[1:], inverse(turn[:-1])))
    angles = 2 * np.arctan2((steps[:, 1:] * aim[:-1]).sum(axis=-1), steps[:, 0])
    return np.concatenate((np.zeros(1), np.cumsum(angles)))
