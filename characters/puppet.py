"""Puppet: a boy with a big head, long arms and short legs, in a striped jumper and odd socks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .design import Bone, Character, Layer, Part, Piece, Shape, far_twin, looking_left, shaded_by_view, with_far_shades
from .outlines import Outline, Point, band, limb, smooth, stroke, symmetric
from .puppet_head import head_pieces

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
TURNED_BODY = (("3q.right", 0.92, 0.10), ("side.right", 0.78, 0.16), ("3q_back.right", 0.92, 0.06))
"""Views of the body: how narrow it looks there, and how far the belly is to the right."""
BELLY = 0.75
"""Height of the belly."""


def puppet() -> Character:
    """The whole boy."""
    leg, arm = _leg(), _arm()
    colours = with_far_shades(COLOURS) | {"other sock": "#3d8f78", "other sock stripe": "#bfe0c0"}
    other_leg, other_arm = far_twin(leg, OTHER_SOCK), far_twin(arm, {})
    limbs = (
        shaded_by_view(leg, {}, far=False),
        shaded_by_view(other_leg, OTHER_SOCK, far=True),
        shaded_by_view(arm, {}, far=False),
        shaded_by_view(other_arm, {}, far=True),
    )
    return Character("Puppet", colours, (_body(), _head(), *limbs))


def _body() -> Part:
    right = [_torso(views, narrow, turned) for views, narrow, turned in TURNED_BODY]
    pieces = [*_torso("", 1.0, 0.0), *(piece for each in right for piece in each)]
    pieces += [looking_left(piece) for each in right for piece in each]
    return Part(
        (
            Bone("hips", None, (0, 0.51), (0, 0.66)),
            Bone("spine", "hips", (0, 0.66), (0, 0.84)),
            Bone("chest", "spine", (0, 0.84), (0, 1.04)),
        ),
        (*pieces, *_torso("back", 1.0, 0.0)),
    )


def _torso(views: str, narrow: float, turned: float) -> tuple[Piece, ...]:
    """Hips, waist and chest in some views: as narrow as they look there, with collar and belly `turned` to the right."""

    def seen(outline: Outline) -> Outline:
        belly = np.exp(-(((outline[:, 1] - BELLY) / 0.14) ** 2)) * 0.25
        return np.asarray(np.stack((outline[:, 0] * narrow + turned * belly, outline[:, 1]), axis=-1))

    shorts = seen(symmetric([(0, 0.70), (0.18, 0.69), (0.225, 0.60), (0.22, 0.50), (0.13, 0.43), (0, 0.45)]))
    hem = symmetric([(0, 0.95), (0.15, 0.93), (0.235, 0.84), (0.25, 0.70), (0.235, 0.63), (0.13, 0.608), (0, 0.603)])
    top = symmetric([(0, 1.13), (0.10, 1.125), (0.185, 1.075), (0.222, 0.97), (0.235, 0.84), (0.16, 0.75), (0, 0.73)])
    hem, top = seen(hem), seen(top)
    reach = 0.075 * narrow
    collar = np.add(limb((-reach, 1.10), (reach, 1.10), 0.035, 0.0349), (0.2 * turned, 0.0))
    behind = views == "back"
    pockets = [limb((side * 0.085 - 0.035, 0.575), (side * 0.085 + 0.035, 0.575), 0.028, 0.0279) for side in (-1, 1)]
    return (
        Piece(
            "hips",
            Layer.BODY,
            (Shape(shorts, "shorts", inked=True), *(Shape(pocket, "far shorts") for pocket in pockets if behind)),
            order=0,
            views=views,
        ),
        Piece(
            "spine",
            Layer.BODY,
            (Shape(hem, "jumper", inked=True), Shape(band(hem, 0.66, 0.725), "stripe")),
            order=2,
            views=views,
        ),
        Piece(
            "chest",
            Layer.BODY,
            (
                Shape(top, "jumper", inked=True),
                Shape(band(top, 0.79, 0.855), "stripe"),
                Shape(band(top, 0.92, 0.985), "stripe"),
                Shape(collar, "stripe"),
                *(Shape(limb((0, 1.073), (0, 1.055), 0.016, 0.0159), "cap") for _ in range(behind)),
            ),
            order=3,
            views=views,
        ),
    )


def _head() -> Part:
    neck = limb((0, 1.06), (0, 1.22), 0.08, 0.0799)
    return Part(
        (Bone("neck", "chest", (0, 1.04), (0, 1.16)), Bone("head", "neck", (0, 1.16), (0, 1.84))),
        (Piece("neck", Layer.BODY, (Shape(neck, "far skin", inked=True),), order=1), *head_pieces()),
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
            _shoe_from_behind(ankle),
            *(_shoe_in_profile(ankle, looks) for looks in (1, -1)),
        ),
    )


def _shoe_in_profile(ankle: Point, looks: int) -> Piece:
    """The shoe that points to the picture's right (1) or left (−1)."""

    def placed(points: Sequence[Point]) -> list[Point]:
        return [(ankle[0] + looks * x, z) for x, z in points]

    shoe = smooth(
        placed(
            [
                (-0.070, 0.105),
                (-0.055, 0.140),
                (0.010, 0.148),
                (0.075, 0.128),
                (0.145, 0.095),
                (0.185, 0.050),
                (0.165, 0.008),
                (0.060, 0.0),
                (-0.060, 0.002),
                (-0.085, 0.045),
            ]
        )
    )
    toe = smooth(placed([(0.115, 0.104), (0.160, 0.084), (0.180, 0.046), (0.135, 0.032), (0.100, 0.066)]))
    laces = [stroke(placed([(x, 0.120 - 0.25 * x), (x + 0.022, 0.078 - 0.25 * x)]), 0.013) for x in (0.03, 0.07)]
    heel = smooth(placed([(-0.078, 0.105), (-0.045, 0.112), (-0.040, 0.045), (-0.080, 0.045)]))
    return Piece(
        "foot.R",
        Layer.NEAR_LEG,
        (
            Shape(shoe, "shoe", inked=True),
            Shape(toe, "sole"),
            Shape(heel, "far shoe"),
            Shape(band(shoe, -0.01, 0.026), "sole"),
            *(Shape(lace, "sole") for lace in laces),
        ),
        order=3,
        views=f"3q.side.{'right' if looks > 0 else 'left'}",
    )


def _shoe_from_behind(ankle: Point) -> Piece:
    shoe = np.add(
        symmetric([(0, 0.150), (0.055, 0.142), (0.072, 0.090), (0.082, 0.035), (0.060, 0.002), (0, 0.0)]), (ankle[0], 0)
    )
    heel = limb((ankle[0], 0.115), (ankle[0], 0.055), 0.020, 0.026)
    return Piece(
        "foot.R",
        Layer.NEAR_LEG,
        (Shape(shoe, "shoe", inked=True), Shape(heel, "far shoe"), Shape(band(shoe, -0.01, 0.026), "sole")),
        order=3,
        views="back",
    )
