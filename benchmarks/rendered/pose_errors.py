"""How the pose and the path of a baked character differ from the performer's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from blender_addon.core.skeleton import BONE_CHILDREN, BONE_PARENTS, BONE_PATHS, Joint

from .baked import Baked
from .clip_truth import PersonTruth
from .directions import angle_between, as_camera_space, facing, head_angles, unit, wrapped

Doubles = NDArray[np.float64]

STRAIGHT = 15.0
"""Degrees of bend up to which a limb counts as straight."""
LIMBS = (
    (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
    (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
    (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
)
ARMS, LEGS = slice(0, 2), slice(2, 4)
"""Columns of LIMBS."""


def heading_offset(truth: PersonTruth, baked: Baked) -> float:
    """Degrees that the character's stage is turned against the truth's: 0 for a camera that keeps its heading, since
    both stages look where it does; the median otherwise, since nobody says which frame's heading counts.
    """
    if not truth.camera_moves:
        return 0.0
    off = np.radians(facing(baked.joints) - facing(truth.joints))[truth.counts]
    return float(np.degrees(np.arctan2(np.median(np.sin(off)), np.median(np.cos(off)))))


def turned(vectors: Doubles, degrees: float) -> Doubles:
    """Vectors (…, 3) of the stage, their azimuth turned by so much."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    x, y, z = np.moveaxis(vectors, -1, 0)
    return np.stack((x * cos - y * sin, x * sin + y * cos, z), axis=-1)


def facing_errors(truth: PersonTruth, baked: Baked) -> Doubles:
    """(T,) degrees, without sign."""
    off = facing(baked.joints) - facing(truth.joints) - heading_offset(truth, baked)
    return np.abs(wrapped(off))


def head_errors(truth: PersonTruth, baked: Baked) -> Doubles:
    """(T, 3) degrees of yaw, pitch and roll, without sign, as an upright camera sees the head."""
    true = turned(np.swapaxes(truth.head, 1, 2), heading_offset(truth, baked))
    off = head_angles(as_camera_space(baked.head)) - head_angles(as_camera_space(np.swapaxes(true, 1, 2)))
    return np.abs(wrapped(off))


def tilt_errors(truth: PersonTruth, baked: Baked) -> Doubles:
    """(T,) degrees that the head of a flat character is tilted against the performer's in the picture, without sign."""
    own, true = (np.degrees(np.arctan2(head[:, 0, 1], head[:, 2, 1])) for head in (baked.head, truth.head))
    return np.abs(wrapped(own - true))


def joint_errors(truth: PersonTruth, baked: Baked) -> Doubles:
    """(T, 15) how far joints are off about the mid-hip in percent of the height, the performer's directions put on the
    character's bones.
    """
    true = turned(_directions(truth.joints), heading_offset(truth, baked))
    off = BONE_PATHS @ ((_directions(baked.joints) - true) * baked.lengths[:, None])
    return np.asarray(100.0 * np.linalg.norm(off, axis=-1) / baked.height)


def path_errors(truth: PersonTruth, baked: Baked) -> Doubles:
    """(T, 2) how far the mid-hip is off along the picture and towards the camera, in leg lengths; the median counts as
    the same place.
    """
    true = turned(truth.joints[:, Joint.MID_HIP], heading_offset(truth, baked))[:, :2] / truth.leg
    own = baked.joints[:, Joint.MID_HIP, :2] / baked.leg
    off = own - true
    return np.abs(off - np.median(off[truth.counts], axis=0))


def bends(joints: Doubles) -> Doubles:
    """(T, 4) degrees that arms and legs of joints (T, 15, D) are bent by."""
    return np.stack(
        [
            angle_between(joints[:, middle] - joints[:, upper], joints[:, lower] - joints[:, middle])
            for upper, middle, lower in LIMBS
        ],
        axis=1,
    )


def straightness_errors(truth: PersonTruth, baked: Baked, limbs: slice) -> Doubles:
    """(N,) degrees that ARMS or LEGS are bent further than the performer's, where those are straight."""
    true = bends(truth.joints)[:, limbs]
    straight = (true <= STRAIGHT) & truth.counts[:, None]
    return (bends(baked.joints)[:, limbs] - true)[straight]


def _directions(joints: Doubles) -> Doubles:
    return unit(joints[:, list(BONE_CHILDREN)] - joints[:, list(BONE_PARENTS)])
