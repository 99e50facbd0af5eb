"""Poses as they may be one day: with fields that the project's own do not have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from blender_addon.core.codec import FRAMES, Shape
from blender_addon.core.pose_sequence import Array, CameraPath, DepthEvidence, Landmarks, PoseSequence
from blender_addon.core.skeleton import JOINT_COUNT


@dataclass(frozen=True, eq=False)
class Lighting:
    """What poses may hold one day."""

    shift: Annotated[Array, Shape((FRAMES, 2))]
    is_still: bool = True


@dataclass(frozen=True, eq=False)
class LaterPoses(PoseSequence):
    """With a dataclass, an array and a number that are new."""

    lighting: Lighting | None = None
    quality: Annotated[Array, Shape((FRAMES,))] | None = None
    take: int = 0


def later_poses(frames: int = 12, first: float = 0.0) -> LaterPoses:
    """Somebody who stands at `first` pixels, with a value in every field; those by frame differ from frame to frame."""
    count = np.arange(frames * JOINT_COUNT, dtype=np.float32).reshape(frames, JOINT_COUNT)
    positions, confidence = np.stack([first + count, 2 * count], axis=-1), np.ones_like(count)
    shift = first + np.arange(2 * frames, dtype=np.float32).reshape(frames, 2)
    return LaterPoses(
        positions,
        confidence,
        30.0,
        (640, 360),
        start=2.0,
        landmarks=Landmarks(("nose",), positions[:, :1], confidence[:, :1]),
        depth=DepthEvidence(count, confidence),
        source="a film",
        camera=CameraPath(shift, 0 * shift[:, 0], 0 * shift[:, 1], np.ones_like(shift[:, 0])),
        lighting=Lighting(shift, is_still=False),
        quality=shift[:, 0],
        take=3,
    )
