"""Curves with a key a frame become curves with few: each within its tolerance, and all together with the joints where they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...core.keys import Keys, fewest_keys
from ..animation.actions import Curve
from ..clock.held import held_curves
from ..settings.keys import HOLDS, KeyMode, KeySettings
from .deviation import keyed_bones
from .key_parts import parts_of
from .pose import RigTarget
from .tightening import AROUND, Joints, tightened

Array = NDArray[np.float64]


def thinned(target: RigTarget, curves: Sequence[Curve], settings: KeySettings) -> list[Curve]:
    """The curves keyed as the settings say. What is held already, and what has a single key, stays as it is where keys are reduced."""
    if settings.mode is KeyMode.DENSE:
        return list(curves)
    if settings.mode in HOLDS:
        return held_curves(curves, target.motion, settings.hold)
    return _reduced(target, list(curves), settings)


def _reduced(target: RigTarget, curves: list[Curve], settings: KeySettings) -> list[Curve]:
    parts = parts_of(target, curves, settings)
    bones = keyed_bones(target, [curves[place] for part in parts for place in part.places])
    values = {(curve.path, curve.index): _a_frame(curve, target) for curve in curves}
    joints = Joints.of(target, bones, dict(values))
    keys = fewest_keys([part.track for part in parts])
    for around in AROUND:
        for part, found in zip(parts, keys, strict=True):
            values |= part.values(found)
        tolerances = tightened(joints, parts, values, around)
        again = [index for index, tolerance in enumerate(tolerances) if (tolerance < parts[index].track.tolerance).any()]
        if not again:
            break
        for index in again:
            parts[index] = replace(parts[index], track=replace(parts[index].track, tolerance=tolerances[index]))
        for index, found in zip(again, fewest_keys([parts[index].track for index in again], [keys[index] for index in again]), strict=True):
            keys[index] = found
    for part, found in zip(parts, keys, strict=True):
        for column, place in enumerate(part.places):
            curves[place] = _with_keys(curves[place], found, column, part.scales[column])
    return curves


def _a_frame(curve: Curve, target: RigTarget) -> Array:
    """(K,) the values of a curve on every frame of the motion; what is held in between stands."""
    return np.asarray(curve.values[np.maximum(np.searchsorted(curve.frames, target.motion.frames, side="right") - 1, 0)])


def _with_keys(curve: Curve, keys: Keys, column: int, scale: float) -> Curve:
    return replace(curve, frames=curve.frames[keys.at], values=keys.values[:, column] / scale, slopes=keys.slopes[:, column] / scale)
