"""Runs in a Blender that has just been started for the first time, with no network: does what a user does then, *Try
the Sample* and *Retarget Video*, and then what goes wrong later.

    python first_day.py RESULT ZIP [OTHER]                                       Blender as a module: installs the zip
    blender -b --python-exit-code 1 --python first_day.py -- RESULT              a Blender that has the zip installed

OTHER is the zip of another extension, to be installed after that. The file RESULT then holds what was seen, as JSON.
"""

from __future__ import annotations

import importlib
import json
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

REPOSITORY, ID = "user_default", "motion_retarget_2d"
PACKAGE = f"bl_ext.{REPOSITORY}.{ID}"
HEAVY = ("cv2", "av", "scipy", "onnxruntime", "torch")
SECOND = "0:24"
"""A part of the sample that is quick to look at."""


def install(zipped: str) -> None:
    """Install and enable the zip."""
    bpy.ops.extensions.package_install_files(filepath=zipped, repo=REPOSITORY, enable_on_install=True)


def has_network() -> bool:
    """Whether there is a way out of this machine."""
    try:
        socket.create_connection(("192.0.2.1", 9), timeout=0.2).close()
    except TimeoutError:
        return True
    except OSError as error:
        return "unreachable" not in str(error)
    return True


def libraries(process: int) -> list[str]:
    """The shared libraries that a process has loaded."""
    lines = Path(f"/proc/{process}/maps").read_text(encoding="utf-8").splitlines()
    return sorted({line.split(maxsplit=5)[-1] for line in lines if ".so" in line})


def program(process: int) -> str:
    """The program that a process runs."""
    return str(Path(f"/proc/{process}/exe").resolve())


def keys(armature: bpy.types.Object) -> int:
    """The number of keys of its Action."""
    action = armature.animation_data.action
    curves = (
        action.fcurves
        if hasattr(action, "fcurves")
        else [
            curve
            for layer in action.layers
            for strip in layer.strips
            for bag in strip.channelbags
            for curve in bag.fcurves
        ]
    )
    return sum(len(curve.keyframe_points) for curve in curves)


def tried(operator: Callable[[], set[str]]) -> str:
    """What an operator reports where it fails."""
    try:
        assert operator() == {"FINISHED"}
    except RuntimeError as error:
        return str(error).removeprefix("Error: ").strip()
    return ""


def said_by_preferences() -> str:
    """What they say of the runtime, once that was looked up."""
    end = time.monotonic() + 60
    while (said := bpy.context.window_manager.retarget2d.runtime).endswith("…") and time.monotonic() < end:
        time.sleep(0.1)
    return str(said)


def first_job(seen: dict[str, Any]) -> None:
    """Two clicks."""
    client = importlib.import_module(f"{PACKAGE}.worker.client")
    scene = bpy.context.scene
    seen["sample"] = tried(bpy.ops.retarget2d.try_sample)
    scene.retarget2d.frame_range = SECOND
    seen["detect"] = tried(bpy.ops.retarget2d.detect)
    worker = client.worker_process_id()
    seen["libraries"] = libraries(worker)
    seen["program"] = program(worker)
    seen["own program"] = str(Path(sys.executable).resolve())
    seen["run"] = tried(bpy.ops.retarget2d.run)
    seen["keys"] = keys(scene.retarget2d.armature) if not seen["run"] else 0
    seen["notices"] = bpy.context.window_manager.retarget2d.notices
    seen["preferences"] = said_by_preferences()
    seen["heavy in Blender"] = [name for name in HEAVY if name in sys.modules]


def later(seen: dict[str, Any], other: str) -> None:
    """Another extension brings a newer package; then a file of ours is taken; then the extension is turned off and on."""
    settings = bpy.context.scene.retarget2d
    install(other)
    settings.frame_range = "30:32"
    seen["detect beside another extension"] = tried(bpy.ops.retarget2d.detect)
    seen["notices beside another extension"] = bpy.context.window_manager.retarget2d.notices
    bpy.ops.preferences.addon_disable(module=f"bl_ext.{REPOSITORY}.other")
    addon = importlib.import_module(f"{PACKAGE}.bridge.scene.addon")
    taken = addon.folder_of_packages() / "cv2/cv2.abi3.so"
    taken.unlink()
    settings.frame_range = "32:34"
    seen["taken"] = str(taken)
    seen["detect without a file"] = tried(bpy.ops.retarget2d.detect)
    bpy.ops.preferences.addon_disable(module=PACKAGE)
    bpy.ops.preferences.addon_enable(module=PACKAGE)
    bpy.context.scene.retarget2d.frame_range = "34:36"
    seen["detect after the cure"] = tried(bpy.ops.retarget2d.detect)


def main(result: str, zipped: str = "", other: str = "") -> None:
    """The first day and, where there is another extension, a later one."""
    seen: dict[str, Any] = {"network": has_network(), "Blender": bpy.app.version_string}
    if zipped:
        install(zipped)
    first_job(seen)
    if other:
        later(seen, other)
    bpy.ops.preferences.addon_disable(module=PACKAGE)
    Path(result).write_text(json.dumps(seen), encoding="utf-8")


if __name__ == "__main__":
    main(*(sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:]))
