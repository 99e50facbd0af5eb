"""Take the advice of the panel: the setting that shows best how the performer faces."""

from __future__ import annotations

import bpy

from ..bridge.targets.advice import Step, advice, take
from .idle_operator import IdleOperator

NOTHING = "There is no setting to change: detect a performer first, or the settings are the best already"


def _needs_advice(context: bpy.types.Context) -> str:
    found = advice(context.scene)
    return "" if found is not None and found.step is not Step.NONE else NOTHING


class RETARGET2D_OT_take_advice(IdleOperator):
    """Change the setting that the panel advises, so that the character shows how the performer faces"""

    bl_idname = "retarget2d.take_advice"
    bl_label = "Take the Advice"
    bl_options = frozenset({"UNDO"})

    requirements = (_needs_advice,)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Change it."""
        found = advice(context.scene)
        if found is None:
            return {"CANCELLED"}
        take(context.scene, found.step)
        return {"FINISHED"}
