"""Reduce the keys of curves: each curve stays within its tolerance, and all joints stay where they were."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...core.keys import Keys, fewest_keys
from ...settings.keys import HOLDS, KeyMode, KeySettings
from ..retiming.hold_poses import hold_curves
from ..scene.animation.actions import Curve
from .compared_points import keyed_bones
from .curve_groups import CurveGroup, curve_groups
from .rig_conditions import check_bones
from .rig_pose import RigTarget
from .shared_poses import Poses, is_stretch, keyed_on_poses, shared_poses
from .tolerance_tightening import FRAMES_AROUND, JointGoals, PointMoves, tighten_tolerances

Array = NDArray[np.float64]
Steps = Generator[float, None, "ReducedKeys"]

BATCH_SIZE = 48
"""Groups fitted together at first: more are faster, but block longer."""
FITTING_SHARE = 0.3
"""Share of the progress for the first fit."""


@dataclass(frozen=True, eq=False)
class ReducedKeys:
    """The reduced `curves` of `dense` ones."""

    dense: Sequence[Curve]
    curves: list[Curve]

    def is_of(self, dense: Sequence[Curve]) -> bool:
        """Whether these are still the same dense curves."""
        return len(dense) == len(self.dense) and all(
            _are_equal(one, other) for one, other in zip(dense, self.dense, strict=True)
        )


def reduce_keys(target: RigTarget, curves: Sequence[Curve], settings: KeySettings) -> list[Curve]:
    """The curves keyed as the settings say.

    Curves with constant keys or a single key stay as they are.
    """
    steps = reduction_steps(target, curves, settings)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return list(end.value.curves)


def reduction_steps(target: RigTarget, curves: Sequence[Curve], settings: KeySettings) -> Steps:
    """The same step by step. Yields the progress, 0..1, several times a second."""
    if settings.mode is KeyMode.DENSE:
        return ReducedKeys(curves, list(curves))
    if settings.mode in HOLDS:
        return ReducedKeys(curves, hold_curves(curves, target.motion, settings.hold))
    try:
        return ReducedKeys(curves, (yield from _reduce(target, list(curves), settings)))
    except KeyError:
        check_bones(target.armature, target.bone_map.bones)  # between two steps, the user may have deleted one
        raise


def _reduce(target: RigTarget, curves: list[Curve], settings: KeySettings) -> Generator[float, None, list[Curve]]:
    groups = curve_groups(target, curves, settings)
    bones = keyed_bones(target, [curves[place] for group in groups for place in group.places])
    values = {(curve.path, curve.index): _values_on_every_frame(curve, target) for curve in curves}
    joints = JointGoals.of(target, bones, dict(values))
    poses = shared_poses(target.motion, groups) if settings.mode is KeyMode.POSES and groups else None
    if poses is not None:
        groups = [keyed_on_poses(group, poses) for group in groups]
    moves = PointMoves.of(joints, groups)
    groups = [_within(group, widest) for group, widest in zip(groups, moves.widest(joints, groups), strict=True)]
    keys = list[Keys]()
    for first in range(0, len(groups), BATCH_SIZE):
        yield FITTING_SHARE * first / len(groups)
        keys += fewest_keys([group.track for group in groups[first : first + BATCH_SIZE]])
    for done, around in enumerate(FRAMES_AROUND):
        yield FITTING_SHARE + (1 - FITTING_SHARE) * done / len(FRAMES_AROUND)
        for group, found in zip(groups, keys, strict=True):
            values |= group.values(found)
        tolerances = tighten_tolerances(joints, moves, groups, values, around)
        again = [
            index for index, tolerance in enumerate(tolerances) if (tolerance < groups[index].track.tolerance).any()
        ]
        if not again:
            break
        for index in again:
            groups[index] = _within(groups[index], tolerances[index])
        for index, found in zip(
            again, fewest_keys([groups[index].track for index in again], [keys[index] for index in again]), strict=True
        ):
            keys[index] = found
    for group, found in zip(groups, keys, strict=True):
        for column, place in enumerate(group.places):
            shared = None if is_stretch(group) and len(found.at) == 1 else poses
            curves[place] = _with_keys(curves[place], found, column, group.scales[column], shared)
    return curves


def _within(group: CurveGroup, tolerance: Array) -> CurveGroup:
    """The group with another tolerance (K,)."""
    return replace(group, track=replace(group.track, tolerance=tolerance))


def _are_equal(one: Curve, other: Curve) -> bool:
    return (one.path, one.index, one.interpolation) == (other.path, other.index, other.interpolation) and all(
        np.array_equal(mine, its) for mine, its in ((one.frames, other.frames), (one.values, other.values))
    )


def _values_on_every_frame(curve: Curve, target: RigTarget) -> Array:
    """(K,) values of a curve on every frame of the motion; between keys the last value holds."""
    return np.asarray(
        curve.values[np.maximum(np.searchsorted(curve.frames, target.motion.frames, side="right") - 1, 0)]
    )


def _with_keys(curve: Curve, keys: Keys, column: int, scale: float, poses: Poses | None) -> Curve:
    if poses is not None and len(keys.at) == 1:  # a bone that stands still is in every pose all the same
        still = np.full(len(poses.at), keys.values[0, column] / scale)
        return replace(
            curve,
            frames=curve.frames[poses.at],
            values=still,
            slopes=np.zeros(len(still)),
            types=poses.types(poses.at),
        )
    return replace(
        curve,
        frames=curve.frames[keys.at],
        values=keys.values[:, column] / scale,
        slopes=keys.slopes[:, column] / scale,
        types=poses.types(keys.at) if poses is not None else None,
    )
