"""Foot planting on rigs: two-bone IK keeps standing feet in place, and the hips move where a leg is too short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import Joint
from ...settings.feet import FeetSettings, Planting
from ..armature.inheritance import Carried
from ..armature.measure import front_at_rest, rest_joints
from ..body.rotations import directions, rotate
from ..foot_planting.contact_spans import contact_spans, ease_between_spans
from ..foot_planting.heels import with_heel_raised, with_slack_of_heel
from ..foot_planting.hips_over_feet import hips_over_feet
from ..foot_planting.kneeling import kneeling, kneeling_rise
from ..foot_planting.planted_legs import (
    PlantedLeg,
    above_ground,
    ease_frames,
    hip_compensation,
    level_between,
    planted_ankle,
    planted_spots,
    step_height,
    within_reach,
)
from ..foot_planting.rolling_feet import Sole
from ..foot_planting.two_bone_ik import bend_side_in_plane, max_reach
from ..projection.planes import rest_origin
from .bone_rotations import Chain, chains_of
from .foot_ends import ends_of_foot, knee_at_rest
from .landmark_vectors import landmark_vector
from .limb_reach import limb_joints, turns_that_reach
from .rig_pose import RigPose, RigTarget
from .root_path import root_path

Array = NDArray[np.float64]

LEG_CHAINS: tuple[tuple[int, Joint, Joint], ...] = (
    (0, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    (1, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
)
"""The column of contacts, and the two chains, of each leg."""

SIDES = ("right", "left")
"""By column of contacts."""
LEAST_SURE = 0.05
"""Confidence of heel and toe from which a foot points rather where these say than where its knee does."""

TINY = 1e-9


@dataclass(frozen=True, eq=False)
class _Leg:
    """The chains of one mapped leg, whose `foot` is a column of contacts, and where they are without IK."""

    foot: int
    thigh: Chain
    shin: Chain
    standing: PlantedLeg


@dataclass(frozen=True, eq=False)
class _LegHeights:
    """Along the plane's up: how high each joint of the legs is `landed` (K,) by the motion, how far each leg `kneels`
    (K, 2), 0..1, and how much higher than on its sole each ankle is for that, `rises` (K, 2). `joints` (15, 3) at rest.
    """

    joints: Array
    landed: Mapping[Joint, Array]
    kneels: Array
    rises: Array

    @classmethod
    def of(cls, target: RigTarget) -> _LegHeights:
        """What the motion does on the rig."""
        up, joints = target.axes[1], rest_joints(target.rest, target.bone_map)
        origin = rest_origin(joints, target.axes, target.motion)
        landed = {
            joint: np.asarray((origin + (target.motion.positions[:, joint] * (1, -1)) @ target.axes[:2]) @ up)
            for _, *leg in LEG_CHAINS
            for joint in leg
        }
        lowest = np.min(list(landed.values()), axis=0)
        kneels = [
            kneeling(landed[knee], landed[ankle], lowest, target.motion.skeleton.leg_length)
            for _, knee, ankle in LEG_CHAINS
        ]
        soles = soles_at_rest(target)
        rises = [
            kneeling_rise(
                landed[ankle] - landed[knee],
                kneels[foot],
                on_knee=soles + knee_at_rest(target, knee),
                on_sole=float(joints[ankle] @ up),
            )
            for foot, knee, ankle in LEG_CHAINS
        ]
        return cls(joints, landed, np.stack(kneels, axis=-1), np.stack(rises, axis=-1))


def place_root(target: RigTarget, pose: RigPose, settings: FeetSettings) -> RigPose:
    """Put the root on the motion's path, at the height where standing feet touch the ground."""
    if target.rest.connected[target.root]:
        note = f"{target.bone_map.root} is connected to its parent, so it cannot follow the path; disconnect it in Edit Mode if it should."
        return replace(pose, path=None, notes=(*pose.notes, note))
    raised = None if settings.planting is Planting.NEVER else standing_heights(target, settings)[1]
    motion, way = target.motion, target.motion.way
    if way is not None:
        motion = replace(motion, way=None if target.flat else target.depth * way)
    path = root_path(target.bone_map, target.carried(pose.turns), motion, target.axes, raised)
    return replace(pose, path=path + ground_offset(target, settings) * target.axes[1])


