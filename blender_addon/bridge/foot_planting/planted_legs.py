"""Foot planting of legs: where ankles go, and hip compensation for legs that are too short. Arrays alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...settings.feet import Planting
from ..body.rotations import directions
from ..body.smoothing import hann
from .contact_spans import ContactSpan, ease_between_spans

Array = NDArray[np.float64]

STEP_TOLERANCE = 0.1
"""A standing ankle within this part of the character's height of the ground is on the ground; beyond, on a step.
"""
EASE_SECONDS = 0.17
"""Time for a foot to ease into and out of its planted position."""
HIP_EASE_SECONDS = 0.25
"""Time over which hip compensation eases in and out."""
HIP_PASSES = 3
"""Passes of horizontal compensation: what helps one leg may not help the other."""
REACH_TOLERANCE = 1e-6
"""Part of the height by which a leg may miss its goal."""


@dataclass(frozen=True, eq=False)
class PlantedLeg:
    """One leg before its foot is planted: joints (K, 3), `reach` (K,) the longest distance from hip to ankle, contact
    spans.
    """

    hip: Array
    knee: Array
    ankle: Array
    reach: Array
    spans: Sequence[ContactSpan]

    @property
    def stands(self) -> NDArray[np.bool_]:
        """(K,) whether the foot is in contact."""
        flags = np.zeros(len(self.hip), dtype=np.bool_)
        for span in self.spans:
            flags[span.frames] = True
        return flags


def step_height(landed: float, ground: float, height: float, planting: Planting) -> float:
    """Height of the step under a foot that the motion puts at `landed`: 0 unless it is clearly above or below the
    ground.
    """
    off = landed - ground
    return 0.0 if planting is Planting.ALWAYS else float(np.sign(off)) * max(0.0, abs(off) - STEP_TOLERANCE * height)


def ease_frames(fps: float) -> int:
    """Frames for a foot to ease into its planted position."""
    return max(1, round(EASE_SECONDS * fps))


def planted_ankle(leg: PlantedLeg, heights: Array, turning: Array, up: Array, fps: float) -> Array:
    """(K, 3) goal of the ankle: the mean of its positions over each contact span, at `heights` (K,), with easing around
    it.

    `turning` (K, 3): the motion of a standing foot where the view turns.
    """
    shift = np.zeros_like(leg.ankle)
    for span in leg.spans:
        ankle, turned = leg.ankle[span.frames], turning[span.frames]
        spot = (ankle - turned).mean(axis=0) + turned
        spot += (heights[span.first] - spot @ up)[:, None] * up
        shift[span.frames] = spot - ankle
    return np.asarray(leg.ankle + ease_between_spans(shift, leg.spans, ease_frames(fps)))


def hip_compensation(
    legs: Sequence[PlantedLeg], wanted: Sequence[Array], up: Array, fps: float, height: float
) -> Array:
    """(K, 3) offset of the hips that lets every leg reach its planted foot: down, and sideways only if that is not
    enough.
    """
    ease = max(1, round(HIP_EASE_SECONDS * fps))
    down = np.zeros(len(wanted[0]))
    for leg, goal in zip(legs, wanted, strict=True):
        away = leg.hip - goal
        above = away @ up
        flat = (away**2).sum(axis=-1) - above**2
        allowed = np.sqrt(np.maximum(leg.reach**2 - flat, 0))
        down = np.maximum(down, np.where(leg.stands, above - allowed, 0))
    give = -_smooth_envelope(down, ease)[:, None] * up
    for _ in range(HIP_PASSES):
        lacking = np.zeros_like(give)
        for leg, goal in zip(legs, wanted, strict=True):
            way = goal - (leg.hip + give)
            over = np.maximum(np.linalg.norm(way, axis=-1) - leg.reach, 0) * leg.stands
            lacking += over[:, None] * directions(way) / len(legs)
        if np.abs(lacking).max() < REACH_TOLERANCE * height:
            break
        give += np.stack(
            [
                _smooth_envelope(np.maximum(axis, 0), ease) - _smooth_envelope(np.maximum(-axis, 0), ease)
                for axis in lacking.T
            ],
            axis=-1,
        )
    return np.asarray(give)


def _smooth_envelope(values: Array, reach: int) -> Array:
    """(K,) a smooth curve that is never below the values (K,), all ≥ 0. It begins to rise `reach` frames before them."""
    if not values.any():
        return values
    padded = np.pad(values, reach, mode="edge")
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=-1)
    return hann(highest, reach)
