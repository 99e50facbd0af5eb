"""The observations before and after each frame of a series with gaps, and how far away they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.int64]
Mask = NDArray[np.bool_]
_Number = TypeVar("_Number", bound=np.generic)


@dataclass(frozen=True, eq=False)
class NeighbouringObservations:
    """The nearest observed frames on both sides of every frame, for K series of T frames.

    Attributes:
        previous: (…, T, K) the last observed frame up to and including this one; −1 where there is none.
        following: (…, T, K) the first observed frame from this one on; T where there is none.
    """

    previous: Frames
    following: Frames

    @classmethod
    def of(cls, observed: Mask) -> NeighbouringObservations:
        """Find the neighbours.

        Args:
            observed: (…, T, K) bool.
        """
        count = observed.shape[-2]
        frames = np.arange(count)[:, None]
        previous = np.maximum.accumulate(np.where(observed, frames, -1), axis=-2)
        following = np.flip(
            np.minimum.accumulate(np.flip(np.where(observed, frames, count), axis=-2), axis=-2), axis=-2
        )
        return cls(previous, following)

    @property
    def frames_to_nearest(self) -> NDArray[np.float64]:
        """(…, T, K) frames to the nearer neighbour; infinite where there is none."""
        since = np.where(self.previous >= 0, self._frames - self.previous, np.inf)
        until = np.where(self.following < self._count, self.following - self._frames, np.inf)
        return np.minimum(since, until)

    @property
    def on_both_sides(self) -> Mask:
        """(…, T, K) bool: whether there is an observation before and after."""
        return np.asarray((self.previous >= 0) & (self.following < self._count))

    def bracket(self) -> tuple[Frames, Frames]:
        """Return the frames (…, T, K) to interpolate between.

        With an observation on one side only, both are that one; with none at all, they are any valid frame.
        """
        final = self._count - 1
        earlier = np.where(self.previous >= 0, self.previous, self.following).clip(0, final)
        later = np.where(self.following <= final, self.following, self.previous).clip(0, final)
        return earlier, later

    def interpolate(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Interpolate linearly across the gaps.

        Args:
            values: (…, T, K, D); only those of observed frames are used.

        Returns:
            (…, T, K, D): before the first and after the last observation its value, 0 for a series that was never
            observed.
        """
        earlier, later = self.bracket()
        share = ((self._frames - earlier) / np.maximum(later - earlier, 1))[..., None]
        ever = (self.previous >= 0) | (self.following < self._count)
        return np.asarray(
            np.where(ever[..., None], (1 - share) * values_at(values, earlier) + share * values_at(values, later), 0.0)
        )

    @property
    def _count(self) -> int:
        return int(self.previous.shape[-2])

    @property
    def _frames(self) -> Frames:
        return np.arange(self._count)[:, None]


def values_at(values: NDArray[_Number], frames: Frames) -> NDArray[_Number]:
    """Look up each series at frames of its own.

    Args:
        values: (…, T, K, D).
        frames: (…, T, K) indices into T, or a shape that broadcasts to it.

    Returns:
        (…, T, K, D).
    """
    count, series = frames.shape[-2:]
    if frames.size == count * series:
        # The same frames throughout a batch: much faster than taking along an axis.
        return values[..., frames.reshape(count, series), np.arange(series), :]
    return np.take_along_axis(values, frames[..., None], axis=-3)
