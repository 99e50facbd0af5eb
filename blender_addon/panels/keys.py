"""How the motion is keyed."""

from __future__ import annotations

import bpy

from .retarget import Tab, idle_column


class RETARGET2D_PT_keys(Tab, bpy.types.Panel):
    """Where keys are set"""

    bl_label = "Keys"
    bl_parent_id = "RETARGET2D_PT_bake"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the mode and its tolerances."""
        settings = context.scene.retarget2d
        keys = settings.keys
        column = idle_column(self, context)
        column.prop(keys, "mode")
        if keys.mode == "REDUCED":
            tolerances = column.column(align=True)
            tolerances.active = settings.bake != {"GREASE_PENCIL"}
            tolerances.prop(keys, "angle", text="Rotation ±")
            tolerances.prop(keys, "distance", text="Location ± %")
            stretch = tolerances.row()
            stretch.active = settings.channels.use_stretch
            stretch.prop(keys, "stretch", text="Stretch ± %")
