"""What is asked of the performance before it is retargeted: who is who, and how it is cleaned."""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from ..clock.media import same_video

LEFT_UNSEEN = "UNSEEN"
"""The policy for lost stretches that leaves them to the network."""


@dataclass(frozen=True)
class Correction:
    """An operation on tracks, "swap", "split" or "merge", of the performers `one` and `other` (0 for none) from the clip's `frame` on, counted from 0."""

    operation: str
    one: int
    other: int
    frame: int


@dataclass(frozen=True)
class EditingSettings:
    """`smooth` from 0 (raw) to 1; `lost` is what becomes of stretches in which nobody was seen, empty where the network supplies them."""

    smooth: float
    lost: str
    corrections: tuple[Correction, ...]

    @classmethod
    def of(cls, group: bpy.types.PropertyGroup) -> EditingSettings:
        """Read the topic; corrections are those made for the video and range that the scene asks for."""
        return cls(
            smooth=round(group.smooth, 4),
            lost="" if group.lost == LEFT_UNSEEN or group.smooth == 0 else group.lost,
            corrections=tuple(
                Correction(made.operation.lower(), made.one, made.other, made.frame)
                for made in group.corrections
                if is_asked_for(made)
            ),
        )


def is_asked_for(made: bpy.types.PropertyGroup) -> bool:
    """Whether a correction that a scene keeps was made for the video and range that the scene asks for."""
    chosen = made.id_data.retarget2d
    return bool(made.frame_range == chosen.frame_range.strip() and same_video(made.video, chosen.video.strip()))
