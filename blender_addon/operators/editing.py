"""Operators that edit a performance before it is retargeted: lay it out as keyed objects, step through it, discard it."""

from __future__ import annotations

import bpy

from ..bridge.job.job_settings import JobSettings, needs_one_performer, needs_video
from ..bridge.job.session import session
from ..bridge.performance_edit.clip_clock import ClipClock
from ..bridge.performance_edit.doubt import next_doubt
from ..bridge.performance_edit.edit import Edit, find_chosen_edit, find_edit, is_in_takes
from ..bridge.performance_edit.edit_viewports import is_in_viewports, restore_viewports, show_in_viewports
from ..bridge.performance_edit.making import Subject, discard_edit, make_edit
from ..bridge.performance_edit.selection import select_joints
from ..bridge.performance_edit.stored_detection import Detection
from ..bridge.scene import addon
from ..settings.cleaning import Backdrop, CleaningSettings
from ..worker import client
from . import stages
from .idle_operator import IdleOperator
from .jobs import JobOperator
from .stages import Steps


class RETARGET2D_OT_edit_performance(JobOperator):
    """Lay out the detected joints as keyed objects over the video, to correct them before retargeting"""

    bl_idname = "retarget2d.edit_performance"
    bl_label = "Edit Performance"
    bl_options = frozenset({"UNDO"})
    requirements = (needs_video, needs_one_performer)

    def steps(self, context: bpy.types.Context) -> Steps[str]:
        """Make the objects, or show an edit that is there already."""
        settings, preferred = JobSettings.of(context.scene), addon.preferred()
        performance = yield from stages.detecting(settings, preferred)
        performer = performance.chosen(settings.performer)[0]
        scene = settings.read_scene()
        name = settings.take_name(performer, performance.ids)
        if (edit := find_edit(scene, settings.footage, performer)) is not None:
            show_in_viewports(edit)
            return f"{name} is being edited already"
        cleaned = yield from stages.cleaning(settings, preferred, performance, performer)
        clock = ClipClock.of(scene, settings, cleaned.poses.fps)
        backdrop = (
            Backdrop.NONE
            if performance.source is client.PoseSource.FILE
            else CleaningSettings.of(scene.retarget2d).backdrop
        )
        detection = Detection(cleaned.poses, cleaned.places, clock)
        show_in_viewports(
            make_edit(scene, Subject(settings.footage, performer, name, performance.presentation), detection, backdrop)
        )
        return f"{name}: {len(cleaned.poses):,} frames to edit"


def needs_edit(context: bpy.types.Context) -> str:
    """The chosen performer is being edited."""
    return "" if chosen_edit(context.scene) is not None else "Edit a performance first"


class EditOperator(IdleOperator):
    """What operators on an edit share: they work on the edit of the chosen performer."""

    requirements = (needs_edit,)


class RETARGET2D_OT_next_doubt(EditOperator):
    """Go to the next frame where a joint becomes doubtful or unseen, and select that joint"""

    bl_idname = "retarget2d.next_doubt"
    bl_label = "Next Doubtful Frame"
    bl_options = frozenset({"UNDO"})

    backwards: bpy.props.BoolProperty(name="Backwards", description="Go to the previous one instead")  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Go there."""
        edit = chosen_edit(context.scene)
        assert edit is not None
        try:
            doubt = next_doubt(edit, context.scene.frame_current, self.backwards)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if doubt is None:
            self.report({"INFO"}, f"No joint becomes doubtful {'before' if self.backwards else 'after'} this frame")
            return {"CANCELLED"}
        context.scene.frame_set(doubt.frame)
        select_joints(context, edit, doubt.joints)
        self.report({"INFO"}, str(doubt))
        return {"FINISHED"}


class RETARGET2D_OT_leave_edit(EditOperator):
    """Restore the 3D views; the edit stays in the file and is used for retargeting"""

    bl_idname = "retarget2d.leave_edit"
    bl_label = "Leave Edit"
    bl_options = frozenset({"UNDO"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Disabled where no view looks at the edit."""
        if not super().poll(context):
            return False
        edit = chosen_edit(context.scene)
        if edit is None or not is_in_viewports(edit):
            cls.poll_message_set("No 3D view looks at the edit")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Restore the views."""
        edit = chosen_edit(context.scene)
        assert edit is not None
        restore_viewports(edit)
        return {"FINISHED"}


class RETARGET2D_OT_discard_edit(EditOperator):
    """Delete the chosen performer's edit and its objects; the detected motion is used again"""

    bl_idname = "retarget2d.discard_edit"
    bl_label = "Discard Edit"
    bl_options = frozenset({"UNDO"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask first: it is the user's work."""
        return set(context.window_manager.invoke_confirm(self, event))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Delete the edit."""
        edit = chosen_edit(context.scene)
        assert edit is not None
        corrected = is_in_takes(edit)
        discard_edit(context.scene, edit)
        if corrected:
            session.outdate(context.scene.session_uid)
        return {"FINISHED"}


def chosen_edit(scene: bpy.types.Scene) -> Edit | None:
    """The edit of the performer that the scene's settings choose; None where there is none."""
    return find_chosen_edit(JobSettings.of(scene))
