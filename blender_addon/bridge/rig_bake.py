"""A motion becomes an Action on a rig: turns of the mapped bones, the root's path, and which limb is before which."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ..core.skeleton import Joint
from .actions import Curve, Interpolation, check_writable, new_action, posed_by_action
from .bone_map import BoneMap
from .inheritance import Carried, RigState, location_axes, read_rig_state
from .limb_layers import layer_curves
from .planes import Plane, is_planar, local_axes, plane_normal
from .pose_curves import BoneChannels
from .rest_pose import RestPose, read_rest_pose
from .root_path import root_path
from .rotations import directions, inverse, product, rotated, shortest_arc
from .solve import aims_of, chains_of, deep_turns, flat_turns
from .timing import SceneMotion

Array = NDArray[np.float64]

IN_ITS_PLANE = 0.999
"""Cosine of the angle between a cut-out rig's plane and the one that is baked into, within which its limbs may be put before each other."""


@dataclass(frozen=True, eq=False)
class RigBakeSettings:
    """`plane` in world space; `depth` 0..1, how much of the motion's depth a rig takes on (a cut-out rig takes none); `name` of the take.

    `push_down`: the Action that was there goes onto an NLA track, muted.
    """

    plane: Plane
    depth: float
    name: str
    push_down: bool = True


@dataclass(frozen=True, eq=False)
class RigBake:
    """What was made: `action` with `keys` keys on `bones` bones. `notes`: sentences about what the rig does not let through."""

    action: bpy.types.Action
    keys: int
    bones: int
    notes: tuple[str, ...] = ()


def bake_rig(armature: bpy.types.Object, bone_map: BoneMap, motion: SceneMotion, settings: RigBakeSettings) -> RigBake:
    """Key the motion onto the armature's pose in a new Action, a key a frame on the channels that move.

    All is computed before anything is changed. Raises ValueError, in one sentence, where the armature cannot be keyed or lacks a bone of the map.
    """
    check_writable(armature)
    if armature.mode == "EDIT":
        raise ValueError(f"{armature.name} is being edited; leave Edit Mode first.")
    if not 0 <= settings.depth <= 1:
        raise ValueError(f"The depth {settings.depth:g} is not between 0 and 1; choose one that is.")
    rest = read_rest_pose(armature)
    curves, notes = _curves(armature, rest, bone_map, motion, settings)
    action = new_action(armature, f"{settings.name} → {armature.name}", curves, settings.push_down)
    return RigBake(action, sum(len(curve.frames) for curve in curves), len({curve.group for curve in curves}), tuple(notes))


def _curves(armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap, motion: SceneMotion, settings: RigBakeSettings) -> tuple[list[Curve], list[str]]:
    axes = local_axes(armature, settings.plane)
    planar = is_planar(rest, bone_map)
    root = rest.index(bone_map.root)
    state = read_rig_state(armature, rest, bone_map.switches, posed_by_action(armature))
    state.moves[root] = 0
    flat = planar or settings.depth == 0
    turns = flat_turns(rest, bone_map, motion, axes) if flat else deep_turns(rest, bone_map, motion, axes, settings.depth)
    if not flat:
        turns |= _straightened_spine(bone_map, Carried(rest, state, turns), aims_of(motion, axes, settings.depth)[Joint.NECK])
    carried = Carried(rest, state, turns)
    curves = [_switch(armature, switch.bone, switch.property, switch.value, motion) for switch in bone_map.switches]
    notes = _notes(armature, rest, state, turns)
    if rest.connected[root]:
        notes.append(f"{bone_map.root} is connected to its parent, so it cannot follow the path; disconnect it in Edit Mode if it should.")
    else:
        path = root_path(bone_map, carried, motion, axes)
        frame, _ = carried.carried_frame(root)
        moves = rotated(inverse(frame), path) @ location_axes(rest, root, bool(state.local_location[root]))
        curves += _channels(armature, rest, root, motion).location(moves, motion.skeleton.height)
    for bone in sorted(turns):
        normal = int(np.abs(axes[2] @ rest.axes[bone]).argmax())
        curves += _channels(armature, rest, bone, motion).rotation(carried.basis(bone), normal)
    if planar and abs(plane_normal(rest, bone_map) @ axes[2]) > IN_ITS_PLANE:
        layers, unmoved = layer_curves(armature, rest, bone_map, motion, axes[2])
        curves += layers
        notes += unmoved
    return curves, notes


def _straightened_spine(bone_map: BoneMap, carried: Carried, aim: Array) -> dict[int, Array]:
    """The spine's turns again, with what makes up for the way its bones hang together: a control rig bends its spine from the middle to both ends."""
    spine = chains_of(carried.rest, bone_map).get(Joint.NECK)
    if spine is None:
        return {}
    way = carried.place(spine.bones[-1], spine.end) - carried.place(spine.bones[0], spine.start)
    mended = shortest_arc(directions(way), aim)
    root = carried.rest.index(bone_map.root)
    return {bone: product(mended, carried.keyed[bone]) for bone in spine.bones if bone != root or len(spine.bones) == 1}


def _channels(armature: bpy.types.Object, rest: RestPose, bone: int, motion: SceneMotion) -> BoneChannels:
    return BoneChannels(armature.pose.bones[rest.names[bone]], motion.frames)


def _switch(armature: bpy.types.Object, bone: str, name: str, value: float, motion: SceneMotion) -> Curve:
    """What the map wants set for its bones to act: one key, so that the rig's own setting stays what it is elsewhere."""
    path = f'{armature.pose.bones[bone].path_from_id()}["{bpy.utils.escape_identifier(name)}"]'
    return Curve(path, 0, motion.frames[:1], np.array([value]), bone, Interpolation.CONSTANT)


def _notes(armature: bpy.types.Object, rest: RestPose, state: RigState, turns: dict[int, Array]) -> list[str]:
    notes = [
        f"{rest.names[bone]} has constraints that overrule its keys ({', '.join(state.constrained[bone])}); mute them to see the whole motion."
        for bone in sorted(set(turns) & set(state.constrained))
    ]
    if playing := [track.name for track in (armature.animation_data.nla_tracks if armature.animation_data else ()) if not track.mute and track.strips]:
        notes.append(f"The NLA tracks of {armature.name} play on beneath the new action ({', '.join(playing)}); mute them to see it alone.")
    if armature.data.pose_position == "REST":
        notes.append(f"{armature.name} is shown in its rest position; switch it to Pose Position to see the motion.")
    return notes
