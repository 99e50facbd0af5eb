"""Puppet: a boy with a big head, long arms and short legs, in a striped jumper and odd socks."""

from __future__ import annotations

import numpy as np

from .design import Bone, Character, Layer, Part, Piece, Shape, far_twin, with_far_shades
from .outlines import band, ellipse, limb, mirrored, smooth, stroke, symmetric

COLOURS = {
    "ink": "#3b2a3d",
    "backdrop": "#f3e9d8",
    "skin": "#f7c9a4",
    "blush": "#f2a793",
    "nose": "#ea9676",
    "hair": "#7a4326",
    "jumper": "#f2b33d",
    "stripe": "#fff1d0",
    "shorts": "#2f7f93",
    "sock": "#e2533f",
    "sock stripe": "#fff1d0",
    "shoe": "#5b4a8a",
    "sole": "#fff6e6",
    "cap": "#e2533f",
    "cap band": "#c23f34",
    "bobble": "#fff1d0",
    "white": "#ffffff",
    "mouth": "#8f2f3c",
    "tongue": "#ee7f78",
}
OTHER_SOCK = {"sock": "other sock", "sock stripe": "other sock stripe"}


def puppet() -> Character:
    """The whole boy."""
    leg, arm = _leg(), _arm()
    colours = with_far_shades(COLOURS) | {"other sock": "#3d8f78", "other sock stripe": "#bfe0c0"}
    return Character("Puppet", colours, (_body(), _head(), leg, far_twin(leg, OTHER_SOCK), arm, far_twin(arm, {})))


def _body() -> Part:
    shorts = symmetric([(0, 0.70), (0.18, 0.69), (0.225, 0.60), (0.22, 0.50), (0.13, 0.43), (0, 0.45)])
    hem = symmetric([(0, 0.95), (0.15, 0.93), (0.235, 0.84), (0.25, 0.70), (0.235, 0.63), (0.13, 0.608), (0, 0.603)])
    top = symmetric([(0, 1.13), (0.10, 1.125), (0.185, 1.075), (0.222, 0.97), (0.235, 0.84), (0.16, 0.75), (0, 0.73)])
    collar = limb((-0.075, 1.10), (0.075, 1.10), 0.035, 0.0349)
    return Part(
        (
            Bone("hips", None, (0, 0.51), (0, 0.66)),
            Bone("spine", "hips", (0, 0.66), (0, 0.84)),
            Bone("chest", "spine", (0, 0.84), (0, 1.04)),
        ),
        (
            Piece("hips", Layer.BODY, (Shape(shorts, "shorts", inked=True),), order=0),
            Piece(
                "spine",
                Layer.BODY,
                (Shape(hem, "jumper", inked=True), Shape(band(hem, 0.66, 0.725), "stripe")),
                order=2,
            ),
            Piece(
                "chest",
                Layer.BODY,
                (
                    Shape(top, "jumper", inked=True),
                    Shape(band(top, 0.79, 0.855), "stripe"),
                    Shape(band(top, 0.92, 0.985), "stripe"),
                    Shape(collar, "stripe"),
                ),
                order=3,
            ),
        ),
    )


def _head() -> Part:
    neck = limb((0, 1.06), (0, 1.22), 0.08, 0.0799)
    ear = ellipse((0.375, 1.45), 0.075, 0.09)
    face = symmetric([(0, 1.80), (0.20, 1.765), (0.335, 1.64), (0.375, 1.48), (0.335, 1.31), (0.20, 1.195), (0, 1.16)])
    lobe = ellipse((0.385, 1.45), 0.035, 0.05)
    return Part(
        (Bone("neck", "chest", (0, 1.04), (0, 1.16)), Bone("head", "neck", (0, 1.16), (0, 1.84))),
        (
            Piece("neck", Layer.BODY, (Shape(neck, "far skin", inked=True),), order=1),
            Piece(
                "head",
                Layer.HEAD,
                (
                    Shape(ear, "skin", inked=True),
                    Shape(mirrored(ear), "skin", inked=True),
                    Shape(lobe, "blush"),
                    Shape(mirrored(lobe), "blush"),
                    Shape(face, "skin", inked=True),
                    *_features(),
                    *_cap(),
                ),
            ),
        ),
    )


def _features() -> tuple[Shape, ...]:
    """Eyes that look a little aside, brows, cheeks, a nose and a wide smile with a gap in the teeth."""
    shapes: list[Shape] = []
    for side in (-1, 1):
        shapes += [
            Shape(ellipse((side * 0.255, 1.335), 0.062, 0.042), "blush"),
            Shape(ellipse((side * 0.135, 1.475), 0.097, 0.117), "ink"),
            Shape(ellipse((side * 0.135, 1.475), 0.085, 0.105), "white"),
            Shape(ellipse((side * 0.118 + 0.012, 1.470), 0.050, 0.062), "ink"),
            Shape(ellipse((side * 0.118 + 0.030, 1.497), 0.018, 0.020), "white"),
        ]
    brow = stroke([(0.065, 1.622), (0.14, 1.640), (0.225, 1.598)], 0.034, 0.45)
    smile = smooth(
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
        *shapes,
        Shape(brow, "hair"),
        Shape(np.add(mirrored(brow), (0, 0.014)), "hair"),
        Shape(ellipse((0, 1.385), 0.048, 0.040), "nose"),
        Shape(ellipse((-0.012, 1.398), 0.014, 0.010), "skin"),
        Shape(smile, "mouth"),
        Shape(ellipse((0.0, 1.228), 0.062, 0.022), "tongue"),
        Shape(teeth, "white"),
        Shape(gap, "mouth"),
        Shape(edge, "ink"),
    )


