"""Local rotations of a rig pose changed bone by bone, parents first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from ..armature.inheritance import Carried
from ..body.rotations import inverse, product
from .rig_pose import RigTarget

Array = NDArray[np.float64]


def with_local_rotations(
    target: RigTarget, turns: Mapping[int, Array], changed: Collection[int], local: Callable[[int, Carried], Array]
) -> dict[int, Array]:
    """Rotations of all bones after the `changed` ones take the local rotation that `local` gives, parents first."""
    rest, found = target.rest, dict(turns)
    for bone in sorted(changed, key=lambda bone: len(rest.above(bone))):
        carried = target.carried(found)
        axes = rest.turns[bone]
        own = product(product(axes, local(bone, carried)), inverse(axes))
        found[bone] = on_every_frame(target, product(carried.inherited_turn(bone), own))
    return found


def on_every_frame(target: RigTarget, turn: Array) -> Array:
    """(K, 4) a rotation, (4,) or (K, 4), on each frame of the motion."""
    return np.broadcast_to(turn, (len(target.motion), 4))
