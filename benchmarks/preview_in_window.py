"""Runs inside a Blender with a window: how long a preview takes to follow a change of the settings, and how often the
view is drawn beside it.

blender --python preview_in_window.py -- WORKER_PYTHON TURNS SECONDS RESULT.json
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from types import ModuleType
from typing import Any

import bpy

LONG_SPEED = 0.115
"""With this the 230 frames of the shipped video last 2,000."""
TICK, PATIENCE, DETECTION_PATIENCE = 0.005, 120.0, 900.0
ROUNDS = 3
"""How often each overlay is measured, by turns."""
POSES = Path(__file__).resolve().parents[1] / "tests/data/street_poses.npz"
"""Whoever was found in the shipped video: what follows is measured, not the detection."""

OVERLAYS = {
    "without": (False, False, False),
    "skeleton": (True, False, False),
    "skeleton and strip": (True, True, False),
    "skeleton, strip and video frame": (True, True, True),
}
"""Whether the skeleton, the strip and the video frame are drawn."""

Steps = Generator[float, None, None]
drawn: list[tuple[float, float]] = []
"""When each draw of the 3D view began and ended."""
written: list[float] = []
"""When curves were written."""
_began: list[float] = []


def redraw_in_window() -> ModuleType:
    """The benchmark of redraws: it enables the add-on and plays steps."""
    path = Path(__file__).with_name("redraw_in_window.py")
    described = importlib.util.spec_from_file_location(path.stem, path)
    assert described is not None
    assert described.loader is not None
    module = importlib.util.module_from_spec(described)
    sys.modules[path.stem] = module
    described.loader.exec_module(module)
    return module


def watch_draws() -> None:
    """Note when the 3D view is drawn."""
    bpy.types.SpaceView3D.draw_handler_add(lambda: _began.append(time.monotonic()), (), "WINDOW", "PRE_VIEW")
    bpy.types.SpaceView3D.draw_handler_add(
        lambda: drawn.append((_began[-1] if _began else time.monotonic(), time.monotonic())), (), "WINDOW", "POST_PIXEL"
    )


def watch_curves() -> Any:  # noqa: ANN401
    """Note when the preview writes curves; returns the preview."""
    module: Any = next(found for name, found in sys.modules.items() if name.endswith(".bridge.preview.preview"))
    kind = type(module.preview)
    show = kind._show_on_rig

    def noted(*arguments: Any) -> Any:  # noqa: ANN401
        performing = show(*arguments)
        written.append(time.monotonic())
        return performing

    kind._show_on_rig = noted
    return module.preview


def until(met: Callable[[], bool], patience: float = PATIENCE) -> Steps:
    """Wait for it so many seconds."""
    began = time.monotonic()
    while not met():
        if time.monotonic() - began > patience:
            raise TimeoutError("The preview did not come.")
        yield TICK


def seconds_since(began: float, ended: float) -> float:
    """What passed without the drawing of the view."""
    drawing = sum(min(after, ended) - max(before, began) for before, after in drawn if before < ended and after > began)
    return ended - began - drawing


def followed(turns: int, change: Callable[[int], None], parts: int) -> Generator[float, None, list[list[float]]]:
    """Seconds from each change until each of its parts was written."""
    measured = []
    for turn in range(turns + 1):
        written.clear()
        began = time.monotonic()
        change(turn)
        yield from until(lambda: len(written) >= parts)
        if turn:  # the first one warms up
            measured.append([seconds_since(began, ended) for ended in written[:parts]])
        yield 0.3
    return measured


def redraws(seconds: float) -> Generator[float, None, float]:
    """Draws of the view a second, as it plays."""
    scene, began, before = bpy.context.scene, time.monotonic(), len(drawn)
    while time.monotonic() - began < seconds:
        scene.frame_set(scene.frame_current % 230 + 1)
        for area in bpy.context.window_manager.windows[0].screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()
        yield 0.0
    return (len(drawn) - before) / (time.monotonic() - began)


def begin(shared: ModuleType, footage: Path, preview: Any) -> Steps:  # noqa: ANN401
    """Detect whoever is in the footage, and preview them on the puppet."""
    settings, status = bpy.context.scene.retarget2d, bpy.context.window_manager.retarget2d
    settings.video, settings.armature, settings.bake = str(footage), bpy.data.objects[shared.PUPPET], {"RIG"}
    window = bpy.context.window_manager.windows[0]
    with bpy.context.temp_override(window=window, screen=window.screen):
        bpy.ops.retarget2d.detect("INVOKE_DEFAULT")
        yield from until(lambda: not status.running, DETECTION_PATIENCE)
        if status.error:
            raise ValueError(status.error)
        written.clear()
        bpy.ops.retarget2d.preview("INVOKE_DEFAULT")
    yield from until(lambda: bool(written or preview.problem))


def measure(shared: ModuleType, turns: int, seconds: float, result: Path) -> Steps:
    """Preview, change the settings again and again, then look how often the view is drawn."""
    yield shared.SETTLE
    bpy.context.scene.render.fps = 30
    preview = watch_curves()
    yield from begin(shared, POSES, preview)
    found: dict[str, Any] = {"version": bpy.app.version_string, "problem": preview.problem}
    if turns:
        found.update((yield from changes(turns)))
    if seconds:
        yield from begin(shared, shared.VIDEO, preview)
        found.update((yield from overlays(preview, seconds)))
    result.write_text(json.dumps(found), encoding="utf-8")


def changes(turns: int) -> Generator[float, None, dict[str, Any]]:
    """Seconds from changes of the settings to the curves."""
    scene = bpy.context.scene
    settings, found = scene.retarget2d, dict[str, Any]()
    settings.view = "ANGLE"
    yield 1.0

    def turn_to(turn: int) -> None:
        settings.azimuth = 0.2 + 0.02 * turn

    def smooth(turn: int) -> None:
        settings.editing.smooth = 0.5 + 0.01 * turn

    def give(turn: int) -> None:
        settings.channels.body = 0.9 - 0.01 * turn

    found["view, 230 frames"] = yield from followed(turns, turn_to, 1)
    found["amount, 230 frames"] = yield from followed(turns, give, 1)
    found["smoothing, 230 frames"] = yield from followed(turns, smooth, 1)
    settings.timing.speed = LONG_SPEED
    yield 2.0
    scene.frame_set(1000)
    found["view, 2,000 frames"] = yield from followed(turns, turn_to, 2)
    found["amount, 2,000 frames"] = yield from followed(turns, give, 2)
    settings.timing.speed = 1.0
    yield 2.0
    return found


def overlays(preview: Any, seconds: float) -> Generator[float, None, dict[str, Any]]:  # noqa: ANN401
    """How often the view is drawn a second with what may lie over it."""
    status, found = bpy.context.window_manager.retarget2d, dict[str, Any]()
    film = next(module for name, module in sys.modules.items() if name.endswith(".bridge.preview.film"))
    status.show_video = True
    yield from until(lambda: bool(film._kept or preview.problem))
    if preview.problem:
        raise ValueError(preview.problem)
    for _ in range(ROUNDS):
        for name, show in OVERLAYS.items():
            status.show_skeleton, status.show_strip, status.show_video = show
            yield 0.5
            found.setdefault(f"redraws, {name}", []).append((yield from redraws(seconds)))
    return found


if __name__ == "__main__":
    python, count, watched, result_file = sys.argv[sys.argv.index("--") + 1 :]
    bpy.context.preferences.view.show_splash = False
    redraw = redraw_in_window()
    redraw.enable_add_on(python)
    bpy.ops.wm.open_mainfile(filepath=str(redraw.PUPPET_FILE), load_ui=False)
    watch_draws()
    redraw.play(measure(redraw, int(count), float(watched), Path(result_file)))
