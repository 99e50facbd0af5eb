"""Bone weights of the points of a drawing: by distance, smooth across the joints."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SHARPNESS = 4
"""Power of the distance that a bone's influence falls with: about a limb's thickness beyond a joint, the next bone
alone bends the line.
"""
SOFT = 0.01
"""Part of the height that is added to every distance, so that thin limbs bend smoothly too."""
LEAST = 0.02
"""A smaller weight is none."""


def weights_by_distance(points: Array, heads: Array, tails: Array, height: float) -> Array:
    """(N, B) weights, 1 in all for each point (N, 3), of bones from `heads` (B, 3) to `tails` (B, 3), for a character
    of that height.
    """
    way = tails - heads
    along = np.clip(
        np.einsum("nbc,bc->nb", points[:, None] - heads, way) / np.maximum((way**2).sum(axis=-1), 1e-12), 0, 1
    )
    distances = np.linalg.norm(points[:, None] - heads - along[..., None] * way, axis=-1) + SOFT * height
    nearest = distances.min(axis=1, keepdims=True)
    weights = (nearest / distances) ** SHARPNESS
    weights /= weights.sum(axis=1, keepdims=True)
    weights[weights < LEAST] = 0
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
