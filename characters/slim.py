"""Slim: a tall woman with a bun, round glasses and a scarf, long legs and a small head."""

from __future__ import annotations

from .design import Bone, Character, Layer, Part, Piece, Shape, far_twin, with_far_shades
from .outlines import band, ellipse, limb, mirrored, smooth, stroke, symmetric

COLOURS = {
    "ink": "#2e2338",
    "backdrop": "#e4efe9",
    "skin": "#b9774f",
    "shadow": "#99593a",
    "blush": "#d2705a",
    "hair": "#3a2430",
    "shine": "#6b4454",
    "ribbon": "#2fa39a",
    "blouse": "#f0e4d0",
    "waistcoat": "#e4604e",
    "button": "#ffd166",
    "scarf": "#ffc94d",
    "scarf stripe": "#f0a02f",
    "trousers": "#3d4c8f",
    "boot": "#e4604e",
    "sole": "#fff3dc",
    "glasses": "#2fa39a",
    "white": "#ffffff",
    "lips": "#b8323f",
}


def slim() -> Character:
    """The whole woman."""
    leg, arm = _leg(), _arm()
    return Character(
        "Slim", with_far_shades(COLOURS), (_body(), _head(), leg, far_twin(leg, {}), arm, far_twin(arm, {}))
    )


def _body() -> Part:
    seat = symmetric([(0, 1.13), (0.09, 1.125), (0.128, 1.05), (0.138, 0.96), (0.10, 0.905), (0, 0.915)])
    waist = symmetric([(0, 1.30), (0.09, 1.29), (0.108, 1.20), (0.122, 1.10), (0.128, 1.055), (0.07, 1.035), (0, 1.03)])
    chest = symmetric(
        [(0, 1.53), (0.06, 1.528), (0.125, 1.50), (0.145, 1.42), (0.128, 1.32), (0.105, 1.22), (0.06, 1.175), (0, 1.17)]
    )
    opening = smooth([(-0.055, 1.55), (0.055, 1.55), (0.03, 1.44), (0, 1.36), (-0.03, 1.44)])
    return Part(
        (
            Bone("hips", None, (0, 0.96), (0, 1.08)),
            Bone("spine", "hips", (0, 1.08), (0, 1.25)),
            Bone("chest", "spine", (0, 1.25), (0, 1.48)),
        ),
        (
            Piece("hips", Layer.BODY, (Shape(seat, "trousers", inked=True),), order=0),
            Piece(
                "spine",
                Layer.BODY,
                (Shape(waist, "waistcoat", inked=True), Shape(ellipse((0, 1.105), 0.013, 0.013), "button")),
                order=2,
            ),
            Piece(
                "chest",
                Layer.BODY,
                (
                    Shape(chest, "waistcoat", inked=True),
                    Shape(opening, "blouse"),
                    Shape(ellipse((0, 1.305), 0.013, 0.013), "button"),
                    Shape(ellipse((0, 1.205), 0.013, 0.013), "button"),
                    *_scarf(),
                ),
                order=3,
            ),
        ),
    )


def _scarf() -> tuple[Shape, ...]:
    wrap = smooth(
        [
            (-0.105, 1.535),
            (-0.06, 1.585),
            (0, 1.598),
            (0.06, 1.585),
            (0.105, 1.535),
            (0.085, 1.492),
            (0, 1.474),
            (-0.085, 1.492),
        ]
    )
    tail = smooth(
        [(0.03, 1.52), (0.095, 1.50), (0.115, 1.40), (0.125, 1.285), (0.095, 1.268), (0.06, 1.275), (0.055, 1.38)]
    )
    fold = stroke([(-0.08, 1.522), (0, 1.505), (0.075, 1.528)], 0.011, 0.5)
    return (
        Shape(tail, "scarf", inked=True),
        Shape(band(tail, 1.30, 1.325), "scarf stripe"),
        Shape(band(tail, 1.345, 1.365), "scarf stripe"),
        Shape(wrap, "scarf", inked=True),
        Shape(fold, "scarf stripe"),
    )


def _head() -> Part:
    neck = limb((0, 1.48), (0, 1.66), 0.042, 0.0419)
    face = symmetric(
        [(0, 1.985), (0.095, 1.965), (0.148, 1.88), (0.145, 1.77), (0.10, 1.675), (0.04, 1.632), (0, 1.628)]
    )
    ear = ellipse((0.15, 1.79), 0.025, 0.038)
    drop = ellipse((0.158, 1.728), 0.017, 0.022)
    back = symmetric([(0, 2.035), (0.10, 2.01), (0.163, 1.93), (0.168, 1.83), (0.12, 1.80), (0, 1.80)])
    bun = ellipse((0.0, 2.085), 0.098, 0.085)
    strand = stroke([(-0.055, 2.10), (0, 2.125), (0.055, 2.10)], 0.014, 0.5)
    ribbon = stroke([(-0.082, 2.018), (0, 2.032), (0.082, 2.018)], 0.034)
    return Part(
        (Bone("neck", "chest", (0, 1.48), (0, 1.62)), Bone("head", "neck", (0, 1.62), (0, 1.97))),
        (
            Piece("neck", Layer.BODY, (Shape(neck, "shadow", inked=True),), order=1),
            Piece(
                "head",
                Layer.HEAD,
                (
                    Shape(bun, "hair", inked=True),
                    Shape(strand, "shine"),
                    Shape(back, "hair", inked=True),
                    Shape(ear, "skin", inked=True),
                    Shape(mirrored(ear), "skin", inked=True),
                    Shape(drop, "button", inked=True),
                    Shape(mirrored(drop), "button", inked=True),
                    Shape(face, "skin", inked=True),
                    *_features(),
                    *_fringe(),
                    Shape(ribbon, "ribbon"),
                ),
            ),
        ),
    )


