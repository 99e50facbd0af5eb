"""The body of a drawing: bones through the joints of its pieces, and its proportions. Nothing of it is saved in the
file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import Joint
from ..armature.bone_map import BoneMap
from ..armature.inheritance import RigState
from ..armature.measure import measure_skeleton
from ..armature.rest_pose import RestPose
from ..body.rotations import IDENTITY
from ..projection.planes import BLENDERS_VIEWER
from ..rig.measured_character import Character
from .body_parts import LIMB_PARTS, BodyPart
from .drawn_joints import DrawnJoints, find_joints
from .layer_pieces import LayerPiece

Array = NDArray[np.float64]

FLAT, STACKED = 0.05, 0.3
"""Parts of a drawing's extent that the points of a layer may be apart across its plane, and those of all layers: some
lie one before another.
"""
AN_AXIS = 0.999
"""Cosine of the angle within which a drawing's plane is taken to be one of its object's own."""
LOOKS_ALONG = 0.3
"""Cosine of the angle to the drawing's normal within which the scene's camera decides from which side it is seen."""

HIPS, SPINE, NECK, HEAD = "hips", "spine", "neck", "head"
PELVIS = 0.35
"""Part of the trunk that the bone of the hips is long, where the torso turns in the hips' own joint."""


@dataclass(frozen=True, eq=False)
class DrawnBody:
    """A drawing as a character, in the drawing object's space; `axes` (3, 3) are the rows right, up and away of its
    plane there.
    """

    character: Character
    axes: Array
    joints: DrawnJoints
    notes: tuple[str, ...] = ()


def measure_drawing(drawing: bpy.types.Object, scene: bpy.types.Scene, pieces: Sequence[LayerPiece]) -> DrawnBody:
    """Bones through the joints of the pieces. ValueError, in one sentence, where they make no body."""
    if not pieces:
        raise ValueError(
            f"No layer of {drawing.name} is assigned to a part of the body; assign them by name, or pick a part for each."
        )
    if all(piece.part == BodyPart.WHOLE for piece in pieces):
        raise ValueError(
            f"{drawing.name} is drawn in one piece; choose an armature that lies over it, and the way Weights."
        )
    axes = plane_axes(drawing, scene, pieces)
    joints = find_joints([piece for piece in pieces if piece.part != BodyPart.WHOLE], axes[:2])
    away = float(np.median(np.concatenate([piece.points for piece in pieces]) @ axes[2]))
    rest, bone_map = _bones(drawing.name, joints, axes, away)
    return DrawnBody(
        Character(drawing.name, rest, bone_map, measure_skeleton(rest, bone_map), planar=True), axes, joints
    )


def plane_axes(drawing: bpy.types.Object, scene: bpy.types.Scene, pieces: Sequence[LayerPiece]) -> Array:
    """(3, 3) right, up and away of the plane that the drawing lies in, seen from where the camera is, or from Blender's
    front, right or top.
    """
    points = np.concatenate([piece.points for piece in pieces])
    extent = float(np.ptp(points, axis=0).max())
    # Each layer about its own middle: layers may lie one before another.
    off = np.concatenate([piece.points - piece.points.mean(axis=0) for piece in pieces])
    normal = np.linalg.eigh(off.T @ off)[1][:, 0]
    nearest = int(np.abs(normal).argmax())
    if abs(normal[nearest]) > AN_AXIS or np.ptp(off[:, nearest]) < FLAT * extent:
        normal = np.eye(3)[nearest]
    if np.ptp(off @ normal) > FLAT * extent or np.ptp(points @ normal) > STACKED * extent:
        raise ValueError(
            f"{drawing.name} does not lie in one plane; draw the character flat, or bind it to an armature with weights."
        )
    world = np.array(drawing.matrix_world.to_3x3())
    seen = _viewer(drawing, scene, points.mean(axis=0), world @ normal)
    away = -normal if (world @ normal) @ seen > 0 else normal
    up = _up(world, away)
    return np.stack((np.cross(away, up), up, away))


def _viewer(drawing: bpy.types.Object, scene: bpy.types.Scene, middle: Array, normal: Array) -> Array:
    """(3,) world direction towards the viewer of the drawing."""
    if scene.camera is not None:
        camera = np.array(scene.camera.matrix_world)
        looks = -camera[:3, 2]
        if abs(looks @ normal) > LOOKS_ALONG * float(np.linalg.norm(normal)):
            return np.asarray(-looks)
    return np.asarray(BLENDERS_VIEWER)


