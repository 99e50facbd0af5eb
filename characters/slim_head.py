"""Slim's head from all sides: round glasses in front and in profile, a bun with a ribbon behind."""

from __future__ import annotations

import numpy as np

from .design import Piece, Shape, head_from_all_sides, of_face
from .outlines import Outline, Point, ellipse, mirrored, smooth, stroke, symmetric

EYE = 1.797
"""Height of the eyes."""


def head_pieces() -> tuple[Piece, ...]:
    """A piece for each view; those that look to the left are mirrored."""
    right = {"3q.right": _three_quarter(), "side.right": _side(), "3q_back.right": _three_quarter_back()}
    return head_from_all_sides(_front(), right, _back())


def _front() -> tuple[Shape, ...]:
    face = symmetric(
        [(0, 1.985), (0.095, 1.965), (0.148, 1.88), (0.145, 1.77), (0.10, 1.675), (0.04, 1.632), (0, 1.628)]
    )
    ear, drop = ellipse((0.15, 1.79), 0.025, 0.038), ellipse((0.158, 1.728), 0.017, 0.022)
    brow = stroke([(0.028, 1.876), (0.065, 1.889), (0.108, 1.872)], 0.013, 0.5)
    return (
        *_bun((0.0, 2.085)),
        Shape(_back_hair(0.0), "hair", inked=True),
        Shape(ear, "skin", inked=True),
        Shape(mirrored(ear), "skin", inked=True),
        Shape(drop, "button", inked=True),
        Shape(mirrored(drop), "button", inked=True),
        Shape(face, "skin", inked=True),
        *of_face(
            Shape(ellipse((-0.096, 1.722), 0.024, 0.016), "blush"),
            Shape(ellipse((0.096, 1.722), 0.024, 0.016), "blush"),
            *_eye(-0.062, near=-1),
            *_eye(0.062, near=1),
            Shape(_bridge(0.0, 0.012), "glasses"),
            Shape(brow, "hair"),
            Shape(mirrored(brow), "hair"),
            *_nose_and_mouth(0.0, 1.0),
        ),
        *_fringe(0.0, 1.0),
        Shape(_ribbon(0.0), "ribbon"),
    )


def _three_quarter() -> tuple[Shape, ...]:
    face = smooth(
        [
            (0.01, 1.985),
            (0.10, 1.962),
            (0.140, 1.885),
            (0.131, 1.825),
            (0.141, 1.765),
            (0.118, 1.690),
            (0.070, 1.640),
            (0.025, 1.629),
            (-0.035, 1.650),
            (-0.10, 1.705),
            (-0.143, 1.79),
            (-0.14, 1.89),
            (-0.08, 1.97),
        ]
    )
    near_brow = stroke([(-0.055, 1.874), (-0.015, 1.889), (0.028, 1.876)], 0.013, 0.5)
    far_brow = stroke([(0.070, 1.881), (0.100, 1.888), (0.126, 1.870)], 0.013, 0.5)
    return (
        *_bun((-0.035, 2.08)),
        Shape(_back_hair(-0.012), "hair", inked=True),
        Shape(face, "skin", inked=True),
        *of_face(
            Shape(ellipse((-0.052, 1.722), 0.024, 0.016), "blush"),
            Shape(ellipse((0.117, 1.722), 0.014, 0.016), "blush"),
            *_eye(-0.017, near=-1),
            *_eye(0.093, near=1, narrow=0.72),
            Shape(_bridge(0.044, 0.010), "glasses"),
            Shape(stroke([(-0.075, 1.806), (-0.128, 1.800)], 0.011), "glasses"),
            Shape(near_brow, "hair"),
            Shape(far_brow, "hair"),
            *_nose_and_mouth(0.052, 0.86),
        ),
        *_ear((-0.126, 1.788)),
        *_fringe(0.022, 0.93),
        Shape(_ribbon(-0.02), "ribbon"),
    )


