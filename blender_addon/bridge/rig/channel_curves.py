"""The curves of a rig pose: which channels of which bones are keyed, and notes on what overrides them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ...core.limbs import Limb
from ...core.skeleton import Joint
from ..armature.inheritance import location_axes
from ..body.rotations import IDENTITY, inverse, rotate
from ..projection.planes import plane_normal
from ..scene.animation.actions import Curve
from .bone_limbs import limb_of_control
from .limb_depth_keys import limb_depth_curves
from .pose_curves import BoneChannels
from .rig_pose import RigPose, RigTarget

IN_ITS_PLANE = 0.999
"""Limbs get depth keys if the rig's plane and the plane of the bake are this near: cosine of the angle between them.
"""


def channel_curves(
    target: RigTarget, pose: RigPose, limbs: Collection[Limb] = frozenset(Limb)
) -> tuple[list[Curve], list[str]]:
    """Curves with a key on every frame for the moving channels of these limbs, and notes about channels without keys."""
    carried, curves, notes = (
        target.carried(pose.turns),
        list(pose.curves),
        [*_overruled_notes(target, pose), *pose.notes],
    )
    if pose.path is not None:
        frame, _ = carried.carried_frame(target.root)
        moves = rotate(inverse(frame), pose.path) @ location_axes(
            target.rest, target.root, bool(target.state.local_location[target.root])
        )
        curves += _channels(target, target.root).location(moves, target.motion.skeleton.height)
    for bone, factors in target.scales.items():
        curves += _channels(target, bone).scale(factors)
    for bone in sorted(pose.moves):
        curves += _channels(target, bone).location(pose.moves[bone], target.motion.skeleton.height)
    for bone in sorted(set(pose.turns) - pose.unkeyed):
        normal = int(np.abs(target.rest_axes[2] @ target.rest.axes[bone]).argmax())
        curves += _channels(target, bone).rotation(carried.basis(bone), normal)
    if target.planar and abs(plane_normal(target.rest, target.bone_map) @ target.rest_axes[2]) > IN_ITS_PLANE:
        layers, unmoved = limb_depth_curves(target, pose.moves)
        layered = {(curve.path, curve.index) for curve in layers}
        curves = [curve for curve in curves if (curve.path, curve.index) not in layered] + layers
        named = {_cause(note) for note in notes}
        notes += [note for note in unmoved if _cause(note) not in named]
    if frozenset(limbs) == frozenset(Limb):
        return curves, notes
    controls = {
        target.rest.names[bone]: Limb[name.upper()]
        for name, limb in target.limbs.ik.items()
        for bone in (limb.target, limb.pole)
        if bone >= 0
    }
    owners = {
        group: controls.get(group) or limb_of_control(target.rest, target.bone_map, group)
        for group in {curve.group for curve in curves}
    }
    return [curve for curve in curves if owners[curve.group] in limbs], notes


def _cause(note: str) -> str:
    """What of a note says why: two notes about one bone that cannot move would be one too many."""
    return note.partition(", so its limb")[0]


def _channels(target: RigTarget, bone: int) -> BoneChannels:
    at_rest = bool(np.allclose(target.state.turns[bone], IDENTITY, atol=1e-6))
    trunk = {target.root, *(target.rest.index(name) for name in target.bone_map.chains.get(Joint.NECK, ()))}
    unwinds = target.planar and bone not in trunk and target.motion.cycle is None
    return BoneChannels(target.armature.pose.bones[target.rest.names[bone]], target.motion.frames, at_rest, unwinds)


def _overruled_notes(target: RigTarget, pose: RigPose) -> list[str]:
    armature, constrained = target.armature, target.state.constrained
    notes = [
        f"{target.rest.names[bone]} has constraints that overrule its keys ({', '.join(constrained[bone])}); mute them to see the whole motion."
        for bone in sorted((set(pose.turns) - pose.unkeyed - _bones_with_known_ik(target)) & set(constrained))
    ]
    if armature.data.pose_position == "REST":
        notes.append(f"{armature.name} is shown in its rest position; switch it to Pose Position to see the motion.")
    return notes


def _bones_with_known_ik(target: RigTarget) -> set[int]:
    """Bones whose IK is accounted for: it is keyed, or switched off."""
    return {limb.owner for limb in target.limbs.ik.values()} | {bone for bone, _ in target.limbs.released}
