"""Values and slopes of keys that fit all frames best, for many pieces of curves at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .curve import Array, Indices, Mask, hermite

PINNED = 1e6
"""Weight of a value that a key keeps, beside about 1 for every frame."""
GENTLE = 1e-3
"""Weight of the channel's own slope at a key: where frames do not tell the slope, between two neighbouring keys, that
decides.
"""

LIGHTEST, HEAVIEST = 0.01, 1e3
"""The least part that a frame keeps of its weight where others are off, and the most that it weighs."""


@dataclass(eq=False)
class Batch:
    """Pieces of one length: `values` and `slopes` (P, K, C), in tolerances; `limits` (P, K); `weights` (P, K) of the
    frames; `open` (P, 2): whether a piece's slope is free at its first and at its last key.

    `curve` (2, P, K, C): value and slope of the curve that is being found, on the frames that have a key.
    """

    values: Array
    slopes: Array
    limits: Array
    weights: Array
    open: Mask
    curve: Array

    def of(self, chosen: Indices) -> Batch:
        """Some of the pieces, copied."""
        return Batch(
            self.values[chosen],
            self.slopes[chosen],
            self.limits[chosen],
            self.weights[chosen],
            self.open[chosen],
            self.curve[:, chosen],
        )

    def at_keys(self, spans: Spans) -> Array:
        """(2, P, M, C) the curve's values and slopes at the keys."""
        return np.asarray(self.curve[:, np.arange(len(spans.frames))[:, None], spans.frames])

    def take(self, spans: Spans, values: Array, slopes: Array) -> None:
        """Let values and slopes (P, M, C) of keys be the curve's."""
        rows, order = np.nonzero(spans.there)
        at = spans.frames[rows, order]
        self.curve[0, rows, at], self.curve[1, rows, at] = values[rows, order], slopes[rows, order]


class Spans:
    """What lies between the keys of `keyed` (P, K): how many keys a piece has, `counts` (P,); the `frames` (P, M) of
    keys, 0 beyond the last; the `span` (P, K) that each frame lies in; and `basis` (4, P, K), the weights of that
    span's keys on the frame.
    """

    def __init__(self, keyed: Mask) -> None:
        self.keyed = keyed
        self.counts = keyed.sum(axis=1)
        self.frames = np.zeros((len(keyed), int(self.counts.max())), dtype=np.intp)
        order = np.cumsum(keyed, axis=1) - 1
        rows, at = np.nonzero(keyed)
        self.frames[rows, order[rows, at]] = at
        self.there = np.arange(self.frames.shape[1]) < self.counts[:, None]
        self.span = np.minimum(order, self.counts[:, None] - 2)
        start, end = (np.take_along_axis(self.frames, self.span + step, axis=1) for step in (0, 1))
        length = (end - start).astype(np.float64)
        self.basis = hermite((np.arange(keyed.shape[1]) - start) / length, length)

    def summed(self, numbers: Array) -> Array:
        """(N, P, M) sums of numbers (N, P, K) over the frames of each span; 0 where there is none."""
        return self._over(np.add, numbers)

    def worst(self, off: Array) -> Array:
        """(P, M) the largest of numbers (P, K) in each span."""
        return np.asarray(self._over(np.maximum, off[None])[0])

    def of_frames(self, numbers: NDArray[Any]) -> NDArray[Any]:
        """(P, K) what spans (P, M) have, on each of their frames."""
        return np.asarray(np.take_along_axis(numbers, self.span, axis=1))

    def _over(self, how: np.ufunc, numbers: Array) -> Array:
        starts = self.there.copy()
        starts[np.arange(len(starts)), self.counts - 1] = False
        rows, order = np.nonzero(starts)
        found = np.zeros((len(numbers), *self.frames.shape))
        flat = rows * self.keyed.shape[1] + self.frames[rows, order]
        found[:, rows, order] = how.reduceat(numbers.reshape(len(numbers), -1), flat, axis=1)
        return found


