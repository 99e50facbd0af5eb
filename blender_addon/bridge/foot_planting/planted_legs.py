"""Foot planting of legs: where ankles go, and hip compensation for legs that are too short. Arrays alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...settings.feet import Planting
from ..body.rotations import directions
from ..body.smoothing import hann
from .contact_spans import ContactSpan, ease_between_spans
from .rolling_feet import Sole, rolled_over_toes

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
GIVE_ACCELERATION, GIVE_SMOOTH_SECONDS = 2.0, 0.04
"""Heights per square second, a third of free fall, with which hips give way at most, and the time over which that is
smoothed. Were they low for longer than a leg needs it, all legs would bend meanwhile.
"""
HIP_PASSES = 3
"""Passes of horizontal compensation: what helps one leg may not help the other."""
TINY = 1e-9
REACH_TOLERANCE = 1e-6
"""Part of the height by which a leg may miss its goal."""


@dataclass(frozen=True, eq=False)
class PlantedLeg:
    """One leg before its foot is planted: joints (K, 3), `reach` (K,) the longest distance from hip to ankle, contact
    spans, `rolls` (K,) 0 to 1, how far the foot rolls over its toes in them, and `slack` (K,), how much nearer its ankle
    comes to the hip where its heel rises.
    """

    hip: Array
    knee: Array
    ankle: Array
    reach: Array
    spans: Sequence[ContactSpan]
    rolls: Array
    slack: Array | float = 0.0

    @property
    def stands(self) -> NDArray[np.bool_]:
        """(K,) whether the foot is in contact."""
        flags = np.zeros(len(self.hip), dtype=np.bool_)
        for span in self.spans:
            flags[span.frames] = True
        return flags

    @property
    def length(self) -> Array:
        """(K,) of thigh and shin."""
        return np.asarray(
            np.linalg.norm(self.knee - self.hip, axis=-1) + np.linalg.norm(self.ankle - self.knee, axis=-1)
        )

    @property
    def bend(self) -> Array:
        """(K,) radians that the knee is bent by, 0 = straight."""
        cosine = (directions(self.knee - self.hip) * directions(self.ankle - self.knee)).sum(axis=-1)
        return np.asarray(np.arccos(np.clip(cosine, -1, 1)))

    def carried(self, offset: Array) -> PlantedLeg:
        """The leg with its body moved by an offset (K, 3)."""
        return replace(self, hip=self.hip + offset, knee=self.knee + offset, ankle=self.ankle + offset)


def step_height(landed: float, ground: float, height: float, planting: Planting) -> float:
    """Height of the step under a foot that the motion puts at `landed`: 0 unless it is clearly above or below the
    ground.
    """
    off = landed - ground
    return 0.0 if planting is Planting.ALWAYS else float(np.sign(off)) * max(0.0, abs(off) - STEP_TOLERANCE * height)


def ease_frames(fps: float) -> int:
    """Frames for a foot to ease into its planted position."""
    return max(1, round(EASE_SECONDS * fps))


def planted_spots(leg: PlantedLeg, heights: Array, turning: Array, up: Array, sole: Sole | None = None) -> Array:
    """(K, 3) where the ankle is held while the foot stands: the mean of its positions over each contact span, at
    `heights` (K,). Where the foot rolls over its toes, the ankle goes on from there: as it does, or, on a `sole`, as it
    rises about toes that stay where they are.

    `turning` (K, 3): the motion of a standing foot where the view turns.
    """
    spots = leg.ankle.copy()
    for span in leg.spans:
        turned = turning[span.frames]
        still = leg.ankle[span.frames] - turned
        rolls = leg.rolls[span.frames]
        mean = np.average(still, axis=0, weights=np.maximum(1 - rolls, TINY))
        spot = mean + turned
        spot += (heights[span.frames] - spot @ up)[:, None] * up
        way = rolls[:, None] * (still - mean)
        spots[span.frames] = spot + (way if sole is None else rolled_over_toes(way, sole, span.frames))
    return spots


def within_reach(leg: PlantedLeg, spots: Array, away: Array) -> Array:
    """(K, 3) the spots, brought along `away` (3,) to where the leg reaches them throughout: that is known least."""
    reached = spots.copy()
    for span in leg.spans:
        reached[span.frames] += _reachable(leg, span, spots[span.frames], away) * away
    return reached


def planted_ankle(leg: PlantedLeg, spots: Array, fps: float) -> Array:
    """(K, 3) goal of the ankle: its spots while the foot stands, with easing before and after."""
    return np.asarray(leg.ankle + ease_between_spans(spots - leg.ankle, leg.spans, ease_frames(fps)))


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
    room = np.sqrt(np.maximum((leg.reach + leg.slack)[span.frames] ** 2 - (to_hip**2).sum(axis=-1) + along**2, 0))
    least, most = float((along - room).max()), float((along + room).min())
    return float(np.clip(0.0, least, most)) if least <= most else (least + most) / 2


def hip_compensation(
    legs: Sequence[PlantedLeg], wanted: Sequence[Array], up: Array, fps: float, height: float
) -> Array:
    """(K, 3) offset of the hips that lets every leg reach its planted foot: down, and sideways only if that is not
    enough.
    """
    down = np.zeros(len(wanted[0]))
    for leg, goal in zip(legs, wanted, strict=True):
        away = leg.hip - goal
        above = away @ up
        flat = (away**2).sum(axis=-1) - above**2
        allowed = np.sqrt(np.maximum(leg.reach**2 - flat, 0))
        down = np.maximum(down, np.where(leg.stands, above - allowed, 0))
    give = -_least_above(down, fps, height)[:, None] * up
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
                _least_above(np.maximum(axis, 0), fps, height) - _least_above(np.maximum(-axis, 0), fps, height)
                for axis in lacking.T
            ],
            axis=-1,
        )
    return np.asarray(give)


def _least_above(values: Array, fps: float, height: float) -> Array:
    """(K,) a smooth curve that is never below the values (K,), all ≥ 0, and rises and falls with GIVE_ACCELERATION at
    most.
    """
    if not values.any():
        return values
    half = 0.5 * GIVE_ACCELERATION * height / fps**2
    reach = min(int(np.sqrt(values.max() / half)), len(values) - 1)
    lowest, smooth = values.copy(), max(1, round(GIVE_SMOOTH_SECONDS * fps))
    for step in range(1, reach + 1):
        lowest[step:] = np.maximum(lowest[step:], values[:-step] - half * step**2)
        lowest[:-step] = np.maximum(lowest[:-step], values[step:] - half * step**2)
    padded = np.pad(lowest, smooth, mode="edge")
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * smooth + 1).max(axis=-1)
    return hann(highest, smooth)
