"""What a bone's pose depends on: its parent, and the constraints by which control rigs carry one bone by another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ..body.rotations import IDENTITY, inverse, normalised, product, rotate, with_signs_of
from .bone_map import BoneSwitch
from .rest_pose import RestPose
from .switches import read_number, write_number

Array = NDArray[np.float64]

PLAIN_SPACES = frozenset({"WORLD", "POSE"})
HARMLESS = frozenset({"LIMIT_SCALE", "MAINTAIN_VOLUME", "COPY_SCALE"})
"""Constraints that neither move nor turn a bone."""


class Carry(StrEnum):
    """What a constraint hands on from the bone that it names."""

    RIGID = "the whole bone, at the distance that it has at rest"
    WHOLE = "place and orientation"
    TURN = "orientation alone"


@dataclass(frozen=True)
class Bond:
    """A constraint that carries a bone by another one (an index), as far as `influence` says."""

    carry: Carry
    target: int
    influence: float


@dataclass(frozen=True, eq=False)
class RigState:
    """How a rig's bones carry one another, and how those stand that no key moves.

    `inherits` (N,) whether a bone turns with its parent; `local_location` (N,) whether it is moved along its own axes;
    `turns` (N, 4) and `moves` (N, 3) are the poses that bones have on top of their rest, in their own space; `bonds`
    per bone; `constrained` names, per bone, the constraints that would overrule its keys.
    """

    inherits: NDArray[np.bool_]
    local_location: NDArray[np.bool_]
    turns: Array
    moves: Array
    bonds: Mapping[int, tuple[Bond, ...]]
    constrained: Mapping[int, tuple[str, ...]]


def read_rig_state(
    armature: bpy.types.Object, rest: RestPose, switches: Sequence[BoneSwitch], reset: Collection[str]
) -> RigState:
    """Read the pose and the constraints of the open scene, as they are once the `switches` are set and the bones named
    in `reset` are back at rest.
    """
    bones = [armature.pose.bones[name] for name in rest.names]
    posed = [bone.name not in reset for bone in bones]
    bases = [bone.matrix_basis if stays else Matrix() for bone, stays in zip(bones, posed, strict=True)]
    with _switched(armature, switches):
        evaluated = armature.evaluated_get(bpy.context.evaluated_depsgraph_get())
        active = {
            index: [
                constraint
                for constraint in evaluated.pose.bones[name].constraints
                if not constraint.mute and constraint.influence > 0
            ]
            for index, name in enumerate(rest.names)
        }
        return _state(armature, rest, bases, active)


@contextmanager
def _switched(armature: bpy.types.Object, switches: Sequence[BoneSwitch]) -> Iterator[None]:
    """The rig with its switches set: its own drivers tell best what they do. They are as before afterwards."""
    bones = [armature.pose.bones[switch.bone] for switch in switches]
    before = [read_number(bone, switch.property) for bone, switch in zip(bones, switches, strict=True)]
    try:
        for bone, switch in zip(bones, switches, strict=True):
            write_number(bone, switch.property, switch.value)
        if switches:
            armature.update_tag()
        yield
    finally:
        for bone, switch, value in zip(bones, switches, before, strict=True):
            write_number(bone, switch.property, value)
        if switches:
            armature.update_tag()


def _state(
    armature: bpy.types.Object,
    rest: RestPose,
    bases: Sequence[Matrix],
    active: Mapping[int, Sequence[bpy.types.Constraint]],
) -> RigState:
    bones = [armature.pose.bones[name] for name in rest.names]
    bonds = {
        index: tuple(bond for constraint in constraints if (bond := _bond(constraint, armature, rest)))
        for index, constraints in active.items()
    }
    return RigState(
        inherits=np.array([bone.bone.use_inherit_rotation for bone in bones]),
        local_location=np.array([bone.bone.use_local_location for bone in bones]),
        turns=np.array([basis.to_quaternion() for basis in bases], dtype=np.float64),
        moves=np.array(
            [
                (0, 0, 0) if bone.bone.use_connect else basis.translation
                for bone, basis in zip(bones, bases, strict=True)
            ],
            dtype=np.float64,
        ),
        bonds={index: found for index, found in bonds.items() if found},
        constrained={
            index: names
            for index, constraints in active.items()
            if (names := tuple(each.name for each in constraints if each.type not in HARMLESS))
        },
    )


def location_axes(rest: RestPose, bone: int, local: bool) -> Array:
    """(3, 3) the axes, as columns, that a bone's location counts along at rest: its own where `local`, else its
    parent's, or the armature's.
    """
    if local:
        return np.asarray(rest.axes[bone])
    return np.asarray(rest.axes[rest.parents[bone]]) if rest.parents[bone] >= 0 else np.eye(3)


@dataclass(eq=False)
class Carried:
    """Turns and places of a rig's bones, of those (`keyed`) that are turned by a bake, and of what they carry.

    `scales` (K, 3) are those of bones along their own axes; what they carry is moved, and inherits none. A place is
    given beside the root's, as if it stayed where it rests: the root's path comes on top. Unless `moved` (K, 3 a bone)
    says where bones are moved, in the space of their own location.
    """

    rest: RestPose
    state: RigState
    keyed: Mapping[int, Array]
    scales: Mapping[int, Array] = field(default_factory=dict)
    moved: Mapping[int, Array] = field(default_factory=dict)
    _known: dict[int, tuple[Array, Array]] = field(default_factory=dict)
    _under_way: set[int] = field(default_factory=set)
    _unkeyed: dict[int, Array] = field(default_factory=dict)

    def known_but_for(self, changed: Collection[int]) -> tuple[dict[int, tuple[Array, Array]], dict[int, Array]]:
        """What is worked out already and does not change with these bones, for another one like it to begin with."""
        return {bone: pose for bone, pose in self._known.items() if bone not in changed}, self._unkeyed

    def inherited_turn(self, bone: int) -> Array:
        """(K, 4), or (1, 4) where nothing keyed carries the bone: how it turns without any rotation of its own."""
        return self.carried_frame(bone)[0] if self.state.inherits[bone] else IDENTITY[None]

    def turn(self, bone: int) -> Array:
        """(K, 4) or (1, 4): how the bone is turned in the armature's space."""
        return self._pose(bone)[0]

    def place(self, bone: int, point: Array) -> Array:
        """(K, 3) or (1, 3): where a point (3,) goes that lies at rest beside the bone, and moves with it."""
        turn, head = self._pose(bone)
        way = point - self.rest.heads[bone]
        if bone in self.scales:
            way = (self.scales[bone] * (way @ self.rest.axes[bone])) @ self.rest.axes[bone].T
        return head + rotate(turn, way)

    def carried_frame(self, bone: int) -> tuple[Array, Array]:
        """What a bone's location is measured in: the turn (K, 4) of its axes, and where (K, 3) its head is at location
        0.
        """
        parent = self.rest.parents[bone]
        if parent < 0:
            return IDENTITY[None], self.rest.heads[bone][None]
        turn, _ = self._pose(parent)
        return turn, self.place(parent, self.rest.heads[bone])

    def location_to(self, bone: int, head: Array) -> Array:
        """(K, 3) the location of a bone, along the axes that it counts along, that puts its head at a point (K, 3)."""
        frame, at = self.carried_frame(bone)
        way = self._along_parent(bone, rotate(inverse(frame), head - at), -1)
        return np.asarray(way @ location_axes(self.rest, bone, bool(self.state.local_location[bone])))

    def _along_parent(self, bone: int, way: Array, power: int) -> Array:
        """A way (K, 3) at rest, as long as a parent that is scaled makes it (`power` 1), or as it was before (−1): a
        bone's location grows with its parent, whatever scale it inherits.
        """
        parent = self.rest.parents[bone]
        if parent not in self.scales:
            return way
        axes = self.rest.axes[parent]
        return np.asarray((self.scales[parent] ** power * (way @ axes)) @ axes.T)

    def basis(self, bone: int) -> Array:
        """(K, 4) the rotation to key on a bone, in its own axes."""
        axes = self.rest.turns[bone]
        wanted = product(inverse(self.inherited_turn(bone)), self.keyed[bone])
        return product(product(inverse(axes), wanted), axes)

    def _pose(self, bone: int) -> tuple[Array, Array]:
        if bone in self._under_way:
            # A rig may carry bones in a circle; Blender breaks it somewhere, and so is it broken here.
            return self._free(bone)
        if bone not in self._known:
            self._under_way.add(bone)
            turn, head = self._free(bone)
            for bond in () if bone in self.keyed else self.state.bonds.get(bone, ()):
                turn, head = self._bound(bone, bond, turn, head)
            self._known[bone] = turn, head
            self._under_way.discard(bone)
        return self._known[bone]

    def _free(self, bone: int) -> tuple[Array, Array]:
        """Turn and head of a bone that no constraint carries."""
        frame, head = self.carried_frame(bone)
        if bone in self.moved or self.state.moves[bone].any():
            move = self.moved.get(bone, self.state.moves[bone])
            way = move @ location_axes(self.rest, bone, bool(self.state.local_location[bone])).T
            head = head + rotate(frame, self._along_parent(bone, way, 1))
        if bone in self.keyed:
            return self.keyed[bone], head
        if bone not in self._unkeyed:
            axes = self.rest.turns[bone]
            self._unkeyed[bone] = product(product(axes, self.state.turns[bone]), inverse(axes))
        return product(self.inherited_turn(bone), self._unkeyed[bone]), head

    def _bound(self, bone: int, bond: Bond, turn: Array, head: Array) -> tuple[Array, Array]:
        target, target_head = self._pose(bond.target)
        other = target
        if bond.carry != Carry.RIGID:
            other = product(target, product(self.rest.turns[bond.target], inverse(self.rest.turns[bone])))
        other_head = {
            Carry.RIGID: self.place(bond.target, self.rest.heads[bone]),
            Carry.WHOLE: target_head,
            Carry.TURN: head,
        }[bond.carry]
        return _between(turn, other, bond.influence), head + bond.influence * (other_head - head)


