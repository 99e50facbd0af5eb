"""Legs that kneel: their knee is on the ground, and their foot as high beside it as the motion has it. Arrays alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.keys import smoothstep
from ..body.smoothing import hann

Array = NDArray[np.float64]

KNEELS, SQUATS = 0.1, 0.25
"""Leg lengths that a knee is above its ankle: up to the first, the leg kneels or lies; from the second on, its foot bears
it. Nobody squats that low on the soles of their feet.
"""
KNEE = 0.035
"""Heights of a body that the joint of a knee is above the ground it kneels on, where no skin tells."""
EASE = 2
"""Frames over which a leg comes to kneel."""


def kneeling(knee: Array, ankle: Array, leg: float) -> Array:
    """(K,) 0..1 how far a leg kneels, by the heights (K,) of its knee and ankle, `leg` being as long as it is."""
    return hann(1 - smoothstep(((knee - ankle) / leg - KNEELS) / (SQUATS - KNEELS)), EASE)


def kneeling_rise(knee: Array, ankle: Array, leg: float, *, on_knee: float, on_sole: float) -> Array:
    """(K,) how much higher than on its sole the ankle of a kneeling leg is.

    Args:
        knee: (K,) heights of the knee.
        ankle: (K,) heights of the ankle.
        leg: its length.
        on_knee: height of the knee while it is on the ground.
        on_sole: height of the ankle while the foot stands on its sole.
    """
    return np.asarray(kneeling(knee, ankle, leg) * np.maximum(on_knee + ankle - knee - on_sole, 0))