def solved(batch: Batch, spans: Spans) -> tuple[Array, Array]:
    """(P, M, C) values and slopes of the keys that fit all frames best: a tridiagonal system of blocks of two, solved
    for all pieces at once (Thomas).
    """
    basis, there, count = spans.basis, spans.there, len(batch.values)
    weighted = basis * batch.weights
    channels = batch.values.shape[2]
    pairs = [(row, column) for row in range(4) for column in range(row, 4)]
    products = np.stack(
        [
            *(weighted[row] * basis[column] for row, column in pairs),
            *(weighted[row] * batch.values[..., each] for row in range(4) for each in range(channels)),
        ]
    )
    summed = spans.summed(products)
    sums = np.empty((*there.shape, 4, 4))
    for (row, column), numbers in zip(pairs, summed, strict=False):
        sums[..., row, column] = sums[..., column, row] = numbers
    wanted = np.moveaxis(summed[len(pairs) :].reshape(4, channels, *there.shape), (0, 1), (2, 3))
    diagonal, above, right = sums[..., :2, :2].copy(), sums[..., :2, 2:], wanted[..., :2, :].copy()
    diagonal[:, 1:] += sums[:, :-1, 2:, 2:]
    right[:, 1:] += wanted[:, :-1, 2:]
    slopes = np.take_along_axis(batch.slopes, spans.frames[..., None], axis=1)
    gentle = np.full(there.shape, GENTLE)
    gentle[:, 0] = np.where(batch.open[:, 0], GENTLE, PINNED)
    gentle[np.arange(count), spans.counts - 1] = np.where(batch.open[:, 1], GENTLE, PINNED)
    diagonal[..., 0, 0] += ~there
    diagonal[..., 1, 1] += np.where(there, gentle, 1)
    right[..., 1, :] += (gentle * there)[..., None] * slopes
    return _thomas(diagonal, above, right)


def _thomas(diagonal: Array, above: Array, right: Array) -> tuple[Array, Array]:
    inverses = np.empty_like(diagonal)
    for at in range(diagonal.shape[1]):
        if at:
            factor = above[:, at - 1].transpose(0, 2, 1) @ inverses[:, at - 1]
            diagonal[:, at] -= factor @ above[:, at - 1]
            right[:, at] -= factor @ right[:, at - 1]
        a, b, c, d = diagonal[:, at, 0, 0], diagonal[:, at, 0, 1], diagonal[:, at, 1, 0], diagonal[:, at, 1, 1]
        over = 1 / (a * d - b * c)
        inverses[:, at, 0, 0], inverses[:, at, 0, 1], inverses[:, at, 1, 0], inverses[:, at, 1, 1] = (
            d * over,
            -b * over,
            -c * over,
            a * over,
        )
    solution = np.empty_like(right)
    for at in range(diagonal.shape[1] - 1, -1, -1):
        rest = right[:, at] - above[:, at] @ solution[:, at + 1] if at + 1 < diagonal.shape[1] else right[:, at]
        solution[:, at] = inverses[:, at] @ rest
    return solution[:, :, 0], solution[:, :, 1]


def off_limits(batch: Batch, spans: Spans, values: Array, slopes: Array) -> Array:
    """(P, K) how far the curve is from each frame, in its limit."""
    basis = spans.basis[..., None]
    start = spans.span + (np.arange(len(values)) * values.shape[1])[:, None]
    flat_values, flat_slopes = (numbers.reshape(-1, numbers.shape[2]) for numbers in (values, slopes))
    curve = basis[0] * flat_values[start] + basis[1] * flat_slopes[start] - batch.values
    start += 1
    curve += basis[2] * flat_values[start] + basis[3] * flat_slopes[start]
    return np.asarray(np.sqrt(np.einsum("pkc,pkc->pk", curve, curve)) / batch.limits)


def pressed(weights: Array, off: Array) -> Array:
    """Lawson's: what is far off weighs more, so that the largest distance becomes the smallest that there is."""
    return np.where(weights < PINNED, np.clip(weights * np.maximum(off, LIGHTEST), 1 / HEAVIEST, HEAVIEST), weights)
