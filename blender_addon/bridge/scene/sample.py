"""The sample that comes with the extension: a video, and a puppet to put its motion on."""

from __future__ import annotations

from pathlib import Path

import bpy
from mathutils import Vector

ADDON = Path(__file__).resolve().parents[2]
VIDEO, PUPPET_FILE, PUPPET = "footage/street.mp4", "characters/puppet.blend", "Puppet"
PLACES = (ADDON / "sample", ADDON.parent / "assets")
"""Where the sample is: in a zip, and in a checkout."""

MARGIN = 0.25
"""Metres between the puppet and what stands beside it."""


def sample_folder() -> Path | None:
    """The folder of the sample; None where this copy of the extension has none."""
    return next((place for place in PLACES if all((place / one).is_file() for one in (VIDEO, PUPPET_FILE))), None)


def append_puppet(scene: bpy.types.Scene, folder: Path) -> bpy.types.Object:
    """Add the puppet to the scene, to the right of what is visible there; its armature.

    ValueError where the file holds none.
    """
    right = _right_edge(scene)
    before = set(bpy.data.libraries)
    with bpy.data.libraries.load(str(folder / PUPPET_FILE), link=False) as (_there, taken):
        taken.collections = [PUPPET]
    for library in set(bpy.data.libraries) - before:  # nothing is linked, and an undo would leave it
        bpy.data.libraries.remove(library)
    (collection,) = taken.collections
    armature = (
        next((found for found in collection.all_objects if found.type == "ARMATURE"), None) if collection else None
    )
    if armature is None:
        raise ValueError(f"{folder / PUPPET_FILE} holds no puppet; install the extension again.")
    scene.collection.children.link(collection)
    if right is not None:
        left = min((armature.matrix_world @ Vector(corner)).x for corner in armature.bound_box)
        armature.location.x += max(right + MARGIN - left, 0.0)
    return armature


def _right_edge(scene: bpy.types.Scene) -> float | None:
    """The largest x of what is seen of the scene, but for cameras and lights; None where nothing is."""
    edges = [
        (shown.matrix_world @ Vector(corner)).x
        for shown in scene.objects
        if shown.type not in {"CAMERA", "LIGHT", "LIGHT_PROBE"} and not shown.hide_get() and not shown.hide_viewport
        for corner in shown.bound_box
    ]
    return max(edges, default=None)
