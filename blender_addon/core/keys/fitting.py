"""As few keys as keep a curve within a tolerance.

Values and slopes of all keys are fitted together, by least squares over the frames, so that a curve has one slope at a key and runs through the middle of
what trembles. Keys are added where a span is farthest off (Schneider, "An algorithm for automatically fitting digitized curves", Graphics Gems 1990), and
then those are taken out again that the others can do without.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .curve import Array, Keys, Mask, Track
from .least_squares import PINNED, Batch, off_limits, solved, worst_of_spans

LONGEST = 240
"""Frames that are fitted together: what lies farther apart hardly pulls at each other, and shorter pieces are fitted side by side."""
SAFE = 0.98
"""Part of the tolerance that is used, so that rounding to Blender's single precision does not leave it."""
REMOVABLE = 4.0
"""Tolerances that a span without its middle key may be off before the others were fitted anew, for that to be tried."""
TRIES, ROUNDS = 3, 60
"""How often a removal is mended before it is given up, and how often keys are added or taken out at most."""


def fewest_keys(tracks: Sequence[Track]) -> list[Keys]:
    """For each track as few keys as keep it within its tolerance on every frame."""
    found = [_still(track) for track in tracks]
    batches: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for index, track in enumerate(tracks):
        if found[index] is not None:
            continue
        for first, last in pairwise(_cuts(len(track.values))):
            batches[last - first + 1, track.values.shape[1]].append((index, first))
    pieces: dict[tuple[int, int], Keys] = {}
    for (length, _), places in batches.items():
        pieces |= zip(places, _fitted([_piece(tracks[index], first, length) for index, first in places]), strict=True)
    return [
        keys or _joined([(first, pieces[index, first]) for first in _cuts(len(track.values))[:-1]])
        for index, (track, keys) in enumerate(zip(tracks, found, strict=True))
    ]


def _still(track: Track) -> Keys | None:
    """One key, where the channels never move."""
    if np.ptp(track.values, axis=0).any():
        return None
    return Keys(np.zeros(1, dtype=np.intp), track.values[:1], np.zeros_like(track.values[:1]))


