"""The path of a rig's root: the mid-hip follows the motion, and standing feet stay in place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import Joint
from ..armature.bone_map import BoneMap
from ..armature.inheritance import Carried
from ..armature.measure import rest_joints
from ..body.contacts import CONTACT_THRESHOLD
from ..body.scene_motion import SceneMotion
from ..body.smoothing import hann, hann_trend
from ..foot_planting.weight_shift import shift_weight
from ..projection.planes import rest_origin
from .bone_rotations import chains_of

Array = NDArray[np.float64]

ANKLES = (Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE)
KNEES = (Joint.RIGHT_KNEE, Joint.LEFT_KNEE)

OFFSET_FRAMES = 1
"""Smoothing of the body's offset, in frames, so that a jolt of one leg does not jolt the body."""
SLIDE_FRAMES = 20
"""Frames after which a foot beside its place is brought there."""


def root_path(
    bone_map: BoneMap, carried: Carried, motion: SceneMotion, axes: Array, raised: Array | None = None
) -> Array:
    """(K, 3) how far the root is from where it rests, in the armature's space.

    The mid-hip lands on the motion's path. A rig's limbs do not shorten as they do in a picture: where that would push
    a standing foot off its place, the whole body gives way in the plane of `axes` (3, 3: right, up, away), so that the
    foot stands. Where the motion goes in depth, the body goes along. `raised` (K, 2) is how much higher than the
    motion's each ankle is to stand; with it, the body sways in depth with its steps as well.
    """
    rest, chains = carried.rest, chains_of(carried.rest, bone_map)
    joints = rest_joints(rest, bone_map)
    origin = rest_origin(joints, axes, motion)
    hips = [carried.place(chains[knee].bones[0], chains[knee].start) for knee in KNEES if knee in chains]
    if len(hips) < len(KNEES):
        hips = [carried.place(rest.index(bone_map.root), joints[Joint.MID_HIP])]
    path = _joint_in_plane(motion, Joint.MID_HIP, origin, axes) - np.mean(np.broadcast_arrays(*hips), axis=0)
    path += _way_in_depth(motion)[:, None] * axes[2]
    feet = [index for index, ankle in enumerate(ANKLES) if ankle in chains]
    if not feet:
        return np.asarray(path)
    posed = [carried.place(chains[ANKLES[foot]].bones[-1], chains[ANKLES[foot]].end) + path for foot in feet]
    missing = (
        np.stack(
            [
                _joint_in_plane(motion, ANKLES[foot], origin, axes) - ankle
                for foot, ankle in zip(feet, posed, strict=True)
            ],
            axis=1,
        )
        @ axes.T
    )
    stands = motion.contacts[:, feet] >= CONTACT_THRESHOLD
    if raised is None:
        return np.asarray(path + _planting_offset(missing[..., :2], stands) @ axes[:2])
    missing[..., 1] += raised[:, feet]
    sway = _path_of_standing_feet(-np.stack(posed, axis=1) @ axes[2], stands)
    return np.asarray(
        path
        + _planting_offset(missing[..., :2], stands) @ axes[:2]
        + hann(sway - hann(sway, SLIDE_FRAMES), OFFSET_FRAMES)[:, None] * axes[2]
    )


def _way_in_depth(motion: SceneMotion) -> Array:
    """(K,) how far away the body goes beside the sway of its steps, which depends on the legs that it has."""
    if motion.way is None:
        return np.zeros(len(motion))
    trend = hann_trend(motion.way, min(SLIDE_FRAMES, len(motion) - 1))
    return np.asarray(trend - trend[0])


def _joint_in_plane(motion: SceneMotion, joint: Joint, origin: Array, axes: Array) -> Array:
    """(K, 3) position of a joint of the motion in the armature's plane."""
    return np.asarray(origin + (motion.positions[:, joint] * (1, -1)) @ axes[:2], dtype=np.float64)


def _planting_offset(missing: Array, stands: NDArray[np.bool_]) -> Array:
    """(K, 2), across and up: what brings standing feet to their places, of what each foot lacks, (K, feet, 2); between
    steps it leads on evenly.

    Height is made up for at once. Across, a foot had rather stand still a little beside its place than slide there, so
    only what lasts is made up for.
    """
    if not stands.any():
        return np.zeros((len(missing), 2))
    still = _path_of_standing_feet(missing[..., 0], stands)
    across = hann(shift_weight(missing[..., 0], stands), SLIDE_FRAMES) + still - hann(still, SLIDE_FRAMES)
    return np.stack((hann(across, OFFSET_FRAMES), hann(shift_weight(missing[..., 1], stands), OFFSET_FRAMES)), axis=-1)


def _path_of_standing_feet(missing: Array, stands: NDArray[np.bool_]) -> Array:
    """(K,) the way that goes along with the standing feet, of what each lacks across (K, feet), from anywhere."""
    stays = stands[1:] & stands[:-1]
    steps = (np.diff(missing, axis=0) * stays).sum(axis=1) / np.maximum(stays.sum(axis=1), 1)
    return np.concatenate(([0.0], np.cumsum(steps)))
