"""Limbs that a rig bends by IK: which control their end is drawn to, which pole their middle joint looks at, and what
switches the IK on and off.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import bpy
import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import Joint
from ...settings.feet import FeetSettings, LimbKeys
from .bone_map import BoneMap, BoneSwitch
from .measure import rest_joints
from .rest_pose import RestPose
from .switches import influence_of

Array = NDArray[np.float64]

AT_FOOT = 0.4
"""Lengths of shin or forearm within which a bone that carries nothing but the IK's target is its control: that of a
foot may lie at heel or ball.
"""
SWITCH_ON: Mapping[str, float] = {"IK_FK": 0.0, "pole_vector": 1.0, "pole_parent": 1.0, "IK_parent": 1.0}
"""Rigify's properties of a limb, and the values at which its IK bends it, by a pole target, both hanging from the root
alone.
"""
FK_SWITCH = "IK_FK"

LIMBS: Mapping[str, tuple[Joint, Joint, str]] = {
    "right_leg": (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, "right_foot"),
    "left_leg": (Joint.LEFT_KNEE, Joint.LEFT_ANKLE, "left_foot"),
    "right_arm": (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST, "right_hand"),
    "left_arm": (Joint.LEFT_ELBOW, Joint.LEFT_WRIST, "left_hand"),
}
"""The chains of each limb's halves, and the bone at its end."""
CONTROL_PARTS: Mapping[str, tuple[str, str]] = {
    f"{side}_{limb}": (f"{side}_{target}", f"{side}_{pole}")
    for limb, target, pole in (("leg", "foot_target", "knee_pole"), ("arm", "hand_target", "elbow_pole"))
    for side in ("right", "left")
}
"""The parts of a bone map that are each limb's target and pole."""


@dataclass(frozen=True, eq=False)
class IkLimb:
    """A limb's IK. `target` and `pole` are bones that are keyed (indices; a pole of −1: there is none). `pole_axis`
    (3,) is the direction across the resting upper half that Blender turns to the pole.

    `draws`: what the constraint itself goes by, bones of target and pole, which those that are keyed carry.

    `direct`: the constraint, `owner`'s `constraint`, bends the mapped bones themselves; else it bends others, which
    `switches` put in their place. `in_use` tells whether the rig is set to it now.
    """

    target: int
    pole: int
    pole_axis: Array
    draws: tuple[int, int]
    owner: int
    constraint: str
    direct: bool
    switches: tuple[BoneSwitch, ...]
    in_use: bool


@dataclass(frozen=True, eq=False)
class RigLimbs:
    """What limbs are keyed by: those of `ik` by their targets. `switches` are to be set, `released` constraints (bone,
    name) have no say while FK is keyed.
    """

    ik: Mapping[str, IkLimb]
    switches: tuple[BoneSwitch, ...]
    released: tuple[tuple[int, str], ...] = ()


BY_BONES = RigLimbs({}, ())
"""No IK at all."""


def choose_limbs(armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap, settings: FeetSettings) -> RigLimbs:
    """What each limb is keyed by, as the settings say and the rig allows."""
    found = _as_mapped(rest, bone_map, found_limbs(armature, rest, bone_map))
    wanted = {"leg": settings.legs, "arm": settings.arms}
    ik = {
        name: limb
        for name, limb in found.items()
        if (choice := wanted[name.removeprefix("right_").removeprefix("left_")]) is LimbKeys.IK
        or (choice is LimbKeys.AUTO and limb.in_use)
    }
    said = {(switch.bone, switch.property) for switch in bone_map.switches}
    own = {(switch.bone, switch.property): switch for limb in ik.values() for switch in limb.switches}
    others = tuple(switch for switch in bone_map.switches if (switch.bone, switch.property) not in own)
    by_fk = [
        rest.index(bone)
        for name, (*joints, _) in LIMBS.items()
        if name not in ik
        for joint in joints
        for bone in bone_map.chains.get(joint, ())
    ]
    released = tuple(
        (bone, constraint.name)
        for bone in by_fk
        for constraint in _ik_constraints(armature.pose.bones[rest.names[bone]])
        if _in_say(constraint) and (rest.names[bone], influence_of(constraint)) not in said
    )
    return RigLimbs(ik, (*others, *own.values()), released)


def found_limbs(armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap) -> dict[str, IkLimb]:
    """The limbs that have IK, whatever the map says of their controls. ValueError as in `rest_joints`."""
    return {name: limb for name in LIMBS if (limb := _find(armature, rest, bone_map, name)) is not None}


def _as_mapped(rest: RestPose, bone_map: BoneMap, found: Mapping[str, IkLimb]) -> dict[str, IkLimb]:
    """The limbs with the controls that the map names; those whose targets it leaves out are gone."""
    if bone_map.controls is None:
        return dict(found)
    limbs = {}
    for name, limb in found.items():
        target, pole = ("".join(bone_map.part(part)) for part in CONTROL_PARTS[name])
        if target not in rest:
            continue
        poled = limb.pole >= 0 and pole in rest
        switches = tuple(switch for switch in limb.switches if poled or not switch.property.startswith("pole"))
        limbs[name] = replace(
            limb, target=rest.index(target), pole=rest.index(pole) if poled else -1, switches=switches
        )
    return limbs