def plant_feet(target: RigTarget, pose: RigPose, settings: FeetSettings) -> RigPose:
    """Hold every standing ankle in one place for its whole contact span, with easing before and after."""
    if settings.planting is Planting.NEVER:
        return pose
    path = pose.path if pose.path is not None else np.zeros((len(target.motion), 3))
    high = _LegHeights.of(target)
    carried = target.carried(pose.turns)
    legs = [leg for chain in LEG_CHAINS if (leg := _leg(target, carried, path, high, chain)) is not None]
    if not legs:
        return pose
    lift = ground_offset(target, settings) if pose.path is not None else 0.0
    heights = _standing_heights(high, target, settings)[0] + lift
    up, fps = target.axes[1], target.motion.fps
    soles = [_sole(target, pose.turns, leg) for leg in legs]
    standing = [leg.standing for leg in legs]
    wanted_heights = heights + high.rises
    spots = [
        planted_spots(leg.standing, wanted_heights[:, leg.foot], _turning(target, leg), up, sole)
        for leg, sole in zip(legs, soles, strict=True)
    ]
    over = np.zeros_like(path)
    if pose.path is not None:
        standing = _with_slack(standing, spots, soles)
        over = hips_over_feet(standing, spots, target.axes[:2] if target.flat else target.axes, fps)
        standing = [leg.carried(over) for leg in standing]
    if not target.flat:
        standing = _with_slack(standing, spots, soles)
        spots = [within_reach(leg, own, target.axes[2]) for leg, own in zip(standing, spots, strict=True)]
    spots = [
        own if sole is None else with_heel_raised(leg, own, sole)
        for leg, own, sole in zip(standing, spots, soles, strict=True)
    ]
    give = np.zeros_like(path)
    if pose.path is not None:
        give = hip_compensation(standing, spots, up, fps, target.motion.skeleton.height)
        standing = [leg.carried(give) for leg in standing]
    wanted = [planted_ankle(leg, own, fps) for leg, own in zip(standing, spots, strict=True)]
    rests = high.joints[[ankle for _, _, ankle in LEG_CHAINS]] @ up + lift
    for index, leg in enumerate(legs if not target.flat else ()):
        level = level_between(heights[:, leg.foot], leg.standing.stands, rests[leg.foot])
        near = above_ground(wanted[index], level, up, target.motion.skeleton.height)
        wanted[index] = np.where(leg.standing.stands[:, None], wanted[index], near)
    path_of_feet = path + over + give
    turns = dict(pose.turns)
    for leg, goal in zip(legs, wanted, strict=True):
        bend = partial(_usual_side, target, leg)
        turns |= turns_that_reach(target, turns, (leg.thigh, leg.shin), goal, path_of_feet, bend=bend)
    return replace(pose, turns=turns, path=path_of_feet if pose.path is not None else None)


def standing_heights(target: RigTarget, settings: FeetSettings) -> tuple[Array, Array]:
    """(K, 2) how high along the plane's up each ankle is on its sole while it stands, without what the ground is raised
    by; and how much higher it is to be than the motion has it, eased in and out. A foot that rolls over its toes lifts
    its ankle, and one whose leg kneels is as high beside its knee as the motion has it.
    """
    return _standing_heights(_LegHeights.of(target), target, settings)


def _standing_heights(high: _LegHeights, target: RigTarget, settings: FeetSettings) -> tuple[Array, Array]:
    joints, axes, motion = high.joints, target.axes, target.motion
    ground = float(joints[[Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]].mean(axis=0) @ axes[1])
    heights, raised = np.zeros((len(motion), 2)), np.zeros((len(motion), 2))
    for foot, _, ankle in LEG_CHAINS:
        landed, kneels = high.landed[ankle], high.kneels[:, foot]
        spans = contact_spans(motion.contacts[:, foot])
        rolls = motion.rolls_of(foot) * (1 - kneels)
        flat = landed.copy()
        for span in spans:
            firm = np.maximum((1 - rolls[span.frames]) * (1 - kneels[span.frames]), TINY)
            level = float(np.average(landed[span.frames], weights=firm))
            flat[span.frames] += rolls[span.frames] * (level - landed[span.frames])
            on_step = step_height(level, ground, motion.skeleton.height, settings.planting)
            heights[span.frames, foot] = joints[ankle] @ axes[1] + on_step
        wanted = heights[:, foot] + high.rises[:, foot]
        raised[:, foot] = ease_between_spans(wanted - flat, spans, ease_frames(motion.fps))
    return heights, raised


def soles_at_rest(target: RigTarget) -> float:
    """How high the lowest point of the feet rests along the plane's up."""
    rest, up = target.rest, target.axes[1]
    lowest = [float(ankle @ up) for ankle in rest_joints(rest, target.bone_map)[[ankle for _, _, ankle in LEG_CHAINS]]]
    for side in SIDES:
        name = target.bone_map.extremities.get(f"{side}_foot")
        ends = ends_of_foot(target, rest.index(name), f"{side}_toe") if name is not None else None
        if name is not None and ends is not None:
            lowest += [float((rest.heads[rest.index(name)] + end) @ up) for end in ends]
    return min(lowest)


