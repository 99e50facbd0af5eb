"""The window of a running Blender, used as a person uses it: the mouse moves, clicks and types."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import bpy

TAB = "Retarget 2D"
TICK = 0.02
PATIENCE = 240.0
"""Seconds for a stage of a job; the machine may be busy."""

Steps = Generator[float, None, None]
"""What is done with the window: yields the seconds until it goes on, while Blender does what it does."""


class Window:
    """The 3D view of the window, its sidebar, and what the add-on shows. Photographs are asked for in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.draws: list[float] = []
        """When the 3D view was drawn, in seconds of time.monotonic."""
        self._mouse = (0, 0)
        bpy.types.SpaceView3D.draw_handler_add(lambda: self.draws.append(time.monotonic()), (), "WINDOW", "POST_PIXEL")

    @property
    def window(self) -> bpy.types.Window:
        """The first window."""
        return bpy.context.window_manager.windows[0]

    @property
    def area(self) -> bpy.types.Area:
        """The 3D view."""
        return next(area for area in self.window.screen.areas if area.type == "VIEW_3D")

    @property
    def sidebar(self) -> bpy.types.Region:
        """Where the tabs are."""
        return next(region for region in self.area.regions if region.type == "UI")

    @property
    def status(self) -> bpy.types.PropertyGroup:
        """What the panel shows of the job."""
        return bpy.context.window_manager.retarget2d

    def open_tab(self) -> Steps:
        """Show our tab; a sidebar has no tabs before it was drawn once."""
        self.area.spaces.active.show_region_ui = True
        yield 1.5
        self.sidebar.active_panel_category = TAB
        self.area.tag_redraw()
        yield 1.0

    def click(self, command: str, across: float = 0.5) -> Steps:
        """Click the button of our tab that runs the command, so far `across` it; then wait until something comes of it."""
        yield from self.point_at(command, across)
        yield from self._something_comes_of(self.press_button)

    def point_at(self, command: str, across: float = 0.5) -> Steps:
        """Move the mouse over the button of our tab that runs the command; it is looked for from the top down."""
        for pause in (0.05, 0.2, 0.5):  # a busy machine draws, and with that finds what lies under the mouse, later
            region = self.sidebar
            for y in range(region.y + region.height - 10, region.y, -10):
                self._move(region.x + round(across * region.width) - 10, y)
                yield pause
                if self._command_under_mouse(region) == command:
                    return
        raise AssertionError(f"No button of the tab runs {command}.")

    def press_button(self) -> None:
        """Click where the mouse is."""
        x, y = self._mouse
        for value in ("PRESS", "RELEASE"):
            self.window.event_simulate(type="LEFTMOUSE", value=value, x=x, y=y)

    def click_in_view(self, x: int, y: int) -> Steps:
        """Click a place of the 3D view, in pixels from its corner; a gizmo notices the mouse when it moves."""
        for step in (2, 1, 0):
            self._move(self.area.x + x + step, self.area.y + y)
            yield 0.3
        self.press_button()
        yield 0.5

    def drag(self, way: list[tuple[int, int]]) -> Steps:
        """Press the left button at the first of these places of the 3D view, in pixels from its corner, and let it go at
        the last.
        """
        places = [(self.area.x + x, self.area.y + y) for x, y in way]
        for place in (places[0], *places):
            self._move(*place)
            if place == places[0]:
                self.window.event_simulate(type="LEFTMOUSE", value="PRESS", x=place[0], y=place[1])
            yield 0.2
        self.window.event_simulate(type="LEFTMOUSE", value="RELEASE", x=places[-1][0], y=places[-1][1])
        yield 0.5

    def press(self, key: str, text: str = "", *, ctrl: bool = False) -> None:
        """Press a key over the 3D view; `text` is what it writes."""
        self._move(self.area.x + self.area.width // 3, self.area.y + self.area.height // 2)
        x, y = self._mouse
        written = {"unicode": text} if text else {}
        self.window.event_simulate(type=key, value="PRESS", x=x, y=y, ctrl=ctrl, **written)
        self.window.event_simulate(type=key, value="RELEASE", x=x, y=y)

    def search(self, words: str) -> Steps:
        """F3, the words, Return; then wait until something comes of it."""
        self.press("F3")
        yield 1.0
        for letter in words:
            self.press("SPACE" if letter == " " else letter.upper(), letter)
            yield 0.05
        yield 1.0
        yield from self._something_comes_of(lambda: self.press("RET"))

    def until(self, met: Callable[[], bool]) -> Steps:
        """Wait for it; the view is asked to draw itself all the while."""
        began = time.monotonic()
        while not met():
            if time.monotonic() - began > PATIENCE:
                raise AssertionError(
                    f"Waited in vain; the status is {self.status.text!r} and the error {self.status.error!r}."
                )
            self.area.tag_redraw()
            yield TICK

    def ended(self) -> bool:
        """Whether no job runs."""
        return not self.status.running

    def at(self, stage: str) -> Callable[[], bool]:
        """Whether the job is at that stage, or over."""
        return lambda: self.ended() or self.status.stage.startswith(stage)

    def in_the_middle(self) -> bool:
        """Whether some of the stage is done, or the job is over."""
        return self.ended() or self.status.progress > 0.05

    def redraws(self, since: float) -> dict[str, float]:
        """How often the 3D view was drawn since then, a second, and the longest time between two draws."""
        now = time.monotonic()
        times = [since, *(drawn for drawn in self.draws if drawn >= since), now]
        return {
            "rate": (len(times) - 2) / (now - since),
            "gap": max(after - before for before, after in pairwise(times)),
        }

    def watch(self, panel: str) -> list[list[tuple[str, str]]]:
        """From now on, what the panel shows each time it is drawn, in a list that grows: each text, with the name of
        the property that it is of, if any.
        """
        seen: list[list[tuple[str, str]]] = []

        def read(drawn: bpy.types.Panel, _context: bpy.types.Context) -> None:
            try:
                buttons = list(_buttons(drawn.layout.introspect()))
            except SyntaxError:  # Blender cannot tell what it shows: that is no text
                seen.append([("", "?")])
                return
            seen.append(
                [
                    (button.get("rna", "").partition(".")[2].partition("[")[0], button["draw_string"])
                    for button in buttons
                    if "draw_string" in button
                ]
            )

        getattr(bpy.types, panel).append(read)
        return seen

    def settled(self) -> Steps:
        """Let the tab draw what was changed; panels that open slide."""
        for _ in range(8):
            self.sidebar.tag_redraw()
            yield 0.2

    def redrawn(self, times: int) -> Steps:
        """Let the tab be drawn so often."""
        for _ in range(times):
            self.sidebar.tag_redraw()
            yield 0.05

    def photograph(self, name: str) -> Steps:
        """A picture of the screen, NAME.png in the folder."""
        if any(area.type == "VIEW_3D" for area in self.window.screen.areas):
            self._move(self.area.x + 200, self.area.y + 160)
        yield 1.0
        request = self.folder / f"{name}.request"
        request.touch()
        began = time.monotonic()
        while request.exists() and time.monotonic() - began < 20:
            yield 0.1

    def _something_comes_of(self, action: Callable[[], object]) -> Steps:
        before = self._told()
        action()
        yield from self.until(lambda: self._told() != before)

    def _told(self) -> tuple[bool, str, str, str]:
        return self.status.running, self.status.note, self.status.error, self.status.installation

    def _command_under_mouse(self, region: bpy.types.Region) -> str:
        with bpy.context.temp_override(window=self.window, area=self.area, region=region):
            if not bpy.ops.ui.copy_python_command_button.poll():
                return ""
            bpy.ops.ui.copy_python_command_button()
        return str(bpy.context.window_manager.clipboard)

    def _move(self, x: int, y: int) -> None:
        self._mouse = (x, y)
        self.window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=x, y=y)


def _buttons(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What a layout holds, and the layouts in it."""
    for item in items:
        yield item
        yield from _buttons(item.get("items", []))


def play(steps: Steps, at_end: Callable[[BaseException | None], object]) -> None:
    """Do the steps beside Blender's own work, then call `at_end` with the error, if any."""

    def step() -> float | None:
        try:
            return next(steps)
        except StopIteration:
            at_end(None)
        except BaseException as error:
            at_end(error)
        return None

    # Persistent: steps that open a file go on in it.
    bpy.app.timers.register(step, first_interval=1.0, persistent=True)
