"""Temporal alignment of two clips, so that they can be blended."""

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

WARP_COST = 0.1
"""Cost of matching the beginning of one clip with the end of the other, in mean pose distances: time is warped for a
reason only.
"""

SMOOTHING = 0.02
"""Standard deviation of the smoothing of the matched time, as a part of the clips."""

PREVIOUS_STEPS = (((1, 1),), ((0, 1), (1, 1)), ((1, 0), (1, 1)))
"""The steps by which a path may reach a pair of moments, last first: cells back in the first and in the second clip."""


@dataclass(frozen=True, eq=False)
class Clip:
    """What alignment needs of a clip.

    Attributes:
        frames: their number.
        fps: frames per second.
        features: (N, C) over all of the clip, evenly; similar poses have similar ones.
    """

    frames: int
    fps: float
    features: Array

    @property
    def seconds(self) -> float:
        """From the first frame to the last."""
        return (self.frames - 1) / self.fps


@dataclass(frozen=True, eq=False)
class Timeline:
    """K moments of a blend.

    Attributes:
        first: (K,) the (fractional) frames of the first clip.
        second: (K,) those of the second clip.
        fps: moments per second.
    """

    first: Times
    second: Times
    fps: float

    def __len__(self) -> int:
        return len(self.first)


def timeline(first: Clip, second: Clip, share: float, alignment: Alignment) -> Timeline:
    """Return the moments of a blend of two clips.

    STRETCH and MATCH last as long as both do in the mean, TRIM as long as the shorter.

    Args:
        first: the clip at share 0.
        second: the clip at share 1.
        share: 0..1; at either end the timing is that clip's own.
        alignment: how the two are aligned.
    """
    here, there = _matching_times(first, second, alignment)
    clock = (1 - share) * here + share * there
    fps = (1 - share) * first.fps + share * second.fps
    count = int(clock[-1] * fps + SAME_TIME) + 1
    moments = np.arange(count) / fps
    if clock[-1] <= 0:
        return Timeline(np.zeros(1), np.zeros(1), fps)
    return Timeline(
        _frames(np.interp(moments, clock, here), first), _frames(np.interp(moments, clock, there), second), fps
    )


def _matching_times(first: Clip, second: Clip, alignment: Alignment) -> tuple[Times, Times]:
    """Return seconds (N,) of both clips that belong together, neither ever decreasing."""
    if alignment is Alignment.TRIM:
        end = min(first.seconds, second.seconds)
        return np.array([0.0, end]), np.array([0.0, end])
    if alignment is Alignment.STRETCH or min(first.frames, second.frames) < 3:
        return np.array([0.0, first.seconds]), np.array([0.0, second.seconds])
    here, there = _dynamic_time_warping(first.features, second.features)
    return here * first.seconds, there * second.seconds


def _frames(seconds: Times, clip: Clip) -> Times:
    frames = np.clip(seconds * clip.fps, 0, clip.frames - 1)
    whole = np.round(frames)
    return np.where(np.abs(frames - whole) < SAME_TIME, whole, frames)


def _dynamic_time_warping(first: Array, second: Array) -> tuple[Times, Times]:
    """Return positions (N,) in two clips, 0..1, at which their features are similar. Each runs at half to twice its
    even speed.

    Symmetric slope constraint P = 1 of Sakoe and Chiba, *Dynamic programming algorithm optimization for spoken word
    recognition*, 1978.
    """
    count = min(MOST_SAMPLES, max(len(first), len(second)))
    cost = cdist(_sampled(first, count), _sampled(second, count))
    at = np.arange(count) / (count - 1)
    cost += WARP_COST * cost.mean() * np.abs(at[:, None] - at)
    path = _cheapest_path(cost) / (count - 1)
    mean, difference = path.mean(axis=1), path[:, 0] - path[:, 1]
    difference = gaussian_filter1d(np.interp(at, mean, difference), SMOOTHING * count, mode="nearest")
    # The smoothed time, too, begins and ends with both clips.
    difference -= difference[0] + (difference[-1] - difference[0]) * at
    return at + difference / 2, at - difference / 2


def _sampled(features: Array, count: int) -> Times:
    at = np.linspace(0, len(features) - 1, count)
    return np.stack([np.interp(at, np.arange(len(features)), column) for column in features.T], axis=-1)


def _cheapest_path(cost: Times) -> Times:
    """Return the cells (N, 2) of the cheapest path from corner to corner of a square of costs, with a diagonal step
    after each other one.
    """
    count = len(cost)
    total = np.full((count, count), np.inf)
    before = np.zeros((count, count), dtype=np.int8)
    total[0, 0] = cost[0, 0]
    for row in range(1, count):
        for column in range(1, count):
            here = cost[row, column]
            totals = (
                total[row - 1, column - 1] + 2 * here,
                total[row - 1, column - 2] + 2 * cost[row, column - 1] + here if column > 1 else np.inf,
                total[row - 2, column - 1] + 2 * cost[row - 1, column] + here if row > 1 else np.inf,
            )
            before[row, column] = best = int(np.argmin(totals))
            total[row, column] = totals[best]
    cells = [(count - 1, count - 1)]
    while cells[-1] != (0, 0):
        for down, across in PREVIOUS_STEPS[before[cells[-1]]]:
            cells.append((cells[-1][0] - down, cells[-1][1] - across))
    return np.array(cells[::-1], dtype=np.float64)
