"""What is asked for of feet: which stand, how high, and whether legs and arms are keyed by their IK."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import bpy


class Planting(StrEnum):
    """Which of the performer's standing feet are held where they stand."""

    AUTO = "AUTO"
    """All of them: on the ground, or, where one stands clearly above or below it, at its own height."""
    ALWAYS = "ALWAYS"
    """All of them, on the ground."""
    NEVER = "NEVER"
    """None: legs point exactly as the motion's do."""


class LimbKeys(StrEnum):
    """What a limb that has IK is keyed by."""

    AUTO = "AUTO"
    """By IK where the rig's is in use."""
    IK = "IK"
    FK = "FK"


@dataclass(frozen=True)
class FeetSettings:
    """`ground`: how high the soles stand in the world, along the plane's up; None for where they stand before the bake.

    `legs` and `arms`: what they are keyed by.
    """

    planting: Planting = Planting.AUTO
    ground: float | None = None
    legs: LimbKeys = LimbKeys.AUTO
    arms: LimbKeys = LimbKeys.AUTO

    @classmethod
    def of(cls, chosen: bpy.types.PropertyGroup) -> FeetSettings:
        """What the scene's properties say."""
        ground = None if chosen.ground_auto else chosen.ground
        return cls(Planting(chosen.planting), ground, LimbKeys(chosen.legs), LimbKeys(chosen.arms))


PLANTED = FeetSettings()
"""What an animator has without touching anything."""
UNPLANTED = FeetSettings(Planting.NEVER, legs=LimbKeys.FK, arms=LimbKeys.FK)
"""Bones point exactly as the motion's do."""
