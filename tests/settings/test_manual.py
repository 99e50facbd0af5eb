"""The manual's table of settings is that of the declarations."""

from __future__ import annotations

from pathlib import Path

from blender_addon.settings.as_table import table
from blender_addon.settings.footage import OtherPerformance
from blender_addon.settings.topics import all_settings

MANUAL = Path(__file__).resolve().parents[2] / "docs/manual/settings.md"


def test_the_manual_lists_every_setting_as_it_is_declared() -> None:
    assert MANUAL.read_text(encoding="utf-8") == table(), (
        "write it anew: python -m blender_addon.settings.as_table > docs/manual/settings.md"
    )


def test_every_setting_has_a_label_and_says_what_it_does() -> None:
    settings = [*all_settings(), *OtherPerformance.settings().values()]
    assert [setting.path for setting in settings if not (setting.label and setting.description)] == []
