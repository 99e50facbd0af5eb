"""What of a rig holds against keys or bends what they say: drivers, scale, and time that is stretched. Each is named."""

from __future__ import annotations

from collections.abc import Iterable

import bpy
import numpy as np

from ..scene.animation.actions import BONE_TRANSFORM

Driven = dict[str, frozenset[int]]
"""Indices of channels that a driver holds, by transform."""

EVEN = 0.01
"""By how much of themselves scales along the axes may differ and still be even."""


def check_bones(armature: bpy.types.Object, mapped: Iterable[str]) -> None:
    """ValueError, in one sentence, where bones of the map are gone from the armature."""
    if armature.pose is not None and (lost := [name for name in mapped if name not in armature.pose.bones]):
        raise ValueError(
            f"{armature.name} lacks {', '.join(lost)}, which its bone map names; look at its bone map, and bake again."
        )


def driven_channels(bone: bpy.types.PoseBone) -> Driven:
    """The channels of a pose bone that drivers hold; muted and broken ones hold nothing."""
    animation = bone.id_data.animation_data
    found: dict[str, set[int]] = {}
    for curve in animation.drivers if animation is not None else ():
        match = BONE_TRANSFORM.fullmatch(curve.data_path)
        if match and not curve.mute and curve.driver.is_valid:
            name = bpy.utils.unescape_identifier(match["bone"])
            if name == bone.name:
                found.setdefault(match["transform"], set()).add(curve.array_index)
    return {transform: frozenset(indices) for transform, indices in found.items()}


def as_driven(bone: bpy.types.PoseBone) -> bpy.types.PoseBone:
    """The bone with the values that its drivers give it now."""
    evaluated = bone.id_data.evaluated_get(bpy.context.evaluated_depsgraph_get())
    return evaluated.pose.bones[bone.name]


def condition_notes(armature: bpy.types.Object, mapped: Iterable[str], scene: bpy.types.Scene) -> list[str]:
    """A sentence about each condition of the rig and of the scene under which keys do not show as they should."""
    bones = [armature.pose.bones[name] for name in dict.fromkeys(mapped) if name in armature.pose.bones]
    # A scale is handed down: also one of a bone above, which no map names.
    above = {parent.name: parent for bone in bones for parent in bone.parent_recursive}
    every = list(({bone.name: bone for bone in bones} | above).values())
    driven = {bone.name: driven_channels(bone) for bone in bones}
    notes = []
    if moved := [name for name, channels in driven.items() if "location" in channels]:
        notes.append(f"The location is driven on {', '.join(moved)}, which overrules its keys; remove the drivers.")
    if squashed := [bone.name for bone in every if "scale" in driven_channels(bone)]:
        notes.append(
            f"The scale is driven on {', '.join(squashed)}, so limbs there may be longer or shorter than planned; remove the drivers to have them as planned."
        )
    if uneven := [bone.name for bone in every if bone.name not in squashed and not _is_even(bone.scale)]:
        notes.append(
            f"The pose of {', '.join(uneven)} is scaled unevenly, which skews the limbs below it; clear that scale in Pose Mode."
        )
    if not _is_even(armature.matrix_world.to_scale()):
        scales = ", ".join(f"{scale:.3g}" for scale in armature.matrix_world.to_scale())
        notes.append(
            f"{armature.name} is scaled unevenly ({scales}), so its limbs do not point as the motion does; apply the scale of the object."
        )
    if armature.matrix_world.determinant() < 0:
        notes.append(
            f"{armature.name} is mirrored by its scale, so it shows the motion mirrored; apply the scale of the object."
        )
    old, new = scene.render.frame_map_old, scene.render.frame_map_new
    if old != new:
        notes.append(
            f"The scene {scene.name} stretches {old} frames to {new}, so the motion plays at another speed; set both to the same under Time Stretching."
        )
    return notes


def _is_even(scale: Iterable[float]) -> bool:
    """Whether a thing is scaled alike along its axes, whatever their signs."""
    sizes = np.abs(np.array(tuple(scale)))
    return bool(np.ptp(sizes) <= EVEN * sizes.max())
