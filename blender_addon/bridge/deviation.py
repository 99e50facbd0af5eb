"""Where the ends of a rig's bones are once curves are keyed on it, so that what two sets of curves make of a pose can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .actions import BONE_TRANSFORM, Curve
from .inheritance import Carried
from .rig_pose import RigTarget
from .rotations import about, from_euler, from_matrices, inverse, normalised, product

Array = NDArray[np.float64]
Channel = tuple[str, int]
"""A data path, and an index in it."""
End = tuple[int, bool]
"""A bone, and whether it is its tail."""


@dataclass(frozen=True, eq=False)
class KeyedBones:
    """Which bones (indices) are keyed: `turned` and `moved` name the data path of each one's rotation and location."""

    turned: Mapping[int, str]
    moved: Mapping[int, str]

    @property
    def all(self) -> list[int]:
        """Each once."""
        return sorted({*self.turned, *self.moved})


def keyed_bones(target: RigTarget, curves: Iterable[Curve]) -> KeyedBones:
    """The bones of the rig that the curves turn or move."""
    turned: dict[int, str] = {}
    moved: dict[int, str] = {}
    for curve in curves:
        match = BONE_TRANSFORM.fullmatch(curve.path)
        if match is not None and curve.group in target.rest and match["transform"] != "scale":
            (moved if match["transform"] == "location" else turned)[target.rest.index(curve.group)] = curve.path
    return KeyedBones(turned, moved)


def bone_ends(target: RigTarget, bones: KeyedBones, values: Mapping[Channel, Array]) -> dict[End, Array]:
    """(K, 3) where the ends of the keyed bones are, in the armature's space: the tails of all, and the heads of those that are moved.

    `values` (K,) are those of every channel that is keyed. What hangs on IK or on constraints of other kinds stays where it is without them.
    """
    rest, count = target.rest, len(target.motion)
    turns = _Turns(target, {bone: _basis(target, bone, path, values) for bone, path in bones.turned.items()})
    moved = {bone: _vector(target, bone, path, values, 3) for bone, path in bones.moved.items()}
    carried = Carried(rest, target.state, turns, scales=target.scales, moved=moved)
    turns.carried = carried
    ends: dict[End, Array] = {(bone, True): carried.place(bone, rest.tails[bone]) for bone in bones.all}
    ends |= {(bone, False): carried.place(bone, rest.heads[bone]) for bone in bones.moved}
    return {end: np.broadcast_to(place, (count, 3)) for end, place in ends.items()}


def carriers(target: RigTarget, bone: int) -> set[int]:
    """All bones whose motion a bone takes along, itself among them, whatever hands it on."""
    found, waiting = {bone}, [bone]
    while waiting:
        at = waiting.pop()
        fresh = {*target.rest.above(at), *(bond.target for bond in target.state.bonds.get(at, ()))} - found
        found |= fresh
        waiting.extend(fresh)
    return found


class _Turns(Mapping[int, Array]):
    """Turns in the armature's space of bones whose turns in their own are known; what carries them is asked when they are."""

    carried: Carried

    def __init__(self, target: RigTarget, bases: Mapping[int, Array]) -> None:
        self._axes = {bone: from_matrices(target.rest.axes[bone]) for bone in bases}
        self._bases = bases

    def __getitem__(self, bone: int) -> Array:
        axes = self._axes[bone]
        return product(self.carried.inherited_turn(bone), product(product(axes, self._bases[bone]), inverse(axes)))

    def __contains__(self, bone: object) -> bool:
        return bone in self._bases

    def __iter__(self) -> Iterator[int]:
        return iter(self._bases)

    def __len__(self) -> int:
        return len(self._bases)


def _vector(target: RigTarget, bone: int, path: str, values: Mapping[Channel, Array], size: int) -> Array:
    """(K, size) of a property of a bone; channels that are not keyed stay what they are."""
    stands = getattr(target.armature.pose.bones[target.rest.names[bone]], path.rpartition(".")[2])
    count = len(target.motion)
    return np.stack([values.get((path, index), np.full(count, float(stands[index]))) for index in range(size)], axis=-1)


def _basis(target: RigTarget, bone: int, path: str, values: Mapping[Channel, Array]) -> Array:
    """(K, 4) the turn in the bone's own axes."""
    if path.endswith("rotation_quaternion"):
        return normalised(_vector(target, bone, path, values, 4))
    if path.endswith("rotation_axis_angle"):
        vector = _vector(target, bone, path, values, 4)
        return about(normalised(vector[:, 1:]), vector[:, 0])
    return from_euler(_vector(target, bone, path, values, 3), target.armature.pose.bones[target.rest.names[bone]].rotation_mode)
