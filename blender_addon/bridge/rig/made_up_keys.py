"""Which keys of a rig are made up: those of limbs that nobody saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import bpy

from ..scene.animation.actions import BONE_TRANSFORM, Curve
from .bone_limbs import limb_of_control
from .rig_pose import RigTarget

MADE_UP, KNOWN = "JITTER", "GENERATED"
"""The types of keys of what nobody saw, and of all others that have no type of their own."""


def with_made_up_keys(curves: Sequence[Curve], target: RigTarget) -> list[Curve]:
    """The curves, with the keys marked on whose frames the limb of their bone was out of sight."""
    unseen = target.motion.unseen or {}
    frames = {limb: frozenset(target.motion.frames[mask].tolist()) for limb, mask in unseen.items()}

    def types(curve: Curve) -> tuple[str, ...] | None:
        match = BONE_TRANSFORM.fullmatch(curve.path)
        if match is None:
            return curve.types
        limb = limb_of_control(target.rest, target.bone_map, bpy.utils.unescape_identifier(match["bone"]))
        made_up = frames.get(limb, frozenset())
        own = curve.types or (KNOWN,) * len(curve.frames)
        return tuple(
            MADE_UP if round(frame) in made_up else kind for frame, kind in zip(curve.frames.tolist(), own, strict=True)
        )

    return [replace(curve, types=types(curve)) for curve in curves] if frames else list(curves)
