"""Real Blender as a module: a fresh user folder, an empty file for each test, and the Python that runs the worker."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Before the first import of bpy, so that no setting of the user's own gets in and nothing is left there.
os.environ.setdefault("BLENDER_USER_RESOURCES", tempfile.mkdtemp(prefix="blender-user-"))


@pytest.fixture
def blank_file() -> Iterator[None]:
    """An empty .blend file in memory."""
    bpy = pytest.importorskip("bpy")
    bpy.ops.wm.read_homefile(use_empty=True)
    yield
    bpy.ops.wm.read_homefile(use_empty=True)


@pytest.fixture(scope="session")
def worker_python() -> Path:
    """The Python that the worker runs on: .venv's."""
    python = ROOT / ".venv/bin/python"
    if not python.exists():
        pytest.skip("NO WORKER: `make venv` makes the environment that runs the worker")
    return python


@pytest.fixture(scope="module")
def addon(worker_python: Path) -> Iterator[Any]:
    """The add-on, enabled, with a worker; a plain module has no preferences of its own, so they are made."""
    bpy = pytest.importorskip("bpy")
    import blender_addon
    from blender_addon.bridge.addon import PACKAGE

    entries = bpy.context.preferences.addons
    enabled = hasattr(bpy.types.Scene, "retarget2d")
    if not enabled:
        entries.new().module = PACKAGE
        blender_addon.register()
    entries[PACKAGE].preferences.python = str(worker_python)
    yield blender_addon
    entries[PACKAGE].preferences.python = ""
    if not enabled:
        blender_addon.unregister()
        entries.remove(entries[PACKAGE])
