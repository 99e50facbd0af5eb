"""Positions of the joints of a rig under given curves, to compare two sets of curves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..armature.ik_limbs import LIMBS
from ..armature.inheritance import Carried
from ..body.rotations import from_euler, inverse, normalised, product, rotation_about
from ..scene.animation.actions import BONE_TRANSFORM, Curve
from .ik_bend import carriers_of_bend, ik_bend
from .rig_pose import RigTarget

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Channel = tuple[str, int]
"""A data path, and an index in it."""
SAME_POINT = 1e-3
"""Two points of a bone within this part of the character's height are one."""


class PointKind(StrEnum):
    """The kind of point that is compared."""

    HEAD = "where the bone begins"
    TAIL = "where it ends"
    JOINT = "where a chain of bones ends: bones that were imported have their tails anywhere"
    MEETING = "where a loose bone meets the limb that it is moved to"
    BEND = "where a limb of two bones is bent by IK"


class ComparedPoint(NamedTuple):
    """A point of a rig: the bone (an index) that moves it, and its kind. `limb`: of a bend the limb, of a meeting the
    loose bone.
    """

    bone: int
    kind: PointKind
    limb: str = ""


@dataclass(frozen=True, eq=False)
class KeyedBones:
    """Which bones (indices) are keyed: `turned`, `moved` and `scaled` name the data path of each one's rotation,
    location and scale.
    """

    turned: Mapping[int, str]
    moved: Mapping[int, str]
    scaled: Mapping[int, str] = field(default_factory=dict)

    @property
    def all(self) -> list[int]:
        """Those that are turned or moved, each once."""
        return sorted({*self.turned, *self.moved})


def keyed_bones(target: RigTarget, curves: Iterable[Curve]) -> KeyedBones:
    """The bones that the curves rotate, move or scale."""
    found: dict[str, dict[int, str]] = {"turn": {}, "location": {}, "scale": {}}
    for curve in curves:
        match = BONE_TRANSFORM.fullmatch(curve.path)
        if match is not None and curve.group in target.rest:
            kind = match["transform"] if match["transform"] in found else "turn"
            found[kind][target.rest.index(curve.group)] = curve.path
    return KeyedBones(found["turn"], found["location"], found["scale"])


def compared_points(target: RigTarget, bones: KeyedBones) -> dict[ComparedPoint, Array]:
    """Points to compare, (3,) at rest: tails of all keyed bones, heads of moved bones, and both ends of every chain."""
    rest, near = target.rest, SAME_POINT * target.motion.skeleton.height
    points = {ComparedPoint(bone, PointKind.TAIL): rest.tails[bone] for bone in bones.all}
    points |= {ComparedPoint(bone, PointKind.HEAD): rest.heads[bone] for bone in bones.moved}
    keyed = set(bones.all)
    chains = target.chains if keyed else {}
    for name, limb in target.limbs.ik.items():
        if limb.target in keyed:
            lower = chains[LIMBS[name][1]]
            points |= {
                ComparedPoint(limb.target, PointKind.JOINT): lower.end,
                ComparedPoint(lower.bones[0], PointKind.BEND, name): lower.start,
            }
            for at in (PointKind.HEAD, PointKind.TAIL):  # a pole is no joint: it shows in the bend alone
                points.pop(ComparedPoint(limb.pole, at), None)
    points |= {
        ComparedPoint(above, PointKind.MEETING, rest.names[bone]): rest.heads[bone]
        for bone, above in target.loose.items()
        if bone in bones.moved
    }
    for chain in chains.values():
        first, last = chain.bones[0], chain.bones[-1]
        if first in keyed:
            points[ComparedPoint(first, PointKind.HEAD)] = chain.start
        if last in keyed and np.linalg.norm(chain.end - rest.tails[last]) > near:
            points[ComparedPoint(last, PointKind.JOINT)] = chain.end
    return points


