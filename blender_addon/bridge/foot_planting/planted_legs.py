"""Legs that reach for where their feet stand, and hips that give way to them: what planting is on rigs and on drawn
figures alike. Arrays alone.
"""

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
"""Part of the character's height that a standing ankle may be above or below the ground and still be meant to stand on
it.
"""
EASE_SECONDS = 0.17
"""How long a foot takes to come to where it stands, and to leave it."""
HIP_EASE_SECONDS = 0.25
"""How long before and after the hips begin to give way for a leg that is too short."""
HIP_PASSES = 3
"""How often the hips look again at what is lacking: across, one leg's way is not the other's."""
REACH_TOLERANCE = 1e-6
"""Part of the height that may be lacking."""


@dataclass(frozen=True, eq=False)
class PlantedLeg:
    """One leg, where its joints (K, 3) are before its foot is planted, how far from the hip its ankle can be, `reach`
    (K,), and its foot's stances.
    """

    hip: Array
    knee: Array
    ankle: Array
    reach: Array
    spans: Sequence[ContactSpan]

    @property
    def stands(self) -> NDArray[np.bool_]:
        """(K,) whether its foot does."""
        flags = np.zeros(len(self.hip), dtype=np.bool_)
        for span in self.spans:
            flags[span.frames] = True
        return flags


def step_height(landed: float, ground: float, height: float, planting: Planting) -> float:
    """How far above the ground a foot is meant to stand that the motion has at the height `landed`, of a character so
    tall: 0 but for clear steps.
    """
    off = landed - ground
    return 0.0 if planting is Planting.ALWAYS else float(np.sign(off)) * max(0.0, abs(off) - STEP_TOLERANCE * height)


def ease_frames(fps: float) -> int:
    """How many frames a foot takes to come to where it stands."""
    return max(1, round(EASE_SECONDS * fps))


def planted_ankle(leg: PlantedLeg, heights: Array, turning: Array, up: Array, fps: float) -> Array:
    """(K, 3) where the ankle goes: in the middle of where it would slide over each stance, at its height (K,) there;
    other frames lead there and away gently.

    `turning` (K, 3): how a foot goes that stands in a world which turns before the camera.
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
    """(K, 3) how the hips go so that every leg reaches where its foot stands: down, and only where that is not enough
    also across.
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
    """(K,) a smooth curve that is nowhere below the values (K,), which are 0 or more; it begins to rise `reach` frames
    before them.
    """
    if not values.any():
        return values
    padded = np.pad(values, reach, mode="edge")
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=-1)
    return hann(highest, reach)
