"""Installed by Blender itself, over an older version, and taken away again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.packaging.old_versions import OLD, current_version, with_old_version
from tools import extension

SCRIPT = Path(__file__).with_name("life_of_an_installation.py")
VIDEO = extension.ROOT / "assets/footage/street.mp4"


@pytest.fixture(scope="module")
def old(blender_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same extension, with an older version in its manifest."""
    folder = tmp_path_factory.mktemp("old")
    return extension.build(folder, with_old_version(folder))


@pytest.fixture(scope="module")
def life(blender_python: Path, old: Path, zipped: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What happened to an installation."""
    environment = os.environ | {"BLENDER_USER_RESOURCES": str(tmp_path_factory.mktemp("user"))}
    command = [blender_python, SCRIPT, old, zipped, sys.executable, VIDEO]
    told = subprocess.run(
        [*map(str, command)], capture_output=True, check=False, text=True, timeout=300, env=environment, cwd="/"
    )
    assert told.returncode == 0, told.stdout + told.stderr
    seen: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return seen


def test_it_can_be_installed_and_enabled(life: dict[str, Any]) -> None:
    assert life["old"] == {"version": OLD, "enabled": True, "operator": True}


def test_a_newer_version_takes_the_place_of_an_older_one(life: dict[str, Any]) -> None:
    assert life["new"] == {"version": current_version(), "enabled": True, "operator": True}


def test_the_worker_of_the_old_version_ends_and_the_new_one_has_its_own(life: dict[str, Any]) -> None:
    assert not life["old worker runs"]
    assert life["another worker"]


def test_uninstalling_leaves_nothing_running_and_nothing_behind(life: dict[str, Any]) -> None:
    assert not life["worker runs"]
    assert not life["folder is there"]
    assert not life["enabled"]
    assert life["left behind"] == {}
