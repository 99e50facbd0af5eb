"""The keys of a curve as arrays: read, cut in two at a frame, joined, and written back as they were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ....core.keys import smoothstep
from .actions import curves_of_all_slots

FIELDS: dict[str, tuple[int, Any]] = {
    "co": (2, np.float32),
    "handle_left": (2, np.float32),
    "handle_right": (2, np.float32),
    "interpolation": (1, np.int32),
    "easing": (1, np.int32),
    "handle_left_type": (1, np.int32),
    "handle_right_type": (1, np.int32),
    "type": (1, np.int32),
}
"""What a key is: names, how many numbers each, and their type."""

MOVED_ALONG = ("co", "handle_left", "handle_right")

EASE_SECONDS = 1 / 3
"""How long a new part of a curve takes to leave where the old one ended."""


@dataclass(frozen=True, eq=False)
class Keys:
    """`fields`: of each of FIELDS an array (K, its numbers)."""

    fields: dict[str, NDArray[Any]]

    @classmethod
    def of(cls, curve: bpy.types.FCurve) -> Keys:
        """The curve's keys."""
        fields = {}
        for name, (size, kind) in FIELDS.items():
            values = np.empty(size * len(curve.keyframe_points), kind)
            curve.keyframe_points.foreach_get(name, values)
            fields[name] = values.reshape(-1, size)
        return cls(fields)

    @property
    def frames(self) -> NDArray[Any]:
        """(K,): where the keys are."""
        return np.asarray(self.fields["co"][:, 0])

    def part(self, chosen: NDArray[np.bool_]) -> Keys:
        """Those of the keys that are chosen."""
        return Keys({name: values[chosen] for name, values in self.fields.items()})

    def followed_by(self, later: Keys) -> Keys:
        """These and then those."""
        return Keys({name: np.concatenate((values, later.fields[name])) for name, values in self.fields.items()})

    def shifted(self, by: Callable[[NDArray[Any]], NDArray[Any]]) -> Keys:
        """Keys and handles moved up by what `by` says of their frames (K,)."""
        return Keys(
            {
                name: np.stack((values[:, 0], values[:, 1] + by(values[:, 0])), axis=-1).astype(np.float32)
                if name in MOVED_ALONG
                else values
                for name, values in self.fields.items()
            }
        )

    def write(self, curve: bpy.types.FCurve) -> None:
        """Make them the curve's keys, in place of those that it has."""
        curve.keyframe_points.clear()
        curve.keyframe_points.add(len(self.frames))
        for name, values in self.fields.items():
            curve.keyframe_points.foreach_set(name, values.ravel())
        curve.update()


@dataclass(frozen=True, eq=False)
class EarlierCurves:
    """What an Action was before a `frame`: of each curve, by data path and index, its keys and its value in the frame
    before.
    """

    frame: int
    curves: dict[tuple[str, int], tuple[Keys, float]]

    @classmethod
    def of(cls, action: bpy.types.Action, frame: int) -> EarlierCurves:
        """Remember it."""
        return cls(
            frame,
            {
                (curve.data_path, curve.array_index): (Keys.of(curve), curve.evaluate(frame - 1))
                for curve in curves_of_all_slots(action)
            },
        )

    def restore(self, curves: Sequence[bpy.types.FCurve], fps: float) -> None:
        """Give curves that were made anew their old keys before the frame; from there on they leave the old ones' path
        within EASE_SECONDS.
        """
        for curve in curves:
            known = self.curves.get((curve.data_path, curve.array_index))
            if known is None:
                self._begin(curve)
                continue
            keys, value = known
            earlier = keys.part(keys.frames < self.frame)
            if not len(earlier.frames):
                continue
            apart, at_frame = value - curve.evaluate(self.frame - 1), curve.evaluate(self.frame)
            if not (Keys.of(curve).frames == self.frame).any():
                curve.keyframe_points.insert(self.frame, at_frame, options={"FAST"}, keyframe_type="GENERATED")
                curve.update()
            new = Keys.of(curve)
            later = new.part(new.frames >= self.frame)
            earlier.followed_by(later.shifted(partial(self._left, apart, fps))).write(curve)

    def _begin(self, curve: bpy.types.FCurve) -> None:
        """A channel that was not keyed before rests until the frame."""
        at_frame = curve.evaluate(self.frame)
        curve.keyframe_points.insert(self.frame, at_frame, options={"FAST"}, keyframe_type="GENERATED")
        curve.keyframe_points.insert(
            self.frame - 1, 0.0, options={"FAST"}, keyframe_type="GENERATED"
        ).interpolation = "CONSTANT"
        keys = Keys.of(curve)
        keys.part(keys.frames >= self.frame - 1).write(curve)

    def _left(self, apart: float, fps: float, frames: NDArray[Any]) -> NDArray[Any]:
        """What is left at these frames of the difference `apart`."""
        return apart * share_left(frames - self.frame, fps)


def share_left(since: NDArray[Any], fps: float) -> NDArray[np.float64]:
    """(K,) what part of a difference is left so many frames after it: all of it at first, then nothing, with ease."""
    return np.asarray(1 - smoothstep(since / (EASE_SECONDS * fps)), dtype=np.float64)