def _ik_constraints(bone: bpy.types.PoseBone) -> Iterator[bpy.types.KinematicConstraint]:
    """Those that have a say, or could have."""
    return (constraint for constraint in bone.constraints if constraint.type == "IK" and constraint.target is not None)


def _in_say(constraint: bpy.types.KinematicConstraint) -> bool:
    return bool(not constraint.mute and constraint.influence > 0)


def _find(armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap, name: str) -> IkLimb | None:
    upper, lower, _ = LIMBS[name]
    if not {upper, lower} <= set(bone_map.chains):
        return None
    chain = [rest.index(bone) for bone in bone_map.chains[lower]]
    near = rest.same_place
    start, end = rest.heads[chain[0]], rest_joints(rest, bone_map)[lower]
    owners = [
        bone
        for bone in range(len(rest.names))
        if bone in chain or (_far(rest.heads[bone], start) < near and _far(rest.tails[bone], end) < near)
    ]
    switch = _switch_bone(rest, rest.heads[rest.index(bone_map.chains[upper][0])], near)
    found = [
        limb
        for owner in owners
        for constraint in _ik_constraints(armature.pose.bones[rest.names[owner]])
        for shared in (_shared(armature, rest, bone_map, constraint.subtarget),)
        if (
            limb := _read(
                armature,
                rest,
                owner,
                constraint,
                ends=(start, end),
                near=near,
                direct=owner in chain,
                switch=switch,
                shared=shared,
            )
        )
        is not None
    ]
    return max(found, key=lambda limb: (limb.direct, limb.pole >= 0), default=None)


def _read(
    armature: bpy.types.Object,
    rest: RestPose,
    owner: int,
    constraint: bpy.types.KinematicConstraint,
    *,
    ends: tuple[Array, Array],
    near: float,
    direct: bool,
    switch: str | None,
    shared: Collection[int],
) -> IkLimb | None:
    """The IK of one constraint; None where it draws to another object, or where nothing says how it is switched on."""
    poled = constraint.pole_target is not None
    if (
        constraint.target != armature
        or constraint.subtarget not in rest
        or (poled and (constraint.pole_target != armature or constraint.pole_subtarget not in rest))
    ):
        return None
    start, end = ends
    target, pole = (
        _control(armature, rest, rest.index(constraint.subtarget), end, AT_FOOT * _far(start, end), shared=shared),
        -1,
    )
    if poled:
        pole = _control(
            armature,
            rest,
            rest.index(constraint.pole_subtarget),
            rest.heads[rest.index(constraint.pole_subtarget)],
            near,
            shared=shared,
        )
    if target < 0 or (poled and pole < 0) or (not direct and switch is None):
        return None
    switches: tuple[BoneSwitch, ...] = (BoneSwitch(rest.names[owner], influence_of(constraint), 1.0),) if direct else ()
    in_use = not constraint.mute and constraint.influence > 0.5
    if switch is not None and not direct:
        bone = armature.pose.bones[switch]
        switches = tuple(
            BoneSwitch(switch, key, value)
            for key, value in SWITCH_ON.items()
            if key in bone and (poled or not key.startswith("pole"))
        )
        in_use = bone[FK_SWITCH] < 0.5
    draws = rest.index(constraint.subtarget), rest.index(constraint.pole_subtarget) if poled else -1
    return IkLimb(
        target, pole, _pole_axis(rest, owner, constraint), draws, owner, constraint.name, direct, switches, in_use
    )


def _pole_axis(rest: RestPose, owner: int, constraint: bpy.types.KinematicConstraint) -> Array:
    """(3,) x of the chain's first bone turned by the pole angle, as Blender's solver has it
    (IK_QJacobianSolver::ConstrainPoleVector).
    """
    first = owner
    for _ in range(max(constraint.chain_count, 1) - 1):
        first = max(rest.parents[first], 0)
    x, _, z = rest.axes[first].T
    return np.asarray(np.cos(constraint.pole_angle) * x + np.sin(constraint.pole_angle) * z)


def _control(
    armature: bpy.types.Object, rest: RestPose, bone: int, place: Array, reach: float, *, shared: Collection[int]
) -> int:
    """The bone that an animator would move to move this one: of it and its parents, the highest that is
    free, lies within `reach` of the place and carries nothing else (`shared` bones do). −1 where there is none.
    """
    free, at = -1, bone
    while at >= 0 and (at == bone or at not in shared):
        near = _far(rest.heads[at], place) < reach
        if (
            (near or free < 0)
            and not rest.driven[at]
            and not rest.connected[at]
            and not all(armature.pose.bones[rest.names[at]].lock_location)
        ):
            free = at
        at = rest.parents[at]
    return free


def _shared(armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap, target: str) -> frozenset[int]:
    """Bones that carry mapped ones, or what other IK than that of this target goes by."""
    others = {constraint.subtarget for bone in armature.pose.bones for constraint in _ik_constraints(bone)} - {target}
    carried = (*(name for chain in bone_map.chains.values() for name in chain), *others)
    return frozenset(
        above for name in carried if name in rest for above in (rest.index(name), *rest.above(rest.index(name)))
    )


def _switch_bone(rest: RestPose, place: Array, near: float) -> str | None:
    """The bone with the limb's switch: where its upper half begins."""
    return next(
        (bone for bone, key in rest.switches if key == FK_SWITCH and _far(rest.heads[rest.index(bone)], place) < near),
        None,
    )


def _far(one: Array, other: Array) -> float:
    return float(np.linalg.norm(one - other))
