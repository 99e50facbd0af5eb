"""The motion that a network read, standing on the ground: its contacts and its way in depth as the picture tells them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from ..contacts import rolling, runs
from ..gaps.filled_clip import fill_gaps
from ..networks.kinematic_model import KinematicCodes
from ..pose_sequence import CameraPath, PoseSequence
from ..skeleton import BONE_PATHS
from ..trajectory import depth_velocity
from .distance import Distance, at_one_distance, distance_of
from .foot_contacts import SeenFeet, foot_contacts
from .foot_points import FEET, Doubles
from .gliding import without_gliding

Array = NDArray[np.float32]

SWAY_SECONDS = 0.35
"""Standard deviation of the time over which feet tell the way in depth; over longer ones, the body's size does."""
STANDS = 0.5
ANKLES = [int(joint) for _, joint in FEET]


@dataclass(frozen=True, eq=False)
class SeenOnGround:
    """A clip and what it tells of the ground.

    Attributes:
        poses: as a camera that stands still sees them.
        clip: the same, at one distance.
        distance: of the performer.
    """

    poses: PoseSequence
    clip: PoseSequence
    distance: Distance

    @property
    def in_depth(self) -> bool:
        """Whether the performer goes towards or away from the camera."""
        return self.distance.changes

    @classmethod
    def of(cls, poses: PoseSequence, camera: CameraPath | None) -> SeenOnGround:
        """Of poses as a camera that stands still sees them, where the one that filmed moved as `camera` says."""
        distance = distance_of(poses, camera)
        return cls(poses, at_one_distance(poses, distance), distance)


def stood(codes: KinematicCodes, seen: SeenOnGround, read: KinematicCodes) -> KinematicCodes:
    """Return the codes with contacts by speed, height and load, and the way in depth by steps and size.

    Args:
        codes: of the clip.
        seen: the clip on its ground.
        read: codes of the poses, whose contacts are the network's opinion.
    """
    motion, body, distance, fps = codes.motion, codes.skeleton, seen.distance, seen.poses.fps
    joints = BONE_PATHS @ (motion.picture * body.lengths[:, None]) / body.leg_length
    behind = joints[:, ANKLES, 2].astype(np.float64)
    away = behind + distance.away[:, None]
    feet = SeenFeet(distance.points, distance.soles, distance.ground.heights, away, distance.legs, fps)
    contacts = foot_contacts(feet, read.motion.contacts, fill_gaps(seen.poses).positions)
    contacts = without_gliding(contacts, distance.points, distance.legs, fps)
    rolls = _rolls(distance, contacts, fps)
    path = motion.picture_path.copy()
    steps = np.diff(path[:, 2], prepend=path[:1, 2])
    path[:, 2] = np.cumsum(depth_velocity(steps, behind.astype(np.float32), contacts))
    if seen.in_depth:
        path[:, 2] = _way(path[:, 2].astype(np.float64), distance, fps)
    path[:, 2] -= path[0, 2]
    camera = motion.camera
    turned = path @ camera if camera.ndim == 2 else (path[:, None] @ camera)[:, 0]
    return replace(codes, motion=replace(motion, contacts=contacts, rolls=rolls, picture_path=path, path=turned))


def _rolls(distance: Distance, contacts: Array, fps: float) -> Array:
    """(T, 2) how far feet roll over their toes while they stand, by their ankles in the picture."""
    rolls = np.zeros(contacts.shape, dtype=np.float32)
    for foot in range(contacts.shape[1]):
        ankle = distance.points[:, foot, 0]
        for first, last in runs(contacts[:, foot] >= STANDS):
            rolls[first:last, foot] = rolling(ankle[first:last], float(distance.legs[first:last].mean()), fps)
    return rolls


def _way(by_feet: Doubles, distance: Distance, fps: float) -> Doubles:
    """(T,) leg lengths away: the sway of single steps by the feet, and the rest by size."""
    slow, away = (gaussian_filter1d(values, SWAY_SECONDS * fps, mode="nearest") for values in (by_feet, distance.away))
    return np.asarray(away + by_feet - slow)
