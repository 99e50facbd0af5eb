"""The two performers of the shipped street video, retargeted by the `kinematic` network onto a plain body as filmed,
and put onto any other.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from blender_addon.core.motion import RetargetedMotion, View
from blender_addon.core.skeleton import BONE_CHILDREN, BONE_PARENTS, BONE_PATHS, Joint, Skeleton

FILE = Path(__file__).parent / "data/street_motion.npz"
WALKER, PASSER_BY = 0, 1
"""Rows of the file: who walks and turns in the middle of the picture, and who crosses it to the left."""


def street_motion(skeleton: Skeleton, performer: int = WALKER, frames: slice = slice(None)) -> RetargetedMotion:
    """The performer's motion on a body: every limb as it was seen, scaled by its length, and the path by the legs'."""
    with np.load(FILE) as stored:
        positions, depth = stored["positions"][performer][frames], stored["depth"][performer][frames]
        contacts, confidence = (
            stored[name][performer][frames].astype(np.float32) for name in ("contacts", "confidence")
        )
        body, fps = Skeleton(stored["lengths"]), float(stored["fps"])
    joints = np.concatenate((positions, depth[..., None]), axis=-1)
    bones = joints[:, BONE_CHILDREN] - joints[:, BONE_PARENTS]
    scaled = bones * (skeleton.lengths / body.lengths)[:, None]
    path = np.zeros((len(joints), 1, 3), dtype=np.float32)
    path[:, 0, :2] = (positions[:, Joint.MID_HIP] - positions[:1, Joint.MID_HIP]) * (
        skeleton.leg_length / body.leg_length
    )
    moved = path + np.einsum("jb,tbc->tjc", BONE_PATHS, scaled)
    return RetargetedMotion(
        positions=moved[..., :2],
        depth=moved[..., 2],
        contacts=contacts,
        confidence=confidence,
        skeleton=skeleton,
        view=View(0.0),
        fps=fps,
    )
