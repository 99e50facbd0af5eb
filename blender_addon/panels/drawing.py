"""Grease Pencil: an artist's own drawing and its layers, and the style of the drawn figure."""

from __future__ import annotations

import bpy

from ..settings.bake_targets import BakeTarget
from ..settings.drawing import DrawingChoice
from .rows import draw_settings
from .tab import OfTarget, idle_column, settings_column


class RETARGET2D_UL_drawing_layers(bpy.types.UIList):
    """Layers of a drawing, the body part that each shows, and the view"""

    bl_idname = "RETARGET2D_UL_drawing_layers"

    def draw_item(
        self,
        _context: bpy.types.Context,
        layout: bpy.types.UILayout,
        _data: object,
        item: bpy.types.PropertyGroup,
        _icon: int,
        _active_data: object,
        _active_property: str,
        _index: int = 0,
        _flag: int = 0,
    ) -> None:
        """Draw a row."""
        row = layout.split(factor=0.3)
        row.label(text=item.name, translate=False)
        parts = row.row(align=True)
        parts.prop(item, "part", text="")
        parts.prop(item, "view", text="")
        parts.prop(item, "use_pivot", text="", icon="PIVOT_CURSOR")


class RETARGET2D_PT_drawing(OfTarget, bpy.types.Panel):
    """Your own drawing: its layers are the parts of a body"""

    target = BakeTarget.DRAWING
    bl_label = target.label

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the rows, the layers, and the buttons."""
        drawing = context.scene.retarget2d.drawing
        column = idle_column(self, context)
        draw_settings(column, context, DrawingChoice)
        if BakeTarget.RIG not in context.scene.retarget2d.bake:  # rigs have it among their channels
            column.prop(context.scene.retarget2d.channels, "follow_turn", slider=True)
            column.prop(context.scene.retarget2d.channels, "artwork")
        column.separator()
        row = column.row()
        row.template_list(RETARGET2D_UL_drawing_layers.bl_idname, "", drawing, "layers", drawing, "layer", rows=4)
        tools = row.column(align=True)
        tools.operator("retarget2d.assign_layers", text="", icon="FILE_REFRESH")
        tools.operator("retarget2d.exchange_sides", text="", icon="MOD_MIRROR")
        tools.operator("retarget2d.pick_joint", text="", icon="PIVOT_CURSOR")
        if drawing.way != "LAYERS":
            row = column.row(align=True)
            row.operator("retarget2d.build_armature", icon="ARMATURE_DATA")
            row.operator("retarget2d.bind_drawing", icon="LINKED")


class RETARGET2D_PT_style(OfTarget, bpy.types.Panel):
    """How the drawn figure looks"""

    target = BakeTarget.FIGURE
    bl_label = target.label
    bl_options = frozenset({"DEFAULT_CLOSED"})

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the style and its buttons."""
        column = settings_column(self)
        row = column.row(align=True)
        row.prop(context.scene.retarget2d.drawing, "style", placeholder="character")
        row.operator("retarget2d.load_style", text="", icon="FILE_FOLDER")
        row.operator("retarget2d.save_style", text="", icon="FILE_TICK")


CLASSES: tuple[type, ...] = (RETARGET2D_UL_drawing_layers, RETARGET2D_PT_drawing, RETARGET2D_PT_style)
