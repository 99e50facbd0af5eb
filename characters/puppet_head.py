"""The puppet's head from all sides: in front with a wide smile, three-quarter, in profile, and from behind."""

from __future__ import annotations

import numpy as np

from .design import Piece, Shape, head_from_all_sides, of_face
from .outlines import Outline, Point, ellipse, mirrored, smooth, stroke, symmetric

EYE = 1.475
"""Height of the eyes."""
NAPE = 1.255
"""Height of the lowest hair at the back."""


def head_pieces() -> tuple[Piece, ...]:
    """A piece for each view; those that look to the left are mirrored."""
    right = {"3q.right": _three_quarter(), "side.right": _side(), "3q_back.right": _three_quarter_back()}
    return head_from_all_sides(_front(), right, _back())


def _front() -> tuple[Shape, ...]:
    ear, lobe = ellipse((0.375, 1.45), 0.075, 0.09), ellipse((0.385, 1.45), 0.035, 0.05)
    face = symmetric([(0, 1.80), (0.20, 1.765), (0.335, 1.64), (0.375, 1.48), (0.335, 1.31), (0.20, 1.195), (0, 1.16)])
    lock = smooth([(0.30, 1.70), (0.355, 1.60), (0.385, 1.50), (0.345, 1.52), (0.315, 1.58), (0.28, 1.64)])
    brow = stroke([(0.065, 1.622), (0.14, 1.640), (0.225, 1.598)], 0.034, 0.45)
    eyes = (shape for side in (-1, 1) for shape in _eye(side * 0.135, pupil=side * 0.118 + 0.012))
    return (
        Shape(ear, "skin", inked=True),
        Shape(mirrored(ear), "skin", inked=True),
        Shape(lobe, "blush"),
        Shape(mirrored(lobe), "blush"),
        Shape(face, "skin", inked=True),
        *of_face(
            Shape(ellipse((-0.255, 1.335), 0.062, 0.042), "blush"),
            Shape(ellipse((0.255, 1.335), 0.062, 0.042), "blush"),
            *eyes,
            Shape(brow, "hair"),
            Shape(np.add(mirrored(brow), (0, 0.014)), "hair"),
            *_nose(0.0),
            *_smile(0.0, 1.0),
        ),
        Shape(lock, "hair", inked=True),
        Shape(mirrored(lock), "hair", inked=True),
        Shape(_tuft(0.0), "hair"),
        *_cap(0.0, bobble=0.03),
    )


def _three_quarter() -> tuple[Shape, ...]:
    """The near ear, the far cheek before the far eye's hollow, and all features moved to where he looks."""
    face = smooth(
        [
            (0.02, 1.80),
            (0.21, 1.765),
            (0.32, 1.66),
            (0.338, 1.55),
            (0.318, 1.47),
            (0.345, 1.385),
            (0.315, 1.27),
            (0.205, 1.175),
            (0.05, 1.155),
            (-0.14, 1.19),
            (-0.285, 1.29),
            (-0.355, 1.44),
            (-0.345, 1.62),
            (-0.21, 1.765),
        ]
    )
    hair = smooth(
        [
            (-0.19, 1.72),
            (-0.205, 1.62),
            (-0.235, 1.545),
            (-0.285, 1.575),
            (-0.33, 1.52),
            (-0.345, 1.42),
            (-0.385, 1.45),
            (-0.385, 1.56),
            (-0.355, 1.67),
        ]
    )
    far_lock = smooth([(0.285, 1.70), (0.330, 1.62), (0.348, 1.545), (0.322, 1.555), (0.305, 1.60), (0.27, 1.65)])
    near_brow = stroke([(-0.09, 1.615), (-0.01, 1.642), (0.075, 1.618)], 0.034, 0.45)
    far_brow = stroke([(0.185, 1.628), (0.24, 1.640), (0.295, 1.600)], 0.031, 0.45)
    return (
        Shape(face, "skin", inked=True),
        *of_face(
            Shape(ellipse((-0.135, 1.33), 0.060, 0.042), "blush"),
            Shape(ellipse((0.292, 1.335), 0.036, 0.040), "blush"),
            *_eye(0.225, across=0.068, pupil=0.243, pupil_across=0.038),
            *_eye(-0.005, across=0.083, pupil=0.025, pupil_across=0.047),
            Shape(near_brow, "hair"),
            Shape(far_brow, "hair"),
            *_nose(0.160),
            *_smile(0.125, 0.84),
        ),
        Shape(hair, "hair", inked=True),
        Shape(far_lock, "hair", inked=True),
        *_ear(-0.275),
        Shape(_tuft(0.105), "hair"),
        *_cap(0.055, bobble=0.015),
    )


