"""Operators that correct performer identity: swap, split and merge.

The detection stays as it is. The scene keeps the corrections, and undo removes them.
"""

from __future__ import annotations

from dataclasses import replace

import bpy

from ..bridge.job.job_settings import JobSettings, needs_performers, needs_video
from ..bridge.job.session import session
from ..bridge.performance_edit import corrections
from ..bridge.performance_edit.edit import find_edit
from ..bridge.scene import addon
from ..bridge.scene.identity_corrections import Correction
from . import stages
from .idle_operator import IdleOperator
from .jobs import JobOperator
from .stages import Steps


class IdentityOperator(JobOperator):
    """What swap, split and merge share: performers are given by number, and 0 is the one chosen in the panel."""

    bl_options = frozenset({"UNDO"})
    requirements = (needs_video, needs_performers)
    changes_settings = True

    one: bpy.props.IntProperty(  # type: ignore[valid-type]
        name="Performer", description="Number of the performer; 0 for the chosen one", min=0
    )

    def correction(self, one: int, others: tuple[int, ...], frame: int) -> Correction:
        """The correction of performer `one`, given the `others` and the `frame` of the performance."""
        raise NotImplementedError

    def steps(self, context: bpy.types.Context) -> Steps[str]:
        """Correct, and say how many performers there are now. Nothing changes where the correction cannot be made."""
        settings, preferred = JobSettings.of(context.scene), addon.preferred()
        performance = yield from stages.detecting(settings, preferred)
        one = self.one or performance.chosen(max(settings.performer, 0))[0]
        others = tuple(performer for performer in performance.ids if performer != one)
        correction = self.correction(
            one, others, corrections.frame_of_performance(context.scene, settings, performance)
        )
        for performer in {correction.one, correction.other} - {0}:
            if find_edit(context.scene, settings.footage, performer) is not None:
                raise ValueError(
                    f"Performer {performer} has an edit; discard the edit before you correct the performer's identity."
                )
        made = (*settings.corrections, correction)
        performance = yield from stages.detecting(replace(settings, corrections=made), preferred)
        yield from stages.portraying(settings, preferred, performance)
        corrections.keep(settings.read_scene(), settings, correction)
        count = len(performance.ids)
        return f"{self.bl_label}: {count} performers now" if count > 1 else f"{self.bl_label}: 1 performer now"


class PairOperator(IdentityOperator):
    """A correction of two performers."""

    other: bpy.props.IntProperty(  # type: ignore[valid-type]
        name="Other Performer",
        description="Number of the other performer; 0 for the most prominent of the others",
        min=0,
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask which two, where there are more than two."""
        performance = session.performance
        if performance is not None and len(performance.ids) > 2 and not self.other and not bpy.app.background:
            return set(context.window_manager.invoke_props_dialog(self))
        return super().invoke(context, event)

    def second(self, others: tuple[int, ...]) -> int:
        """The other performer; ValueError where there is none."""
        if not others:
            raise ValueError("The video has only one performer; choose a video that shows two.")
        return self.other or others[0]


class RETARGET2D_OT_swap_performers(PairOperator):
    """Swap two performers from the current frame on, where the detection mistook one for the other"""

    bl_idname = "retarget2d.swap_performers"
    bl_label = "Swap Performers"

    def correction(self, one: int, others: tuple[int, ...], frame: int) -> Correction:
        """A swap from that frame on."""
        return Correction("swap", one, self.second(others), frame)


class RETARGET2D_OT_merge_performers(PairOperator):
    """Join two performers into one, where somebody who came back was detected as somebody new"""

    bl_idname = "retarget2d.merge_performers"
    bl_label = "Merge Performers"

    def correction(self, one: int, others: tuple[int, ...], _frame: int) -> Correction:
        """A merge, in every frame."""
        return Correction("merge", one, self.second(others), 0)


class RETARGET2D_OT_split_performer(IdentityOperator):
    """Make the performer somebody new from the current frame on, where the detection went over to another performer"""

    bl_idname = "retarget2d.split_performer"
    bl_label = "Split Performer"

    def correction(self, one: int, _others: tuple[int, ...], frame: int) -> Correction:
        """A split at that frame."""
        return Correction("split", one, 0, frame)


class RETARGET2D_OT_remove_correction(IdleOperator):
    """Remove a correction of performer identity"""

    bl_idname = "retarget2d.remove_correction"
    bl_label = "Remove Correction"
    bl_options = frozenset({"UNDO"})

    index: bpy.props.IntProperty(  # type: ignore[valid-type]
        name="Index", description="Index of the correction, from 0; -1 for the last", default=-1, min=-1
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Remove it."""
        kept = context.scene.retarget2d.editing.corrections
        index = self.index if self.index >= 0 else len(kept) - 1
        if not 0 <= index < len(kept):
            self.report({"ERROR"}, f"There is no correction {index}; the scene has {len(kept)}.")
            return {"CANCELLED"}
        kept.remove(index)
        return {"FINISHED"}
