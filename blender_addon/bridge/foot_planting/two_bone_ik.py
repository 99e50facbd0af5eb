"""Two-bone IK for legs and arms, bent in their own plane. Arrays alone, whole clips at once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..body.rotations import directions

Array = NDArray[np.float64]

MAX_EXTENSION = 0.9995
"""Longest reach as a part of the limb's length, unless the limb was straighter before."""
BEND_THRESHOLD = 0.03
"""Part of a limb's length by which its middle joint must be off the line for its side to count more than the usual one.
"""


def max_reach(upper: Array, lower: Array, shown: Array) -> Array:
    """(K,) how far two bones can reach: nearly their length, or as far as they did (`shown`) if that was more."""
    return np.asarray(np.minimum(np.maximum(MAX_EXTENSION * (upper + lower), shown), upper + lower))


def solve_two_bones(start: Array, middle: Array, end: Array, wanted: Array, usual: Array) -> tuple[Array, Array]:
    """Positions (K, 3) of middle and end that put the end at `wanted`, or as near as the bones reach.

    The middle joint keeps its side. The straighter the limb, the more the side is that of `usual` (K, 3), so that the
    joint never flips.
    """
    upper, lower = np.linalg.norm(middle - start, axis=-1), np.linalg.norm(end - middle, axis=-1)
    longest = max_reach(upper, lower, np.linalg.norm(end - start, axis=-1))
    axis = directions(wanted - start)
    reach = np.clip(np.linalg.norm(wanted - start, axis=-1), np.abs(upper - lower) + 1e-9, longest)
    side = _across(middle - start, directions(end - start)) + BEND_THRESHOLD * (upper + lower)[:, None] * usual
    side = directions(_across(side, axis))
    along = (upper**2 - lower**2 + reach**2) / (2 * np.maximum(reach, 1e-12))
    out = np.sqrt(np.maximum(upper**2 - along**2, 0))
    return start + along[:, None] * axis + out[:, None] * side, start + reach[:, None] * axis


def bend_side_in_plane(start: Array, middle: Array, end: Array, normal: Array) -> Array:
    """(K, 3) the side of the middle joint from the line between start and end, in the plane with this `normal` (3,).

    The side changes only when the joint is clearly on the other: jitter of a straight limb does not change it.
    """
    across = np.cross(normal, directions(end - start))
    length = np.linalg.norm(middle - start, axis=-1) + np.linalg.norm(end - middle, axis=-1)
    out = ((middle - start) * across).sum(axis=-1) / length
    clear = np.flatnonzero(np.abs(out) > BEND_THRESHOLD)
    if not clear.size:
        return np.asarray(across * (1.0 if out.sum() >= 0 else -1.0))
    # Between two clear sides that differ, change where the limb is straightest.
    sides = np.empty(len(out))
    sides[: clear[0]], sides[clear[-1] :] = np.sign(out[clear[0]]), np.sign(out[clear[-1]])
    for first, last in pairwise(clear):
        change = (
            last
            if np.sign(out[first]) == np.sign(out[last])
            else first + 1 + int(np.abs(out[first + 1 : last + 1]).argmin())
        )
        sides[first:change], sides[change:last] = np.sign(out[first]), np.sign(out[last])
    return np.asarray(across * sides[:, None])


def _across(vectors: Array, axis: Array) -> Array:
    return np.asarray(vectors - (vectors * axis).sum(axis=-1, keepdims=True) * axis)