def _cap() -> tuple[Shape, ...]:
    """A woollen cap with a bobble, and a tuft of hair that it does not hold."""
    tuft = smooth(
        [
            (0.15, 1.74),
            (-0.15, 1.74),
            (-0.12, 1.685),
            (-0.07, 1.662),
            (-0.04, 1.688),
            (0.0, 1.648),
            (0.05, 1.690),
            (0.10, 1.672),
        ]
    )
    lock = smooth([(0.30, 1.70), (0.355, 1.60), (0.385, 1.50), (0.345, 1.52), (0.315, 1.58), (0.28, 1.64)])
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
    bobble = ellipse((0.03, 2.03), 0.095, 0.085)
    ribs = tuple(
        Shape(stroke([(x, 1.715 - 0.30 * x * x), (x * 1.05, 1.785 - 0.35 * x * x)], 0.011), "cap")
        for x in (-0.28, -0.14, 0.0, 0.14, 0.28)
    )
    fluff = (
        stroke([(-0.02, 2.06), (0.01, 2.075), (0.04, 2.07)], 0.013, 0.4),
        stroke([(0.03, 2.01), (0.06, 2.02), (0.085, 2.045)], 0.013, 0.4),
    )
    return (
        Shape(lock, "hair", inked=True),
        Shape(mirrored(lock), "hair", inked=True),
        Shape(tuft, "hair"),
        Shape(bobble, "bobble", inked=True),
        *(Shape(line, "far bobble") for line in fluff),
        Shape(crown, "cap", inked=True),
        Shape(brim, "cap band", inked=True),
        *ribs,
    )


def _arm() -> Part:
    """The right one: it hangs a little away from the body."""
    shoulder, elbow, wrist, tip = (-0.19, 1.03), (-0.365, 0.715), (-0.50, 0.385), (-0.545, 0.235)
    upper, lower = limb(shoulder, elbow, 0.080, 0.070), limb(elbow, (-0.487, 0.417), 0.070, 0.056)
    cuff = limb((-0.463, 0.393), (-0.535, 0.364), 0.036, 0.0359)
    palm = limb((-0.507, 0.345), (-0.538, 0.262), 0.058, 0.066)
    thumb = limb((-0.488, 0.315), (-0.435, 0.262), 0.028, 0.027)
    fingers = (stroke([(-0.535, 0.225), (-0.522, 0.262)], 0.010), stroke([(-0.563, 0.232), (-0.548, 0.268)], 0.010))
    return Part(
        (
            Bone("upper_arm.R", "chest", shoulder, elbow),
            Bone("forearm.R", "upper_arm.R", elbow, wrist),
            Bone("hand.R", "forearm.R", wrist, tip),
        ),
        (
            Piece("upper_arm.R", Layer.NEAR_ARM, (Shape(upper, "jumper", inked=True),), order=1),
            Piece(
                "forearm.R",
                Layer.NEAR_ARM,
                (Shape(lower, "jumper", inked=True), Shape(cuff, "stripe", inked=True)),
                order=2,
            ),
            Piece(
                "hand.R",
                Layer.NEAR_ARM,
                (
                    Shape(thumb, "skin", inked=True),
                    Shape(palm, "skin", inked=True),
                    *(Shape(line, "ink") for line in fingers),
                ),
                order=0,
            ),
        ),
    )


def _leg() -> Part:
    """The right one."""
    hip, knee, ankle = (-0.105, 0.51), (-0.12, 0.295), (-0.125, 0.095)
    thigh = limb(hip, knee, 0.098, 0.086)
    shin = limb(knee, ankle, 0.074, 0.060)
    shoe = smooth(
        [
            (-0.06, 0.10),
            (-0.075, 0.135),
            (-0.135, 0.145),
            (-0.20, 0.125),
            (-0.265, 0.085),
            (-0.275, 0.035),
            (-0.235, 0.006),
            (-0.15, 0.0),
            (-0.06, 0.006),
            (-0.035, 0.045),
        ]
    )
    toe = smooth([(-0.225, 0.102), (-0.262, 0.085), (-0.274, 0.04), (-0.225, 0.03), (-0.205, 0.065)])
    lace = stroke([(-0.165, 0.125), (-0.185, 0.085)], 0.014)
    return Part(
        (
            Bone("thigh.R", "hips", hip, knee),
            Bone("shin.R", "thigh.R", knee, ankle),
            Bone("foot.R", "shin.R", ankle, (-0.235, 0.03)),
        ),
        (
            Piece("thigh.R", Layer.NEAR_LEG, (Shape(thigh, "shorts", inked=True),), order=2),
            Piece(
                "shin.R",
                Layer.NEAR_LEG,
                (
                    Shape(shin, "sock", inked=True),
                    Shape(band(shin, 0.255, 0.285), "sock stripe"),
                    Shape(band(shin, 0.195, 0.225), "sock stripe"),
                ),
                order=1,
            ),
            Piece(
                "foot.R",
                Layer.NEAR_LEG,
                (
                    Shape(shoe, "shoe", inked=True),
                    Shape(toe, "sole"),
                    Shape(band(shoe, -0.01, 0.026), "sole"),
                    Shape(lace, "sole"),
                ),
                order=3,
            ),
        ),
    )
