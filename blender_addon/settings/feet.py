"""How feet are planted, what legs and arms are keyed by, and which ends of the body turn by the landmarks."""

from __future__ import annotations

from dataclasses import dataclass

from .bake_targets import OF_RIGS
from .kinds import Choice, Number, Switch, automatic, one_of, switch
from .setting import Topic


class Planting(Choice):
    """Which of the performer's standing feet are held where they stand."""

    AUTO = (
        "AUTO",
        "Auto",
        "Feet stand still where the performer's do: on the ground, or higher and lower where they clearly stepped up or down",
    )
    ALWAYS = "ALWAYS", "Always", "Feet stand still where the performer's do, all of them on the ground"
    NEVER = "NEVER", "Never", "Legs point exactly as the performer's do, and feet may slide"


class LimbKeys(Choice):
    """What a limb that has IK is keyed by."""

    AUTO = "AUTO", "As the Rig Is Set", "IK targets where the rig's IK is in use, bones elsewhere"
    IK = "IK", "IK", "IK targets where the rig has some"
    FK = "FK", "FK", "The bones themselves"


@dataclass(frozen=True)
class FeetSettings(Topic):
    """`ground`: how high the soles stand in the world, along the plane's up; None for where they stand before the bake.

    `legs` and `arms`: what they are keyed by.
    """

    group = "feet"
    heading = "feet, hands and head"

    planting: Planting = one_of(
        Planting.AUTO, "Plant Feet", "Which standing feet are held where they stand", word="feet"
    )
    ground: float | None = automatic(
        None,
        Number(
            label="Ground Height",
            description="How high the soles stand in the world, along the plane's up",
            subtype="DISTANCE",
            default=0.0,
            asked=(-1e6, 1e6),
            metavar="HEIGHT",
        ),
        Switch(
            default=True,
            label="Automatic Ground",
            description="The ground is where the character stands before the bake",
            name="ground_auto",
        ),
        word="ground",
    )
    legs: LimbKeys = one_of(
        LimbKeys.AUTO, "Legs", "What legs are keyed by on a rig that has IK", word="legs", targets=OF_RIGS
    )
    arms: LimbKeys = one_of(
        LimbKeys.AUTO, "Arms", "What arms are keyed by on a rig that has IK", word="arms", targets=OF_RIGS
    )


@dataclass(frozen=True)
class LandmarkSettings(Topic):
    """Whether hands turn with the index knuckles, feet with heels and toes, the head with nose and ears, where they
    were seen.
    """

    group = "landmarks"
    heading = FeetSettings.heading

    hands: bool = switch(
        True, "Turn Hands", "Hands turn as the index knuckles tell", word="turn-hands", targets=OF_RIGS
    )
    feet: bool = switch(True, "Turn Feet", "Feet turn as heels and toes tell", word="turn-feet", targets=OF_RIGS)
    head: bool = switch(
        True, "Turn Head", "The head turns, nods and tilts as nose and ears tell", word="turn-head", targets=OF_RIGS
    )


PLANTED = FeetSettings()
"""What an animator has without touching anything."""
UNPLANTED = FeetSettings(Planting.NEVER, legs=LimbKeys.FK, arms=LimbKeys.FK)
"""Bones point exactly as the motion's do."""
ALL_TURN = LandmarkSettings()
"""What an animator has without touching anything."""
