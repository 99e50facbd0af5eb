"""Foot contacts: when feet stand, and legs that keep them in place meanwhile."""

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
"""Hysteresis: a contact begins where its probability passes ON, and extends in both directions as far as it stays above
OFF.

With a higher OFF feet would slide before and after they stand; with a lower one they would stick.
"""

EASE_SECONDS = 0.1
"""Time that a foot takes to reach the place where it is held, and to leave it."""

CONTACT_SPEED = 0.35
CONTACT_SOFTNESS = 0.08
"""Leg lengths per second: the ankle speed at which contact is as likely as not, and the width of that transition."""

FLAT_HEEL, RAISED_HEEL = 0.03, 0.09
"""Leg lengths that an ankle is raised by: up to the first, its foot stands flat; from the second on, it rolls over its
toes.
"""

STRAIGHT = 1e-3
"""Part of a leg's length: a knee this close to the line from hip to ankle has no side to bend to."""

TINY = 1e-60
"""In any unit: a shorter vector has no direction."""

REACH = 0.9995
"""The largest distance of a held foot from its hip, in lengths of the stretched leg."""


def in_contact(probability: Array) -> Mask:
    """Decide which feet stand, with hysteresis.

    Args:
        probability: (T, F) of contact, a column for each foot.

    Returns:
        (T, F) bool.
    """
    feet: Mask = np.zeros(probability.shape, dtype=np.bool_)
    for foot in range(probability.shape[1]):
        for first, last in runs(probability[:, foot] > OFF):
            feet[first:last, foot] = bool((probability[first:last, foot] > ON).any())
    return feet


def with_hysteresis(probability: Array) -> Array:
    """Write the decisions of `in_contact` into probabilities (T, F): 0.5 or more where a foot stands, less where it
    doesn't.
    """
    return np.asarray(
        np.where(in_contact(probability), 0.5 + probability / 2, np.minimum(probability, 0.999) / 2), dtype=np.float32
    )


def rolling(ankle: NDArray[np.float64], leg_length: float, fps: float) -> NDArray[np.float64]:
    """Tell how far a foot that stands rolls over its toes, by its ankle: before and after it keeps still, that rises.

    Args:
        ankle: (n, 2) over one contact; x right, y down.
        leg_length: in the same unit.
        fps: frames per second.

    Returns:
        (n,) 0 where the foot stands flat, to 1.
    """
    if len(ankle) < 2:
        return np.zeros(len(ankle))
    speed = np.linalg.norm(np.gradient(ankle, axis=0), axis=-1) * fps / leg_length
    slow = np.flatnonzero(speed < CONTACT_SPEED)
    if not slow.size:
        return np.zeros(len(ankle))
    first, last = int(slow[0]), int(slow[-1])
    raised = (ankle[first : last + 1, 1].mean() - ankle[:, 1]) / leg_length
    part = np.clip((raised - FLAT_HEEL) / (RAISED_HEEL - FLAT_HEEL), 0, 1)
    part[first : last + 1] = 0
    return np.asarray(part * part * (3 - 2 * part))


def plant_feet(joints: Array, probability: Array, fps: float, rolls: Array | None = None) -> Array:
    """Hold every standing foot at its mean place, and bend the legs to reach it. A foot that rolls over its toes goes on
    as it does.

    Thigh and shin keep their lengths, the knee keeps its side. A foot out of the leg's reach slides as little as
    possible.

    Args:
        joints: (T, 15, 3) in any unit, the root's motion included; x right, y down, z away from the camera.
        probability: (T, 2) of contact, right and left.
        fps: frames per second.
        rolls: (T, 2) how far a foot that stands rolls over its toes, 0 to 1; None where none does.

    Returns:
        (T, 15, 3) float32.
    """
    planted = joints.astype(np.float64)
    ease = min(max(1, round(EASE_SECONDS * fps)), len(planted))
    for foot, (hip, knee, ankle) in enumerate(LEGS):
        held = 1 - (rolls[:, foot] if rolls is not None else np.zeros(len(planted)))
        moved = _held_in_place(planted[:, ankle], in_contact(probability)[:, foot], ease, held)
        changed = np.flatnonzero(np.abs(moved - planted[:, ankle]).max(axis=-1) > 0)
        if changed.size:
            knees, ankles = _bend(
                planted[changed, hip], planted[changed, knee], planted[changed, ankle], moved[changed]
            )
            planted[changed, knee], planted[changed, ankle] = knees, ankles
    return planted.astype(np.float32)


