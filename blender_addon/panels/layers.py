"""How the bake joins the animation that the rig has."""

from __future__ import annotations

import bpy

from .retarget import OfRig, idle_column


class RETARGET2D_PT_layers(OfRig, bpy.types.Panel):
    """The rig's own action, or an NLA layer"""

    bl_label = "Layers"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw where the keys go."""
        layers = context.scene.retarget2d.layers
        column = idle_column(self, context)
        column.prop(layers, "mode")
        column.prop(layers, "title", placeholder="Video and performer")
        if layers.mode == "LAYER":
            column.prop(layers, "blending")
            column.prop(layers, "influence", slider=True)
