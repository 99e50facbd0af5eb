"""The controls of IK in a bone map: filled in where it says nothing of them, and what is wrong with those that it
names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import bpy

from ..armature.bone_map import BoneMap
from ..armature.ik_limbs import CONTROL_PARTS, found_limbs
from ..armature.rest_pose import RestPose
from . import PART_NAMES, Problem


def with_controls(armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap) -> BoneMap:
    """Return the map with the IK targets and poles that the rig's limbs follow, where it names none itself.

    Raises:
        ValueError: as in `rest_joints`.
    """
    if bone_map.controls is not None:
        return bone_map
    controls: dict[str, str] = {}
    for name, limb in found_limbs(armature, rest, bone_map).items():
        controls |= {
            part: rest.names[bone]
            for part, bone in zip(CONTROL_PARTS[name], (limb.target, limb.pole), strict=True)
            if bone >= 0
        }
    return replace(bone_map, controls=controls)


def control_problems(armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap) -> Iterator[Problem]:
    """Sentences about controls that draw nothing. ValueError as in `rest_joints`."""
    found = found_limbs(armature, rest, bone_map)
    for name, parts in CONTROL_PARTS.items():
        for part, drawn in zip(parts, found[name].draws if name in found else (-1, -1), strict=True):
            for bone in bone_map.part(part):
                if drawn < 0:
                    what = f"The {name.replace('_', ' ')} of {rest.armature} has no IK with a {PART_NAMES[part].name}"
                    yield Problem(
                        f"{what}, so {bone} gets no keys; leave it out, or give the limb an IK constraint.",
                        (part,),
                        stops=False,
                    )
                elif rest.index(bone) not in _carriers(armature, rest, drawn):
                    what = f"The {PART_NAMES[part].name} {bone} does not carry {rest.names[drawn]}, which the IK of {rest.armature} goes by"
                    yield Problem(f"{what}; choose a bone that does, or none.", (part,))


def _carriers(armature: bpy.types.Object, rest: RestPose, bone: int) -> set[int]:
    """All bones that take a bone along, itself among them, as parents or by constraints."""
    found, waiting = set[int](), [bone]
    while waiting:
        at = waiting.pop()
        if at < 0 or at in found:
            continue
        found.add(at)
        waiting.append(rest.parents[at])
        for constraint in armature.pose.bones[rest.names[at]].constraints:
            names = (
                [target.subtarget for target in constraint.targets]
                if constraint.type == "ARMATURE"
                else [getattr(constraint, "subtarget", "")]
            )
            waiting += [rest.index(name) for name in names if name in rest]
    return found
