"""Angles and axes: of cameras, trunks and heads.

Camera space is x right, y down, z away. The stage is x right, y away, z up, upright whatever the camera does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from blender_addon.core.skeleton import Joint

Doubles = NDArray[np.float64]

ACROSS = ((Joint.RIGHT_HIP, Joint.LEFT_HIP), (Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER))
"""From the body's right to its left."""
TINY = 1e-9


def wrapped(degrees: Doubles) -> Doubles:
    """The same angles within −180 to 180."""
    return np.asarray((degrees + 180.0) % 360.0 - 180.0)


def unit(vectors: Doubles) -> Doubles:
    """The vectors (…, 3) with length 1."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), TINY))


def angle_between(first: Doubles, second: Doubles) -> Doubles:
    """(…) degrees between vectors (…, D)."""
    lengths = np.linalg.norm(first, axis=-1) * np.linalg.norm(second, axis=-1)
    cosines = (first * second).sum(axis=-1) / np.maximum(lengths, TINY)
    return np.asarray(np.degrees(np.arccos(np.clip(cosines, -1, 1))))


def camera_axes(cameras: Doubles) -> Doubles:
    """(T, 3, 3) rows right, down and away of cameras (T, 4, 4) to the world, which look along their −z."""
    return np.stack((cameras[:, :3, 0], -cameras[:, :3, 1], -cameras[:, :3, 2]), axis=1)


def facing(joints: Doubles) -> Doubles:
    """(T,) degrees: the trunk's azimuth in the stage, of joints (T, 15, 3); 0 faces the camera, +90 the right."""
    left = sum((joints[:, end] - joints[:, begin] for begin, end in ACROSS), np.zeros(3))
    # forward = left × up
    return np.degrees(np.arctan2(left[:, 1], left[:, 0]))


def head_axes(angles: Doubles) -> Doubles:
    """(T, 3, 3) a head's left, up and forward in columns, in camera space.

    `angles` (T, 3) degrees: yaw (0 faces the camera, +90 looks to the picture's right), pitch (+ looks up), roll (+ is
    turned clockwise in the picture).
    """
    yaw, pitch, roll = np.radians(np.moveaxis(angles, -1, 0))
    flat = np.stack((np.sin(yaw), np.zeros_like(yaw), -np.cos(yaw)), axis=-1)
    down = np.array((0.0, 1.0, 0.0))
    forward = np.cos(pitch)[:, None] * flat - np.sin(pitch)[:, None] * down
    left = np.stack((np.cos(yaw), np.zeros_like(yaw), np.sin(yaw)), axis=-1)
    up = np.cross(forward, left)
    turned_left = np.cos(roll)[:, None] * left - np.sin(roll)[:, None] * up
    return np.stack((turned_left, np.cross(forward, turned_left), forward), axis=-1)


def head_angles(axes: Doubles) -> Doubles:
    """(T, 3) yaw, pitch and roll in degrees of such axes (T, 3, 3) in camera space."""
    left, up, forward = np.moveaxis(axes, -1, 0)
    pitch = np.arcsin(np.clip(-forward[:, 1], -1, 1))
    yaw = np.arctan2(forward[:, 0], -forward[:, 2])
    roll = np.arctan2(left[:, 1], -up[:, 1])
    return np.asarray(np.degrees(np.stack((yaw, pitch, roll), axis=-1)))


def as_camera_space(stage: Doubles) -> Doubles:
    """(…, 3, N) columns in the stage as an upright camera sees them: x right, y down, z away."""
    return np.stack((stage[..., 0, :], -stage[..., 2, :], stage[..., 1, :]), axis=-2)
