"""Cut-outs that follow a turn: shoulders and hips take the width, and the sides, that the view gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...core.limbs import Limb
from ...core.skeleton import Joint
from ...settings.channels import ChannelSettings, PoseUse
from ..armature.inheritance import Carried
from ..armature.measure import rest_joints
from ..body.smoothing import hann
from .bone_locations import location_to
from .bone_rotations import Chain, chains_of
from .rig_pose import RigPose, RigTarget

Array = NDArray[np.float64]

BEGINNINGS: Mapping[Limb, tuple[Joint, Joint, Joint]] = {
    Limb.RIGHT_ARM: (Joint.RIGHT_ELBOW, Joint.RIGHT_SHOULDER, Joint.NECK),
    Limb.LEFT_ARM: (Joint.LEFT_ELBOW, Joint.LEFT_SHOULDER, Joint.NECK),
    Limb.RIGHT_LEG: (Joint.RIGHT_KNEE, Joint.RIGHT_HIP, Joint.MID_HIP),
    Limb.LEFT_LEG: (Joint.LEFT_KNEE, Joint.LEFT_HIP, Joint.MID_HIP),
}
"""The chain that each limb begins with, the joint where it begins, and the middle between that and the other side's."""
SMOOTHING_SECONDS = 0.1
"""Half width of the smoothing of shoulders and hips: they are short, and so tremble more than limbs do."""
NOTICED = 0.02
"""Part of the character's height that a limb must stay behind for a note to say so."""

NEITHER = "can neither follow a turn nor pass before or behind the body"


def follow_turn(target: RigTarget, pose: RigPose, settings: ChannelSettings) -> tuple[RigTarget, RigPose]:
    """Move the first bone of each limb of a cut-out to where the view has its shoulder or hip beside the trunk.

    Limbs move by the amount that they have of the performance. A note names those that cannot.
    """
    if not target.planar or not settings.follow_turn:
        return target, pose
    carried, chains = target.carried(pose.turns), chains_of(target.rest, target.bone_map)
    near = NOTICED * target.motion.skeleton.height
    moved, notes = dict(target.moved), []
    for limb, (joint, *_) in BEGINNINGS.items():
        if joint not in chains or not settings.amount(limb):
            continue
        first = chains[joint].bones[0]
        goal = _location(target, carried, chains, limb, settings)
        free = _free_channels(target, first, limb)
        reached = np.where(free, goal, target.state.moves[first])
        if np.abs(goal - reached).max() > near:
            notes.append(_remedy(target, first))
        if free.any():
            moved[first] = reached
    moves = {bone: places for bone, places in moved.items() if bone not in target.loose}
    return replace(target, moved=moved), replace(pose, moves={**pose.moves, **moves}, notes=(*pose.notes, *notes))


def _location(
    target: RigTarget, carried: Carried, chains: Mapping[Joint, Chain], limb: Limb, settings: ChannelSettings
) -> Array:
    """(K, 3) the location of the limb's first bone, along its own axes: by the limb's amount, from rest or from the
    rig's pose, or added to that.
    """
    first = chains[BEGINNINGS[limb][0]].bones[0]
    place = _place_in_view(target, carried, chains, limb)
    wanted = location_to(target, carried, first, place, np.zeros_like(place))
    amount, own = settings.follow_turn * settings.amount(limb), target.state.moves[first]
    if settings.pose is PoseUse.CURRENT:
        return np.asarray(own + amount * (wanted - own))
    return np.asarray(amount * wanted + (own if settings.pose is PoseUse.ADDED else 0))


def _place_in_view(target: RigTarget, carried: Carried, chains: Mapping[Joint, Chain], limb: Limb) -> Array:
    """(K, 3) where the limb begins beside the middle of its two sides, in the plane as in the motion, and in depth as
    the rig has it.
    """
    joint, line, middle = BEGINNINGS[limb]
    axes, motion = target.axes, target.motion
    first = chains[joint].bones[0]
    rigid = carried.carried_frame(first)[1]
    centre = _centre(target, carried, chains, middle)
    seen = (motion.positions[:, line] - motion.positions[:, middle]) * (1, -1)
    reach = max(1, round(SMOOTHING_SECONDS * motion.fps))
    return np.asarray(centre + hann(seen, reach) @ axes[:2] + ((rigid - centre) @ axes[2])[:, None] * axes[2])


def _centre(target: RigTarget, carried: Carried, chains: Mapping[Joint, Chain], middle: Joint) -> Array:
    """(K, 3) the middle of shoulders or hips, as chest or pelvis carry it."""
    bone = chains[Joint.NECK].bones[-1] if middle is Joint.NECK and Joint.NECK in chains else target.root
    if middle is Joint.MID_HIP:
        parents = {
            target.rest.parents[chains[joint].bones[0]] for joint, _, own in BEGINNINGS.values() if own is middle
        }
        bone = parents.pop() if len(parents) == 1 and min(parents) >= 0 else bone
    return carried.place(bone, rest_joints(target.rest, target.bone_map)[middle])


def _free_channels(target: RigTarget, bone: int, limb: Limb) -> NDArray[np.bool_]:
    """(3,) the channels of the bone's location that may be keyed, and do what they say."""
    by_others = (ik := target.limbs.ik.get(limb.name.lower())) is not None and not ik.direct
    if by_others or target.rest.connected[bone]:
        return np.zeros(3, dtype=np.bool_)
    if target.armature.pose is None:  # the limbs of a drawing have no locks
        return np.ones(3, dtype=np.bool_)
    return ~np.array(target.armature.pose.bones[target.rest.names[bone]].lock_location)


def _remedy(target: RigTarget, bone: int) -> str:
    """Why the bone stays behind, and what to do."""
    name, pose = target.rest.names[bone], target.armature.pose
    locks = pose.bones[name].lock_location if pose is not None else ()
    if target.rest.connected[bone]:
        return f"{name} is connected to its parent, so its limb {NEITHER}; disconnect it in Edit Mode if it should."
    if any(locks):
        lost = NEITHER if all(locks) else "cannot follow a turn"
        return f"The location of {name} is locked, so its limb {lost}; unlock it if it should."
    return f"IK moves other bones than {name}, so its limb cannot follow a turn; switch its IK off if it should."
