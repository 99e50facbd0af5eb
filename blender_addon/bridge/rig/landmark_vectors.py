"""Vectors between landmarks, in armature space."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .rig_pose import RigTarget

Array = NDArray[np.float64]

LENGTH_QUANTILE = 0.9
"""Quantile over the frames that is taken as the true length."""


@dataclass(frozen=True, eq=False)
class LandmarkVector:
    """A way between two points of the body: `vectors` (K, 3) in the armature's space, as deep as the rig takes depth
    on, `confidence` (K,) in 0..1.

    `length` is how long it is in the motion's unit.
    """

    vectors: Array
    confidence: Array
    length: float

    @property
    def shown(self) -> Array:
        """(K,) 0..1 visible part of its length."""
        return np.asarray(np.clip(np.linalg.norm(self.vectors, axis=-1) / self.length, 0, 1))


def landmark_vector(target: RigTarget, end: str, start: str | None = None) -> LandmarkVector | None:
    """The vector from a landmark, or from its joint, to another; None if they were never seen together."""
    landmarks = target.motion.landmarks
    if end not in landmarks or (start is not None and start not in landmarks):
        return None
    offsets, confidence = landmarks[end].offsets, landmarks[end].confidence
    if start is not None:
        offsets, confidence = offsets - landmarks[start].offsets, np.minimum(confidence, landmarks[start].confidence)
    seen = confidence > 0
    if not seen.any():
        return None
    length = max(float(np.quantile(np.linalg.norm(offsets[seen], axis=-1), LENGTH_QUANTILE)), 1e-9)
    depth = 0.0 if target.flat else target.depth
    return LandmarkVector((offsets * (1, -1, depth)) @ target.axes, confidence, length)
