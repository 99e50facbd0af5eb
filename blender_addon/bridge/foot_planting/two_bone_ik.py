"""Two bones that reach for a point: legs and arms bent in their own plane. Arrays alone, whole clips at once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..body.rotations import directions

Array = NDArray[np.float64]

MAX_EXTENSION = 0.9995
"""Part of a limb's length that it is stretched to at most, unless it was straighter before."""
BEND_THRESHOLD = 0.03
"""Part of a limb's length by which its middle joint must stand out for its side to be believed over that of its usual
bend.
"""


def max_reach(upper: Array, lower: Array, shown: Array) -> Array:
    """(K,) how far a limb of two bones can reach: nearly its length, or as far as it did (`shown`) where that was more."""
    return np.asarray(np.minimum(np.maximum(MAX_EXTENSION * (upper + lower), shown), upper + lower))


def solve_two_bones(start: Array, middle: Array, end: Array, wanted: Array, usual: Array) -> tuple[Array, Array]:
    """Where middle and end (K, 3) go so that the end is at `wanted`, or as near as the two bones reach.

    The middle joint stays on the side that it stands out to; one that hardly does, on that of `usual` (K, 3) more and
    more, so that it never flips.
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
    """(K, 3) to which side of the line from start to end, in the plane of that `normal` (3,), the middle joint stands
    out.

    A side lasts until the joint clearly stands out to the other: a straight limb that trembles does not change it.
    """
    across = np.cross(normal, directions(end - start))
    length = np.linalg.norm(middle - start, axis=-1) + np.linalg.norm(end - middle, axis=-1)
    out = ((middle - start) * across).sum(axis=-1) / length
    clear = np.flatnonzero(np.abs(out) > BEND_THRESHOLD)
    if not clear.size:
        return np.asarray(across * (1.0 if out.sum() >= 0 else -1.0))
    # Between two clear sides that differ, the change is where the limb is straightest.
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
