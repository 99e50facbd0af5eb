"""What is asked for of a rig's channels: which limbs are keyed and how much, what becomes of the pose that is there, and who carries the path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import bpy

from ..figure.style import Limb

LIMBS: Mapping[str, Limb] = {limb.name: limb for limb in Limb}
"""Limbs by the names of their properties."""


class PoseUse(StrEnum):
    """What becomes of the pose that the rig is in."""

    REST = "REST"
    """Nothing: limbs go from rest to the performance."""
    CURRENT = "CURRENT"
    """Limbs that take on a part of the performance go from this pose to it."""
    ADDED = "ADDED"
    """It is kept under the motion: a stoop stays a stoop."""


class RootMotion(StrEnum):
    """Who carries the character's path."""

    BONE = "BONE"
    IN_PLACE = "IN_PLACE"
    ARMATURE = "ARMATURE"
    OBJECT = "OBJECT"


@dataclass(frozen=True)
class ChannelSettings:
    """`limbs` that are keyed; `amounts` 0..1 of the performance in each, 1 where none is named; `carrier`: uid and name of the object for RootMotion.OBJECT.

    `stretch` 0..1: how much limbs of cut-out rigs shorten as they are seen to; `shortest` and `longest` that they get, in lengths; `volume` 0..1: how much
    wider they grow, 1 for as much as keeps their area.
    """

    limbs: frozenset[Limb] = frozenset(Limb)
    amounts: Mapping[Limb, float] = field(default_factory=dict)
    pose: PoseUse = PoseUse.REST
    root: RootMotion = RootMotion.BONE
    carrier: tuple[int, str] | None = None
    stretch: float = 0.0
    shortest: float = 0.5
    longest: float = 1.15
    volume: float = 0.5

    @classmethod
    def of(cls, chosen: bpy.types.PropertyGroup) -> ChannelSettings:
        """What the scene's properties say."""
        carrier = chosen.carrier
        return cls(
            limbs=frozenset(LIMBS[name] for name in chosen.limbs),
            amounts={limb: float(getattr(chosen, name.lower())) for name, limb in LIMBS.items()},
            pose=PoseUse(chosen.pose),
            root=RootMotion(chosen.root),
            carrier=(carrier.session_uid, carrier.name) if carrier is not None else None,
            stretch=chosen.stretch if chosen.use_stretch else 0.0,
            shortest=chosen.shortest,
            longest=max(chosen.longest, chosen.shortest),
            volume=chosen.volume,
        )

    def amount(self, limb: Limb) -> float:
        """How much of the performance the limb takes on."""
        return self.amounts.get(limb, 1.0)
