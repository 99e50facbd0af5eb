"""What footage does not say of itself."""

from __future__ import annotations

import bpy

from .retarget import Tab, idle_column


class RETARGET2D_PT_poses(Tab, bpy.types.Panel):
    """Frame rate, and how a pose file is to be read"""

    bl_label = "Frame Rate and Poses"
    bl_parent_id = "RETARGET2D_PT_footage"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    def draw(self, context: bpy.types.Context) -> None:
        """Draw what is known beside what the file says."""
        poses = context.scene.retarget2d.poses
        column = idle_column(self, context)
        column.prop(poses, "fps")
        column.prop(poses, "layout")
        column.prop(poses, "image_size")
