"""Whether the keys around a key can do without it: tried for many keys at once, each in a window of its own.

What is fitted anew is the curve between some keys on both sides, whose ends stay where they are: so the curve is the
same everywhere else, and windows that do not overlap are independent of each other. The frames of all windows lie one
after the other in flat arrays, so that no window is padded to the length of another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .curve import Array, Indices, Mask, hermite
from .least_squares import GENTLE, PINNED, Batch, Spans, pressed

REACH = 4
"""Keys to both sides of one that is taken out that move for it; the last of them stands still."""
FRESH = 2
"""Spans to both sides of a key that is taken out whose frames all weigh the same at first."""
PRESSES = 4
"""How often a fit is done anew with more weight on the frames that are off."""
HOPELESS = 3.0
"""Limits that a window is off at its first fit for which more weight does not help any more."""
PAIRS = [(row, column) for row in range(4) for column in range(row, 4)]


class Windows:
    """Windows (N) around keys `at` (N,) of rows (N,) of a batch, without those keys.

    `keys` (N, M) are the frames of their keys, repeating the last where there are fewer, `there` (N, M). In flat
    arrays (F,) over the frames of all windows: `window`, `frame` in the piece, `span` of all windows' spans (S), and
    `basis` (4, F).
    """

    def __init__(self, spans: Spans, rows: Indices, at: Indices) -> None:
        order = np.cumsum(spans.keyed, axis=1)[rows, at] - 1
        first, last = np.maximum(order - REACH, 0), np.minimum(order + REACH, spans.counts[rows] - 1)
        index = first[:, None] + np.arange(2 * REACH)
        index += index >= order[:, None]
        self.rows, self.at = rows, at
        self.there = index <= last[:, None]
        self.keys = spans.frames[rows[:, None], np.minimum(index, last[:, None])]
        self.counts = self.there.sum(axis=1)
        self.ends = np.stack((self.keys[:, 0], self.keys[:, -1]))
        lengths = self.ends[1] - self.ends[0] + 1
        self.starts = np.cumsum(lengths) - lengths
        self.window = np.repeat(np.arange(len(rows)), lengths)
        self.frame = np.arange(len(self.window)) - (self.starts - self.ends[0])[self.window]
        self.row = rows[self.window]
        self.span_window, self.span_order = np.nonzero(self.there[:, 1:])
        begin = self.keys[self.span_window, self.span_order]
        length = (self.keys[self.span_window, self.span_order + 1] - begin).astype(np.float64)
        self.span_starts = self.starts[self.span_window] + begin - self.ends[0][self.span_window]
        marks = np.zeros(len(self.window), dtype=np.intp)
        marks[self.span_starts] = 1
        self.span = np.cumsum(marks) - 1
        self.basis = hermite((self.frame - begin[self.span]) / length[self.span], length[self.span])
        self.products = np.stack([self.basis[row] * self.basis[column] for row, column in PAIRS])
        self.start_key = (self.span_window * self.keys.shape[1] + self.span_order)[self.span]
        gap = order - first - 1
        self.fresh = (np.abs(self.span_order - gap[self.span_window]) <= FRESH)[self.span]

    def solved(self, weights: Array, values: Array, held: tuple[Array, Array]) -> Array:
        """(N, M, 2, C) value and slope of the keys that fit `values` (F, C) best; `held` (N, 2 M) by how much each of
        them is held, and (N, 2 M, C) where, times that.
        """
        count, size, channels = len(self.rows), 2 * self.keys.shape[1], values.shape[1]
        summed = np.add.reduceat(weights * self.products, self.span_starts, axis=1)
        pull = (self.basis * weights)[:, :, None] * values
        sums = np.zeros((count, size // 2 - 1, 4, 4))
        for (row, column), numbers in zip(PAIRS, summed, strict=True):
            sums[self.span_window, self.span_order, row, column] = numbers
            sums[self.span_window, self.span_order, column, row] = numbers
        wanted = np.zeros((count, size // 2 - 1, 4, channels))
        wanted[self.span_window, self.span_order] = np.add.reduceat(pull, self.span_starts, axis=1).transpose(1, 0, 2)
        matrix, right = np.zeros((count, size, size)), held[1].copy()
        matrix[:, np.arange(size), np.arange(size)] = held[0]
        for each in range(size // 2 - 1):
            part = slice(2 * each, 2 * each + 4)
            matrix[:, part, part] += sums[:, each]
            right[:, part] += wanted[:, each]
        return np.asarray(np.linalg.solve(matrix, right).reshape(count, size // 2, 2, channels))

    def held(self, batch: Batch) -> tuple[Array, Array]:
        """By how much each key's value and slope are held, and where, times that: ends stay, but for the slope where a
        piece is open.
        """
        rows, each = self.rows, np.arange(len(self.rows))
        much = np.zeros((*self.keys.shape, 2))
        much[..., 0], much[..., 1] = np.where(self.there, 0.0, 1.0), np.where(self.there, GENTLE, 1.0)
        where = np.zeros((*self.keys.shape, 2, batch.values.shape[2]))
        where[..., 1, :] = batch.slopes[rows[:, None], self.keys] * (GENTLE * self.there)[..., None]
        for side, (key, frame) in enumerate(((0 * rows, self.ends[0]), (self.counts - 1, self.ends[1]))):
            own_end = frame == (0 if side == 0 else batch.values.shape[1] - 1)
            much[each, key, 0] = PINNED
            where[each, key, 0] = PINNED * batch.curve[0, rows, frame]
            stays = ~(own_end & batch.open[rows, side])
            much[each[stays], key[stays], 1] = PINNED
            where[each[stays], key[stays], 1] = PINNED * batch.curve[1, rows[stays], frame[stays]]
        size = 2 * self.keys.shape[1]
        return much.reshape(-1, size), where.reshape(len(rows), size, -1)

    def off(self, fitted: Array, values: Array, limits: Array) -> Array:
        """(F,) how far the curve is from each frame, in its limit."""
        keys = fitted.reshape(-1, *fitted.shape[2:])
        start, end = keys[self.start_key], keys[self.start_key + 1]
        basis = self.basis[..., None]
        curve = basis[0] * start[:, 0] + basis[1] * start[:, 1] + basis[2] * end[:, 0] + basis[3] * end[:, 1] - values
        return np.asarray(np.sqrt(np.einsum("fc,fc->f", curve, curve)) / limits)


@dataclass(frozen=True, eq=False)
class _Tried:
    """Windows that were fitted: `good` (N,) those that keep to their limits; `indices` (N,) in the list of keys."""

    windows: Windows
    indices: Indices
    good: Mask
    fitted: Array
    weights: Array

    def take_over(self, batch: Batch, keyed: Mask, chosen: Mask) -> None:
        """Take the key out of those windows whose keys are `chosen`, and let the curve be what was fitted there."""
        windows, last = self.windows, batch.values.shape[1] - 1
        good = self.good & chosen[self.indices]
        keyed[windows.rows[good], windows.at[good]] = False
        moves = (windows.keys > windows.ends[0][:, None]) & (windows.keys < windows.ends[1][:, None])
        moves |= windows.there & ((windows.keys == 0) | (windows.keys == last))
        each, key = np.nonzero(moves & good[:, None])
        rows, at = windows.rows[each], windows.keys[each, key]
        batch.curve[0, rows, at], batch.curve[1, rows, at] = self.fitted[each, key, 0], self.fitted[each, key, 1]
        inside = (
            good[windows.window]
            & (windows.frame > windows.ends[0][windows.window])
            & (windows.frame < windows.ends[1][windows.window])
        )
        batch.weights[windows.row[inside], windows.frame[inside]] = self.weights[inside]


def spared(batch: Batch, keyed: Mask, rows: Indices, at: Indices, cost: Array) -> tuple[Mask, Mask]:
    """Which of these keys (N,), in order along each row, the curve can do without, each by itself; and of those, which
    were taken out of `keyed`: none in the window of another, those of least `cost` (N,) first.
    """
    spans, left, tried = Spans(keyed.copy()), np.arange(len(rows)), list[_Tried]()
    order = (np.cumsum(spans.keyed, axis=1) - 1)[rows, at]
    windows = Windows(spans, rows, at)
    weights = batch.weights[windows.row, windows.frame]
    weights = np.where(windows.fresh & ((weights < PINNED) | (windows.frame == at[windows.window])), 1.0, weights)
    for attempt in range(PRESSES + 1):
        values, limits = batch.values[windows.row, windows.frame], batch.limits[windows.row, windows.frame]
        fitted = windows.solved(weights, values, windows.held(batch))
        off = windows.off(fitted, values, limits)
        worst = np.maximum.reduceat(off, windows.starts)
        tried.append(_Tried(windows, left, worst <= 1, fitted, weights))
        stay = (worst > 1) & (worst < HOPELESS)
        if attempt == PRESSES or not stay.any():
            break
        weights = pressed(weights, off)[stay[windows.window]]
        left = left[stay]
        windows = Windows(spans, rows[left], at[left])
    good = np.zeros(len(rows), dtype=np.bool_)
    for each in tried:
        good[each.indices[each.good]] = True
    chosen = _apart(rows, order, np.where(good, cost, np.inf))
    for each in tried:
        each.take_over(batch, keyed, chosen)
    return good, chosen


def _apart(rows: Indices, order: Indices, cost: Array) -> Mask:
    """(N,) those of least cost whose windows do not overlap; infinite cost is not for choice."""
    chosen, cost = np.zeros(len(rows), dtype=np.bool_), cost.copy()
    for index in np.argsort(cost, kind="stable"):
        if np.isfinite(cost[index]):
            chosen[index] = True
            cost[(rows == rows[index]) & (np.abs(order - order[index]) < 2 * REACH)] = np.inf
    return chosen