def _fringe() -> tuple[Shape, ...]:
    """Hair parted at one side."""
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
    narrow = smooth([(-0.03, 2.02), (-0.045, 1.96), (-0.09, 1.915), (-0.152, 1.835), (-0.165, 1.90), (-0.12, 1.985)])
    shine = stroke([(0.035, 1.975), (0.085, 1.955), (0.12, 1.92)], 0.012, 0.5)
    return Shape(narrow, "hair"), Shape(wide, "hair"), Shape(shine, "shine")


def _features() -> tuple[Shape, ...]:
    """Eyes with lashes behind round glasses, and a mouth that smiles to one side."""
    shapes: list[Shape] = []
    for side in (-1, 1):
        eye = (side * 0.062, 1.797)
        lash = stroke([(side * 0.030, 1.812), (side * 0.062, 1.833), (side * 0.105, 1.822)], 0.012, 0.4)
        shapes += [
            Shape(ellipse((side * 0.096, 1.722), 0.024, 0.016), "blush"),
            Shape(ellipse(eye, 0.060, 0.060), "glasses"),
            Shape(ellipse(eye, 0.050, 0.050), "skin"),
            Shape(ellipse(eye, 0.034, 0.036), "white"),
            Shape(ellipse((eye[0] + 0.006, eye[1] - 0.002), 0.019, 0.023), "ink"),
            Shape(ellipse((eye[0] + 0.012, eye[1] + 0.008), 0.007, 0.007), "white"),
            Shape(lash, "ink"),
        ]
    brow = stroke([(0.028, 1.876), (0.065, 1.889), (0.108, 1.872)], 0.013, 0.5)
    nose = stroke([(0.004, 1.772), (0.016, 1.738), (-0.004, 1.732)], 0.010, 0.3)
    mouth = smooth([(-0.048, 1.698), (0, 1.690), (0.056, 1.706), (0.042, 1.676), (0.006, 1.661), (-0.032, 1.674)])
    teeth = smooth([(-0.034, 1.693), (0, 1.687), (0.042, 1.699), (0.032, 1.685), (0.004, 1.676), (-0.024, 1.682)])
    return (
        *shapes,
        Shape(stroke([(-0.012, 1.806), (0, 1.811), (0.012, 1.806)], 0.011), "glasses"),
        Shape(brow, "hair"),
        Shape(mirrored(brow), "hair"),
        Shape(nose, "shadow"),
        Shape(mouth, "lips"),
        Shape(teeth, "white"),
    )


def _arm() -> Part:
    """The right one."""
    shoulder, elbow, wrist, tip = (-0.118, 1.455), (-0.205, 1.19), (-0.255, 0.93), (-0.275, 0.80)
    upper, lower = limb(shoulder, elbow, 0.052, 0.044), limb(elbow, wrist, 0.044, 0.034)
    cuff = limb((-0.232, 0.952), (-0.272, 0.944), 0.020, 0.0199)
    palm = limb((-0.258, 0.905), (-0.272, 0.835), 0.031, 0.028)
    thumb = limb((-0.246, 0.885), (-0.218, 0.838), 0.015, 0.013)
    return Part(
        (
            Bone("upper_arm.R", "chest", shoulder, elbow),
            Bone("forearm.R", "upper_arm.R", elbow, wrist),
            Bone("hand.R", "forearm.R", wrist, tip),
        ),
        (
            Piece("upper_arm.R", Layer.NEAR_ARM, (Shape(upper, "blouse", inked=True),), order=1),
            Piece(
                "forearm.R",
                Layer.NEAR_ARM,
                (Shape(lower, "blouse", inked=True), Shape(cuff, "waistcoat", inked=True)),
                order=2,
            ),
            Piece(
                "hand.R", Layer.NEAR_ARM, (Shape(thumb, "skin", inked=True), Shape(palm, "skin", inked=True)), order=0
            ),
        ),
    )


def _leg() -> Part:
    """The right one."""
    hip, knee, ankle = (-0.062, 0.96), (-0.070, 0.52), (-0.072, 0.09)
    thigh, shin = limb(hip, knee, 0.074, 0.054), limb(knee, ankle, 0.054, 0.040)
    boot = smooth(
        [
            (-0.022, 0.16),
            (-0.07, 0.17),
            (-0.12, 0.16),
            (-0.122, 0.10),
            (-0.175, 0.07),
            (-0.195, 0.03),
            (-0.175, 0.004),
            (-0.10, 0.0),
            (-0.03, 0.003),
            (-0.018, 0.05),
        ]
    )
    return Part(
        (
            Bone("thigh.R", "hips", hip, knee),
            Bone("shin.R", "thigh.R", knee, ankle),
            Bone("foot.R", "shin.R", ankle, (-0.17, 0.025)),
        ),
        (
            Piece("thigh.R", Layer.NEAR_LEG, (Shape(thigh, "trousers", inked=True),), order=1),
            Piece("shin.R", Layer.NEAR_LEG, (Shape(shin, "trousers", inked=True),), order=2),
            Piece(
                "foot.R",
                Layer.NEAR_LEG,
                (
                    Shape(boot, "boot", inked=True),
                    Shape(band(boot, -0.01, 0.018), "sole"),
                    Shape(band(boot, 0.135, 0.18), "sole"),
                ),
                order=3,
            ),
        ),
    )
