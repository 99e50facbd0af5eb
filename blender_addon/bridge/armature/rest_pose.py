"""An armature's rest pose as arrays: where its bones lie before anything moves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, fields, replace
from functools import cached_property

import bpy
import numpy as np
from numpy.typing import NDArray

from ..body.rotations import from_matrices
from .switches import influence_of, numbers_of

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]

COPIES_TRANSFORMS = "COPY_TRANSFORMS"
DRIVING_CONSTRAINTS = frozenset(
    {
        COPIES_TRANSFORMS,
        "COPY_ROTATION",
        "IK",
        "SPLINE_IK",
        "DAMPED_TRACK",
        "LOCKED_TRACK",
        "TRACK_TO",
        "STRETCH_TO",
        "ARMATURE",
        "CHILD_OF",
    }
)
"""Constraints that decide where a bone points, whatever is keyed on it."""
CARRIER_TOLERANCE = 1e-4
"""Part of the armature's extent within which a bone begins where the bone does that carries it because its transforms
are copied.
"""


@dataclass(frozen=True)
class Solver:
    """An IK constraint that nothing but its influence switches: its bone and what that influence is called, and the
    bones (indices) that it alone moves.
    """

    bone: str
    switch: str
    moves: tuple[int, ...]


POINT_TOLERANCE = 2e-3
"""Part of the rig's extent within which two points of a rest pose are one."""


@dataclass(frozen=True, eq=False)
class RestPose:
    """The bones of an armature at rest, in the armature object's space and unit; parents come before their children.

    `heads` and `tails` are (N, 3) float64; `axes` (N, 3, 3) holds a bone's x, y and z axes in its columns; `parents`
    are indices, −1 for roots. `connected` and `deform` (N,) are Blender's own flags. `driven` (N,): a constraint
    decides where the bone points, so keys on it do nothing. `carriers` (N,): the bone whose motion each bone takes
    along: its parent, or the bone that a constraint makes it copy from the same place. `pinned` (N,): the bone's
    location is locked on all axes. `switches`: names of the numbers by which the rig is switched, (bone, property).
    `solvers`: IK that can be switched off, so that its bones answer to keys.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    heads: Array
    tails: Array
    axes: Array
    connected: Flags
    deform: Flags
    armature: str = "The armature"
    driven: Flags = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    carriers: tuple[int, ...] = ()
    pinned: Flags = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    switches: tuple[tuple[str, str], ...] = ()
    solvers: tuple[Solver, ...] = ()

    def __post_init__(self) -> None:
        for flags in ("driven", "pinned"):
            if len(getattr(self, flags)) != len(self.names):
                object.__setattr__(self, flags, np.zeros(len(self.names), dtype=np.bool_))
        if len(self.carriers) != len(self.names):
            object.__setattr__(self, "carriers", self.parents)
        object.__setattr__(self, "_places", {name: at for at, name in enumerate(self.names)})

    @cached_property
    def turns(self) -> Array:
        """(N, 4) how the axes are turned in the armature's space."""
        return from_matrices(self.axes)

    @property
    def same_place(self) -> float:
        """How far two points may lie apart and be one."""
        return POINT_TOLERANCE * float(np.linalg.norm(np.ptp(self.heads, axis=0)))

    def released(self, off: Collection[tuple[str, str]] | None = None) -> RestPose:
        """The rig with IK switched off: all of it, or the solvers whose (bone, switch) are in `off`; the bones that
        others hold stay driven.
        """
        gone = [solver for solver in self.solvers if off is None or (solver.bone, solver.switch) in off]
        if not gone:
            return self
        held = {bone for solver in self.solvers if solver not in gone for bone in solver.moves}
        driven = self.driven.copy()
        driven[[bone for solver in gone for bone in solver.moves if bone not in held]] = False
        return replace(self, driven=driven, solvers=tuple(solver for solver in self.solvers if solver not in gone))

    def is_same(self, other: RestPose) -> bool:
        """Whether all that it says of every bone is what the other one says."""
        return all(_are_same(getattr(self, each.name), getattr(other, each.name)) for each in fields(self))

    def index(self, name: str) -> int:
        """Where the bone of that name is in the arrays; ValueError where there is none."""
        places: dict[str, int] = vars(self)["_places"]
        if name not in places:
            raise ValueError(f"{self.armature} has no bone {name}; choose another bone, or map the bones again.")
        return places[name]

    def parent_name(self, bone: int) -> str:
        """The name of a bone's parent, for a sentence."""
        return self.names[self.parents[bone]] if self.parents[bone] >= 0 else "no bone"

    def above(self, bone: int) -> set[int]:
        """All bones whose motion a bone takes along, through its parents and through what it copies."""
        found, waiting = set[int](), [bone]
        while waiting:
            at = waiting.pop()
            fresh = {self.parents[at], self.carriers[at]} - found - {-1}
            found |= fresh
            waiting.extend(fresh)
        return found

    def __contains__(self, name: object) -> bool:
        return name in vars(self)["_places"]


