"""How the drawn figure looks: its colours, its thickness limb by limb, its face. Data alone; lengths are parts of the
skeleton's height.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

Colour = str
"""Of the display, as #RRGGBB."""


class Paint(StrEnum):
    """What each material of the figure is for. Right is warm and left is cool, so that crossed limbs can be told apart."""

    INK = "Ink"
    SKIN = "Skin"
    BLUSH = "Blush"
    HAIR = "Hair"
    WHITE = "White"
    MOUTH = "Mouth"
    SHIRT = "Shirt"
    BELT = "Belt"
    RIGHT_SLEEVE = "Right Sleeve"
    LEFT_SLEEVE = "Left Sleeve"
    RIGHT_TROUSER = "Right Trouser"
    LEFT_TROUSER = "Left Trouser"
    RIGHT_SHOE = "Right Shoe"
    LEFT_SHOE = "Left Shoe"


COLOURS: Mapping[Paint, Colour] = MappingProxyType(
    {
        Paint.INK: "#2A2035",
        Paint.SKIN: "#F8C9A0",
        Paint.BLUSH: "#F29B8B",
        Paint.HAIR: "#6B3A2A",
        Paint.WHITE: "#FFFDF5",
        Paint.MOUTH: "#A8323E",
        Paint.SHIRT: "#FFC23C",
        Paint.BELT: "#574B90",
        Paint.RIGHT_SLEEVE: "#F0563D",
        Paint.LEFT_SLEEVE: "#2FA7C4",
        Paint.RIGHT_TROUSER: "#C23B4E",
        Paint.LEFT_TROUSER: "#2C6E9B",
        Paint.RIGHT_SHOE: "#7A1F33",
        Paint.LEFT_SHOE: "#173F66",
    }
)


@dataclass(frozen=True)
class LimbStyle:
    """Radii at the limb's upper, middle and lower joint, and how far from the middle joint its bend is rounded, in
    parts of either segment.
    """

    upper: float
    middle: float
    lower: float
    bend: float = 0.3


@dataclass(frozen=True)
class HandStyle:
    """A mitten: from the wrist to its middle, which lies `reach` further; a thumb that ends `thumb_reach` from there."""

    cuff: float = 0.03
    palm: float = 0.038
    reach: float = 0.062
    thumb: float = 0.016
    thumb_reach: float = 0.05


@dataclass(frozen=True)
class ShoeStyle:
    """Radii at heel and toe, how long the foot is between them, how far below the ankle it lies and how far the toes
    turn outwards (tangent).
    """

    heel: float = 0.034
    toe: float = 0.042
    length: float = 0.1
    drop: float = 0.012
    splay: float = 0.35


@dataclass(frozen=True)
class TorsoStyle:
    """Radii of the round pieces that the shirt and the trousers' top are spanned over; `spine` and `girdle` of lines
    along the trunk and across shoulders and hips, for figures that have such. What is 0 is not drawn.
    """

    shoulder: float = 0.04
    chest: float = 0.085
    belly: float = 0.078
    waist: float = 0.045
    hip: float = 0.052
    button: float = 0.011
    spine: float = 0.0
    girdle: float = 0.0


@dataclass(frozen=True)
class FacePart:
    """A flat shape on the front of the head: `at` is where on it (towards the character's left, up), `shape` its
    outline about that, in head radii.

    Where `mirrored`, there is one on the right side as well.
    """

    paint: Paint
    at: tuple[float, float]
    shape: tuple[tuple[float, float], ...]
    mirrored: bool = False


def _oval(width: float, height: float) -> tuple[tuple[float, float], ...]:
    """A twelve-cornered oval of half so wide and so high."""
    cosines = (1.0, 0.866, 0.5, 0.0, -0.5, -0.866, -1.0, -0.866, -0.5, 0.0, 0.5, 0.866)
    return tuple((width * cosines[corner], height * cosines[corner - 3]) for corner in range(12))


FACE: tuple[FacePart, ...] = (
    FacePart(Paint.BLUSH, (0.62, -0.28), _oval(0.17, 0.12), mirrored=True),
    FacePart(Paint.INK, (0.34, 0.1), _oval(0.235, 0.315), mirrored=True),
    FacePart(Paint.WHITE, (0.34, 0.1), _oval(0.19, 0.27), mirrored=True),
    FacePart(Paint.INK, (0.3, 0.07), _oval(0.105, 0.165), mirrored=True),
    FacePart(Paint.WHITE, (0.33, 0.14), _oval(0.04, 0.055), mirrored=True),
    FacePart(
        Paint.INK,
        (0.0, -0.42),
        ((-0.4, 0.12), (0.4, 0.12), (0.32, -0.08), (0.16, -0.21), (0.0, -0.25), (-0.16, -0.21), (-0.32, -0.08)),
    ),
    FacePart(
        Paint.MOUTH,
        (0.0, -0.42),
        ((-0.33, 0.08), (0.33, 0.08), (0.26, -0.07), (0.13, -0.16), (0.0, -0.19), (-0.13, -0.16), (-0.26, -0.07)),
    ),
    FacePart(Paint.WHITE, (0.0, -0.42), ((-0.3, 0.08), (0.3, 0.08), (0.26, 0.0), (-0.26, 0.0))),
)
"""From the back to the front: cheeks, eyes and an open smile."""


@dataclass(frozen=True)
class HeadStyle:
    """A ball round the ears' middle raised by `raised`, a neck, a nose, ears and a cap of hair.

    What is 0 is not drawn. `hair_tilt` and `hair_angle` are degrees: how far the middle of the hair lies behind the
    crown, and how far it reaches from there.
    """

    radius: float = 0.118
    raised: float = 0.03
    neck: float = 0.03
    nose: float = 0.019
    ear: float = 0.028
    hair: float = 0.012
    hair_tilt: float = 32.0
    hair_angle: float = 80.0
    face: tuple[FacePart, ...] = FACE


@dataclass(frozen=True)
class FigureStyle:
    """The whole look. `outline` is the width of the ink round every piece; `spacing` how far apart neighbouring limbs
    lie along the plane's normal.
    """

    colours: Mapping[Paint, Colour] = field(default_factory=lambda: COLOURS)
    arm: LimbStyle = LimbStyle(0.037, 0.031, 0.026)
    leg: LimbStyle = LimbStyle(0.054, 0.043, 0.032)
    hand: HandStyle = HandStyle()
    shoe: ShoeStyle = ShoeStyle()
    torso: TorsoStyle = TorsoStyle()
    head: HeadStyle = HeadStyle()
    outline: float = 0.0105
    spacing: float = 0.02

    @property
    def sole(self) -> float:
        """How far below the ankle the figure stands."""
        return self.shoe.drop + self.shoe.heel + self.outline

    @property
    def tall(self) -> float:
        """From the soles to the crown, standing upright."""
        return self.sole + 1 + self.head.raised + self.head.radius + self.head.hair + self.outline


DEFAULT_STYLE = FigureStyle()
