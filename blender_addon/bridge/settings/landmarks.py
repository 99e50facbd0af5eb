"""Which ends of the body turn by the extra landmarks."""

from __future__ import annotations

from dataclasses import dataclass

import bpy


@dataclass(frozen=True)
class LandmarkSettings:
    """Whether hands turn with the index knuckles, feet with heels and toes, the head with nose and ears, where they were seen."""

    hands: bool = True
    feet: bool = True
    head: bool = True

    @classmethod
    def of(cls, chosen: bpy.types.PropertyGroup) -> LandmarkSettings:
        """What the scene's properties say."""
        return cls(chosen.hands, chosen.feet, chosen.head)


ALL_TURN = LandmarkSettings()
"""What an animator has without touching anything."""
