"""What a network does at inference, whatever library runs it: arrays in, arrays out, one method for each graph.

All that comes before, between and after is NumPy: gap filling, observation, windows, frame rates, the joining of
windows, codes and their decoding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .observation import Observation

Array = NDArray[np.float32]

TOKEN_FRAMES = 2
"""Frames that share one token of the kinematic network: its windows have a multiple of them."""

KINEMATIC_GRAPHS = ("body_window", "proportions", "motion_window", "view")
"""The methods of `KinematicInference` that run a graph."""
PAPER_GRAPHS = ("encode_motion", "encode_skeleton", "encode_view", "decode")
"""Those of `PaperInference`."""


@dataclass(frozen=True)
class Device:
    """Where a network runs.

    Attributes:
        type: cpu, cuda or mps.
    """

    type: str

    def __str__(self) -> str:
        return self.type


@dataclass(frozen=True, eq=False)
class PoolState:
    """Running sums of an attention pool, so that a clip of any length is pooled window by window.

    Attributes:
        peak: (B, heads) the largest score so far, by which the sums are scaled.
        mass: (B, heads) the sum of weights.
        total: (B, heads, features) the weighted sum of features.
    """

    peak: Array
    mass: Array
    total: Array

    def merged(self, other: PoolState) -> PoolState:
        """Pool two stretches of the clip together."""
        peak = np.maximum(self.peak, other.peak)
        own, others = np.exp(self.peak - peak), np.exp(other.peak - peak)
        return PoolState(
            peak, self.mass * own + other.mass * others, self.total * own[..., None] + other.total * others[..., None]
        )

    def row(self, index: int) -> PoolState:
        """Return the state of one clip of the batch, as a batch of one."""
        row = slice(index, index + 1)
        return PoolState(self.peak[row], self.mass[row], self.total[row])

    def value(self) -> Array:
        """Return the pooled features (B, heads · features)."""
        return np.asarray(self.total / np.maximum(self.mass, 1e-12)[..., None], dtype=np.float32).reshape(
            len(self.total), -1
        )


@dataclass(frozen=True, eq=False)
class MotionWindow:
    """What the kinematic network reads in one batch of windows, in the camera's frame.

    Attributes:
        bones: (B, T, 14, 3) in units of their lengths; shorter than 1 where the depth is uncertain.
        depth_velocity: (B, T) of the mid-hip away from the camera, in leg lengths per frame.
        contacts: (B, T, 2) probabilities that the right and the left foot stand.
        pooled: what the view is read from.
        facing_sums: (B, 9) sums over the counted frames of facing directions, and the number of those frames.
    """

    bones: Array
    depth_velocity: Array
    contacts: Array
    pooled: PoolState
    facing_sums: Array

    @classmethod
    def of(cls, outputs: Mapping[str, Array]) -> MotionWindow:
        """Return the window of a graph's outputs: its own fields, and those of its pool, by their names."""
        pooled = PoolState(**{field.name: outputs[field.name] for field in fields(PoolState)})
        own = {field.name: outputs[field.name] for field in fields(cls) if field.name != "pooled"}
        return cls(**own, pooled=pooled)


class KinematicInference(Protocol):
    """The kinematic network, ready to infer.

    Windows have T frames, a multiple of TOKEN_FRAMES; `counted` (B, T) is 1 in the frames that a window answers for.
    """

    @property
    def context(self) -> int:
        """Frames on either side of a frame that its answer depends on."""

    def body_window(self, seen: Observation, counted: Array, /) -> PoolState:
        """Return what a window says about the body."""

    def proportions(self, pooled: Array, statistics: Array, /) -> Array:
        """Return the body of a clip.

        Args:
            pooled: (B, F) the value of all its windows' `body_window`.
            statistics: (B, 56) of its observation.

        Returns:
            (B, 8) natural logarithms of the lengths of `skeleton.PROPORTIONS`, in the observation's unit.
        """

    def motion_window(self, seen: Observation, log_proportions: Array, counted: Array, /) -> MotionWindow:
        """Return what a window says about the motion of a body with `log_proportions` (B, 8)."""

    def view(self, pooled: Array, facing_sums: Array, /) -> Array:
        """Return the view of a clip, and the performer's posture.

        Args:
            pooled: (B, F) the value of all its windows' `MotionWindow.pooled`.
            facing_sums: (B, 9) the sum of theirs.

        Returns:
            (B, 5) azimuth, elevation and roll, and how far spine and head lean forward at rest, in radians.
        """


class PaperInference(Protocol):
    """The paper's network, ready to infer. Channels are those of `paper_channels`; T is a multiple of 8, from 16 up."""

    def encode_motion(self, channels: Array, /) -> Array:
        """Return the motion code (B, 128, T / 8) of (B, 30, T) channels."""

    def encode_skeleton(self, channels: Array, /) -> Array:
        """Return the skeleton code (B, 16, 1) of (B, 28, T) channels: those of motion without the mid-hip's velocity."""

    def encode_view(self, channels: Array, /) -> Array:
        """Return the view code (B, 8, 1) of (B, 28, T) channels: those of motion without the mid-hip's velocity."""

    def decode(self, motion: Array, skeleton: Array, view: Array, /) -> Array:
        """Return the channels (B, 30, T) of codes (B, 128, T / 8), (B, 16, 1) and (B, 8, 1)."""
