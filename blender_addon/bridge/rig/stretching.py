"""Foreshortening of cut-out limbs: they shorten along the bone, and widen by the volume setting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import bpy
import numpy as np
from numpy.typing import NDArray

from ...core.keys import smoothstep
from ...core.skeleton import BONE_INDEX, PARENTS, Joint
from ...settings.channels import ChannelSettings
from ..body.smoothing import hann
from .bone_limbs import LIMB_OF_CHAIN
from .bone_rotations import chains_of
from .rig_pose import RigTarget

Array = NDArray[np.float64]

STRETCHED = tuple(
    joint
    for joint in LIMB_OF_CHAIN
    if joint not in {Joint.HEAD, Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER, Joint.RIGHT_HIP, Joint.LEFT_HIP}
)
"""Trunk, arms and legs: heads keep their shape."""
CLEARLY_SHORT, NEARLY_WHOLE = 0.75, 0.95
"""Parts of a limb's length that are seen. Down from the first it is as short as that: its end would be far off. From the
second on it keeps its length: its end is near enough, and a drawing reads best as it was drawn.
"""
WHOLE = 0.03
"""Part of its length by which a limb must shorten or lengthen at some time to be scaled at all."""
SMOOTHING_SECONDS = 0.13
"""Half width of the smoothing of limb lengths, in seconds."""
NO_SCALE_INHERITANCE = "NONE"
"""Of Blender's ways to inherit scale the one by which a child neither shears nor stretches along; it still stays at its
parent's end.
"""


def stretch_limbs(target: RigTarget, settings: ChannelSettings) -> RigTarget:
    """Scale the limbs to their visible lengths."""
    if not _can_stretch(target, settings):
        return target
    scales: dict[int, Array] = {}
    for joint, chain in chains_of(target.rest, target.bone_map).items():
        if joint not in STRETCHED or LIMB_OF_CHAIN[joint] not in settings.limbs:
            continue
        amount = settings.stretch * settings.amount(LIMB_OF_CHAIN[joint])
        length = 1 + amount * (_steady_lengths(target, joint, settings) - 1)
        if settings.auto_stretch and np.abs(length - 1).max() < WHOLE:
            continue
        for bone in chain.bones:
            if bone != target.root and not target.armature.pose.bones[target.rest.names[bone]].lock_scale[1]:
                scales[bone] = _factors(target, bone, length, settings.volume)
    return replace(target, scales=scales)


def stretch_notes(target: RigTarget, settings: ChannelSettings) -> list[str]:
    """Why nothing is stretched although the settings ask for it."""
    if not settings.stretch or _can_stretch(target, settings):
        return []
    if not target.planar and settings.auto_stretch:  # nobody asked for it
        return []
    if not target.planar:
        return [
            f"{target.armature.name} is no cut-out rig, so its limbs keep their lengths; limbs that leave the plane foreshorten by themselves."
        ]
    return [
        f"The armature of {target.armature.name} is linked from another file, so its limbs keep their lengths; make a library override of it to stretch them."
    ]


def stop_inheriting_scale(armature: bpy.types.Object, stretched_bones: Iterable[str]) -> list[str]:
    """Stop children of stretched bones from inheriting scale, so that they do not shear. Returns a note that names
    them.
    """
    children = [
        child
        for name in stretched_bones
        for child in armature.data.bones[name].children
        if child.inherit_scale != NO_SCALE_INHERITANCE
    ]
    for child in children:
        child.inherit_scale = NO_SCALE_INHERITANCE
    if not children:
        return []
    return [
        f"{', '.join(child.name for child in children)} no longer inherit scale, so that they do not shear where the bones above them stretch."
    ]


def _can_stretch(target: RigTarget, settings: ChannelSettings) -> bool:
    return bool(settings.stretch and target.planar and target.armature.data.library is None)


def _steady_lengths(target: RigTarget, joint: Joint, settings: ChannelSettings) -> Array:
    motion = target.motion
    vectors = motion.positions[:, joint] - motion.positions[:, PARENTS[joint]]
    seen = np.linalg.norm(vectors, axis=-1) / motion.skeleton.lengths[BONE_INDEX[joint]]
    reach = max(1, round(SMOOTHING_SECONDS * motion.fps))
    shown = _where_clear(seen) if settings.auto_stretch else seen
    return hann(np.clip(shown, settings.shortest, settings.longest), reach)


def _where_clear(seen: Array) -> Array:
    """(K,) the parts of a limb's length that it is drawn with, of those that are seen."""
    whole = smoothstep(np.clip((seen - CLEARLY_SHORT) / (NEARLY_WHOLE - CLEARLY_SHORT), 0, 1))
    return np.asarray(seen + (1 - seen) * whole, dtype=np.float64)


def _factors(target: RigTarget, bone: int, length: Array, volume: float) -> Array:
    """(K, 3): y is along the bone, and of the others the one that lies in the picture grows."""
    across = np.abs(target.axes[2] @ target.rest.axes[bone])[[0, 2]]
    factors = np.ones((len(length), 3))
    factors[:, 1] = length
    factors[:, 0 if across[0] < across[1] else 2] = length**-volume
    return factors