def _side() -> tuple[Shape, ...]:
    """A button nose before a round face, half a smile, one eye, and the ear in the middle."""
    face = smooth(
        [
            (-0.04, 1.80),
            (0.15, 1.785),
            (0.265, 1.71),
            (0.318, 1.61),
            (0.326, 1.52),
            (0.315, 1.465),
            (0.338, 1.447),
            (0.388, 1.430),
            (0.408, 1.390),
            (0.382, 1.352),
            (0.328, 1.345),
            (0.318, 1.325),
            (0.322, 1.290),
            (0.308, 1.235),
            (0.245, 1.180),
            (0.10, 1.160),
            (-0.09, 1.185),
            (-0.24, 1.265),
            (-0.335, 1.40),
            (-0.35, 1.57),
            (-0.26, 1.73),
        ]
    )
    hair = smooth(
        [
            (0.065, 1.72),
            (0.06, 1.61),
            (0.03, 1.535),
            (-0.01, 1.575),
            (-0.08, 1.585),
            (-0.145, 1.53),
            (-0.165, 1.43),
            (-0.185, 1.345),
            (-0.26, 1.30),
            (-0.335, 1.385),
            (-0.375, 1.51),
            (-0.365, 1.64),
            (-0.20, 1.73),
        ]
    )
    return (
        Shape(face, "skin", inked=True),
        *of_face(
            Shape(ellipse((0.105, 1.335), 0.058, 0.042), "blush"),
            *_eye(0.205, across=0.066, pupil=0.228, pupil_across=0.036),
            Shape(stroke([(0.125, 1.620), (0.195, 1.645), (0.275, 1.612)], 0.034, 0.45), "hair"),
            Shape(ellipse((0.364, 1.390), 0.042, 0.037), "nose"),
            Shape(ellipse((0.354, 1.402), 0.013, 0.010), "skin"),
            *_half_smile(),
        ),
        Shape(hair, "hair", inked=True),
        *_ear(-0.055),
        Shape(_tuft(0.165), "hair"),
        *_cap(0.09, bobble=-0.01),
    )


def _half_smile() -> tuple[Shape, ...]:
    """What is seen of the smile in profile."""
    mouth = smooth([(0.318, 1.318), (0.24, 1.308), (0.125, 1.337), (0.150, 1.272), (0.215, 1.225), (0.302, 1.232)])
    teeth = smooth([(0.314, 1.312), (0.24, 1.303), (0.165, 1.318), (0.185, 1.284), (0.24, 1.270), (0.311, 1.274)])
    edge = stroke([(0.104, 1.352), (0.16, 1.322), (0.24, 1.306), (0.318, 1.318)], 0.018, 0.3)
    return (
        Shape(mouth, "mouth"),
        Shape(ellipse((0.262, 1.246), 0.038, 0.017), "tongue"),
        Shape(teeth, "white"),
        Shape(edge, "ink"),
    )


def _three_quarter_back() -> tuple[Shape, ...]:
    """Mostly hair: the ear, and behind it the cheek that he turns away."""
    face = smooth(
        [
            (0, 1.80),
            (0.20, 1.765),
            (0.325, 1.65),
            (0.345, 1.54),
            (0.325, 1.465),
            (0.352, 1.385),
            (0.315, 1.27),
            (0.20, 1.195),
            (0, 1.175),
            (-0.20, 1.215),
            (-0.335, 1.35),
            (-0.372, 1.50),
            (-0.335, 1.65),
            (-0.20, 1.77),
        ]
    )
    hair = smooth(
        [
            (0.265, 1.72),
            (0.262, 1.61),
            (0.235, 1.54),
            (0.20, 1.585),
            (0.13, 1.585),
            (0.085, 1.53),
            (0.07, 1.44),
            (0.055, 1.35),
            (0.0, 1.29),
            (-0.06, 1.245),
            (-0.12, 1.275),
            (-0.22, 1.265),
            (-0.33, 1.355),
            (-0.39, 1.49),
            (-0.375, 1.63),
            (-0.20, 1.73),
            (0.05, 1.74),
        ]
    )
    return (
        Shape(face, "skin", inked=True),
        Shape(ellipse((0.305, 1.335), 0.030, 0.040), "blush"),
        Shape(hair, "hair", inked=True),
        *_strands([(-0.20, 1.335), (-0.075, 1.315)]),
        *_ear(0.165),
        *_cap(0.03, bobble=-0.02),
    )


def _back() -> tuple[Shape, ...]:
    ear, lobe = ellipse((0.375, 1.45), 0.075, 0.09), ellipse((0.392, 1.45), 0.026, 0.045)
    skull = symmetric([(0, 1.80), (0.20, 1.765), (0.335, 1.64), (0.372, 1.48), (0.33, 1.33), (0.20, 1.215), (0, 1.175)])
    hair = symmetric(
        [
            (0, 1.74),
            (0.22, 1.73),
            (0.365, 1.65),
            (0.388, 1.50),
            (0.335, 1.36),
            (0.235, 1.275),
            (0.15, 1.285),
            (0.075, NAPE),
            (0, 1.275),
        ]
    )
    return (
        Shape(ear, "skin", inked=True),
        Shape(mirrored(ear), "skin", inked=True),
        Shape(lobe, "blush"),
        Shape(mirrored(lobe), "blush"),
        Shape(skull, "skin", inked=True),
        Shape(hair, "hair", inked=True),
        *_strands([(-0.17, 1.34), (0.0, 1.325), (0.17, 1.34)]),
        *_cap(0.0, bobble=-0.03),
    )


