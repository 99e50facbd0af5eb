"""Blend the motion with the pose of the rig, limb by limb: by the amount of each limb, or not at all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...core.limbs import Limb
from ...settings.channels import ChannelSettings, PoseUse
from ..body.rotations import inverse, product, rotation_about, with_continuous_signs
from ..body.scene_motion import SceneMotion
from .bone_limbs import limbs_of_bones
from .local_rotations import on_every_frame, with_local_rotations
from .pose_curves import axis_angle
from .rig_pose import RigPose, RigTarget

Array = NDArray[np.float64]


def blend_limbs(target: RigTarget, pose: RigPose, settings: ChannelSettings, bones: Collection[int]) -> RigPose:
    """Blend these bones towards the motion by the amount of their limb: from rest, from the rig's pose, or added
    to it.
    """
    limbs = limbs_of_bones(target.bone_map)
    amounts = {bone: settings.amount(limbs[target.rest.names[bone]]) for bone in bones}
    if settings.pose is not PoseUse.ADDED and all(amount == 1 for amount in amounts.values()):
        return pose
    performed = target.carried(pose.turns)
    bases = {
        bone: _blended_rotation(
            on_every_frame(target, performed.basis(bone)), target.state.turns[bone], amounts[bone], settings.pose
        )
        for bone in bones
    }
    return replace(pose, turns=with_local_rotations(target, pose.turns, bases, lambda bone, _: bases[bone]))


def without_contacts_of_unused_legs(motion: SceneMotion, settings: ChannelSettings) -> SceneMotion:
    """The motion without the contacts of legs whose amount is 0: these legs are not bent to plant a foot."""
    idle = [foot for foot, limb in enumerate((Limb.RIGHT_LEG, Limb.LEFT_LEG)) if settings.amount(limb) == 0]
    if not idle:
        return motion
    contacts = motion.contacts.copy()
    contacts[:, idle] = 0
    return replace(motion, contacts=contacts)


def isolate_limbs(target: RigTarget, pose: RigPose, limbs: Collection[Limb]) -> RigPose:
    """Keep the motion on these limbs alone. All other bones keep the pose of the rig.

    Local rotations of the kept limbs do not change.
    """
    owners = limbs_of_bones(target.bone_map)
    kept = {bone: turn for bone, turn in pose.turns.items() if owners[target.rest.names[bone]] in limbs}
    path = pose.path
    if Limb.BODY not in limbs:
        path = np.broadcast_to(target.root_path, (len(target.motion), 3))
    if len(kept) == len(pose.turns):
        return replace(pose, path=path)
    performed = target.carried(pose.turns)
    bases = {bone: on_every_frame(target, performed.basis(bone)) for bone in kept}
    return replace(pose, path=path, turns=with_local_rotations(target, kept, kept, lambda bone, _: bases[bone]))


def _blended_rotation(performed: Array, own: Array, amount: float, use: PoseUse) -> Array:
    """(K, 4) a bone's rotation in its own axes."""
    if use is PoseUse.ADDED:
        return product(_scaled_rotation(performed, amount), own)
    if use is PoseUse.REST:
        return _scaled_rotation(performed, amount)
    return product(own, _scaled_rotation(product(inverse(own), performed), amount))


def _scaled_rotation(turn: Array, amount: float) -> Array:
    """The rotations scaled by `amount`, without jumps."""
    if amount == 1:
        return turn
    found = axis_angle(with_continuous_signs(turn))
    return rotation_about(found[:, 1:], amount * found[:, 0])
