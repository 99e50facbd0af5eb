"""The project's own people as data: their skeletons, how thick they are, what they wear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.motion_library import CANONICAL_COUNT, CANONICAL_INDEX

Array = NDArray[np.float64]
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Measures:
    """A body's lengths in metres; widths are from the middle."""

    thigh: float
    shin: float
    ankle: float
    hip: float
    spine: float
    neck: float
    head: float
    shoulder: float
    upper_arm: float
    forearm: float
    foot: float

    def offsets(self) -> Array:
        """(24, 3) each canonical joint from its parent: Y up, facing +Z, the left at +X."""
        table = np.zeros((CANONICAL_COUNT, 3))
        rows: dict[str, tuple[float, float, float]] = {
            "Spine": (0, 0.2 * self.spine, 0),
            "Spine1": (0, 0.25 * self.spine, 0.005),
            "Chest": (0, 0.25 * self.spine, 0),
            "Neck": (0, 0.36 * self.spine, -0.01),
            "Neck1": (0, 0.4 * self.neck, 0.005),
            "Head": (0, 0.6 * self.neck, 0.01),
            "HeadEnd": (0, self.head, 0),
        }
        for name, row in rows.items():
            table[CANONICAL_INDEX[name]] = row
        for side, sign in (("L", 1), ("R", -1)):
            limbs = {
                "Clav": (sign * 0.2 * self.shoulder, 0.28 * self.spine, 0),
                "Arm": (sign * 0.8 * self.shoulder, 0.02 * self.spine, 0),
                "ForeArm": (sign * self.upper_arm, 0, 0),
                "Hand": (sign * self.forearm, 0, 0),
                "UpLeg": (sign * self.hip, -0.06, 0),
                "Leg": (0, -self.thigh, 0),
                "Foot": (0, -self.shin, 0),
                "Toe": (0, 0.02 - self.ankle, self.foot),
            }
            for name, row in limbs.items():
                table[CANONICAL_INDEX[side + name]] = row
        return table


@dataclass(frozen=True)
class Look:
    """How a body is dressed and how thick it is.

    Colours are linear. `girth` multiplies the thickness of trunk and limbs, `sleeve` is the part of the arm in cloth,
    `leg` the part of the leg, `hair` how far the hair reaches down at the back, in head heights from the crown.
    """

    skin: Colour
    hair_colour: Colour
    shirt: Colour
    trousers: Colour
    shoes: Colour
    sole: Colour
    girth: float
    waist: float
    chest: float
    hips: float
    sleeve: float
    leg: float
    hair: float
    beard: bool = False
    stripes: Colour | None = None


MEASURES: dict[str, Measures] = {
    "tall_man": Measures(0.43, 0.43, 0.09, 0.095, 0.50, 0.11, 0.2, 0.19, 0.30, 0.27, 0.14),
    "woman": Measures(0.405, 0.40, 0.085, 0.095, 0.45, 0.10, 0.19, 0.165, 0.27, 0.245, 0.125),
    "stout_man": Measures(0.385, 0.38, 0.09, 0.10, 0.49, 0.09, 0.2, 0.20, 0.275, 0.25, 0.135),
}

LOOKS: dict[str, Look] = {
    "tall_man": Look(
        skin=(0.58, 0.33, 0.22),
        hair_colour=(0.035, 0.02, 0.012),
        shirt=(0.72, 0.07, 0.06),
        trousers=(0.06, 0.09, 0.22),
        shoes=(0.75, 0.75, 0.74),
        sole=(0.25, 0.25, 0.25),
        girth=1.0,
        waist=1.0,
        chest=1.05,
        hips=1.0,
        sleeve=0.38,
        leg=0.97,
        hair=0.55,
    ),
    "woman": Look(
        skin=(0.70, 0.43, 0.31),
        hair_colour=(0.16, 0.06, 0.02),
        shirt=(0.86, 0.82, 0.72),
        trousers=(0.10, 0.10, 0.11),
        shoes=(0.12, 0.35, 0.55),
        sole=(0.85, 0.85, 0.85),
        girth=0.9,
        waist=0.86,
        chest=0.95,
        hips=1.07,
        sleeve=0.2,
        leg=0.9,
        hair=0.95,
    ),
    "stout_man": Look(
        skin=(0.24, 0.12, 0.07),
        hair_colour=(0.012, 0.01, 0.01),
        shirt=(0.08, 0.30, 0.16),
        trousers=(0.36, 0.27, 0.16),
        shoes=(0.05, 0.04, 0.035),
        sole=(0.5, 0.4, 0.3),
        girth=1.12,
        waist=1.28,
        chest=1.15,
        hips=1.1,
        sleeve=0.95,
        leg=0.6,
        hair=0.45,
        beard=True,
        stripes=(0.75, 0.72, 0.6),
    ),
}
