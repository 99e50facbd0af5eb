"""Defaults that a version of the add-on changed: what a scene of an earlier version had where nothing was set.

Blender stores no property that nobody set, so that a new default would change old scenes without a word. Whoever changes a
default in a declaration adds a row here, and a file of the version before to the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CHANGED_DEFAULTS: tuple[Mapping[str, Any], ...] = (
    {
        "channels.follow_turn": 0.0,
        "channels.artwork": False,
        "channels.use_stretch": False,
        "channels.auto_stretch": False,
        "editing.distance": "KEPT",
    },
)
"""A row for each version of the settings: the old values, as properties hold them, by paths below the scene's settings."""


def settings_version() -> int:
    """The version that scenes are saved with now. Scenes of 0.1.0 carry none; their defaults are those of version 1."""
    return 1 + len(CHANGED_DEFAULTS)


def old_defaults(version: int) -> dict[str, Any]:
    """What a scene of a version had where nothing was set, by path, as far as that is different now."""
    old: dict[str, Any] = {}
    for row in CHANGED_DEFAULTS[max(version, 1) - 1 :]:
        old = {**row, **old}
    return old