def runs(mask: Mask) -> list[tuple[int, int]]:
    """First frames, and those after the last, of the stretches in which a mask (T,) is true."""
    framed = np.concatenate(((False,), mask, (False,)))
    edges = np.flatnonzero(framed[1:] != framed[:-1])
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _held_in_place(
    ankle: NDArray[np.float64], contact: Mask, ease: int, held: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Hold each contact of an ankle's path (T, 3) at its mean, as far as it is `held` (T,), and ease in before and out
    after over `ease` frames.
    """
    shift = np.zeros_like(ankle)
    weight = np.zeros(len(ankle))
    stretches = runs(contact)
    for first, last in stretches:
        firm = np.maximum(held[first:last], TINY)
        place = np.average(ankle[first:last], axis=0, weights=firm)
        shift[first:last] += firm[:, None] * (place - ankle[first:last])
        weight[first:last] += 1
        for step in range(1, ease + 1):
            part = 0.5 + 0.5 * np.cos(np.pi * step / (ease + 1))
            for at, edge in ((first - step, first), (last - 1 + step, last - 1)):
                if 0 <= at < len(ankle) and not contact[at]:
                    shift[at] += part * shift[edge]
                    weight[at] += part
    return ankle + shift / np.maximum(weight, 1)[:, None]


def _bend(
    hip: NDArray[np.float64], knee: NDArray[np.float64], ankle: NDArray[np.float64], wanted: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return knees and ankles (N, 3) with the ankles as near to `wanted` as the legs reach, each knee bent in its old
    plane.
    """
    thigh, shin = np.linalg.norm(knee - hip, axis=-1), np.linalg.norm(ankle - knee, axis=-1)
    old_distance, old_axis = _length_and_direction(ankle - hip)
    # A leg that was stretched already may stay so.
    longest = np.maximum(REACH * (thigh + shin), old_distance)
    distance, axis = _length_and_direction(_brought_within(longest, wanted - hip))
    reach = np.clip(distance, np.abs(thigh - shin), longest)
    side = (knee - hip) - ((knee - hip) * old_axis).sum(axis=-1, keepdims=True) * old_axis
    side -= (side * axis).sum(axis=-1, keepdims=True) * axis
    # A straight leg has no side of its own: it bends towards the camera, which doesn't show, and one that points at the
    # camera bends up.
    nearer = np.array([0.0, 0.0, -1.0]) + axis[:, 2:] * axis
    nearer += STRAIGHT * (np.array([0.0, -1.0, 0.0]) + axis[:, 1:2] * axis)
    side += STRAIGHT * (thigh + shin)[:, None] * nearer
    side = _length_and_direction(side)[1]
    along = np.clip((thigh**2 - shin**2 + reach**2) / (2 * np.maximum(reach, TINY)), -thigh, thigh)
    out = np.sqrt(np.maximum(thigh**2 - along**2, 0))
    return hip + along[:, None] * axis + out[:, None] * side, hip + reach[:, None] * axis


def _brought_within(longest: NDArray[np.float64], away: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shorten vectors (N, 3) to `longest` (N,): in depth first, which doesn't show, and in the picture only as far as
    needed.
    """
    flat = np.linalg.norm(away[:, :2], axis=-1)
    shown = np.minimum(flat, longest)
    deep = np.copysign(np.sqrt(longest**2 - shown**2), away[:, 2])
    nearer = np.concatenate((away[:, :2] * (shown / np.maximum(flat, TINY))[:, None], deep[:, None]), axis=1)
    return np.where(np.linalg.norm(away, axis=-1, keepdims=True) > longest[:, None], nearer, away)


def _length_and_direction(vectors: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lengths (N,) and directions (N, 3) of vectors; the direction of a zero vector is down."""
    lengths = np.linalg.norm(vectors, axis=-1)
    directions = vectors / np.maximum(lengths, TINY)[:, None]
    return lengths, np.where(lengths[:, None] > TINY, directions, np.array([0.0, 1.0, 0.0]))


def contacts_from_speed(joints: Array, skeleton: Skeleton, fps: float) -> Array:
    """Estimate foot contacts from the ankles' speed in the picture, for a model that doesn't predict them.

    Args:
        joints: (T, 15, 3) in the skeleton's unit, the root's motion included.
        skeleton: the body.
        fps: frames per second.

    Returns:
        (T, 2) probabilities, right and left.
    """
    ankles = joints[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE], :2].astype(np.float64)
    if len(ankles) < 2:
        return np.zeros((len(ankles), 2), dtype=np.float32)
    speed = np.linalg.norm(np.gradient(ankles, axis=0), axis=-1) * fps / skeleton.leg_length
    return np.asarray(1 / (1 + np.exp(np.clip((speed - CONTACT_SPEED) / CONTACT_SOFTNESS, -50, 50))), dtype=np.float32)
