"""How feet stand, and what turns by the landmarks."""

from __future__ import annotations

import bpy

from .retarget import Tab, settings_column


class RETARGET2D_PT_feet(Tab, bpy.types.Panel):
    """Feet that stand, and ends of the body that turn"""

    bl_label = "Feet, Hands and Head"
    bl_parent_id = "RETARGET2D_PT_character"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    def draw(self, context: bpy.types.Context) -> None:
        """Draw both topics."""
        feet, landmarks = context.scene.retarget2d.feet, context.scene.retarget2d.landmarks
        column = settings_column(self)
        column.enabled = not context.window_manager.retarget2d.running
        column.prop(feet, "planting")
        column.prop(feet, "ground_auto")
        if not feet.ground_auto:
            column.prop(feet, "ground")
        column.separator()
        column.prop(feet, "legs")
        column.prop(feet, "arms")
        column.separator()
        ends = column.column(heading="Turn by Landmarks", align=True)
        for name in ("hands", "feet", "head"):
            ends.prop(landmarks, name)