def _are_same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other)
    return one == other


def read_rest_pose(armature: bpy.types.Object) -> RestPose:
    """The rest pose of an armature object; while it is edited, that of its last look.

    Raises ValueError where the object is no armature or has no bones.
    """
    if armature is None or armature.type != "ARMATURE":
        raise ValueError(f"{armature.name if armature else 'Nothing'} is no armature; choose an armature object.")
    if armature.mode == "EDIT":
        armature.update_from_editmode()
    bones = list(armature.data.bones)
    if not bones:
        raise ValueError(f"The armature {armature.name} has no bones; add some, or choose another armature.")
    places = {bone.name: at for at, bone in enumerate(bones)}
    heads = np.array([bone.head_local for bone in bones], dtype=np.float64)
    tails = np.array([bone.tail_local for bone in bones], dtype=np.float64)
    parents = tuple(places[bone.parent.name] if bone.parent else -1 for bone in bones)
    posed = [armature.pose.bones.get(bone.name) if armature.pose else None for bone in bones]
    held = np.array([pose_bone is not None and _is_driven(pose_bone) for pose_bone in posed], dtype=np.bool_)
    solvers = _solvers(posed, parents, held)
    driven = held.copy()
    driven[[bone for solver in solvers for bone in solver.moves]] = True
    return RestPose(
        names=tuple(places),
        parents=parents,
        heads=heads,
        tails=tails,
        axes=np.array([bone.matrix_local.to_3x3() for bone in bones], dtype=np.float64),
        connected=np.array([bone.use_connect for bone in bones], dtype=np.bool_),
        deform=np.array([bone.use_deform for bone in bones], dtype=np.bool_),
        armature=armature.name,
        driven=driven,
        carriers=_carriers(posed, places, parents, heads),
        pinned=np.array(
            [pose_bone is not None and all(pose_bone.lock_location) for pose_bone in posed], dtype=np.bool_
        ),
        switches=tuple(
            (bone.name, key)
            for bone, pose_bone in zip(bones, posed, strict=True)
            if pose_bone is not None
            for key in numbers_of(pose_bone)
        ),
        solvers=solvers,
    )


def _is_driven(bone: bpy.types.PoseBone) -> bool:
    """Whether a constraint decides where the bone points that is no IK which can be switched off."""
    return any(
        constraint.type in DRIVING_CONSTRAINTS and _acts(constraint) and not _is_solver(constraint)
        for constraint in bone.constraints
    )


def _acts(constraint: bpy.types.Constraint) -> bool:
    return not constraint.mute and constraint.influence > 0


def _is_solver(constraint: bpy.types.Constraint) -> bool:
    """Whether it is IK whose influence no driver holds."""
    if constraint.type != "IK":
        return False
    animation = constraint.id_data.animation_data
    path = f"{constraint.path_from_id()}.influence"
    return animation is None or all(driver.data_path != path for driver in animation.drivers)


def _solvers(posed: list[bpy.types.PoseBone | None], parents: tuple[int, ...], held: Flags) -> tuple[Solver, ...]:
    found = []
    for at, bone in ((at, bone) for at, bone in enumerate(posed) if bone is not None):
        # Whatever it counts for now: an earlier bake may have keyed it to 0, and nothing else does once that is
        # replaced.
        for constraint in (each for each in bone.constraints if not each.mute and _is_solver(each)):
            chain = _upwards(at if constraint.use_tail else parents[at], parents)[: constraint.chain_count or None]
            found.append(
                Solver(bone.name, influence_of(constraint), tuple(moved for moved in chain if not held[moved]))
            )
    return tuple(found)


def _upwards(bone: int, parents: tuple[int, ...]) -> list[int]:
    found = []
    while bone >= 0:
        found.append(bone)
        bone = parents[bone]
    return found


def _carriers(
    posed: list[bpy.types.PoseBone | None], places: dict[str, int], parents: tuple[int, ...], heads: Array
) -> tuple[int, ...]:
    near = CARRIER_TOLERANCE * float(np.linalg.norm(np.ptp(heads, axis=0)))
    carriers = list(parents)
    for at, bone in enumerate(posed):
        copied = (
            [c for c in bone.constraints if c.type == COPIES_TRANSFORMS and not c.mute and c.influence == 1]
            if bone is not None
            else []
        )
        target = places.get(copied[0].subtarget) if len(copied) == 1 and copied[0].target == copied[0].id_data else None
        if target is not None and np.linalg.norm(heads[target] - heads[at]) <= near:
            carriers[at] = target
    return tuple(carriers)
