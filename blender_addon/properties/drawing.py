"""Settings of Grease Pencil: the look of figures, and how a drawing of one's own performs."""

from __future__ import annotations

import bpy

from ..bridge.drawing.body_parts import BodyPart, part_title
from ..bridge.figure.style_files import style_names
from ..bridge.views.artwork import BY_NAME
from .groups import group_class
from .views import ITEMS

SIDES = {"RIGHT": "R", "LEFT": "L"}


def _short(part: BodyPart) -> str:
    """What the part is called in the list, the side last: lists are narrow."""
    side, _, rest = part.value.partition("_")
    return f"{rest.replace('_', ' ').title()} {SIDES[side]}" if side in SIDES else part.value.title()


PARTS = tuple(
    (
        part.value,
        _short(part),
        f"The layer shows the {part_title(part)}" if part != BodyPart.NONE else "The layer stays as it is",
    )
    for part in BodyPart
)


def _other_drawing(group: bpy.types.PropertyGroup, _context: bpy.types.Context) -> None:
    """Clear the assigned layers: they belong to another drawing."""
    group.layers.clear()
    group.layer = 0


def _styles(_group: bpy.types.PropertyGroup, _context: bpy.types.Context, edited: str) -> list[str]:
    """The styles that match what is typed."""
    return [name for name in style_names() if edited.lower() in name.lower()]


class RETARGET2D_PG_drawing_layer(bpy.types.PropertyGroup):
    """A layer, by its name, and the body part that it shows"""

    part: bpy.props.EnumProperty(name="Part", description="Body part that the layer shows", items=PARTS)  # type: ignore[valid-type]
    view: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="View",
        description="The view of the character that the layer is drawn for. Left and right are where it looks",
        items=ITEMS,
        default=BY_NAME,
    )
    use_pivot: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Picked Joint",
        description="Turn the layer about a picked point, instead of the joint found where it meets its neighbour",
    )
    pivot: bpy.props.FloatVectorProperty(  # type: ignore[valid-type]
        name="Joint", description="The point that the layer turns about, in the drawing's space", subtype="TRANSLATION"
    )


RETARGET2D_PG_drawing = group_class(
    "drawing",
    "Settings of Grease Pencil",
    more={"layers": "collection_of('drawing_layer', 'Layers')", "layer": "bpy.props.IntProperty(name='Layer')"},
    callbacks={
        "target": {"update": _other_drawing},
        "style": {"search": _styles, "search_options": {"SUGGESTION"}},
    },
)
