"""Keep the whole foot of a rig above the ground: it pitches with its heel while it rolls, and no toe goes below."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ...settings.feet import FeetSettings
from ..armature.measure import rest_joints
from ..body.contacts import CONTACT_THRESHOLD
from ..body.rotations import directions, product, rotate, rotation_about
from ..foot_planting.contact_spans import contact_spans, ease_between_spans
from ..foot_planting.planted_legs import ease_frames, level_between
from .foot_ends import ends_of_foot
from .planted_feet import ground_offset, standing_heights
from .rig_pose import RigPose, RigTarget
from .root_path import ANKLES

Array = NDArray[np.float64]

SIDES = ("right", "left")
MOST_PITCH = np.radians(60)
"""A sole is turned by no more than this to stay above the ground."""
DEEPEST, FALLING = 0.06, 0.12
"""Parts of the height that an ankle is below where it stands: up to the first its toes are held up; beyond the second it
has left that ground.
"""
TINY = 1e-9


def above_ground(
    target: RigTarget, pose: RigPose, turns: Mapping[int, Array], foot: int, feet: FeetSettings
) -> dict[int, Array]:
    """Pitch a foot so that its toes are on the ground while it stands, and nothing of it is below at any time.

    Args:
        target: the rig.
        pose: with its path, its legs bent.
        turns: (K, 4) of all bones, the foot's among them.
        foot: the column of contacts.
        feet: how feet are planted.

    Returns:
        (K, 4) the foot's turns, by its bone.
    """
    motion, up = target.motion, target.axes[1]
    bone = target.rest.index(target.bone_map.extremities[f"{SIDES[foot]}_foot"])
    ends = ends_of_foot(target, bone, f"{SIDES[foot]}_toe")
    if ends is None:
        return {bone: turns[bone]}
    toes, heel = ends
    spans = contact_spans(motion.contacts[:, foot])
    stands = ease_between_spans(np.ones(len(motion)), spans, ease_frames(motion.fps))
    place = target.carried(turns).place(bone, target.rest.heads[bone])
    place = place + (pose.path if pose.path is not None else 0.0)
    sole = min(toes @ up, heel @ up)
    lowest = sole - (place @ up - _standing(target, bone, foot, feet, lifted=pose.path is not None))
    below = (lowest - sole) / motion.skeleton.height
    holds = np.clip((FALLING - below) / (FALLING - DEEPEST), 0, 1)
    turn = pitched(turns[bone], heel, up, lowest, holds=holds)
    return {bone: pitched(turn, toes, up, lowest, stands=stands, holds=holds)}


def pitched(
    turn: Array,
    end: Array,
    up: Array,
    lowest: Array,
    *,
    holds: Array,
    stands: Array | float = 0.0,
    most: float = MOST_PITCH,
) -> Array:
    """(K, 4) the turn of a foot or hand, pitched so that its end (3,) is no lower above its joint than `lowest` (K,),
    and no higher as far as it `stands` (K,): by `most` radians at most, as far as it `holds` (K,).
    """
    way, length = rotate(turn, end), float(np.linalg.norm(end))
    if length < TINY:
        return turn
    rise = way @ up
    wanted = np.maximum(rise, lowest) - stands * np.maximum(rise - lowest, 0)
    angle = np.arcsin(np.clip(wanted / length, -1, 1)) - np.arcsin(np.clip(rise / length, -1, 1))
    level = way - rise[:, None] * up
    angle = np.where(np.linalg.norm(level, axis=-1) > TINY * length, angle, 0)
    axis = directions(np.cross(level, up))
    return product(rotation_about(axis, holds * np.clip(angle, -most, most)), turn)


def _standing(target: RigTarget, bone: int, foot: int, feet: FeetSettings, *, lifted: bool) -> Array:
    """(K,) how high the foot's joint is along the plane's up while its sole is on the ground; on a step, until the
    next.
    """
    heights = standing_heights(target, feet)[0][:, foot]
    up = target.axes[1]
    ankle = rest_joints(target.rest, target.bone_map)[ANKLES[foot]]
    level = level_between(heights, target.motion.contacts[:, foot] >= CONTACT_THRESHOLD, float(ankle @ up))
    lift = ground_offset(target, feet) if lifted else 0.0
    return np.asarray(level + (target.rest.heads[bone] - ankle) @ up + lift)
