"""Restores the 3D views that look at an edit when the edit is gone or the add-on is turned off."""

from __future__ import annotations

import bpy

from ..bridge.performance_edit.edit_viewports import (
    is_lost_edit_shown,
    restore_all_viewports,
    restore_viewports_of_lost_edits,
)

CHANGES = ("depsgraph_update_post", "undo_post", "redo_post")
"""Blender's handlers that run after an edit's objects may have been deleted, or the edit undone."""


def register() -> None:
    """Add the handlers."""
    for handlers in CHANGES:
        getattr(bpy.app.handlers, handlers).append(_restore_soon)
    bpy.app.handlers.load_post.append(_restore_at_once)


def unregister() -> None:
    """Remove the handlers and restore all views."""
    bpy.app.handlers.load_post.remove(_restore_at_once)
    for handlers in CHANGES:
        getattr(bpy.app.handlers, handlers).remove(_restore_soon)
    if bpy.app.timers.is_registered(restore_viewports_of_lost_edits):
        bpy.app.timers.unregister(restore_viewports_of_lost_edits)
    restore_all_viewports()


@bpy.app.handlers.persistent
def _restore_soon(*_scene_and_graph: object) -> None:
    """Restore from a timer: renders call this outside Blender's main thread."""
    if is_lost_edit_shown() and not bpy.app.timers.is_registered(restore_viewports_of_lost_edits):
        bpy.app.timers.register(restore_viewports_of_lost_edits, first_interval=0.0)


@bpy.app.handlers.persistent
def _restore_at_once(*_file: object) -> None:
    """Restore now: a file opened without its own windows keeps the present ones."""
    restore_viewports_of_lost_edits()
