"""Curves with a key on every frame, grouped where they share keys, as tracks to fit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.keys import Keys, Track, turning_points
from ...core.skeleton import Joint
from ...settings.keys import KeySettings
from ..body.contacts import contact_changes
from ..scene.animation.actions import BONE_TRANSFORM, Curve, Interpolation
from .compared_points import Channel, ComparedPoint, PointKind, carriers_of_point
from .rig_pose import RigTarget

Array = NDArray[np.float64]

TURNING_TOLERANCES = 4.0
"""A turning point keeps a key if the channel comes back by this many tolerances on both sides."""
KEYED_TOGETHER = frozenset({"rotation_quaternion", "rotation_axis_angle"})
"""Transforms whose channels share their keys."""
FOOT_BONES: tuple[tuple[Joint, str, str], ...] = (
    (Joint.RIGHT_ANKLE, "right_foot", "right_toe"),
    (Joint.LEFT_ANKLE, "left_foot", "left_toe"),
)
"""By column of contacts: the chain of the shin, and the bones of the foot."""


@dataclass(frozen=True, eq=False)
class CurveGroup:
    """Curves that share their keys: their `places` in the list, their `channels`, the `scales` (C,) that bring them to
    one unit, and the `track` to fit.

    `bone` is an index; −1 where it is no bone that they move.
    """

    places: tuple[int, ...]
    channels: tuple[Channel, ...]
    bone: int
    scales: Array
    track: Track

    def values(self, keys: Keys) -> dict[Channel, Array]:
        """(K,) what each channel is on every frame."""
        return dict(zip(self.channels, (keys.evaluated(len(self.track.values)) / self.scales).T, strict=True))


def curve_groups(target: RigTarget, curves: Sequence[Curve], settings: KeySettings) -> list[CurveGroup]:
    """Group the curves with a key on every frame by the keys that they share."""
    tolerances = _tolerances(settings, target.motion.skeleton.height)
    together: dict[tuple[str, int], list[int]] = defaultdict(list)
    for place, curve in enumerate(curves):
        transform = curve.path.rpartition(".")[2]
        if (
            curve.interpolation is not Interpolation.CONSTANT
            and len(curve.frames) == len(target.motion)
            and transform in tolerances
        ):
            together[curve.path, -1 if transform in KEYED_TOGETHER else curve.index].append(place)
    contacts = contact_changes(target.motion.contacts)
    above = [_carriers_of_foot(target, foot) for foot in range(2)]
    groups = []
    for (path, _), places in together.items():
        transform = path.rpartition(".")[2]
        values = np.stack([curves[place].values for place in places], axis=1)
        scales = _scales(transform, values)
        tolerance = tolerances[transform]
        bone = target.rest.index(curves[places[0]].group) if BONE_TRANSFORM.fullmatch(path) else -1
        kept = turning_points(values * scales, TURNING_TOLERANCES * tolerance)
        for foot in range(2):
            if bone in above[foot]:
                kept |= contacts[:, foot]
        track = Track(
            values * scales,
            np.full(len(values), tolerance),
            kept,
            _closing_slopes(values * scales) if target.motion.cycle is not None else None,
        )
        channels = tuple((curves[place].path, curves[place].index) for place in places)
        groups.append(CurveGroup(tuple(places), channels, bone, scales, track))
    return groups


def _closing_slopes(values: Array) -> Array:
    """(C,) the slope with which channels of a cycle go through its seam."""
    return np.asarray((values[1] - values[0] + values[-1] - values[-2]) / 2)


def _tolerances(settings: KeySettings, height: float) -> dict[str, float]:
    """Tolerance of each transform, in its own unit."""
    turns = dict.fromkeys(("rotation_euler", "rotation_quaternion", "rotation_axis_angle", "rotation"), settings.angle)
    return {
        **turns,
        **dict.fromkeys(("location", "translation"), settings.distance * height),
        "scale": settings.stretch,
    }


def _scales(transform: str, values: Array) -> Array:
    """(C,) what turns differences of the channels into radians: half an angle stands in a quaternion, and an axis
    counts by how far it is turned about.
    """
    if transform == "rotation_quaternion":
        return np.full(values.shape[1], 2.0)
    if transform == "rotation_axis_angle":
        return np.array([1.0, *[max(float(np.abs(values[:, 0]).max()), 1e-3)] * (values.shape[1] - 1)])
    return np.ones(values.shape[1])


def _carriers_of_foot(target: RigTarget, foot: int) -> set[int]:
    """The bones that carry a foot."""
    return {
        above
        for bone in bones_of_foot(target, foot)
        for above in carriers_of_point(target, ComparedPoint(bone, PointKind.TAIL))
    }


def bones_of_foot(target: RigTarget, foot: int) -> list[int]:
    """The last bone of the shin's chain, and the bones of the foot."""
    ankle, *beyond = FOOT_BONES[foot]
    names = [
        *target.bone_map.chains.get(ankle, ())[-1:],
        *(target.bone_map.extremities[name] for name in beyond if name in target.bone_map.extremities),
    ]
    return [target.rest.index(name) for name in names if name in target.rest]
