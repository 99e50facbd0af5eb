"""Where the hips go so that legs on standing feet stay as long as the motion has them. Arrays alone, whole clips at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .planted_legs import PlantedLeg

Array = NDArray[np.float64]

BEND = 0.05
"""Square of the sine of a knee's bend below which a leg counts as straight. A straight leg bends by 16° where it is
shortened by a hundredth, a bent one hardly further: the straighter a leg is, the more its length counts.
"""
UP_STAYS, ASIDE_STAYS = 0.05, 1.0
"""What the height of the hips, and their way over the ground, count beside the length of a bent leg."""
UP_SECONDS, ASIDE_SECONDS = 0.05, 0.25
"""Over how much time hips move: up and down where straight legs bear them, and aside where nothing does."""
OVERLONG = 4.0
"""How much more a foot counts that is too far away: nothing else makes a leg longer, and a knee can bend."""
UPWARDS = 1
"""Which of the axes is up."""
PASSES = 4
"""Linear steps towards the lengths of legs."""
CONJUGATE_STEPS, SOLVED = 300, 1e-14
"""How many steps conjugate gradients take at most, and the part of the first residual's square at which they end: seven
digits are as many as a curve keeps.
"""
TINY = 1e-9


def hips_over_feet(legs: Sequence[PlantedLeg], goals: Sequence[Array], axes: Array, fps: float) -> Array:
    """Move the hips so that standing legs reach their feet without bending or stretching.

    A body is carried by legs that are as long as they are: it rises over a straight leg and sinks between two. Where
    feet were put elsewhere than the motion has them, the hips rather than the knees make up for it.

    Args:
        legs: as the motion has them.
        goals: (K, 3) of each ankle.
        axes: (N, 3) unit vectors that the hips may move along; the second one is up.
        fps: frames per second.

    Returns:
        (K, 3) the offset of the hips.
    """
    length = max(float(np.median(leg.length)) for leg in legs)
    upwards = np.arange(len(axes)) == UPWARDS
    stays = np.where(upwards, UP_STAYS, ASIDE_STAYS)
    stiffness = np.where(upwards, UP_SECONDS**2 / BEND, ASIDE_SECONDS**2 * ASIDE_STAYS) * fps**2
    moved = np.zeros((len(goals[0]), len(axes)))
    for _ in range(PASSES):
        square = np.zeros((len(moved), len(axes), len(axes))) + np.diag(stays)
        wanted = np.zeros_like(moved)
        for leg, goal in zip(legs, goals, strict=True):
            way = (leg.hip - goal) @ axes.T / length + moved
            across = (leg.hip - goal) / length - ((leg.hip - goal) @ axes.T / length) @ axes
            far = np.sqrt((way**2).sum(axis=-1) + (across**2).sum(axis=-1))
            direction = way / np.maximum(far, TINY)[:, None]
            own, reach = np.linalg.norm(leg.hip - leg.ankle, axis=-1) / length, leg.reach / length
            lacking = np.clip(far - reach - leg.slack / length, 0, None)
            missing = own - np.minimum(far, reach) - lacking
            counts = leg.stands / (BEND + np.sin(leg.bend) ** 2) * np.where(lacking > 0, OVERLONG, 1)
            square += counts[:, None, None] * direction[:, :, None] * direction[:, None, :]
            wanted += (counts * (missing + (direction * moved).sum(axis=-1)))[:, None] * direction
        moved = _smoothest(square, stiffness, wanted, moved)
    return np.asarray(length * moved @ axes)


def _smoothest(square: Array, stiffness: Array, wanted: Array, start: Array) -> Array:
    """(K, N) of least x · square x / 2 − wanted · x + stiffness · (x − x before)² / 2, by conjugate gradients from
    `start`.
    """

    def applied(values: Array) -> Array:
        steps = stiffness * np.diff(values, axis=0)
        result = np.einsum("kij,kj->ki", square, values)
        result[1:] += steps
        result[:-1] -= steps
        return np.asarray(result, dtype=np.float64)

    diagonal = np.einsum("kii->ki", square) + 2 * stiffness
    found, rest = start.copy(), wanted - applied(start)
    ahead = rest / diagonal
    step, size = ahead.copy(), float((rest * ahead).sum())
    first = max(size, TINY**2)
    for _ in range(CONJUGATE_STEPS):
        if size <= SOLVED * first:
            break
        image = applied(step)
        far = size / float((step * image).sum())
        found += far * step
        rest -= far * image
        ahead = rest / diagonal
        size, before = float((rest * ahead).sum()), size
        step = ahead + size / before * step
    return np.asarray(found, dtype=np.float64)
