"""How feet stand."""

from __future__ import annotations

import bpy

PLANTING = (
    ("AUTO", "Auto", "Feet stand still where the performer's do: on the ground, or higher and lower where they clearly stepped up or down"),
    ("ALWAYS", "Always", "Feet stand still where the performer's do, all of them on the ground"),
    ("NEVER", "Never", "Legs point exactly as the performer's do, and feet may slide"),
)
LIMB_KEYS = (
    ("AUTO", "As the Rig Is Set", "IK targets where the rig's IK is in use, bones elsewhere"),
    ("IK", "IK", "IK targets where the rig has some"),
    ("FK", "FK", "The bones themselves"),
)


class RETARGET2D_PG_feet(bpy.types.PropertyGroup):
    """How feet stand, and what legs and arms are keyed by"""

    planting: bpy.props.EnumProperty(name="Plant Feet", description="Which standing feet are held where they stand", items=PLANTING)  # type: ignore[valid-type]
    ground_auto: bpy.props.BoolProperty(name="Automatic Ground", description="The ground is where the character stands before the bake", default=True)  # type: ignore[valid-type]
    ground: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Ground Height", description="How high the soles stand in the world, along the plane's up", subtype="DISTANCE", default=0.0
    )
    legs: bpy.props.EnumProperty(name="Legs", description="What legs are keyed by on a rig that has IK", items=LIMB_KEYS)  # type: ignore[valid-type]
    arms: bpy.props.EnumProperty(name="Arms", description="What arms are keyed by on a rig that has IK", items=LIMB_KEYS)  # type: ignore[valid-type]
