"""Apply the timing settings to a retargeted motion: frame rate, speed, cycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...core.motion import RetargetedMotion
from ...settings.bake import LAST_FRAME
from ...settings.timing import TimingSettings
from ..body.scene_motion import SceneMotion
from ..body.smoothing import gaussian
from .cycles import make_cycle
from .resample import resample

DEPTH_SMOOTHING_SECONDS = 0.07
"""Standard deviation of the smoothing of depth. Depth comes from apparent bone lengths, so it jitters more than the
picture.
"""
OPEN_CYCLE = 0.35
"""Closing error from which a note says that the cycle does not close."""


def apply_timing(motion: RetargetedMotion, scene_fps: float, first_frame: int, settings: TimingSettings) -> SceneMotion:
    """Resample the motion from `first_frame` on, smooth its depth, and make a cycle of it if the settings ask for one.

    Raises ValueError where it does not fit into a scene or has no cycle.
    """
    scene = resample(motion, scene_fps, first_frame, settings.speed)
    deviation = DEPTH_SMOOTHING_SECONDS * scene_fps / settings.speed
    scene = replace(scene, depth=gaussian(scene.depth, deviation, int(np.ceil(3 * deviation))))
    if not settings.cycle:
        return scene
    scene = make_cycle(scene, settings)
    if scene.frames[-1] > LAST_FRAME:
        raise ValueError(f"The cycles would lie beyond Blender's last frame, {LAST_FRAME:,}; ask for fewer repeats.")
    return scene


def timing_notes(motions: Sequence[SceneMotion]) -> list[str]:
    """A sentence about each cycle: where it begins, and whether it closes."""
    notes = []
    for motion in motions:
        if (cycle := motion.cycle) is None:
            continue
        notes.append(
            f"The cycle has {cycle.frames} frames: those from frame {cycle.first_frame} on, had the motion been baked whole."
        )
        if cycle.closing_error > OPEN_CYCLE:
            notes.append(
                f"Its ends are apart by {cycle.closing_error:.0%} of what moves in it; choose a part of the video in which the motion repeats."
            )
    return notes
