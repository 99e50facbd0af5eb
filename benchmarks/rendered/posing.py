"""Captured rotations put on a rig: each bone turned in the world as its joint was, however its axes lie at rest."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Matrix, Vector
from numpy.typing import NDArray

from training.motion_library import CANONICAL_INDEX, CANONICAL_PARENTS

from .body_mesh import rest_joints
from .rigs import DIRECTED, Rig

Array = NDArray[np.float64]


class Poser:
    """Puts poses on one rig.

    Args:
        rig: whom to pose.
        offsets: (24, 3) the body that the motion was captured on: its limbs' directions at rest are taken over.
    """

    def __init__(self, rig: Rig, offsets: Array) -> None:
        self._rig = rig
        armature = rig.armature
        self._world = np.array(armature.matrix_world)
        scale = float(np.cbrt(np.linalg.det(self._world[:3, :3])))
        self._turn = self._world[:3, :3] / scale
        self._to_armature = np.linalg.inv(self._world)
        self._bones = list(armature.data.bones)
        self._rest = {bone.name: np.array(bone.matrix_local, dtype=np.float64) for bone in self._bones}
        self._back = {name: np.linalg.inv(rest) for name, rest in self._rest.items()}
        self._joint = {bone: joint for joint, bone in rig.bones.items()}
        self._carrier = {bone: self._carrying_bone(joint) for joint, bone in rig.bones.items()}
        self._aligned = self._alignments(offsets)
        self._order = self._ordered()
        places = rig.places
        middle = (places["LUpLeg"] + places["RUpLeg"]) / 2
        hips = np.array(armature.data.bones[rig.bones["Hips"]].head_local, dtype=np.float64)
        self._hips_from_middle = (self._world @ np.array((*hips, 1.0)))[:3] - middle

    def _carrying_bone(self, joint: str) -> str | None:
        """The bone that carries a joint on a body, whatever its bone hangs on in the rig."""
        parent = CANONICAL_PARENTS[CANONICAL_INDEX[joint]]
        names = tuple(CANONICAL_INDEX)
        while parent >= 0:
            if names[parent] in self._rig.bones:
                return self._rig.bones[names[parent]]
            parent = CANONICAL_PARENTS[parent]
        return None

    def _alignments(self, offsets: Array) -> dict[str, Array]:
        """The turns that lay the rig's limbs at rest along those of the captured body."""
        source = rest_joints(offsets)
        turns = {}
        for joint, child in DIRECTED.items():
            own, other = self._rig.places[child] - self._rig.places[joint], source[child] - source[joint]
            turn = Vector(own).rotation_difference(Vector(other)).to_matrix()
            turns[joint] = np.array(turn, dtype=np.float64)
        return turns

    def pose(self, rotations: Array, middle: Array) -> None:
        """Pose the rig: `rotations` (24, 3, 3) of the joints in the world, Blender's axes, `middle` (3,) where the
        middle of the hips' joints goes, metres.
        """
        poses: dict[str, Array] = {}
        bones = self._rig.armature.pose.bones
        for bone in self._order:
            parent = bone.parent.name if bone.parent else None
            rest = self._rest[bone.name]
            pose = rest if parent is None else poses[parent] @ self._back[parent] @ rest
            base = pose
            joint = self._joint.get(bone.name)
            if joint is not None:
                pose = self._posed(joint, bone.name, rotations, middle, poses)
            poses[bone.name] = pose
            bones[bone.name].matrix_basis = Matrix(np.linalg.inv(base) @ pose)
        bpy.context.view_layer.update()

    def _posed(self, joint: str, bone: str, rotations: Array, middle: Array, poses: dict[str, Array]) -> Array:
        turn = rotations[CANONICAL_INDEX[joint]]
        turned = self._turn.T @ turn @ self._aligned.get(joint, np.eye(3)) @ self._turn
        pose = np.eye(4)
        pose[:3, :3] = turned @ self._rest[bone][:3, :3]
        carrier = self._carrier[bone]
        if carrier is None:
            head = middle + turn @ self._hips_from_middle
            pose[:3, 3] = (self._to_armature @ np.array((*head, 1.0)))[:3]
        else:
            head = poses[carrier] @ self._back[carrier] @ self._rest[bone][:, 3]
            pose[:3, 3] = head[:3]
        return pose

    def _ordered(self) -> list[bpy.types.Bone]:
        """The bones, each after its parent and after the bone that carries its joint."""
        done: dict[str, bpy.types.Bone] = {}
        waiting = list(self._bones)
        while waiting:
            for bone in list(waiting):
                carrier = self._carrier.get(bone.name)
                if (bone.parent is None or bone.parent.name in done) and (carrier is None or carrier in done):
                    done[bone.name] = bone
                    waiting.remove(bone)
        return list(done.values())


def point_places(rig: Rig) -> dict[str, Array]:
    """Where joints and landmarks of a posed rig are, in the world, read from its bones."""
    armature = rig.armature
    world = np.array(armature.matrix_world, dtype=np.float64)
    back = np.linalg.inv(world)
    moved: dict[str, Array] = {}

    def place(bone: str, rest: Array) -> Array:
        if bone not in moved:
            pose = np.array(armature.pose.bones[bone].matrix, dtype=np.float64)
            local = np.array(armature.data.bones[bone].matrix_local, dtype=np.float64)
            moved[bone] = world @ pose @ np.linalg.inv(local) @ back
        found: Array = (moved[bone] @ np.array((*rest, 1.0)))[:3]
        return found

    found = {
        joint.name.lower(): np.mean([place(point.bone, point.place) for point in points], axis=0)
        for joint, points in rig.joints.items()
    }
    found |= {label: place(point.bone, point.place) for label, point in rig.landmarks.items()}
    return found


def bone_turn(rig: Rig, joint: str) -> Array:
    """(3, 3) how the bone of a canonical joint is turned in the world from rest, where the body faces -Y."""
    armature, bone = rig.armature, rig.bones[joint]
    world = np.array(armature.matrix_world, dtype=np.float64)[:3, :3]
    world /= np.cbrt(np.linalg.det(world))
    pose = np.array(armature.pose.bones[bone].matrix, dtype=np.float64)[:3, :3]
    rest = np.array(armature.data.bones[bone].matrix_local, dtype=np.float64)[:3, :3]
    turned: Array = world @ pose @ np.linalg.inv(rest) @ world.T
    return turned


def mesh_vertices(rig: Rig) -> Array:
    """(V, 3) float32 the vertices of all that the posed rig carries, in the world."""
    graph = bpy.context.evaluated_depsgraph_get()
    parts = []
    for item in rig.meshes:
        evaluated = item.evaluated_get(graph)
        local = np.empty(3 * len(evaluated.data.vertices), dtype=np.float32)
        evaluated.data.vertices.foreach_get("co", local)
        world = np.array(evaluated.matrix_world, dtype=np.float32)
        parts.append(local.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3])
    return np.concatenate(parts)
