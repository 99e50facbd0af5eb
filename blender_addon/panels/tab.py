"""What the panels of the tab share."""

from __future__ import annotations

import bpy


class Tab:
    """A panel in the tab Retarget 2D."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Retarget 2D"


class OfRig(Tab):
    """A panel that only a rig has."""

    bl_parent_id = "RETARGET2D_PT_bake"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where a rig is baked onto."""
        return "RIG" in context.scene.retarget2d.bake


def settings_column(panel: bpy.types.Panel) -> bpy.types.UILayout:
    """A column of settings, names at the left."""
    layout = panel.layout
    layout.use_property_split = True
    layout.use_property_decorate = False
    return layout.column()


def idle_column(panel: bpy.types.Panel, context: bpy.types.Context) -> bpy.types.UILayout:
    """A column of settings that are grey while a job runs."""
    column = settings_column(panel)
    column.enabled = not context.window_manager.retarget2d.running
    return column
