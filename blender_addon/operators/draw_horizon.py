"""A line drawn over the horizon, or over anything that is level, tells how far the camera was tilted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import bpy
import gpu
from gpu_extras.batch import batch_for_shader
from mathutils import Vector

SHORTEST = 20
"""Pixels of a line that is long enough to tell an angle."""
COLOUR = (1.0, 0.8, 0.2, 1.0)
SPACES = (bpy.types.SpaceImageEditor, bpy.types.SpaceClipEditor, bpy.types.SpaceView3D)
"""The editors that show a video."""


class RETARGET2D_OT_draw_horizon(bpy.types.Operator):
    """Drag a line along the horizon, wherever this window shows the video, to set the tilt of the camera"""

    bl_idname = "retarget2d.draw_horizon"
    bl_label = "Draw Horizon"
    bl_options = frozenset({"UNDO"})

    xstart: bpy.props.IntProperty(name="X Start", description="Pixels from the window's left", options={"SKIP_SAVE"})  # type: ignore[valid-type]
    ystart: bpy.props.IntProperty(name="Y Start", description="Pixels from the window's bottom", options={"SKIP_SAVE"})  # type: ignore[valid-type]
    xend: bpy.props.IntProperty(name="X End", description="Pixels from the window's left", options={"SKIP_SAVE"})  # type: ignore[valid-type]
    yend: bpy.props.IntProperty(name="Y End", description="Pixels from the window's bottom", options={"SKIP_SAVE"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Wait for the line."""
        self._drawn = False
        self._handles = [(space, space.draw_handler_add(*_drawing_of(self))) for space in SPACES]
        context.window.cursor_modal_set("CROSSHAIR")
        context.workspace.status_text_set("Drag along the horizon   Esc: Cancel")
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Follow the mouse until the line ends."""
        if event.type in {"ESC", "RIGHTMOUSE"}:
            self.cancel(context)
            return {"CANCELLED"}
        if event.type == "LEFTMOUSE" and event.value == "PRESS":
            self.xstart, self.ystart, self._drawn = event.mouse_x, event.mouse_y, True
        if event.type in {"LEFTMOUSE", "MOUSEMOVE"}:
            self.xend, self.yend = event.mouse_x, event.mouse_y
            _redraw(context)
        if event.type == "LEFTMOUSE" and event.value == "RELEASE" and self._drawn:
            self.cancel(context)
            return self.execute(context)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Set the tilt."""
        across, up = self.xend - self.xstart, self.yend - self.ystart
        if math.hypot(across, up) < SHORTEST:
            self.report({"WARNING"}, "The line is too short to tell an angle; drag along the whole horizon")
            return {"CANCELLED"}
        settings = context.scene.retarget2d
        settings.camera_tilt_auto = False
        settings.camera_tilt = math.degrees(math.atan(-up / across)) if across else 90.0
        self.report({"INFO"}, f"The camera was tilted by {settings.camera_tilt:.1f}°")
        return {"FINISHED"}

    def cancel(self, context: bpy.types.Context) -> None:
        """Take the line and the cross-hairs away."""
        for space, handle in self._handles:
            space.draw_handler_remove(handle, "WINDOW")
        context.window.cursor_modal_restore()
        context.workspace.status_text_set(None)
        _redraw(context)


def _drawing_of(operator: RETARGET2D_OT_draw_horizon) -> tuple[Callable[[], None], tuple[Any, ...], str, str]:
    """What `draw_handler_add` takes to show the line of an operator."""

    def draw() -> None:
        region = bpy.context.region
        if not operator._drawn or region is None:
            return
        corner = Vector((region.x, region.y))
        ends = [Vector(end) - corner for end in ((operator.xstart, operator.ystart), (operator.xend, operator.yend))]
        shader = gpu.shader.from_builtin("UNIFORM_COLOR")
        shader.uniform_float("color", COLOUR)
        batch_for_shader(shader, "LINES", {"pos": ends}).draw(shader)

    return draw, (), "WINDOW", "POST_PIXEL"


def _redraw(context: bpy.types.Context) -> None:
    for area in context.window.screen.areas:
        area.tag_redraw()
