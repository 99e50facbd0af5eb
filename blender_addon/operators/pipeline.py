"""One operator for each stage of the job, and one for the whole job."""

from __future__ import annotations

import bpy

from ..bridge.job.job_settings import JobSettings, needs_motion, needs_object_mode, needs_performers, needs_video
from ..bridge.scene import addon
from ..bridge.targets.baking import Baked, read_subject
from ..bridge.targets.table import NEEDS_OF_ALL, needs_target
from ..settings.footage import OtherPerformance
from . import stages
from .jobs import JobOperator
from .performance_slot import MAIN, performance_in, slot_property
from .stages import Steps


class RETARGET2D_OT_detect(JobOperator):
    """Detect and track everybody in the video"""

    bl_idname = "retarget2d.detect"
    bl_label = "Detect Performers"
    requirements = (needs_video,)

    whose: slot_property()  # type: ignore[valid-type]

    def steps(self, context: bpy.types.Context) -> Steps[str]:
        """The performers."""
        settings = JobSettings.of(context.scene)
        if self.whose == MAIN:
            performance = yield from stages.detecting(settings, addon.preferred())
            yield from stages.portraying(settings, addon.preferred(), performance)
        else:
            other = OtherPerformance.of(performance_in(context.scene, self.whose))
            performance = yield from stages.finding(settings.footage.other(other), addon.preferred())
        count = len(performance.people)
        return f"Found {count} performers" if count > 1 else "Found 1 performer"


class RETARGET2D_OT_retarget(JobOperator):
    """Transfer the performer's motion to the character's proportions and to the chosen view, without baking"""

    bl_idname = "retarget2d.retarget"
    bl_label = "Retarget Performer"
    requirements = (needs_video, needs_performers)

    def steps(self, context: bpy.types.Context) -> Steps[str]:
        """The motion."""
        settings = JobSettings.of(context.scene)
        character = read_subject(context.scene, settings).character
        performance = yield from stages.detecting(settings, addon.preferred())
        takes = yield from stages.retargeting(settings, addon.preferred(), performance, character)
        return f"Retargeted {max(len(take.motion) for take in takes):,} frames"


class RETARGET2D_OT_bake(JobOperator):
    """Bake the retargeted motion to the rig, to a figure, or to a drawing"""

    bl_idname = "retarget2d.bake"
    bl_label = "Bake Motion"
    bl_options = frozenset({"UNDO"})
    requirements = (needs_video, needs_motion, needs_target, needs_object_mode)

    def steps(self, context: bpy.types.Context) -> Steps[Baked]:
        """The keys."""
        return stages.baking_again(JobSettings.of(context.scene))


class RETARGET2D_OT_run(JobOperator):
    """Transfer the performance in the video to the character: detect, retarget and bake"""

    bl_idname = "retarget2d.run"
    bl_label = "Retarget Video"
    bl_options = frozenset({"UNDO"})
    requirements = NEEDS_OF_ALL

    def steps(self, context: bpy.types.Context) -> Steps[Baked]:
        """The keys."""
        return stages.whole_job(JobSettings.of(context.scene), addon.preferred())
