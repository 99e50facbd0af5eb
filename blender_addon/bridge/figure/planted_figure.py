"""Foot planting for drawn figures: the motion, with every standing foot held in place on the ground."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import BONE_INDEX, Joint
from ...settings.feet import FeetSettings, Planting
from ..body.contacts import CONTACT_THRESHOLD
from ..body.scene_motion import SceneMotion
from ..foot_planting.body_on_hands import ANKLES, WRISTS, leaning_spans, turns_about_feet
from ..foot_planting.contact_spans import contact_spans
from ..foot_planting.planted_legs import (
    PlantedLeg,
    above_ground,
    hip_compensation,
    level_between,
    planted_ankle,
    planted_spots,
    step_height,
)
from ..foot_planting.two_bone_ik import MAX_EXTENSION, bend_side_in_plane, max_reach, solve_two_bones
from ..foot_planting.weight_shift import shift_weight
from ..projection.planes import Placement, ground_line
from ..retiming.cycles import pad_cycle, unpadded_frames
from .figure_pose import trunk_axes
from .figure_style import FigureStyle

Array = NDArray[np.float64]

LEG_JOINTS = (
    (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
)
"""The joints of each leg, in the order of the columns of contacts."""
UP, AWAY = np.array((0.0, 1.0, 0.0)), np.array((0.0, 0.0, 1.0))
DOWN = np.array((1.0, -1.0, 1.0))
"""Converts the picture's axes (right, down, away) to (right, up, away), and back."""
LENGTH_SLACK = 0.03
"""A drawn leg may stretch or shrink by this part of its length before its knee bends: so straight legs do not jitter.
"""
BEND_TOLERANCE = 0.002
"""Part of its length that a leg gives way by to bend at all, so that its knee goes to its usual side: a straight one's
is out by as much as it trembles.
"""
TINY = 1e-9
SHORTEST = 1e-6
"""Shortest visible length of a leg, as a part of its reach."""


@dataclass(frozen=True, eq=False)
class _Leg:
    """One leg of the figure: as it stands without being planted, and how far from the hip its ankle can be as it looks,
    `apparent_reach` (K,).
    """

    standing: PlantedLeg
    apparent_reach: Array


def plant_figure(motion: SceneMotion, settings: FeetSettings) -> SceneMotion:
    """Plant every standing ankle for its whole contact span, on the figure's ground or on a clear step.

    The body follows its feet up and down. Legs reach the rest by bending in their plane, then by foreshortening less,
    and last by lower hips.
    """
    if settings.planting is Planting.NEVER:
        return motion
    around = _on_hands(pad_cycle(motion))
    joints, own = _plant(around, settings.planting), unpadded_frames(around)
    return replace(motion, positions=joints[own, :, :2], depth=joints[own, :, 2])


def place_on_ground(placement: Placement, motion: SceneMotion, style: FigureStyle, settings: FeetSettings) -> Placement:
    """Move the placement so that the soles are at the height of the ground setting."""
    if settings.ground is None:
        return placement
    up = placement.plane.up
    soles = placement.origin @ up - placement.scale * (ground_line(motion) + style.sole * motion.skeleton.height)
    return replace(placement, origin=placement.origin + (settings.ground - soles) * up)


def _on_hands(motion: SceneMotion) -> SceneMotion:
    """The motion, turned about its feet while it leans on its hands, so that these are on the ground that the feet are on."""
    spans = leaning_spans(motion, -ground_line(motion))
    if not spans:
        return motion
    places = motion.positions * (1, -1)
    feet = places[:, ANKLES].mean(axis=1)
    floor = np.full((len(motion), len(WRISTS)), -ground_line(motion))
    angle = turns_about_feet(places[:, WRISTS], feet, floor, spans, motion.fps)
    turn = np.stack((np.cos(angle), np.sin(angle), -np.sin(angle), np.cos(angle)), axis=-1).reshape(-1, 2, 2)
    turned = feet[:, None] + (places - feet[:, None]) @ turn
    return replace(motion, positions=turned * (1, -1))


def _plant(motion: SceneMotion, planting: Planting) -> Array:
    """(K, 15, 3) the joints, x right, y down, z away."""
    heights, rises = _heights(motion, planting)
    stands = motion.contacts >= CONTACT_THRESHOLD
    joints = np.concatenate((motion.positions, motion.depth[..., None]), axis=-1) * DOWN
    joints[..., 1] += shift_weight(rises, stands)[:, None]
    legs = [_leg(motion, joints, foot) for foot in range(2)]
    wanted = []
    for foot, leg in enumerate(legs):
        spots = planted_spots(leg.standing, heights[:, foot], _turning(motion, joints, foot), UP)
        goal = planted_ankle(leg.standing, spots, motion.fps)
        wanted.append(_brought_nearer_in_depth(leg, _above_ground(motion, goal, heights[:, foot], stands[:, foot])))
    give = hip_compensation([leg.standing for leg in legs], wanted, UP, motion.fps, motion.skeleton.height)
    give[:, 2] = 0
    result = joints + give[:, None]
    for leg, goal, (_, knee, ankle), usual in zip(legs, wanted, LEG_JOINTS, _usual_sides(motion, joints), strict=True):
        bend, reached = _knee_and_ankle(leg, goal, give, usual)
        depths = (
            (joints[:, knee, 2:], joints[:, ankle, 2:])
            if motion.leg_turns is not None
            else (bend[:, 2:], reached[:, 2:])
        )
        result[:, knee], result[:, ankle] = (
            np.concatenate((at[:, :2], depth), axis=1) for at, depth in zip((bend, reached), depths, strict=True)
        )
    return np.asarray(result * DOWN)


