"""Runs inside a Blender with a window: previews drawings, and ends without stopping the preview first.

    blender --enable-event-simulate --python preview_scenarios.py -- SCENARIO FOLDER WORKER_PYTHON

As `scenarios.py`, whose helpers it takes. A scenario that ends in a killed Blender leaves its result before.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import bpy

HERE = Path(__file__).resolve().parent
SAVED = 150.0
"""Seconds in which Blender must have saved by itself, as it is set to do each minute."""
FRAME = 18
"""What is photographed."""

if TYPE_CHECKING:
    from tests.blender.ui.window import Steps, Window


def module_of(path: Path) -> ModuleType:
    """The module in that file."""
    described = importlib.util.spec_from_file_location(path.stem, path)
    assert described is not None
    assert described.loader is not None
    module = importlib.util.module_from_spec(described)
    sys.modules[path.stem] = module
    described.loader.exec_module(module)
    return module


base: Any = module_of(HERE / "scenarios.py")
scene_module = base.scene_module


def prepare(window: Window, targets: set[str]) -> Steps:
    """The puppet and the drawing, both animated by hand, the video's performers detected, and undo steps of the user."""
    base.open_panels("bake")
    with bpy.data.libraries.load(str(base.DRAWN_FILE)) as (_, loaded):
        loaded.objects = [base.DRAWN]
    drawing = loaded.objects[0]
    bpy.data.libraries.remove(bpy.data.libraries[0])  # no file that is saved names it
    bpy.context.scene.collection.objects.link(drawing)
    drawing.location.x = 2.5
    yield from base.prepare(window, base.SHORT)
    settings = bpy.context.scene.retarget2d
    settings.bake, settings.drawing.target = targets, drawing
    if "DRAWING" in targets:
        settings.armature = None
    yield from window.search("Detect Performers")
    yield from window.until(window.ended)
    animate(bpy.data.objects[base.PUPPET], drawing)
    with bpy.context.temp_override(window=window.window):
        bpy.ops.ed.undo_push(message="Animated by hand")


def animate(puppet: bpy.types.Object, drawing: bpy.types.Object) -> None:
    """What an animator had: Actions, a muted and a solo track, a pose, keys on the drawing and on a layer, a selection."""
    bone = puppet.pose.bones[0]
    bone.rotation_mode = "XYZ"
    for frame, angle in ((1, 0.25), (20, 0.5)):
        bone.rotation_euler[1] = angle
        bone.keyframe_insert("rotation_euler", frame=frame)
    puppet.animation_data.action.name = "Own Walk"
    for name, mute in (("Muted Track", True), ("Solo Track", False)):
        track = puppet.animation_data.nla_tracks.new()
        track.name, track.mute = name, mute
        track.strips.new(f"Strip of {name}", 1, bpy.data.actions.new(f"Action of {name}"))
    puppet.animation_data.nla_tracks[-1].is_solo = True
    puppet.pose.bones[-1].location[0] = 0.125
    scene_module.animate_drawing(drawing, drawing.location.x)
    for item in bpy.context.view_layer.objects:
        item.select_set(item == drawing)
    bpy.context.view_layer.objects.active = drawing
    bpy.context.scene.frame_set(10)


def begin_preview(window: Window) -> Steps:
    """Press the button, and wait until all is shown."""
    playing = sys.modules[f"{base.PACKAGE}.bridge.preview.preview"].preview
    with bpy.context.temp_override(window=window.window, area=window.area):
        bpy.ops.retarget2d.preview("INVOKE_DEFAULT")
    yield from window.until(lambda: bool(playing.problem or playing.whole))
    assert not playing.problem, playing.problem


def runtime_objects() -> list[str]:
    """What the preview made, by name."""
    return sorted(item.name for item in bpy.data.objects if item.is_runtime_data)


