"""What is true of a clip: joints, camera, who stands on what, where everybody looks, what is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from blender_addon.core.contacts import runs
from blender_addon.core.skeleton import Joint

from .cameras import CameraPath

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

SUPPORTS: tuple[str, ...] = (
    "right_foot",
    "left_foot",
    "right_hand",
    "left_hand",
    "right_knee",
    "left_knee",
    "seat",
    "back",
    "right_elbow",
    "left_elbow",
)
"""What may carry a body."""

LANDMARKS: tuple[str, ...] = (
    "nose",
    "right_ear",
    "left_ear",
    "right_eye",
    "left_eye",
    "right_index_knuckle",
    "left_index_knuckle",
    "right_heel",
    "left_heel",
    "right_toe",
    "left_toe",
)

TOUCHES, STAYS = 0.015, 0.3
"""A part of the body stands where its mesh is nearer than this to what is below it, metres, and moves slower than this
there, metres per second.
"""
SHORTEST, LONGEST_GAP = 0.1, 0.07
"""Seconds: shorter contacts are none, and shorter gaps within one are none either."""


@dataclass(frozen=True, eq=False)
class Seat:
    """A box that one can sit on: its top's height, and its edges along x and y."""

    height: float
    low: tuple[float, float]
    high: tuple[float, float]

    def below(self, points: Array) -> Array:
        """(…,) height of what is below points (…, 3): the box's top or the ground."""
        inside = ((points[..., :2] > np.array(self.low)) & (points[..., :2] < np.array(self.high))).all(axis=-1)
        return np.where(inside & (points[..., 2] > 0.6 * self.height), self.height, 0.0)


@dataclass(frozen=True, eq=False)
class Recorded:
    """What was read from one posed rig in every frame.

    `points` by name (T, 3), `head` and `chest` (T, 3, 3) the bones' turns in the world from a rest that faces -Y,
    `supports` (T, 10), `visible` (T, 15), `lowest` (T,) metres, `seat` the height of a box to sit on, NaN without one.
    """

    points: Mapping[str, Array]
    head: Array
    supports: Mask
    visible: Mask
    lowest: Array
    seat: float = np.nan


def find_supports(vertices: Array, regions: Mapping[str, Mask], seat: Seat | None, fps: float) -> Mask:
    """(T, 10) bool: which of SUPPORTS carry the body, by the mesh (T, V, 3) metres and the vertices of each part."""
    found = np.zeros((len(vertices), len(SUPPORTS)), dtype=np.bool_)
    for index, name in enumerate(SUPPORTS):
        part = vertices[:, regions[name]]
        below = seat.below(part) if seat else np.zeros(part.shape[:2])
        touching = part[..., 2] - below < TOUCHES
        step = np.linalg.norm(np.diff(part, axis=0), axis=-1) * fps
        step = step if len(step) else np.zeros((1, part.shape[1]))
        speed = np.minimum(np.concatenate((step, step[-1:])), np.concatenate((step[:1], step)))[: len(part)]
        found[:, index] = lasting((touching & (speed < STAYS)).any(axis=1), fps)
    return found


def lasting(contact: Mask, fps: float) -> Mask:
    """The contact (T,) without gaps and spells that are too short to be any."""
    return _without_short(~_without_short(~contact, LONGEST_GAP * fps), SHORTEST * fps)


def _without_short(flags: Mask, least: float) -> Mask:
    """The flags without runs of fewer than `least` frames, but for those at the clip's ends."""
    kept = flags.copy()
    for first, last in runs(flags):
        if last - first < least and first > 0 and last < len(flags):
            kept[first:last] = False
    return kept


def camera_axes(path: CameraPath) -> Array:
    """(T, 3, 3) rows: the camera's right, down and away, in the world."""
    turn = path.to_world[:, :3, :3]
    return np.stack((turn[..., 0], -turn[..., 1], -turn[..., 2]), axis=1)


def sight_axes(path: CameraPath, points: Array) -> Array:
    """(T, 3, 3) rows: right, down and away of a camera at the same place that looks straight at points (T, 3)."""
    axes = camera_axes(path)
    away = points - path.to_world[:, :3, 3]
    away /= np.linalg.norm(away, axis=-1, keepdims=True)
    right = np.cross(axes[:, 1], away)
    right /= np.linalg.norm(right, axis=-1, keepdims=True)
    return np.stack((right, np.cross(away, right), away), axis=1)


