"""What tests of the add-on begin with: our puppet in an open file, the shipped video, and a look at all that the file
holds.
"""

from __future__ import annotations

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
