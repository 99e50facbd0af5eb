"""When a motion is performed: how fast, and whether it is made a cycle."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import bpy

SLOWEST, FASTEST = 0.1, 10.0
"""How much slower and faster than it was filmed a motion may be."""


class CycleRoot(StrEnum):
    """Where a cycle goes."""

    CARRIED_ON = "CARRIED_ON"
    """Each repeat begins where the last one ended."""
    IN_PLACE = "IN_PLACE"
    """It stays where it begins, as on a treadmill."""


@dataclass(frozen=True)
class CycleSettings:
    """`shortest` frames that a cycle lasts at least, `repeats` of it that are keyed, and `endless`: curves repeat beyond their keys."""

    shortest: int = 12
    root: CycleRoot = CycleRoot.CARRIED_ON
    repeats: int = 1
    endless: bool = True


@dataclass(frozen=True)
class TimingSettings:
    """`speed` beside the video's own; `cycle` is None where the motion is performed once, from its beginning to its end."""

    speed: float = 1.0
    cycle: CycleSettings | None = None

    @classmethod
    def of(cls, chosen: bpy.types.PropertyGroup) -> TimingSettings:
        """What the scene's properties say."""
        cycle = CycleSettings(chosen.shortest, CycleRoot(chosen.root), chosen.repeats, chosen.endless) if chosen.cycle else None
        return cls(chosen.speed, cycle)


AS_FILMED = TimingSettings()
"""What an animator has without touching anything."""
