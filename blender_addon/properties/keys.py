"""How the motion is keyed."""

from __future__ import annotations

from math import radians

import bpy

MODES = (
    ("REDUCED", "Reduced", "As few keys as keep every channel within the tolerances, and the joints within 1 % of the character's height"),
    ("DENSE", "Every Frame", "A key a frame"),
    ("ONES", "On Ones", "A held pose or drawing on every frame"),
    ("TWOS", "On Twos", "Poses and drawings that stand for two frames"),
    ("THREES", "On Threes", "Poses and drawings that stand for three frames"),
)


class RETARGET2D_PG_keys(bpy.types.PropertyGroup):
    """Where keys are set."""

    mode: bpy.props.EnumProperty(name="Keys", description="Where keys are set", items=MODES)  # type: ignore[valid-type]
    angle: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Rotation", description="How far a reduced rotation may be off", default=radians(1.0), min=radians(0.01), max=radians(45), subtype="ANGLE", step=10
    )
    distance: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Location",
        description="How far a reduced location may be off, in percent of the character's height",
        default=0.5,
        min=0.005,
        max=20.0,
        precision=2,
    )
    stretch: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Stretch", description="How far a reduced scale may be off, in percent of the bone's length", default=1.0, min=0.01, max=50.0, precision=2
    )
