"""Locked rotation channels of a rig: the pose of a bake within its locks, and a note about them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..body.rotations import IDENTITY
from .channel_locks import RotationLocks
from .local_rotations import on_every_frame, with_local_rotations
from .rig_conditions import driven_channels
from .rig_pose import RigPose, RigTarget


def respect_locks(target: RigTarget, pose: RigPose) -> RigPose:
    """Keep locked rotation channels. Children of a locked bone still point where they should, as far as they can."""
    if target.armature.pose is None:  # a drawing's limbs have no locks
        return pose
    locked = {bone: locks for bone in pose.turns if bone not in target.loose and (locks := _locks(target, bone)).any}
    if not locked:
        return pose
    return replace(
        pose,
        turns=with_local_rotations(
            target,
            pose.turns,
            locked,
            lambda bone, carried: locked[bone].reachable(on_every_frame(target, carried.basis(bone))),
        ),
    )


def lock_notes(target: RigTarget, pose: RigPose) -> list[str]:
    """Sentences about the bones with locked rotation channels, and about those with driven ones."""
    held = [target.rest.names[bone] for bone in sorted(pose.turns) if _locks(target, bone).any]
    bones = target.armature.pose.bones
    driven = [name for name in held if any(one.startswith("rotation") for one in driven_channels(bones[name]))]
    return [
        f"Rotations are {how} on {', '.join(names)}: {how} channels get no keys, and the others come as near as they can; {remedy} to see the whole motion."
        for how, names, remedy in (
            ("locked", [name for name in held if name not in driven], "unlock them"),
            ("driven", driven, "remove the drivers"),
        )
        if names
    ]


def _locks(target: RigTarget, bone: int) -> RotationLocks:
    at_rest = bool(np.allclose(target.state.turns[bone], IDENTITY, atol=1e-6))
    return RotationLocks.of(target.armature.pose.bones[target.rest.names[bone]], at_rest)
