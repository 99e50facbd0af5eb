"""The input of a rig bake, and the pose that its steps pass on: arrays, before there are any keys."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import bpy
import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import Joint
from ...settings.feet import UNPLANTED, FeetSettings
from ..armature.bone_map import BoneMap
from ..armature.ik_limbs import BY_BONES, RigLimbs, choose_limbs
from ..armature.inheritance import Carried, RigState, location_axes, read_rig_state
from ..armature.rest_pose import RestPose, read_rest_pose
from ..armature.switches import path_of_number
from ..body.rotations import directions, inverse, product, rotate, shortest_arc
from ..body.scene_motion import SceneMotion
from ..projection.planes import Plane, is_planar, local_axes
from ..scene.animation.actions import Curve, Interpolation
from ..views.shown_artwork import ShownArtwork
from .bone_rotations import Chain, aims_of, chains_of, deep_turns, flat_turns
from .standing_pose import StandingPose

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RigTarget:
    """A rig as a bake finds it, and the motion to put on it.

    `axes` (3, 3) are the plane's right, up and away as unit rows in the armature's space; `depth` 0..1 is how much of
    the motion's depth the rig takes on; `planar` tells a cut-out rig; `limbs` what its limbs are keyed by; `scales` (K,
    3) those of bones that stretch, along their own axes; `root_path` (3,) how far the root is moved now, in the
    armature's space, which the path takes the place of. `moved` (K, 3): locations of other bones, beside the path,
    along the axes that they count along.

    On a virtual rig (`virtual_rig`), all this describes the virtual one. `loose` maps bones (indices) that the real rig
    parents elsewhere to the bones that they stay on. `standing` is where the character stands; `rigged` is the real
    rig. `artwork`: what is shown of a cut-out that has artwork for several views, None for any other.
    """

    armature: bpy.types.Object
    rest: RestPose
    bone_map: BoneMap
    state: RigState
    motion: SceneMotion
    axes: Array
    depth: float
    planar: bool
    limbs: RigLimbs = BY_BONES
    scales: Mapping[int, Array] = field(default_factory=dict)
    root_path: Array = field(default_factory=lambda: np.zeros(3))
    moved: Mapping[int, Array] = field(default_factory=dict)
    loose: Mapping[int, int] = field(default_factory=dict)
    standing: StandingPose | None = None
    rigged: RigTarget | None = None
    artwork: ShownArtwork | None = None

    @property
    def flat(self) -> bool:
        """Whether all bones turn in the picture's plane alone."""
        return self.planar or self.depth == 0

    @property
    def rest_axes(self) -> Array:
        """(3, 3) the plane's axes where the rig rests."""
        return rotate(inverse(self.standing.turn), self.axes) if self.standing is not None else self.axes

    @property
    def root(self) -> int:
        """The bone that carries the path."""
        return self.rest.index(self.bone_map.root)

    @cached_property
    def chains(self) -> Mapping[Joint, Chain]:
        """Every mapped chain of bones at rest."""
        return chains_of(self.rest, self.bone_map)

    def carried(self, turns: Mapping[int, Array]) -> Carried:
        """The whole rig, once its bones are turned so."""
        return Carried(self.rest, self.state, turns, self.scales, self.moved)


@dataclass(frozen=True, eq=False)
class RigPose:
    """A rig's pose on every frame.

    `turns` (K, 4): what takes each bone that is keyed from its rest to its pose, in the armature's space. `path` (K,
    3): how far the root is from where it rests, there too; None where it cannot be moved. `curves`: keys of anything
    else, ready to be written. `notes`: sentences about what the rig does not let through. `moves` (K, 3): locations of
    bones other than the root, along the axes that they count along. `unkeyed` bones are turned so by something else.
    """

    turns: Mapping[int, Array]
    path: Array | None = None
    curves: tuple[Curve, ...] = ()
    notes: tuple[str, ...] = ()
    moves: Mapping[int, Array] = field(default_factory=dict)
    unkeyed: frozenset[int] = frozenset()


