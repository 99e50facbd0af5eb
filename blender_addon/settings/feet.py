"""How feet are planted, what legs and arms are keyed by, and which ends of the body turn by the landmarks."""

from __future__ import annotations

from dataclasses import dataclass

from .bake_targets import OF_RIGS
from .kinds import Choice, Number, Switch, automatic, one_of, switch
from .setting import Topic


class Planting(Choice):
    """Which standing feet are planted."""

    AUTO = (
        "AUTO",
        "Auto",
        "Plant feet where the performer's stand: on the ground, or higher or lower where they clearly stepped up or down",
    )
    ALWAYS = "ALWAYS", "Always", "Plant feet where the performer's stand, always on the ground"
    NEVER = "NEVER", "Never", "Legs point exactly as the performer's do; feet may slide"


class LimbKeys(Choice):
    """What a limb that has IK is keyed by."""

    AUTO = "AUTO", "As the Rig Is Set", "Key IK targets where the rig's IK is on, bones elsewhere"
    IK = "IK", "IK", "Key IK targets where the rig has them"
    FK = "FK", "FK", "Key the bones"


@dataclass(frozen=True)
class FeetSettings(Topic):
    """`ground`: how high the soles stand in the world, along the plane's up; None for where they stand before the bake.

    `legs` and `arms`: what they are keyed by.
    """

    group = "feet"
    heading = "feet, hands and head"

    planting: Planting = one_of(Planting.AUTO, "Plant Feet", word="feet")
    """Which standing feet are held in place"""
    ground: float | None = automatic(
        None,
        "Ground Height",
        Number(default=0.0, subtype="DISTANCE", asked=(-1e6, 1e6), metavar="HEIGHT"),
        Switch(
            default=True,
            label="Automatic Ground",
            description="Use the height at which the character stands before the bake",
            name="ground_auto",
        ),
        word="ground",
    )
    """Height of the soles in the world, along the plane's up axis"""
    legs: LimbKeys = one_of(LimbKeys.AUTO, "Legs", word="legs", targets=OF_RIGS)
    """What legs are keyed by on a rig that has IK"""
    arms: LimbKeys = one_of(LimbKeys.AUTO, "Arms", word="arms", targets=OF_RIGS)
    """What arms are keyed by on a rig that has IK"""


@dataclass(frozen=True)
class LandmarkSettings(Topic):
    """Whether hands turn with the index knuckles, feet with heels and toes, the head with nose and ears, where they
    were seen.
    """

    group = "landmarks"
    heading = FeetSettings.heading

    hands: bool = switch(True, "Turn Hands", word="turn-hands", targets=OF_RIGS)
    """Turn hands by the index knuckles"""
    feet: bool = switch(True, "Turn Feet", word="turn-feet", targets=OF_RIGS)
    """Turn feet by heels and toes"""
    head: bool = switch(True, "Turn Head", word="turn-head", targets=OF_RIGS)
    """Turn, nod and tilt the head by nose and ears"""


PLANTED = FeetSettings()
"""What an animator has without touching anything."""
UNPLANTED = FeetSettings(Planting.NEVER, legs=LimbKeys.FK, arms=LimbKeys.FK)
"""Bones point exactly as the motion's do."""
ALL_TURN = LandmarkSettings()
"""What an animator has without touching anything."""
