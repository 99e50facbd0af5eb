"""The decoded skeleton in the scene's world, frame by frame: what the overlay draws over the character."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ..body.contacts import CONTACT_THRESHOLD
from ..body.scene_motion import SceneMotion
from ..projection.planes import Placement

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ShownSkeleton:
    """On scene `frames` (K,), `joints` (K, 15, 3); `standing` (K, 2), right and left foot.

    The joints are in the space of the object with the session uid `carrier`, which they go along with; without one, in
    the world.
    """

    frames: NDArray[np.int64]
    joints: Array
    standing: NDArray[np.bool_]
    carrier: int | None = None

    @classmethod
    def of(
        cls,
        motion: SceneMotion,
        placement: Placement,
        depth: float,
        *,
        owner: bpy.types.Object | None = None,
        carrier: bpy.types.Object | None = None,
    ) -> ShownSkeleton:
        """The motion where the character performs it, with so much of its depth (0..1): it is placed where `owner` stands
        now, and goes along with `carrier`, which stands in its place; without that, with the owner itself.
        """
        right, up, away = placement.plane.axes
        places = (
            motion.positions[..., :1] * right - motion.positions[..., 1:] * up + depth * motion.depth[..., None] * away
        )
        joints, carrier = placement.origin + placement.scale * places, carrier or owner
        if owner is not None:
            joints = _moved(joints, np.linalg.inv(np.array(owner.matrix_world)))
        uid = int(carrier.session_uid) if carrier is not None else None
        return cls(motion.frames, joints, motion.contacts >= CONTACT_THRESHOLD, uid)

    def at(self, frame: int) -> tuple[Array, NDArray[np.bool_]] | None:
        """(15, 3) joints in the world and (2,) standing feet on the scene frame that is shown; None where it does not
        perform.
        """
        row = int(np.searchsorted(self.frames, frame))
        if row >= len(self.frames) or self.frames[row] != frame:
            return None
        if self.carrier is None:
            return self.joints[row], self.standing[row]
        carrier = next((item for item in bpy.data.objects if item.session_uid == self.carrier), None)
        if carrier is None:
            return None
        return _moved(self.joints[row], np.array(carrier.matrix_world)), self.standing[row]


def _moved(points: Array, matrix: Array) -> Array:
    """Points (…, 3), moved by a matrix (4, 4)."""
    return np.asarray(points @ matrix[:3, :3].T + matrix[:3, 3])
