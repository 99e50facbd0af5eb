"""Which view is shown in which frame: that which the character faces, without flicker."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..body.smoothing import hann
from .facings import Facing
from .view import View

Array = NDArray[np.float64]

HYSTERESIS = 10.0
"""Degrees by which the character must have turned beyond the middle between two views."""
LEAST_SECONDS = 0.2
"""How long a view is shown at least."""
SMOOTHED = 1
"""Frames to each side that a facing is smoothed over."""


def shown_views(facing: Facing, views: Sequence[View], fps: float) -> list[View]:
    """The view of each frame, among those that there are. While the facing is uncertain the view stays."""
    azimuth = _steady(facing)
    off = np.abs((azimuth[:, None] - np.array([view.azimuth for view in views]) + 180) % 360 - 180)
    chosen = np.empty(len(off), dtype=np.int64)
    here = int(off[0].argmin())
    for frame, distances in enumerate(off):
        nearest = int(distances.argmin())
        if distances[here] - distances[nearest] > 2 * HYSTERESIS:
            here = nearest
        chosen[frame] = here
    least = max(1, round(LEAST_SECONDS * fps))
    return [views[index] for index in _without_short_runs(chosen, off, least)]


def _steady(facing: Facing) -> Array:
    """(K,) degrees: smoothed where the facing is certain, and as it was last where it is not."""
    if not facing.certain.any():
        return np.zeros(len(facing.azimuth))
    angles = np.radians(facing.azimuth)
    known = np.flatnonzero(facing.certain)
    last = known[np.maximum(np.searchsorted(known, np.arange(len(angles)), side="right") - 1, 0)]
    ways = np.stack((np.cos(angles[last]), np.sin(angles[last])), axis=-1)
    smooth = hann(ways, SMOOTHED)
    return np.asarray(np.degrees(np.arctan2(smooth[:, 1], smooth[:, 0])))


def _without_short_runs(chosen: NDArray[np.int64], off: Array, least: int) -> NDArray[np.int64]:
    """The choice without views that would be shown for less than `least` frames, the shortest first: of the views
    before and after, the one that fits better takes the place.
    """
    kept = chosen.copy()
    while True:
        starts = np.flatnonzero(np.diff(kept, prepend=-1))
        lengths = np.diff(np.append(starts, len(kept)))
        if len(starts) < 2 or lengths.min() >= least:
            return kept
        run = int(lengths.argmin())
        first, end = int(starts[run]), int(starts[run] + lengths[run])
        beside = [kept[at] for at in (first - 1, end) if 0 <= at < len(kept)]
        costs = [off[first:end, view].sum() for view in beside]
        kept[first:end] = beside[int(np.argmin(costs))]
