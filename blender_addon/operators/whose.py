"""Which of the performances of a scene an operator is about: the main one, or one that view, body or blend are taken
from.
"""

from __future__ import annotations

from typing import Any

import bpy

MAIN = "MAIN"
PERFORMANCES = (
    (MAIN, "Main", "The performance whose motion it is"),
    ("VIEW", "View", "The performance that the view is taken from"),
    ("BODY", "Body", "The performance that the body is taken from"),
    ("SECOND", "Second", "The performance that is blended with"),
)
GROUPS = {"VIEW": "view_source", "BODY": "body_source", "SECOND": "second"}
"""What they are called in the settings."""


def whose_property() -> Any:  # noqa: ANN401
    """The operator's property."""
    return bpy.props.EnumProperty(
        name="Performance", description="Which performance of the scene", items=PERFORMANCES, options={"SKIP_SAVE"}
    )


def named_performance(scene: bpy.types.Scene, whose: str) -> bpy.types.PropertyGroup:
    """The settings that name it."""
    settings = scene.retarget2d
    return settings if whose == MAIN else getattr(settings.look, GROUPS[whose])
