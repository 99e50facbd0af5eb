"""Tighten the tolerances of curves on the frames where together they would move a joint too far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..body.contacts import CONTACT_THRESHOLD
from .compared_points import (
    Channel,
    ComparedPoint,
    KeyedBones,
    PointKind,
    PosedPoints,
    carriers_of_point,
    compared_points,
)
from .curve_groups import CurveGroup, bones_of_foot
from .rig_pose import RigTarget

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

JOINT_LIMIT = 0.0092
"""Part of the character's height that a joint may be from where it is with a key a frame: errors of a chain of bones
add up at its end.
"""
IK_JOINT_LIMIT, CONTROL_LIMIT = 0.0042, 0.0025
"""The same on rigs whose limbs are keyed by IK, and for the controls that draw them: elbows and knees of nearly
straight limbs go farther than either.
"""
STANDING_FOOT_LIMIT = 0.002
"""The same for feet while they stand: they must not begin to slide."""
TARGET_FRACTION, SMALLEST_FACTOR = 0.95, 0.5
"""What part of its limit a joint that is off is brought to, and how much the error of a curve is lessened at once."""
ASSUMED_ERROR = 0.9
"""Part of its tolerance that a curve is taken to be off by at least: where it is less, that is by chance."""
FRAMES_AROUND = (0,) * 14 + (1,) * 6 + (2,) * 6 + (4,) * 6
"""Round by round, frames on both sides of where a joint is off that are tightened too: the last ones end it."""


@dataclass(frozen=True, eq=False)
class JointGoals:
    """Where the joints of a rig are with a key a frame: `exact` (K,) values of all channels, the `points` (3,) at rest
    that are compared, where they are `wanted` (K, 3), and the `limits` (K,) within which they are to stay.
    """

    target: RigTarget
    bones: KeyedBones
    exact: Mapping[Channel, Array]
    points: Mapping[ComparedPoint, Array]
    wanted: Mapping[ComparedPoint, Array]
    limits: Mapping[ComparedPoint, Array]
    moving: Mapping[ComparedPoint, set[int]]
    affected: Mapping[int, set[int]]

    @classmethod
    def of(cls, target: RigTarget, bones: KeyedBones, exact: Mapping[Channel, Array]) -> JointGoals:
        """Of these values."""
        points = compared_points(target, bones)
        wanted = PosedPoints.of(target, bones, exact).places(points)
        moving = {point: carriers_of_point(target, point) for point in points}
        return cls(
            target, bones, exact, points, wanted, _limits(target, bones, wanted), moving, _affected(target, bones)
        )


STEP = 1e-4
"""By how much channels are moved to see where that takes points, in their groups' own units."""


@dataclass(frozen=True, eq=False)
class PointMoves:
    """How far every group moves a point: `groups` (n,) their indices, `channels` of each one, and `ways` (n, C, K, 3),
    for one unit of each channel, in single precision: there are many, and they tell shares alone.

    Errors of curves are so small that they add up: this need not be worked out again for each.
    """

    exact: Mapping[Channel, Array]
    groups: Mapping[ComparedPoint, list[int]]
    channels: Sequence[Sequence[Channel]]
    ways: Mapping[ComparedPoint, NDArray[np.float32]]

    @classmethod
    def of(cls, joints: JointGoals, groups: Sequence[CurveGroup]) -> PointMoves:
        """Of these groups, whose bones each carry some of the points."""
        posed = PosedPoints.of(joints.target, joints.bones, joints.exact)
        posed.places(joints.points)
        most = max((len(group.channels) for group in groups), default=1)
        ways: dict[ComparedPoint, list[NDArray[np.float32]]] = {point: [] for point in joints.points}
        of_point: dict[ComparedPoint, list[int]] = {point: [] for point in joints.points}
        for index, group in enumerate(groups):
            moved = {point: place for point, place in joints.points.items() if group.bone in joints.moving[point]}
            if not moved:
                continue
            way = {point: np.zeros((most, posed.count, 3), dtype=np.float32) for point in moved}
            for each, (channel, scale) in enumerate(zip(group.channels, group.scales, strict=True)):
                step = STEP / scale
                tried = {**joints.exact, channel: joints.exact[channel] + step}
                stepped = posed.with_bone(joints.bones, group.bone, tried, joints.affected[group.bone]).places(moved)
                for point, place in stepped.items():
                    way[point][each] = (place - joints.wanted[point]) / step
            for point in moved:
                ways[point].append(way[point])
                of_point[point].append(index)
        return cls(
            joints.exact,
            of_point,
            [group.channels for group in groups],
            {point: np.stack(each) for point, each in ways.items() if each},
        )

    def widest(self, joints: JointGoals, groups: Sequence[CurveGroup]) -> list[Array]:
        """(K,) the widest tolerance of each group with which it alone moves no point too far."""
        widest = [group.track.tolerance.copy() for group in groups]
        for point, ways in self.ways.items():
            far = np.sqrt(np.einsum("ncfx,ncfx->ncf", ways, ways, dtype=np.float64))
            for index, moved in zip(self.groups[point], far, strict=True):
                scales = groups[index].scales
                most = (moved[: len(scales)] / scales[:, None]).max(axis=0)
                own = TARGET_FRACTION * joints.limits[point] / np.maximum(most, 1e-30)
                np.minimum(widest[index], own, out=widest[index])
        return widest

    def blame(
        self, point: ComparedPoint, values: Mapping[Channel, Array], frames: Mask, error: Array, count: int
    ) -> Array:
        """(N, F) which part of a point's `error` (F, 3) on some frames each of the groups, `count` in all, makes."""
        found = np.zeros((count, len(error)))
        if point not in self.ways:
            return found
        ways = self.ways[point]
        off = np.zeros((*ways.shape[:2], len(error)))
        for row, index in enumerate(self.groups[point]):
            for each, channel in enumerate(self.channels[index]):
                off[row, each] = (values[channel] - self.exact[channel])[frames]
        made = np.einsum("ncf,ncfx,fx->nf", off, ways[:, :, frames], error, optimize=True)
        found[self.groups[point]] = made / np.maximum((error**2).sum(axis=1), 1e-30)
        return found


