"""Corrections of performer identity."""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from .media import same_video


@dataclass(frozen=True)
class Correction:
    """An operation on tracks, "swap", "split" or "merge", of the performers `one` and `other` (0 for none) from the
    performance's `frame` on, counted from 0.
    """

    operation: str
    one: int
    other: int
    frame: int


def is_asked_for(made: bpy.types.PropertyGroup) -> bool:
    """Whether a correction that a scene keeps was made for the video and range that the scene asks for."""
    chosen = made.id_data.retarget2d
    return bool(made.frame_range == chosen.frame_range.strip() and same_video(made.video, chosen.video.strip()))


def corrections_of(chosen: bpy.types.PropertyGroup) -> tuple[Correction, ...]:
    """Those that were made for the video and the range that the scene asks for."""
    return tuple(
        Correction(made.operation.lower(), made.one, made.other, made.frame)
        for made in chosen.editing.corrections
        if is_asked_for(made)
    )