def _side() -> tuple[Shape, ...]:
    face = smooth(
        [
            (-0.01, 1.985),
            (0.07, 1.965),
            (0.122, 1.90),
            (0.136, 1.845),
            (0.129, 1.80),
            (0.144, 1.772),
            (0.168, 1.742),
            (0.160, 1.727),
            (0.138, 1.721),
            (0.143, 1.703),
            (0.137, 1.690),
            (0.143, 1.676),
            (0.132, 1.662),
            (0.128, 1.645),
            (0.100, 1.630),
            (0.04, 1.634),
            (-0.04, 1.665),
            (-0.10, 1.73),
            (-0.14, 1.83),
            (-0.11, 1.94),
        ]
    )
    hair = smooth(
        [
            (0.055, 2.025),
            (0.105, 1.985),
            (0.118, 1.935),
            (0.075, 1.915),
            (0.030, 1.880),
            (0.008, 1.830),
            (-0.020, 1.835),
            (-0.045, 1.80),
            (-0.055, 1.745),
            (-0.095, 1.705),
            (-0.150, 1.765),
            (-0.180, 1.86),
            (-0.165, 1.955),
            (-0.10, 2.025),
            (-0.02, 2.045),
        ]
    )
    return (
        *_bun((-0.095, 2.065)),
        Shape(face, "skin", inked=True),
        *of_face(
            Shape(ellipse((0.055, 1.722), 0.024, 0.016), "blush"),
            *_eye(0.090, near=1, narrow=0.68),
            Shape(stroke([(0.050, 1.806), (-0.030, 1.802)], 0.011), "glasses"),
            Shape(stroke([(0.058, 1.876), (0.090, 1.889), (0.122, 1.872)], 0.013, 0.5), "hair"),
            *_half_smile(),
        ),
        Shape(hair, "hair", inked=True),
        *_shine([((0.07, 1.985), (0.02, 1.955), (-0.01, 1.91)), ((-0.02, 1.99), (-0.08, 1.94), (-0.10, 1.87))]),
        *_ear((-0.030, 1.785)),
        Shape(stroke([(-0.158, 1.985), (-0.085, 2.020), (-0.015, 2.030)], 0.034), "ribbon"),
    )


def _half_smile() -> tuple[Shape, ...]:
    """What is seen of the smile in profile."""
    lips = smooth([(0.143, 1.703), (0.112, 1.693), (0.072, 1.704), (0.086, 1.680), (0.115, 1.666), (0.141, 1.674)])
    teeth = smooth([(0.139, 1.697), (0.112, 1.689), (0.085, 1.695), (0.097, 1.683), (0.118, 1.679), (0.139, 1.683)])
    return Shape(lips, "lips"), Shape(teeth, "white")


def _three_quarter_back() -> tuple[Shape, ...]:
    face = smooth(
        [
            (0, 1.985),
            (0.10, 1.962),
            (0.142, 1.885),
            (0.134, 1.825),
            (0.146, 1.765),
            (0.112, 1.685),
            (0.055, 1.645),
            (-0.03, 1.655),
            (-0.10, 1.72),
            (-0.13, 1.85),
        ]
    )
    hair = smooth(
        [
            (0.05, 2.03),
            (0.115, 1.985),
            (0.128, 1.915),
            (0.10, 1.865),
            (0.065, 1.835),
            (0.050, 1.78),
            (0.035, 1.72),
            (-0.01, 1.675),
            (-0.075, 1.685),
            (-0.145, 1.755),
            (-0.172, 1.85),
            (-0.160, 1.95),
            (-0.09, 2.02),
            (-0.02, 2.045),
        ]
    )
    return (
        Shape(ellipse((0.140, EYE), 0.014, 0.050), "glasses"),
        Shape(face, "skin", inked=True),
        Shape(ellipse((0.121, 1.722), 0.014, 0.016), "blush"),
        Shape(stroke([(0.072, 1.806), (0.142, 1.808)], 0.011), "glasses"),
        Shape(hair, "hair", inked=True),
        *_shine([((0.055, 1.89), (0.03, 1.95), (-0.01, 1.99)), ((-0.09, 1.76), (-0.09, 1.86), (-0.06, 1.96))]),
        *_ear((0.072, 1.785)),
        *_bun((-0.055, 2.055)),
        Shape(stroke([(-0.125, 1.985), (-0.045, 1.985), (0.035, 2.008)], 0.034), "ribbon"),
    )


def _back() -> tuple[Shape, ...]:
    ear, drop = ellipse((0.158, 1.79), 0.025, 0.038), ellipse((0.163, 1.728), 0.017, 0.022)
    hair = symmetric(
        [(0, 2.035), (0.10, 2.01), (0.163, 1.93), (0.165, 1.82), (0.125, 1.735), (0.06, 1.692), (0, 1.680)]
    )
    return (
        Shape(ear, "skin", inked=True),
        Shape(mirrored(ear), "skin", inked=True),
        Shape(drop, "button", inked=True),
        Shape(mirrored(drop), "button", inked=True),
        Shape(hair, "hair", inked=True),
        *_shine([((-0.09, 1.77), (-0.075, 1.87), (-0.04, 1.96)), ((0.0, 1.74), (0.0, 1.85), (0.0, 1.95))]),
        *_shine([((0.09, 1.77), (0.075, 1.87), (0.04, 1.96))]),
        *_bun((0.0, 2.045)),
        Shape(stroke([(-0.082, 1.978), (0, 1.962), (0.082, 1.978)], 0.034), "ribbon"),
    )


