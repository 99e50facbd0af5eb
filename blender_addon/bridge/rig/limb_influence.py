"""The influence of the performance on each limb: amounts, the pose below, excluded limbs, and rotation locks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...core.limbs import Limb
from ...settings.channels import ChannelSettings, PoseUse
from ..armature.inheritance import Carried
from ..body.rotations import IDENTITY, inverse, product, rotation_about, with_continuous_signs
from ..body.scene_motion import SceneMotion
from .bone_limbs import limbs_of_bones
from .channel_locks import RotationLocks
from .pose_curves import axis_angle
from .rig_pose import RigPose, RigTarget

Array = NDArray[np.float64]


def apply_amounts(target: RigTarget, pose: RigPose, settings: ChannelSettings, bones: Collection[int]) -> RigPose:
    """Blend these bones towards the performance by the amount of their limb: from rest, from the rig's pose, or added
    to it.
    """
    limbs = limbs_of_bones(target.bone_map)
    amounts = {bone: settings.amount(limbs[target.rest.names[bone]]) for bone in bones}
    if settings.pose is not PoseUse.ADDED and all(amount == 1 for amount in amounts.values()):
        return pose
    performed = target.carried(pose.turns)
    bases = {
        bone: _blended_rotation(
            _on_every_frame(target, performed.basis(bone)), target.state.turns[bone], amounts[bone], settings.pose
        )
        for bone in bones
    }
    return replace(pose, turns=_with_local_rotations(target, pose.turns, bases, lambda bone, _: bases[bone]))


def without_contacts_of_idle_legs(motion: SceneMotion, settings: ChannelSettings) -> SceneMotion:
    """The motion without the contacts of legs whose amount is 0: these legs are not bent to plant a foot."""
    idle = [foot for foot, limb in enumerate((Limb.RIGHT_LEG, Limb.LEFT_LEG)) if settings.amount(limb) == 0]
    if not idle:
        return motion
    contacts = motion.contacts.copy()
    contacts[:, idle] = 0
    return replace(motion, contacts=contacts)


def isolate_limbs(target: RigTarget, pose: RigPose, limbs: Collection[Limb]) -> RigPose:
    """Keep the performance on these limbs alone. All other bones keep the pose of the rig.

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
    bases = {bone: _on_every_frame(target, performed.basis(bone)) for bone in kept}
    return replace(pose, path=path, turns=_with_local_rotations(target, kept, kept, lambda bone, _: bases[bone]))


def respect_locks(target: RigTarget, pose: RigPose) -> RigPose:
    """Keep locked rotation channels. Children of a locked bone still point where they should, as far as they can."""
    if target.armature.pose is None:  # a drawing's limbs have no locks
        return pose
    locked = {bone: locks for bone in pose.turns if bone not in target.loose and (locks := _locks(target, bone)).any}
    if not locked:
        return pose
    return replace(
        pose,
        turns=_with_local_rotations(
            target,
            pose.turns,
            locked,
            lambda bone, carried: locked[bone].reachable(_on_every_frame(target, carried.basis(bone))),
        ),
    )


def lock_notes(target: RigTarget, pose: RigPose) -> list[str]:
    """A sentence about the bones with locked rotation channels."""
    names = [target.rest.names[bone] for bone in sorted(pose.turns) if _locks(target, bone).any]
    remedy = "locked channels get no keys, and the others come as near as they can; unlock them to see the whole motion"
    return [f"Rotations are locked on {', '.join(names)}: {remedy}."] if names else []


def _locks(target: RigTarget, bone: int) -> RotationLocks:
    at_rest = bool(np.allclose(target.state.turns[bone], IDENTITY, atol=1e-6))
    return RotationLocks.of(target.armature.pose.bones[target.rest.names[bone]], at_rest)


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


def _with_local_rotations(
    target: RigTarget, turns: Mapping[int, Array], changed: Collection[int], local: Callable[[int, Carried], Array]
) -> dict[int, Array]:
    """Rotations of all bones after the `changed` ones take the local rotation that `local` gives, parents first."""
    rest, found = target.rest, dict(turns)
    for bone in sorted(changed, key=lambda bone: len(rest.above(bone))):
        carried = target.carried(found)
        axes = rest.turns[bone]
        own = product(product(axes, local(bone, carried)), inverse(axes))
        found[bone] = _on_every_frame(target, product(carried.inherited_turn(bone), own))
    return found


def _on_every_frame(target: RigTarget, turn: Array) -> Array:
    return np.broadcast_to(turn, (len(target.motion), 4))
