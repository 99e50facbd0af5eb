"""Angles of a joint in the plane without full turns that nobody sees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WOUND = np.radians(300)
"""How far a channel may be turned on the way without full turns being taken out of it."""
PULL = 0.1
"""What each radian beyond costs, a frame."""
JUMP, QUICK = 1.0, np.radians(45)
"""What a full turn that is taken out costs, beside how quickly the joint turns there, in the second."""
TINY = 1e-9


def unwound(angles: Array) -> Array:
    """(K,) the angles of a channel, without the full turns that it would carry on: they show the same.

    Full turns are taken out from one frame to the next, where the joint is stillest. At the end it is within half a
    turn of where it began.
    """
    if np.abs(angles).max() <= WOUND and abs(angles[-1] - angles[0]) <= np.pi:
        return angles
    most = int(np.ceil(np.abs(angles).max() / (2 * np.pi))) + 1
    turns = np.arange(-most, most + 1)
    shown = angles[:, None] + 2 * np.pi * turns
    here = PULL * np.maximum(np.abs(shown) - WOUND, 0)
    jumps = np.abs(turns[:, None] - turns)
    cost = np.where(turns == 0, 0.0, np.inf)
    came = np.zeros(shown.shape, dtype=np.int64)
    for frame in range(1, len(angles)):
        ways = cost + jumps * (JUMP + abs(angles[frame] - angles[frame - 1]) / QUICK)
        came[frame] = ways.argmin(axis=1)
        cost = here[frame] + ways.min(axis=1)
    at = np.empty(len(angles), dtype=np.int64)
    at[-1] = np.where(np.abs(shown[-1] - shown[0, most]) <= np.pi + TINY, cost, np.inf).argmin()
    for frame in range(len(angles) - 1, 0, -1):
        at[frame - 1] = came[frame, at[frame]]
    return np.asarray(np.take_along_axis(shown, at[:, None], axis=1)[:, 0], dtype=np.float64)