@dataclass(frozen=True, eq=False)
class PosedPoints:
    """The rig under given curves: `own` (K, 4) the turn of each bone that is rotated, about its rest in the armature's
    space, and `moved` (K, 3) the location of each bone that is moved, on `count` frames (K).

    Constraints other than those of `RigState` are ignored.
    """

    target: RigTarget
    count: int
    own: Mapping[int, Array]
    carried: Carried

    @classmethod
    def of(
        cls, target: RigTarget, bones: KeyedBones, values: Mapping[Channel, Array], frames: Mask | None = None
    ) -> PosedPoints:
        """`values` (K,) are those of every channel that is keyed, on all `frames` (K of them) or on all of the
        motion's.
        """
        count = len(target.motion) if frames is None else int(frames.sum())
        scales = dict(target.scales)
        if frames is not None:
            scales = {bone: scale[frames] for bone, scale in scales.items()}
        for bone, path in bones.scaled.items():
            scales[bone] = _scale(scales.get(bone), path, values, count)
        own = {bone: _own_turn(target, bone, path, values, count) for bone, path in bones.turned.items()}
        moved = {bone: _vector(target, bone, path, values, count) for bone, path in bones.moved.items()}
        turns = _Turns(own)
        turns.carried = Carried(target.rest, target.state, turns, scales=scales, moved=moved)
        return cls(target, count, own, turns.carried)

    def with_bone(
        self, bones: KeyedBones, bone: int, values: Mapping[Channel, Array], affected: Collection[int]
    ) -> PosedPoints:
        """The same with other values of one bone; those that it affects, itself among them, are worked out anew."""
        own, moved = dict(self.own), dict(self.carried.moved)
        if bone in bones.turned:
            own[bone] = _own_turn(self.target, bone, bones.turned[bone], values, self.count)
        if bone in bones.moved:
            moved[bone] = _vector(self.target, bone, bones.moved[bone], values, self.count)
        before, scales = self.carried, self.carried.scales
        if bone in bones.scaled:
            scales = {**scales, bone: _scale(scales.get(bone), bones.scaled[bone], values, self.count)}
        turns = _Turns(own)
        known, unkeyed = before.known_but_for(affected)
        turns.carried = Carried(
            before.rest, before.state, turns, scales=scales, moved=moved, _known=known, _unkeyed=unkeyed
        )
        return PosedPoints(self.target, self.count, own, turns.carried)

    def places(self, points: Mapping[ComparedPoint, Array]) -> dict[ComparedPoint, Array]:
        """(K, 3) where points are, in the armature's space."""
        return {
            end: np.broadcast_to(
                ik_bend(self.target, self.carried, end.limb)
                if end.kind == PointKind.BEND
                else self.carried.place(end.bone, point),
                (self.count, 3),
            )
            for end, point in points.items()
        }


def carriers_of_point(target: RigTarget, end: ComparedPoint) -> set[int]:
    """All bones that move the point, its own bone included: parents and constraint targets."""
    found = carriers_of_bend(target, end.limb) if end.kind == PointKind.BEND else {end.bone}
    waiting = list(found)
    while waiting:
        at = waiting.pop()
        fresh = {*target.rest.above(at), *(bond.target for bond in target.state.bonds.get(at, ()))} - found
        found |= fresh
        waiting.extend(fresh)
    return found


class _Turns(Mapping[int, Array]):
    """Turns in the armature's space of bones whose own turns about their rest are known; what carries them is asked
    when they are.
    """

    carried: Carried

    def __init__(self, own: Mapping[int, Array]) -> None:
        self._own = own

    def __getitem__(self, bone: int) -> Array:
        return product(self.carried.inherited_turn(bone), self._own[bone])

    def __contains__(self, bone: object) -> bool:
        return bone in self._own

    def __iter__(self) -> Iterator[int]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)


def _own_turn(target: RigTarget, bone: int, path: str, values: Mapping[Channel, Array], count: int) -> Array:
    """(K, 4) how the bone is turned about its rest, beside what carries it, in the armature's space."""
    axes = target.rest.turns[bone]
    return product(product(axes, _basis(target, bone, path, values, count)), inverse(axes))


def _vector(target: RigTarget, bone: int, path: str, values: Mapping[Channel, Array], count: int) -> Array:
    """(K, 3 or 4) of a property of a bone; channels that are not keyed stay what they are."""
    stands = getattr(target.armature.pose.bones[target.rest.names[bone]], path.rpartition(".")[2])
    return np.stack(
        [values.get((path, index), np.full(count, float(stands[index]))) for index in range(len(stands))], axis=-1
    )


def _scale(before: Array | None, path: str, values: Mapping[Channel, Array], count: int) -> Array:
    """(K, 3) of a bone; axes that are not keyed stay what they were `before`, without that 1."""
    scale = np.ones((count, 3)) if before is None else before.copy()
    for axis in range(3):
        if (path, axis) in values:
            scale[:, axis] = values[path, axis]
    return scale


def _basis(target: RigTarget, bone: int, path: str, values: Mapping[Channel, Array], count: int) -> Array:
    """(K, 4) the local rotation."""
    if path.endswith("rotation_quaternion"):
        return normalised(_vector(target, bone, path, values, count))
    if path.endswith("rotation_axis_angle"):
        vector = _vector(target, bone, path, values, count)
        return rotation_about(normalised(vector[:, 1:]), vector[:, 0])
    return from_euler(
        _vector(target, bone, path, values, count), target.armature.pose.bones[target.rest.names[bone]].rotation_mode
    )
