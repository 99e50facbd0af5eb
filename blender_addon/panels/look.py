"""What the performance is blended with."""

from __future__ import annotations

import bpy

from .retarget import Tab, idle_column, source_rows


class RETARGET2D_PT_blend(Tab, bpy.types.Panel):
    """A second performance, and how far motion, skeleton and view go to it"""

    bl_label = "Blend"
    bl_parent_id = "RETARGET2D_PT_character"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the second performance and the shares."""
        settings = context.scene.retarget2d
        look = settings.look
        column = idle_column(self, context)
        source_rows(column, look.second, "SECOND")
        shares = column.column(align=True)
        shares.prop(look, "blend_motion", slider=True)
        body = shares.column(align=True)
        body.enabled = settings.armature is None
        body.prop(look, "blend_skeleton", slider=True)
        shares.prop(look, "blend_view", slider=True)
        column.prop(look, "alignment")
