"""Which frames deserve a key."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .curve import Array, Indices, Mask


def turning_points(values: Array, least: float) -> Mask:
    """(K,) where channels (K, C) turn back by more than `least` on both sides, along the direction in which they move
    most.
    """
    middle = values - values.mean(axis=0)
    path = middle @ np.linalg.svd(middle.T @ middle)[0][:, 0] if values.shape[1] > 1 else values[:, 0]
    turns = np.zeros(len(path), dtype=np.bool_)
    slope = np.sign(np.diff(path))
    moving = np.flatnonzero(slope)
    candidates = [0, *(moving[1:][slope[moving[1:]] != slope[moving[:-1]]]).tolist(), len(path) - 1]
    # A zigzag: the farthest point in one direction counts once the path has come back from it far enough.
    low = high = farthest = 0
    direction = 0
    for at in candidates:
        if direction == 0:
            low, high = (at if path[at] < path[low] else low), (at if path[at] > path[high] else high)
            if path[high] - path[low] > least:
                direction, farthest = (1, high) if high > low else (-1, low)
                turns[min(low, high)] = True
        elif direction * (path[at] - path[farthest]) > 0:
            farthest = at
        elif direction * (path[farthest] - path[at]) > least:
            turns[farthest] = True
            direction, farthest = -direction, at
    turns[[0, -1]] = False
    return turns


def held_poses(importance: ArrayLike, hold: int) -> tuple[Indices, Indices]:
    """For poses that stand `hold` frames each, (n,) the frames on which they begin, and which frame's pose each is.

    Of the frames that it stands for, a pose is the one of most `importance` (K,), the first of equals.
    """
    weights = np.asarray(importance, dtype=np.float64)
    starts = np.arange(0, len(weights), hold)
    padded = np.concatenate((weights, np.full(len(starts) * hold - len(weights), -np.inf)))
    return starts, starts + padded.reshape(len(starts), hold).argmax(axis=1)
