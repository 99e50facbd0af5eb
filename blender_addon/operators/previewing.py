"""The preview: buttons, the timer that follows the settings, and what guards the file."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

import bpy

from ..bridge.job.job_settings import (
    JobSettings,
    first_missing,
    needs_idle,
    needs_object_mode,
    needs_performers,
    needs_video,
)
from ..bridge.job.messages import Basis
from ..bridge.job.session import session
from ..bridge.preview import banner, film, footage_overlay, skeleton_overlay
from ..bridge.preview.preview import preview, put_everything_back
from ..bridge.rig.measured_character import Character
from ..bridge.scene import addon
from ..bridge.targets.baking import plan_bake
from ..bridge.targets.table import needs_target
from ..worker import client
from . import stages
from .jobs import show_status

log = logging.getLogger(__name__)

TICK, BUSY_TICK = 0.01, 0.002
"""Seconds between two looks at the settings, and between two steps."""
DEBOUNCE = 0.02
"""Seconds for which the settings rest before the preview follows: a little more than from one move of the mouse to the
next.
"""
WAIT, ANSWER_WAIT = 0.005, 0.001
"""Seconds between two steps where nothing else goes on, and between two looks for an answer."""
PATIENCE = 0.05
"""Seconds that Blender waits for the worker's answer to a change before it goes on beside it: drawn in between, the view
would show the answer later than without a wait.
"""
REQUIREMENTS = (needs_idle, needs_video, needs_performers, needs_target, needs_object_mode)


class Follower:
    """Brings the preview up to date with the settings: `shown` is what it shows, `wanted` what it is to show, and
    `character` the one that was measured last.
    """

    def __init__(self) -> None:
        self.shown: object = None
        self.wanted: object = None
        self.since = 0.0
        self.steps: Iterator[object] | None = None
        self.patient_until = 0.0
        self.character: Character | None = None

    def forget(self) -> None:
        """Nothing is shown."""
        if self.steps is not None:
            self.steps.close()  # type: ignore[attr-defined]
        self.__init__()  # type: ignore[misc]

    def advance(self, scene: bpy.types.Scene, now: float, rest: float) -> bool:
        """One step; False where all is shown that is asked for."""
        asked = (Basis.of(scene), preview.shows_video)
        if asked != self.wanted:
            self.forget_steps()
            self.wanted, self.since = asked, now
        if self.steps is None:
            if self.wanted == self.shown:
                return False
            if now - self.since < rest:
                return True
            self.steps, self.patient_until = self._steps(scene), time.monotonic() + PATIENCE
        try:
            while isinstance(next(self.steps), client.Progress) and time.monotonic() < self.patient_until:
                time.sleep(ANSWER_WAIT)
        except StopIteration:
            self.shown, self.steps, preview.problem = self.wanted, None, ""
        except (ValueError, OSError, ReferenceError) as error:
            self.shown, self.steps, preview.problem = self.wanted, None, str(error)
        except Exception as error:
            log.exception("The preview failed.")
            self.shown, self.steps = self.wanted, None
            preview.problem = f"The preview failed with {type(error).__name__}: {error}; Blender's console tells where."
        return True

    def forget_steps(self) -> None:
        """Cancel what is being worked out."""
        if self.steps is not None:
            self.steps.close()  # type: ignore[attr-defined]
            self.steps = None

    def _steps(self, scene: bpy.types.Scene) -> Iterator[object]:
        """From the settings to what is shown: how far the worker is while it is waited for, None once there is more to
        see. The motion is kept, so a bake of the same need not retarget again.
        """
        settings = JobSettings.of(scene)
        performance = session.performance
        if performance is None or not session.shows(settings.footage.video, settings.footage.frame_range):
            raise ValueError("The performers of this video are not known yet; detect them, then preview.")
        with preview.suspended():
            plan = plan_bake(scene, settings, self.character)
        self.character = plan.character
        takes = yield from stages.retargeting(settings, addon.preferred(), performance, plan.character)
        yield from preview.steps(plan, takes)
        if preview.shows_video:
            yield from stages.filming(settings, addon.preferred(), performance)


follower = Follower()


class RETARGET2D_OT_preview(bpy.types.Operator):
    """Let the character perform as the settings are now, before anything is baked. Nothing in the file is changed for good"""

    bl_idname = "retarget2d.preview"
    bl_label = "Preview"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Grey, and saying why, until there is something to show."""
        missing = first_missing(context, REQUIREMENTS)
        if missing:
            cls.poll_message_set(missing)
        return not missing

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Show it now, with nothing else going on."""
        begin(context.scene)
        while follower.advance(context.scene, time.monotonic(), 0.0):
            time.sleep(WAIT)
        if problem := preview.problem:
            end()
            self.report({"ERROR"}, problem)
            return {"CANCELLED"}
        return {"FINISHED"}

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Show it as soon as it is worked out, and follow the settings."""
        if bpy.app.background:
            return self.execute(context)
        begin(context.scene)
        if not bpy.app.timers.is_registered(_tick):
            bpy.app.timers.register(_tick, first_interval=0.0)
        return {"FINISHED"}


