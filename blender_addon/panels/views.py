"""The artwork of a cut-out for its views: which object shows which."""

from __future__ import annotations

import bpy

from ..properties.views import VIEW, VIEW_FRAMES, VIEW_RIGS, artwork_rows, frame_rows, layer_rows, rig_rows
from .tab import OfRig, idle_column

NAMES = 0.5
"""The part of a panel's width that names take."""


class RETARGET2D_PT_views(OfRig, bpy.types.Panel):
    """Artwork that is shown while the performer is seen from the side, from behind or between"""

    bl_label = "Artwork for Views"
    bl_parent_id = "RETARGET2D_PT_channels"

    def draw_header(self, context: bpy.types.Context) -> None:
        """Draw the switch."""
        self.layout.prop(context.scene.retarget2d.channels, "artwork", text="")

    def draw(self, context: bpy.types.Context) -> None:
        """Draw a row for each object that the character carries."""
        column = idle_column(self, context)
        column.use_property_split = False
        column.active = context.scene.retarget2d.channels.artwork
        armature = context.scene.retarget2d.armature
        rows = list(artwork_rows(armature)) if armature is not None else []
        if not rows:
            column.label(text="The character carries no objects", icon="INFO")
        for item, named in rows:
            row = column.split(factor=NAMES, align=True)
            row.label(text=item.name, translate=False)
            row.prop(item, VIEW, text="")
            if named:
                column.label(text=named, icon="BLANK1")
            for layer, picked, views in layer_rows(item):
                layers = column.split(factor=NAMES, align=True)
                layers.label(text=layer, icon="BLANK1", translate=False)
                pick = layers.operator_menu_enum("retarget2d.pick_layer_view", "view", text=picked)
                pick.item, pick.layer = item.name, layer
                if views:
                    column.label(text=views, icon="BLANK1")
            for index, label in enumerate(frame_rows(item)):
                frames = column.split(factor=NAMES, align=True)
                frames.label(text=label, icon="BLANK1")
                frames.prop(item, VIEW_FRAMES, index=index, text="Frame")


class RETARGET2D_PT_view_rigs(OfRig, bpy.types.Panel):
    """Armatures that are drawn for other views, each with joints of its own, beside the character's"""

    bl_label = "Rigs for Views"
    bl_parent_id = "RETARGET2D_PT_views"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw a row for each view."""
        column = idle_column(self, context)
        column.use_property_split = False
        column.active = context.scene.retarget2d.channels.artwork
        armature = context.scene.retarget2d.armature
        for name, label, found in rig_rows(armature) if armature is not None else ():
            row = column.split(factor=NAMES, align=True)
            row.label(text=label)
            row.prop(getattr(armature, VIEW_RIGS), name, text="")
            if found:
                column.label(text=found, icon="BLANK1", translate=False)
