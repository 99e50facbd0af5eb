"""The joints of a mapped rig at rest, and the proportions of its character."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import BONE_CHILDREN, BONE_PARENTS, JOINT_COUNT, Joint, Posture, Skeleton
from .bone_map import BoneMap
from .rest_pose import RestPose

Array = NDArray[np.float64]

SIDES = ("RIGHT", "LEFT")
UPRIGHT = float(np.cos(np.radians(25)))
"""Legs this near an axis of the armature stand along it."""
STUB = 0.2
"""A last bone this part as long as the one before has no length of its own: importers guess the tails of leaves."""
FOREARM, SHIN = 0.9, 0.95
"""What such a forearm or shin is taken to be long, in lengths of the upper half."""
SHORT_HEAD = 0.12
"""A head bone this part of the trunk long, or less, has no length of its own either, …"""
EAR_HEIGHT = 0.2
"""… and the ears are this part of the trunk above its head.

A bone that points elsewhere than up tells its length alone.
"""
SHORTEST_BONE = 0.005
"""Part of trunk and leg that a bone is at least long: thighs that begin in one point leave hips of no width, and a
Skeleton has none such.
"""


_measured: list[tuple[RestPose, BoneMap, Array]] = []
"""The joints that were measured last: while one rig is solved they are asked for hundreds of times."""


def rest_joints(rest: RestPose, bone_map: BoneMap) -> Array:
    """(15, 3) float64 joints at rest, in the armature's space and unit.

    Shoulders and hips are the heads of upper arms and thighs, and neck and mid-hip the middles between them; a wrist or
    ankle is where hand or foot begins, and where there is none, the end of forearm or shin. The head is the head bone's
    head, raised by half that bone's length. Raises ValueError where arms, legs or head are not mapped, or a mapped bone
    is gone.
    """
    for known, its_map, joints in _measured:
        if known is rest and its_map is bone_map:
            return joints
    joints = _measured_joints(rest, bone_map)
    joints.flags.writeable = False
    _measured[:] = [(rest, bone_map, joints)]
    return joints


def _measured_joints(rest: RestPose, bone_map: BoneMap) -> Array:
    joints = np.zeros((JOINT_COUNT, 3))
    for side in SIDES:
        for names, extremity, usual in (
            (("SHOULDER", "ELBOW", "WRIST"), "hand", FOREARM),
            (("HIP", "KNEE", "ANKLE"), "foot", SHIN),
        ):
            upper, middle, last = (Joint[f"{side}_{name}"] for name in names)
            joints[upper] = rest.heads[_first(rest, bone_map, middle)]
            joints[middle] = rest.heads[_first(rest, bone_map, last)]
            joints[last] = _end(
                rest,
                bone_map,
                last,
                f"{side.lower()}_{extremity}",
                usual * float(np.linalg.norm(joints[middle] - joints[upper])),
            )
    joints[Joint.NECK] = joints[[Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER]].mean(axis=0)
    joints[Joint.MID_HIP] = joints[[Joint.RIGHT_HIP, Joint.LEFT_HIP]].mean(axis=0)
    joints[Joint.HEAD] = _ears(rest, bone_map, joints[Joint.NECK] - joints[Joint.MID_HIP])
    return joints


def front_at_rest(rest: RestPose, bone_map: BoneMap) -> Array:
    """(3,) where the resting character faces, by hips and shoulders; 0 where those are no wider than a point."""
    joints = rest_joints(rest, bone_map)
    left = joints[Joint.LEFT_HIP] - joints[Joint.RIGHT_HIP] + joints[Joint.LEFT_SHOULDER] - joints[Joint.RIGHT_SHOULDER]
    front = np.cross(left, joints[Joint.NECK] - joints[Joint.MID_HIP])
    return np.asarray(front / max(float(np.linalg.norm(front)), 1e-12))


def posture_at_rest(rest: RestPose, bone_map: BoneMap) -> Posture:
    """How far spine and head lean forward of upright at rest; ValueError as in `rest_joints`.

    Upright is the axis of the armature that the legs stand along, or the legs themselves where they stand askew.
    """
    joints = rest_joints(rest, bone_map)
    hips, ankles = (joints[[Joint[f"{side}_{name}"] for side in SIDES]].mean(axis=0) for name in ("HIP", "ANKLE"))
    legs = (hips - ankles) / max(float(np.linalg.norm(hips - ankles)), 1e-12)
    axis = int(np.abs(legs).argmax())
    up = np.sign(legs[axis]) * np.eye(3)[axis] if abs(legs[axis]) > UPRIGHT else legs
    front = front_at_rest(rest, bone_map)
    spine, head = joints[Joint.NECK] - joints[Joint.MID_HIP], joints[Joint.HEAD] - joints[Joint.NECK]
    forward = front - (front @ up) * up
    forward /= max(float(np.linalg.norm(forward)), 1e-12)
    return Posture(*(float(np.degrees(np.arctan2(way @ forward, way @ up))) for way in (spine, head)))


def measure_skeleton(rest: RestPose, bone_map: BoneMap) -> Skeleton:
    """The character's bone lengths, in the armature's unit; ValueError as in `rest_joints`.

    A bone of no length, such as the hips of a puppet whose thighs begin in one point, is given SHORTEST_BONE of trunk
    and leg: nothing is seen of it.
    """
    joints = rest_joints(rest, bone_map)
    lengths = np.linalg.norm(joints[list(BONE_CHILDREN)] - joints[list(BONE_PARENTS)], axis=-1)
    trunk, leg = joints[Joint.NECK] - joints[Joint.MID_HIP], joints[Joint.RIGHT_ANKLE] - joints[Joint.RIGHT_HIP]
    least = SHORTEST_BONE * float(np.linalg.norm(trunk) + np.linalg.norm(leg))
    if not least > 0:
        raise ValueError(f"The mapped bones of {rest.armature} all lie in one point; map bones that make a body.")
    return Skeleton(np.maximum(lengths, least).astype(np.float32))


def _first(rest: RestPose, bone_map: BoneMap, bone: Joint) -> int:
    chain = bone_map.chains.get(bone)
    if not chain:
        raise ValueError(
            f"No bone of {rest.armature} is mapped to the bone that ends in the {bone.name.lower().replace('_', ' ')}; map one first."
        )
    return rest.index(chain[0])


def _end(rest: RestPose, bone_map: BoneMap, bone: Joint, extremity: str, usual: float) -> Array:
    """Where a limb's last joint is; `usual` is the length of a forearm or shin whose tail tells nothing."""
    if extremity in bone_map.extremities:
        return np.asarray(rest.heads[rest.index(bone_map.extremities[extremity])])
    first, last = (rest.index(bone_map.chains[bone][at]) for at in (0, -1))
    way = rest.tails[last] - rest.heads[first]
    length = float(np.linalg.norm(way))
    return np.asarray(rest.heads[first] + way * (usual / length if 0 < length < STUB * usual else 1.0))


def _ears(rest: RestPose, bone_map: BoneMap, trunk: Array) -> Array:
    head = (
        rest.index(bone_map.chains[Joint.HEAD][-1])
        if bone_map.chains.get(Joint.HEAD)
        else _first(rest, bone_map, Joint.HEAD)
    )
    way = rest.tails[head] - rest.heads[head]
    length, height = float(np.linalg.norm(way)), float(np.linalg.norm(trunk))
    up = trunk / max(height, 1e-12)
    if length < SHORT_HEAD * height:
        return np.asarray(rest.heads[head] + EAR_HEIGHT * trunk)
    # An importer that guesses tails may lay the head bone forwards; what it is long still tells how high the ears are.
    raised = way if way @ up > 0.5 * length else up * length
    return np.asarray(rest.heads[head] + raised / 2)
