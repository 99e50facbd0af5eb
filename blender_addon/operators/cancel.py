"""Stop the job that runs."""

from __future__ import annotations

import bpy

from ..bridge.job.session import session
from .jobs import cancel_current


class RETARGET2D_OT_cancel(bpy.types.Operator):
    """Stop the running job and leave the file as it was"""

    bl_idname = "retarget2d.cancel"
    bl_label = "Cancel Retargeting"

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Only while a job runs."""
        if not session.running:
            cls.poll_message_set("Nothing runs that could be cancelled")
        return session.running

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Stop it."""
        cancel_current()
        return {"FINISHED"}
