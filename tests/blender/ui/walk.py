"""Runs inside a Blender with a window that has no extension yet: installs the zip with the mouse, bakes the sample, and
photographs each click.

    blender --enable-event-simulate --python walk.py -- FOLDER ZIP

The result is FOLDER/result.json. A click is a press of the mouse that somebody has to make, counted from *Install from
Disk…* on.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import bpy

if TYPE_CHECKING:
    from tests.blender.ui.window import Steps

INSTALL_ENTRY = 128
"""Pixels that *Install from Disk…* stands below the arrow that opens the menu."""
SHORT, SAMPLE_FRAME = "0:24", 12
RESULT: dict[str, Any] = {"clicks": 0}


def module_of(path: Path) -> ModuleType:
    """The module in that file."""
    described = importlib.util.spec_from_file_location(path.stem, path)
    assert described is not None
    assert described.loader is not None
    module = importlib.util.module_from_spec(described)
    sys.modules[path.stem] = module
    described.loader.exec_module(module)
    return module


window_module = module_of(Path(__file__).with_name("window.py"))


class Walk:
    """The mouse, in any window of Blender."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def newest(self) -> bpy.types.Window:
        """The window that was opened last."""
        return bpy.context.window_manager.windows[-1]

    def move(self, window: bpy.types.Window, x: int, y: int) -> None:
        window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=x, y=y)

    def click(self, window: bpy.types.Window, x: int, y: int) -> Steps:
        """One click more."""
        RESULT["clicks"] += 1
        self.move(window, x, y)
        yield 0.5
        for value in ("PRESS", "RELEASE"):
            window.event_simulate(type="LEFTMOUSE", value=value, x=x, y=y)
            yield 0.2

    def photograph(self, name: str) -> Steps:
        """A picture of the screen."""
        yield 1.0
        request = self.folder / f"{name}.request"
        request.touch()
        for _ in range(300):
            if not request.exists():
                return
            yield 0.1

    def until(self, met: Callable[[], bool], what: str, seconds: float = 200.0) -> Steps:
        for _ in range(round(seconds / 0.1)):
            if met():
                return
            yield 0.1
        raise AssertionError(f"Waited in vain for {what}.")


def browsers() -> list[bpy.types.Window]:
    """The windows that show files: it may be that of the preferences."""
    windows = bpy.context.window_manager.windows
    return [window for window in windows if window.screen.areas[0].type == "FILE_BROWSER"]


def region_of(window: bpy.types.Window, kind: str) -> bpy.types.Region:
    """The region of that kind in the only area of a window."""
    return next(region for region in window.screen.areas[0].regions if region.type == kind)


def install(walk: Walk, zipped: Path) -> Steps:
    """Three clicks: the menu's entry, the file, the button."""
    main = bpy.context.window_manager.windows[0]
    walk.move(main, main.width // 2, main.height // 2)  # a window opens about the mouse
    yield 1.0
    with bpy.context.temp_override(window=main):
        bpy.ops.screen.userpref_show("INVOKE_DEFAULT", section="EXTENSIONS")
    yield 3.0
    preferences = walk.newest()
    area = preferences.screen.areas[0]
    x, y = area.x + area.width - 20, area.y + area.height - 17
    yield from walk.click(preferences, x, y)
    RESULT["clicks"] = 0
    yield 1.5
    entry = y - INSTALL_ENTRY
    for below in range(0, INSTALL_ENTRY + 1, 4):  # a menu follows a mouse that moves, not one that jumps
        walk.move(preferences, x, y - below)
        yield 0.1
    yield from walk.photograph("menu")
    yield from walk.click(preferences, x, entry)
    yield from walk.until(lambda: browsers() != [], "the file browser")
    browser = browsers()[0]
    space = browser.screen.areas[0].spaces.active
    yield from walk.until(lambda: space.params is not None, "the list of files", 30)
    space.params.directory = f"{zipped.parent}/".encode()
    yield 3.0
    files = region_of(browser, "WINDOW")
    yield from walk.click(browser, files.x + 120, files.y + files.height - 32)
    yield from walk.photograph("file")
    execute = region_of(browser, "EXECUTE")
    yield from walk.click(browser, execute.x + round(0.91 * execute.width), execute.y + execute.height // 2)
    yield from walk.until(lambda: hasattr(bpy.types.Scene, "retarget2d"), "the extension")
    yield 2.0
    yield from walk.photograph("installed")
    with bpy.context.temp_override(window=walk.newest()):
        bpy.ops.wm.window_close()
    yield 1.0


def bake(walk: Walk) -> Steps:
    """Three clicks: the tab, the sample, the button."""
    window = window_module.Window(walk.folder)
    window.area.spaces.active.show_region_ui = True
    yield 1.5
    RESULT["clicks"] += 1  # the tab
    yield from window.open_tab()
    yield from window.settled()
    yield from window.photograph("tab")
    yield from window.point_at("bpy.ops.retarget2d.try_sample()")
    RESULT["clicks"] += 1
    window.press_button()
    yield from window.until(lambda: bool(bpy.context.scene.retarget2d.video))
    yield from window.settled()
    yield from window.photograph("sample")
    bpy.context.scene.retarget2d.frame_range = SHORT
    RESULT["clicks"] += 1
    yield from window.click("bpy.ops.retarget2d.run()")
    yield from window.until(window.ended)
    yield from window.settled()
    RESULT.update(error=window.status.error, note=window.status.note)
    bpy.context.scene.frame_set(SAMPLE_FRAME)
    yield from window.photograph("baked")


def steps(folder: Path, zipped: Path) -> Iterator[float]:
    """All of it."""
    walk = Walk(folder)
    yield from install(walk, zipped)
    yield from bake(walk)


def finish(folder: Path, error: BaseException | None) -> None:
    """Write the result and leave."""
    if error is not None:
        RESULT["failed"] = "".join(traceback.format_exception(error))
    (folder / "result.json").write_text(json.dumps(RESULT), encoding="utf-8")
    bpy.ops.wm.quit_blender()


if __name__ == "__main__":
    folder_name, zip_name = sys.argv[sys.argv.index("--") + 1 :]
    bpy.context.preferences.view.show_splash = False
    place = Path(folder_name)
    window_module.play(steps(place, Path(zip_name)), lambda error: finish(place, error))
