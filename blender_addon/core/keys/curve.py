"""Channels a frame, and the keys of a curve through them.

A span between two keys is the cubic that both keys' values and slopes give (Hermite). Where the handles of a Bézier
curve lie a third of the span away from their keys, time runs evenly along it, and it is that same cubic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Indices = NDArray[np.intp]
Real = TypeVar("Real", bound=np.floating)


@dataclass(frozen=True, eq=False)
class Track:
    """Channels that are keyed on the same frames: `values` (K, C), a row a frame.

    `tolerance` (K,) above 0 is the distance, over all channels together, that a curve may keep from them. `kept` (K,):
    frames that keep a key; only the first and the last keep their very value. `end_slopes` (C,), a frame: where the
    curve is to begin and to end with one slope, as a cycle does. `offered` (K,): frames on which keys are rather than
    on others, if at all.
    """

    values: Array
    tolerance: Array
    kept: Mask
    end_slopes: Array | None = None
    offered: Mask | None = None


@dataclass(frozen=True, eq=False)
class Keys:
    """`at` (n,) which of the track's frames have a key, its first and last among them; `values` (n, C) and `slopes` (n,
    C), a frame, there.

    `weights` (K,) are those with which the track's frames were fitted.
    """

    at: Indices
    values: Array
    slopes: Array
    weights: Array

    def evaluated(self, count: int) -> Array:
        """(K, C) the curve on each of the track's `count` frames."""
        if len(self.at) == 1:
            return np.repeat(self.values, count, axis=0)
        frames = np.arange(count)
        span = np.clip(np.searchsorted(self.at, frames, side="right") - 1, 0, len(self.at) - 2)
        length = np.diff(self.at)[span].astype(np.float64)
        basis = hermite((frames - self.at[span]) / length, length)[..., None]
        return np.asarray(
            basis[0] * self.values[span]
            + basis[1] * self.slopes[span]
            + basis[2] * self.values[span + 1]
            + basis[3] * self.slopes[span + 1]
        )


def smoothstep(part: NDArray[Real]) -> NDArray[Real]:
    """0 to 1, of any shape, as `part` goes from 0 to 1, without slope at both ends and beyond them: the cubic between
    two keys at rest.
    """
    within = np.clip(part, 0, 1)
    return np.asarray(within * within * (3 - 2 * within))


def hermite(part: Array, length: Array) -> Array:
    """(4, …) weights of value and slope at the start and at the end of a span, `part` 0..1 of the way along its
    `length` in frames.
    """
    rest = 1 - part
    return np.stack(
        (
            rest * rest * (1 + 2 * part),
            length * part * rest * rest,
            part * part * (3 - 2 * part),
            -length * part * part * rest,
        )
    )
