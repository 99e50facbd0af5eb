"""The channels that poses go into the paper's network and come out of it by.

Channels are (…, 30, T): x and y (pixels, y down) of the 14 joints other than the mid-hip, relative to it, in the order
of `Joint`, then the mid-hip's velocity in pixels per frame; each z-scored by a `Normalisation`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..skeleton import JOINT_COUNT, Joint

Array = NDArray[np.float32]

MOTION_CHANNELS = 2 * JOINT_COUNT
STATIC_CHANNELS = MOTION_CHANNELS - 2
"""The skeleton and view encoders do not see the mid-hip's velocity."""

MOTION_STRIDE = 8
"""Frames to one step of the motion code."""

SHORTEST = 16
"""Frames below which the reflection padding of the innermost convolutions has nothing to reflect."""

UNIT = 64.0
"""Pixels to the mean bone of a clip in the picture as our own weights see it: a body of about 350 pixels, as in the
official code's pictures.
"""

_LIMBS = [int(joint) for joint in Joint if joint != Joint.MID_HIP]


@dataclass(frozen=True, eq=False)
class Normalisation:
    """Mean and standard deviation of each channel, in pixels.

    Attributes:
        mean: (15, 2) float32: the 14 joints without the mid-hip, then its velocity.
        std: (15, 2) float32.

    Raises:
        ValueError: a shape is another, a number is not finite, or a deviation is not above zero.
    """

    mean: Array
    std: Array

    def __init__(self, mean: ArrayLike, std: ArrayLike) -> None:
        for name, given in (("mean", mean), ("std", std)):
            values = np.array(given, dtype=np.float32)
            if values.shape != (JOINT_COUNT, 2) or not np.isfinite(values).all():
                raise ValueError(
                    f"The {name} of a normalisation must be finite numbers of shape ({JOINT_COUNT}, 2); measure it again."
                )
            object.__setattr__(self, name, values)
        if (self.std <= 0).any():
            raise ValueError(
                "Every standard deviation of a normalisation must be above zero; measure it on clips that move."
            )


def reconstructable_length(frames: int) -> int:
    """Return the shortest length of at least `frames` that the network gives back whole: a multiple of 8, and 16 or
    more.
    """
    return max(SHORTEST, -(-frames // MOTION_STRIDE) * MOTION_STRIDE)


def padded(channels: Array) -> Array:
    """Hold the last frame of channels (…, C, T) until the length is one that the network reconstructs."""
    missing = reconstructable_length(channels.shape[-1]) - channels.shape[-1]
    return np.pad(channels, (*((0, 0),) * (channels.ndim - 1), (0, missing)), mode="edge") if missing else channels


def to_channels(positions: Array, normalisation: Normalisation) -> Array:
    """Convert positions (…, T, 15, 2), in pixels, y down, to channels (…, 30, T). The velocity of the first frame is 0."""
    mid_hip = positions[..., Joint.MID_HIP, None, :]
    velocity = np.diff(mid_hip, axis=-3, prepend=mid_hip[..., :1, :, :])
    values = (
        np.concatenate((positions[..., _LIMBS, :] - mid_hip, velocity), axis=-2) - normalisation.mean
    ) / normalisation.std
    return np.ascontiguousarray(np.swapaxes(values.reshape(*values.shape[:-2], MOTION_CHANNELS), -1, -2))


def to_positions(channels: Array, normalisation: Normalisation, start: Array) -> Array:
    """Convert channels to positions.

    Args:
        channels: (…, 30, T).
        normalisation: the one that the network was trained with.
        start: (…, 2) pixels; the mid-hip is `start` plus the running sum of its velocity, the first frame's included,
            as in the official code.

    Returns:
        (…, T, 15, 2) float32 pixels, y down.
    """
    values = np.swapaxes(channels, -1, -2)
    values = values.reshape(*values.shape[:-1], JOINT_COUNT, 2) * normalisation.std + normalisation.mean
    path = np.cumsum(values[..., -1:, :], axis=-3, dtype=np.float64).astype(np.float32)
    mid_hip = path + np.asarray(start, dtype=np.float32)[..., None, None, :]
    return np.insert(values[..., :-1, :] + mid_hip, Joint.MID_HIP, mid_hip[..., 0, :], axis=-2)
