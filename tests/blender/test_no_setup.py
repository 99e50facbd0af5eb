"""Nothing is to be installed unless something is missing; then the panel says so before a job is tried."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import bpy
import pytest

pytestmark = pytest.mark.usefixtures("addon", "fresh_session")


@pytest.fixture
def preferences() -> Iterator[bpy.types.AddonPreferences]:
    """Ours; put back as they were."""
    from blender_addon.bridge.scene.addon import PACKAGE

    ours = bpy.context.preferences.addons[PACKAGE].preferences
    kept = ours.python
    yield ours
    ours.python = kept


def status() -> bpy.types.PropertyGroup:
    return bpy.context.window_manager.retarget2d


def comes_true(condition: Callable[[], bool]) -> bool:
    """Whether it does within a minute: what is missing is looked up beside Blender's own thread."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_where_nothing_is_missing_nothing_is_said_and_nothing_is_to_be_installed() -> None:
    from blender_addon.worker import client

    assert comes_true(lambda: "runs the networks" in client.runtime_state(*known_places()))
    assert status().runtime_problem == ""
    assert not status().can_install


def known_places() -> tuple[Path | None, Path | None, Path | None]:
    from blender_addon.bridge.scene import addon

    return addon.preferred().python, addon.runtime_folder(), addon.folder_of_packages()


def test_where_something_is_missing_the_panel_says_so_before_a_job_is_tried(
    preferences: bpy.types.AddonPreferences, tmp_path: Path
) -> None:
    from blender_addon.worker import client

    if client.bundled_wheels():
        pytest.skip("this extension brings its packages, so the interpreter of the preferences is not asked for")
    preferences.python = str(tmp_path / "python")
    assert comes_true(lambda: bool(status().runtime_problem))
    assert str(tmp_path / "python") in status().runtime_problem
    assert "press Install" in status().runtime_problem
    assert status().can_install
