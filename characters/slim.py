"""Slim: a tall woman with a bun, round glasses and a scarf, long legs and a small head."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .design import (
    Bone,
    Character,
    Layer,
    Part,
    Piece,
    Shape,
    far_twin,
    looking_left,
    shaded_by_view,
    with_far_shades,
)
from .outlines import Outline, Point, band, ellipse, limb, smooth, stroke, symmetric
from .slim_head import head_pieces

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


TURNED_BODY = (("3q.right", 0.93, 0.030), ("side.right", 0.76, 0.055), ("3q_back.right", 0.93, 0.020))
"""Views of the body: how narrow it looks there, and how far its middle line is to the right."""


def slim() -> Character:
    """The whole woman."""
    leg, arm = _leg(), _arm()
    limbs = (
        shaded_by_view(leg, {}, far=False),
        shaded_by_view(far_twin(leg, {}), {}, far=True),
        shaded_by_view(arm, {}, far=False),
        shaded_by_view(far_twin(arm, {}), {}, far=True),
    )
    return Character("Slim", with_far_shades(COLOURS), (_body(), _head(), *limbs))


def _body() -> Part:
    right = [_torso(views, narrow, turned) for views, narrow, turned in TURNED_BODY]
    pieces = [*_torso("", 1.0, 0.0), *(piece for each in right for piece in each)]
    pieces += [looking_left(piece) for each in right for piece in each]
    return Part(
        (
            Bone("hips", None, (0, 0.96), (0, 1.08)),
            Bone("spine", "hips", (0, 1.08), (0, 1.25)),
            Bone("chest", "spine", (0, 1.25), (0, 1.48)),
        ),
        (*pieces, *_torso("back", 1.0, 0.0)),
    )


def _torso(views: str, narrow: float, turned: float) -> tuple[Piece, ...]:
    """Hips, waist and chest in some views: as narrow as they look there, with buttons and collar `turned` to the right."""

    def seen(outline: Outline) -> Outline:
        return np.asarray(outline * (narrow, 1))

    seat = symmetric([(0, 1.13), (0.09, 1.125), (0.128, 1.05), (0.138, 0.96), (0.10, 0.905), (0, 0.915)])
    waist = symmetric([(0, 1.30), (0.09, 1.29), (0.108, 1.20), (0.122, 1.10), (0.128, 1.055), (0.07, 1.035), (0, 1.03)])
    chest = symmetric(
        [(0, 1.53), (0.06, 1.528), (0.125, 1.50), (0.145, 1.42), (0.128, 1.32), (0.105, 1.22), (0.06, 1.175), (0, 1.17)]
    )
    opening = smooth([(-0.055, 1.55), (0.055, 1.55), (0.03, 1.44), (0, 1.36), (-0.03, 1.44)])
    behind, aside = "back" in views, views.startswith("side")
    buttons = [Shape(ellipse((turned, z), 0.013, 0.013), "button") for z in (1.105, 1.305, 1.205)]
    belt = band(seen(waist), 1.085, 1.112)
    return (
        Piece("hips", Layer.BODY, (Shape(seen(seat), "trousers", inked=True),), order=0, views=views),
        Piece(
            "spine",
            Layer.BODY,
            (
                Shape(seen(waist), "waistcoat", inked=True),
                *([Shape(belt, "far waistcoat")] if behind else [] if aside else buttons[:1]),
            ),
            order=2,
            views=views,
        ),
        Piece(
            "chest",
            Layer.BODY,
            (
                Shape(seen(chest), "waistcoat", inked=True),
                *([] if behind or aside else [Shape(np.add(seen(opening), (turned, 0)), "blouse"), *buttons[1:]]),
                *_scarf(narrow, turned, tail=not behind),
            ),
            order=3,
            views=views,
        ),
    )


def _scarf(narrow: float, turned: float, *, tail: bool) -> tuple[Shape, ...]:
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
    hanging = smooth(
        [(0.03, 1.52), (0.095, 1.50), (0.115, 1.40), (0.125, 1.285), (0.095, 1.268), (0.06, 1.275), (0.055, 1.38)]
    )
    hanging = np.asarray(hanging * (narrow, 1) + (turned * 0.6, 0))
    fold = stroke([(-0.08, 1.522), (0, 1.505), (0.075, 1.528)], 0.011, 0.5)
    shapes = (
        Shape(hanging, "scarf", inked=True),
        Shape(band(hanging, 1.30, 1.325), "scarf stripe"),
        Shape(band(hanging, 1.345, 1.365), "scarf stripe"),
    )
    return (
        *(shapes if tail else ()),
        Shape(np.asarray(wrap * (max(narrow, 0.85), 1)), "scarf", inked=True),
        Shape(np.asarray(fold * (max(narrow, 0.85), 1)), "scarf stripe"),
    )


def _head() -> Part:
    neck = limb((0, 1.48), (0, 1.66), 0.042, 0.0419)
    return Part(
        (Bone("neck", "chest", (0, 1.48), (0, 1.62)), Bone("head", "neck", (0, 1.62), (0, 1.97))),
        (Piece("neck", Layer.BODY, (Shape(neck, "shadow", inked=True),), order=1), *head_pieces()),
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
            _boot_from_behind(ankle),
            *(_boot_in_profile(ankle, looks) for looks in (1, -1)),
        ),
    )


def _boot_in_profile(ankle: Point, looks: int) -> Piece:
    """The boot that points to the picture's right (1) or left (−1)."""

    def placed(points: Sequence[Point]) -> list[Point]:
        return [(ankle[0] + looks * x, z) for x, z in points]

    boot = smooth(
        placed(
            [
                (-0.050, 0.160),
                (0.000, 0.172),
                (0.048, 0.160),
                (0.054, 0.105),
                (0.105, 0.074),
                (0.142, 0.036),
                (0.124, 0.004),
                (0.030, 0.000),
                (-0.045, 0.002),
                (-0.058, 0.050),
            ]
        )
    )
    heel = smooth(placed([(-0.056, 0.018), (-0.012, 0.018), (-0.016, 0.0), (-0.052, 0.0)]))
    return Piece(
        "foot.R",
        Layer.NEAR_LEG,
        (
            Shape(boot, "boot", inked=True),
            Shape(band(boot, -0.01, 0.018), "sole"),
            Shape(heel, "far boot"),
            Shape(band(boot, 0.135, 0.18), "sole"),
        ),
        order=3,
        views=f"3q.side.{'right' if looks > 0 else 'left'}",
    )


def _boot_from_behind(ankle: Point) -> Piece:
    boot = symmetric([(0, 0.172), (0.045, 0.165), (0.050, 0.105), (0.056, 0.040), (0.042, 0.003), (0, 0.0)])
    boot = np.add(boot, (ankle[0], 0))
    seam = limb((ankle[0], 0.125), (ankle[0], 0.035), 0.006, 0.0059)
    return Piece(
        "foot.R",
        Layer.NEAR_LEG,
        (
            Shape(boot, "boot", inked=True),
            Shape(seam, "far boot"),
            Shape(band(boot, -0.01, 0.018), "sole"),
            Shape(band(boot, 0.135, 0.18), "sole"),
        ),
        order=3,
        views="back",
    )