def _up(world: Array, away: Array) -> Array:
    """(3,) the drawing's own axis that points up most, in its plane: the world's up, or its y where the drawing lies
    flat.
    """
    for wanted in ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0)):
        local = np.linalg.solve(world, np.array(wanted))
        flat = local - (local @ away) * away
        if np.linalg.norm(flat) > 0.5 * np.linalg.norm(local):
            flat /= np.linalg.norm(flat)
            axis = int(np.abs(flat).argmax())
            return np.eye(3)[axis] * np.sign(flat[axis]) if abs(flat[axis]) > AN_AXIS else flat
    raise AssertionError("one of two directions lies in the plane")


def state_at_rest(count: int) -> RigState:
    """The state of bones at rest, which inherit rotation and have no constraints."""
    everywhere = np.ones(count, dtype=np.bool_)
    return RigState(everywhere, everywhere, np.tile(IDENTITY, (count, 1)), np.zeros((count, 3)), {}, {})


def _bones(name: str, joints: DrawnJoints, axes: Array, away: float) -> tuple[RestPose, BoneMap]:
    rows = _rows(joints)
    names = tuple(rows)

    def placed(point: Array) -> Array:
        return np.asarray(point @ axes[:2] + away * axes[2])

    heads, tails = (
        np.stack([placed(row[1]) for row in rows.values()]),
        np.stack([placed(row[2]) for row in rows.values()]),
    )
    y = tails - heads
    y /= np.linalg.norm(y, axis=-1, keepdims=True)
    z = np.broadcast_to(-axes[2], y.shape)
    frames = np.stack((np.cross(y, z), y, z), axis=-1)
    rest = RestPose(
        names=names,
        parents=tuple(-1 if row[0] is None else names.index(row[0]) for row in rows.values()),
        heads=heads,
        tails=tails,
        axes=frames,
        connected=np.zeros(len(names), dtype=np.bool_),
        deform=np.ones(len(names), dtype=np.bool_),
        armature=name,
    )
    return rest, _map(joints, names)


def _rows(joints: DrawnJoints) -> Mapping[str, tuple[str | None, Array, Array]]:
    """Each bone's parent, head and tail in the plane, parents first."""
    places, parts = joints.places, joints.parts
    mid_hip, neck = places[Joint.MID_HIP], joints.neck
    rows: dict[str, tuple[str | None, Array, Array]] = {}
    if BodyPart.HIPS in parts:
        # The hips' bone ends where the torso begins, or a little up the trunk where that is no way from where it
        # begins.
        waist = joints.waist
        tail = (
            waist
            if np.linalg.norm(waist - mid_hip) > 0.05 * np.linalg.norm(neck - mid_hip)
            else mid_hip + PELVIS * (neck - mid_hip)
        )
        rows[HIPS] = None, mid_hip, tail
        rows[SPINE] = HIPS, waist, neck
    else:
        rows[SPINE] = None, mid_hip, neck
    body, chest = next(iter(rows)), SPINE
    if BodyPart.NECK in joints.ends:
        rows[NECK] = chest, neck, joints.ends[BodyPart.NECK]
        chest = NECK
    rows[HEAD] = chest, joints.ends.get(BodyPart.NECK, neck), joints.crown
    for limb in LIMB_PARTS:
        above: str | None = SPINE if limb.joints[0] in (Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER) else body
        for bone, start, end in zip(limb.bones, limb.joints, (*limb.joints[1:], None), strict=True):
            if end is not None:
                rows[bone] = above, places[start], places[end]
            elif limb.end in joints.ends:
                rows[bone] = above, places[start], joints.ends[limb.end]
            above = bone
    return rows


def _map(joints: DrawnJoints, names: tuple[str, ...]) -> BoneMap:
    head = (NECK, HEAD) if NECK in names else (HEAD,)
    chains: dict[Joint, tuple[str, ...]] = {Joint.NECK: (HIPS, SPINE) if HIPS in names else (SPINE,), Joint.HEAD: head}
    for limb in LIMB_PARTS:
        chains[limb.joints[1]], chains[limb.joints[2]] = limb.bones[:1], limb.bones[1:2]
    extremities = {limb.extremity: limb.bones[2] for limb in LIMB_PARTS if limb.bones[2] in names}
    return BoneMap(chains, names[0], extremities, origin="drawing")
