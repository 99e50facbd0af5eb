"""How the motion is keyed."""

from __future__ import annotations

import bpy

from .retarget import Tab, settings_column


class RETARGET2D_PT_keys(Tab, bpy.types.Panel):
    """Where keys are set"""

    bl_label = "Keys"
    bl_parent_id = "RETARGET2D_PT_bake"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the mode and its tolerances."""
        keys = context.scene.retarget2d.keys
        column = settings_column(self)
        column.enabled = not context.window_manager.retarget2d.running
        column.prop(keys, "mode")
        if keys.mode == "REDUCED":
            tolerances = column.column(align=True)
            tolerances.prop(keys, "angle", text="Tolerance")
            tolerances.prop(keys, "distance", text="Location %")
            tolerances.prop(keys, "stretch", text="Stretch %")
