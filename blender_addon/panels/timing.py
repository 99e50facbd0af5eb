"""When the motion is performed."""

from __future__ import annotations

import bpy

from .retarget import Tab, idle_column


class RETARGET2D_PT_timing(Tab, bpy.types.Panel):
    """How fast, and whether as a cycle"""

    bl_label = "Timing"
    bl_parent_id = "RETARGET2D_PT_bake"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    def draw(self, context: bpy.types.Context) -> None:
        """Draw speed and cycle."""
        settings = context.scene.retarget2d
        timing = settings.timing
        column = idle_column(self, context)
        column.prop(timing, "speed")
        column.prop(timing, "cycle")
        if timing.cycle:
            cycle = column.column()
            cycle.prop(timing, "shortest")
            cycle.prop(timing, "root")
            cycle.prop(timing, "repeats")
            endless = cycle.row()
            endless.active = settings.bake != {"GREASE_PENCIL"}
            endless.prop(timing, "endless")
