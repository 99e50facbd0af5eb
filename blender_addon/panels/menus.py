"""Menu entries: what stands in a menu is found by F3."""

from __future__ import annotations

import bpy


class RETARGET2D_MT_retarget(bpy.types.Menu):
    """Everything that the add-on does"""

    bl_idname = "RETARGET2D_MT_retarget"
    bl_label = "Retarget 2D"

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the entries."""
        layout = self.layout
        layout.operator("retarget2d.open_video", text="Open Reference Video…", icon="FILE_MOVIE")
        layout.operator("retarget2d.run", icon="PLAY")
        layout.separator()
        for step in ("detect", "retarget", "bake"):
            layout.operator(f"retarget2d.{step}")
        layout.separator()
        layout.operator("retarget2d.cancel", icon="X")
        layout.operator("retarget2d.install_runtime").wheels = ""
        layout.operator("retarget2d.install_wheels", text="Install Runtime from Wheels…")


def _draw_entry(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.menu(RETARGET2D_MT_retarget.bl_idname)


MENUS = ("VIEW3D_MT_object_animation", "VIEW3D_MT_pose")
"""Where the entries stand: in Object › Animation and in Pose."""


def register() -> None:
    """Add the entries."""
    for name in MENUS:
        getattr(bpy.types, name).append(_draw_entry)


def unregister() -> None:
    """Take them out."""
    for name in MENUS:
        getattr(bpy.types, name).remove(_draw_entry)
