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

MOST_LOOKS = 8
"""Times that the network looks at one frame of a clip: in a time lapse, what lies between two frames cannot be told anyway."""


@dataclass(frozen=True, eq=False)
class FrameRate:
    """Where the network's frames lie between the clip's, and the clip's between the network's; in frames."""

    looked_at: Times
    answered: Times

    @staticmethod
    def of(frames: int, fps: float) -> FrameRate:
        """For a clip of so many frames at `fps`."""
        own = np.arange(frames, dtype=np.float64)
        step = 1.0 if NATIVE_FPS[0] <= fps <= NATIVE_FPS[1] else max(fps / NETWORK_FPS, 1 / MOST_LOOKS)
        count = int(np.ceil((frames - 1) / step)) + 1
        looked_at = np.minimum(np.arange(count) * step, frames - 1)
        return FrameRate(looked_at, np.interp(own, looked_at, np.arange(count)))

    def poses(self, positions: Array, confidence: Array) -> tuple[Array, Array]:
        """What the network is shown of positions (T, 15, 2) and confidence (T, 15): a joint between two frames that saw it.

        Where only one of the two did, and no other look is nearer to that frame, it is shown as it was there: no sighting is lost.
        """
        before = np.floor(self.looked_at).astype(np.int64)
        after = np.ceil(self.looked_at).astype(np.int64)
        seen = (confidence[before] > 0) & (confidence[after] > 0)
        shown, certain = between(positions, self.looked_at), np.where(seen, between(confidence, self.looked_at), np.float32(0))
        nearest = np.rint(self.answered).astype(np.int64)
        frames, joints = np.nonzero((confidence > 0) & ~seen[nearest])
        shown[nearest[frames], joints] = positions[frames, joints]
        certain[nearest[frames], joints] = confidence[frames, joints]
        return shown, certain

    def answers(self, values: Array) -> Array:
        """What the network said (T', …), at the clip's own frames."""
        return between(values, self.answered)


def between(values: Array, times: Times) -> Array:
    """Rows of `values` (T, …) at fractional frames, on the straight line between their neighbours."""
    before = np.floor(times).astype(np.int64)
    after = np.minimum(before + 1, len(values) - 1)
    share = (times - before).reshape(-1, *(1,) * (values.ndim - 1))
    return np.asarray(values[before] * (1 - share) + values[after] * share, dtype=np.float32)