def _cuts(count: int) -> list[int]:
    """First and last frames of about equal pieces, each last one the next one's first."""
    parts = max(1, -(-(count - 1) // LONGEST))
    return [round(cut) for cut in np.linspace(0, count - 1, parts + 1)]


@dataclass(frozen=True, eq=False)
class _Piece:
    """A part of a track, with its own `slopes` a frame; `open`: whether it begins and ends where the track does. Elsewhere its slope goes on next door."""

    values: Array
    slopes: Array
    tolerance: Array
    kept: Mask
    open: Mask


def _piece(track: Track, first: int, length: int) -> _Piece:
    part, count = slice(first, first + length), len(track.values)
    around = track.values[max(first - 1, 0) : first + length + 1]
    slopes = np.gradient(around, axis=0)[first - max(first - 1, 0) :][:length]
    ends = np.array((first == 0, first + length == count))
    if track.end_slopes is not None:
        slopes[[0, -1]] = np.where(ends[:, None], track.end_slopes, slopes[[0, -1]])
        ends[:] = False
    return _Piece(track.values[part], slopes, SAFE * track.tolerance[part], track.kept[part], ends)


def _joined(pieces: Sequence[tuple[int, Keys]]) -> Keys:
    """One curve of pieces and their first frames, the key that two share counted once."""
    last = len(pieces) - 1
    parts = [(first + keys.at[: None if index == last else -1], keys) for index, (first, keys) in enumerate(pieces)]
    values = np.concatenate([keys.values[: len(at)] for at, keys in parts])
    return Keys(np.concatenate([at for at, _ in parts]), values, np.concatenate([keys.slopes[: len(at)] for at, keys in parts]))


def _fitted(pieces: Sequence[_Piece]) -> list[Keys]:
    """The keys of pieces that are all of one length."""
    scales = np.array([piece.tolerance.max() for piece in pieces])
    batch = Batch(
        values=np.stack([piece.values for piece in pieces]) / scales[:, None, None],
        slopes=np.stack([piece.slopes for piece in pieces]) / scales[:, None, None],
        limits=np.stack([piece.tolerance for piece in pieces]) / scales[:, None],
        weights=np.zeros((len(pieces), len(pieces[0].values))),
        open=np.array([piece.open for piece in pieces]),
    )
    keyed = np.stack([piece.kept for piece in pieces])
    keyed[:, [0, -1]] = True
    batch.weights[:, [0, -1]] = PINNED
    kept = keyed.copy()
    _split(batch, keyed)
    _thin_out(batch, keyed, kept)
    values, slopes = solved(batch, keyed)
    found = []
    for index, (scale, mask) in enumerate(zip(scales, keyed, strict=True)):
        at = np.flatnonzero(mask)
        found.append(Keys(at, values[index, : len(at)] * scale, slopes[index, : len(at)] * scale))
    return found


def _split(batch: Batch, keyed: Mask) -> None:
    """Add keys where a span is farthest off, until none is; a key that is off itself is held to its value."""
    active = np.arange(len(keyed))
    for step in range(ROUNDS):
        part, mask = batch.of(active), keyed[active]
        off = off_limits(part, mask, *solved(part, mask))
        spans, worst = worst_of_spans(off, mask)
        rows, at = np.nonzero((off >= np.take_along_axis(worst, spans, axis=1)) & (off > 1))
        if not len(rows):
            return
        if step == ROUNDS - 1:
            keyed[active[np.unique(rows)]] = True
            batch.weights[active[np.unique(rows)]] = PINNED
        was_key = mask[rows, at]
        batch.weights[active[rows[was_key]], at[was_key]] = PINNED
        keyed[active[rows], at] = True
        active = active[np.unique(rows)]


def _thin_out(batch: Batch, keyed: Mask, kept: Mask) -> None:
    """Take keys out again that are not needed once the others are fitted without them: the least needed of each neighbourhood first."""
    tried = kept.copy()
    active = np.arange(len(keyed))
    for _ in range(ROUNDS):
        part, mask = batch.of(active), keyed[active]
        need = _need(part, mask, tried[active])
        rows, at = np.nonzero(mask)
        cost = need[rows, at]
        near = [np.where(np.roll(rows, shift) == rows, np.roll(cost, shift), np.inf) for shift in (2, 1, -1, -2)]
        least = (cost < REMOVABLE) & np.all([cost <= other if shift > 0 else cost < other for shift, other in zip((2, 1, -1, -2), near, strict=True)], axis=0)
        if not least.any():
            return
        taken = np.zeros_like(mask)
        taken[rows[least], at[least]] = True
        back = _not_to_spare(part, mask, taken)
        keyed[active] &= ~(taken & ~back)
        tried[active] |= back
        active = active[np.unique(rows[least])]


def _not_to_spare(batch: Batch, keyed: Mask, taken: Mask) -> Mask:
    """(P, K) which of the keys `taken` must come back, so that every span keeps to its limits."""
    back = np.zeros_like(taken)
    for attempt in range(TRIES + 1):
        mask = keyed & ~(taken & ~back)
        off = off_limits(batch, mask, *solved(batch, mask))
        if not (off > 1).any():
            break
        spans, worst = worst_of_spans(off, mask)
        bad = worst > 1
        if attempt == TRIES - 1:
            bad |= bad.any(axis=1, keepdims=True)
        elif attempt:
            bad[:, 1:] |= bad[:, :-1].copy()
            bad[:, :-1] |= bad[:, 1:].copy()
        back |= taken & np.take_along_axis(bad, spans, axis=1)
    return back


def _need(batch: Batch, keyed: Mask, tried: Mask) -> Array:
    """(P, K) by how many limits the span would be off without a key, its neighbours as they are; infinite where there is none to try."""
    values, slopes = solved(batch, keyed)
    need = np.full(keyed.shape, np.inf)
    order = np.cumsum(keyed, axis=1)
    for parity in (0, 1):
        gone = keyed & ~tried & (order % 2 == parity)
        left = keyed & ~gone
        kept_values, kept_slopes = (_compact(numbers, keyed, left) for numbers in (values, slopes))
        spans, worst = worst_of_spans(off_limits(batch, left, kept_values, kept_slopes), left)
        need[gone] = np.take_along_axis(worst, spans, axis=1)[gone]
    return need


def _compact(numbers: Array, keyed: Mask, left: Mask) -> Array:
    """(P, M, C) rows of the keys that are `left`, of rows of all keys."""
    rows, at = np.nonzero(left)
    result = np.zeros((len(left), int(left.sum(axis=1).max()), numbers.shape[2]))
    result[rows, (np.cumsum(left, axis=1) - 1)[rows, at]] = numbers[rows, (np.cumsum(keyed, axis=1) - 1)[rows, at]]
    return result
