"""The strides of legs in the picture, and legs that cross there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from blender_addon.core.skeleton import Joint

from .clip_truth import PersonTruth

Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEGS = ((Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE), (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE))
ANKLES = (Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE)
APART = 0.2
"""Leg lengths from which on feet are apart."""
BELOW = 1 / 3
"""Where on the thigh legs may begin to cross: above, the hips of a profile lie one over the other."""


@dataclass(frozen=True)
class Strides:
    """How far the left foot is to the right of the right one, at least and at most, in leg lengths; and the percentage
    of frames in which the character's legs cross though the performer's feet are apart and legs do not cross.
    """

    least: float
    most: float
    crossed: float


def strides(truth: PersonTruth, picture: Doubles, leg: float) -> Strides:
    """Of a character seen in the `picture` (T, 15, 2), x right, whose legs are `leg` long there."""
    apart = source_separation(truth)
    counts = truth.counts & (np.abs(apart) >= APART) & ~crossing(truth.pixels)
    counts &= np.isfinite(picture[:, list(ANKLES)]).all(axis=(1, 2))
    own = separation(picture, np.full(len(picture), leg))[truth.counts]
    own = own[np.isfinite(own)]
    crossed = 100.0 * float(crossing(picture)[counts].mean()) if counts.any() else float("nan")
    if not len(own):
        return Strides(float("nan"), float("nan"), crossed)
    return Strides(float(own.min()), float(own.max()), crossed)


def source_separation(truth: PersonTruth) -> Doubles:
    """(T,) of the performer, in leg lengths."""
    return separation(truth.pixels, truth.leg * truth.pixels_per_metre)


def separation(picture: Doubles, leg: Doubles) -> Doubles:
    """(T,) how far the left ankle is to the right of the right one, in leg lengths (T,)."""
    return np.asarray((picture[:, Joint.LEFT_ANKLE, 0] - picture[:, Joint.RIGHT_ANKLE, 0]) / leg)


def crossing(picture: Doubles) -> Mask:
    """(T,) whether the right and the left leg of (T, 15, 2) cross, below the upper part of the thighs."""
    lines = []
    for hip, knee, ankle in LEGS:
        top = picture[:, hip] + BELOW * (picture[:, knee] - picture[:, hip])
        lines.append(((top, picture[:, knee]), (picture[:, knee], picture[:, ankle])))
    return np.asarray(np.any([_cross(*right, *left) for right in lines[0] for left in lines[1]], axis=0))


def _cross(a: Doubles, b: Doubles, c: Doubles, d: Doubles) -> Mask:
    """(T,) whether the segments from `a` to `b` and from `c` to `d`, each (T, 2), cross."""
    sides = [_side(a, b, c), _side(a, b, d), _side(c, d, a), _side(c, d, b)]
    return np.asarray((sides[0] * sides[1] < 0) & (sides[2] * sides[3] < 0))


def _side(a: Doubles, b: Doubles, point: Doubles) -> Doubles:
    """(T,) above or below zero by the side of the line from `a` to `b` that `point` is on."""
    along, off = b - a, point - a
    return np.asarray(along[:, 0] * off[:, 1] - along[:, 1] * off[:, 0])