def _bun(middle: Point) -> tuple[Shape, ...]:
    x, z = middle
    return (
        Shape(ellipse(middle, 0.098, 0.085), "hair", inked=True),
        Shape(stroke([(x - 0.055, z + 0.015), (x, z + 0.040), (x + 0.055, z + 0.015)], 0.014, 0.5), "shine"),
    )


def _back_hair(x: float) -> Outline:
    hair = symmetric([(0, 2.035), (0.10, 2.01), (0.163, 1.93), (0.168, 1.83), (0.12, 1.80), (0, 1.80)])
    return np.add(hair, (x, 0))


def _ribbon(x: float) -> Outline:
    return stroke([(x - 0.082, 2.018), (x, 2.032), (x + 0.082, 2.018)], 0.034)


def _shine(lines: list[tuple[Point, Point, Point]]) -> tuple[Shape, ...]:
    return tuple(Shape(stroke(line, 0.012, 0.5), "shine") for line in lines)


def _ear(middle: Point) -> tuple[Shape, ...]:
    """An ear that is seen from its side, with its drop."""
    x, z = middle
    return (
        Shape(ellipse((x + 0.003, z - 0.058), 0.027, 0.032), "ink"),
        Shape(ellipse((x + 0.003, z - 0.058), 0.017, 0.022), "button"),
        Shape(ellipse(middle, 0.038, 0.048), "ink"),
        Shape(ellipse(middle, 0.027, 0.037), "skin"),
        Shape(ellipse((x + 0.002, z), 0.013, 0.020), "blush"),
    )


def _eye(x: float, *, near: int, narrow: float = 1.0) -> tuple[Shape, ...]:
    """An eye with lashes behind a round glass; `near`: to which side its lashes point."""

    def across(*points: Point) -> list[Point]:
        return [(x + narrow * each, z) for each, z in points]

    lash = across((near * -0.032, 1.812), (0, 1.833), (near * 0.043, 1.822))
    return (
        Shape(ellipse((x, EYE), 0.060 * narrow, 0.060), "glasses"),
        Shape(ellipse((x, EYE), 0.060 * narrow - 0.010, 0.050), "skin"),
        Shape(ellipse((x, EYE), 0.034 * narrow, 0.036), "white"),
        Shape(ellipse((x + 0.006, EYE - 0.002), 0.019 * narrow, 0.023), "ink"),
        Shape(ellipse((x + 0.012, EYE + 0.008), 0.007 * narrow, 0.007), "white"),
        Shape(stroke(lash, 0.012, 0.4), "ink"),
    )


def _bridge(x: float, reach: float) -> Outline:
    return stroke([(x - reach, 1.806), (x, 1.811), (x + reach, 1.806)], 0.011)


def _nose_and_mouth(x: float, narrow: float) -> tuple[Shape, ...]:
    """A nose of one line, and a mouth that smiles to one side."""

    def moved(outline: Outline) -> Outline:
        return np.asarray(outline * (narrow, 1) + (x, 0))

    nose = stroke([(0.004, 1.772), (0.016, 1.738), (-0.004, 1.732)], 0.010, 0.3)
    mouth = smooth([(-0.048, 1.698), (0, 1.690), (0.056, 1.706), (0.042, 1.676), (0.006, 1.661), (-0.032, 1.674)])
    teeth = smooth([(-0.034, 1.693), (0, 1.687), (0.042, 1.699), (0.032, 1.685), (0.004, 1.676), (-0.024, 1.682)])
    return Shape(moved(nose), "shadow"), Shape(moved(mouth), "lips"), Shape(moved(teeth), "white")


def _fringe(x: float, narrow: float) -> tuple[Shape, ...]:
    """Hair parted at one side."""

    def moved(outline: Outline) -> Outline:
        return np.asarray(outline * (narrow, 1) + (x, 0))

    wide = smooth(
        [
            (-0.045, 1.985),
            (-0.02, 1.945),
            (0.05, 1.915),
            (0.12, 1.885),
            (0.155, 1.835),
            (0.165, 1.90),
            (0.12, 1.985),
            (0.03, 2.02),
        ]
    )
    narrow_side = smooth(
        [(-0.03, 2.02), (-0.045, 1.96), (-0.09, 1.915), (-0.152, 1.835), (-0.165, 1.90), (-0.12, 1.985)]
    )
    shine = stroke([(0.035, 1.975), (0.085, 1.955), (0.12, 1.92)], 0.012, 0.5)
    return Shape(moved(narrow_side), "hair"), Shape(moved(wide), "hair"), Shape(moved(shine), "shine")
