"""The performances of a scene by their slots: the main one, and those that view, body or blend are taken from."""

from __future__ import annotations

from typing import Any

import bpy

MAIN = "MAIN"
SLOTS = (
    (MAIN, "Main", "The performance that is retargeted"),
    ("VIEW", "View", "The performance that the view is taken from"),
    ("BODY", "Body", "The performance that the body is taken from"),
    ("SECOND", "Second", "The performance that is blended in"),
)
GROUPS = {"VIEW": "view_source", "BODY": "body_source", "SECOND": "second"}
"""The property groups of the slots in the scene's settings."""


def slot_property() -> Any:  # noqa: ANN401
    """The property that tells an operator which slot it is for."""
    return bpy.props.EnumProperty(
        name="Performance", description="Which performance of the scene", items=SLOTS, options={"SKIP_SAVE"}
    )


def performance_in(scene: bpy.types.Scene, slot: str) -> bpy.types.PropertyGroup:
    """The settings that hold the performance of a slot."""
    settings = scene.retarget2d
    return settings if slot == MAIN else getattr(settings.look, GROUPS[slot])
