"""Which of two limbs is in front, frame by frame, without flicker: by depth, with hysteresis, changed where they are
apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SHORTEST_HOLD = 6
"""Shortest time between two changes, in frames: shorter ones are jitter of the depth, or look like it.
"""
LONGEST_WAIT = 12
"""Frames by which a change may move, so that it happens while the limbs do not cross in the picture.
"""


@dataclass(frozen=True)
class _Run:
    """Frames `first` to `last` in which the depths clearly agree. Between two runs they are undecided."""

    over: bool
    first: int
    last: int


def is_in_front(lead: Array, gap: Array, margin: float) -> NDArray[np.bool_]:
    """(K,) whether one limb lies over another that is `lead` (K,) farther from the viewer.

    Where they differ by less than `margin`, the order stays what it was. An order that would not last for HOLD frames
    is passed over. A change is put into a frame in which the limbs are `gap` (K,) in the picture, above 0 where they
    do not touch: at a crossing it would pop. Where there is none within PATIENCE frames, it comes where they are
    farthest apart while the depths are level.
    """
    runs = _without_short_runs(_runs(lead, margin), len(lead))
    if not runs:
        return np.full(len(lead), bool(lead.mean() > 0))
    over = np.full(len(lead), runs[0].over)
    changed = -SHORTEST_HOLD
    for index in range(1, len(runs)):
        limit = runs[index + 1].first - SHORTEST_HOLD if index + 1 < len(runs) else len(lead) - 1
        changed = _frame_of_change(runs[index - 1], runs[index], gap, changed + SHORTEST_HOLD, limit)
        over[changed:] = runs[index].over
    return over


def ranks_of_pairs(over: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(K, L) ranks, 0 for the farthest, of which of L limbs lies over which other, `over` (K, L, L).

    Three may each lie over the next: then they stay as they were before, as far as that goes. No two limbs change
    places twice within HOLD frames.
    """
    count, limbs = over.shape[:2]
    wanted = np.empty((count, limbs), dtype=np.int64)
    order = list(np.argsort(over[0].sum(axis=1), kind="stable"))
    for index in range(count):
        if index == 0 or (over[index] != over[index - 1]).any():
            order = _sorted(order, over[index])
        wanted[index, order] = np.arange(limbs)
    return _hold_pairs(wanted)


def held_states(states: NDArray[np.int64]) -> NDArray[np.int64]:
    """(K, N) states in which none lasts less than HOLD frames, the shortest taken out first: the longer one beside it
    goes on.
    """
    held = states.copy()
    while True:
        starts = np.flatnonzero(np.concatenate(([True], (held[1:] != held[:-1]).any(axis=1))))
        lengths = np.diff(np.append(starts, len(held)))
        if len(starts) < 2 or lengths.min() >= SHORTEST_HOLD:
            return held
        run = int(lengths.argmin())
        beside = [other for other in (run - 1, run + 1) if 0 <= other < len(starts)]
        longer = max(beside, key=lambda other: int(lengths[other]))
        held[starts[run] : starts[run] + lengths[run]] = held[starts[longer]]


def _sorted(order: Sequence[int], over: NDArray[np.bool_]) -> list[int]:
    """The limbs from the farthest to the nearest, of an older such order, by exchanging neighbours."""
    limbs = list(order)
    for _ in limbs:
        for at in range(len(limbs) - 1):
            if over[limbs[at], limbs[at + 1]]:
                limbs[at], limbs[at + 1] = limbs[at + 1], limbs[at]
    return limbs


def _hold_pairs(wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """The ranks (K, L), where every pair of limbs keeps an order for HOLD frames at least; a change that is too early,
    or does not last, waits.
    """
    above = wanted[:, :, None] > wanted[:, None]
    held = wanted.copy()
    changed = np.zeros(above.shape[1:], dtype=np.int64)
    for index in range(1, len(wanted)):
        turns = above[index] != (held[index - 1][:, None] > held[index - 1])
        if not turns.any():
            continue
        lasts = (
            index + SHORTEST_HOLD <= len(wanted)
            and (above[index : index + SHORTEST_HOLD, turns] == above[index, turns]).all()
        )
        if lasts and (index - changed[turns] >= SHORTEST_HOLD).all():
            changed[turns] = index
        else:
            held[index] = held[index - 1]
    return held


def _runs(lead: Array, margin: float) -> list[_Run]:
    clear = np.flatnonzero(np.abs(lead) > margin)
    if not clear.size:
        return []
    over = lead[clear] > 0
    starts = np.flatnonzero(np.diff(over, prepend=~over[0]))
    ends = np.append(starts[1:] - 1, len(clear) - 1)
    return [
        _Run(bool(over[start]), int(clear[start]), int(clear[end])) for start, end in zip(starts, ends, strict=True)
    ]


def _without_short_runs(runs: Sequence[_Run], count: int) -> list[_Run]:
    """The runs without those that would show for less than HOLD frames, the shortest first; what they parted becomes
    one.
    """
    kept = list(runs)
    while len(kept) > 1:
        begins = [0, *(run.first for run in kept[1:]), count]
        shown = np.diff(begins)
        shortest = int(shown.argmin())
        if shown[shortest] >= SHORTEST_HOLD:
            break
        del kept[shortest]
        if 0 < shortest < len(kept):
            kept[shortest - 1 : shortest + 1] = [replace(kept[shortest - 1], last=kept[shortest].last)]
    return kept


def _frame_of_change(before: _Run, after: _Run, gap: Array, earliest: int, latest: int) -> int:
    """The first frame of the new order, which the depths want within `before.last` and `after.first`."""
    natural = np.arange(max(before.last + 1, min(earliest, after.first)), after.first + 1)
    window = np.arange(max(earliest, before.last + 1 - LONGEST_WAIT), min(latest, after.first + LONGEST_WAIT) + 1)
    # A change pops where the limbs cross in the frame before it and in its own.
    free = np.maximum(gap, np.concatenate((gap[:1], gap[:-1])))
    for frames in (natural, window):
        open_frames = frames[free[frames] > 0] if frames.size else frames
        if open_frames.size:
            return int(open_frames[np.abs(open_frames - after.first).argmin()])
    return int(natural[free[natural].argmax()])
