"""Which view an object shows, picked where its name does not say it; objects carry it from file to file."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from ..bridge.armature.bone_map import BoneMap
from ..bridge.views.artwork import (
    BY_NAME,
    PICKED,
    PICKED_LAYERS,
    Part,
    carried_objects,
    chosen_artwork,
    layer_sheets,
    picked_layer_views,
    picked_view,
    read_artwork,
)
from ..bridge.views.picked_views import CHOICES
from ..bridge.views.rig_views import rigs_of
from ..bridge.views.view import View
from ..bridge.views.view_frames import FRAMES, frame_channel, frames_of_views
from ..bridge.views.view_rigs import RIGS

VIEW = PICKED
"""The property of an object that holds the choice."""
VIEW_FRAMES = FRAMES
"""The property of an object that holds the number of the frame for each view."""
VIEW_RIGS = RIGS
"""The property of an armature that holds the armature for each view."""
ITEMS = CHOICES


def artwork_rows(armature: bpy.types.Object) -> Iterator[tuple[bpy.types.Object, str]]:
    """The objects that an armature carries, and the views that their names say, in words."""
    named: dict[bpy.types.Object, set[View]] = {}
    for sheet in read_artwork(armature, BoneMap({}, "")).sheets:
        named.setdefault(sheet.item, set()).update(sheet.views)
    for item in carried_objects(armature):
        if frames_of_views(item):
            yield item, "By Frame"
        elif picked_view(item) != BY_NAME or item not in named:
            yield item, ""
        else:
            yield item, ", ".join(view.label for view in View if view in named[item])


def frame_rows(item: bpy.types.Object) -> list[str]:
    """What each view is called whose frame may be picked for an object; none where it has no frames."""
    return [view.label for view in View] if frame_channel(item) is not None else []


def rig_rows(armature: bpy.types.Object) -> Iterator[tuple[str, str, str]]:
    """The property of VIEW_RIGS for each view, what the view is called, and which other rig is found for it, where none
    was picked.
    """
    picked = getattr(armature, RIGS)
    found = {view: sheet for sheet in rigs_of(armature).sheets for view in sheet.views if sheet.item != armature}
    for view in View:
        sheet, name = found.get(view), view.name.lower()
        told = sheet.item.name if sheet is not None and getattr(picked, name) is None else ""
        yield (
            name,
            view.label,
            f"{told}, mirrored" if told and sheet is not None and sheet.either and view.looks < 0 else told,
        )


def layer_rows(item: bpy.types.Object) -> Iterator[tuple[str, str, str]]:
    """The layers of a drawing that a character carries, what is picked for each in words, and the views that their names
    say; none where there is one layer alone.
    """
    if item.type != "GREASEPENCIL" or len(item.data.layers) < 2:
        return
    picked, labels = picked_layer_views(item), {name: label for name, label, _ in ITEMS}
    named = chosen_artwork(
        (sheet, picked.get(sheet.layer, BY_NAME)) for sheet in layer_sheets(item, "", Part.TRUNK)
    ).sheets
    for layer in item.data.layers:
        choice = picked.get(layer.name, BY_NAME)
        views = {view for sheet in named for view in sheet.views if sheet.layer == layer.name and choice == BY_NAME}
        yield layer.name, labels[choice], ", ".join(view.label for view in View if view in views)


class RETARGET2D_PG_layer_view(bpy.types.PropertyGroup):
    """A layer, by its name, and the view that was picked for it"""

    view: bpy.props.EnumProperty(name="View", items=ITEMS, default=BY_NAME)  # type: ignore[valid-type]


def _is_other_armature(group: bpy.types.PropertyGroup, item: bpy.types.Object) -> bool:
    """Whether an object may be picked."""
    return bool(item.type == "ARMATURE" and item != group.id_data)


class RETARGET2D_PG_view_rigs(bpy.types.PropertyGroup):
    """The rig that is drawn for each view"""

    __annotations__ = {
        view.name.lower(): bpy.props.PointerProperty(
            type=bpy.types.Object,
            name=view.label,
            description=f"The armature that is drawn for this view beside the character's own: {view.label.lower()}",
            poll=_is_other_armature,
            override={"LIBRARY_OVERRIDABLE"},
        )
        for view in View
    }


def register() -> None:
    """Add the choice to objects."""
    bpy.utils.register_class(RETARGET2D_PG_layer_view)
    bpy.utils.register_class(RETARGET2D_PG_view_rigs)
    layers = bpy.props.CollectionProperty(type=RETARGET2D_PG_layer_view, override={"LIBRARY_OVERRIDABLE"})
    setattr(bpy.types.Object, PICKED_LAYERS, layers)
    rigs = bpy.props.PointerProperty(type=RETARGET2D_PG_view_rigs, override={"LIBRARY_OVERRIDABLE"})
    setattr(bpy.types.Object, RIGS, rigs)
    choice = bpy.props.EnumProperty(
        name="View",
        description="The view of the character that this artwork is drawn for. Left and right are where it looks",
        items=ITEMS,
        default=BY_NAME,
        override={"LIBRARY_OVERRIDABLE"},
    )
    setattr(bpy.types.Object, PICKED, choice)
    frames = bpy.props.IntVectorProperty(
        name="Frames of Views",
        description="The number of the image, or of the frame of the drawing, that shows each view; 0 where none does",
        size=len(View),
        min=0,
        override={"LIBRARY_OVERRIDABLE"},
    )
    setattr(bpy.types.Object, FRAMES, frames)


def unregister() -> None:
    """Take it out."""
    delattr(bpy.types.Object, PICKED)
    delattr(bpy.types.Object, FRAMES)
    delattr(bpy.types.Object, PICKED_LAYERS)
    delattr(bpy.types.Object, RIGS)
    bpy.utils.unregister_class(RETARGET2D_PG_view_rigs)
    bpy.utils.unregister_class(RETARGET2D_PG_layer_view)