def facing_of(joints: Array, away: Array) -> Array:
    """(T,) degrees: which way the trunk of joints (T, 15, 3) faces, about the vertical, as `View.azimuth` says it for a
    camera that looks along `away` (T, 3).
    """
    left = joints[:, Joint.LEFT_SHOULDER] - joints[:, Joint.RIGHT_SHOULDER]
    left = left + joints[:, Joint.LEFT_HIP] - joints[:, Joint.RIGHT_HIP]
    forward = np.stack((left[:, 1], -left[:, 0]), axis=-1)
    level = away[:, :2] / np.linalg.norm(away[:, :2], axis=-1, keepdims=True)
    right = np.stack((level[:, 1], -level[:, 0]), axis=-1)
    azimuth: Array = np.degrees(np.arctan2((forward * right).sum(-1), -(forward * level).sum(-1)))
    return azimuth


def head_angles_of(head: Array, axes: Array) -> Array:
    """(T, 3) degrees: yaw as azimuth, pitch (+ looks up), roll (+ tilts to its own left: clockwise in the picture for a
    face towards the camera), of heads (T, 3, 3) seen along the rows right, down, away of `axes`.
    """
    left, up, forward = head[..., 0], head[..., 2], -head[..., 1]
    seen = {"left": left, "up": up, "forward": forward}
    right, down, away = ({k: (v * axes[:, row]).sum(-1) for k, v in seen.items()} for row in range(3))
    yaw = np.arctan2(right["forward"], -away["forward"])
    pitch = np.arcsin(np.clip(-down["forward"], -1, 1))
    roll = np.arctan2(down["left"], -down["up"])
    angles: Array = np.degrees(np.stack((yaw, pitch, roll), axis=-1))
    return angles


def assemble(people: Sequence[Recorded], path: CameraPath, *, fps: float) -> dict[str, NDArray[np.generic]]:
    """The arrays of the file, but for what the clip itself says."""
    joints = np.stack(
        [np.stack([person.points[joint.name.lower()] for joint in Joint], axis=1) for person in people]
    ).astype(np.float32)
    names = [name for name in LANDMARKS if all(name in person.points for person in people)]
    landmarks = np.stack([np.stack([person.points[name] for name in names], axis=1) for person in people])
    landmarks = landmarks.astype(np.float32)
    pixels, depth = path.project(joints.astype(np.float64))
    inside = (pixels >= 0).all(axis=-1) & (pixels < np.array(path.size)).all(axis=-1) & (depth > 0)
    axes = camera_axes(path)
    sights = [sight_axes(path, joint[:, Joint.MID_HIP].astype(np.float64)) for joint in joints]
    heads = [sight_axes(path, joint[:, Joint.HEAD].astype(np.float64)) for joint in joints]
    ways = [joint.astype(np.float64) for joint in joints]
    return {
        "fps": np.array(fps),
        "image_size": np.array(path.size, dtype=np.int64),
        "joints": joints,
        "joints_2d": pixels.astype(np.float32),
        "landmarks": landmarks,
        "landmarks_2d": path.project(landmarks.astype(np.float64))[0].astype(np.float32),
        "landmark_names": np.array(names),
        "visible": np.stack([person.visible for person in people]) & inside,
        "camera_to_world": path.to_world.astype(np.float64),
        "focal": path.focal.astype(np.float64),
        "ground": np.array(0.0),
        "supports": np.stack([person.supports for person in people]),
        "support_names": np.array(SUPPORTS),
        "facing": np.stack([facing_of(joint, axes[:, 2]) for joint in ways]).astype(np.float32),
        "facing_seen": np.stack(
            [facing_of(joint, sight[:, 2]) for joint, sight in zip(ways, sights, strict=True)]
        ).astype(np.float32),
        "head": np.stack([head_angles_of(person.head, axes) for person in people]).astype(np.float32),
        "head_seen": np.stack(
            [head_angles_of(person.head, sight) for person, sight in zip(people, heads, strict=True)]
        ).astype(np.float32),
        "seat_height": np.array([person.seat for person in people], dtype=np.float32),
        "lowest": np.stack([person.lowest for person in people]).astype(np.float32),
    }
