"""Which channels of a rig are keyed, and how much of the performance they take on."""

from __future__ import annotations

import bpy

LIMBS = (
    ("RIGHT_ARM", "Right Arm", "The performer's right arm, with shoulder and hand", "NONE", 1),
    ("LEFT_ARM", "Left Arm", "The performer's left arm, with shoulder and hand", "NONE", 2),
    ("RIGHT_LEG", "Right Leg", "The performer's right leg and foot", "NONE", 4),
    ("LEFT_LEG", "Left Leg", "The performer's left leg and foot", "NONE", 8),
    ("BODY", "Body", "Hips and spine, and the path", "NONE", 16),
    ("HEAD", "Head", "Neck and head", "NONE", 32),
)
POSES = (
    ("REST", "Not Used", "Limbs go from rest to the performance, as far as their amounts say"),
    ("CURRENT", "Starting Point", "Limbs go from the pose that the rig is in to the performance, as far as their amounts say"),
    ("ADDED", "Kept Under the Motion", "The pose that the rig is in is kept, and the motion comes on top: a stoop stays a stoop"),
)
ROOTS = (
    ("BONE", "Root Bone", "The rig's root bone carries the character along its path"),
    ("IN_PLACE", "In Place", "The character stays where it is, and bobs and sways there"),
    ("ARMATURE", "Armature Object", "The armature object goes along the path, and the root bone bobs and sways"),
    ("OBJECT", "Another Object", "An object that the armature hangs on goes along the path: the one chosen, or a new empty"),
)


def _amount(name: str) -> object:
    return bpy.props.FloatProperty(
        name=name, description="How much of the performance it takes on: 0 leaves it in its pose", default=1.0, min=0.0, max=1.0, subtype="FACTOR"
    )


class RETARGET2D_PG_channels(bpy.types.PropertyGroup):
    """What is keyed on a rig."""

    limbs: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Limbs", description="The limbs that get keys", items=LIMBS, options={"ENUM_FLAG"}, default={row[0] for row in LIMBS}
    )
    right_arm: _amount("Right Arm")  # type: ignore[valid-type]
    left_arm: _amount("Left Arm")  # type: ignore[valid-type]
    right_leg: _amount("Right Leg")  # type: ignore[valid-type]
    left_leg: _amount("Left Leg")  # type: ignore[valid-type]
    body: _amount("Body")  # type: ignore[valid-type]
    head: _amount("Head")  # type: ignore[valid-type]
    pose: bpy.props.EnumProperty(name="Current Pose", description="What becomes of the pose that the rig is in", items=POSES)  # type: ignore[valid-type]
    root: bpy.props.EnumProperty(name="Path", description="Who carries the character along its path", items=ROOTS)  # type: ignore[valid-type]
    carrier: bpy.props.PointerProperty(name="Carrier", description="The object that goes along the path; empty: a new one", type=bpy.types.Object)  # type: ignore[valid-type]
    use_stretch: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Foreshortening", description="On cut-out rigs limbs get as short as they are seen, instead of keeping their length"
    )
    stretch: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Amount", description="How much limbs shorten as they are seen to", default=1.0, min=0.0, max=1.0, subtype="FACTOR"
    )
    shortest: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Shortest", description="The part of its length that a limb has at least", default=0.5, min=0.1, max=1.0, subtype="FACTOR"
    )
    longest: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Longest", description="How many times its length a limb has at most", default=1.15, min=1.0, max=2.0
    )
    volume: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Keep Volume", description="How much wider a limb gets as it shortens: 1 keeps its area", default=0.5, min=0.0, max=1.0, subtype="FACTOR"
    )
