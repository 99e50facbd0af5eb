"""What the panels of the tab share."""

from __future__ import annotations

from typing import ClassVar

import bpy

from ..settings.bake_targets import BakeTarget


class Tab:
    """A panel in the tab Retarget 2D."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Retarget 2D"


class OfTarget(Tab):
    """A panel that only one bake target has."""

    bl_parent_id = "RETARGET2D_PT_bake"
    target: ClassVar[BakeTarget]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where that target is chosen."""
        return cls.target in context.scene.retarget2d.bake


class OfRig(OfTarget):
    """A panel that only a rig has."""

    bl_options = frozenset({"DEFAULT_CLOSED"})
    target = BakeTarget.RIG


def settings_column(panel: bpy.types.Panel) -> bpy.types.UILayout:
    """A column of settings, with labels at the left."""
    layout = panel.layout
    layout.use_property_split = True
    layout.use_property_decorate = False
    return layout.column()


def idle_column(panel: bpy.types.Panel, context: bpy.types.Context) -> bpy.types.UILayout:
    """A column of settings that is disabled while a job runs."""
    column = settings_column(panel)
    column.enabled = not context.window_manager.retarget2d.running
    return column
