"""Legs that kneel: their knee is on the ground, and their foot as high beside it as the motion has it. Arrays alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.keys import smoothstep
from ..body.smoothing import hann

Array = NDArray[np.float64]

KNEELS, SQUATS = 0.1, 0.25
"""Leg lengths that a knee is above its ankle, and above the other leg's lowest joint: up to the first, the leg kneels or
lies; from the second on, its foot bears it. Nobody squats that low on the soles of their feet.
"""
KNEE = 0.035
"""Heights of a body that the joint of a knee is above the ground it kneels on, where no skin tells."""
EASE = 2
"""Frames over which a leg comes to kneel."""


def kneeling(knee: Array, ankle: Array, lowest: Array, leg: float) -> Array:
    """(K,) 0..1 how far a leg kneels, by the heights (K,) of its knee and ankle, and of the lowest joint of both legs; it
    is `leg` long.
    """
    above = np.maximum(knee - ankle, knee - lowest)
    return hann(1 - smoothstep((above / leg - KNEELS) / (SQUATS - KNEELS)), EASE)


def kneeling_rise(ankle_above_knee: Array, kneels: Array, *, on_knee: float, on_sole: float) -> Array:
    """(K,) how much higher than on its sole the ankle of a kneeling leg is.

    Args:
        ankle_above_knee: (K,) as the motion has it.
        kneels: (K,) 0..1 how far the leg kneels.
        on_knee: height of the knee while it is on the ground.
        on_sole: height of the ankle while the foot stands on its sole.
    """
    return np.asarray(kneels * np.maximum(on_knee + ankle_above_knee - on_sole, 0))
