"""What the buttons share that wait for a job to end."""

from __future__ import annotations

import bpy

from ..bridge.job.job_settings import Requirement, first_missing, needs_idle


class IdleOperator(bpy.types.Operator):
    """An operator that is disabled, and says why, while a job runs and until all else that it needs is there."""

    requirements: tuple[Requirement, ...] = ()

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Whether everything is there."""
        missing = first_missing(context, (needs_idle, *cls.requirements))
        if missing:
            cls.poll_message_set(missing)
        return not missing
