"""Corrections of performer identity, kept in a scene."""

from __future__ import annotations

import bpy

from ..job.job_settings import JobSettings
from ..job.session import Performance
from ..scene.identity_corrections import Correction
from .clip_clock import ClipClock


def frame_of_performance(scene: bpy.types.Scene, settings: JobSettings, performance: Performance) -> int:
    """The performance's frame that the scene stands at, counted from 0."""
    return ClipClock.of(scene, settings, performance.people[0].fps).clip_frame(scene.frame_current)


def keep(scene: bpy.types.Scene, settings: JobSettings, correction: Correction) -> None:
    """Add the correction to the scene, for the video and range of the settings."""
    kept = scene.retarget2d.editing.corrections.add()
    kept.operation = correction.operation.upper()
    kept.one, kept.other, kept.frame = correction.one, correction.other, correction.frame
    kept.video, kept.frame_range = settings.footage.video, settings.footage.frame_range
