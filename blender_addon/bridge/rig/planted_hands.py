"""Hands that bear a body on the ground: two-bone IK holds them where they stand, as feet are held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...core.limbs import Limb
from ...core.skeleton import Joint
from ...settings.channels import ChannelSettings
from ...settings.feet import FeetSettings, Planting
from ..armature.measure import front_at_rest
from ..body.rotations import rotate
from ..foot_planting.bearing_hands import bearing_spans
from ..foot_planting.contact_spans import ease_between_spans
from ..foot_planting.planted_legs import PlantedLeg, above_ground, ease_frames, planted_ankle, planted_spots
from ..foot_planting.two_bone_ik import max_reach
from .bone_rotations import Chain, chains_of
from .foot_ends import points_of
from .limb_reach import limb_joints, turns_that_reach
from .planted_feet import ground_offset, soles_at_rest
from .rig_pose import RigPose, RigTarget
from .soles import pitched

Array = NDArray[np.float64]

ARM_CHAINS: tuple[tuple[Limb, Joint, Joint], ...] = (
    (Limb.RIGHT_ARM, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
    (Limb.LEFT_ARM, Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
)
WRIST = 0.025
"""Heights of a body that the joint of a wrist is above the ground that its hand is on."""
FINGERS = 0.008
"""The same of the tips of its fingers."""
BELOW = 0.05
"""Heights that a wrist is below that from which on its hand has left that ground."""
MOST_PITCH = np.radians(90)
"""A hand is turned by no more than this to lie on the ground."""


def plant_hands(target: RigTarget, pose: RigPose, settings: FeetSettings, channels: ChannelSettings) -> RigPose:
    """Hold every hand that bears the body on one place of the ground, and none of them below it. Arms of amount 0 are
    left alone.
    """
    if settings.planting is Planting.NEVER or target.flat or pose.path is None:
        return pose
    turns, chains = dict(pose.turns), chains_of(target.rest, target.bone_map)
    ground = soles_at_rest(target) + ground_offset(target, settings)
    for limb, elbow, wrist in ARM_CHAINS:
        upper, lower = chains.get(elbow), chains.get(wrist)
        if upper is None or lower is None or channels.amount(limb) == 0:
            continue
        if {*upper.bones, *lower.bones} <= set(turns):
            turns |= _planted(target, turns, (upper, lower), pose.path, ground)
    return replace(pose, turns=turns)


def laid_on_ground(
    target: RigTarget, pose: RigPose, turns: Mapping[int, Array], hand: int, settings: FeetSettings
) -> dict[int, Array]:
    """Turns of a hand, by its bone, whose fingers are on the ground while it bears the body, and never below; nothing
    where it is never near the ground.
    """
    if pose.path is None:
        return {}
    up, motion = target.axes[1], target.motion
    points = points_of(target, hand)[0]
    end = points[np.linalg.norm(points, axis=-1).argmax()]
    ground = soles_at_rest(target) + ground_offset(target, settings)
    carried = target.carried(turns)
    wrist = carried.place(hand, target.rest.heads[hand]) + pose.path
    lowest = ground + WRIST * motion.skeleton.height
    spans = bearing_spans(wrist, up, lowest, motion.skeleton.leg_length, motion.fps)
    turn = np.broadcast_to(carried.turn(hand), (len(motion), 4))
    floor = ground + FINGERS * motion.skeleton.height - wrist @ up
    holds = 1 - np.clip((lowest - wrist @ up) / (BELOW * motion.skeleton.height), 0, 1)
    if not spans and (rotate(turn, end) @ up >= floor)[holds > 0].all():
        return {}
    stands = ease_between_spans(np.ones(len(motion)), spans, ease_frames(motion.fps))
    return {hand: pitched(turn, end, up, floor, stands=stands, holds=holds, most=MOST_PITCH)}


def _planted(
    target: RigTarget, turns: Mapping[int, Array], arm: tuple[Chain, Chain], path: Array, ground: float
) -> dict[int, Array]:
    """Turns of an arm's bones that bring its wrist to the ground where its hand bears the body."""
    motion, up = target.motion, target.axes[1]
    shoulder, elbow, wrist = limb_joints(target.carried(turns), arm, path)
    lowest = ground + WRIST * motion.skeleton.height
    spans = bearing_spans(wrist, up, lowest, motion.skeleton.leg_length, motion.fps)
    reach = max_reach(*(np.linalg.norm(way, axis=-1) for way in (elbow - shoulder, wrist - elbow, wrist - shoulder)))
    standing = PlantedLeg(shoulder, elbow, wrist, reach, spans, np.zeros(len(motion)))
    spots = planted_spots(standing, np.full(len(motion), lowest), np.zeros_like(wrist), up)
    goal = planted_ankle(standing, spots, motion.fps)
    goal = above_ground(goal, np.full(len(goal), lowest), up, motion.skeleton.height)
    front = front_at_rest(target.rest, target.bone_map)
    return turns_that_reach(
        target, turns, arm, goal, path, bend=lambda found, _joints: -rotate(found[arm[0].bones[0]], front)
    )
