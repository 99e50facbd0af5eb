"""The decoded skeleton in the scene's world, frame by frame: what the overlay draws over the character."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..body.contacts import CONTACT_THRESHOLD
from ..body.scene_motion import SceneMotion
from ..projection.planes import Placement

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ShownSkeleton:
    """On scene `frames` (K,), `joints` (K, 15, 3) in the world; `standing` (K, 2), right and left foot."""

    frames: NDArray[np.int64]
    joints: Array
    standing: NDArray[np.bool_]

    @classmethod
    def of(cls, motion: SceneMotion, placement: Placement, depth: float) -> ShownSkeleton:
        """The motion where the character performs it, with so much of its depth (0..1)."""
        right, up, away = placement.plane.axes
        places = (
            motion.positions[..., :1] * right - motion.positions[..., 1:] * up + depth * motion.depth[..., None] * away
        )
        return cls(motion.frames, placement.origin + placement.scale * places, motion.contacts >= CONTACT_THRESHOLD)

    def at(self, frame: int) -> tuple[Array, NDArray[np.bool_]] | None:
        """(15, 3) joints and (2,) standing feet on a scene frame; None where it does not perform."""
        row = int(np.searchsorted(self.frames, frame))
        if row >= len(self.frames) or self.frames[row] != frame:
            return None
        return self.joints[row], self.standing[row]
