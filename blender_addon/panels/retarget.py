"""The tab Retarget 2D."""

from __future__ import annotations

import bpy

from ..settings.bake import BakeSettings
from ..settings.body import BodySettings
from ..settings.view import ViewSettings
from .paragraph import paragraph
from .rows import draw_settings
from .tab import Tab, idle_column, settings_column

DEVICES = {"cpu": "the CPU", "cuda": "the graphics card", "mps": "Apple's graphics"}
"""What the devices are called in a sentence."""

OUTCOME_ICONS = {"RESULT": "CHECKMARK", "CANCELLED": "CANCEL", "OUT_OF_DATE": "FILE_REFRESH", "ERROR": "ERROR"}
"""Icons of the line that says how a job ended."""


def _draw_way_to_preferences(layout: bpy.types.UILayout, status: bpy.types.PropertyGroup) -> None:
    """Draw the button that shows the extension in Blender's preferences."""
    layout.operator("preferences.addon_show", text="Open Preferences", icon="PREFERENCES").module = status.module


class RETARGET2D_PT_footage(Tab, bpy.types.Panel):
    """The video and its performers"""

    bl_label = "Performance"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the video and its performers."""
        settings, status = context.scene.retarget2d, context.window_manager.retarget2d
        self._draw_problem(context)
        column = settings_column(self)
        column.enabled = not status.running
        if not settings.video:
            row = column.row()
            row.scale_y = 1.3
            row.operator("retarget2d.open_video", text="Open Video…", icon="FILE_MOVIE")
            column.operator("retarget2d.try_sample")
            return
        row = column.row(align=True)
        row.prop(settings, "video")
        row.operator("retarget2d.open_video", text="", icon="FILE_FOLDER")
        column.prop(settings, "frame_range", placeholder="Whole video")
        row = column.row(align=True)
        row.prop(settings, "performer_choice")
        row.operator("retarget2d.detect", text="", icon="VIEWZOOM")

    def _draw_problem(self, context: bpy.types.Context) -> None:
        """Draw, before all else, why the networks cannot run, and the way to the cure."""
        status = context.window_manager.retarget2d
        if status.running or not status.runtime_problem:
            return
        box = self.layout.box()
        paragraph(box, context, status.runtime_problem, "ERROR")
        _draw_way_to_preferences(box, status)


class RETARGET2D_PT_character(Tab, bpy.types.Panel):
    """The character, and the view of it"""

    bl_label = "Character"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the rows of body and view."""
        column = idle_column(self, context)
        for topic in (BodySettings, ViewSettings):
            draw_settings(column, context, topic)
            column.separator()
        status = context.window_manager.retarget2d
        if status.advice and not status.running:
            paragraph(column, context, status.advice, "INFO")
            if status.advised_step:
                column.operator("retarget2d.take_advice", text=status.advised_step)


class RETARGET2D_PT_bake(Tab, bpy.types.Panel):
    """Targets, the button, and the outcome"""

    bl_label = "Bake"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the targets, the button or the progress, and the outcome."""
        settings, status = context.scene.retarget2d, context.window_manager.retarget2d
        column = settings_column(self)
        targets = column.column()
        targets.enabled = not status.running
        choice = targets.row(align=True)
        choice.use_property_split = False
        choice.prop(settings, "bake", expand=True)
        draw_settings(targets, context, BakeSettings)
        column.separator()
        if status.running:
            row = column.row(align=True)
            row.scale_y = 1.5
            row.progress(factor=status.progress, text=status.stage)
            row.operator("retarget2d.cancel", text="", icon="X")
        else:
            row = column.row()
            row.scale_y = 1.5
            row.operator("retarget2d.run", icon="PLAY")
            self._draw_preview(context, column)
        self._draw_outcome(context, column)

    @staticmethod
    def _draw_preview(context: bpy.types.Context, column: bpy.types.UILayout) -> None:
        """Draw the button of the preview; while it plays, that it is one, and why nothing is seen."""
        status = context.window_manager.retarget2d
        if not status.previewing:
            column.operator("retarget2d.preview", icon="HIDE_OFF")
            return
        row = column.row(align=True)
        row.operator("retarget2d.stop_preview", icon="HIDE_ON", depress=True)
        row.prop(status, "show_skeleton", text="", icon="ARMATURE_DATA")
        row.prop(status, "show_strip", text="", icon="FCURVE")
        row.prop(status, "show_video", text="", icon="FILE_MOVIE")
        paragraph(column, context, status.preview_problem or "This is a preview. Bake to keep it.", "INFO")

    @staticmethod
    def _draw_outcome(context: bpy.types.Context, column: bpy.types.UILayout) -> None:
        """Draw the progress of a running job; else what is missing, and how the last job ended."""
        status = context.window_manager.retarget2d
        if status.running:
            paragraph(column, context, status.details)
            return
        if status.missing:
            paragraph(column, context, status.missing, "INFO")
        if status.error:
            box = column.box()
            paragraph(box, context, status.error, "ERROR")
            if status.needs_runtime and not status.runtime_problem:
                _draw_way_to_preferences(box, status)
        elif status.note:
            on = f", on {DEVICES.get(status.device, status.device)}" if status.device else ""
            paragraph(column, context, status.note + on, OUTCOME_ICONS[status.outcome])
        elif status.out_of_date and not status.missing:
            paragraph(column, context, status.out_of_date, OUTCOME_ICONS[status.outcome])
        for notice in status.notices.splitlines():
            paragraph(column, context, notice, "INFO")


class RETARGET2D_PT_steps(Tab, bpy.types.Panel):
    """The job one step at a time"""

    bl_label = "Step by Step"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the steps and the network."""
        column = settings_column(self)
        for step in ("detect", "retarget", "bake"):
            column.operator(f"retarget2d.{step}")
        column.separator()
        network = column.column()
        network.enabled = not context.window_manager.retarget2d.running
        network.prop(context.scene.retarget2d, "model")
