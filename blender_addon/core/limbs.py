"""The limbs that are keyed, drawn and ordered as one."""

from __future__ import annotations

from enum import StrEnum


class Limb(StrEnum):
    """A limb, by the name of its layer in a drawn figure. *Right* is the performer's right."""

    RIGHT_LEG = "Right Leg"
    LEFT_LEG = "Left Leg"
    BODY = "Body"
    HEAD = "Head"
    RIGHT_ARM = "Right Arm"
    LEFT_ARM = "Left Arm"
