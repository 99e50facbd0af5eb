"""A performer of known motion: a short routine on the spot, to be filmed from anywhere, so that the truth of every panel is known."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from blender_addon.core.motion import View, rotation
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.skeleton import BONE_COUNT, BONE_INDEX, BONE_PATHS, Joint, Skeleton

Array = NDArray[np.float32]
Angles = NDArray[np.float64]

FPS = 30.0
KEY_FRAMES = 15
"""Frames from one key pose to the next."""

STANDING_SHARPNESS = 40.0
"""How sharply the lower foot takes the weight, per leg length between the two."""

Limb = tuple[float, float, float, float]


@dataclass(frozen=True)
class KeyPose:
    """Degrees. A limb: its upper bone swung forward and out to its own side from hanging down, then its lower bone likewise.

    `lean` is forward and to the left, `turn` of the whole body to its own left.
    """

    right_arm: Limb = (0, 12, 15, 10)
    left_arm: Limb = (0, 12, 15, 10)
    right_leg: Limb = (5, 4, -5, 3)
    left_leg: Limb = (5, 4, -5, 3)
    lean: tuple[float, float] = (3, 0)
    turn: float = 0

    def mirrored(self) -> KeyPose:
        """Right and left changed over."""
        forward, left = self.lean
        mirrored = replace(self, right_arm=self.left_arm, left_arm=self.right_arm, right_leg=self.left_leg, left_leg=self.right_leg)
        return replace(mirrored, lean=(forward, -left), turn=-self.turn)

    def angles(self) -> list[float]:
        """All of them in a row."""
        return [float(angle) for field in fields(self) for angle in np.atleast_1d(getattr(self, field.name))]


_HALF: tuple[KeyPose, ...] = (
    KeyPose(right_arm=(-40, 14, 30, 8), left_arm=(55, 10, 125, 5), right_leg=(82, 4, -8, 3), lean=(2, 4), turn=12),
    KeyPose(right_arm=(10, 40, 20, 60), left_arm=(10, 40, 20, 60), right_leg=(12, 12, -6, 8), left_leg=(12, 8, -10, 6)),
    KeyPose(right_arm=(0, 86, 0, 96), left_arm=(0, 86, 0, 96), right_leg=(4, 32, -4, 30), left_leg=(20, 10, -22, 4), lean=(4, -8), turn=-10),
    KeyPose(right_arm=(0, 146, 0, 168), left_arm=(0, 146, 0, 168), lean=(-5, 0)),
    KeyPose(right_arm=(0, 128, 0, 172), left_arm=(-15, 52, 25, -38), left_leg=(14, 14, -4, 10), lean=(0, 10), turn=-16),
    KeyPose(right_arm=(50, 20, 105, 10), left_arm=(50, 20, 105, 10), right_leg=(52, 14, -34, 6), left_leg=(52, 14, -34, 6), lean=(24, 0)),
)
ROUTINE: tuple[KeyPose, ...] = (*_HALF, *(pose.mirrored() for pose in _HALF))
"""A knee up, arms opened, a step to the side, arms to the sky, a wave with a hand on the hip, a crouch; then the same on the other side."""

FRAMES = len(ROUTINE) * KEY_FRAMES

ORDINARY = Skeleton.from_proportions((0.17, 0.50, 0.18, 0.28, 0.25, 0.09, 0.41, 0.40))
"""The performer's bones, in metres."""


def routine(skeleton: Skeleton, view: View) -> tuple[Array, Array]:
    """The routine on a body: (T, 15, 2) in the skeleton's unit from (0, 0), and (T, 15) depth about the mid-hip, as a distant camera sees them."""
    keys = np.array([pose.angles() for pose in (*ROUTINE, ROUTINE[0])])
    angles = CubicSpline(np.arange(len(keys)) * KEY_FRAMES, keys, bc_type="periodic")(np.arange(FRAMES))
    joints = BONE_PATHS @ (_directions(np.radians(angles)) * skeleton.lengths[:, None])
    joints += _path(joints, skeleton.leg_length)[:, None]
    seen = (joints @ rotation(view).T).astype(np.float32)
    return seen[..., :2] - seen[0, Joint.MID_HIP, :2], seen[..., 2] - seen[:, [Joint.MID_HIP], 2]


def filmed(skeleton: Skeleton, view: View, image_size: tuple[int, int]) -> PoseSequence:
    """The routine in the middle of a picture, every joint seen; the skeleton's unit is a pixel."""
    positions, _ = routine(skeleton, view)
    middle = (positions.min(axis=(0, 1)) + positions.max(axis=(0, 1))) / 2
    return PoseSequence(positions + np.array(image_size, np.float32) / 2 - middle, np.ones(positions.shape[:2], np.float32), FPS, image_size, source="demo")


def _directions(angles: Angles) -> Angles:
    """(T, 14, 3) unit bone directions, x to the left of the picture's performer, y down, z away, of (T, 19) angles in radians."""
    limbs, (forward, left, turn) = angles[:, :16].reshape(-1, 4, 2, 2), angles[:, 16:].T
    bones = np.zeros((len(angles), BONE_COUNT, 3))
    up = np.stack((np.sin(left), -np.cos(left) * np.cos(forward), -np.cos(left) * np.sin(forward)), axis=-1)
    bones[:, BONE_INDEX[Joint.NECK]] = bones[:, BONE_INDEX[Joint.HEAD]] = up
    for limb, (side, sign) in enumerate((("RIGHT", -1.0), ("LEFT", 1.0)) * 2):
        joints = ("ELBOW", "WRIST") if limb < 2 else ("KNEE", "ANKLE")
        for part, joint in enumerate(joints):
            swing, out = limbs[:, limb, part].T
            direction = np.stack((sign * np.sin(out), np.cos(out) * np.cos(swing), -np.cos(out) * np.sin(swing)), axis=-1)
            bones[:, BONE_INDEX[Joint[f"{side}_{joint}"]]] = direction
        bones[:, BONE_INDEX[Joint[f"{side}_SHOULDER"]]] = sign * np.stack((np.cos(left), np.sin(left), np.zeros_like(left)), axis=-1)
        bones[:, BONE_INDEX[Joint[f"{side}_HIP"]]] = (sign, 0, 0)
    return np.asarray(bones @ rotation(View(-np.degrees(turn))).transpose(0, 2, 1), dtype=np.float64)


def _path(joints: Angles, leg_length: float) -> Angles:
    """(T, 3): where the mid-hip goes so that the lower foot stands still on the ground, and the routine ends where it began."""
    ankles = joints[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]]
    weight = 1 / (1 + np.exp(STANDING_SHARPNESS / leg_length * (ankles[:, ::-1, 1] - ankles[:, :, 1])))
    steps = -(weight[..., None] * (np.roll(ankles, -1, axis=0) - ankles)).sum(axis=1)
    path = np.cumsum(steps - steps.mean(axis=0), axis=0)
    path[:, 1] = -ankles[..., 1].max(axis=1)
    return np.asarray(path, dtype=np.float64)
