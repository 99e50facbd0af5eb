"""How a motion is keyed: every frame, fewer keys within a tolerance, or held poses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import bpy
import numpy as np


class KeyMode(StrEnum):
    """Where keys are set."""

    DENSE = "DENSE"
    REDUCED = "REDUCED"
    ONES = "ONES"
    TWOS = "TWOS"
    THREES = "THREES"


HOLDS: dict[KeyMode, int] = {KeyMode.ONES: 1, KeyMode.TWOS: 2, KeyMode.THREES: 3}
"""How many frames a pose stands in the modes that hold poses."""


@dataclass(frozen=True)
class KeySettings:
    """`angle` in radians, `distance` in parts of the character's height and `stretch` in parts of a bone's length: what reduced curves may be off."""

    mode: KeyMode = KeyMode.REDUCED
    angle: float = float(np.radians(1.0))
    distance: float = 0.005
    stretch: float = 0.01

    @classmethod
    def of(cls, chosen: bpy.types.PropertyGroup) -> KeySettings:
        """What the scene's properties say."""
        return cls(KeyMode(chosen.mode), chosen.angle, chosen.distance / 100, chosen.stretch / 100)

    @property
    def hold(self) -> int:
        """How many frames a drawing stands."""
        return HOLDS.get(self.mode, 1)


REDUCED = KeySettings()
"""What an animator has without touching anything."""
DENSE = KeySettings(KeyMode.DENSE)
"""A key a frame."""
