"""Bone locations that reach a given position."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..armature.inheritance import Carried, Carry
from .rig_pose import RigTarget

Array = NDArray[np.float64]


def location_to(target: RigTarget, carried: Carried, bone: int, head: Array, path: Array) -> Array:
    """(K, 3) the bone's location, along its own axes, that puts its head at a point (K, 3) in armature space."""
    return carried.location_to(bone, head - path if rides_on_root(target, bone) else head)


def rides_on_root(target: RigTarget, bone: int) -> bool:
    """Whether the bone moves with the root."""
    seen, waiting = set[int](), [target.rest.parents[bone]]
    while waiting:
        at = waiting.pop()
        if at == target.root:
            return True
        if at >= 0 and at not in seen:
            seen.add(at)
            bonds = target.state.bonds.get(at, ())
            waiting += (
                [bond.target for bond in bonds if bond.carry != Carry.TURN] if bonds else [target.rest.parents[at]]
            )
    return False
