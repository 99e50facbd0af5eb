"""How feet stand, and what turns by the landmarks."""

from __future__ import annotations

import bpy

from .retarget import Tab, idle_column


class RETARGET2D_PT_feet(Tab, bpy.types.Panel):
    """Feet that stand, and ends of the body that turn"""

    bl_label = "Feet, Hands and Head"
    bl_parent_id = "RETARGET2D_PT_character"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    def draw(self, context: bpy.types.Context) -> None:
        """Draw both topics."""
        settings = context.scene.retarget2d
        feet, landmarks = settings.feet, settings.landmarks
        column = idle_column(self, context)
        column.prop(feet, "planting")
        column.prop(feet, "ground_auto")
        if not feet.ground_auto:
            column.prop(feet, "ground")
        column.separator()
        of_rig = column.column()
        of_rig.active = settings.bake != {"GREASE_PENCIL"}
        of_rig.prop(feet, "legs")
        of_rig.prop(feet, "arms")
        of_rig.separator()
        ends = of_rig.column(heading="Turn", align=True)
        for name in ("hands", "feet", "head"):
            ends.prop(landmarks, name)
