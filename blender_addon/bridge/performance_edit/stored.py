"""What was detected, kept in the file beside its edit: an edit is what differs from it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.pose_sequence import Array, DepthEvidence, Landmarks, PoseSequence
from ...core.skeleton import JOINT_COUNT
from .clip_clock import ClipClock
from .packed_arrays import PackedArray, pack, read_packed

MOST_FRAMES = 250_000
"""Of a clip that is edited: more than two hours at 30 frames a second."""
MOST_SCENE_FRAMES = 1_048_574
"""Scene frames that it may last: Blender has no more."""
FARTHEST = 1e7
"""Pixels from the picture's corner that a joint may be at most, and how large a picture may be."""
LONGEST_NAME = 1_024
"""Letters of the source, and of an extra landmark's name."""
MOST_LANDMARKS = 64

FRAMES, LANDMARKS = "frames", "landmarks"
_SHAPES: Mapping[str, tuple[str, tuple[int | str, ...]]] = {
    "positions": ("f", (FRAMES, JOINT_COUNT, 2)),
    "confidence": ("f", (FRAMES, JOINT_COUNT)),
    "places": ("f", (FRAMES, JOINT_COUNT, 2)),
    "timing": ("f", (4,)),
    "source": ("U", ()),
    "image_size": ("i", (2,)),
    "landmarks": ("U", (LANDMARKS,)),
    "landmark_positions": ("f", (FRAMES, LANDMARKS, 2)),
    "landmark_confidence": ("f", (FRAMES, LANDMARKS)),
    "depth": ("f", (FRAMES, JOINT_COUNT)),
    "depth_confidence": ("f", (FRAMES, JOINT_COUNT)),
}
"""Kind and shape of each array that is kept."""

_DAMAGE = (ValueError, KeyError, OverflowError, struct.error, zlib.error)
"""What reading a damaged text raises."""


@dataclass(frozen=True, eq=False)
class Detection:
    """What was detected: `poses` as they would be retargeted.

    `places` (T, 15, 2), pixels, is where each joint is shown, seen or not; `clock` says on which scene frames.
    """

    poses: PoseSequence
    places: Array
    clock: ClipClock

    def packed(self) -> str:
        """As text that a property can hold. ValueError, in one sentence, where it is too long to be edited."""
        poses = self.poses
        if _is_too_long(len(poses), self.clock.pace):
            raise ValueError(
                f"{len(poses):,} frames are too many to be edited at once; choose a part of the video as the range."
            )
        arrays: dict[str, NDArray[Any]] = {
            "positions": poses.positions,
            "confidence": poses.confidence,
            "places": self.places,
        }
        arrays |= {
            "timing": np.array([poses.fps, poses.start, self.clock.first, self.clock.pace]),
            "source": np.array(poses.source),
        }
        if poses.image_size is not None:
            arrays["image_size"] = np.array(poses.image_size)
        if poses.landmarks is not None:
            arrays |= {"landmarks": np.array(poses.landmarks.names), "landmark_positions": poses.landmarks.positions}
            arrays["landmark_confidence"] = poses.landmarks.confidence
        if poses.depth is not None:
            arrays |= {"depth": poses.depth.values, "depth_confidence": poses.depth.confidence}
        return pack(arrays)

    @classmethod
    def unpacked(cls, text: str) -> Detection:
        """Again from the text; ValueError where it is none, or damaged."""
        try:
            return cls._read(read_packed(text))
        except _DAMAGE as error:
            raise ValueError(f"The text holds no detection: {error}") from error

    @classmethod
    def _read(cls, packed: Mapping[str, PackedArray]) -> Detection:
        _check_shapes(packed)
        held = {name: array.unpacked() for name, array in packed.items()}
        for name, array in held.items():
            if array.dtype.kind != "U" and not (
                np.isfinite(array).all() and (name == "timing" or np.abs(array).max(initial=0) <= FARTHEST)
            ):
                raise ValueError(f"There are {name} that are no numbers, or too large.")
        fps, start, first, pace = map(float, held["timing"])
        if pace <= 0 or _is_too_long(len(held["positions"]), pace) or abs(first) > np.iinfo(np.int32).max:
            raise ValueError("There are too many frames.")
        landmarks = depth = None
        if "landmarks" in held:
            landmarks = Landmarks(
                tuple(map(str, held["landmarks"])), held["landmark_positions"], held["landmark_confidence"]
            )
        if "depth" in held:
            depth = DepthEvidence(held["depth"], held["depth_confidence"])
        size = held.get("image_size")
        image_size = (int(size[0]), int(size[1])) if size is not None else None
        poses = PoseSequence(
            held["positions"], held["confidence"], fps, image_size, start, landmarks, depth, str(held["source"])
        )
        return cls(poses, held["places"], ClipClock(round(first), pace))


def _is_too_long(frames: int, pace: float) -> bool:
    """Whether so many frames of a clip, of which `pace` go by in a scene frame, are more than can be edited."""
    return frames > MOST_FRAMES or frames > MOST_SCENE_FRAMES * pace


def _check_shapes(packed: Mapping[str, PackedArray]) -> None:
    """ValueError or KeyError unless they are the arrays of one detection, before any of them is unpacked."""
    sizes: dict[int | str, int] = {
        FRAMES: packed["positions"].shape[0] if packed["positions"].shape else 0,
        LANDMARKS: 0,
    }
    if "landmarks" in packed:
        sizes[LANDMARKS] = packed["landmarks"].shape[0] if packed["landmarks"].shape else 0
    together = (
        {"landmarks", "landmark_positions", "landmark_confidence"},
        {"depth", "depth_confidence"},
        {"confidence", "places", "timing", "source"},
    )
    if any(some & packed.keys() not in (some, set()) for some in together[:2]) or not together[2] <= packed.keys():
        raise ValueError("An array is missing.")
    if sizes[FRAMES] > MOST_FRAMES or sizes[LANDMARKS] > MOST_LANDMARKS:
        raise ValueError("There are too many frames, or landmarks.")
    for name, array in packed.items():
        kind, shape = _SHAPES[name]
        wanted = tuple(sizes[size] if isinstance(size, str) else size for size in shape)
        if (
            array.dtype.kind != kind
            or array.shape != wanted
            or (kind == "U" and array.dtype.itemsize > 4 * LONGEST_NAME)
        ):
            raise ValueError(f"There are {name} of another kind or shape.")
