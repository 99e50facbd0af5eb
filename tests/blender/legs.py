"""Rigs with other legs, and how far feet slide: read back from Blender."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import numpy as np
from numpy.typing import NDArray

from blender_addon.bridge.armature.bone_map import BoneMap
from blender_addon.bridge.armature.rest_pose import RestPose, read_rest_pose
from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.bone_maps import map_bones
from blender_addon.bridge.foot_planting.contact_spans import contact_spans
from blender_addon.core.skeleton import Joint
from tests.blender.read_back import posed_chains

Array = NDArray[np.float64]

SIDES = ("RIGHT", "LEFT")


def stretch_legs(armature: bpy.types.Object, factor: float) -> None:
    """Make thighs and shins `factor` times as long; feet keep their size."""
    rest = read_rest_pose(armature)
    bone_map = map_bones(rest)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    bones = armature.data.edit_bones
    for side in SIDES:
        hip = bones[bone_map.chains[Joint[f"{side}_KNEE"]][0]]
        start, ankle = hip.head.copy(), bones[bone_map.extremities[f"{side.lower()}_foot"]].head.copy()
        in_foot = {bone.name for bone in _branch(bones[bone_map.extremities[f"{side.lower()}_foot"]])}
        places = {
            (bone.name, end): start + (ankle - start) * factor + (point - ankle)
            if bone.name in in_foot
            else start + (point - start) * factor
            for bone in _branch(hip)
            for end in ("head", "tail")
            if (point := getattr(bone, end).copy())
        }
        for (name, end), place in places.items():
            setattr(bones[name], end, place)
    bpy.ops.object.mode_set(mode="OBJECT")


def posed_ankles(armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap, frames: NDArray[np.int64]) -> Array:
    """(K, 2, 3) right and left ankle in the world, as Blender evaluates them."""
    posed = posed_chains(armature, rest, bone_map, frames)
    return np.stack([posed[Joint[f"{side}_ANKLE"]][1] for side in SIDES], axis=1)


def slides(ankles: Array, motion: SceneMotion, height: float) -> list[float]:
    """How far each foot goes from where it came to stand while it stands, of ankles (K, 2, D), in parts of the height;
    one a contact.
    """
    return [
        float(np.linalg.norm(ankles[span.frames, foot] - ankles[span.first, foot], axis=-1).max()) / height
        for foot in range(2)
        for span in contact_spans(motion.contacts[:, foot])
    ]


def knee_bends(armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap, frames: NDArray[np.int64]) -> Array:
    """(K, 2) degrees that each knee is bent by."""
    posed = posed_chains(armature, rest, bone_map, frames)
    bends = []
    for side in SIDES:
        thigh, shin = (end - start for start, end in (posed[Joint[f"{side}_{joint}"]] for joint in ("KNEE", "ANKLE")))
        cosine = (thigh * shin).sum(axis=-1) / (np.linalg.norm(thigh, axis=-1) * np.linalg.norm(shin, axis=-1))
        bends.append(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
    return np.stack(bends, axis=-1)


def _branch(bone: bpy.types.EditBone) -> Iterator[bpy.types.EditBone]:
    yield bone
    for child in bone.children:
        yield from _branch(child)
