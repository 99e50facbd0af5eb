"""When the motion is performed."""

from __future__ import annotations

import bpy

from ..bridge.settings.timing import FASTEST, SLOWEST

ROOTS = (
    ("CARRIED_ON", "Carried On", "Each repeat begins where the last one ended"),
    ("IN_PLACE", "In Place", "The character stays where it begins, as on a treadmill"),
)


class RETARGET2D_PG_timing(bpy.types.PropertyGroup):
    """How fast, and whether as a cycle."""

    speed: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Speed",
        description="How much faster than it was filmed; slower motion is interpolated smoothly",
        default=1.0,
        min=SLOWEST,
        max=FASTEST,
        precision=2,
    )
    cycle: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Make a Cycle", description="Find the part of the motion that repeats best, and close its seam; the rest is left out"
    )
    shortest: bpy.props.IntProperty(  # type: ignore[valid-type]
        name="Min. Frames", description="Frames of the scene that a cycle lasts at least", default=12, min=2, soft_max=250, subtype="TIME"
    )
    root: bpy.props.EnumProperty(name="Root", description="Where the cycle goes", items=ROOTS)  # type: ignore[valid-type]
    repeats: bpy.props.IntProperty(name="Repeats", description="How many cycles are keyed or drawn, one after the other", default=1, min=1, max=1000)  # type: ignore[valid-type]
    endless: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Endless", description="The rig's curves go on beyond their keys, by a Cycles modifier; drawings are made for the repeats alone", default=True
    )
