"""The detection, stored in the file with its edit: an edit is the difference from it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.codec import FRAMES, Leaf, build, flatten, leaves
from ...core.pose_sequence import Array, PoseSequence, archive_name
from ...core.skeleton import JOINT_COUNT
from ...settings.bake import LAST_FRAME
from .clip_clock import ClipClock
from .packed_arrays import PackedArray, pack, read_packed

MOST_FRAMES = 250_000
"""Most frames of an edited clip: more than two hours at 30 frames a second."""
FARTHEST = 1e7
"""Largest distance of a joint from the picture's corner, and largest side of a picture, in pixels."""
LONGEST_NAME = 1_024
"""Most letters of the source, and of an extra landmark's name."""
MOST_LANDMARKS = 64

_NAMES: Mapping[str, str] = {"landmarks.names": "landmarks"}
"""What arrays of poses are called here, where files of poses say it otherwise."""
_TIMING = ("fps", "start")
"""What is kept together with the clock, in one array."""
_BESIDE: Mapping[str, tuple[str, tuple[int | str, ...]]] = {
    "places": ("f", (FRAMES, JOINT_COUNT, 2)),
    "timing": ("f", (4,)),
}
"""Kind and shape of the arrays that are no part of the poses."""
_ALWAYS = {"source", *_BESIDE}

_DAMAGE = (ValueError, KeyError, OverflowError, struct.error, zlib.error)
"""Errors that reading a damaged text raises."""


@dataclass(frozen=True, eq=False)
class Detection:
    """What was detected: `poses` as they would be retargeted.

    `places` (T, 15, 2), pixels, is where each joint is shown, seen or not; `clock` says on which scene frames.
    """

    poses: PoseSequence
    places: Array
    clock: ClipClock

    def packed(self) -> str:
        """The detection as text for a property. ValueError, in one sentence, where the clip is too long to edit."""
        poses = self.poses
        if _is_too_long(len(poses), self.clock.pace):
            raise ValueError(
                f"{len(poses):,} frames are too many to be edited at once; choose a part of the video as the range."
            )
        held = flatten(poses)
        arrays: dict[str, NDArray[Any]] = {name: held[leaf] for name, leaf in _kept().items() if leaf in held}
        arrays["places"] = self.places
        arrays["timing"] = np.array([poses.fps, poses.start, self.clock.first, self.clock.pace])
        return pack(arrays)

    @classmethod
    def unpacked(cls, text: str) -> Detection:
        """The detection from its text; ValueError where the text is no detection, or damaged."""
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
        values = {leaf: held[name] for name, leaf in _kept().items() if name in held}
        timing = dict(zip(_TIMING, (fps, start), strict=True))
        values |= {leaf: np.array(timing[leaf.name]) for leaf in leaves(PoseSequence) if leaf.name in timing}
        return cls(build(PoseSequence, values), held["places"], ClipClock(round(first), pace))


def _kept() -> dict[str, Leaf]:
    """What poses may hold, by the name of its array."""
    return {
        _NAMES.get(leaf.name, archive_name(leaf)): leaf for leaf in leaves(PoseSequence) if leaf.name not in _TIMING
    }


def _is_too_long(frames: int, pace: float) -> bool:
    """Whether so many frames of a clip, of which `pace` go by in a scene frame, are more than can be edited or than
    Blender has.
    """
    return frames > MOST_FRAMES or frames > LAST_FRAME * pace


def _check_shapes(packed: Mapping[str, PackedArray]) -> None:
    """ValueError or KeyError unless they are the arrays of one detection, before any of them is unpacked."""
    kept = _kept()
    for _, group in groupby(kept.items(), lambda item: item[1].path[0]):
        part = dict(group)
        is_optional = all(len(leaf.path) > 1 for leaf in part.values()) and not part.keys() & packed.keys()
        if not is_optional and any(leaf.is_required and name not in packed for name, leaf in part.items()):
            raise ValueError("An array is missing.")
    if not packed.keys() >= _ALWAYS:
        raise ValueError("An array is missing.")
    shapes = {name: (leaf.kind, leaf.shape) for name, leaf in kept.items()} | dict(_BESIDE)
    sizes = _sizes(packed, shapes)
    if any(size > (MOST_FRAMES if side == FRAMES else MOST_LANDMARKS) for side, size in sizes.items()):
        raise ValueError("There are too many frames, or landmarks.")
    for name, array in packed.items():
        kind, shape = shapes[name]
        wanted = tuple(sizes[side] if isinstance(side, str) else side for side in shape)
        if (
            array.dtype.kind != kind
            or array.shape != wanted
            or (kind == "U" and array.dtype.itemsize > 4 * LONGEST_NAME)
        ):
            raise ValueError(f"There are {name} of another kind or shape.")


def _sizes(
    packed: Mapping[str, PackedArray], shapes: Mapping[str, tuple[str, tuple[int | str, ...]]]
) -> dict[str, int]:
    """How long each side is that differs from clip to clip, as the first array says that has it."""
    sizes: dict[str, int] = {}
    for name, (_, shape) in shapes.items():
        there = packed[name].shape if name in packed else ()
        for index, side in enumerate(shape):
            if isinstance(side, str) and name in packed:
                sizes.setdefault(side, there[index] if index < len(there) else 0)
    return sizes
