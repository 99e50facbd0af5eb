"""What a baked rig does, read back from Blender: where its joints are in every frame, and how far its bones are from
the motion's.
"""

from __future__ import annotations

from collections.abc import Mapping

import bpy
import numpy as np
from numpy.typing import NDArray

from blender_addon.bridge.armature.bone_map import BoneMap
from blender_addon.bridge.armature.rest_pose import RestPose
from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.projection.planes import Plane
from blender_addon.bridge.rig.bone_rotations import chains_of
from blender_addon.core.skeleton import BONE_INDEX, PARENTS, Joint

Array = NDArray[np.float64]

LIMBS = tuple(joint for joint in PARENTS if joint not in {Joint.RIGHT_HIP, Joint.LEFT_HIP})
"""Arms, legs, spine, head and clavicles."""

ARMS_AND_LEGS = tuple(joint for joint in Joint if joint.name.endswith(("ELBOW", "WRIST", "KNEE", "ANKLE")))
"""The ends of upper arms and forearms, thighs and shins."""

DEFORMING = {
    (Joint[f"{side}_{joint}"], 1): f"DEF-{bone}.{side[0]}"
    for side in ("RIGHT", "LEFT")
    for joint, bone in (("ELBOW", "forearm"), ("WRIST", "hand"), ("KNEE", "shin"), ("ANKLE", "foot"))
}
"""What Rigify's IK bends, by whose heads are which joints: the bones of its map hang idle beside it."""


def posed_bones(armature: bpy.types.Object, names: set[str], frames: NDArray[np.int64]) -> dict[str, Array]:
    """(K, 4, 4) matrices of bones in world space, as Blender evaluates them; the scene is left on its frame."""
    scene = bpy.context.scene
    before = scene.frame_current
    found: dict[str, list[Array]] = {name: [] for name in names}
    for frame in frames:
        scene.frame_set(int(frame))
        evaluated = armature.evaluated_get(bpy.context.evaluated_depsgraph_get())
        for name in names:
            found[name].append(np.array(evaluated.matrix_world @ evaluated.pose.bones[name].matrix))
    scene.frame_set(before)
    return {name: np.stack(matrices) for name, matrices in found.items()}


def posed_chains(
    armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap, frames: NDArray[np.int64]
) -> dict[Joint, tuple[Array, Array]]:
    """Per mapped bone of ours where it begins and ends, (K, 3) each, in world space."""
    chains = chains_of(rest, bone_map)
    names = {rest.names[bone] for chain in chains.values() for bone in (chain.bones[0], chain.bones[-1])}
    matrices = posed_bones(armature, names, frames)

    def carried(bone: int, point: Array) -> Array:
        local = rest.axes[bone].T @ (point - rest.heads[bone])
        posed = matrices[rest.names[bone]]
        return np.asarray(posed[:, :3, :3] @ local + posed[:, :3, 3])

    return {
        joint: (carried(chain.bones[0], chain.start), carried(chain.bones[-1], chain.end))
        for joint, chain in chains.items()
    }


def posed_joints(
    armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap, frames: NDArray[np.int64]
) -> dict[tuple[Joint, int], Array]:
    """(K, 3) both ends of every mapped chain in world space, 0 where it begins and 1 where it ends; of Rigify's limbs
    the joints that IK bends.
    """
    joints = {
        (joint, end): places
        for joint, ends in posed_chains(armature, rest, bone_map, frames).items()
        for end, places in enumerate(ends)
    }
    if any(bone not in rest for bone in DEFORMING.values()):
        return joints
    limbs = {joint for joint, _ in DEFORMING}
    bones = posed_bones(armature, set(DEFORMING.values()), frames)
    return {key: places for key, places in joints.items() if key[0] not in limbs} | {
        key: bones[bone][:, :3, 3] for key, bone in DEFORMING.items()
    }


def wanted_vectors(motion: SceneMotion, plane: Plane, depth: float) -> dict[Joint, Array]:
    """(K, 3) where each of our bones goes in the world, by the motion, in the motion's unit."""
    space = np.concatenate((motion.positions * (1, -1), depth * motion.depth[..., None]), axis=-1) @ plane.axes
    return {joint: space[:, joint] - space[:, parent] for joint, parent in PARENTS.items()}


def angles_off(
    posed: Mapping[Joint, tuple[Array, Array]], wanted: Mapping[Joint, Array], plane: Plane, flat: bool
) -> dict[Joint, Array]:
    """(K,) degrees between a rig's bone and the motion's, in the plane where `flat`, else in space."""
    off = {}
    for joint, (start, end) in posed.items():
        one, other = end - start, wanted[joint]
        if flat:
            one, other = (vector @ plane.axes[:2].T @ plane.axes[:2] for vector in (one, other))
        cosine = (one * other).sum(axis=-1) / (np.linalg.norm(one, axis=-1) * np.linalg.norm(other, axis=-1))
        off[joint] = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return off


def shown_lengths(motion: SceneMotion) -> dict[Joint, Array]:
    """(K,) how much of each bone's length the picture shows."""
    return {
        joint: np.linalg.norm(motion.positions[:, joint] - motion.positions[:, parent], axis=-1)
        / motion.skeleton.lengths[BONE_INDEX[joint]]
        for joint, parent in PARENTS.items()
    }
