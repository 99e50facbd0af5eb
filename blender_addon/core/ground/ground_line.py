"""Where the ground is beneath the feet, in a picture that is level or rolled, at any distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

QUANTILE = 0.8
"""So many of the lower foot's places lie above the ground: a foot that stands is seen a little below it, too."""
PASSES = 60
LEVEL_RIDGE, CAMERA_RIDGE, ROLL_RIDGE = 1e-6, 0.5, 20.0
"""How much the fit must gain for the ground to lie anywhere, to slope with distance, and across the picture."""
NEAREST = 0.5
"""A foot is at least so far away, in parts of the body's distance."""
FARTHEST = 1e3
"""Leg lengths from the middle of the performer's way."""
LEAST_OFF = 0.01
"""Leg lengths."""


@dataclass(frozen=True, eq=False)
class GroundLine:
    """The ground beneath a performer.

    Attributes:
        heights: (T, 2) leg lengths that the lowest point of the right and the left foot is above it; below is negative.
        camera: leg lengths that the camera is above it, as far as the performer's way tells.
        horizon: pixels from the picture's top to what is infinitely far away.
    """

    heights: Doubles
    camera: float
    horizon: float


def ground_line(points: Doubles, legs: Doubles, behind: Doubles, lens: float) -> GroundLine:
    """Fit the ground to where the lower foot is.

    Who comes nearer gets larger, and goes down the picture by as much as the camera is above the ground: the place of a
    foot that stands is the horizon and that height, in the size of the body.

    Args:
        points: (T, 2, 3, 2) pixels of ankle, heel and toe of each foot.
        legs: (T,) pixels of a leg.
        behind: (T, 2) leg lengths that each foot is farther away than the mid-hip.
        lens: focal length in pixels.
    """
    unit = float(np.median(legs))
    low = np.maximum(points[:, :, 1:, 1].max(axis=-1), points[:, :, 0, 1])
    across = np.clip((points[:, :, 0, 0] - points[:, :, 0, 0].mean()) / unit, -FARTHEST, FARTHEST)
    lower = low.argmax(axis=1)
    at = np.arange(len(low))
    size = legs[:, None] / unit / np.maximum(1 + behind * (legs / lens)[:, None], NEAREST) - 1
    terms = np.stack((np.ones(len(low)), size[at, lower], across[at, lower]), axis=-1)
    level, camera, slope = _quantile_fit(terms, low[at, lower] / unit)
    ground = level + camera * size + slope * across
    return GroundLine((ground - low / unit) / (legs / unit)[:, None], camera, (level - camera) * unit)


def _quantile_fit(terms: Doubles, places: Doubles) -> tuple[float, float, float]:
    """What of the terms (T, 3) the places (T,) lie below with QUANTILE."""
    ridge = np.diag((LEVEL_RIDGE, CAMERA_RIDGE, ROLL_RIDGE))
    found = np.array((float(np.median(places)), 0.0, 0.0))
    for _ in range(PASSES):
        off = places - terms @ found
        weights = np.where(off > 0, QUANTILE, 1 - QUANTILE) / np.maximum(np.abs(off), LEAST_OFF)
        found = np.linalg.solve(terms.T @ (terms * weights[:, None]) + ridge, terms.T @ (weights * places))
    level, camera, slope = (float(value) for value in found)
    return level, camera, slope
