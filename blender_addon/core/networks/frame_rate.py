"""The network looks at about 30 frames a second: clips at other rates are resampled for it, and its answers back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Times = NDArray[np.float64]

NETWORK_FPS = 30.0
NATIVE_FPS = (21.0, 43.0)
"""Frame rates that the network was trained on (30 fps, time-warped from 0.7 to 1.4): clips at these go in as they are."""


@dataclass(frozen=True, eq=False)
class FrameRate:
    """Where the network's frames lie between the clip's, and the clip's between the network's; in frames."""

    looked_at: Times
    answered: Times

    @staticmethod
    def of(frames: int, fps: float) -> FrameRate:
        """For a clip of so many frames at `fps`."""
        own = np.arange(frames, dtype=np.float64)
        step = 1.0 if NATIVE_FPS[0] <= fps <= NATIVE_FPS[1] else fps / NETWORK_FPS
        count = int(np.ceil((frames - 1) / step)) + 1
        # The last frame looked at may lie past the clip's last, which then stands still.
        return FrameRate(np.minimum(np.arange(count) * step, frames - 1), np.minimum(own / step, count - 1))

    def poses(self, positions: Array, confidence: Array) -> tuple[Array, Array]:
        """What the network is shown of positions (T, 15, 2) and confidence (T, 15): seen between two frames that saw it, or at one that did."""
        before = np.floor(self.looked_at).astype(np.int64)
        after = np.ceil(self.looked_at).astype(np.int64)
        seen = (confidence[before] > 0) & (confidence[after] > 0)
        return between(positions, self.looked_at), np.where(seen, between(confidence, self.looked_at), np.float32(0))

    def answers(self, values: Array) -> Array:
        """What the network said (T', …), at the clip's own frames."""
        return between(values, self.answered)


def between(values: Array, times: Times) -> Array:
    """Rows of `values` (T, …) at fractional frames, on the straight line between their neighbours."""
    before = np.floor(times).astype(np.int64)
    after = np.minimum(before + 1, len(values) - 1)
    share = (times - before).reshape(-1, *(1,) * (values.ndim - 1))
    return np.asarray(values[before] * (1 - share) + values[after] * share, dtype=np.float32)
