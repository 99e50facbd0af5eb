"""Take the advice of the panel: the setting that shows best how the performer faces."""

from __future__ import annotations

import bpy

from ..bridge.job.job_settings import needs_idle
from ..bridge.targets.advice import Step, advice, take

NOTHING = "There is no setting to change: detect a performer first, or the settings are the best already"


class RETARGET2D_OT_take_advice(bpy.types.Operator):
    """Change the setting that the panel advises, so that the character shows how the performer faces"""

    bl_idname = "retarget2d.take_advice"
    bl_label = "Take the Advice"
    bl_options = frozenset({"UNDO"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where something is advised, and no job runs."""
        found = advice(context.scene)
        missing = needs_idle(context) or ("" if found is not None and found.step is not Step.NONE else NOTHING)
        if missing:
            cls.poll_message_set(missing)
        return not missing

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Change it."""
        found = advice(context.scene)
        if found is None:
            return {"CANCELLED"}
        take(context.scene, found.step)
        return {"FINISHED"}
