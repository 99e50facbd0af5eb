"""On which frames pieces of curves have keys: `keyed` (P, K) of a batch is changed in place, and so are the weights of
its frames.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .curve import Array, Indices, Mask
from .least_squares import PINNED, Batch, Spans, off_limits, solved

REMOVABLE = 8.0
"""Tolerances that a span without its middle key may be off before the others were fitted anew, for that to be tried."""
APART = 4
"""How many keys lie at least between two that are taken out at once: their neighbours must move for each."""
PRESSES, LIGHTEST, HEAVIEST = 4, 0.01, 1e3
"""How often a fit is done anew with more weight on the frames that are off, the least part that one keeps of its weight
each time, and the most it weighs.
"""
FRESH, NEW = 2, 2
"""Spans to both sides of a key that is taken out whose frames all weigh the same at first, and keys to both sides of a
new one that may go for it.
"""
REACH, WINDOWED = 5, 3
"""Spans to both sides of what is off that are fitted anew with it, and how often that is tried before all of a piece is."""
EVEN = 4
"""Digits after which two frames are off by as much: the first goes first, whatever else is fitted beside it."""
TRIES, ROUNDS = 3, 60
"""How often a removal is mended before it is given up, and how often keys are added or taken out at most."""


def begin(batch: Batch, keyed: Mask, kept: Mask) -> None:
    """As few keys as keep pieces to their limits; those that are `kept` (P, K) have one in any case."""
    _split(batch, keyed)
    _thin_out(batch, keyed, kept)


def go_on(batch: Batch, keyed: Mask, kept: Mask) -> None:
    """The same for pieces that have keys already, and whose limits have become narrower here and there: the other keys
    stay.

    What is off is fitted anew in windows, between keys that stand still; if the whole is off by that, all of the piece.
    """
    for attempt in range(WINDOWED + 1):
        spans = Spans(keyed)
        values, slopes = solved(batch, spans)
        off = off_limits(batch, spans, values, slopes)
        rows = np.flatnonzero((off > 1).any(axis=1))
        if not len(rows):
            return
        if attempt == WINDOWED:
            part, mask = batch.of(rows), keyed[rows]
            _refine(part, mask, kept[rows])
            keyed[rows], batch.weights[rows] = mask, part.weights
        else:
            windows = _windows(spans, off)
            part, mask, stay = _cut_out(batch, keyed, kept, windows, (values, slopes))
            _refine(part, mask, stay)
            for index, (row, first, last) in enumerate(windows):
                keyed[row, first:last] = mask[index, : last - first]
                batch.weights[row, first + 1 : last] = part.weights[index, 1 : last - first]


def _refine(batch: Batch, keyed: Mask, kept: Mask) -> None:
    """Keep pieces to limits that have become narrower, with new keys where it takes them."""
    before = keyed.copy()
    _press(batch, before)
    _split(batch, keyed)
    _thin_out(batch, keyed, kept | (keyed & ~_near(keyed, keyed & ~before)))


def _windows(spans: Spans, off: Array) -> list[tuple[int, int, int]]:
    """Row, first and last frame of windows around whatever is off, from key to key."""
    bad = spans.worst(off) > 1
    near = _wider(bad, REACH) & spans.there
    found = []
    for row in np.flatnonzero(bad.any(axis=1)):
        last_span = spans.counts[row] - 1
        edges = np.flatnonzero(np.diff(np.concatenate(([False], near[row, :last_span], [False]))))
        found += [
            (int(row), int(spans.frames[row, first]), int(spans.frames[row, last]))
            for first, last in edges.reshape(-1, 2)
        ]
    return found


def _cut_out(
    batch: Batch, keyed: Mask, kept: Mask, windows: list[tuple[int, int, int]], curve: tuple[Array, Array]
) -> tuple[Batch, Mask, Mask]:
    """Windows as pieces of their own, with their keys and those that are kept: their ends stand where the curve has
    them. Frames after the end of a shorter one have no limit.
    """
    rows, firsts, lasts = np.array(windows).T
    at = firsts[:, None] + np.arange(int((lasts - firsts).max()) + 1)
    beyond, at = at > lasts[:, None], np.minimum(at, lasts[:, None])
    row, each = rows[:, None], np.arange(len(rows))
    none_open = np.zeros((len(rows), 2), dtype=np.bool_)
    part = Batch(batch.values[row, at], batch.slopes[row, at], batch.limits[row, at], batch.weights[row, at], none_open)
    order = np.cumsum(keyed, axis=1) - 1
    for side, place, frame in ((0, 0 * rows, firsts), (1, lasts - firsts, lasts)):
        key = order[rows, frame]
        own_end = frame == (0 if side == 0 else keyed.shape[1] - 1)
        part.open[:, side] = batch.open[rows, side] & own_end
        part.values[each, place], fitted = curve[0][rows, key], curve[1][rows, key]
        part.slopes[each, place] = np.where(own_end[:, None], batch.slopes[rows, frame], fitted)
        part.weights[each, place] = PINNED
    part.limits[beyond], part.weights[beyond] = np.inf, 0
    mask, stay = keyed[row, at] & ~beyond, kept[row, at] & ~beyond
    stay[each, 0] = stay[each, lasts - firsts] = True
    return part, mask, stay


def _press(batch: Batch, keyed: Mask) -> None:
    """Bring curves near to frames that are off without more keys; where that does not do, frames weigh as before."""
    left, before = np.arange(len(keyed)), batch.weights.copy()
    for attempt in range(PRESSES + 1):
        part, spans = batch.of(left), Spans(keyed[left])
        off = _off(part, spans)
        stay = (off > 1).any(axis=1)
        if not stay.any():
            return
        where = spans.of_frames(_wider(spans.worst(off) > 1, 1))
        batch.weights[left] = np.where(
            where, _pressed(part.weights, off) if attempt < PRESSES else before[left], part.weights
        )
        left = left[stay]


def _pressed(weights: Array, off: Array) -> Array:
    """Lawson's: what is far off weighs more, so that the largest distance becomes the smallest that there is."""
    return np.where(weights < PINNED, np.clip(weights * np.maximum(off, LIGHTEST), 1 / HEAVIEST, HEAVIEST), weights)


