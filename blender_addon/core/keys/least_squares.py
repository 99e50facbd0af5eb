"""Values and slopes of keys that fit all frames best, for many pieces of curves at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from .curve import Array, Indices, Mask, hermite

PINNED = 1e6
"""Weight of a value that a key keeps, beside 1 for every frame."""
GENTLE = 1e-3
"""Weight of the channel's own slope at a key: where frames do not tell the slope, between two neighbouring keys, that decides."""


@dataclass(eq=False)
class Batch:
    """Pieces of one length: `values` and `slopes` (P, K, C), in tolerances; `limits` (P, K); `weights` (P, K) of what keys keep; `open` (P, 2)."""

    values: Array
    slopes: Array
    limits: Array
    weights: Array
    open: Mask

    def of(self, chosen: Indices) -> Batch:
        """Some of the pieces."""
        return Batch(self.values[chosen], self.slopes[chosen], self.limits[chosen], self.weights[chosen], self.open[chosen])


def _spans(keyed: Mask) -> tuple[Indices, Indices, Array]:
    """(P, M) the frames of the keys, 0 beyond the last; (P, K) the span that each frame lies in; (P, M) how long each span is, 0 where there is none."""
    counts = keyed.sum(axis=1)
    frames = np.zeros((len(keyed), int(counts.max())), dtype=np.intp)
    rows, at = np.nonzero(keyed)
    order = np.cumsum(keyed, axis=1) - 1
    frames[rows, order[rows, at]] = at
    lengths = np.zeros(frames.shape)
    lengths[:, :-1] = np.maximum(np.diff(frames, axis=1), 0)
    return frames, np.minimum(order, counts[:, None] - 2), lengths


def _basis(keyed: Mask) -> tuple[Array, Indices, Array]:
    """(4, P, K) the weights of a frame's span on it, (P, K) which span that is, and (P, M) how long spans are."""
    frames, spans, lengths = _spans(keyed)
    length = np.take_along_axis(lengths, spans, axis=1)
    part = (np.arange(keyed.shape[1]) - np.take_along_axis(frames, spans, axis=1)) / length
    return hermite(part, length), spans, lengths


def solved(batch: Batch, keyed: Mask) -> tuple[Array, Array]:
    """(P, M, C) values and slopes of the keys that fit all frames best: a tridiagonal system of blocks of two, solved for all pieces at once (Thomas)."""
    basis, spans, lengths = _basis(keyed)
    count, most, channels = len(keyed), lengths.shape[1], batch.values.shape[2]
    sums = _sums(keyed.shape[1])[lengths.astype(np.intp)]
    flat = (np.arange(count)[:, None] * most + spans).ravel()
    wanted = np.empty((count * most, 4, channels))
    for row in range(4):
        for channel in range(channels):
            wanted[:, row, channel] = np.bincount(flat, (basis[row] * batch.values[..., channel]).ravel(), minlength=count * most)
    wanted = wanted.reshape(count, most, 4, channels)
    diagonal, above, right = sums[..., :2, :2].copy(), sums[..., :2, 2:], wanted[..., :2, :].copy()
    diagonal[:, 1:] += sums[:, :-1, 2:, 2:]
    right[:, 1:] += wanted[:, :-1, 2:]
    frames, _, _ = _spans(keyed)
    there = np.arange(most) < keyed.sum(axis=1)[:, None]
    values, slopes = (np.take_along_axis(numbers, frames[..., None], axis=1) for numbers in (batch.values, batch.slopes))
    weight = np.take_along_axis(batch.weights, frames, axis=1) * there
    gentle = np.full(there.shape, GENTLE)
    gentle[:, 0] = np.where(batch.open[:, 0], GENTLE, PINNED)
    gentle[np.arange(count), there.sum(axis=1) - 1] = np.where(batch.open[:, 1], GENTLE, PINNED)
    diagonal[..., 0, 0] += np.where(there, weight, 1)
    diagonal[..., 1, 1] += np.where(there, gentle, 1)
    right[..., 0, :] += weight[..., None] * values
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
        inverses[:, at] = np.stack((d, -b, -c, a), axis=-1).reshape(-1, 2, 2) / (a * d - b * c)[:, None, None]
    solution = np.empty_like(right)
    for at in range(diagonal.shape[1] - 1, -1, -1):
        rest = right[:, at] - above[:, at] @ solution[:, at + 1] if at + 1 < diagonal.shape[1] else right[:, at]
        solution[:, at] = inverses[:, at] @ rest
    return solution[:, :, 0], solution[:, :, 1]


def off_limits(batch: Batch, keyed: Mask, values: Array, slopes: Array) -> Array:
    """(P, K) how far the curve is from each frame, in its limit."""
    basis, spans, _ = _basis(keyed)
    start, end = spans[..., None], spans[..., None] + 1
    curve = basis[0][..., None] * np.take_along_axis(values, start, axis=1) + basis[1][..., None] * np.take_along_axis(slopes, start, axis=1)
    curve += basis[2][..., None] * np.take_along_axis(values, end, axis=1) + basis[3][..., None] * np.take_along_axis(slopes, end, axis=1)
    return np.asarray(np.linalg.norm(curve - batch.values, axis=-1) / batch.limits)


def worst_of_spans(off: Array, keyed: Mask) -> tuple[Indices, Array]:
    """(P, K) the span that each frame lies in, and (P, M) how far the worst frame of each span is off."""
    _, spans, lengths = _spans(keyed)
    worst = np.zeros(lengths.shape)
    np.maximum.at(worst, (np.arange(len(off))[:, None], spans), off)
    return spans, worst


@cache
def _sums(longest: int) -> Array:
    """(longest + 1, 4, 4): for every length of a span, the products of its weights summed over its frames, the last one not counted."""
    sums = np.zeros((longest + 1, 4, 4))
    for length in range(1, longest + 1):
        weights = hermite(np.arange(length) / length, np.full(length, float(length)))
        sums[length] = weights @ weights.T
    return sums
