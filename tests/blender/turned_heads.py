"""Clips of somebody who marches on the spot and turns, nods and tilts the head by known angles: joints, nose and ears
as a camera sees them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from blender_addon.core.motion import View, rotation
from blender_addon.core.networks.example_clip import ORDINARY_BODY, example_clip
from blender_addon.core.skeleton import BONE_INDEX, Joint

Array = NDArray[np.float64]

EAR, NOSE, NOSE_DROP = 0.27, 0.46, np.radians(12)
"""From the middle of the ears to an ear and to the tip of the nose, in lengths of neck and head, and how far below the
ears an upright head's nose points: measured of the two people of the street video.
"""
TURNING, HELD = 8, 12
"""Frames in which the head gets to its angles, and back, and those in between."""
TREMBLE = 0.015
"""Standard deviation of what a detector is off, in lengths of neck and head."""
FPS = 30.0

Angles = tuple[float, float, float]
"""Yaw (+ to the performer's left), pitch (+ up) and roll (+ towards the left shoulder) of the head beside the trunk, in
degrees.
"""


def head_axes(angles: Array) -> Array:
    """(T, 3, 3) left, up and forward of the head, in columns, as left, up and forward of the trunk: rolled, then
    pitched, then turned by (T, 3) degrees.
    """
    yaw, pitch, roll = np.radians(angles).T
    zero, one = np.zeros_like(yaw), np.ones_like(yaw)
    turned = np.array(((np.cos(yaw), zero, np.sin(yaw)), (zero, one, zero), (-np.sin(yaw), zero, np.cos(yaw))))
    pitched = np.array(((one, zero, zero), (zero, np.cos(pitch), np.sin(pitch)), (zero, -np.sin(pitch), np.cos(pitch))))
    rolled = np.array(((np.cos(roll), np.sin(roll), zero), (-np.sin(roll), np.cos(roll), zero), (zero, zero, one)))
    turns = [np.moveaxis(turn, -1, 0) for turn in (turned, pitched, rolled)]
    return np.asarray(turns[0] @ turns[1] @ turns[2], dtype=np.float64)


def head_angles(axes: Array) -> Array:
    """(T, 3) the degrees that give such axes (T, 3, 3)."""
    yaw = np.arctan2(axes[:, 0, 2], axes[:, 2, 2])
    pitch = np.arcsin(np.clip(axes[:, 1, 2], -1, 1))
    return np.asarray(
        np.degrees(np.stack((yaw, pitch, np.arctan2(-axes[:, 1, 0], axes[:, 1, 1])), axis=-1)), dtype=np.float64
    )


def held_frames(cases: int) -> NDArray[np.int64]:
    """(cases, F) frames of the clip, the first 0, in which the head has the angles of each case."""
    return np.arange(cases)[:, None] * (2 * TURNING + HELD) + np.arange(TURNING + 2, TURNING + HELD - 2)


def write_clip(
    path: Path, cases: Sequence[Angles], azimuth: float = 0.0, hidden_ear_from: float = 180.0, sure: float = 0.95
) -> Path:
    """A pose file in which the head has one case's angles after another, of somebody seen from that azimuth.

    Turned by more than `hidden_ear_from` degrees, the head hides its far ear, and the ear that is seen stands for both.
    `sure` is the confidence of nose and ears.
    """
    ease = (1 - np.cos(np.pi * (np.arange(TURNING) + 0.5) / TURNING)) / 2
    amount = np.concatenate((ease, np.ones(HELD), ease[::-1]))
    angles = np.concatenate([amount[:, None] * np.array(case) for case in cases])
    body = ORDINARY_BODY.scaled(220)
    march = example_clip(body, View(azimuth)).astype(np.float64)
    joints = march[np.arange(len(angles)) % len(march)] + (640, 330)
    # The trunk's left, up and forward in the camera's space, whose y points down and whose z away.
    trunk = rotation(View(azimuth)).astype(np.float64) @ np.diag((1.0, -1.0, -1.0))
    head = trunk @ head_axes(angles)
    size = float(body.lengths[BONE_INDEX[Joint.HEAD]])
    left, nose = EAR * head[..., 0], NOSE * (np.cos(NOSE_DROP) * head[..., 2] - np.sin(NOSE_DROP) * head[..., 1])
    middle = joints[:, Joint.HEAD]
    noise = np.random.default_rng(7).normal(scale=TREMBLE * size, size=(3, len(angles), 2))
    points = np.stack([middle + size * way[:, :2] for way in (nose, -left, left)]) + noise
    confidence = np.full((3, len(angles)), sure)
    for ear, side in ((1, -1.0), (2, 1.0)):
        confidence[ear][side * angles[:, 0] > hidden_ear_from] = 0
    one_ear = (
        np.where((confidence[1:] > 0)[..., None], points[1:], 0).sum(axis=0) / (confidence[1:] > 0).sum(axis=0)[:, None]
    )
    joints[:, Joint.HEAD] = one_ear
    np.savez(
        path,
        positions=joints[None].astype(np.float32),
        confidence=np.full((1, *joints.shape[:2]), 0.95, dtype=np.float32),
        person=np.array([1]),
        fps=np.float32(FPS),
        start=np.float32(0),
        source=np.array("heads"),
        image_size=np.array((1280, 720)),
        landmark_names=np.array(("nose", "right_ear", "left_ear")),
        landmark_positions=points.swapaxes(0, 1)[None].astype(np.float32),
        landmark_confidence=confidence.T[None].astype(np.float32),
    )
    return path
