"""A setting is declared in one line, and is everywhere then: shown on a copy of the add-on with one line more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.blender.copied_addon import copy_addon

LINE = '    glow: float = share(0.25, "Glow", "How much feet shine", word="glow", targets=OF_RIGS)\n'
"""The declaration, of a setting that there is not."""

PROGRAM = """
import json, sys
import bpy
sys.path.insert(0, {folder!r})
import blender_addon
blender_addon.register()
from blender_addon import command_line
from blender_addon.bridge.job.job_settings import JobSettings
from blender_addon.panels.rows import draw_settings
from blender_addon.settings.as_table import table
from blender_addon.settings.feet import FeetSettings

class Row:
    "Takes down which properties a panel draws."
    drawn = []
    def column(self, **_): return self
    def prop(self, group, name, **_): self.drawn.append(name)

scene = bpy.context.scene
draw_settings(Row(), bpy.context, FeetSettings)
parser = command_line.job_parser("test", "setup", "bone-map")
row = scene.retarget2d.feet.bl_rna.properties["glow"]
before = JobSettings.of(scene).feet.glow
command_line.apply(parser.parse_args(["--output", "out.blend", "--glow", "0.75"]), scene)
print("FOUND " + json.dumps({{
    "property": [row.type, row.default, row.hard_min, row.hard_max, row.name, row.description],
    "drawn": Row.drawn,
    "help": "--glow 0..1" in " ".join(parser.format_help().split()),
    "before": before,
    "set": scene.retarget2d.feet.glow,
    "read": JobSettings.of(scene).feet.glow,
    "manual": "| **Glow** | `--glow` | 0.25 | How much feet shine | `feet.glow` |" in table(),
}}))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a copy of the add-on with one line more has, in a Blender of its own."""
    folder = tmp_path_factory.mktemp("copy")
    topic = copy_addon(folder) / "settings/feet.py"
    lines = topic.read_text(encoding="utf-8").splitlines(keepends=True)
    end = next(at for at, line in enumerate(lines) if line.startswith("class LandmarkSettings")) - 1
    while not lines[end - 1].strip():
        end -= 1
    lines.insert(end, LINE)
    text = "".join(lines)
    text = text.replace("import Choice,", "import share, Choice,")
    topic.write_text(text, encoding="utf-8")
    program = folder / "program.py"
    program.write_text(PROGRAM.format(folder=str(folder)), encoding="utf-8")
    if os.path.basename(sys.executable).startswith("python"):  # noqa: PTH119
        command = [sys.executable, str(program)]
    else:
        pytest.skip("a program of its own is tried where Blender is a module")
    result = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True, timeout=120)
    lines = [line for line in result.stdout.splitlines() if line.startswith("FOUND ")]
    assert lines, result.stderr
    made: dict[str, Any] = json.loads(lines[-1].removeprefix("FOUND "))
    return made


def test_it_is_a_property(found: dict[str, Any]) -> None:
    assert found["property"] == ["FLOAT", 0.25, 0.0, 1.0, "Glow", "How much feet shine"]


def test_the_panel_draws_it(found: dict[str, Any]) -> None:
    assert "glow" in found["drawn"]


def test_the_command_line_sets_it_and_helps_with_it(found: dict[str, Any]) -> None:
    assert found["help"]
    assert found["set"] == 0.75


def test_a_job_reads_it(found: dict[str, Any]) -> None:
    assert (found["before"], found["read"]) == (0.25, 0.75)


def test_the_manual_lists_it(found: dict[str, Any]) -> None:
    assert found["manual"]
