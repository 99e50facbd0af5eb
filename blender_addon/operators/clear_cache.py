"""Forget what was found in videos."""

from __future__ import annotations

import bpy

from ..bridge.scene import addon, kept_poses
from .idle_operator import IdleOperator


class RETARGET2D_OT_clear_cache(IdleOperator):
    """Delete the kept poses of all videos, which are then looked at again"""

    bl_idname = "retarget2d.clear_cache"
    bl_label = "Clear Cache"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Delete them."""
        folder = addon.pose_cache()
        freed, stuck = kept_poses.clear(folder) if folder is not None else (0, [])
        if stuck:
            self.report({"ERROR"}, f"{stuck[0]} cannot be deleted; close the programs that use it, and try again.")
            return {"CANCELLED"}
        self.report({"INFO"}, f"{kept_poses.in_megabytes(freed)} of kept poses were deleted")
        return {"FINISHED"}
