"""Edits of the bone map stored with an armature. An armature without one first gets the map that is found for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import bpy

from ..armature.bone_map import BoneMap, BoneSwitch
from ..armature.rest_pose import RestPose, read_rest_pose
from . import in_order, mirrored, swapped
from .current_map import choose_map, find_map
from .stored import check_editable, store_map

Change = Callable[[RestPose, BoneMap], BoneMap]


def change_map(armature: bpy.types.Object, change: Change) -> None:
    """Change the armature's map.

    Args:
        armature: an armature object; without a map of its own, the one that is found is changed, or an empty one.
        change: from the map to the new one.

    Raises:
        ValueError: the change or the armature does not let it; nothing was changed.
    """
    rest = _editable_rest(armature)
    try:
        bone_map = choose_map(armature, rest).bone_map
    except ValueError:
        bone_map = BoneMap({}, "")
    store_map(armature, change(rest, bone_map), rest)


def store_found_map(armature: bpy.types.Object) -> str:
    """Let the armature carry the map that is found for it, in place of any other.

    Returns:
        A line that says what the map is.

    Raises:
        ValueError: none is found.
    """
    rest = _editable_rest(armature)
    found = find_map(armature, rest)
    store_map(armature, found.bone_map, rest)
    return str(found)


def store_given_map(armature: bpy.types.Object, bone_map: BoneMap) -> None:
    """Let the armature carry a map that was read from a file.

    Raises:
        ValueError: the armature has none of its bones; nothing was changed.
    """
    rest = _editable_rest(armature)
    gone = [name for name in bone_map.bones if name not in rest]
    if len(gone) == len(bone_map.bones):
        raise ValueError(
            f"{armature.name} has none of the bones of that map; choose the map of another rig, or find its bones."
        )
    store_map(armature, bone_map, rest)


def map_part(armature: bpy.types.Object, part: str, names: Sequence[str]) -> None:
    """Map bones, from the body outwards, to one part; none leave it unmapped."""
    change_map(armature, lambda _rest, bone_map: bone_map.with_part(part, [name for name in names if name]))


def map_selected(armature: bpy.types.Object, part: str, names: Sequence[str]) -> None:
    """Map bones to one part of the body.

    Args:
        armature: an armature object.
        part: the part's name.
        names: the bones, in any order.

    Raises:
        ValueError: one is not a child of another, or the armature does not have it.
    """
    if not names:
        raise ValueError(f"No bone of {armature.name} is selected; select the bones of that part in Pose Mode first.")
    change_map(armature, lambda rest, bone_map: bone_map.with_part(part, in_order(rest, names)))


def mirror_map(armature: bpy.types.Object, side: str) -> None:
    """Take the bones of the other side from those of `side` ("right" or "left")."""
    change_map(armature, lambda rest, bone_map: mirrored(rest, bone_map, side))


def swap_sides(armature: bpy.types.Object) -> None:
    """Swap right and left."""
    change_map(armature, lambda _rest, bone_map: swapped(bone_map))


def set_switch(armature: bpy.types.Object, bone: str, name: str, value: float) -> None:
    """Let the map set a custom property of a bone whenever it is baked.

    Args:
        armature: an armature object.
        bone: the bone's name.
        name: the property's.
        value: what it is set to.

    Raises:
        ValueError: the bone has no such number.
    """

    def change(rest: RestPose, bone_map: BoneMap) -> BoneMap:
        if (bone, name) not in rest.switches:
            known = ", ".join(known for owner, known in rest.switches if owner == bone)
            raise ValueError(
                f"The bone {bone} has no number {name}; {f'choose {known}' if known else 'choose a bone that has custom properties'}."
            )
        others = [switch for switch in bone_map.switches if (switch.bone, switch.property) != (bone, name)]
        return replace(bone_map, switches=(*others, BoneSwitch(bone, name, value)))

    change_map(armature, change)


def set_switch_value(armature: bpy.types.Object, place: int, value: float) -> None:
    """Another value for the map's switch at that place."""

    def change(_rest: RestPose, bone_map: BoneMap) -> BoneMap:
        switches = list(bone_map.switches)
        switches[place] = replace(switches[place], value=value)
        return replace(bone_map, switches=tuple(switches))

    change_map(armature, change)


def remove_switch(armature: bpy.types.Object, place: int) -> None:
    """Take one switch out of the map; ValueError where there is none at that place."""

    def change(_rest: RestPose, bone_map: BoneMap) -> BoneMap:
        if not 0 <= place < len(bone_map.switches):
            raise ValueError(
                f"The bone map of {armature.name} has {len(bone_map.switches)} switches and none with the number {place}; choose another."
            )
        return replace(bone_map, switches=tuple(switch for at, switch in enumerate(bone_map.switches) if at != place))

    change_map(armature, change)


def _editable_rest(armature: bpy.types.Object) -> RestPose:
    check_editable(armature)
    if armature.mode == "EDIT":
        raise ValueError(f"{armature.name} is being edited; leave Edit Mode first.")
    return read_rest_pose(armature)
