"""On which frames pieces of curves have keys: `keyed` (P, K) of a batch is changed in place, and so are the weights of
its frames.
"""

from __future__ import annotations

import numpy as np

from .curve import Array, Mask
from .least_squares import PINNED, Batch, Spans, off_limits, solved
from .sparing import spared

REMOVABLE = 8.0
"""Tolerances that a span without its middle key may be off before the others were fitted anew, for that to be tried."""
NEW = 2
"""Keys to both sides of a new one that may go for it."""
AROUND = 5
"""Spans to both sides of what is off that are fitted anew with it."""
EVEN = 4
"""Digits after which two frames are off by as much: the first goes first, whatever else is fitted beside it."""
ROUNDS = 60
"""How often keys are added or taken out at most."""


def begin(batch: Batch, keyed: Mask, kept: Mask) -> None:
    """As few keys as keep pieces to their limits; those that are `kept` (P, K) have one in any case."""
    _split(batch, keyed)
    _thin_out(batch, keyed, kept)


def go_on(batch: Batch, keyed: Mask, kept: Mask) -> None:
    """The same for pieces that have keys and a curve already, and whose limits have become narrower here and there: the
    other keys stay.

    What is off is fitted anew in windows, between keys that stand still.
    """
    spans = Spans(keyed)
    off = off_limits(batch, spans, *batch.at_keys(spans))
    if (off <= 1).all():
        return
    windows = _windows(spans, off)
    part, mask = _cut_out(batch, keyed, windows)
    _split(part, mask)
    before = keyed.copy()
    for index, (row, first, last) in enumerate(windows):
        keyed[row, first:last] = mask[index, : last - first]
        batch.weights[row, first + 1 : last] = part.weights[index, 1 : last - first]
        moves = slice(first if first == 0 else first + 1, last + 1 if last == keyed.shape[1] - 1 else last)
        batch.curve[:, row, moves] = part.curve[:, index, moves.start - first : moves.stop - first]
    _thin_out(batch, keyed, kept | (keyed & ~_near(keyed, keyed & ~before)))


def _windows(spans: Spans, off: Array) -> list[tuple[int, int, int]]:
    """Row, first and last frame of windows around whatever is off, from key to key."""
    bad = spans.worst(off) > 1
    near = _wider(bad, AROUND) & spans.there
    found = []
    for row in np.flatnonzero(bad.any(axis=1)):
        last_span = spans.counts[row] - 1
        edges = np.flatnonzero(np.diff(np.concatenate(([False], near[row, :last_span], [False]))))
        found += [
            (int(row), int(spans.frames[row, first]), int(spans.frames[row, last]))
            for first, last in edges.reshape(-1, 2)
        ]
    return found


def _cut_out(batch: Batch, keyed: Mask, windows: list[tuple[int, int, int]]) -> tuple[Batch, Mask]:
    """Windows as pieces of their own, with their keys: their ends stand where the curve has them. Frames after the end
    of a shorter one have no limit.
    """
    rows, firsts, lasts = np.array(windows).T
    at = firsts[:, None] + np.arange(int((lasts - firsts).max()) + 1)
    beyond, at = at > lasts[:, None], np.minimum(at, lasts[:, None])
    row, each = rows[:, None], np.arange(len(rows))
    part = Batch(
        values=batch.values[row, at],
        slopes=batch.slopes[row, at],
        limits=batch.limits[row, at],
        weights=batch.weights[row, at],
        open=np.zeros((len(rows), 2), dtype=np.bool_),
        curve=batch.curve[:, row, at],
    )
    for side, place, frame in ((0, 0 * rows, firsts), (1, lasts - firsts, lasts)):
        own_end = frame == (0 if side == 0 else keyed.shape[1] - 1)
        part.open[:, side] = batch.open[rows, side] & own_end
        part.values[each, place] = batch.curve[0, rows, frame]
        part.slopes[each, place] = np.where(own_end[:, None], batch.slopes[rows, frame], batch.curve[1, rows, frame])
        part.weights[each, place] = PINNED
    part.limits[beyond], part.weights[beyond] = np.inf, 0
    return part, keyed[row, at] & ~beyond


def _near(keyed: Mask, new: Mask) -> Mask:
    """(P, K) the new keys and some of their neighbours."""
    spans = Spans(keyed)
    marked = spans.there & np.take_along_axis(new, spans.frames, axis=1)
    rows, order = np.nonzero(_wider(marked, NEW) & spans.there)
    found = np.zeros_like(keyed)
    found[rows, spans.frames[rows, order]] = True
    return found


def _wider(spans: Mask, steps: int) -> Mask:
    """(P, M) spans and their neighbours, so many to each side."""
    for _ in range(steps):
        spans = spans.copy()
        spans[:, 1:] |= spans[:, :-1].copy()
        spans[:, :-1] |= spans[:, 1:].copy()
    return spans


def _split(batch: Batch, keyed: Mask) -> None:
    """Add keys where a span is farthest off, until none is; a key that is off itself is held to its value."""
    active = np.arange(len(keyed))
    for step in range(ROUNDS):
        part, spans = batch.of(active), Spans(keyed[active])
        fitted = solved(part, spans)
        part.take(spans, *fitted)
        batch.curve[:, active] = part.curve
        off = off_limits(part, spans, *fitted).round(EVEN)
        rows, at = np.nonzero((off >= spans.of_frames(spans.worst(off))) & (off > 1))
        if not len(rows):
            return
        if step == ROUNDS - 1:
            keyed[active[np.unique(rows)]] = True
            batch.weights[active[np.unique(rows)]] = PINNED
        was_key = spans.keyed[rows, at]
        batch.weights[active[rows[was_key]], at[was_key]] = PINNED
        keyed[active[rows], at] = True
        active = active[np.unique(rows)]


def _thin_out(batch: Batch, keyed: Mask, kept: Mask) -> None:
    """Take keys out again that are not needed once the others are fitted without them: the least needed of each
    neighbourhood first.
    """
    tried = kept.copy()
    active = np.flatnonzero((keyed & ~tried).any(axis=1))
    while len(active):
        part, spans = batch.of(active), Spans(keyed[active])
        cost = _need(part, spans, tried[active])
        rows, order = np.nonzero(cost < REMOVABLE)
        if not len(rows):
            return
        at = spans.frames[rows, order]
        good, taken = spared(batch, keyed, active[rows], at, cost[rows, order])
        tried[active[rows[~good]], at[~good]] = True
        active = active[np.unique(rows[taken])]


def _need(batch: Batch, spans: Spans, tried: Mask) -> Array:
    """(P, M) by how many limits the span would be off without a key, its neighbours as they are; infinite where there
    is none to try.
    """
    keyed = spans.keyed
    need, order = np.full(keyed.shape, np.inf), np.cumsum(keyed, axis=1)
    for parity in (0, 1):
        gone = keyed & ~tried & (order % 2 == parity)
        left = Spans(keyed & ~gone)
        need[gone] = left.of_frames(left.worst(off_limits(batch, left, *batch.at_keys(left))))[gone]
    found = np.take_along_axis(need, spans.frames, axis=1).round(EVEN)
    return np.where(spans.there, found, np.inf)
