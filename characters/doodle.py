"""Doodle: a fox in a hooded jumper, drawn in Grease Pencil with a layer for every piece, as an artist would who means
to move it.
"""

from __future__ import annotations

import numpy as np

from .outlines import Outline, Point, ellipse, limb, mirrored, smooth, symmetric
from .sketch import Drawing, Mark, Sheet, line, paint

COLOURS = {
    "ink": "#33262e",
    "backdrop": "#e9eef0",
    "fur": "#e8833a",
    "far fur": "#c76a2c",
    "cream": "#fbe9cf",
    "jumper": "#3f9c86",
    "far jumper": "#2f7f6d",
    "trim": "#f6c445",
    "jeans": "#46619c",
    "far jeans": "#374e80",
    "shoe": "#d9463e",
    "far shoe": "#b03832",
    "sole": "#fff6e6",
    "blush": "#f2a07a",
    "white": "#ffffff",
    "ground": "#c9d4d6",
}
INK = 0.011
"""Half the width of a drawn line."""

SHOULDER, ELBOW, WRIST, FINGERS = (-0.155, 1.19), (-0.235, 0.985), (-0.29, 0.79), (-0.305, 0.71)
HIP, KNEE, ANKLE = (-0.085, 0.76), (-0.105, 0.45), (-0.115, 0.14)
NECK, WAIST = (0.0, 1.27), (0.0, 0.84)


def doodle() -> Drawing:
    """The whole fox; the farthest layer first."""
    near_leg, far_leg = _leg(""), _leg("far ")
    near_arm, far_arm = _arm(""), _arm("far ")
    return Drawing(
        "Doodle",
        COLOURS,
        (
            Sheet("Ground", (paint(ellipse((0.0, 0.03), 0.62, 0.035), "ground"),)),
            Sheet("Tail", _tail()),
            *(Sheet(f"{name} L", tuple(_other_side(mark) for mark in marks)) for name, marks in far_arm.items()),
            *(Sheet(f"{name} L", tuple(_other_side(mark) for mark in marks)) for name, marks in far_leg.items()),
            *(Sheet(f"{name} R", marks) for name, marks in near_leg.items()),
            Sheet("Hips", _hips()),
            Sheet("Body", _body()),
            Sheet("Head", _head()),
            Sheet("Face", _face()),
            *(Sheet(f"{name} R", marks) for name, marks in near_arm.items()),
        ),
    )


def _arm(far: str) -> dict[str, tuple[Mark, ...]]:
    paw = limb(WRIST, FINGERS, 0.052, 0.058)
    thumb = limb((WRIST[0] + 0.03, WRIST[1] - 0.02), (WRIST[0] + 0.062, WRIST[1] - 0.06), 0.022, 0.018)
    cuff = limb((-0.262, 0.82), (-0.3, 0.832), 0.034, 0.034)
    return {
        "Upper Arm": (
            paint(limb(SHOULDER, ELBOW, 0.074, 0.062), f"{far}jumper"),
            *_sides(SHOULDER, ELBOW, 0.074, 0.062, start=0.45),
        ),
        "Forearm": (
            paint(limb(ELBOW, WRIST, 0.062, 0.05), f"{far}jumper"),
            *_sides(ELBOW, WRIST, 0.062, 0.05, end=0.86),
            paint(cuff, "trim", INK),
        ),
        "Hand": (
            paint(thumb, f"{far}fur", INK),
            paint(paw, f"{far}fur", INK),
            line(((-0.315, 0.69), (-0.312, 0.665)), INK * 0.8),
        ),
    }


def _leg(far: str) -> dict[str, tuple[Mark, ...]]:
    shoe = smooth(
        [
            (-0.06, 0.17),
            (-0.05, 0.1),
            (-0.055, 0.035),
            (-0.12, 0.02),
            (-0.21, 0.02),
            (-0.265, 0.045),
            (-0.25, 0.1),
            (-0.185, 0.13),
            (-0.165, 0.175),
        ]
    )
    sole = smooth(
        [(-0.05, 0.05), (-0.06, 0.018), (-0.13, 0.006), (-0.22, 0.006), (-0.265, 0.03), (-0.262, 0.058), (-0.18, 0.05)]
    )
    return {
        "Lower Leg": (
            paint(limb(KNEE, ANKLE, 0.068, 0.054), f"{far}jeans"),
            *_sides(KNEE, ANKLE, 0.068, 0.054, end=0.9),
            line(((-0.168, 0.2), (-0.115, 0.19), (-0.062, 0.2)), INK * 0.8),
        ),
        "Upper Leg": (paint(limb(HIP, KNEE, 0.09, 0.068), f"{far}jeans"), *_sides(HIP, KNEE, 0.09, 0.068, start=0.4)),
        "Foot": (
            paint(shoe, f"{far}shoe", INK),
            paint(sole, "sole", INK * 0.8),
            line(((-0.15, 0.135), (-0.185, 0.105)), INK * 0.7),
        ),
    }


def _hips() -> tuple[Mark, ...]:
    seat = symmetric([(0, 0.9), (0.13, 0.9), (0.168, 0.82), (0.172, 0.745), (0.1, 0.685), (0.03, 0.7), (0, 0.715)])
    return paint(seat, "jeans", INK), line(((0.0, 0.72), (0.004, 0.78)), INK * 0.8)


