"""Names that the field does not know stay gone: those of 0.1.0 that were renamed, and words of a dialect."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

OLD_NAMES = frozenset(
    {
        *("companions", "habits", "exemplar", "twisted_perspective", "recalled", "kinship", "trembling", "swell"),
        *("liveliness", "sureness", "surer", "supposed", "told", "Told"),
        *("giving_way", "passed_on", "Stance", "stances", "limb_shares", "unlocked", "worked_out"),
        *("thinning_ahead", "thinning", "thinned", "Thinned", "lay_down", "Laid", "left_behind", "_Onto"),
        *("timed", "whose_property", "exchange_sides", "map_editing", "map_presets", "thumbnails", "thumbnail"),
        *("EditingSettings", "CycleSettings", "LEFT_UNSEEN", "main_performer", "SUPPOSED_CONFIDENCE"),
    }
)
"""Of modules, classes, functions and parameters."""

OLD_ROOMS = frozenset({"clock", "standing", "mapping", "editing", "animation", "planes", "session", "baking"})
"""Modules and rooms that stood in `bridge` itself."""


def names_in(source: str) -> Iterator[str]:
    """Of classes, functions and parameters."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        if isinstance(node, ast.FunctionDef):
            arguments = node.args
            yield from (one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))


def old_names(folder: Path) -> list[str]:
    found = []
    for path in sorted(folder.rglob("*.py")):
        names = {path.stem, *names_in(path.read_text(encoding="utf-8"))}
        found += [f"{path.relative_to(ROOT)}: {name}" for name in sorted(names & OLD_NAMES)]
    return found


@pytest.mark.parametrize("part", ["blender_addon", "training"])
def test_no_name_of_the_first_version_that_was_renamed_comes_back(part: str) -> None:
    assert old_names(ROOT / part) == []


def test_the_rooms_of_the_bridge_keep_their_new_names() -> None:
    there = {path.stem for path in (ROOT / "blender_addon/bridge").iterdir()}
    assert there & OLD_ROOMS == set()


def test_a_name_that_came_back_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.test_names.ROOT", tmp_path)
    (tmp_path / "companions.py").write_text(
        "class Laid:\n    def way(self, *, told: int) -> None: ...\n", encoding="utf-8"
    )
    assert old_names(tmp_path) == ["companions.py: Laid", "companions.py: companions", "companions.py: told"]
