"""Mark the keys of limbs that nobody saw: they are made up."""

from __future__ import annotations

import bpy
import numpy as np

from ..scene.animation.actions import BONE_TRANSFORM, curves_of_all_slots, mark_keys
from .bone_limbs import limb_of_control
from .rig_pose import RigTarget

MADE_UP = "JITTER"
"""The type of their keys."""


def mark_made_up(action: bpy.types.Action, target: RigTarget) -> None:
    """Give the keys of bones the type MADE_UP on the frames on which their limb was out of sight."""
    if not target.motion.unseen:
        return
    frames = {limb: set(target.motion.frames[mask].tolist()) for limb, mask in target.motion.unseen.items()}
    limbs = {}
    for curve in curves_of_all_slots(action):
        match = BONE_TRANSFORM.fullmatch(curve.data_path)
        if match is None:
            continue
        bone = bpy.utils.unescape_identifier(match["bone"])
        if bone not in limbs:
            limbs[bone] = limb_of_control(target.rest, target.bone_map, bone)
        unseen = frames.get(limbs[bone])
        if not unseen:
            continue
        at = np.empty(2 * len(curve.keyframe_points))
        curve.keyframe_points.foreach_get("co", at)
        kinds = [key.type for key in curve.keyframe_points]
        made_up = [round(frame) in unseen for frame in at[::2].tolist()]
        mark_keys(curve, [MADE_UP if mark else kind for mark, kind in zip(made_up, kinds, strict=True)])
