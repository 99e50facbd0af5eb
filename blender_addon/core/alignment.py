"""Two performances on one clock, so that they can be mixed: when each is where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.distance import cdist

from .motion import Alignment

Array = NDArray[np.float32]
Times = NDArray[np.float64]

SAME_TIME = 1e-6
"""Frames within which a time falls on a frame."""

MOST_SAMPLES = 240
"""Moments at which two clips are compared."""

STRAYING = 0.1
"""What it costs to compare the beginning of one clip with the end of the other, in mean differences of poses: even time is left for a reason only."""

EVENLY = 0.02
"""Part of the clips over which the matched time is smoothed, so that nothing jerks."""

WAYS_BACK = (((1, 1),), ((0, 1), (1, 1)), ((1, 0), (1, 1)))
"""From a pair of moments to those before it that a path may come from: cells down and across."""


@dataclass(frozen=True, eq=False)
class Clip:
    """A performance of `frames` frames at `fps`; `features` (N, C), over all of it, are what two of them are alike by."""

    frames: int
    fps: float
    features: Array

    @property
    def seconds(self) -> float:
        """From the first frame to the last."""
        return (self.frames - 1) / self.fps


@dataclass(frozen=True, eq=False)
class Timeline:
    """K moments, `fps` a second: the frames (K,) of the `first` and of the `second` clip, between two of theirs where need be."""

    first: Times
    second: Times
    fps: float

    def __len__(self) -> int:
        return len(self.first)


def timeline(first: Clip, second: Clip, share: float, alignment: Alignment) -> Timeline:
    """The clock of what lies `share` (0..1) of the way from the first clip to the second: at 0 it is the first one's own, at 1 the second one's.

    STRETCH and MATCH last as long as both do in the mean; TRIM as long as the shorter.
    """
    here, there = _together(first, second, alignment)
    clock = (1 - share) * here + share * there
    fps = (1 - share) * first.fps + share * second.fps
    count = int(clock[-1] * fps + SAME_TIME) + 1
    moments = np.arange(count) / fps
    if clock[-1] <= 0:
        return Timeline(np.zeros(1), np.zeros(1), fps)
    return Timeline(_frames(np.interp(moments, clock, here), first), _frames(np.interp(moments, clock, there), second), fps)


def _together(first: Clip, second: Clip, alignment: Alignment) -> tuple[Times, Times]:
    """Seconds (N,) of both clips that come together, neither ever going back."""
    if alignment is Alignment.TRIM:
        end = min(first.seconds, second.seconds)
        return np.array([0.0, end]), np.array([0.0, end])
    if alignment is Alignment.STRETCH or min(first.frames, second.frames) < 3:
        return np.array([0.0, first.seconds]), np.array([0.0, second.seconds])
    here, there = _matched(first.features, second.features)
    return here * first.seconds, there * second.seconds


def _frames(seconds: Times, clip: Clip) -> Times:
    frames = np.clip(seconds * clip.fps, 0, clip.frames - 1)
    whole = np.round(frames)
    return np.where(np.abs(frames - whole) < SAME_TIME, whole, frames)


def _matched(first: Array, second: Array) -> tuple[Times, Times]:
    """Parts (N,) of two clips, 0..1, at which their features are alike: dynamic time warping with both speeds within half and twice the even one.

    Symmetric slope constraint P = 1 of Sakoe and Chiba, *Dynamic programming algorithm optimization for spoken word recognition*, 1978.
    """
    count = min(MOST_SAMPLES, max(len(first), len(second)))
    cost = cdist(_sampled(first, count), _sampled(second, count))
    at = np.arange(count) / (count - 1)
    cost += STRAYING * cost.mean() * np.abs(at[:, None] - at)
    path = _cheapest_path(cost) / (count - 1)
    both, apart = path.mean(axis=1), path[:, 0] - path[:, 1]
    apart = gaussian_filter1d(np.interp(at, both, apart), EVENLY * count, mode="nearest")
    # Smoothed time, too, begins and ends with both clips.
    apart -= apart[0] + (apart[-1] - apart[0]) * at
    return at + apart / 2, at - apart / 2


def _sampled(features: Array, count: int) -> Times:
    at = np.linspace(0, len(features) - 1, count)
    return np.stack([np.interp(at, np.arange(len(features)), column) for column in features.T], axis=-1)


def _cheapest_path(cost: Times) -> Times:
    """(N, 2) cells of a square of costs from corner to corner, no two steps in one direction without a diagonal one."""
    count = len(cost)
    total = np.full((count, count), np.inf)
    before = np.zeros((count, count), dtype=np.int8)
    total[0, 0] = cost[0, 0]
    for row in range(1, count):
        for column in range(1, count):
            here = cost[row, column]
            ways = (
                total[row - 1, column - 1] + 2 * here,
                total[row - 1, column - 2] + 2 * cost[row, column - 1] + here if column > 1 else np.inf,
                total[row - 2, column - 1] + 2 * cost[row - 1, column] + here if row > 1 else np.inf,
            )
            before[row, column] = best = int(np.argmin(ways))
            total[row, column] = ways[best]
    cells = [(count - 1, count - 1)]
    while cells[-1] != (0, 0):
        for down, across in WAYS_BACK[before[cells[-1]]]:
            cells.append((cells[-1][0] - down, cells[-1][1] - across))
    return np.array(cells[::-1], dtype=np.float64)