def tighten_tolerances(
    joints: JointGoals, moves: PointMoves, groups: Sequence[CurveGroup], values: Mapping[Channel, Array], around: int
) -> list[Array]:
    """(K,) the new tolerance of each group: less where it moves a joint too far."""
    tolerances = [group.track.tolerance.copy() for group in groups]
    found = PosedPoints.of(joints.target, joints.bones, values).places(joints.points)
    off = {
        point: np.linalg.norm(found[point] - joints.wanted[point], axis=1) / limit
        for point, limit in joints.limits.items()
    }
    off = {point: far for point, far in off.items() if far.max() > 1}
    if not off:
        return tolerances
    frames = np.max(list(off.values()), axis=0) > 1
    blame = {
        point: moves.blame(point, values, frames, (found[point] - joints.wanted[point])[frames], len(groups))
        for point in off
    }
    own = np.stack([_own_error(joints, group, values, frames) for group in groups])
    factors = np.min([_factors(blame[point], off[point][frames]) for point in off], axis=0)
    at = np.flatnonzero(frames)
    for index, group in enumerate(groups):
        before = group.track.tolerance
        less = factors[index] < 1
        for step in range(-around, around + 1):
            places = np.clip(at[less] + step, 0, len(before) - 1)
            error = np.minimum(np.maximum(own[index, less], ASSUMED_ERROR * before[at[less]]), before[places])
            np.minimum.at(tolerances[index], places, factors[index, less] * error)
    return tolerances


def _affected(target: RigTarget, bones: KeyedBones) -> dict[int, set[int]]:
    """The bones that each keyed bone affects, itself among them."""
    below: dict[int, set[int]] = defaultdict(set)
    for bone, carriers in enumerate(zip(target.rest.parents, target.rest.carriers, strict=True)):
        for above in (*carriers, *(bond.target for bond in target.state.bonds.get(bone, ()))):
            below[above].add(bone)
    affected = {}
    for bone in {*bones.all, *bones.scaled}:
        found, waiting = {bone}, [bone]
        while waiting:
            fresh = below[waiting.pop()] - found
            found |= fresh
            waiting.extend(fresh)
        affected[bone] = found
    return affected


def _own_error(joints: JointGoals, group: CurveGroup, values: Mapping[Channel, Array], frames: Mask) -> Array:
    """(F,) error of a group, in its own unit."""
    errors = np.stack([(values[channel] - joints.exact[channel])[frames] for channel in group.channels], axis=1)
    return np.asarray(np.linalg.norm(errors * group.scales, axis=1))


def _factors(blame: Array, off: Array) -> Array:
    """(N, F) what is to be left of the error of each part: those that are most to `blame` (N, F) for a joint that is
    `off` (F,) limits go first.
    """
    order = np.argsort(-blame, axis=0)
    share = np.maximum(np.take_along_axis(blame, order, axis=0), 0)
    need = np.maximum(1 - TARGET_FRACTION / np.maximum(off, 1e-9), 0) * (off > 1)
    able = np.cumsum(share * (1 - SMALLEST_FACTOR), axis=0)
    taken = np.clip(need - (able - share * (1 - SMALLEST_FACTOR)), 0, share * (1 - SMALLEST_FACTOR))
    factors = np.ones_like(blame)
    np.put_along_axis(factors, order, 1 - taken / np.maximum(share, 1e-12), axis=0)
    return factors


def _limits(target: RigTarget, bones: KeyedBones, wanted: dict[ComparedPoint, Array]) -> dict[ComparedPoint, Array]:
    """(K,) how far each end may be off: feet, and controls that are moved, less while they stand."""
    height, contacts = target.motion.skeleton.height, target.motion.contacts >= CONTACT_THRESHOLD
    feet = [set(bones_of_foot(target, foot)) for foot in range(2)]
    joints = IK_JOINT_LIMIT if target.limbs.ik else JOINT_LIMIT
    limits = {}
    for point, places in wanted.items():
        bone = point.bone
        stands = np.zeros(len(places), dtype=np.bool_)
        for foot in range(2):
            if bone in feet[foot]:
                stands |= contacts[:, foot]
        control = (bone != target.root and bone in bones.moved) or point.kind == PointKind.MEETING
        if control and point.kind in (PointKind.HEAD, PointKind.JOINT, PointKind.MEETING):
            still = np.linalg.norm(np.diff(places, axis=0, prepend=places[:1]), axis=1) < STANDING_FOOT_LIMIT * height
            stands |= still & contacts.any(axis=1)
        limits[point] = np.where(stands, STANDING_FOOT_LIMIT, CONTROL_LIMIT if control else joints) * height
    return limits
