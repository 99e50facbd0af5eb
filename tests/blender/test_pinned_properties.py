"""Properties, operators and choices stay what they were in version 0.1.0.

Files, keymaps, scripts and animation curves go by their identifiers and numbers, unset properties by their defaults.
`data/0_1_0/properties.json` holds a line for each. More properties and more items of an enum may come.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import bpy
import pytest

from tests.blender.rna_properties import broken_promises, described_properties

FILE = Path(__file__).parent / "data/0_1_0/properties.json"
PINNED: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
CHOOSERS = ("retarget2d.performer_choice", "retarget2d.look.body_source.performer_choice")


def test_every_property_of_the_first_version_is_as_it_was(addon: ModuleType) -> None:
    from blender_addon.bridge.scene.addon import PACKAGE

    now = described_properties(bpy.context.preferences.addons[PACKAGE].preferences)
    assert broken_promises(with_changed_defaults(PINNED, now), now) == []


def with_changed_defaults(pinned: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What was pinned, with the default of now where scenes of the first version are given the old one."""
    from blender_addon.settings.changed_defaults import old_defaults

    rows = {name: dict(row) for name, row in pinned.items()}
    for path, value in old_defaults(1).items():
        name = f"RETARGET2D_PG_{path}"
        if name in rows:
            assert rows[name]["default"] == value, f"{path} is given another default than it had"
            rows[name]["default"] = now[name]["default"]
    return rows


def test_the_chooser_of_performers_begins_with_the_main_one(addon: ModuleType, blank_file: None) -> None:
    """Its items are made as the scene is looked at, so RNA tells none of them."""
    for path in CHOOSERS:
        group, _, name = path.rpartition(".")
        holder = bpy.context.scene.path_resolve(group)
        holder.performer = 3
        assert getattr(holder, name) == "MAIN", "performer 3 was not found in any video"
        setattr(holder, name, "MAIN")
        assert holder.performer == 0


def changed(name: str, **change: object) -> Callable[[dict[str, Any]], object]:
    return lambda rows: rows[name].update(change)


SWAPPED, SHORT = {"FORESHORTENED": 1, "FULL_LENGTH": 0}, {"FORESHORTENED": 0}


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda rows: rows.pop("RETARGET2D_PG_keys.mode"), "keys.mode is gone"),
        (lambda rows: rows.pop("retarget2d.resolve"), "retarget2d.resolve is gone"),
        (changed("RETARGET2D_PG_timing.speed", default=2.0), "timing.speed: default was 1.0 and is 2.0"),
        (changed("RETARGET2D_PG_timing.speed", hard=[0.1, 5.0]), "hard was [0.1, 10.0] and is [0.1, 5.0]"),
        (changed("RETARGET2D_PG_timing.shortest", subtype="NONE"), "subtype was TIME and is NONE"),
        (changed("RETARGET2D_PG_look.second", to="Other"), "look.second: to was RETARGET2D_PG_source and is Other"),
        (changed("RETARGET2D_PG_look.limbs", items=SWAPPED), "the item FORESHORTENED was number 0 and is 1"),
        (changed("RETARGET2D_PG_look.limbs", items=SHORT), "the item FULL_LENGTH was number 1 and is None"),
        (changed("Object.retarget2d_bone_map", flags=[]), "flags was ['LIBRARY_OVERRIDABLE'] and is []"),
    ],
)
def test_a_property_that_changed_is_named(spoil: Callable[[dict[str, Any]], object], line: str) -> None:
    later = copy.deepcopy(PINNED)
    spoil(later)
    assert any(told.endswith(line) for told in broken_promises(PINNED, later))


def test_more_properties_and_more_items_are_welcome() -> None:
    later = copy.deepcopy(PINNED) | {"RETARGET2D_PG_keys.new": {"type": "BOOLEAN"}}
    later["RETARGET2D_PG_keys.mode"]["items"]["FOURS"] = 5
    assert broken_promises(PINNED, later) == []
