"""Which channels of a rig are keyed."""

from __future__ import annotations

import bpy

from ..settings.channels import ChannelSettings
from .rows import draw_settings
from .tab import OfRig, idle_column

AMOUNTS = ("body", "head", "right_arm", "left_arm", "right_leg", "left_leg")
NAMES = 0.4
"""The part of a panel's width that labels take."""


class RETARGET2D_PT_channels(OfRig, bpy.types.Panel):
    """Which limbs, path and pose are keyed"""

    bl_label = "Channels"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the limbs with their amounts, then the other rows."""
        channels = context.scene.retarget2d.channels
        column = idle_column(self, context)
        limbs = column.column(align=True)
        limbs.use_property_split = False
        for name in AMOUNTS:
            self._draw_limb(limbs, channels, name)
        column.separator()
        draw_settings(column, context, ChannelSettings)

    @staticmethod
    def _draw_limb(limbs: bpy.types.UILayout, channels: bpy.types.PropertyGroup, name: str) -> None:
        """Draw the limb's label, whether it gets keys, and its amount."""
        keyed, split = name.upper() in channels.limbs, limbs.split(factor=NAMES, align=True)
        title = split.row()
        title.alignment = "RIGHT"
        title.label(text=channels.bl_rna.properties[name].name)
        row = split.row(align=True)
        row.prop_enum(channels, "limbs", name.upper(), text="", icon="CHECKBOX_HLT" if keyed else "CHECKBOX_DEHLT")
        amount = row.row(align=True)
        amount.active = keyed
        amount.prop(channels, name, text="", slider=True)


class RETARGET2D_PT_stretch(OfRig, bpy.types.Panel):
    """Limbs that shorten as they do in the video"""

    bl_label = "Foreshortening"
    bl_parent_id = "RETARGET2D_PT_channels"

    def draw_header(self, context: bpy.types.Context) -> None:
        """Draw the switch."""
        self.layout.prop(context.scene.retarget2d.channels, "use_stretch", text="")

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the amount and the limits."""
        channels = context.scene.retarget2d.channels
        column = idle_column(self, context)
        column.active = channels.use_stretch
        column.prop(channels, "auto_stretch")
        for name in ("stretch", "shortest", "longest", "volume"):
            column.prop(channels, name, slider=name != "longest")
