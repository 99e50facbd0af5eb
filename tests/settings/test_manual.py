"""The manual's table of settings is that of the declarations."""

from __future__ import annotations

from pathlib import Path

from blender_addon.settings.as_table import table

MANUAL = Path(__file__).resolve().parents[2] / "docs/manual/settings.md"


def test_the_manual_lists_every_setting_as_it_is_declared() -> None:
    assert MANUAL.read_text(encoding="utf-8") == table(), (
        "write it anew: python -m blender_addon.settings.as_table > docs/manual/settings.md"
    )
