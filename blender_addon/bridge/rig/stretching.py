"""Foreshortening of cut-out limbs: they shorten along the bone, and widen by the volume setting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import bpy
import numpy as np
from numpy.typing import NDArray

from ...core.keys import smoothstep
from ...core.skeleton import BONE_INDEX, PARENTS, Joint
from ...settings.channels import ChannelSettings
from ..body.smoothing import hann
from .bone_limbs import LIMB_OF_CHAIN
from .bone_rotations import Chain, chains_of
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
FEET = {Joint.RIGHT_KNEE: 0, Joint.RIGHT_ANKLE: 0, Joint.LEFT_KNEE: 1, Joint.LEFT_ANKLE: 1}
"""The foot, a column of contacts, of each part of a leg."""
LIFTED_SHORT, LIFTED_WHOLE = 0.9, 1.0
"""The same of a leg whose foot does not stand: in a walk towards the viewer feet rise by less than a tenth of a leg, and
that is all that is seen of it. On a standing foot it would only let the hips sink.
"""
STANDS = 0.5
"""Contact from which a foot stands."""
WHOLE = 0.03
"""Part of its length by which a limb must shorten or lengthen at some time to be scaled at all."""
SMOOTHING_SECONDS = 0.13
"""Half width of the smoothing of limb lengths, in seconds."""
NO_SCALE_INHERITANCE = "NONE"
"""Of Blender's ways to inherit scale the one by which a child neither shears nor stretches along; it still stays at its
parent's end.
"""
UNSCALED_CHILDREN = frozenset({NO_SCALE_INHERITANCE, "NONE_LEGACY"})
MOST_NAMES = 4
"""Names of bones that a note holds."""


def stretch_limbs(target: RigTarget, settings: ChannelSettings) -> RigTarget:
    """Scale the limbs to their visible lengths. Where that is chosen by what reads better, limbs whose children would
    shear keep their length: it is no reason to change the rig.
    """
    scales: dict[int, Array] = {}
    for chain, length in _stretched(target, settings):
        if settings.auto_stretch and _inheriting(target, chain):
            continue
        for bone in _scaled_bones(target, chain):
            scales[bone] = _factors(target, bone, length, settings.volume)
    return replace(target, scales=scales)


def stretch_notes(target: RigTarget, settings: ChannelSettings) -> list[str]:
    """Why limbs are not stretched although the settings ask for it."""
    if not settings.stretch:
        return []
    if settings.auto_stretch:
        chains = [chain for chain, _ in _stretched(target, settings)]
        return _kept_lengths(list(dict.fromkeys(name for chain in chains for name in _inheriting(target, chain))))
    if not target.planar:
        return [
            f"{target.armature.name} is no cut-out rig, so its limbs keep their lengths; limbs that leave the plane foreshorten by themselves."
        ]
    if target.armature.data.library is None:
        return []
    return [
        f"The armature of {target.armature.name} is linked from another file, so its limbs keep their lengths; make a library override of it to stretch them."
    ]


def _kept_lengths(children: list[str]) -> list[str]:
    if not children:
        return []
    more = f" and {len(children) - MOST_NAMES} more" if len(children) > MOST_NAMES else ""
    verb, whose = ("inherits", "it") if len(children) == 1 else ("inherit", "them")
    return [
        f"{', '.join(children[:MOST_NAMES])}{more} {verb} scale, so the limbs above keep their lengths; set Inherit Scale to None for {whose} to shorten them."
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


def _stretched(target: RigTarget, settings: ChannelSettings) -> Iterator[tuple[Chain, Array]]:
    """The limbs that are to be stretched, and (K,) how long each is, as a part of its own length."""
    linked = target.armature.data.library is not None
    if not (settings.stretch and target.planar) or (linked and not settings.auto_stretch):
        return
    for joint, chain in chains_of(target.rest, target.bone_map).items():
        if joint not in STRETCHED or LIMB_OF_CHAIN[joint] not in settings.limbs:
            continue
        amount = settings.stretch * settings.amount(LIMB_OF_CHAIN[joint])
        length = 1 + amount * (_steady_lengths(target, joint, settings) - 1)
        if settings.auto_stretch and np.abs(length - 1).max() < WHOLE:
            continue
        yield chain, length


def _scaled_bones(target: RigTarget, chain: Chain) -> list[int]:
    bones = target.armature.pose.bones
    return [bone for bone in chain.bones if bone != target.root and not bones[target.rest.names[bone]].lock_scale[1]]


def _inheriting(target: RigTarget, chain: Chain) -> list[str]:
    """The children of a limb's bones that would shear if it were scaled."""
    return [
        child.name
        for bone in _scaled_bones(target, chain)
        for child in target.armature.data.bones[target.rest.names[bone]].children
        if child.inherit_scale not in UNSCALED_CHILDREN
    ]


def _steady_lengths(target: RigTarget, joint: Joint, settings: ChannelSettings) -> Array:
    motion = target.motion
    vectors = motion.positions[:, joint] - motion.positions[:, PARENTS[joint]]
    seen = np.linalg.norm(vectors, axis=-1) / motion.skeleton.lengths[BONE_INDEX[joint]]
    reach = max(1, round(SMOOTHING_SECONDS * motion.fps))
    shown = seen
    if settings.auto_stretch:
        shown = _where_clear(seen, CLEARLY_SHORT, NEARLY_WHOLE)
        if joint in FEET:
            lifted = motion.contacts[:, FEET[joint]] < STANDS
            shown = np.where(lifted, _where_clear(seen, LIFTED_SHORT, LIFTED_WHOLE), shown)
    return hann(np.clip(shown, settings.shortest, settings.longest), reach)


def _where_clear(seen: Array, short: float, whole_from: float) -> Array:
    """(K,) the parts of a limb's length that it is drawn with, of those that are seen: as seen where it is clearly
    `short`, and whole from the other part on.
    """
    whole = smoothstep(np.clip((seen - short) / (whole_from - short), 0, 1))
    return np.asarray(seen + (1 - seen) * whole, dtype=np.float64)


def _factors(target: RigTarget, bone: int, length: Array, volume: float) -> Array:
    """(K, 3): y is along the bone, and of the others the one that lies in the picture grows."""
    across = np.abs(target.axes[2] @ target.rest.axes[bone])[[0, 2]]
    factors = np.ones((len(length), 3))
    factors[:, 1] = length
    factors[:, 0 if across[0] < across[1] else 2] = length**-volume
    return factors
