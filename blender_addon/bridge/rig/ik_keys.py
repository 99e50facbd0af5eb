"""Key limbs by IK: targets at hands and feet, poles where elbows and knees point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..armature.ik_limbs import LIMBS, IkLimb
from ..armature.inheritance import Carried
from ..armature.measure import front_at_rest
from ..body.rotations import basis_matrices, directions, rotate
from ..foot_planting.two_bone_ik import BEND_THRESHOLD, bend_side_in_plane
from .bone_locations import location_to
from .bone_rotations import Chain, chains_of
from .rig_pose import RigPose, RigTarget

Array = NDArray[np.float64]

POLE_DISTANCE = 0.75
"""Distance of a pole from its limb, in lengths of the limb."""
STRAIGHT = 1e-3
"""A resting limb is straight if its middle joint is within this part of its length of the line between its ends."""


def key_ik_controls(target: RigTarget, pose: RigPose) -> RigPose:
    """Move IK targets and poles to where the limbs are, and leave the bones of these limbs without keys."""
    turns, moves, unkeyed = dict(pose.turns), dict(pose.moves), set(pose.unkeyed)
    chains, path = chains_of(target.rest, target.bone_map), _path(target, pose)
    for name, limb in target.limbs.ik.items():
        upper, lower = (chains[joint] for joint in LIMBS[name][:2])
        if not all(bone in turns for bone in (*upper.bones, *lower.bones)):
            continue
        carried = target.carried(turns)
        end_bone = target.bone_map.extremities.get(LIMBS[name][2])
        end = target.rest.index(end_bone) if end_bone is not None else lower.bones[-1]
        turns[limb.target] = np.broadcast_to(carried.turn(end), (len(target.motion), 4))
        moves[limb.target] = location_to(
            target, carried, limb.target, _target_head(target, carried, lower, turns, limb) + path, path
        )
        if limb.pole >= 0:
            # A pole may be parented to its target, and then moves with it.
            around = Carried(
                target.rest, target.state, turns, target.scales, {**target.moved, limb.target: moves[limb.target]}
            )
            moves[limb.pole] = location_to(
                target, around, limb.pole, _pole_head(target, carried, upper, lower, name) + path, path
            )
        if not limb.direct:
            # Bones in the IK chain itself keep their keys: IK starts from them, and so finds the knee.
            unkeyed |= {*upper.bones, *lower.bones}
        if end in turns and (not limb.direct or end in target.state.constrained):
            unkeyed.add(end)
    return replace(pose, turns=turns, moves=moves, unkeyed=frozenset(unkeyed))


def _path(target: RigTarget, pose: RigPose) -> Array:
    return pose.path if pose.path is not None else np.zeros((len(target.motion), 3))


def _target_head(target: RigTarget, carried: Carried, lower: Chain, turns: Mapping[int, Array], limb: IkLimb) -> Array:
    """(K, 3) where the target's head is once its end of the limb is where the bones have it."""
    joint = carried.place(lower.bones[-1], lower.end)
    return joint + rotate(turns[limb.target], target.rest.heads[limb.target] - lower.end)


def _pole_head(target: RigTarget, carried: Carried, upper: Chain, lower: Chain, name: str) -> Array:
    """(K, 3) where the pole keeps the limb bent as it is.

    Blender turns a chain about the line from its start to its end until a direction across its first bone (`pole_axis`)
    looks at the pole.
    """
    limb = target.limbs.ik[name]
    start, middle, end = (
        carried.place(bone, point)
        for bone, point in ((upper.bones[0], upper.start), (lower.bones[0], lower.start), (lower.bones[-1], lower.end))
    )
    length = np.linalg.norm(middle - start, axis=-1) + np.linalg.norm(end - middle, axis=-1)
    axis = directions(end - start)
    if limb.direct:
        looks = rotate(carried.turn(upper.bones[0]), limb.pole_axis)
    else:
        out = _out(target, carried, upper, (start, middle, end), name)
        resting_axis = directions(lower.end - upper.start)
        resting_out = _across(lower.start - upper.start, resting_axis)
        if np.linalg.norm(resting_out) < STRAIGHT * np.linalg.norm(lower.end - upper.start):
            resting_out = _across(limb.pole_axis, resting_axis)
        bends = (
            basis_matrices(directions(middle - start), np.cross(axis, out))
            @ basis_matrices(upper.direction, np.cross(resting_axis, directions(resting_out))).T
        )
        looks = bends @ limb.pole_axis
    foot = start + ((middle - start) * axis).sum(axis=-1, keepdims=True) * axis
    return np.asarray(foot + POLE_DISTANCE * length[:, None] * directions(_across(looks, axis)))


def _out(target: RigTarget, carried: Carried, upper: Chain, joints: tuple[Array, Array, Array], name: str) -> Array:
    """(K, 3) across the limb, to the side that its middle joint stands out to."""
    start, middle, end = joints
    if target.flat:
        usual = bend_side_in_plane(start, middle, end, target.axes[2])
    else:
        usual = rotate(
            carried.turn(upper.bones[0]),
            front_at_rest(target.rest, target.bone_map) * (1 if name.endswith("leg") else -1),
        )
    length = np.linalg.norm(middle - start, axis=-1) + np.linalg.norm(end - middle, axis=-1)
    return directions(_across(middle - start + BEND_THRESHOLD * length[:, None] * usual, directions(end - start)))


def _across(vectors: Array, axis: Array) -> Array:
    return np.asarray(vectors - (vectors * axis).sum(axis=-1, keepdims=True) * axis)