def _strands(at: list[Point]) -> tuple[Shape, ...]:
    """Lines in the hair above the nape."""
    return tuple(
        Shape(stroke([(x * 1.06, z + 0.12), (x * 1.1, z + 0.05), (x, z)], 0.014, 0.6), "far hair") for x, z in at
    )


def _ear(x: float) -> tuple[Shape, ...]:
    """An ear that is seen from its side."""
    return (
        Shape(ellipse((x, 1.45), 0.080, 0.099), "ink"),
        Shape(ellipse((x, 1.45), 0.067, 0.086), "skin"),
        Shape(ellipse((x + 0.006, 1.448), 0.034, 0.050), "blush"),
    )


def _eye(x: float, *, across: float = 0.085, pupil: float, pupil_across: float = 0.050) -> tuple[Shape, ...]:
    return (
        Shape(ellipse((x, EYE), across + 0.012, 0.117), "ink"),
        Shape(ellipse((x, EYE), across, 0.105), "white"),
        Shape(ellipse((pupil, EYE - 0.005), pupil_across, 0.062), "ink"),
        Shape(ellipse((pupil + 0.018, EYE + 0.022), 0.018 * pupil_across / 0.05, 0.020), "white"),
    )


def _nose(x: float) -> tuple[Shape, ...]:
    return (
        Shape(ellipse((x, 1.385), 0.048, 0.040), "nose"),
        Shape(ellipse((x - 0.012, 1.398), 0.014, 0.010), "skin"),
    )


def _smile(middle: float, narrow: float) -> tuple[Shape, ...]:
    """The wide smile with a gap in the teeth, narrower as it turns away."""

    def moved(outline: Outline) -> Outline:
        return np.asarray(outline * (narrow, 1) + (middle, 0))

    lips = smooth(
        [
            (-0.165, 1.33),
            (-0.08, 1.312),
            (0, 1.306),
            (0.08, 1.312),
            (0.165, 1.33),
            (0.115, 1.245),
            (0, 1.205),
            (-0.115, 1.245),
        ]
    )
    edge = stroke([(-0.185, 1.342), (-0.10, 1.316), (0, 1.308), (0.10, 1.316), (0.185, 1.342)], 0.018, 0.3)
    teeth = smooth([(-0.115, 1.316), (0, 1.303), (0.115, 1.316), (0.10, 1.278), (0, 1.268), (-0.10, 1.278)])
    gap = stroke([(0.004, 1.30), (0.003, 1.275)], 0.009)
    return (
        Shape(moved(lips), "mouth"),
        Shape(moved(ellipse((0.0, 1.228), 0.062, 0.022)), "tongue"),
        Shape(moved(teeth), "white"),
        Shape(moved(gap), "mouth"),
        Shape(moved(edge), "ink"),
    )


def _tuft(x: float) -> Outline:
    """Hair that the cap does not hold, above the brows."""
    points = [
        (0.15, 1.74),
        (-0.15, 1.74),
        (-0.12, 1.685),
        (-0.07, 1.662),
        (-0.04, 1.688),
        (0.0, 1.648),
        (0.05, 1.690),
        (0.10, 1.672),
    ]
    return np.add(smooth(points), (x, 0))


def _cap(turned: float, *, bobble: float) -> tuple[Shape, ...]:
    """A woollen cap with a bobble, the same from all sides but for where its ribs are: moved by `turned`."""
    crown = symmetric([(0, 1.995), (0.17, 1.955), (0.30, 1.84), (0.345, 1.72), (0.20, 1.68), (0, 1.69)])
    brim = smooth(
        [
            (-0.37, 1.655),
            (-0.20, 1.70),
            (0, 1.712),
            (0.20, 1.70),
            (0.37, 1.655),
            (0.385, 1.745),
            (0.21, 1.80),
            (0, 1.815),
            (-0.21, 1.80),
            (-0.385, 1.745),
        ]
    )
    ribs = tuple(
        Shape(stroke([(x, 1.715 - 0.30 * x * x), (x * 1.05, 1.785 - 0.35 * x * x)], 0.011), "cap")
        for x in (-0.28 + turned / 2, -0.14 + turned, turned, 0.14 + turned / 2, 0.28)
    )
    fluff = (
        stroke([(-0.05, 0.03), (-0.02, 0.045), (0.01, 0.04)], 0.013, 0.4),
        stroke([(0.0, -0.02), (0.03, -0.01), (0.055, 0.015)], 0.013, 0.4),
    )
    return (
        Shape(ellipse((bobble, 2.03), 0.095, 0.085), "bobble", inked=True),
        *(Shape(np.add(line, (bobble, 2.03)), "far bobble") for line in fluff),
        Shape(crown, "cap", inked=True),
        Shape(brim, "cap band", inked=True),
        *ribs,
    )
