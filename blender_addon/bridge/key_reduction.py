"""Curves with a key a frame become curves with few: each within its tolerance, and all together with the joints where they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..core.keys import Keys, Track, fewest_keys, turning_points
from ..core.skeleton import Joint
from .actions import BONE_TRANSFORM, Curve, Interpolation
from .deviation import Channel, End, KeyedBones, bone_ends, carriers, keyed_bones
from .held import held_curves
from .key_settings import HOLDS, KeyMode, KeySettings
from .planes import STANDS
from .rig_pose import RigTarget

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

JOINTS = 0.0085
"""Part of the character's height that the end of any bone may be from where it is with a key a frame: errors of a chain of bones add up at its end."""
JOINTS_BY_IK, CONTROLS = 0.0042, 0.0025
"""The same on rigs whose limbs are keyed by IK, and for the controls that draw them: elbows and knees, which IK bends, go farther than either."""
STANDING = 0.002
"""The same for feet while they stand: they must not begin to slide."""
TURNS = 4.0
"""Tolerances that a channel must come back by, on both sides, for its turning point to keep a key."""
ROUNDS = 8
"""How often tolerances are tightened at most, where joints are off."""
AIM, LEAST = 0.9, 0.5
"""What part of its limit a joint that is off is brought to, and how much a tolerance is tightened at once."""
AROUND = 2
"""Frames on both sides of where a joint is off that are tightened too: a curve bends over a few."""

SHARED = frozenset({"rotation_quaternion", "rotation_axis_angle"})
"""Transforms whose channels mean nothing apart, so that they share their keys."""
FEET: tuple[tuple[Joint, str, str], ...] = ((Joint.RIGHT_ANKLE, "right_foot", "right_toe"), (Joint.LEFT_ANKLE, "left_foot", "left_toe"))
"""By column of contacts, what stands: the shin's chain ends at the ankle, and the foot's bones lie beyond."""


@dataclass(frozen=True, eq=False)
class _Part:
    """Curves that share their keys: their `places` in the list, the `scales` (C,) that bring them to one unit, and the `track` to fit."""

    places: tuple[int, ...]
    bone: int
    scales: Array
    track: Track


def thinned(target: RigTarget, curves: Sequence[Curve], settings: KeySettings) -> list[Curve]:
    """The curves keyed as the settings say. What is held already, and what has a single key, stays as it is where keys are reduced."""
    if settings.mode is KeyMode.DENSE:
        return list(curves)
    if settings.mode in HOLDS:
        return held_curves(curves, target.motion, settings.hold)
    return _reduced(target, list(curves), settings)


def _reduced(target: RigTarget, curves: list[Curve], settings: KeySettings) -> list[Curve]:
    parts = _parts(target, curves, settings)
    bones = keyed_bones(target, [curves[place] for part in parts for place in part.places])
    values: dict[Channel, Array] = {(curve.path, curve.index): _a_frame(curve, target) for curve in curves if len(curve.frames) > 1}
    wanted = bone_ends(target, bones, values)
    limits = _limits(target, bones, wanted)
    keys = fewest_keys([part.track for part in parts])
    for _ in range(ROUNDS):
        for part, found in zip(parts, keys, strict=True):
            for place, fitted in zip(part.places, (found.evaluated(len(target.motion)) / part.scales).T, strict=True):
                values[curves[place].path, curves[place].index] = fitted
        tighter = _tighter(target, parts, limits, wanted, bone_ends(target, bones, values))
        again = [index for index, factor in enumerate(tighter) if (factor < 1).any()]
        if not again:
            break
        for index in again:
            parts[index] = replace(parts[index], track=replace(parts[index].track, tolerance=parts[index].track.tolerance * tighter[index]))
        for index, found in zip(again, fewest_keys([parts[index].track for index in again]), strict=True):
            keys[index] = found
    for part, found in zip(parts, keys, strict=True):
        for column, place in enumerate(part.places):
            curves[place] = _with_keys(curves[place], found, column, part.scales[column])
    return curves


def _parts(target: RigTarget, curves: Sequence[Curve], settings: KeySettings) -> list[_Part]:
    """What is keyed on every frame of the motion, put together where keys are shared."""
    tolerances = _tolerances(settings, target.motion.skeleton.height)
    together: dict[tuple[str, int], list[int]] = defaultdict(list)
    for place, curve in enumerate(curves):
        transform = curve.path.rpartition(".")[2]
        if curve.interpolation is not Interpolation.CONSTANT and len(curve.frames) == len(target.motion) and transform in tolerances:
            together[curve.path, -1 if transform in SHARED else curve.index].append(place)
    contacts = np.diff((target.motion.contacts >= STANDS).astype(np.int8), axis=0, prepend=0).astype(np.bool_)
    contacts[0] = False
    above = [_of_feet(target, foot) for foot in range(2)]
    parts = []
    for (path, _), places in together.items():
        transform = path.rpartition(".")[2]
        values = np.stack([curves[place].values for place in places], axis=1)
        scales = _scales(transform, values)
        tolerance = tolerances[transform]
        bone = target.rest.index(curves[places[0]].group) if BONE_TRANSFORM.fullmatch(path) else -1
        kept = turning_points(values * scales, TURNS * tolerance)
        for foot in range(2):
            if bone in above[foot]:
                kept |= contacts[:, foot]
        track = Track(values * scales, np.full(len(values), tolerance), kept, _closing_slopes(values * scales) if target.motion.cycle is not None else None)
        parts.append(_Part(tuple(places), bone, scales, track))
    return parts


