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
FAR_BELOW = 4.0
"""How many times STEP_TOLERANCE below the ground a foot is on its way down from it; nearer, it is kept on the ground
more and more.
"""
EASE_SECONDS = 0.17
"""Time for a foot to ease into and out of its planted position."""
HIP_EASE_SECONDS = 0.25
"""Time over which hip compensation eases in and out."""
HIP_PASSES = 3
"""Passes of horizontal compensation: what helps one leg may not help the other."""
TINY = 1e-9
REACH_TOLERANCE = 1e-6
"""Part of the height by which a leg may miss its goal."""


@dataclass(frozen=True, eq=False)
class PlantedLeg:
    """One leg before its foot is planted: joints (K, 3), `reach` (K,) the longest distance from hip to ankle, contact
    spans, and `rolls` (K,) 0 to 1, how far the foot rolls over its toes in them.
    """

    hip: Array
    knee: Array
    ankle: Array
    reach: Array
    spans: Sequence[ContactSpan]
    rolls: Array

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


def planted_ankle(
    leg: PlantedLeg, heights: Array, turning: Array, up: Array, fps: float, *, away: Array | None = None
) -> Array:
    """(K, 3) goal of the ankle: the mean of its positions over each contact span, at `heights` (K,), with easing around
    it. Where the foot rolls over its toes, the ankle goes on from there as it does.

    `turning` (K, 3): the motion of a standing foot where the view turns. Along `away` (3,), if any, a foot goes where the
    leg reaches it throughout: that is known least.
    """
    shift = np.zeros_like(leg.ankle)
    for span in leg.spans:
        ankle, turned = leg.ankle[span.frames], turning[span.frames]
        still = ankle - turned
        rolls = leg.rolls[span.frames]
        mean = np.average(still, axis=0, weights=np.maximum(1 - rolls, TINY))
        spot = mean + turned
        spot += (heights[span.first] - spot @ up)[:, None] * up
        if away is not None:
            spot += _reachable(leg, span, spot, away) * away
        shift[span.frames] = spot + rolls[:, None] * (still - mean) - ankle
    return np.asarray(leg.ankle + ease_between_spans(shift, leg.spans, ease_frames(fps)))


def above_ground(goal: Array, level: Array, up: Array, height: float) -> Array:
    """The goal (K, 3) no lower than the ground at `level` (K,), unless it is far below: then the foot has left that
    ground.
    """
    below, near = np.maximum(level - goal @ up, 0), STEP_TOLERANCE * height
    kept = np.minimum(below, np.maximum(below - near, 0) * FAR_BELOW / (FAR_BELOW - 1))
    return np.asarray(goal + (below - kept)[:, None] * up)


def level_between(heights: Array, stands: NDArray[np.bool_], otherwise: float) -> Array:
    """(K,) the ground beneath one foot: as high as it stands before and after, of its `heights` (K,) where it does."""
    at = np.flatnonzero(stands)
    return np.interp(np.arange(len(heights)), at, heights[at]) if at.size else np.full(len(heights), otherwise)


def _reachable(leg: PlantedLeg, span: ContactSpan, spot: Array, away: Array) -> float:
    """How far along `away` (3,) a spot (n, 3) goes so that the leg reaches it in all frames of the span, or nearly so."""
    to_hip = leg.hip[span.frames] - spot
    along = to_hip @ away
    room = np.sqrt(np.maximum(leg.reach[span.frames] ** 2 - (to_hip**2).sum(axis=-1) + along**2, 0))
    least, most = float((along - room).max()), float((along + room).min())
    return float(np.clip(0.0, least, most)) if least <= most else (least + most) / 2


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
