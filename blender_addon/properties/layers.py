"""How a bake joins the animation that a rig has."""

from __future__ import annotations

import bpy

MODES = (
    ("ACTION", "Action", "The rig plays it; what it played before is kept on a muted NLA track"),
    ("LAYER", "NLA Layer", "An NLA track above all others plays it, blended with what is beneath; a second bake of the same performer replaces its own strip"),
)
BLENDING = (
    ("REPLACE", "Replace", "The layer counts in place of what is beneath it, as far as its influence goes"),
    ("COMBINE", "Combine", "The layer is added as rotations are: right for changes on top of another motion"),
    ("ADD", "Add", "The layer's numbers are added to those beneath"),
    ("SUBTRACT", "Subtract", "The layer's numbers are taken from those beneath"),
    ("MULTIPLY", "Multiply", "The layer's numbers are multiplied with those beneath"),
)


class RETARGET2D_PG_layers(bpy.types.PropertyGroup):
    """Where the keys go."""

    mode: bpy.props.EnumProperty(name="Bake As", description="How the bake joins the animation that the rig has", items=MODES)  # type: ignore[valid-type]
    title: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Title", description="What the layer is called; empty: the video and the performer. A bake with another title does not replace this one"
    )
    blending: bpy.props.EnumProperty(name="Blending", description="How a new layer is blended with what is beneath it", items=BLENDING)  # type: ignore[valid-type]
    influence: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Influence", description="How much a new layer counts", default=1.0, min=0.0, max=1.0, subtype="FACTOR"
    )
