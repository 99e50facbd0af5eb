"""A person made by hand, who stands before a camera, and the character that follows exactly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.rendered.baked import Baked
from benchmarks.rendered.clip_truth import PersonTruth, truth_of
from benchmarks.rendered.found_people import FoundPerson
from blender_addon.core.skeleton import Joint

Doubles = NDArray[np.float64]

FRAMES = 40
FOCAL = 600.0
SIZE = (640, 360)
AWAY = 5.0
"""Metres from the camera."""
SUPPORTS = (
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
FEET = ("right_heel", "right_toe", "left_heel", "left_toe")
"""All at the ankles."""
LAYER_JOINTS = [Joint.RIGHT_ELBOW, Joint.LEFT_ELBOW, Joint.RIGHT_KNEE, Joint.LEFT_KNEE, Joint.MID_HIP]
"""How far away limbs lie by one joint each."""
STANDING: dict[Joint, tuple[float, float]] = {
    Joint.HEAD: (0.0, 1.65),
    Joint.NECK: (0.0, 1.45),
    Joint.RIGHT_SHOULDER: (-0.2, 1.45),
    Joint.RIGHT_ELBOW: (-0.25, 1.15),
    Joint.RIGHT_WRIST: (-0.3, 0.9),
    Joint.LEFT_SHOULDER: (0.2, 1.45),
    Joint.LEFT_ELBOW: (0.25, 1.15),
    Joint.LEFT_WRIST: (0.3, 0.9),
    Joint.MID_HIP: (0.0, 0.95),
    Joint.RIGHT_HIP: (-0.1, 0.95),
    Joint.RIGHT_KNEE: (-0.1, 0.5),
    Joint.RIGHT_ANKLE: (-0.1, 0.08),
    Joint.LEFT_HIP: (0.1, 0.95),
    Joint.LEFT_KNEE: (0.1, 0.5),
    Joint.LEFT_ANKLE: (0.1, 0.08),
}
"""Across and up, in metres, of somebody who faces the camera."""


def standing(turn: float = 0.0) -> Doubles:
    """(FRAMES, 15, 3) in the stage, turned by so many degrees of azimuth."""
    flat = np.array([STANDING[joint] for joint in Joint])
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    pose = np.stack((flat[:, 0] * cos, flat[:, 0] * sin, flat[:, 1]), axis=-1)
    return np.tile(pose, (FRAMES, 1, 1))


def camera(heading: float = 90.0, height: float = 1.0) -> Doubles:
    """(4, 4) to the world of a level camera that looks so many degrees from the world's x, from AWAY metres off the
    origin.
    """
    away = np.array((np.cos(np.radians(heading)), np.sin(np.radians(heading)), 0.0))
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = np.cross(away, (0.0, 0.0, 1.0)), (0.0, 0.0, 1.0), -away
    matrix[:3, 3] = -AWAY * away + np.array((0.0, 0.0, height))
    return matrix


def arrays(joints: Doubles, cameras: Doubles | None = None) -> dict[str, NDArray[np.generic]]:
    """What a file of truth holds, of one person with `joints` (T, 15, 3) in the world who stands on both feet and looks
    at the camera.
    """
    frames = len(joints)
    cameras = np.tile(camera(), (frames, 1, 1)) if cameras is None else cameras
    seen = np.einsum("tij,tkj->tki", np.linalg.inv(cameras)[:, :3], np.append(joints, np.ones((frames, 15, 1)), -1))
    pixels = np.stack((seen[..., 0], -seen[..., 1]), -1) / -seen[..., 2:] * FOCAL + np.array(SIZE) / 2
    supports = np.zeros((1, frames, len(SUPPORTS)), np.bool_)
    supports[..., :2] = True
    return {
        "kinds": np.array(["walk"]),
        "fps": np.array(30.0),
        "image_size": np.array(SIZE),
        "joints": joints[None],
        "joints_2d": pixels[None],
        "visible": np.ones((1, frames, 15), np.bool_),
        "camera_to_world": cameras,
        "focal": np.full(frames, FOCAL),
        "ground": np.array(0.0),
        "supports": supports,
        "support_names": np.array(SUPPORTS),
        "facing": np.zeros((1, frames)),
        "facing_seen": np.zeros((1, frames)),
        "head": np.zeros((1, frames, 3)),
        "head_seen": np.zeros((1, frames, 3)),
        "lowest": np.zeros((1, frames)),
        "landmark_names": np.array(FEET),
        "landmarks": joints[None, :, [Joint.RIGHT_ANKLE, Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE, Joint.LEFT_ANKLE]],
    }


def person(joints: Doubles | None = None) -> PersonTruth:
    """The truth of such a person."""
    return truth_of("made", arrays(standing() if joints is None else joints)).people[0]


def found(truth: PersonTruth) -> FoundPerson:
    """A detection without any error."""
    sure = np.ones(truth.joints.shape[:2])
    depth = (truth.depths - truth.depths[:, [Joint.MID_HIP]]) * truth.pixels_per_metre[:, None]
    return FoundPerson(1, truth.pixels.copy(), sure, depth, sure)


def followed(truth: PersonTruth) -> Baked:
    """A character of the same size that does the same, on the ground."""
    frames = len(truth.joints)
    return Baked(
        joints=truth.joints.copy(),
        rest=standing()[0],
        head=truth.head.copy(),
        heights=np.zeros((frames, len(SUPPORTS))),
        slips=np.zeros((frames, 2, 2)),
        lowest=truth.lowest.copy(),
        views=np.stack((truth.facing_seen, truth.head_yaw_seen), axis=-1),
        layers=truth.depths[:, LAYER_JOINTS],
        contacts=truth.supports[:, :2].astype(np.float64),
        contact_names=SUPPORTS[:2],
        support_names=SUPPORTS,
    )


def with_joint(baked: Baked, joint: Joint, by: tuple[float, float, float]) -> Baked:
    """The character with one joint moved."""
    joints = baked.joints.copy()
    joints[:, joint] += by
    return replace(baked, joints=joints)
