"""Heels that rise where a leg doesn't reach its foot: the foot rolls over its toes, as feet do. Arrays alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...core.keys import smoothstep
from .planted_legs import PlantedLeg
from .rolling_feet import Sole, turned_about_toes

Array = NDArray[np.float64]

MOST_RAISED = np.radians(40)
"""How far a foot turns about its toes at most, so that its leg reaches."""
AHEAD = (-0.05, 0.1)
"""Leg lengths that the hip is ahead of the ankle: below the first no heel rises, since the foot has just come down; from
the second on it may rise all the way.
"""
TINY = 1e-9


def with_heel_raised(leg: PlantedLeg, spots: Array, sole: Sole) -> Array:
    """(K, 3) the spots of an ankle, about the toes to where the leg just reaches them, or as near as heels rise."""
    return turned_about_toes(spots, sole, np.minimum(_needed(leg, spots, sole), _most(leg, spots, sole)))


def with_slack_of_heel(leg: PlantedLeg, spots: Array, sole: Sole) -> PlantedLeg:
    """The leg, told how much nearer its ankle comes to the hip where the heel rises as far as it may."""
    nearest = turned_about_toes(spots, sole, np.minimum(_nearest(leg, spots, sole), _most(leg, spots, sole)))
    far, near = (np.linalg.norm(leg.hip - at, axis=-1) for at in (spots, nearest))
    return replace(leg, slack=np.maximum(far - near, 0))


def _most(leg: PlantedLeg, spots: Array, sole: Sole) -> Array:
    """(K,) radians that the heel may rise: behind the hip, and while the foot stands."""
    ahead = ((leg.hip - spots) * sole.forward).sum(axis=-1) / np.maximum(leg.length, TINY)
    return np.asarray(MOST_RAISED * leg.stands * smoothstep((ahead - AHEAD[0]) / (AHEAD[1] - AHEAD[0])))


def _needed(leg: PlantedLeg, spots: Array, sole: Sole) -> Array:
    """(K,) the least turn about the toes with which the leg reaches, of those up to the nearest."""
    x, y, size, squares = _from_toes(leg, spots, sole)
    cosine = (squares - leg.reach**2) / np.maximum(2 * np.hypot(x, y) * size, TINY)
    turn = _nearest(leg, spots, sole) - np.arccos(np.clip(cosine, -1, 1))
    return np.where(np.linalg.norm(leg.hip - spots, axis=-1) > leg.reach, np.maximum(turn, 0), 0)


def _nearest(leg: PlantedLeg, spots: Array, sole: Sole) -> Array:
    """(K,) the turn about the toes that brings the ankle nearest to the hip."""
    x, y, _, _ = _from_toes(leg, spots, sole)
    back, rise = sole.ahead, sole.below
    return np.maximum(np.arctan2(rise * x + back * y, rise * y - back * x), 0)


def _from_toes(leg: PlantedLeg, spots: Array, sole: Sole) -> tuple[Array, Array, float, Array]:
    """How far the hip is ahead of the toes and above them (K,), how long the foot is, and the squares (K,) of how far
    the hip is from the toes, and of the foot.
    """
    toes = spots + sole.ahead * sole.forward - sole.below * sole.up
    way, size = leg.hip - toes, float(np.hypot(sole.ahead, sole.below))
    return (way * sole.forward).sum(axis=-1), way @ sole.up, size, (way**2).sum(axis=-1) + size**2
