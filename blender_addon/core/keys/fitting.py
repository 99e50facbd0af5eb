"""As few keys as keep a curve within a tolerance.

Values and slopes of all keys are fitted together, by least squares over the frames, so that a curve has one slope at a
key and runs through the middle of what trembles. Keys are added where a span is farthest off (Schneider, "An algorithm
for automatically fitting digitized curves", Graphics Gems 1990), and then those are taken out again that the others can
do without. Long curves are cut into pieces, and pieces of one length are fitted side by side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .curve import Array, Keys, Mask, Track
from .least_squares import PINNED, Batch
from .placing import begin, go_on

LONGEST = 240
"""Frames that are fitted together: what lies farther apart hardly pulls at each other, and shorter pieces are fitted
side by side.
"""
SAFE = 0.98
"""Part of the tolerance that is used, so that rounding to Blender's single precision does not leave it."""


def fewest_keys(tracks: Sequence[Track], begun: Sequence[Keys] | None = None) -> list[Keys]:
    """For each track as few keys as keep it within its tolerance on every frame.

    Those that were `begun` with wider tolerances are gone on with: keys are added where it takes them, and the others
    stay.
    """
    found = [_still(track) for track in tracks]
    batches: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for index, track in enumerate(tracks):
        if found[index] is not None:
            continue
        for first, last in pairwise(_cuts(len(track.values))):
            batches[last - first + 1].append((index, first))
    pieces: dict[tuple[int, int], Keys] = {}
    for length, places in batches.items():
        parts = [
            _piece(tracks[index], first, length, begun[index] if begun is not None else None) for index, first in places
        ]
        pieces |= zip(places, _fitted(parts, begun is not None), strict=True)
    return [
        keys or _joined([(first, pieces[index, first]) for first in _cuts(len(track.values))[:-1]])
        for index, (track, keys) in enumerate(zip(tracks, found, strict=True))
    ]


def _still(track: Track) -> Keys | None:
    """One key, where the channels never move."""
    if np.ptp(track.values, axis=0).any():
        return None
    return Keys(
        np.zeros(1, dtype=np.intp), track.values[:1], np.zeros_like(track.values[:1]), np.ones(len(track.values))
    )


def _cuts(count: int) -> list[int]:
    """First and last frames of about equal pieces, each last one the next one's first."""
    parts = max(1, -(-(count - 1) // LONGEST))
    return [round(cut) for cut in np.linspace(0, count - 1, parts + 1)]


@dataclass(frozen=True, eq=False)
class _Piece:
    """A part of a track, with its own `slopes` a frame; `open`: whether it begins and ends where the track does.
    Elsewhere its slope goes on next door.

    `keyed`, `weights` and `curve` (2, K, C), values and slopes of its keys, are what is begun with.
    """

    values: Array
    slopes: Array
    tolerance: Array
    kept: Mask
    open: Mask
    keyed: Mask
    weights: Array
    curve: Array


def _piece(track: Track, first: int, length: int, begun: Keys | None) -> _Piece:
    part, count = slice(first, first + length), len(track.values)
    around = track.values[max(first - 1, 0) : first + length + 1]
    slopes = np.gradient(around, axis=0)[first - max(first - 1, 0) :][:length]
    ends = np.array((first == 0, first + length == count))
    if track.end_slopes is not None:
        slopes[[0, -1]] = np.where(ends[:, None], track.end_slopes, slopes[[0, -1]])
        ends[:] = False
    kept = track.kept[part].copy()
    kept[[0, -1]] = True
    keyed, weights = kept.copy(), np.ones(length)
    if track.offered is not None:
        keyed |= track.offered[part]
    curve = np.stack((track.values[part], slopes))
    if begun is not None:
        own = (begun.at >= first) & (begun.at < first + length)
        keyed[:] = False
        keyed[begun.at[own] - first] = True
        weights = begun.weights[part].copy()
        curve[0, begun.at[own] - first], curve[1, begun.at[own] - first] = begun.values[own], begun.slopes[own]
    weights[[0, -1]] = PINNED
    return _Piece(track.values[part], slopes, SAFE * track.tolerance[part], kept, ends, keyed, weights, curve)


def _joined(pieces: Sequence[tuple[int, Keys]]) -> Keys:
    """One curve of pieces and their first frames, the key that two share counted once."""
    last = len(pieces) - 1
    parts = [(first + keys.at[: None if index == last else -1], keys) for index, (first, keys) in enumerate(pieces)]
    weights = np.concatenate([keys.weights[: None if index == last else -1] for index, (_, keys) in enumerate(pieces)])
    values, slopes = (
        np.concatenate([getattr(keys, name)[: len(at)] for at, keys in parts]) for name in ("values", "slopes")
    )
    return Keys(np.concatenate([at for at, _ in parts]), values, slopes, weights)


def _fitted(pieces: Sequence[_Piece], begun: bool) -> list[Keys]:
    """The keys of pieces that are all of one length."""
    scales = np.array([piece.tolerance.max() for piece in pieces])
    channels = max(piece.values.shape[1] for piece in pieces)
    batch = Batch(
        values=np.stack([_of_width(piece.values, channels) for piece in pieces]) / scales[:, None, None],
        slopes=np.stack([_of_width(piece.slopes, channels) for piece in pieces]) / scales[:, None, None],
        limits=np.stack([piece.tolerance for piece in pieces]) / scales[:, None],
        weights=np.stack([piece.weights for piece in pieces]),
        open=np.array([piece.open for piece in pieces]),
        curve=np.stack([_of_width(piece.curve, channels) for piece in pieces], axis=1) / scales[:, None, None],
    )
    keyed = np.stack([piece.keyed for piece in pieces])
    kept = np.stack([piece.kept for piece in pieces])
    (go_on if begun else begin)(batch, keyed, kept)
    found = []
    for index, (scale, piece) in enumerate(zip(scales, pieces, strict=True)):
        at = np.flatnonzero(keyed[index])
        values, slopes = batch.curve[:, index, at, : piece.values.shape[1]] * scale
        found.append(Keys(at, values, slopes, batch.weights[index]))
    return found


def _of_width(values: Array, channels: int) -> Array:
    """As many channels (…, C) as are asked for, those that are added still: they are off nothing."""
    return np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, channels - values.shape[-1])])
