"""Shift of weight from one standing foot to the other. Arrays alone, whole clips at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..body.smoothing import hann

Array = NDArray[np.float64]

EASE = 4
"""Frames over which the weight shifts."""


def shift_weight(missing: Array, stands: NDArray[np.bool_]) -> Array:
    """(K,) the correction for the body, from the correction of each foot (K, feet).

    The weight shifts from one standing foot to the other. Without a standing foot the correction is interpolated.
    """
    on_ground = np.flatnonzero(stands.any(axis=1))
    if not on_ground.size:
        return np.zeros(len(missing))
    weights = np.stack([hann(foot, EASE) for foot in stands.T.astype(np.float64)], axis=-1)[on_ground]
    wanted = (weights * missing[on_ground]).sum(axis=1) / weights.sum(axis=1)
    return np.asarray(np.interp(np.arange(len(missing)), on_ground, wanted), dtype=np.float64)
