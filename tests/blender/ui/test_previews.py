"""Previews in a window: drawings perform in it, and a Blender that is killed or quit meanwhile loses nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.blender.ui.stage import HERE, NoBlender, play_script

RIG, DRAWING, FIGURE = "Preview", "Doodle Preview", "street 1"


def played(scenario: str, folder: Path) -> dict[str, Any]:
    """What the scenario wrote."""
    worker = os.environ.get("BLENDER_WORKER_PYTHON") or sys.executable
    (folder / "result.json").unlink(missing_ok=True)
    try:
        return play_script(HERE / "preview_scenarios.py", [scenario, str(folder), worker], folder)
    except NoBlender as missing:
        pytest.skip(str(missing))


def test_drawings_perform_follow_the_view_and_are_as_they_were(tmp_path: Path) -> None:
    seen = played("drawings", tmp_path)
    assert not seen["error"]
    assert DRAWING in seen["made"]["drawing"]
    assert len(seen["made"]["figure"]) == 1
    assert len(seen["made"]["both"]) == 2
    assert seen["views"] == {"drawing": True, "figure": True, "both": True}, "stopping it leaves all as it was"


@pytest.mark.parametrize("scenario", ["killed_rig", "killed_drawing"])
def test_a_blender_that_is_killed_while_it_plays_loses_nothing(tmp_path: Path, scenario: str) -> None:
    """It saved by itself meanwhile, which runs no handler of the add-on."""
    before = played(scenario, tmp_path)
    assert before["saved"], "Blender saved by itself"
    assert len(before["playing"]) >= 2
    after = played("recovered", tmp_path)
    for part, content in before["owned"].items():
        assert after["owned"][part] == content, part


def test_a_blender_that_is_quit_while_it_plays_loses_nothing(tmp_path: Path) -> None:
    before = played("quit_drawing", tmp_path)
    assert len(before["playing"]) >= 2
    after = played("recovered_session", tmp_path)
    for part, content in before["owned"].items():
        assert after["owned"][part] == content, part
