"""Which channels of a rig are keyed."""

from __future__ import annotations

import bpy

from .retarget import Tab, settings_column

AMOUNTS = ("body", "head", "right_arm", "left_arm", "right_leg", "left_leg")


class RETARGET2D_PT_channels(Tab, bpy.types.Panel):
    """Limbs, path and pose"""

    bl_label = "Channels"
    bl_parent_id = "RETARGET2D_PT_bake"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only a rig has channels."""
        return "RIG" in context.scene.retarget2d.bake

    def draw(self, context: bpy.types.Context) -> None:
        """Draw which limbs are keyed, how much, and who carries the path."""
        channels = context.scene.retarget2d.channels
        column = settings_column(self)
        column.enabled = not context.window_manager.retarget2d.running
        heading = column.column(heading="Limbs", align=True)
        for name in AMOUNTS:
            row = heading.row(align=True)
            row.prop_enum(channels, "limbs", name.upper(), text="", icon="CHECKBOX_HLT" if name.upper() in channels.limbs else "CHECKBOX_DEHLT")
            amount = row.row(align=True)
            amount.active = name.upper() in channels.limbs
            amount.prop(channels, name, slider=True)
        column.separator()
        column.prop(channels, "pose")
        column.prop(channels, "root")
        if channels.root == "OBJECT":
            column.prop(channels, "carrier", placeholder="A new empty")


class RETARGET2D_PT_stretch(Tab, bpy.types.Panel):
    """Limbs as short as they are seen"""

    bl_label = "Foreshortening"
    bl_parent_id = "RETARGET2D_PT_channels"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    def draw_header(self, context: bpy.types.Context) -> None:
        """Draw the switch."""
        self.layout.prop(context.scene.retarget2d.channels, "use_stretch", text="")

    def draw(self, context: bpy.types.Context) -> None:
        """Draw how much, and between which limits."""
        channels = context.scene.retarget2d.channels
        column = settings_column(self)
        column.active = channels.use_stretch
        for name in ("stretch", "shortest", "longest", "volume"):
            column.prop(channels, name, slider=name != "longest")
