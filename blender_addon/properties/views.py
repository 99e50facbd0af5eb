"""Which view an object shows, picked where its name does not say it; objects carry it from file to file."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from ..bridge.armature.bone_map import BoneMap
from ..bridge.views.artwork import BY_NAME, EVERY_VIEW, PICKED, carried_objects, picked_view, read_artwork
from ..bridge.views.view import View

VIEW = PICKED
"""The property of an object that holds the choice."""
ITEMS = (
    (BY_NAME, "By Name", "As it is named, or its collection or group: Head.side, Body_3q.left, hand.L.back"),
    (EVERY_VIEW, "Every View", "It is shown whichever way the character faces"),
    *((view.name, view.label, f"It is shown in this view alone: {view.label.lower()}") for view in View),
)


def artwork_rows(armature: bpy.types.Object) -> Iterator[tuple[bpy.types.Object, str]]:
    """The objects that an armature carries, and the views that their names say, in words."""
    named = {sheet.item: sheet.views for sheet in read_artwork(armature, BoneMap({}, "")).sheets}
    for item in carried_objects(armature):
        if picked_view(item) != BY_NAME or item not in named:
            yield item, ""
        else:
            yield item, ", ".join(view.label for view in View if view in named[item])


def register() -> None:
    """Add the choice to objects."""
    choice = bpy.props.EnumProperty(
        name="View",
        description="The view of the character that this artwork is drawn for. Left and right are where it looks",
        items=ITEMS,
        default=BY_NAME,
        override={"LIBRARY_OVERRIDABLE"},
    )
    setattr(bpy.types.Object, PICKED, choice)


def unregister() -> None:
    """Take it out."""
    delattr(bpy.types.Object, PICKED)
