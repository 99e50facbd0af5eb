"""The rows that panels draw from the declarations of settings."""

from __future__ import annotations

from typing import Any, Self

import bpy
import pytest

from blender_addon.panels.rows import draw_settings
from blender_addon.settings.channels import ChannelSettings
from blender_addon.settings.keys import KeySettings
from blender_addon.settings.nla import LayerSettings
from blender_addon.settings.setting import Topic

pytestmark = pytest.mark.usefixtures("fresh_session")


class Row:
    """Takes down what a panel draws: a layout can only be had while Blender draws a window."""

    def __init__(self, drawn: dict[str, dict[str, Any]]) -> None:
        self.drawn, self.active, self.enabled = drawn, True, True

    def column(self, **_: object) -> Row:
        return Row(self.drawn)

    def prop(self, _group: object, name: str, **arguments: object) -> Self:
        self.drawn[name] = arguments | {"active": self.active}
        return self


def drawn(topic: type[Topic]) -> dict[str, dict[str, Any]]:
    """How each property is drawn, by its name."""
    found: dict[str, dict[str, Any]] = {}
    draw_settings(Row(found), bpy.context, topic)
    return found


def test_an_empty_field_says_what_empty_stands_for() -> None:
    settings = bpy.context.scene.retarget2d
    settings.channels.root = "OBJECT"
    assert drawn(ChannelSettings)["carrier"]["placeholder"] == "A new empty"
    assert drawn(LayerSettings)["title"]["placeholder"] == "Video and performer"


def test_a_tolerance_is_greyed_where_no_curve_has_it() -> None:
    settings = bpy.context.scene.retarget2d
    settings.bake, settings.channels.use_stretch = {"RIG"}, False
    assert (drawn(KeySettings)["angle"]["active"], drawn(KeySettings)["stretch"]["active"]) == (True, False)
    settings.channels.use_stretch = True
    assert drawn(KeySettings)["stretch"]["active"]
    settings.bake = {"GREASE_PENCIL"}
    assert not drawn(KeySettings)["stretch"]["active"]