def _near(keyed: Mask, new: Mask) -> Mask:
    """(P, K) the new keys and some of their neighbours."""
    rows, at = np.nonzero(keyed)
    reach = np.any([_beside(rows, new[rows, at], shift, False) for shift in range(-NEW, NEW + 1)], axis=0)
    found = np.zeros_like(keyed)
    found[rows[reach], at[reach]] = True
    return found


def _beside(rows: Indices, numbers: NDArray[Any], shift: int, none: float) -> NDArray[Any]:
    """(N,) what the key so many places before each one has, of the same row; `none` where there is no such key."""
    return np.where(
        (np.roll(rows, shift) == rows) & (np.roll(np.arange(len(rows)), shift) == np.arange(len(rows)) - shift),
        np.roll(numbers, shift),
        none,
    )


def _wider(spans: Mask, steps: int) -> Mask:
    """(P, M) spans and their neighbours, so many to each side."""
    for _ in range(steps):
        spans = spans.copy()
        spans[:, 1:] |= spans[:, :-1].copy()
        spans[:, :-1] |= spans[:, 1:].copy()
    return spans


def _off(batch: Batch, spans: Spans) -> Array:
    """(P, K) how far the best fit is from each frame, in its limit."""
    return off_limits(batch, spans, *solved(batch, spans))


def _split(batch: Batch, keyed: Mask) -> None:
    """Add keys where a span is farthest off, until none is; a key that is off itself is held to its value."""
    active = np.arange(len(keyed))
    for step in range(ROUNDS):
        part, spans = batch.of(active), Spans(keyed[active])
        off = _off(part, spans).round(EVEN)
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
    active = np.arange(len(keyed))
    for _ in range(ROUNDS):
        part, mask = batch.of(active), keyed[active]
        need = _need(part, mask, tried[active])
        rows, at = np.nonzero(mask)
        cost = need[rows, at].round(EVEN)
        shifts = (*range(APART, 0, -1), *range(-1, -APART - 1, -1))
        near = [_beside(rows, cost, shift, np.inf) for shift in shifts]
        least = (cost < REMOVABLE) & np.all(
            [cost <= other if shift > 0 else cost < other for shift, other in zip(shifts, near, strict=True)], axis=0
        )
        if not least.any():
            return
        taken = np.zeros_like(mask)
        taken[rows[least], at[least]] = True
        some = np.unique(rows[least])
        back, weights = _not_to_spare(part.of(some), mask[some], taken[some])
        batch.weights[active[some]] = weights
        keyed[active[some]] &= ~(taken[some] & ~back)
        tried[active[some]] |= back
        active = active[some]


def _not_to_spare(batch: Batch, keyed: Mask, taken: Mask) -> tuple[Mask, Array]:
    """(P, K) which of the keys `taken` must come back, so that every span keeps to its limits, and the weights (P, K)
    with which it does.
    """
    back, before, left = np.zeros_like(taken), batch.weights, np.arange(len(keyed))
    spans = Spans(keyed & ~taken)
    around = spans.of_frames(_wider(spans.worst(taken.astype(np.float64)) > 0, FRESH))
    weights = np.where(around & ((before < PINNED) | taken), 1.0, before)
    for attempt in range(PRESSES + TRIES + 1):
        part, spans = batch.of(left), Spans(keyed[left] & ~(taken[left] & ~back[left]))
        part.weights = weights[left]
        off = _off(part, spans)
        stay = (off > 1).any(axis=1)
        if not stay.any():
            break
        bad = spans.worst(off) > 1
        if attempt >= PRESSES + TRIES - 1:
            bad |= bad.any(axis=1, keepdims=True)
        elif attempt != PRESSES:
            bad = _wider(bad, 1)
        where = spans.of_frames(bad)
        if attempt < PRESSES:
            weights[left] = np.where(where, _pressed(part.weights, off), part.weights)
        else:
            back[left] |= taken[left] & where
            weights[left] = np.where(where, before[left], part.weights)
        left = left[stay]
    return back, weights


def _need(batch: Batch, keyed: Mask, tried: Mask) -> Array:
    """(P, K) by how many limits the span would be off without a key, its neighbours as they are; infinite where there
    is none to try.
    """
    values, slopes = solved(batch, Spans(keyed))
    need = np.full(keyed.shape, np.inf)
    order = np.cumsum(keyed, axis=1)
    for parity in (0, 1):
        gone = keyed & ~tried & (order % 2 == parity)
        spans = Spans(keyed & ~gone)
        worst = spans.worst(
            off_limits(batch, spans, *(_compact(numbers, keyed, spans) for numbers in (values, slopes)))
        )
        need[gone] = spans.of_frames(worst)[gone]
    return need


def _compact(numbers: Array, keyed: Mask, left: Spans) -> Array:
    """(P, M, C) rows of the keys that are `left`, of rows of all keys."""
    rows, order = np.nonzero(left.there)
    result = np.zeros((*left.there.shape, numbers.shape[2]))
    result[rows, order] = numbers[rows, (np.cumsum(keyed, axis=1) - 1)[rows, left.frames[rows, order]]]
    return result
