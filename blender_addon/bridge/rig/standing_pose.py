"""Where a character stands before a bake. Its rest pose may be elsewhere, or lie on its back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import bpy
import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import Joint
from ..armature.bone_map import BoneMap
from ..armature.ik_limbs import found_limbs
from ..armature.inheritance import Carried, read_rig_state
from ..armature.measure import rest_joints
from ..armature.rest_pose import RestPose
from ..body.rotations import IDENTITY, directions, product, rotate, shortest_arc, to_matrices
from ..projection.planes import nearest_axis
from ..scene.animation.actions import posed_by, posed_by_action
from ..scene.animation.bake_marks import source_of
from ..scene.animation.nla import strips_of

Array = NDArray[np.float64]

STAND = "motion_retarget_2d_stand"
"""Custom property of an Action that stores where the character stood before the bake."""
SAME = 1e-5
"""Part of the character's height within which it stands where it rests."""
TURNED = 0.7
"""Cosine of the angle from its upright in the rest pose beyond which the character rests on its back, its side or its
head.
"""
FEET = (("right", Joint.RIGHT_ANKLE), ("left", Joint.LEFT_ANKLE))


@dataclass(frozen=True, eq=False)
class StandingPose:
    """What takes the rest pose as a whole to where the character stands: `turn` (4,), then `move` (3,), in the
    armature's space.
    """

    turn: Array
    move: Array

    def of(self, rest: RestPose) -> RestPose:
        """The rest pose at this place."""
        heads, tails = (rotate(self.turn, points) + self.move for points in (rest.heads, rest.tails))
        return replace(rest, heads=heads, tails=tails, axes=to_matrices(self.turn) @ rest.axes)


def standing_pose_of(armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap) -> StandingPose | None:
    """How the character stands now; None where it stands as it rests, and where an earlier bake moves it. ValueError as
    in `rest_joints`.

    It stands where its hips are, and as high as its lowest ankle; a bend of its body alone is no other stand. Where a
    bake took the place of the pose that it stood in, it still stands there.
    """
    if armature.pose is None:
        return None
    now, bakes = _standing_now(armature, rest, bone_map), _bakes(armature)
    stored = bakes[0].get(STAND) if bakes else None
    if stored is None:
        return now
    turn, move, beside = np.split(np.array(stored, dtype=np.float64), (4, 7))
    return StandingPose(turn, move - beside + (now.move if now is not None else 0))


def store_standing_pose(
    action: bpy.types.Action, armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap, standing: StandingPose
) -> None:
    """Keep with a bake that the armature plays where the character stood before, and where the bones would have it that
    the bake leaves alone.
    """
    now = _standing_now(armature, rest, bone_map)
    action[STAND] = [
        *map(float, standing.turn),
        *map(float, standing.move),
        *map(float, now.move if now is not None else np.zeros(3)),
    ]


def _standing_now(armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap) -> StandingPose | None:
    """The same by the bones that no bake keys."""
    joints = rest_joints(rest, bone_map)
    ankles = joints[[ankle for _, ankle in FEET]]
    tall = joints[Joint.HEAD] - ankles.mean(axis=0)
    carried = Carried(rest, read_rig_state(armature, rest, (), _baked_bones(armature)), {})
    posed = np.concatenate(
        [carried.place(bone, point) for bone, point in zip(_ankles(armature, rest, bone_map), ankles, strict=True)]
    )
    turn = _turn(rest, bone_map, carried, joints, posed)
    up = nearest_axis(directions(rotate(turn, tall)))
    hips = np.mean([_begin(rest, bone_map, carried, knee) for knee in (Joint.RIGHT_KNEE, Joint.LEFT_KNEE)], axis=0)
    move = hips - rotate(turn, joints[Joint.MID_HIP])
    rise = (posed @ up).min() - (rotate(turn, ankles) @ up).min()
    move = move - (move @ up) * up + rise * up
    if turn is IDENTITY and np.linalg.norm(move) < SAME * np.linalg.norm(tall):
        return None
    return StandingPose(turn, move)


def _baked_bones(armature: bpy.types.Object) -> set[str]:
    """The bones that stand where they do because a bake keyed them: that is a baked pose, and not where it stands."""
    animation = armature.animation_data
    bones = (
        set(posed_by_action(armature)) if animation is not None and source_of(animation.action) is not None else set()
    )
    return bones.union(*(posed_by(strip) for strip in _heard(armature) if source_of(strip.action) is not None))


def _heard(armature: bpy.types.Object) -> list[bpy.types.NlaStrip]:
    return [strip for track, strip in strips_of(armature) if not (track.mute or strip.mute)]


def _bakes(armature: bpy.types.Object) -> list[bpy.types.Action]:
    """The Actions of bakes that the armature plays, those on top first."""
    animation = armature.animation_data
    played = [animation.action] if animation is not None else []
    return [
        action for action in (*played, *(strip.action for strip in _heard(armature))) if source_of(action) is not None
    ]


def _ankles(armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap) -> list[int]:
    """The bones that take both ankles along: the control where the leg is bent by IK now, else the foot, or the shin
    where there is none.
    """
    ik = {name: limb.target for name, limb in found_limbs(armature, rest, bone_map).items() if limb.in_use}
    found = []
    for side, ankle in FEET:
        own = bone_map.extremities.get(f"{side}_foot") or bone_map.chains[ankle][-1]
        found.append(ik[f"{side}_leg"] if ik.get(f"{side}_leg", -1) >= 0 else rest.index(own))
    return found


def _begin(rest: RestPose, bone_map: BoneMap, carried: Carried, joint: Joint) -> Array:
    """(3,) where a chain's first bone is."""
    bone = rest.index(bone_map.chains[joint][0])
    return np.asarray(carried.place(bone, rest.heads[bone])[0])


def _turn(rest: RestPose, bone_map: BoneMap, carried: Carried, joints: Array, ankles: Array) -> Array:
    """(4,) how the whole body is turned, where it rests as nobody stands: with the root, and upright along an axis.
    IDENTITY where it rests upright.
    """
    tall = directions(joints[Joint.HEAD] - joints[[ankle for _, ankle in FEET]].mean(axis=0))
    head = rest.index(bone_map.chains[Joint.HEAD][-1])
    posed = directions(carried.place(head, joints[Joint.HEAD])[0] - ankles.mean(axis=0))
    turn = carried.turn(rest.index(bone_map.root))[0]
    if rotate(turn, tall) @ tall > TURNED or posed @ tall > TURNED:
        return IDENTITY
    up = rotate(turn, nearest_axis(tall))
    return product(shortest_arc(up, nearest_axis(up)), turn)
