"""Planted feet stay planted: ankles are pinned while their foot stands, and the legs follow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .skeleton import Joint, Skeleton

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

LEGS: tuple[tuple[Joint, Joint, Joint], ...] = (
    (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
)

ON = 0.6
OFF = 0.15
"""A contact begins where its probability passes ON, and reaches in both directions as far as it stays above OFF.

Were OFF higher, feet would slide before and after they stand; lower, they would stick.
"""

EASE_SECONDS = 0.1
"""How long a foot takes to come to its pin and to leave it."""

STILL_SPEED = 0.35
STILL_SOFTNESS = 0.08
"""Leg lengths a second: the speed at which an ankle is as likely on its way as standing, and how sharp that edge is."""

STRAIGHT = 1e-3
"""Part of a leg's length within which a knee counts as on the line from hip to ankle: it has no side then."""

TINY = 1e-60
"""In any unit: shorter, and a vector has no direction."""

REACH = 0.9995
"""Part of the stretched leg's length that a pinned foot may be away from its hip."""


def standing(probability: Array) -> Mask:
    """(T, 2) bool: which feet stand, of contact probabilities (T, 2), with hysteresis."""
    feet: Mask = np.zeros(probability.shape, dtype=np.bool_)
    for foot in range(probability.shape[1]):
        for first, last in _runs(probability[:, foot] > OFF):
            feet[first:last, foot] = bool((probability[first:last, foot] > ON).any())
    return feet


def decided(probability: Array) -> Array:
    """(T, 2) contact probabilities with what `standing` makes of them: from 0.5 up where a foot stands, below where it does not."""
    return np.asarray(np.where(standing(probability), 0.5 + probability / 2, np.minimum(probability, 0.999) / 2), dtype=np.float32)


def plant_feet(joints: Array, probability: Array, fps: float) -> Array:
    """Joints (T, 15, 3), root included, x right, y down, z away, with every standing foot held where it stands on average.

    `probability` (T, 2) of contact, right and left. Thigh and shin keep their lengths and the knee its side; a foot out of the leg's reach slides as
    little as it can.
    """
    planted = joints.astype(np.float64)
    ease = min(max(1, round(EASE_SECONDS * fps)), len(planted))
    for foot, (hip, knee, ankle) in enumerate(LEGS):
        moved = _pinned(planted[:, ankle], standing(probability)[:, foot], ease)
        changed = np.flatnonzero(np.abs(moved - planted[:, ankle]).max(axis=-1) > 0)
        if changed.size:
            knees, ankles = _bend(planted[changed, hip], planted[changed, knee], planted[changed, ankle], moved[changed])
            planted[changed, knee], planted[changed, ankle] = knees, ankles
    return planted.astype(np.float32)


def _runs(mask: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _pinned(ankle: NDArray[np.float64], stands: Mask, ease: int) -> NDArray[np.float64]:
    """The ankle's path (T, 3) with each standing run held at its mean, and the pull to it eased in before and out after."""
    shift = np.zeros_like(ankle)
    weight = np.zeros(len(ankle))
    runs = _runs(stands)
    for first, last in runs:
        pin = ankle[first:last].mean(axis=0)
        shift[first:last] += pin - ankle[first:last]
        weight[first:last] += 1
        for step in range(1, ease + 1):
            part = 0.5 + 0.5 * np.cos(np.pi * step / (ease + 1))
            for at, edge in ((first - step, first), (last - 1 + step, last - 1)):
                if 0 <= at < len(ankle) and not stands[at]:
                    shift[at] += part * (pin - ankle[edge])
                    weight[at] += part
    return ankle + shift / np.maximum(weight, 1)[:, None]


def _bend(
    hip: NDArray[np.float64], knee: NDArray[np.float64], ankle: NDArray[np.float64], wanted: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Knees and ankles (N, 3) of legs whose ankles go to `wanted` as near as their lengths let them, the knee bending in its old plane."""
    thigh, shin = np.linalg.norm(knee - hip, axis=-1), np.linalg.norm(ankle - knee, axis=-1)
    old_distance, old_axis = _measured(ankle - hip)
    # A leg that was stretched already may stay so: only what is further than both is pulled back.
    longest = np.maximum(REACH * (thigh + shin), old_distance)
    distance, axis = _measured(_within(longest, wanted - hip))
    reach = np.clip(distance, np.abs(thigh - shin), longest)
    side = (knee - hip) - ((knee - hip) * old_axis).sum(axis=-1, keepdims=True) * old_axis
    side -= (side * axis).sum(axis=-1, keepdims=True) * axis
    # A straight leg has no side of its own to bend to: towards the camera it does not show, and for a leg that points there, up.
    nearer = np.array([0.0, 0.0, -1.0]) + axis[:, 2:] * axis
    nearer += STRAIGHT * (np.array([0.0, -1.0, 0.0]) + axis[:, 1:2] * axis)
    side += STRAIGHT * (thigh + shin)[:, None] * nearer
    side = _measured(side)[1]
    along = np.clip((thigh**2 - shin**2 + reach**2) / (2 * np.maximum(reach, TINY)), -thigh, thigh)
    out = np.sqrt(np.maximum(thigh**2 - along**2, 0))
    return hip + along[:, None] * axis + out[:, None] * side, hip + reach[:, None] * axis


def _within(longest: NDArray[np.float64], away: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors (N, 3), those longer than `longest` (N,) brought nearer: in depth first, which does not show, and in the picture only where they must."""
    flat = np.linalg.norm(away[:, :2], axis=-1)
    shown = np.minimum(flat, longest)
    deep = np.copysign(np.sqrt(longest**2 - shown**2), away[:, 2])
    nearer = np.concatenate((away[:, :2] * (shown / np.maximum(flat, TINY))[:, None], deep[:, None]), axis=1)
    return np.where(np.linalg.norm(away, axis=-1, keepdims=True) > longest[:, None], nearer, away)


def _measured(vectors: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lengths (N,) and directions (N, 3) of vectors; that of none is down."""
    lengths = np.linalg.norm(vectors, axis=-1)
    directions = vectors / np.maximum(lengths, TINY)[:, None]
    return lengths, np.where(lengths[:, None] > TINY, directions, np.array([0.0, 1.0, 0.0]))


def standing_still(joints: Array, skeleton: Skeleton, fps: float) -> Array:
    """(T, 2) how likely each foot stands, judged by its speed in the picture alone: for a model that does not say.

    `joints` (T, 15, 3), root included, in the skeleton's unit.
    """
    ankles = joints[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE], :2].astype(np.float64)
    if len(ankles) < 2:
        return np.zeros((len(ankles), 2), dtype=np.float32)
    speed = np.linalg.norm(np.gradient(ankles, axis=0), axis=-1) * fps / skeleton.leg_length
    return np.asarray(1 / (1 + np.exp(np.clip((speed - STILL_SPEED) / STILL_SOFTNESS, -50, 50))), dtype=np.float32)
