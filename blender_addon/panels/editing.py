"""Panels for work on the performance before it is retargeted: performer identity, and the edit."""

from __future__ import annotations

import bpy

from .tab import Tab, idle_column


class RETARGET2D_PT_performers(Tab, bpy.types.Panel):
    """Corrections of performer identity, from the current frame on"""

    bl_label = "Performer Identity"
    bl_parent_id = "RETARGET2D_PT_footage"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the buttons that correct, and the corrections so far."""
        settings = context.scene.retarget2d
        column = idle_column(self, context)
        row = column.row(align=True)
        row.operator("retarget2d.swap_performers", text="Swap…", icon="ARROW_LEFTRIGHT")
        row.operator("retarget2d.split_performer", text="Split", icon="MOD_EDGESPLIT")
        row.operator("retarget2d.merge_performers", text="Merge…", icon="AUTOMERGE_ON")
        for index, made in enumerate(settings.editing.corrections):
            if made.applies:
                row = column.row()
                row.label(text=made.label)
                row.operator("retarget2d.remove_correction", text="", icon="X", emboss=False).index = index


class RETARGET2D_PT_edit(Tab, bpy.types.Panel):
    """The detected joints as keyed objects over the video"""

    bl_label = "Edit"
    bl_parent_id = "RETARGET2D_PT_footage"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the buttons of the edit."""
        editing = context.scene.retarget2d.editing
        column = idle_column(self, context)
        column.prop(editing, "backdrop")
        column.operator("retarget2d.edit_performance", icon="EDITMODE_HLT")
        row = column.row(align=True)
        row.operator("retarget2d.next_doubt", text="", icon="PREV_KEYFRAME").backwards = True
        row.operator("retarget2d.next_doubt", text="Next Doubtful Frame", icon="NEXT_KEYFRAME").backwards = False
        resolve = column.column(align=True)
        resolve.operator("retarget2d.resolve", icon="FILE_REFRESH").spread = "ONWARD"
        resolve.operator(
            "retarget2d.resolve", text="Re-Solve between Corrections", icon="ARROW_LEFTRIGHT"
        ).spread = "BETWEEN"
        row = column.row(align=True)
        row.label(text="Swap Sides")
        row.operator("retarget2d.swap_sides", text="Arms").limbs = {"ARMS"}
        row.operator("retarget2d.swap_sides", text="Legs").limbs = {"LEGS"}
        column.operator("retarget2d.leave_edit", icon="LOOP_BACK")
        column.operator("retarget2d.discard_edit", icon="X")