def _heights(motion: SceneMotion, planting: Planting) -> tuple[Array, Array]:
    """(K, 2) planted height of each ankle in its contact spans, and how much higher that is than in the motion."""
    ground, height = -ground_line(motion), motion.skeleton.height
    heights, rises = np.zeros((len(motion), 2)), np.zeros((len(motion), 2))
    for foot, (_, _, ankle) in enumerate(LEG_JOINTS):
        for span in contact_spans(motion.contacts[:, foot]):
            places = motion.positions[span.frames, ankle]
            flat = np.maximum(1 - motion.rolls_of(foot)[span.frames], TINY)
            landed = -float(np.average(places[:, 1], weights=flat))
            heights[span.frames, foot] = ground + step_height(landed, ground, height, planting)
            rises[span.frames, foot] = heights[span.first, foot] - landed
    return heights, rises


def _leg(motion: SceneMotion, joints: Array, foot: int) -> _Leg:
    """Limbs at full length lie in the picture; others may be longer than they look, as far as the body's own legs are."""
    hip, knee, ankle = (joints[:, joint] for joint in LEG_JOINTS[foot])
    if motion.leg_turns is not None:
        knee, ankle = (np.concatenate((at[:, :2], hip[:, 2:]), axis=1) for at in (knee, ankle))
    reach = max_reach(*(np.linalg.norm(way, axis=-1) for way in (knee - hip, ankle - knee, ankle - hip)))
    length = MAX_EXTENSION * float(motion.skeleton.lengths[[BONE_INDEX[joint] for joint in LEG_JOINTS[foot][1:]]].sum())
    spans, rolls = contact_spans(motion.contacts[:, foot]), motion.rolls_of(foot)
    return _Leg(
        PlantedLeg(hip, knee, ankle, np.maximum((1 + LENGTH_SLACK) * reach, length), spans, rolls),
        reach,
    )


def _turning(motion: SceneMotion, joints: Array, foot: int) -> Array:
    """(K, 3) how a standing foot goes: in depth as it is seen, because the body's own way there is not known; where the
    view moves, across as well.
    """
    ankle = joints[:, LEG_JOINTS[foot][2]]
    return np.asarray(ankle * (1.0 if motion.view_moves else 0.0, 0.0, 1.0))


def _above_ground(motion: SceneMotion, goal: Array, heights: Array, stands: NDArray[np.bool_]) -> Array:
    """The goal (K, 3) no lower than where the foot stands before and after, unless it has left that ground."""
    level = level_between(heights, stands, -ground_line(motion))
    return np.where(stands[:, None], goal, above_ground(goal, level, UP, motion.skeleton.height))


def _brought_nearer_in_depth(leg: _Leg, goal: Array) -> Array:
    """The goal (K, 3), brought nearer in depth, which does not show, where the leg as it looks does not reach it."""
    away = goal - leg.standing.hip
    deepest = np.sqrt(np.maximum(leg.apparent_reach**2 - (away[:, :2] ** 2).sum(axis=-1), 0))
    return np.concatenate(
        (goal[:, :2], (leg.standing.hip[:, 2] + np.clip(away[:, 2], -deepest, deepest))[:, None]), axis=1
    )


def _usual_sides(motion: SceneMotion, joints: Array) -> tuple[Array, Array]:
    """(K, 3) usual bend direction of each knee: forward, or, for legs in the picture plane, the side it bends to."""
    if motion.leg_turns is not None:
        flat = joints * (1.0, 1.0, 0.0)
        right, left = (
            bend_side_in_plane(flat[:, hip], flat[:, knee], flat[:, ankle], AWAY) for hip, knee, ankle in LEG_JOINTS
        )
        return right, left
    forward = trunk_axes(joints * DOWN)[2] * DOWN
    return forward, forward


def _knee_and_ankle(leg: _Leg, goal: Array, give: Array, usual: Array) -> tuple[Array, Array]:
    """(K, 3) knee and ankle, the ankle at the goal; the knee goes to its usual side as far as it has to bend for it,
    and keeps its own else.
    """
    standing = leg.standing
    hip = standing.hip + give
    far, shown = (np.linalg.norm(way, axis=-1) for way in (goal - hip, standing.ankle - standing.hip))
    least = SHORTEST * standing.reach
    longer = np.maximum(
        np.clip(far / np.maximum(shown, least), 1 - LENGTH_SLACK, 1 + LENGTH_SLACK),
        np.minimum(far, standing.reach) / np.maximum(leg.apparent_reach, least),
    )[:, None]
    bends = np.clip(np.abs(far - longer[:, 0] * shown) / (BEND_TOLERANCE * standing.reach), 0, 1)[:, None]
    knee, ankle = (hip + longer * (at - standing.hip) for at in (standing.knee, standing.ankle))
    return solve_two_bones(hip, knee, ankle, goal, bends * usual)
