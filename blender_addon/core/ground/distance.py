"""How far away a filmed body is: who comes nearer gets larger, and is brought to one distance before anything else reads
their motion.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import CameraPath, PoseSequence
from ..skeleton import LEG_BONES, Joint
from .body_size import leg_pixels, log_sizes
from .foot_points import Doubles, foot_points
from .ground_line import GroundLine, ground_line

Array = NDArray[np.float32]

ANKLES = (Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE)
LEAST_CHANGE, CLEAR_CHANGE = 0.06, 0.12
"""Logarithmic change of size below which nobody comes nearer: bodies that bend look a little larger and smaller too. From
the second on, they surely do.
"""
LEAST_CAMERA, CLEAR_CAMERA = 0.3, 0.6
"""Leg lengths of the camera above the ground that the way of the feet must show: who gets larger on feet that stay where
they are in the picture stays where they are.
"""
USUAL_LENS = 1.05
"""Focal length in diagonals of the picture, of which the way in depth is measured."""
SEEN_FEET = 0.3
"""Share of the frames in which feet must be seen for the ground beneath them to be known."""


@dataclass(frozen=True, eq=False)
class Distance:
    """How a body comes nearer over T frames.

    Attributes:
        log_size: (T,) natural logarithm of how many times as large as in the first frame the body looks; zeros where it
            stays as far away as it is.
        middle: (2,) pixels: what it comes from, the horizon in the middle of the picture.
        legs: (T,) pixels of a leg.
        points: (T, 2, 3, 2) pixels of ankle, heel and toe of both feet, and whether heels and toes were seen: `soles`.
        soles: see `points`.
        ground: beneath the feet.
        lens: focal length in pixels, as lenses usually are.
        pan: (T,) radians that the camera is turned to the right of where it looks on average.
        aside: (T,) how far to the right of the picture of each frame's middle the body is, in parts of `lens`.
    """

    log_size: Doubles
    middle: Doubles
    legs: Doubles
    points: Doubles
    soles: bool
    ground: GroundLine
    lens: float
    pan: Doubles
    aside: Doubles

    @property
    def changes(self) -> bool:
        """Whether the body comes nearer or goes away."""
        return bool(self.log_size.any())

    @property
    def away(self) -> Doubles:
        """(T,) leg lengths that the body is farther away than in the first frame."""
        forward = np.cos(self.pan) - self.aside * np.sin(self.pan)
        return np.asarray(self.lens / self.legs[0] * (np.exp(-self.log_size) * forward - forward[0]))

    @property
    def unrolled(self) -> Doubles:
        """(T,) pixels at the distance of the first frame that the body is farther to the right than in a picture as wide
        as the camera's turn.
        """
        across = np.exp(-self.log_size) * (self.aside * np.cos(self.pan) + np.sin(self.pan))
        flat = np.exp(-self.log_size) * (self.aside + self.pan - self.pan[0])
        return np.asarray(self.lens * (across - across[0] - flat + flat[0]))


def distance_of(poses: PoseSequence, camera: CameraPath | None = None) -> Distance:
    """Find out how far away somebody is.

    Args:
        poses: as a camera that stands still sees them.
        camera: how it moved.
    """
    sizes = log_sizes(poses)
    legs = leg_pixels(poses, LEG_BONES, sizes)
    points, soles = foot_points(poses, legs)
    width, height = poses.image_size or (2 * poses.positions[..., 0].mean(), 2 * poses.positions[..., 1].mean())
    lens = USUAL_LENS * float(np.hypot(width, height))
    ground = ground_line(points, legs, _behind(poses, legs), lens)
    change = (float(np.ptp(sizes)) - LEAST_CHANGE) / (CLEAR_CHANGE - LEAST_CHANGE)
    shown = (ground.camera - LEAST_CAMERA) / (CLEAR_CAMERA - LEAST_CAMERA)
    feet = float((poses.confidence[:, [int(joint) for joint in ANKLES]] > 0).any(axis=1).mean())
    certain = float(np.clip(change, 0, 1) * np.clip(shown, 0, 1)) if feet > SEEN_FEET else 0.0
    middle = np.array((width / 2, ground.horizon))
    pan = np.zeros(len(poses))
    if camera is not None and certain:
        pan = certain * (camera.shift[:, 0] - camera.shift[:, 0].mean()).astype(np.float64) / lens
    aside = (points[:, :, 0, 0].mean(axis=1) - middle[0]) / lens - (pan - pan[0])
    return Distance(certain * (sizes - sizes[0]), middle, legs, points, soles, ground, lens, pan, aside)


def at_one_distance(poses: PoseSequence, distance: Distance) -> PoseSequence:
    """Return the poses as they would look at the distance of the first frame throughout."""
    if not distance.changes:
        return poses
    shrink = np.exp(-distance.log_size)[:, None]

    further = np.stack((distance.unrolled, np.zeros(len(poses))), axis=-1)[:, None]

    def brought(points: Array) -> Array:
        near = distance.middle + further + (points - distance.middle) * shrink[..., None]
        return near.astype(np.float32)

    landmarks, depth = poses.landmarks, poses.depth
    if landmarks is not None:
        landmarks = replace(landmarks, positions=brought(landmarks.positions))
    if depth is not None:
        depth = replace(depth, values=(depth.values * shrink).astype(np.float32))
    return replace(poses, positions=brought(poses.positions), landmarks=landmarks, depth=depth)


def _behind(poses: PoseSequence, legs: Doubles) -> Doubles:
    """(T, 2) leg lengths that each ankle is farther away than the mid-hip, as the source tells; 0 where it doesn't."""
    if poses.depth is None:
        return np.zeros((len(poses), len(ANKLES)))
    ankles = [int(joint) for joint in ANKLES]
    told = np.minimum(poses.depth.confidence[:, ankles], poses.depth.confidence[:, Joint.MID_HIP, None]) > 0
    deep = poses.depth.values[:, ankles] - poses.depth.values[:, Joint.MID_HIP, None]
    return np.asarray(np.where(told, deep, 0) / legs[:, None], dtype=np.float64)