def _between(start: Array, end: Array, part: float) -> Array:
    """The turn at a part of the way from one to another."""
    if part >= 1:
        return end
    start, end = np.broadcast_arrays(start, end)
    end = with_signs_of(start, end)
    half = np.arccos(np.clip((start * end).sum(axis=-1, keepdims=True), -1, 1))
    near = half < 1e-6
    sine = np.where(near, 1, np.sin(half))
    mixed = np.where(
        near, (1 - part) * start + part * end, (np.sin((1 - part) * half) * start + np.sin(part * half) * end) / sine
    )
    return normalised(mixed)


def _bond(constraint: bpy.types.Constraint, armature: bpy.types.Object, rest: RestPose) -> Bond | None:
    """What a constraint hands on from another bone of the same armature; None where it does anything else."""
    if constraint.type == "ARMATURE":
        heaviest = max(constraint.targets, key=lambda target: target.weight, default=None)
        return (
            _to(Carry.RIGID, heaviest, armature, rest, constraint.influence)
            if heaviest is not None and heaviest.weight > 0
            else None
        )
    if constraint.type not in {"COPY_TRANSFORMS", "COPY_ROTATION"} or constraint.mix_mode != "REPLACE":
        return None
    if not {constraint.owner_space, constraint.target_space} <= PLAIN_SPACES:
        return None
    if constraint.type == "COPY_TRANSFORMS":
        return _to(Carry.WHOLE, constraint, armature, rest, constraint.influence)
    whole = (
        constraint.use_x
        and constraint.use_y
        and constraint.use_z
        and not (constraint.invert_x or constraint.invert_y or constraint.invert_z)
    )
    return _to(Carry.TURN, constraint, armature, rest, constraint.influence) if whole else None


def _to(
    carry: Carry,
    named: bpy.types.Constraint | bpy.types.ConstraintTargetBone,
    armature: bpy.types.Object,
    rest: RestPose,
    influence: float,
) -> Bond | None:
    if named.target is None or named.target.original != armature.original or named.subtarget not in rest.names:
        return None
    return Bond(carry, rest.index(named.subtarget), float(influence))