def drawings(window: Window) -> Steps:
    """A figure and the drawing perform, follow the view, and all is as it was once they are stopped."""
    playing = sys.modules[f"{base.PACKAGE}.bridge.preview.preview"].preview
    RESULT.update(error="", made={}, views={})
    yield from prepare(window, {"DRAWING"})
    settings, before = bpy.context.scene.retarget2d, scene_module.owned()
    for name, targets in (
        ("drawing", {"DRAWING"}),
        ("figure", {"GREASE_PENCIL"}),
        ("both", {"DRAWING", "GREASE_PENCIL"}),
    ):
        settings.bake = targets
        yield from begin_preview(window)
        RESULT["made"][name] = runtime_objects()
        for view in ("AS_FILMED", "SIDE"):
            made = [item.session_uid for item in bpy.data.objects if item.is_runtime_data]
            if view != settings.view:
                settings.view = view
                yield from window.until(
                    lambda made=made: (  # type: ignore[misc]
                        bool(playing.problem)
                        or not set(made) & {item.session_uid for item in bpy.data.objects if item.is_runtime_data}
                    )
                )
            with bpy.context.temp_override(window=window.window, area=window.area, region=window.area.regions[-1]):
                bpy.ops.view3d.view_axis(type="FRONT")
                bpy.ops.view3d.view_all()
            bpy.context.scene.frame_set(FRAME)
            yield from window.photograph(f"{name}_{view.lower()}")
        with bpy.context.temp_override(window=window.window, area=window.area):
            bpy.ops.retarget2d.stop_preview()
        settings.view, settings.bake = "AS_FILMED", {"DRAWING"}
        bpy.context.scene.frame_set(10)
        yield 1.0
        RESULT["views"][name] = scene_module.owned() == before
    yield from window.photograph("stopped")


def left_playing(window: Window, targets: set[str]) -> Steps:
    """A preview plays; what is the user's is noted down before."""
    RESULT.update(error="", playing=[])
    yield from prepare(window, targets)
    bpy.context.view_layer.update()
    RESULT["owned"] = scene_module.owned()
    yield from begin_preview(window)
    RESULT["playing"] = [*runtime_objects(), *(action.name for action in bpy.data.actions if action.is_runtime_data)]


def killed(window: Window, targets: set[str]) -> Steps:
    """Blender saves by itself while a preview plays, and is killed then."""
    paths = bpy.context.preferences.filepaths
    paths.temporary_directory, paths.use_auto_save_temporary_files, paths.auto_save_time = str(window.folder), True, 1
    yield from left_playing(window, targets)
    began, here = time.time(), str(os.getpid())
    found: list[Path] = []
    while not found and time.time() - began < SAVED:
        found = [file for file in window.folder.glob("*.blend") if here in file.name and file.stat().st_mtime > began]
        yield 0.5
    yield 1.0
    RESULT["saved"] = [str(file) for file in found]
    leave_result(window.folder)
    os.kill(os.getpid(), signal.SIGKILL)


def killed_rig(window: Window) -> Steps:
    """The rig and a figure perform."""
    yield from killed(window, {"RIG", "GREASE_PENCIL"})


def killed_drawing(window: Window) -> Steps:
    """The drawing and a figure perform."""
    yield from killed(window, {"DRAWING", "GREASE_PENCIL"})


def quit_drawing(window: Window) -> Steps:
    """Blender is quit while the drawing and a figure perform."""
    bpy.context.preferences.filepaths.temporary_directory = str(window.folder)
    yield from left_playing(window, {"DRAWING", "GREASE_PENCIL"})


def recovered(window: Window) -> Steps:
    """What a killed Blender saved by itself is opened as *Recover Auto Save* does, and looked at."""
    file = next(file for file in window.folder.glob("*.blend") if file.name != "quit.blend")
    with bpy.context.temp_override(window=window.window):
        bpy.ops.wm.recover_auto_save(filepath=str(file))
    yield from look()


def recovered_session(window: Window) -> Steps:
    """What a Blender that was quit left is opened as *Recover Last Session* does, and looked at."""
    bpy.context.preferences.filepaths.temporary_directory = str(window.folder)
    with bpy.context.temp_override(window=window.window):
        bpy.ops.wm.recover_last_session()
    yield from look()


def look() -> Steps:
    """Note down what is the user's in the file that was opened."""
    yield 1.0
    bpy.context.view_layer.update()
    RESULT.update(error="", owned=scene_module.owned())


SCENARIOS = {
    scenario.__name__: scenario
    for scenario in (drawings, killed_rig, killed_drawing, quit_drawing, recovered, recovered_session)
}
RESULT: dict[str, Any] = base.RESULT


def leave_result(folder: Path) -> None:
    """Write what was seen, before nobody can."""
    (folder / "result.json").write_text(json.dumps(RESULT), encoding="utf-8")


if __name__ == "__main__":
    scenario, folder_name, base.WORKER_PYTHON = sys.argv[sys.argv.index("--") + 1 :]
    base.PACKAGE = base.enabled(base.WORKER_PYTHON)
    base.begin(SCENARIOS[scenario], Path(folder_name))
