"""Runs inside a Blender with a window: how long the 3D view goes without being drawn, first idle, then beside a job.

blender --python redraw_in_window.py -- WORKER_PYTHON SECONDS RESULT.json
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Generator
from itertools import pairwise
from pathlib import Path

import bpy

ROOT = Path(os.environ.get("MEASURED_CHECKOUT", Path(__file__).resolve().parents[1]))
"""Whose add-on is measured."""
PUPPET, PUPPET_FILE, VIDEO = "Puppet", ROOT / "assets/characters/puppet.blend", ROOT / "assets/footage/street.mp4"
ASK_EVERY = 0.005
"""Seconds between two requests to draw: the drawing itself, and whatever blocks Blender, is the longer part."""
SETTLE = 5.0

draws: list[float] = []


def enable_add_on(worker_python: str) -> None:
    """The installed extension, or the one of this checkout, with that worker."""
    described = importlib.util.spec_from_file_location("command_line", ROOT / "blender_addon/cli.py")
    assert described is not None
    assert described.loader is not None
    command_line = importlib.util.module_from_spec(described)
    sys.modules[described.name] = command_line
    described.loader.exec_module(command_line)
    package = command_line.module_of_extension()
    entries = bpy.context.preferences.addons
    if package not in entries:
        entries.new().module = package
    entries[package].preferences.python = worker_python


def gaps(began: float, ended: float) -> list[float]:
    """Seconds between the draws from `began` to `ended`."""
    times = [began, *(drawn for drawn in draws if began <= drawn <= ended), ended]
    return [after - before for before, after in pairwise(times)]


def drawing(met: Callable[[], bool]) -> Generator[float, None, list[float]]:
    """Ask to draw all the while, until it is met; the gaps."""
    began = time.monotonic()
    while not met():
        for area in bpy.context.window_manager.windows[0].screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()
        yield ASK_EVERY
    return gaps(began, time.monotonic())


def measure(seconds: float, result: Path) -> Generator[float, None, None]:
    """Idle for so long, then a job from the video to the keys."""
    yield SETTLE
    began = time.monotonic()
    idle = yield from drawing(lambda: time.monotonic() - began > seconds)
    settings = bpy.context.scene.retarget2d
    settings.video, settings.armature, settings.bake = str(VIDEO), bpy.data.objects[PUPPET], {"RIG", "GREASE_PENCIL"}
    began = time.monotonic()
    window = bpy.context.window_manager.windows[0]
    with bpy.context.temp_override(window=window, screen=window.screen):
        bpy.ops.retarget2d.run("INVOKE_DEFAULT")
    status = bpy.context.window_manager.retarget2d
    beside = yield from drawing(lambda: not status.running)
    measured = {
        "idle": idle,
        "job": beside,
        "error": status.error,
        "note": status.note,
        "version": bpy.app.version_string,
    }
    result.write_text(json.dumps(measured), encoding="utf-8")


def play(steps: Generator[float, None, None]) -> None:
    """Take the steps beside Blender's own work, then leave."""

    def step() -> float | None:
        try:
            return next(steps)
        except Exception as ended:
            if not isinstance(ended, StopIteration):
                traceback.print_exc()
            bpy.ops.wm.quit_blender()
            return None

    bpy.app.timers.register(step)


if __name__ == "__main__":
    python, idle_seconds, result_file = sys.argv[sys.argv.index("--") + 1 :]
    bpy.context.preferences.view.show_splash = False
    enable_add_on(python)
    bpy.ops.wm.open_mainfile(filepath=str(PUPPET_FILE), load_ui=False)
    bpy.types.SpaceView3D.draw_handler_add(lambda: draws.append(time.monotonic()), (), "WINDOW", "POST_PIXEL")
    play(measure(float(idle_seconds), Path(result_file)))
