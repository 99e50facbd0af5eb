"""Positions of elbows and knees that IK bends, computed from the controls that are keyed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..armature.ik_limbs import LIMBS
from ..armature.inheritance import Carried
from ..body.rotations import directions
from .bone_rotations import Chain
from .rig_pose import RigTarget

Array = NDArray[np.float64]


def ik_bend(target: RigTarget, carried: Carried, name: str) -> Array:
    """(K, 3) the middle joint of a limb that is keyed by IK: on the side of its pole, or else of its own bones.

    The angle about the line between the limb's ends at which it stands out beside the pole is that of its rest.
    """
    limb, chains = target.limbs.ik[name], target.chains
    upper, lower = (chains[joint] for joint in LIMBS[name][:2])
    start, end = carried.place(upper.bones[0], upper.start), carried.place(limb.target, lower.end)
    first, second = (
        float(np.linalg.norm(point - other)) for point, other in ((lower.start, upper.start), (lower.end, lower.start))
    )
    axis = directions(end - start)
    reach = np.clip(np.linalg.norm(end - start, axis=-1, keepdims=True), abs(first - second) + 1e-9, first + second)
    along = (first**2 - second**2 + reach**2) / (2 * reach)
    if limb.pole >= 0:
        looks = directions(_across(carried.place(limb.pole, target.rest.heads[limb.pole]) - start, axis))
        angle = _beside_pole(upper, lower, limb.pole_axis)
        side = np.cos(angle) * looks + np.sin(angle) * np.cross(axis, looks)
    else:
        side = directions(_across(carried.place(lower.bones[0], lower.start) - start, axis))
    return np.asarray(start + along * axis + np.sqrt(np.maximum(first**2 - along**2, 0)) * side)


def carriers_of_bend(target: RigTarget, name: str) -> set[int]:
    """The bones that move the bend of a limb keyed by IK: its first bone and its controls."""
    limb, chains = target.limbs.ik[name], target.chains
    own = chains[LIMBS[name][1]].bones[0] if limb.pole < 0 else chains[LIMBS[name][0]].bones[0]
    return {own, limb.target, *([limb.pole] if limb.pole >= 0 else [])}


def _beside_pole(upper: Chain, lower: Chain, pole_axis: Array) -> float:
    """From where the pole is to where the resting limb stands out, about the line between its ends."""
    axis = directions(lower.end - upper.start)
    looks, out = _across(pole_axis, axis), _across(lower.start - upper.start, axis)
    return float(np.arctan2(np.cross(looks, out) @ axis, looks @ out))


def _across(vectors: Array, axis: Array) -> Array:
    return np.asarray(vectors - (vectors * axis).sum(axis=-1, keepdims=True) * axis)
