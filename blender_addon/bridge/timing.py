"""A motion on the scene's clock: one pose for every whole scene frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.motion import RetargetedMotion
from ..core.skeleton import Skeleton

Array = NDArray[np.float64]

LAST_FRAME = 1_048_574
"""The last frame that a scene of Blender can have."""

SAME_TIME = 1e-6
"""Frames within which a scene frame falls on a frame of the clip."""


@dataclass(frozen=True, eq=False)
class SceneMotion:
    """A `RetargetedMotion` with one pose a scene frame.

    `frames` (K,) int, whole scene frames in order; `positions` (K, 15, 2), x right, y down, and `depth` (K, 15), + away from the camera, in the unit of
    `skeleton`; `contacts` (K, 2) in 0..1, right and left foot; `confidence` (K, 15) in 0..1. All float64.
    """

    frames: NDArray[np.int64]
    positions: Array
    depth: Array
    contacts: Array
    confidence: Array
    skeleton: Skeleton

    def __len__(self) -> int:
        return len(self.frames)


def on_scene_frames(motion: RetargetedMotion, scene_fps: float, first_frame: int) -> SceneMotion:
    """Resample by time, linearly: the clip begins on `first_frame` and ends where its last frame is, so that it lasts as long at any frame rate.

    Raises ValueError where the rate is not above zero or the clip would not fit into a scene.
    """
    if not (np.isfinite(scene_fps) and scene_fps > 0):
        raise ValueError(f"The scene cannot run at {scene_fps} frames a second; set a frame rate above zero.")
    ratio = motion.fps / scene_fps
    count = int((len(motion) - 1) / ratio + SAME_TIME) + 1
    last = first_frame + count - 1
    if first_frame < 0 or last > LAST_FRAME:
        raise ValueError(f"The motion would lie on the frames {first_frame} to {last}, and Blender's are 0 to {LAST_FRAME:,}; let it start elsewhere.")
    at = np.arange(count) * ratio
    at = np.where(np.abs(at - np.round(at)) < SAME_TIME, np.round(at), at)
    before = np.minimum(at.astype(np.int64), len(motion) - 1)
    after = np.minimum(before + 1, len(motion) - 1)
    part = at - before

    def resampled(values: NDArray[np.float32]) -> Array:
        exact = values.astype(np.float64)
        weight = part.reshape(-1, *(1,) * (values.ndim - 1))
        return np.asarray(exact[before] + weight * (exact[after] - exact[before]), dtype=np.float64)

    return SceneMotion(
        frames=np.arange(first_frame, first_frame + count, dtype=np.int64),
        positions=resampled(motion.positions),
        depth=resampled(motion.depth),
        contacts=resampled(motion.contacts),
        confidence=resampled(motion.confidence),
        skeleton=motion.skeleton,
    )
