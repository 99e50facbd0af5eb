"""Clips at the frame rate that the networks were trained on: about 30 frames per second."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Times = NDArray[np.float64]

NETWORK_FPS = 30.0
NATIVE_FPS = (21.0, 43.0)
"""Frame rates in the training data (30 fps, time-warped by 0.7 to 1.4): clips at these are not resampled."""

MOST_SAMPLES_PER_FRAME = 8
"""Network frames per frame of a clip, at most: in a time lapse, what happens between two frames is unknown anyway."""


@dataclass(frozen=True, eq=False)
class Resampling:
    """How the frames of a clip and those of the network correspond.

    Attributes:
        network_frames: (N,) the clip's (fractional) frame at each frame of the network.
        clip_frames: (T,) the network's (fractional) frame at each frame of the clip.
        is_native: whether each frame of the clip is one of the network.
    """

    network_frames: Times
    clip_frames: Times
    is_native: bool = False

    @classmethod
    def of(cls, frames: int, fps: float) -> Resampling:
        """For a clip of so many frames at `fps`."""
        own = np.arange(frames, dtype=np.float64)
        if NATIVE_FPS[0] <= fps <= NATIVE_FPS[1]:
            return cls(own, own, is_native=True)
        step = max(fps / NETWORK_FPS, 1 / MOST_SAMPLES_PER_FRAME)
        count = int(np.ceil((frames - 1) / step)) + 1
        network_frames = np.minimum(np.arange(count) * step, frames - 1)
        return cls(network_frames, np.interp(own, network_frames, np.arange(count)))

    def to_network(self, positions: Array, confidence: Array) -> tuple[Array, Array]:
        """Resample a clip for the network.

        A joint is interpolated between two frames that both saw it. One that was seen in a single frame is put at the
        nearest frame of the network, so that no observation is lost.

        Args:
            positions: (T, 15, 2).
            confidence: (T, 15).

        Returns:
            Positions (N, 15, 2) and confidence (N, 15); of a clip at the network's rate those that were given.
        """
        if self.is_native:
            return positions, confidence
        before = np.floor(self.network_frames).astype(np.int64)
        after = np.ceil(self.network_frames).astype(np.int64)
        seen = (confidence[before] > 0) & (confidence[after] > 0)
        sampled = sample_frames(positions, self.network_frames)
        certain = np.where(seen, sample_frames(confidence, self.network_frames), np.float32(0))
        nearest = np.rint(self.clip_frames).astype(np.int64)
        frames, joints = np.nonzero((confidence > 0) & ~seen[nearest])
        sampled[nearest[frames], joints] = positions[frames, joints]
        certain[nearest[frames], joints] = confidence[frames, joints]
        return sampled, certain

    def to_clip(self, values: Array) -> Array:
        """Resample the network's output (N, …) to the frames of the clip (T, …); what is at its rate is given as it is."""
        if self.is_native:
            return np.asarray(values, dtype=np.float32)
        return sample_frames(values, self.clip_frames)


def sample_frames(values: Array, frames: Times) -> Array:
    """Interpolate linearly between the rows of `values` (T, …) at fractional frames (K,): (K, …) float32."""
    before = np.floor(frames).astype(np.int64)
    after = np.minimum(before + 1, len(values) - 1)
    share = (frames - before).reshape(-1, *(1,) * (values.ndim - 1))
    return np.asarray(values[before] * (1 - share) + values[after] * share, dtype=np.float32)
