"""All that must stay bit for bit: every Action's curves, every track and strip, every rest pose, every pose, as plain
data to compare.
"""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from blender_addon.bridge.scene.animation.actions import curves_of_all_slots, slot_of

KEY_NUMBERS = (("co", 2), ("handle_left", 2), ("handle_right", 2))
KEY_KINDS = ("interpolation", "easing", "handle_left_type", "handle_right_type", "type")
WINDOWS_OWN = frozenset(
    {
        "rna_type",
        "active",
        "select",
        "is_valid",
        "fcurves",
        "modifiers",
        "strips",
        "action",
        "action_slot",
        "action_suitable_slots",
    }
)
"""Properties of tracks and strips that are no setting, or are looked at on their own."""


def actions() -> dict[str, Any]:
    """Every Action of the file by name."""
    return {action.name: action_contents(action) for action in bpy.data.actions}


def action_contents(action: bpy.types.Action) -> tuple[bool, list[object]]:
    """Its curves with all numbers of all keys."""
    return action.use_fake_user, [_curve(curve) for curve in curves_of_all_slots(action)]


def tracks(owner: bpy.types.Object) -> list[Any]:
    """The NLA of an object, from bottom to top: all settings of tracks and strips, and what the strips play."""
    animation = owner.animation_data
    if animation is None:
        return []
    return [
        (
            _settings(track),
            [(_settings(strip), *_played(strip), [_curve(curve) for curve in strip.fcurves]) for strip in track.strips],
        )
        for track in animation.nla_tracks
    ]


def everything() -> dict[str, Any]:
    """The whole file, as far as a bake could touch it."""
    return {
        "actions": actions(),
        "objects": {item.name: _object(item) for item in bpy.data.objects},
        "armatures": {armature.name: [_bone(bone) for bone in armature.bones] for armature in bpy.data.armatures},
        "blocks": {
            row.identifier: sorted(block.name_full for block in getattr(bpy.data, row.identifier))
            for row in bpy.data.bl_rna.properties
            if row.type == "COLLECTION" and row.identifier not in {"window_managers", "screens", "workspaces"}
        },
    }


def rest_poses() -> object:
    """Every armature's bones at rest."""
    return everything()["armatures"]


def _object(item: bpy.types.Object) -> object:
    animation = item.animation_data
    played = (
        None
        if animation is None
        else (*_played(animation), animation.action_blend_type, animation.action_influence, animation.use_nla)
    )
    pose = (
        [(bone.name, bone.rotation_mode, _bytes(bone.matrix_basis), sorted(bone.keys())) for bone in item.pose.bones]
        if item.pose
        else None
    )
    return _bytes(item.matrix_basis), item.parent.name if item.parent else None, played, tracks(item), pose


def _played(holder: bpy.types.AnimData | bpy.types.NlaStrip) -> tuple[str | None, str | None]:
    slot = slot_of(holder)
    return holder.action.name if holder.action else None, slot.identifier if slot else None


def _curve(curve: bpy.types.FCurve) -> object:
    keys = curve.keyframe_points
    numbers = []
    for name, size in KEY_NUMBERS:
        values = np.empty(size * len(keys), dtype=np.float32)
        keys.foreach_get(name, values)
        numbers.append(values.tobytes())
    kinds = [tuple(getattr(key, kind) for kind in KEY_KINDS) for key in keys]
    return curve.data_path, curve.array_index, curve.mute, curve.group.name if curve.group else None, numbers, kinds


def _bone(bone: bpy.types.Bone) -> object:
    parent = bone.parent.name if bone.parent else None
    return (
        bone.name,
        parent,
        _bytes(bone.matrix_local),
        bone.length,
        bone.use_connect,
        bone.use_inherit_rotation,
        bone.inherit_scale,
        bone.use_local_location,
    )


def _settings(holder: bpy.types.NlaTrack | bpy.types.NlaStrip) -> list[tuple[str, object]]:
    return [
        (row.identifier, getattr(holder, row.identifier))
        for row in holder.bl_rna.properties
        if row.identifier not in WINDOWS_OWN
    ]


def _bytes(matrix: object) -> bytes:
    return np.array(matrix, dtype=np.float32).tobytes()