def _body() -> tuple[Mark, ...]:
    shape = symmetric(
        [(0, 1.3), (0.07, 1.295), (0.165, 1.245), (0.185, 1.12), (0.165, 0.98), (0.178, 0.86), (0.12, 0.815), (0, 0.81)]
    )
    hem = symmetric([(0, 0.86), (0.1, 0.865), (0.178, 0.872), (0.172, 0.83), (0.1, 0.812), (0, 0.808)])
    pocket = symmetric([(0, 0.985), (0.075, 0.98), (0.11, 0.9), (0.06, 0.885), (0, 0.885)])
    hood = symmetric([(0, 1.235), (0.085, 1.255), (0.14, 1.3), (0.1, 1.335), (0, 1.345)])
    strings = [line(((x, 1.235), (x * 1.2, 1.15), (x * 1.1, 1.12)), INK * 0.7) for x in (-0.035, 0.035)]
    return (
        paint(shape, "jumper", INK),
        paint(pocket, "far jumper", INK * 0.7),
        paint(hem, "trim", INK * 0.8),
        paint(hood, "far jumper", INK),
        *strings,
    )


def _head() -> tuple[Mark, ...]:
    ear = smooth([(-0.27, 1.66), (-0.285, 1.8), (-0.26, 1.945), (-0.17, 1.89), (-0.09, 1.79), (-0.14, 1.7)])
    inside = smooth([(-0.24, 1.7), (-0.25, 1.8), (-0.235, 1.88), (-0.18, 1.835), (-0.135, 1.77), (-0.17, 1.71)])
    skull = symmetric(
        [(0, 1.82), (0.14, 1.8), (0.25, 1.69), (0.285, 1.57), (0.33, 1.47), (0.22, 1.4), (0.1, 1.325), (0, 1.3)]
    )
    cheeks = smooth(
        [
            (-0.325, 1.468),
            (-0.22, 1.5),
            (-0.115, 1.47),
            (-0.055, 1.52),
            (0.0, 1.565),
            (0.0, 1.3),
            (-0.1, 1.328),
            (-0.22, 1.402),
        ]
    )
    tuft = smooth([(-0.07, 1.79), (-0.05, 1.87), (0.0, 1.83), (0.04, 1.89), (0.07, 1.79), (0.0, 1.74)])
    return (
        paint(ear, "fur", INK),
        paint(mirrored(ear), "fur", INK),
        paint(inside, "ink"),
        paint(mirrored(inside), "ink"),
        paint(skull, "fur", INK),
        paint(cheeks, "cream"),
        paint(mirrored(cheeks), "cream"),
        paint(tuft, "fur", INK * 0.9),
        paint(symmetric([(0, 1.82), (0.1, 1.8), (0.11, 1.7), (0.05, 1.66), (0, 1.65)]), "fur"),
    )


def _face() -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for side in (-1, 1):
        marks += [
            paint(ellipse((0.2 * side, 1.475), 0.045, 0.026), "blush"),
            paint(ellipse((0.115 * side, 1.585), 0.05, 0.072), "white", INK * 0.8),
            paint(ellipse((0.102 * side, 1.578), 0.031, 0.05), "ink"),
            paint(ellipse((0.112 * side, 1.602), 0.011, 0.015), "white"),
            line(((0.065 * side, 1.69), (0.115 * side, 1.71), (0.165 * side, 1.69)), INK),
        ]
    smile = ((-0.075, 1.405), (-0.04, 1.383), (0.0, 1.4), (0.04, 1.383), (0.075, 1.405))
    return (
        *marks,
        paint(
            smooth([(-0.036, 1.478), (0.0, 1.49), (0.036, 1.478), (0.018, 1.448), (0.0, 1.44), (-0.018, 1.448)]), "ink"
        ),
        line(smile, INK),
    )


def _tail() -> tuple[Mark, ...]:
    bush = smooth(
        [
            (0.06, 0.82),
            (0.2, 0.75),
            (0.36, 0.78),
            (0.5, 0.93),
            (0.56, 1.12),
            (0.5, 1.28),
            (0.42, 1.16),
            (0.33, 1.0),
            (0.22, 0.9),
            (0.08, 0.88),
        ]
    )
    tip = smooth([(0.555, 1.1), (0.5, 1.28), (0.42, 1.16), (0.44, 1.1), (0.47, 1.13), (0.51, 1.07)])
    return paint(bush, "fur", INK), paint(tip, "cream", INK * 0.8)


def _sides(
    begin: Point, finish: Point, first: float, last: float, *, start: float = 0.0, end: float = 1.0
) -> tuple[Mark, Mark]:
    """The two lines along a limb, without its round ends, so that no line runs across a joint."""
    way = np.subtract(finish, begin)
    beside = np.array((-way[1], way[0])) / np.hypot(*way)
    along = np.linspace(start, end, 7)[:, None]
    middle, width = np.add(begin, along * way), first + along * (last - first)
    left, right = ([(float(x), float(z)) for x, z in middle + side * width * beside] for side in (1, -1))
    return line(left, INK), line(right, INK)


def _other_side(mark: Mark) -> Mark:
    points: Outline = mirrored(mark.points)
    return Mark(points, mark.fill, mark.ink, closed=mark.closed)
