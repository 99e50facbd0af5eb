"""How bones twist about where they point, steady over time: what points the same way may still spin, where nothing says how it is twisted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .rotations import NO_TURN, about, inverse, normalised, product, shortest_arc

Array = NDArray[np.float64]

EVEN_SECONDS = 0.1
"""How long before and after a twist is evened out over."""


def steady_twist(turn: Array, aim: Array, trust: Array, fps: float) -> Array:
    """(K, 4) the turns, each twisted about its `aim` (K, 3) so that the twist goes on evenly; where bones point does not change.

    A twist is told beside the least one: the turns that carry a bone along its aim's way without any (parallel transport). `trust` (K,) 0..1 is how much
    a frame says about its twist: where it says nothing, the twist leads evenly from the last frame that does to the next, and never the long way round.
    """
    good = np.flatnonzero(trust >= 1)
    if len(aim) < 2 or not good.size:
        return turn
    least = product(_transported(aim), turn[:1])
    off = product(turn, inverse(least))
    twist = 2 * np.arctan2((off[:, 1:] * aim).sum(axis=-1), off[:, 0])
    even = np.interp(np.arange(len(aim)), good, np.unwrap(twist[good]))
    led = even + trust * ((twist - even + np.pi) % (2 * np.pi) - np.pi)
    reach = max(1, round(EVEN_SECONDS * fps))
    window = np.hanning(2 * reach + 3)[1:-1]
    smooth = np.convolve(np.pad(led, reach, mode="edge"), window / window.sum(), mode="valid")
    return product(about(aim, smooth - twist), turn)


def _transported(aim: Array) -> Array:
    """(K, 4) the turns from the first aim to each, by the shortest arc from frame to frame."""
    turns = np.concatenate((NO_TURN[None], shortest_arc(aim[:-1], aim[1:])))
    step = 1
    while step < len(turns):  # each pass doubles how many arcs are taken together
        turns = np.concatenate((turns[:step], normalised(product(turns[step:], turns[:-step]))))
        step *= 2
    return turns