class RETARGET2D_OT_stop_preview(bpy.types.Operator):
    """End the preview: the character plays its own animation again, and stands as it did"""

    bl_idname = "retarget2d.stop_preview"
    bl_label = "Stop Preview"

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Only while it plays."""
        if not preview.on:
            cls.poll_message_set("No preview plays")
        return preview.on

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """End it."""
        end()
        return {"FINISHED"}


def begin(scene: bpy.types.Scene) -> None:
    """Begin with nothing shown."""
    follower.forget()
    preview.begin(scene)


def end() -> None:
    """End the preview, if one plays."""
    follower.forget()
    if preview.on:
        preview.end()
        if not bpy.app.background:
            show_status(None)


def _tick() -> float | None:
    """Follow the settings, from Blender's timer."""
    scene = next((scene for scene in bpy.data.scenes if scene.session_uid == preview.scene), None)
    if not preview.on or scene is None:
        end()
        return None
    if session.running:
        return TICK
    before = _told()
    goes_on = follower.advance(scene, time.monotonic(), DEBOUNCE)
    if _told() != before:  # drawing takes longer than a step: only where there is something new to say
        show_status(None)
    return BUSY_TICK if goes_on else TICK


def _told() -> tuple[object, ...]:
    """What the panel says of the preview."""
    return preview.on, preview.problem


_resumed: list[object] = []
"""The preview that is suspended while the file is saved."""


@bpy.app.handlers.persistent
def _before_save(*_file: object) -> None:
    """The file is written as it is without the preview."""
    if not preview.on:
        return
    suspended = preview.suspended()
    suspended.__enter__()
    _resumed.append(suspended)
    if bpy.context.view_layer is not None:
        bpy.context.view_layer.update()


@bpy.app.handlers.persistent
def _after_save(*_file: object) -> None:
    """The preview goes on."""
    while _resumed:
        _resumed.pop().__exit__(None, None, None)  # type: ignore[attr-defined]


@bpy.app.handlers.persistent
def _before_load(*_file: object) -> None:
    """Another file is opened: it takes all with it that the preview shows."""
    follower.forget()
    preview.on = False


@bpy.app.handlers.persistent
def _after_load(*_file: object) -> None:
    """A file that was written by an auto-save, or by a Blender that crashed, may have been written with the preview."""
    follower.forget()
    preview.on = False
    put_everything_back()


@bpy.app.handlers.persistent
def _before_undo(*_scene: object) -> None:
    """An undo keeps data-blocks that no step changed as they are in memory, and frees what no step holds: nothing may
    point to what the preview made by then.
    """
    follower.forget()
    preview.end()


@bpy.app.handlers.persistent
def _after_undo(*_scene: object) -> None:
    """An undo may bring back a state with the preview or without: it ends, and the state is put right."""
    follower.forget()
    preview.on = False
    put_everything_back()


HANDLERS = (
    ("save_pre", _before_save),
    ("save_post", _after_save),
    ("save_post_fail", _after_save),
    ("load_pre", _before_load),
    ("load_post", _after_load),
    ("undo_pre", _before_undo),
    ("redo_pre", _before_undo),
    ("undo_post", _after_undo),
    ("redo_post", _after_undo),
)

DRAWINGS = (banner.DRAWING, skeleton_overlay.DRAWING, *footage_overlay.DRAWINGS, film.DRAWING)
"""What is drawn over the views while a preview plays."""

CLASSES = (RETARGET2D_OT_preview, RETARGET2D_OT_stop_preview)


def register() -> None:
    """Guard the file; what a file holds that was opened before is put back."""
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)
    for drawing in DRAWINGS:
        drawing.register()


def unregister() -> None:
    """End the preview, and take the guards out."""
    end()
    for drawing in reversed(DRAWINGS):
        drawing.unregister()
    film.forget()
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    for name, handler in reversed(HANDLERS):
        getattr(bpy.app.handlers, name).remove(handler)
