"""Runs in a Blender of its own: installs the extension from a repository, then updates it from what stands there later.

    python updates.py REPOSITORY LATER RESULT

REPOSITORY and LATER are folders; the one becomes the other in between. The file RESULT then holds what was seen.
"""

from __future__ import annotations

import json
import shutil
import sys
import tomllib
from pathlib import Path

import bpy

ID = "motion_retarget_2d"


def state(repository: bpy.types.UserExtensionRepo) -> dict[str, object]:
    """Which version is installed, and whether it runs."""
    manifest = Path(repository.directory) / ID / "blender_manifest.toml"
    return {
        "version": tomllib.loads(manifest.read_text(encoding="utf-8"))["version"],
        "operator": hasattr(bpy.types, "RETARGET2D_OT_run"),
    }


def main(folder: str, later: str, result: str) -> None:
    """Install, then update."""
    bpy.context.preferences.system.use_online_access = True
    address = f"{Path(folder).as_uri()}/index.json"
    bpy.ops.preferences.extension_repo_add(name="Ours", remote_url=address, use_sync_on_startup=False, type="REMOTE")
    repositories = bpy.context.preferences.extensions.repos
    index = next(number for number, one in enumerate(repositories) if one.remote_url == address)
    bpy.ops.extensions.repo_sync(repo_index=index)
    bpy.ops.extensions.package_install(repo_index=index, pkg_id=ID, enable_on_install=True)
    seen = {"first": state(repositories[index])}
    shutil.rmtree(folder)
    shutil.copytree(later, folder)
    bpy.ops.extensions.repo_sync(repo_index=index)
    bpy.ops.extensions.package_upgrade_all()
    seen["then"] = state(repositories[index])
    bpy.ops.preferences.addon_disable(module=f"bl_ext.{repositories[index].module}.{ID}")
    Path(result).write_text(json.dumps(seen), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
