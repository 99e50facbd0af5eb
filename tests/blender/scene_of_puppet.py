"""What tests of the add-on begin with: our puppet in an open file, the shipped video, and a look at all that the file
holds.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import bpy
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
STREET = ROOT / "assets/footage/street.mp4"
PUPPET_FILE = ROOT / "assets/characters/puppet.blend"
PUPPET = "Puppet"
RANGE = "0:24"
"""A second of the video: enough to bake, quick to look at."""
BOTH = "60:90"
"""A part of it that shows both people."""


def open_puppet() -> bpy.types.Object:
    """Open the puppet's file; its armature."""
    bpy.ops.wm.open_mainfile(filepath=str(PUPPET_FILE), load_ui=False)
    return bpy.data.objects[PUPPET]


def forget_session() -> None:
    """Begin as a Blender that was just started: no test profits from what another one found."""
    from blender_addon.bridge.job.session import Session, session

    vars(session).update(vars(Session()))


def ask(**settings: object) -> bpy.types.PropertyGroup:
    """Set up the scene for a job on the street video, with what is given in place of the usual; the settings."""
    chosen = bpy.context.scene.retarget2d
    for name, value in (
        {"video": str(STREET), "frame_range": RANGE, "armature": bpy.data.objects.get(PUPPET), "bake": {"RIG"}}
        | settings
    ).items():
        setattr(chosen, name, value)
    return chosen


def animate_drawing(drawing: bpy.types.Object, start: float = 0.0) -> None:
    """Keys of the artist's own: the object goes half a metre to the right of `start`, and the layer *Ground* fades."""
    for frame, place in ((1, start), (20, start + 0.5)):
        drawing.location.x = place
        drawing.keyframe_insert("location", index=0, frame=frame)
    drawing.animation_data.action.name = "Own Way"
    ground = drawing.data.layers["Ground"]
    for frame, opacity in ((1, 1.0), (20, 0.5)):
        ground.opacity = opacity
        ground.keyframe_insert("opacity", frame=frame)
    drawing.data.animation_data.action.name = "Own Fade"


def contents() -> dict[str, Any]:
    """All data-blocks of the file by name, and how each object is animated: what must be the same after a failure."""
    blocks = {
        row.identifier: sorted(block.name_full for block in getattr(bpy.data, row.identifier))
        for row in bpy.data.bl_rna.properties
        if row.type == "COLLECTION" and row.identifier not in {"window_managers", "screens", "workspaces"}
    }
    animated = {item.name: _animation(item.animation_data) for item in bpy.data.objects}
    poses = {
        item.name: np.round([bone.matrix_basis for bone in item.pose.bones], 6).tolist()
        for item in bpy.data.objects
        if item.type == "ARMATURE" and item.pose
    }
    scenes = {
        scene.name: (scene.frame_start, scene.frame_end, scene.frame_current, sorted(scene.objects.keys()))
        for scene in bpy.data.scenes
    }
    return {"blocks": blocks, "animated": animated, "poses": poses, "scenes": scenes}


def _animation(data: bpy.types.AnimData | None) -> object:
    if data is None:
        return None
    return data.action.name if data.action else None, [
        (track.name, [strip.name for strip in track.strips]) for track in data.nla_tracks
    ]


def keys_of(action: bpy.types.Action) -> dict[tuple[str, int], list[tuple[float, float]]]:
    """Every curve of the action: its data path and index, and its keys."""
    curves = (
        action.fcurves
        if hasattr(action, "fcurves")
        else [
            curve
            for layer in action.layers
            for strip in layer.strips
            for bag in strip.channelbags
            for curve in bag.fcurves
        ]
    )
    return {
        (curve.data_path, curve.array_index): [
            (round(key.co[0], 3), round(key.co[1], 5)) for key in curve.keyframe_points
        ]
        for curve in curves
    }


def owned() -> dict[str, Any]:
    """All that is the user's in the open file: its content, and of each object what it plays with all keys, how it
    stands, whether it is seen and selected; of drawings their layers too.
    """
    active = bpy.context.view_layer.objects.active
    return {
        "contents": contents(),
        "active": active.name if active is not None else None,
        "objects": {item.name: _owned(item) for item in bpy.data.objects},
        "drawings": {
            item.name: {
                "plays": _plays(item.data),
                "layers": [_layer(layer) for layer in item.data.layers],
                "order": item.data.stroke_depth_order,
            }
            for item in bpy.data.objects
            if item.type == "GREASEPENCIL"
        },
    }


def _owned(item: bpy.types.Object) -> dict[str, Any]:
    here = bpy.context.view_layer.objects.get(item.name) == item
    return {
        "plays": _plays(item),
        "place": [round(value, 5) for row in item.matrix_basis for value in row],
        "hidden": [item.hide_viewport, item.hide_render, item.hide_get() if here else None],
        "selected": item.select_get() if here else None,
        "modifiers": [modifier.name for modifier in item.modifiers],
        "groups": [group.name for group in item.vertex_groups],
        "previewed": bool(item.retarget2d_preview.active),
    }


def _layer(layer: bpy.types.ID) -> list[Any]:
    transform = [round(value, 5) for part in (layer.translation, layer.rotation, layer.scale) for value in part]
    parent = layer.parent.name if layer.parent is not None else None
    return [layer.name, layer.hide, round(layer.opacity, 5), transform, parent, len(layer.frames)]


def _plays(owner: bpy.types.ID) -> Any:  # noqa: ANN401
    """The Action, its slot and keys, how it counts, and the NLA, as JSON can hold them."""
    animation = owner.animation_data
    if animation is None:
        return None
    action, slot = animation.action, getattr(animation, "action_slot", None)
    keys = (
        sorted([path, index, [list(key) for key in points]] for (path, index), points in keys_of(action).items())
        if action
        else []
    )
    tracks = [
        [track.name, track.mute, track.is_solo, [[strip.name, strip.action.name] for strip in track.strips]]
        for track in animation.nla_tracks
    ]
    counts = [animation.action_blend_type, round(animation.action_influence, 5), animation.action_extrapolation]
    return [action.name if action else None, slot.identifier if slot else None, keys, counts, tracks, animation.use_nla]


def undo_steps() -> list[str]:
    """The names of all undo steps, which Blender prints and tells nobody."""
    with tempfile.TemporaryFile() as told:
        sys.stdout.flush()
        before = os.dup(1)
        os.dup2(told.fileno(), 1)
        try:
            bpy.context.window_manager.print_undo_steps()
        finally:
            ctypes.CDLL(None).fflush(None)
            os.dup2(before, 1)
            os.close(before)
        told.seek(0)
        return re.findall(r"name='(.*)'", told.read().decode())