def read_target(
    armature: bpy.types.Object,
    bone_map: BoneMap,
    motion: SceneMotion,
    *,
    plane: Plane,
    depth: float,
    reset: Collection[str],
    feet: FeetSettings = UNPLANTED,
) -> RigTarget:
    """Read the rig of the open scene, as it is once the bones named in `reset` are back at rest.

    ValueError where it lacks a bone of the map.
    """
    rest = read_rest_pose(armature)
    limbs = choose_limbs(armature, rest, bone_map, feet)
    # Mapped bones are evaluated in FK, and IK controls in IK.
    own = {(switch.bone, switch.property) for switch in bone_map.switches}
    by_ik = tuple(switch for switch in limbs.switches if (switch.bone, switch.property) not in own)
    state = read_rig_state(armature, rest, (*bone_map.switches, *by_ik), reset)
    root = rest.index(bone_map.root)
    root_move, state.moves[root] = state.moves[root].copy(), 0
    frame = Carried(rest, state, {}).carried_frame(root)[0][0]
    root_path = rotate(frame, root_move @ location_axes(rest, root, bool(state.local_location[root])).T)
    planar, axes = is_planar(rest, bone_map), local_axes(armature, plane)
    return RigTarget(armature, rest, bone_map, state, motion, axes, depth, planar, limbs, root_path=root_path)


def solve_mapped_bones(target: RigTarget) -> RigPose:
    """Point every mapped bone where the motion points, and set the switches of the map for it."""
    rest, bone_map, motion, axes = target.rest, target.bone_map, target.motion, target.axes
    switches = tuple(_switch(target, switch.bone, switch.property, switch.value) for switch in target.limbs.switches)
    switches += tuple(_constraint_curves(target))
    if target.flat:
        return RigPose(flat_turns(rest, bone_map, motion, axes), curves=switches)
    turns = deep_turns(rest, bone_map, motion, axes, target.depth)
    return RigPose(
        turns | _straightened_spine(target, turns, aims_of(motion, axes, target.depth)[Joint.NECK]), curves=switches
    )


def _straightened_spine(target: RigTarget, turns: Mapping[int, Array], aim: Array) -> dict[int, Array]:
    """The spine's rotations, corrected for how its bones are parented: a control rig bends its spine from the middle."""
    spine = chains_of(target.rest, target.bone_map).get(Joint.NECK)
    if spine is None:
        return {}
    carried = target.carried(turns)
    way = carried.place(spine.bones[-1], spine.end) - carried.place(spine.bones[0], spine.start)
    correction = shortest_arc(directions(way), aim)
    return {
        bone: product(correction, turns[bone]) for bone in spine.bones if bone != target.root or len(spine.bones) == 1
    }


def _constraint_curves(target: RigTarget) -> Iterator[Curve]:
    """IK that bends the mapped bones themselves has its say where their limb is keyed by it, and none where it is not."""
    first = target.motion.frames[:1]
    for bone, name in target.limbs.released:
        owner = target.armature.pose.bones[target.rest.names[bone]]
        yield Curve(
            f"{owner.constraints[name].path_from_id()}.influence",
            0,
            first,
            np.zeros(1),
            owner.name,
            Interpolation.CONSTANT,
        )
    for limb in target.limbs.ik.values():
        owner = target.armature.pose.bones[target.rest.names[limb.owner]]
        if limb.direct and owner.constraints[limb.constraint].mute:
            yield Curve(
                f"{owner.constraints[limb.constraint].path_from_id()}.mute",
                0,
                first,
                np.zeros(1),
                owner.name,
                Interpolation.CONSTANT,
            )


def _switch(target: RigTarget, bone: str, name: str, value: float) -> Curve:
    """What the map wants set for its bones to act: one key, so that the rig's own setting stays what it is elsewhere."""
    path = path_of_number(target.armature.pose.bones[bone], name)
    return Curve(path, 0, target.motion.frames[:1], np.array([value]), bone, Interpolation.CONSTANT)
