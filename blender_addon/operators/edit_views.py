"""Looks after the 3D views that look at an edit: they are given back when it is lost, or the add-on is turned off."""

from __future__ import annotations

import bpy

from ..bridge.performance_edit.looking import is_any_lost, stop_looking_at_all, stop_looking_at_lost

CHANGES = ("depsgraph_update_post", "undo_post", "redo_post")
"""Blender's handlers that are called where the objects of an edit may have been deleted, or an edit undone."""


def register() -> None:
    """Look after them from now on."""
    for handlers in CHANGES:
        getattr(bpy.app.handlers, handlers).append(_give_back_soon)
    bpy.app.handlers.load_post.append(_give_back_at_once)


def unregister() -> None:
    """Give all of them back."""
    bpy.app.handlers.load_post.remove(_give_back_at_once)
    for handlers in CHANGES:
        getattr(bpy.app.handlers, handlers).remove(_give_back_soon)
    if bpy.app.timers.is_registered(stop_looking_at_lost):
        bpy.app.timers.unregister(stop_looking_at_lost)
    stop_looking_at_all()


@bpy.app.handlers.persistent
def _give_back_soon(*_scene_and_graph: object) -> None:
    """Not at once: renders call this beside Blender's own thread."""
    if is_any_lost() and not bpy.app.timers.is_registered(stop_looking_at_lost):
        bpy.app.timers.register(stop_looking_at_lost, first_interval=0.0)


@bpy.app.handlers.persistent
def _give_back_at_once(*_file: object) -> None:
    """The windows stay where a file is opened without its own."""
    stop_looking_at_lost()
