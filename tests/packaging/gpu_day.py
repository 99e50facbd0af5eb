"""Runs in Blender as a module: installs a zip, adds GPU support to it, retargets, and removes it again.

    python gpu_day.py RESULT ZIP

The file RESULT then holds what was seen, as JSON.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

REPOSITORY = "user_default"
PACKAGE = f"bl_ext.{REPOSITORY}.motion_retarget_2d"


def tried(operator: Callable[[], set[str]]) -> str:
    """What an operator reports where it fails."""
    try:
        assert operator() == {"FINISHED"}
    except RuntimeError as error:
        return str(error).removeprefix("Error: ").strip()
    return ""


def main(result: str, zipped: str) -> None:
    """Try each step, and note what the preferences say after it."""
    bpy.ops.extensions.package_install_files(filepath=zipped, repo=REPOSITORY, enable_on_install=True)
    client = importlib.import_module(f"{PACKAGE}.worker.client")
    addon = importlib.import_module(f"{PACKAGE}.bridge.scene.addon")
    seen: dict[str, Any] = {"may": client.may_be_added(), "folder": str(addon.runtime_folder().with_name("gpu"))}

    def step(name: str, operator: Callable[[], set[str]]) -> None:
        seen[name] = [tried(operator), str(client.gpu_state(addon.runtime_folder()))]

    step("offline", bpy.ops.retarget2d.add_gpu_support)
    bpy.context.preferences.system.use_online_access = True
    step("look up", bpy.ops.retarget2d.add_gpu_support)
    step("add", bpy.ops.retarget2d.add_gpu_support)
    bpy.ops.retarget2d.try_sample()
    bpy.context.scene.retarget2d.frame_range = "0:12"
    step("detect", bpy.ops.retarget2d.detect)
    step("run", bpy.ops.retarget2d.run)
    runtime = client.find_runtime(None, addon.runtime_folder(), addon.folder_of_packages())
    seen["runtime"] = [runtime.origin, str(runtime.gpu)]
    step("remove", bpy.ops.retarget2d.remove_gpu_support)
    seen["left"] = Path(seen["folder"]).exists()
    bpy.ops.preferences.addon_disable(module=PACKAGE)
    Path(result).write_text(json.dumps(seen), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
