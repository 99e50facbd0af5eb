"""Which keys of a rig are made up: those of limbs that nobody saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import bpy

from ..scene.animation.actions import BONE_TRANSFORM, Curve
from .bone_limbs import limb_of_control
from .rig_pose import RigTarget


def with_made_up_keys(curves: Sequence[Curve], target: RigTarget) -> list[Curve]:
    """The curves, which know the frames on which the limb of their bone was out of sight."""
    unseen = target.motion.unseen or {}
    frames = {limb: frozenset(target.motion.frames[mask].tolist()) for limb, mask in unseen.items()}

    def of(curve: Curve) -> frozenset[int]:
        match = BONE_TRANSFORM.fullmatch(curve.path)
        if match is None:
            return frozenset()
        limb = limb_of_control(target.rest, target.bone_map, bpy.utils.unescape_identifier(match["bone"]))
        return frames.get(limb, frozenset())

    return [replace(curve, made_up=of(curve)) for curve in curves] if frames else list(curves)
