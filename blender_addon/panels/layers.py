"""How the bake joins the animation that the rig has."""

from __future__ import annotations

import bpy

from .retarget import Tab, settings_column


class RETARGET2D_PT_layers(Tab, bpy.types.Panel):
    """The rig's own action, or an NLA layer"""

    bl_label = "Layers"
    bl_parent_id = "RETARGET2D_PT_bake"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only a rig has layers."""
        return "RIG" in context.scene.retarget2d.bake

    def draw(self, context: bpy.types.Context) -> None:
        """Draw where the keys go."""
        layers = context.scene.retarget2d.layers
        column = settings_column(self)
        column.enabled = not context.window_manager.retarget2d.running
        column.prop(layers, "mode")
        column.prop(layers, "title", placeholder="Video and performer")
        if layers.mode == "LAYER":
            column.prop(layers, "blending")
            column.prop(layers, "influence", slider=True)
