"""The pose of a bone, frame by frame, as the curves that an animator would key it with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ..body.rotations import EULER_ORDERS, unwrap, with_continuous_signs
from ..scene.animation.actions import Curve, Interpolation
from .channel_locks import RotationLocks
from .euler_angles import steady_euler
from .plane_angles import unwound

Array = NDArray[np.float64]

ONE_AXIS = 1e-4
"""Radians about its other axes that a bone is let off, to be keyed on one channel."""
UNMOVED = 1e-6
"""Radians, or parts of the rig's size: a channel that never leaves 0 by more needs no keys."""


@dataclass(frozen=True, eq=False)
class BoneChannels:
    """Curves for one pose bone of an armature, on the scene frames (K,); `at_rest` where it is going back to rest.
    Locked channels get none. `unwinds`: full turns of a joint in the plane are taken out.
    """

    bone: bpy.types.PoseBone
    frames: NDArray[Any]
    at_rest: bool = False
    unwinds: bool = False

    def path(self, name: str) -> str:
        """The data path of a property of the bone."""
        return f"{self.bone.path_from_id()}.{name}"

    def rotation(self, basis: Array, usual: int) -> list[Curve]:
        """The turn (K, 4) in the bone's own axes, in the bone's own rotation mode: one channel where it turns about one
        of them alone.

        A bone that hardly turns is keyed about its `usual` axis (0..2).
        """
        basis = with_continuous_signs(np.broadcast_to(basis, (len(self.frames), 4)))
        locks = RotationLocks.of(self.bone, self.at_rest)
        if self.bone.rotation_mode == "QUATERNION":
            return self._curves("rotation_quaternion", basis, locks.free)
        if self.bone.rotation_mode == "AXIS_ANGLE":
            return self._curves("rotation_axis_angle", axis_angle(basis), locks.free)
        order = self.bone.rotation_mode
        assert order in EULER_ORDERS, order
        if locks.any:
            return self._curves("rotation_euler", locks.angles(basis), locks.free)
        parts = np.abs(basis[:, 1:]).max(axis=0)
        axis = int(parts.argmax()) if 2 * parts.max() > ONE_AXIS else usual
        if 2 * np.delete(parts, axis).max() > ONE_AXIS:
            return self._curves("rotation_euler", steady_euler(basis, order))
        angle = unwrap(np.unwrap(2 * np.arctan2(basis[:, 1 + axis], basis[:, 0]), period=2 * np.pi))
        angles = np.zeros((len(angle), 3))
        angles[:, axis] = unwound(angle) if self.unwinds else angle
        return self._curves(
            "rotation_euler", angles, self._needed(angles, np.array(self.bone.rotation_euler)) | (np.arange(3) == axis)
        )

    def location(self, moves: Array, size: float, interpolation: Interpolation = Interpolation.BEZIER) -> list[Curve]:
        """The location (K, 3) in the bone's own axes; a channel that stays 0, beside the rig's `size`, gets no keys."""
        needed = self._needed(moves / size, np.array(self.bone.location) / size) & ~np.array(self.bone.lock_location)
        return self._curves("location", moves, needed, interpolation)

    def scale(self, factors: Array) -> list[Curve]:
        """The scale (K, 3); a channel that stays 1 gets no keys."""
        return self._curves(
            "scale", factors, self._needed(factors - 1, np.array(self.bone.scale) - 1) & ~np.array(self.bone.lock_scale)
        )

    def _needed(self, values: Array, current: Array) -> NDArray[np.bool_]:
        """(3,) the channels that move, or that stand elsewhere than at 0 now."""
        return np.asarray((np.abs(values).max(axis=0) > UNMOVED) | (np.abs(current) > UNMOVED))

    def _curves(
        self,
        name: str,
        values: Array,
        needed: NDArray[np.bool_] | None = None,
        interpolation: Interpolation = Interpolation.BEZIER,
    ) -> list[Curve]:
        return [
            Curve(self.path(name), index, self.frames, values[:, index], self.bone.name, interpolation)
            for index in range(values.shape[1])
            if needed is None or needed[index]
        ]


def axis_angle(basis: Array) -> Array:
    """(K, 4) angle and axis. The axis keeps its side: a turn back through 0 is a negative angle."""
    sine = np.linalg.norm(basis[:, 1:], axis=-1)
    turning = np.flatnonzero(sine > ONE_AXIS)
    if not turning.size:
        return np.broadcast_to((0.0, 0.0, 1.0, 0.0), (len(basis), 4))
    axes = basis[turning, 1:] / sine[turning, None]
    sides = np.cumprod(np.concatenate(([1.0], np.where((axes[1:] * axes[:-1]).sum(axis=-1) < 0, -1.0, 1.0))))
    axes *= sides[:, None]
    at = np.arange(len(basis))
    smooth = np.stack([np.interp(at, turning, axes[:, index]) for index in range(3)], axis=-1)
    smooth /= np.linalg.norm(smooth, axis=-1, keepdims=True)
    angle = unwrap(np.unwrap(2 * np.arctan2((basis[:, 1:] * smooth).sum(axis=-1), basis[:, 0]), period=2 * np.pi))
    return np.concatenate((angle[:, None], smooth), axis=1)
