"""How the motion is to be seen and on what body, and which other performances that takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import bpy

from ...core.motion import Alignment, Limbs
from ..footage import Footage


class ViewChoice(StrEnum):
    """Where the decoder sees the performer from."""

    AS_FILMED = "AS_FILMED"
    FRONT = "FRONT"
    THREE_QUARTER = "THREE_QUARTER"
    SIDE = "SIDE"
    ANGLE = "ANGLE"
    """An angle that may be keyed over time."""
    AS_OTHER = "AS_OTHER"
    """That of another performance."""


AZIMUTHS: dict[ViewChoice, float] = {ViewChoice.FRONT: 0.0, ViewChoice.THREE_QUARTER: 45.0, ViewChoice.SIDE: 90.0}
"""Degrees of the views that have a name; their elevation is 0."""


class BodyChoice(StrEnum):
    """Whose proportions a figure has that no armature gives any."""

    OWN = "OWN"
    OTHER = "OTHER"


@dataclass(frozen=True)
class Source:
    """One performer of a video or a pose file, by a value of the property `performer`."""

    footage: Footage
    performer: int

    @classmethod
    def of(cls, group: bpy.types.PropertyGroup, main: Footage) -> Source:
        """Read what names another performance; where it names no video, it is another performer of the main one."""
        if not group.video.strip():
            return cls(main, group.performer)
        return cls(replace(main, video=group.video.strip(), frame_range=group.frame_range.strip(), fps=group.fps or None), group.performer)


@dataclass(frozen=True)
class BlendSettings:
    """The second performance, how far each of the three goes to it, and how time goes."""

    source: Source
    motion: float
    skeleton: float
    view: float
    alignment: Alignment


@dataclass(frozen=True)
class LookSettings:
    """`angles`: azimuth and elevation where `view` is one that stands. What is not asked for is None, so that it changes no motion."""

    view: ViewChoice
    angles: tuple[float, float] | None
    view_of: Source | None
    body_of: Source | None
    blend: BlendSettings | None
    limbs: Limbs

    @classmethod
    def of(cls, chosen: bpy.types.PropertyGroup, main: Footage) -> LookSettings:
        """Read the scene's settings. An armature keeps its own body; a body that is another's has no share in a blend."""
        look, view = chosen.look, ViewChoice(chosen.view)
        own_body = chosen.armature is None
        return cls(
            view=view,
            angles=_angles(chosen, view),
            view_of=Source.of(look.view_source, main) if view is ViewChoice.AS_OTHER else None,
            body_of=Source.of(look.body_source, main) if own_body and look.body == BodyChoice.OTHER else None,
            blend=_blend(look, main, look.blend_skeleton if own_body else 0.0),
            limbs=Limbs[look.limbs],
        )

    @property
    def sources(self) -> tuple[Source, ...]:
        """The other performances."""
        second = self.blend.source if self.blend is not None else None
        return tuple(source for source in (self.view_of, self.body_of, second) if source is not None)


def _angles(chosen: bpy.types.PropertyGroup, view: ViewChoice) -> tuple[float, float] | None:
    if view is ViewChoice.ANGLE:
        return chosen.azimuth, chosen.elevation
    return (AZIMUTHS[view], 0.0) if view in AZIMUTHS else None


def _blend(look: bpy.types.PropertyGroup, main: Footage, skeleton: float) -> BlendSettings | None:
    shares = {"motion": look.blend_motion, "skeleton": skeleton, "view": look.blend_view}
    if not any(shares.values()):
        return None
    return BlendSettings(Source.of(look.second, main), alignment=Alignment[look.alignment], **shares)