def _closing_slopes(values: Array) -> Array:
    """(C,) the slope with which channels of a cycle go through its seam."""
    return np.asarray((values[1] - values[0] + values[-1] - values[-2]) / 2)


def _tolerances(settings: KeySettings, height: float) -> dict[str, float]:
    """How far each transform may be off, in its own unit."""
    turns = dict.fromkeys(("rotation_euler", "rotation_quaternion", "rotation_axis_angle", "rotation"), settings.angle)
    return {**turns, **dict.fromkeys(("location", "translation"), settings.distance * height), "scale": settings.stretch}


def _scales(transform: str, values: Array) -> Array:
    """(C,) what turns differences of the channels into radians: half an angle stands in a quaternion, and an axis counts by how far it is turned about."""
    if transform == "rotation_quaternion":
        return np.full(values.shape[1], 2.0)
    if transform == "rotation_axis_angle":
        return np.array([1.0, *[max(float(np.abs(values[:, 0]).max()), 1e-3)] * (values.shape[1] - 1)])
    return np.ones(values.shape[1])


def _of_feet(target: RigTarget, foot: int) -> set[int]:
    """The bones that carry a foot."""
    return {above for bone in _feet(target, foot) for above in carriers(target, bone)}


def _feet(target: RigTarget, foot: int) -> list[int]:
    """The last bone of the shin's chain, and the bones of the foot."""
    ankle, *beyond = FEET[foot]
    names = [*target.bone_map.chains.get(ankle, ())[-1:], *(target.bone_map.extremities[name] for name in beyond if name in target.bone_map.extremities)]
    return [target.rest.index(name) for name in names if name in target.rest]


def _limits(target: RigTarget, bones: KeyedBones, wanted: dict[End, Array]) -> dict[End, Array]:
    """(K,) how far each end may be off: feet, and controls that are moved, less while they stand."""
    height, contacts = target.motion.skeleton.height, target.motion.contacts >= STANDS
    feet = [set(_feet(target, foot)) for foot in range(2)]
    joints = JOINTS_BY_IK if target.limbs.ik else JOINTS
    limits = {}
    for end, places in wanted.items():
        bone, tail = end
        stands = np.zeros(len(places), dtype=np.bool_)
        for foot in range(2):
            if bone in feet[foot]:
                stands |= contacts[:, foot]
        control = bone != target.root and bone in bones.moved
        if control and not tail:
            still = np.linalg.norm(np.diff(places, axis=0, prepend=places[:1]), axis=1) < STANDING * height
            stands |= still & contacts.any(axis=1)
        limits[end] = np.where(stands, STANDING, CONTROLS if control else joints) * height
    return limits


def _tighter(target: RigTarget, parts: Sequence[_Part], limits: dict[End, Array], wanted: dict[End, Array], found: dict[End, Array]) -> list[Array]:
    """(K,) for each part what its tolerance is to be multiplied by."""
    factors = [np.ones(len(target.motion)) for _ in parts]
    for end, places in found.items():
        off = np.linalg.norm(places - wanted[end], axis=1) / limits[end]
        if off.max() <= 1:
            continue
        factor = _around(np.where(off > 1, np.maximum(AIM / np.maximum(off, 1), LEAST), 1.0))
        above = carriers(target, end[0])
        for index, part in enumerate(parts):
            if part.bone in above:
                factors[index] = np.minimum(factors[index], factor)
    return factors


def _around(factor: Array) -> Array:
    padded = np.pad(factor, AROUND, constant_values=1.0)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1).min(axis=1))


def _a_frame(curve: Curve, target: RigTarget) -> Array:
    """(K,) the values of a curve on every frame of the motion; what is held in between stands."""
    return np.asarray(curve.values[np.maximum(np.searchsorted(curve.frames, target.motion.frames, side="right") - 1, 0)])


def _with_keys(curve: Curve, keys: Keys, column: int, scale: float) -> Curve:
    return replace(curve, frames=curve.frames[keys.at], values=keys.values[:, column] / scale, slopes=keys.slopes[:, column] / scale)
