"""Lean of the head in the picture's plane for flat rigs: its tilt, or its nod where the body is seen from the side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.head_pose import NOSE_DROP, head_angles, head_axes
from ...core.keys import smoothstep
from ...core.skeleton import Joint
from ..body.rotations import directions
from ..body.scene_motion import SceneLandmark, SceneMotion
from .landmark_rotation import landmark_weight

Array = NDArray[np.float64]

FROM_THE_SIDE = (0.5, 0.9)
"""Sine of the angle by which trunk and head are both turned to the side of the picture, from which the head's nod leans
it in the plane, and wholly does.
"""


@dataclass(frozen=True, eq=False)
class CrownLean:
    """`crown` (K, 2) where the head's crown points in the picture, x right and y down, the shorter the less the picture
    tells of it; `confidence` (K,) 0..1.
    """

    crown: Array
    confidence: Array

    @property
    def weight(self) -> Array:
        """(K,) 0..1 weight of the lean."""
        return np.asarray(self.confidence * (self.crown**2).sum(axis=-1))


def crown_leans(motion: SceneMotion) -> list[CrownLean]:
    """What nose and ears together say, and the nose alone of a head that does not tilt; nothing where there is no nose.

    A flat head has no other side to show. So it is tilted as it would be if it looked where the trunk does: neither a
    turn nor a nod leans it, but for the nod of somebody whose trunk and head are seen from the side.
    """
    marks = motion.landmarks
    if "nose" not in marks:
        return []
    nose = directions(marks["nose"].offsets)
    ears = [marks[name] for name in ("left_ear", "right_ear") if name in marks]
    both = np.zeros(len(motion))
    leans = []
    trunk = _trunk_axes(motion)
    if len(ears) == 2:
        both = landmark_weight(marks["nose"].confidence, *(ear.confidence for ear in ears))
        leans.append(CrownLean(_crown(trunk, _between_ears(nose, ears)), both))
    seen = both if not leans else leans[0].confidence
    angles = head_angles(np.swapaxes(trunk, 1, 2) @ _with_level_ears(nose, trunk))
    leans.append(
        CrownLean(
            _crown(trunk, trunk @ head_axes(angles * (1, 1, 0))), landmark_weight(marks["nose"].confidence) * (1 - seen)
        )
    )
    return leans


def _crown(trunk: Array, head: Array) -> Array:
    """(K, 2) the crown of heads (K, 3, 3) on trunks (K, 3, 3) as a flat rig shows it."""
    # By the line of the ears, and not the nose's: that is short in the picture of a head that nods, too.
    turned_trunk, turned_head = (np.abs(axes[:, 2, 0]) for axes in (trunk, head))
    low, high = FROM_THE_SIDE
    nods = smoothstep((np.minimum(turned_trunk, turned_head) - low) / (high - low))
    # Where the head faces the viewer more than the trunk does, its tilt is that in the picture, not that beside the
    # trunk.
    turns = smoothstep((turned_trunk - turned_head) / low)
    shown = head_angles(np.swapaxes(trunk, 1, 2) @ head) * np.stack((turns, nods, np.ones_like(nods)), axis=-1)
    return np.asarray((trunk @ head_axes(shown))[:, :2, 1])


def _trunk_axes(motion: SceneMotion) -> Array:
    """(K, 3, 3) the trunk's left, up and front in columns, x right, y down, z away; one that faces the viewer where its
    joints tell none.
    """
    joints = np.concatenate((motion.positions, motion.depth[..., None]), axis=-1)
    across = (
        joints[:, Joint.LEFT_SHOULDER]
        - joints[:, Joint.RIGHT_SHOULDER]
        + joints[:, Joint.LEFT_HIP]
        - joints[:, Joint.RIGHT_HIP]
    )
    up = directions(joints[:, Joint.NECK] - joints[:, Joint.MID_HIP])
    front = directions(np.cross(across, up))
    axes = np.stack((np.cross(up, front), up, front), axis=-1)
    return np.where((front**2).sum(axis=-1)[:, None, None] > 0, axes, np.diag((1.0, -1.0, -1.0)))


def _between_ears(nose: Array, ears: list[SceneLandmark]) -> Array:
    """(K, 3, 3) of a head whose nose lies there (K, 3), between its left and its right ear."""
    left = directions(ears[0].offsets - ears[1].offsets)
    return _dropped(directions(nose - (nose * left).sum(axis=-1, keepdims=True) * left), left)


def _with_level_ears(nose: Array, trunk: Array) -> Array:
    """(K, 3, 3) of a head whose nose lies there, beside a trunk to whose shoulders its ears are level."""
    return _dropped(nose, directions(np.cross(trunk[..., 1], nose)))


def _dropped(nose: Array, left: Array) -> Array:
    """(K, 3, 3) left, up and forward of a head whose nose points there, a little below forward."""
    above = np.cross(nose, left)
    forward = np.cos(NOSE_DROP) * nose + np.sin(NOSE_DROP) * above
    return np.stack((left, np.cross(forward, left), forward), axis=-1)
