"""How a motion is keyed: every frame, fewer keys within a tolerance, or held poses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import radians

from .bake_targets import OF_RIGS
from .kinds import Choice, number, one_of
from .setting import Topic


class KeyMode(Choice):
    """Where keys are set."""

    REDUCED = (
        "REDUCED",
        "Reduced",
        "As few keys as possible within the tolerances, with joints within 1 % of the character's height",
    )
    DENSE = "DENSE", "Every Frame", "A key on every frame"
    ONES = "ONES", "On Ones", "A held pose or drawing on every frame"
    TWOS = "TWOS", "On Twos", "A held pose or drawing for every two frames"
    THREES = "THREES", "On Threes", "A held pose or drawing for every three frames"
    POSES = (
        "POSES",
        "On Poses",
        "Poses that all bones share keys on, at contacts and extremes, with breakdowns between, within the tolerances",
    )


HOLDS: dict[KeyMode, int] = {KeyMode.ONES: 1, KeyMode.TWOS: 2, KeyMode.THREES: 3}
"""How many frames a pose stands in the modes that hold poses."""


def _reduced(keys: KeySettings) -> bool:
    return keys.mode in {KeyMode.REDUCED, KeyMode.POSES}


_tolerance = partial(number, applies=_reduced, targets=OF_RIGS)
_percent = partial(_tolerance, scale=0.01, precision=2, metavar="PERCENT")


@dataclass(frozen=True)
class KeySettings(Topic):
    """What reduced curves may be off: `angle` in radians, `distance` in parts of the character's height, `stretch` in
    parts of a bone's length.
    """

    group = "keys"
    heading = "keys"

    mode: KeyMode = one_of(KeyMode.REDUCED, "Keys", word="keys")
    """How many keys, and where"""
    angle: float = _tolerance(
        radians(1.0),
        "Rotation ±",
        least=0.01,
        most=45.0,
        subtype="ANGLE",
        step=10,
        word="angle-tolerance",
        metavar="DEGREES",
    )
    """Largest error of a reduced rotation"""
    distance: float = _percent(0.005, "Location ± %", least=0.005, most=20.0, word="distance-tolerance")
    """Largest error of a reduced location, in percent of the character's height"""
    stretch: float = _percent(
        0.01,
        "Stretch ± %",
        least=0.01,
        most=50.0,
        word="stretch-tolerance",
        used=lambda chosen: chosen.channels.use_stretch,
    )
    """Largest error of a reduced scale, in percent of the bone's length"""

    @property
    def hold(self) -> int:
        """How many frames a drawing stands."""
        return HOLDS.get(self.mode, 1)


REDUCED = KeySettings()
"""What an animator has without touching anything."""
DENSE = KeySettings(KeyMode.DENSE)
"""A key a frame."""
