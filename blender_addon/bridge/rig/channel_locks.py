"""Locked and driven rotation channels of a bone: they get no keys, and the free channels come as near as they can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ..body.rotations import EULER_ORDERS, directions, normalised, to_euler, with_continuous_signs
from .euler_angles import from_euler, nearest_euler
from .rig_conditions import as_driven, driven_channels

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

QUATERNION, AXIS_ANGLE = "QUATERNION", "AXIS_ANGLE"


_CHANNELS = {QUATERNION: "rotation_quaternion", AXIS_ANGLE: "rotation_axis_angle"}


def _rotation(bone: bpy.types.PoseBone) -> Sequence[float]:
    """The channels of a bone's rotation in its own mode."""
    channels: Sequence[float] = getattr(bone, _CHANNELS.get(bone.rotation_mode, "rotation_euler"))
    return channels


@dataclass(frozen=True, eq=False)
class RotationLocks:
    """The locks of a pose bone's rotation, in its own `mode`; a channel that a driver holds is locked where that holds it.

    `free`: which of its channels may be keyed, four of a quaternion or of an axis with its angle, else three; `held`:
    what the channels are now. `by_angles` (3,): of a quaternion or an axis that is locked as angles about x, y and z,
    which of those are free.
    """

    mode: str
    free: Flags
    held: Array
    by_angles: Flags

    @classmethod
    def of(cls, bone: bpy.types.PoseBone, at_rest: bool = False) -> RotationLocks:
        """Read the locks. `at_rest`: the bone goes back to rest, so its present rotation does not count, but for what
        is driven.
        """
        locks = cls._of_locks(bone, at_rest)
        driven = list(driven_channels(bone).get(_CHANNELS.get(locks.mode, "rotation_euler"), ()))
        if not driven:
            return locks
        free, held = locks.free.copy(), locks.held.copy()
        free[driven], held[driven] = False, np.array(_rotation(as_driven(bone)))[driven]
        if not locks.by_angles.all():  # locked as angles and driven as parts of a quaternion: nothing is free
            free[:] = False
        return cls(locks.mode, free, held, np.ones(3, dtype=np.bool_))

    @classmethod
    def _of_locks(cls, bone: bpy.types.PoseBone, at_rest: bool) -> RotationLocks:
        mode, angles = bone.rotation_mode, ~np.array(bone.lock_rotation)
        if mode in EULER_ORDERS:
            return cls(
                mode, angles, np.zeros(3) if at_rest else np.array(bone.rotation_euler), np.ones(3, dtype=np.bool_)
            )
        rest = (1.0, 0, 0, 0) if mode == QUATERNION else (0, 0, 1.0, 0)
        held = np.array(
            rest if at_rest else bone.rotation_quaternion if mode == QUATERNION else bone.rotation_axis_angle,
            dtype=np.float64,
        )
        if bone.lock_rotations_4d:
            return cls(mode, np.concatenate(([not bone.lock_rotation_w], angles)), held, np.ones(3, dtype=np.bool_))
        return cls(mode, np.full(4, angles.any()), held, angles)

    @property
    def any(self) -> bool:
        """Whether anything is locked."""
        return not (self.free.all() and self.by_angles.all())

    def reachable(self, basis: Array) -> Array:
        """(K, 4) the nearest rotations to `basis` (K, 4) that the locks allow."""
        if not self.any:
            return basis
        if self.mode in EULER_ORDERS:
            return from_euler(self.angles(basis), self.mode)
        if not self.by_angles.all():
            held = to_euler(self._held_turn()[None], "XYZ")
            start = np.where(self.by_angles, to_euler(basis, "XYZ"), held)
            return from_euler(nearest_euler(basis, "XYZ", start, self.by_angles), "XYZ")
        return self._of_quaternion(basis) if self.mode == QUATERNION else self._of_axis(basis)

    def angles(self, basis: Array) -> Array:
        """(K, 3) Euler angles, with locked ones unchanged."""
        start = np.where(self.free, to_euler(basis, self.mode), self.held)
        return nearest_euler(basis, self.mode, start, self.free)

    def _of_quaternion(self, basis: Array) -> Array:
        basis = with_continuous_signs(basis)
        rest = np.sqrt(max(0.0, 1 - float((self.held[~self.free] ** 2).sum())))
        free = basis[:, self.free]
        turn = np.tile(self.held, (len(basis), 1))
        turn[:, self.free] = rest * free / np.maximum(np.linalg.norm(free, axis=-1, keepdims=True), 1e-12)
        return normalised(np.where(np.linalg.norm(turn, axis=-1, keepdims=True) > 0, turn, self.held))

    def _of_axis(self, basis: Array) -> Array:
        if self.free[1:].all():
            angle, axis = np.full(len(basis), self.held[0]), directions(basis[:, 1:])
        elif not self.free[0]:
            return np.broadcast_to(self._held_turn(), basis.shape)
        else:
            axis = np.broadcast_to(directions(self.held[1:]), (len(basis), 3))
            angle = 2 * np.arctan2((basis[:, 1:] * axis).sum(axis=-1), basis[:, 0])
        return np.concatenate((np.cos(angle / 2)[:, None], np.sin(angle / 2)[:, None] * axis), axis=-1)

    def _held_turn(self) -> Array:
        if self.mode == QUATERNION:
            return normalised(self.held)
        return np.concatenate(([np.cos(self.held[0] / 2)], np.sin(self.held[0] / 2) * directions(self.held[1:])))
