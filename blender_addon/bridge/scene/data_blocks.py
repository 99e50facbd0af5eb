"""The data-blocks of the open file: list them, find them again, remove new ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import bpy

_OF_THE_WINDOW = frozenset({"window_managers", "screens", "workspaces", "libraries"})
"""Collections that belong to Blender's window, not to what a user makes."""


def data_blocks() -> dict[int, bpy.types.ID]:
    """Every data-block of the file by its session uid, which stays the same when undo moves it in memory."""
    collections = (
        row.identifier
        for row in bpy.data.bl_rna.properties
        if row.type == "COLLECTION" and row.identifier not in _OF_THE_WINDOW
    )
    return {block.session_uid: block for name in collections for block in getattr(bpy.data, name)}


def object_of(session_uid: int, name: str) -> bpy.types.Object:
    """The object remembered by its uid; ValueError where it was deleted since."""
    found = next((item for item in bpy.data.objects if item.session_uid == session_uid), None)
    if found is None:
        raise ValueError(f"{name} was deleted in the meantime; choose another object.")
    return found


def scene_of(session_uid: int, name: str) -> bpy.types.Scene:
    """The scene remembered by its uid; ValueError where it was deleted since."""
    found = next((scene for scene in bpy.data.scenes if scene.session_uid == session_uid), None)
    if found is None:
        raise ValueError(f"The scene {name} was deleted in the meantime; choose the settings again in another scene.")
    return found


@contextmanager
def nothing_left_on_failure() -> Iterator[None]:
    """Remove every data-block that the block made, if it raises."""
    before = frozenset(data_blocks())
    try:
        yield
    except BaseException:
        bpy.data.batch_remove([block for uid, block in data_blocks().items() if uid not in before])
        raise
