"""What is asked of Grease Pencil: how the drawn figure looks, and how an artist's own drawing performs."""

from __future__ import annotations

import bpy

from ..bridge.drawing.parts import Part, title
from ..bridge.drawing.settings import Way
from ..bridge.figure.style_files import style_names

WAYS = (
    (Way.LAYERS.value, "Layers", "Keys on the drawing's own layers; the drawing needs no armature"),
    (Way.BONES.value, "Bones", "Each layer hangs on a bone of an armature; one is built where there is none"),
    (Way.WEIGHTS.value, "Weights", "An armature bends the lines, by weights that fall with distance; one is built where there is none"),
)
SIDES = {"RIGHT": "R", "LEFT": "L"}


def _short(part: Part) -> str:
    """What the part is called in the list, the side last: lists are narrow."""
    side, _, rest = part.value.partition("_")
    return f"{rest.replace('_', ' ').title()} {SIDES[side]}" if side in SIDES else part.value.title()


PARTS = tuple((part.value, _short(part), f"The layer shows the {title(part)}" if part != Part.NONE else "The layer stays as it is") for part in Part)


def _is_drawing(_group: RETARGET2D_PG_drawing, item: bpy.types.Object) -> bool:
    return bool(item.type == "GREASEPENCIL")


def _other_drawing(group: RETARGET2D_PG_drawing, _context: bpy.types.Context) -> None:
    """What was assigned were layers of another drawing."""
    group.layers.clear()
    group.layer = 0


def _styles(_group: RETARGET2D_PG_drawing, _context: bpy.types.Context, edited: str) -> list[str]:
    """The styles that there are, as the field is typed into."""
    return [name for name in style_names() if edited.lower() in name.lower()]


class RETARGET2D_PG_drawing_layer(bpy.types.PropertyGroup):
    """A layer, by its name, and the part of the body that it is."""

    part: bpy.props.EnumProperty(name="Part", description="The part of the body that the layer shows", items=PARTS)  # type: ignore[valid-type]
    use_pivot: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Picked Joint", description="The layer turns about a point that was picked, in place of the joint that is found where it meets its neighbour"
    )
    pivot: bpy.props.FloatVectorProperty(name="Joint", description="Where the layer turns, in the drawing's own space", subtype="TRANSLATION")  # type: ignore[valid-type]


class RETARGET2D_PG_drawing(bpy.types.PropertyGroup):
    """What is asked of Grease Pencil."""

    target: bpy.props.PointerProperty(  # type: ignore[valid-type]
        name="Drawing",
        description="Your own Grease Pencil drawing, with a layer for each part of the body",
        type=bpy.types.Object,
        poll=_is_drawing,
        update=_other_drawing,
    )
    way: bpy.props.EnumProperty(name="Move by", description="How the drawing is moved", items=WAYS)  # type: ignore[valid-type]
    layers: bpy.props.CollectionProperty(name="Layers", type=RETARGET2D_PG_drawing_layer)  # type: ignore[valid-type]
    layer: bpy.props.IntProperty(name="Layer", description="The layer that is chosen in the list")  # type: ignore[valid-type]
    near_far: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Near and Far",
        description="Limbs come before and go behind one another as the performer's do; strokes then hide each other by depth",
        default=True,
    )
    style: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Style",
        description="How the drawn figure looks: the name of a style, or a file of one; empty: the character",
        search=_styles,
        search_options={"SUGGESTION"},
    )
