"""A job in Blender: stepped by a timer where there is a window, run to its end where there is none, over the same
generator.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import bpy

from ..bridge.job.messages import Keep, kept_for
from ..bridge.job.session import Ending, Message, session
from ..bridge.preview.preview import preview
from ..bridge.targets.baking import Baked
from ..worker.client import JobCancelled
from .idle_operator import IdleOperator
from .panel_words import in_panel_words
from .stages import Steps

log = logging.getLogger(__name__)

TICK = 0.05
"""Seconds between two looks at a job, in both ways of running it."""

SHOWS_PROGRESS = frozenset({("VIEW_3D", "UI"), ("PREFERENCES", "WINDOW")})
"""Areas and regions that our panel and preferences are drawn in."""

CANCELLED = "Cancelled; nothing in the file was changed"


class Run:
    """A job that runs; one at a time in this process. Once it is over, `ending` says how, and `note`, its result, or
    `error` says so in a line.

    That is kept for whoever asks what is true of the job's scene.
    """

    current: Run | None = None

    def __init__(self, steps: Steps[object], keep: Keep | None = None, *, cancelled: str = CANCELLED) -> None:
        """`keep` takes the message that the job ends with, None for the open scene; `cancelled` is what that says where
        it is.
        """
        self._steps = steps
        self._timer: bpy.types.Timer | None = None
        self._keep, self._cancelled = keep or kept_for(bpy.context.scene), cancelled
        self.result: object = None
        self.ending: Ending | None = None
        self.note = self.error = ""
        Run.current = self
        if preview.on:  # a job reads and changes the file as it is without it
            preview.end()
        session.begin()

    def advance(self) -> bool:
        """One step; False once the job is over, well or not. Whatever goes wrong becomes `error`, a sentence."""
        if Run.current is not self:
            return False
        try:
            progress = next(self._steps)
        except StopIteration as ended:
            self.result = ended.value
            self._end(Ending.RESULT, str(ended.value))
        except JobCancelled:
            self._end(Ending.CANCELLED, self._cancelled)
        except (ValueError, OSError) as error:
            self._end(Ending.ERROR, str(error))
        except Exception as error:
            log.exception("A job failed.")
            self._end(
                Ending.ERROR, f"The job failed with {type(error).__name__}: {error}; Blender's console tells where."
            )
        else:
            session.show(progress.stage, progress.fraction, progress.rate, progress.remaining)
            return True
        return False

    def finish(self, each: Callable[[], object] = lambda: None) -> None:
        """Step to the end, calling `each` after every step; Ctrl-C cancels."""
        try:
            while self.advance():
                each()
                time.sleep(TICK)
        finally:
            self.cancel()

    def cancel(self) -> None:
        """Stop, with the file as it was; nothing happens where it is over already."""
        if Run.current is self:
            self._steps.close()
            self._end(Ending.CANCELLED, self._cancelled)

    def watch(self, context: bpy.types.Context) -> None:
        """Let the window's timer wake the operator."""
        self._timer = context.window_manager.event_timer_add(TICK, window=context.window)

    def _end(self, ending: Ending, text: str) -> None:
        self.ending = ending
        self.note, self.error = ("", text) if ending is Ending.ERROR else (text, "")
        Run.current = None
        session.end()
        made = self.result.made if isinstance(self.result, Baked) else ()
        notices = tuple(map(in_panel_words, session.notices))
        told = in_panel_words(text)
        self._keep(Message(ending, told, None, made, session.device, session.needs_runtime, notices))
        if self._timer is not None:
            bpy.context.window_manager.event_timer_remove(self._timer)
            self._timer = None
            show_status(None)


def cancel_current() -> None:
    """Stop the job that runs, if any."""
    if Run.current is not None:
        Run.current.cancel()


def show_status(text: str | None) -> None:
    """Show a line in every status bar, None for Blender's own, and draw the panels again.

    Only where there is a window: without one Blender 4.3 crashes.
    """
    for workspace in bpy.data.workspaces:
        workspace.status_text_set(text)
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            for region in area.regions:
                if (area.type, region.type) in SHOWS_PROGRESS:
                    region.tag_redraw()


class JobOperator(IdleOperator):
    """What the operators of long jobs share. A subclass names what it needs, and gives the steps."""

    changes_settings = False
    """Whether the job itself changes what the next one would be asked for."""
    _run: Run | None = None

    def begun(self, context: bpy.types.Context) -> Run:
        """The job, to be stepped."""
        return Run(self.steps(context), kept_for(context.scene, as_left=self.changes_settings))

    def steps(self, context: bpy.types.Context) -> Steps[object]:
        """The job; its result's `str` is reported."""
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        """To the end, with nothing else going on: for scripts and headless Blender."""
        run = self.begun(context)
        run.finish()
        return self._reported(run)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Beside the user's work: ESC cancels."""
        if bpy.app.background or context.window is None:
            return self.execute(context)
        run = self.begun(context)
        if not run.advance():
            return self._reported(run)
        self._run = run
        run.watch(context)
        show_status(_status())
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, _context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """One step a tick."""
        run = self._run
        assert run is not None
        if event.type == "ESC" and event.value == "PRESS":
            run.cancel()
        elif event.type != "TIMER":
            return {"PASS_THROUGH"} if Run.current is run else self._reported(run) | {"PASS_THROUGH"}
        if run.advance():
            show_status(_status())
            return {"PASS_THROUGH"}
        return self._reported(run)

    def cancel(self, _context: bpy.types.Context) -> None:
        """Blender takes the operator away: another file is opened, or the window closed."""
        if self._run is not None:
            self._run.cancel()

    def _reported(self, run: Run) -> set[str]:
        if run.error:
            self.report({"ERROR"}, in_panel_words(run.error))
            return {"CANCELLED"}
        self.report({"INFO"}, run.note)
        return {"FINISHED"} if run.ending is Ending.RESULT else {"CANCELLED"}


def _status() -> str:
    return f"{session.text}    ESC: cancel"
