"""The performance to blend with."""

from __future__ import annotations

import bpy

from ..settings.blend import BlendSettings
from .rows import draw_settings
from .tab import Tab, idle_column


class RETARGET2D_PT_blend(Tab, bpy.types.Panel):
    """A second performance, and how much of its motion, skeleton and view to use"""

    bl_label = "Blend"
    bl_parent_id = "RETARGET2D_PT_character"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the second performance and the shares; a character keeps its own skeleton."""
        own_skeleton = () if context.scene.retarget2d.armature is None else ("skeleton",)
        draw_settings(idle_column(self, context), context, BlendSettings, all_of_them=True, disabled=own_skeleton)
