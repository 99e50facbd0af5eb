"""Runs in a Blender of its own: installs the old zip, then the new one over it, then takes it away, with a worker at
work in between.

    python life_of_an_installation.py OLD_ZIP NEW_ZIP WORKER_PYTHON VIDEO

The last line on stdout is what was seen, as JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import bpy

REPOSITORY, ID = "user_default", "motion_retarget_2d"
PACKAGE = f"bl_ext.{REPOSITORY}.{ID}"


def install(zipped: str) -> dict[str, Any]:
    """Install and enable a zip; which version Blender then has."""
    bpy.ops.extensions.package_install_files(filepath=zipped, repo=REPOSITORY, enable_on_install=True)
    manifest = (folder() / "blender_manifest.toml").read_text(encoding="utf-8")
    version = next(line.split('"')[1] for line in manifest.splitlines() if line.startswith("version = "))
    return {
        "version": version,
        "enabled": PACKAGE in bpy.context.preferences.addons,
        "operator": hasattr(bpy.types, "RETARGET2D_OT_run"),
    }


def uninstall() -> None:
    repositories = bpy.context.preferences.extensions.repos
    index = next(index for index, repository in enumerate(repositories) if repository.module == REPOSITORY)
    bpy.ops.extensions.package_uninstall(repo_index=index, pkg_id=ID)


def folder() -> Path:
    """Where the extension is."""
    return Path(bpy.utils.user_resource("EXTENSIONS")) / REPOSITORY / ID


def work(python: str, video: str) -> int:
    """Do a job; the process id of the worker, which stays warm."""
    client = importlib.import_module(f"{PACKAGE}.worker.client")
    client.start(client.DetectRequest(video=Path(video), range="0:2"), Path(python)).wait()
    return int(client.worker_process_id())


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def left_behind() -> dict[str, Any]:
    """What an add-on may leave in Blender."""
    return {
        "classes": sorted(name for name in dir(bpy.types) if "retarget2d" in name.lower()),
        "properties": [
            kind.__name__
            for kind in (bpy.types.Scene, bpy.types.WindowManager, bpy.types.Object)
            if hasattr(kind, "retarget2d")
        ],
        "handlers": {
            name: len(found)
            for name in dir(bpy.app.handlers)
            if isinstance(found := getattr(bpy.app.handlers, name), list)
        },
        "threads": sorted(thread.name for thread in threading.enumerate()),
    }


def main(old: str, new: str, python: str, video: str) -> dict[str, Any]:
    before = left_behind()
    seen: dict[str, Any] = {"old": install(old)}
    first = work(python, video)
    seen["new"] = install(new)
    seen["old worker runs"] = runs(first)
    second = work(python, video)
    seen["another worker"] = second != first
    uninstall()
    seen["worker runs"] = runs(second)
    seen["folder is there"] = folder().exists()
    seen["enabled"] = PACKAGE in bpy.context.preferences.addons
    seen["left behind"] = {
        name: [before[name], after] for name, after in left_behind().items() if after != before[name]
    }
    return seen


if __name__ == "__main__":
    sys.stdout.write(f"{json.dumps(main(*sys.argv[1:]))}\n")
