"""When the motion is performed."""

from __future__ import annotations

import bpy

from .retarget import Tab, settings_column


class RETARGET2D_PT_timing(Tab, bpy.types.Panel):
    """How fast, and whether as a cycle"""

    bl_label = "Timing"
    bl_parent_id = "RETARGET2D_PT_bake"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    def draw(self, context: bpy.types.Context) -> None:
        """Draw speed and cycle."""
        timing = context.scene.retarget2d.timing
        column = settings_column(self)
        column.enabled = not context.window_manager.retarget2d.running
        column.prop(timing, "speed")
        column.prop(timing, "cycle")
        if timing.cycle:
            cycle = column.column()
            cycle.prop(timing, "shortest")
            cycle.prop(timing, "root")
            cycle.prop(timing, "repeats")
            cycle.prop(timing, "endless")
