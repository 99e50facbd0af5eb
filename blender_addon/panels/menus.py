"""Menu entries. F3 finds what stands in a menu."""

from __future__ import annotations

import bpy

SEPARATOR = ("", "", "NONE")

ENTRIES: tuple[tuple[str, str, str], ...] = (
    ("retarget2d.open_video", "Open Reference Video…", "FILE_MOVIE"),
    ("retarget2d.try_sample", "Try the Sample", "NONE"),
    ("retarget2d.draw_horizon", "Draw Horizon", "NONE"),
    ("retarget2d.run", "Retarget Video", "PLAY"),
    ("retarget2d.preview", "Preview", "HIDE_OFF"),
    ("retarget2d.stop_preview", "Stop Preview", "HIDE_ON"),
    SEPARATOR,
    ("retarget2d.detect", "Detect Performers", "NONE"),
    ("retarget2d.retarget", "Retarget Performer", "NONE"),
    ("retarget2d.bake", "Bake Motion", "NONE"),
    ("retarget2d.take_advice", "Take the Advice", "NONE"),
    SEPARATOR,
    ("retarget2d.edit_performance", "Edit Performance", "NONE"),
    ("retarget2d.next_doubt", "Next Doubtful Frame", "NONE"),
    ("retarget2d.resolve", "Re-Solve from Here", "NONE"),
    ("retarget2d.swap_sides", "Swap Sides from Here", "NONE"),
    ("retarget2d.leave_edit", "Leave Edit", "NONE"),
    ("retarget2d.discard_edit", "Discard Edit", "NONE"),
    SEPARATOR,
    ("retarget2d.swap_performers", "Swap Performers", "NONE"),
    ("retarget2d.split_performer", "Split Performer", "NONE"),
    ("retarget2d.merge_performers", "Merge Performers", "NONE"),
    ("retarget2d.remove_correction", "Remove Last Correction", "NONE"),
    SEPARATOR,
    ("retarget2d.assign_layers", "Assign Layers by Name", "OUTLINER_DATA_GP_LAYER"),
    ("retarget2d.exchange_sides", "Swap Right and Left of Layers", "MOD_MIRROR"),
    ("retarget2d.pick_joint", "Joint at 3D Cursor", "PIVOT_CURSOR"),
    ("retarget2d.build_armature", "Build Armature for Drawing", "ARMATURE_DATA"),
    ("retarget2d.bind_drawing", "Bind Drawing", "LINKED"),
    ("retarget2d.load_style", "Load Style…", "FILE_FOLDER"),
    ("retarget2d.save_style", "Save Style…", "FILE_TICK"),
    SEPARATOR,
    ("retarget2d.cancel", "Cancel Retargeting", "X"),
    ("retarget2d.install_runtime", "Install Runtime", "IMPORT"),
    ("retarget2d.install_wheels", "Install Runtime from Wheels…", "FILE_FOLDER"),
    ("retarget2d.add_gpu_support", "Add GPU Support", "IMPORT"),
    ("retarget2d.remove_gpu_support", "Remove GPU Support", "TRASH"),
    ("retarget2d.clear_cache", "Clear Cache of Poses", "TRASH"),
)
"""Operator, text and icon of each entry."""


class RETARGET2D_MT_retarget(bpy.types.Menu):
    """All operators of the add-on"""

    bl_idname = "RETARGET2D_MT_retarget"
    bl_label = "Retarget 2D"

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the entries."""
        for operator, text, icon in ENTRIES:
            if operator:
                self.layout.operator(operator, text=text, icon=icon)
            else:
                self.layout.separator()
        self.layout.separator()
        self.layout.menu("RETARGET2D_MT_bone_map")


def _draw_entry(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.menu(RETARGET2D_MT_retarget.bl_idname)


MENUS = ("VIEW3D_MT_object_animation", "VIEW3D_MT_pose")
"""The menus that get the entries: Object › Animation, and Pose."""


def register() -> None:
    """Add the entries."""
    for name in MENUS:
        getattr(bpy.types, name).append(_draw_entry)


def unregister() -> None:
    """Take them out."""
    for name in MENUS:
        getattr(bpy.types, name).remove(_draw_entry)