def ground_offset(target: RigTarget, settings: FeetSettings) -> float:
    """How much higher than where the soles rest the ground is, in the armature's unit."""
    if settings.ground is None:
        return 0.0
    world = np.array(target.armature.matrix_world)
    turn, up = world[:3, :3], target.axes[1]
    scale = float(np.linalg.norm(turn @ up))
    rest, extremities = target.rest, target.bone_map.extremities
    feet = [
        rest.index(extremities[name])
        for name in ("right_foot", "left_foot", "right_toe", "left_toe")
        if name in extremities
    ]
    joints = rest_joints(rest, target.bone_map)
    points = np.concatenate((rest.heads[feet], rest.tails[feet], joints[[Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]]))
    soles = float(((points @ turn.T + world[:3, 3]) @ (turn @ up / scale)).min())
    return (settings.ground - soles) / scale


def _leg(
    target: RigTarget, carried: Carried, path: Array, high: _LegHeights, chain: tuple[int, Joint, Joint]
) -> _Leg | None:
    foot, *joints = chain
    chains = chains_of(target.rest, target.bone_map)
    if not set(joints) <= set(chains):
        return None
    thigh, shin = (chains[joint] for joint in joints)
    spans = contact_spans(target.motion.contacts[:, foot])
    if not spans or not all(bone in carried.keyed for bone in (*thigh.bones, *shin.bones)):
        return None
    hip, knee, ankle = limb_joints(carried, (thigh, shin), path)
    reach = max_reach(*(np.linalg.norm(way, axis=-1) for way in (knee - hip, ankle - knee, ankle - hip)))
    rolls = target.motion.rolls_of(foot) * (1 - high.kneels[:, foot])
    return _Leg(foot, thigh, shin, PlantedLeg(hip, knee, ankle, reach, spans, rolls))


def _sole(target: RigTarget, turns: Mapping[int, Array], leg: _Leg) -> Sole | None:
    """How the foot stands whose heel may rise; None where it has no toes to roll over, or contacts don't tell of feet
    that do.
    """
    name = target.bone_map.extremities.get(f"{SIDES[leg.foot]}_foot")
    if target.flat or name is None or target.motion.rolls is None:
        return None
    up = target.axes[1]
    ends = ends_of_foot(target, target.rest.index(name), f"{SIDES[leg.foot]}_toe")
    if ends is None:
        return None
    toes = ends[0]
    below = max(-float(toes @ up), 0.0)
    return Sole(_pointing(target, turns, leg), up, float(np.linalg.norm(toes - (toes @ up) * up)), below)


def _pointing(target: RigTarget, turns: Mapping[int, Array], leg: _Leg) -> Array:
    """(K, 3) where a standing foot points along the ground: as it was seen over the contact, or as its knee."""
    up, side = target.axes[1], SIDES[leg.foot]
    way = rotate(turns[leg.thigh.bones[0]], front_at_rest(target.rest, target.bone_map))
    seen = landmark_vector(target, f"{side}_toe", f"{side}_heel")
    if seen is not None:
        way = way * LEAST_SURE + directions(seen.vectors) * seen.confidence[:, None]
    level = way - (way @ up)[:, None] * up
    for span in leg.standing.spans:
        level[span.frames] = level[span.frames].sum(axis=0)
    return directions(level)


def _with_slack(legs: Sequence[PlantedLeg], spots: Sequence[Array], soles: Sequence[Sole | None]) -> list[PlantedLeg]:
    """The legs, told how far their heels may rise."""
    return [
        leg if sole is None else with_slack_of_heel(leg, own, sole)
        for leg, own, sole in zip(legs, spots, soles, strict=True)
    ]


def _turning(target: RigTarget, leg: _Leg) -> Array:
    """(K, 3) how a standing foot goes where the view moves: with the world that turns before the camera."""
    motion, ankle = target.motion, LEG_CHAINS[leg.foot][2]
    if not motion.view_moves:
        return np.zeros((len(motion), 3))
    across, away = motion.positions[:, ankle, 0], target.depth * motion.depth[:, ankle]
    return np.asarray(across[:, None] * target.axes[0] + away[:, None] * target.axes[2], dtype=np.float64)


def _usual_side(target: RigTarget, leg: _Leg, turns: Mapping[int, Array], joints: tuple[Array, Array, Array]) -> Array:
    """(K, 3) the side that a knee bends to: the one it bends to in the plane, or, in space, to the front of its thigh."""
    if target.flat:
        return bend_side_in_plane(*joints, target.axes[2])
    return rotate(turns[leg.thigh.bones[0]], front_at_rest(target.rest, target.bone_map))
