"""Real Blender as a module or around the tests: a fresh user folder, the add-on of the checkout or an installed one, an
empty file, the worker's Python.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import bpy

ROOT = Path(__file__).resolve().parents[2]
HAS_BLENDER = importlib.util.find_spec("bpy") is not None
NO_BLENDER = "the tests of tests/blender did not run here, since there is no bpy: `make test` runs them in an environment that has it"
NO_WORKER = "NO WORKER"

# What opens windows drives a Blender from without, so it needs none within.
collect_ignore = ["ui"] if HAS_BLENDER else []
collect_ignore_glob = [] if HAS_BLENDER else ["test_*.py"]

# Before the first import of bpy, so that no setting of the user's own gets in and nothing is left there.
OWN_FOLDER = None if "BLENDER_USER_RESOURCES" in os.environ else tempfile.mkdtemp(prefix="blender-user-")
os.environ.setdefault("BLENDER_USER_RESOURCES", OWN_FOLDER or "")


def pytest_configure(config: pytest.Config) -> None:
    """Install the zip that --installed names, before any test imports the add-on."""
    zipped = config.getoption("--installed")
    if zipped is None or not HAS_BLENDER:
        return
    from tests.blender import installed_extension

    try:
        package = installed_extension.install(zipped)
    except (ValueError, RuntimeError) as error:  # RuntimeError: what an operator reports
        raise pytest.UsageError(f"{zipped} cannot be installed and enabled: {error}") from None
    installed_extension.stand_in_for_checkout(package)
    config.add_cleanup(lambda: installed_extension.disable(package))


def pytest_report_header(config: pytest.Config) -> str:
    """Which Blender it is, and which add-on."""
    if not HAS_BLENDER:
        return NO_BLENDER
    import bpy

    return f"Blender {bpy.app.version_string}, {config.getoption('--installed') or 'the add-on of the checkout'}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly that nothing ran here."""
    if not HAS_BLENDER:
        terminalreporter.write_line(NO_BLENDER, yellow=True, bold=True)


def pytest_unconfigure() -> None:
    """Leave nothing."""
    if OWN_FOLDER is not None:
        shutil.rmtree(OWN_FOLDER, ignore_errors=True)


@pytest.fixture
def blank_file() -> Iterator[None]:
    """An empty .blend file in memory."""
    bpy = pytest.importorskip("bpy")
    bpy.ops.wm.read_homefile(use_empty=True)
    yield
    bpy.ops.wm.read_homefile(use_empty=True)


@pytest.fixture(scope="session")
def worker_python() -> Path:
    """The Python that the worker runs on: .venv's, or another that BLENDER_WORKER_PYTHON names."""
    python = Path(os.environ.get("BLENDER_WORKER_PYTHON") or ROOT / ".venv/bin/python")
    if not python.exists():
        pytest.skip(f"{NO_WORKER}: {python} is not there; `make venv` makes the environment that runs the worker")
    return python


@pytest.fixture(scope="module")
def addon(worker_python: Path) -> Iterator[Any]:
    """The add-on, enabled, with a worker; a plain module has no preferences of its own, so they are made."""
    bpy = pytest.importorskip("bpy")
    import blender_addon
    from blender_addon.bridge.scene.addon import PACKAGE

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


@pytest.fixture
def fresh_session(addon: ModuleType) -> None:
    """The add-on as in a Blender that was just started: no test profits from what another one found."""
    from tests.blender.scene_of_puppet import forget_session

    forget_session()


@pytest.fixture
def puppet() -> bpy.types.Object:
    """The armature of our puppet, in its open file."""
    from tests.blender.scene_of_puppet import open_puppet

    return open_puppet()
