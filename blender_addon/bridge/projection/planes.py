"""Projection of a motion into the scene: the plane of its axes, and the point of its origin."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...core.skeleton import Joint
from ...settings.view import PlaneChoice
from ..armature.bone_map import BoneMap
from ..armature.measure import rest_joints
from ..armature.rest_pose import RestPose
from ..body.contacts import CONTACT_THRESHOLD
from ..body.scene_motion import SceneMotion

Array = NDArray[np.float64]

FLAT_BONE = 0.02
"""Sine of the angle by which a bone of a cut-out rig may leave the rig's plane."""
FLAT_STACK = 0.15
"""Part of a rig's extent that its bones may be apart across their plane: pieces of a cut-out may lie on layers of their
own.
"""
STRAIGHT = 0.02
"""Part of the bones' spread along their main direction below which they all lie on one line, and have no plane."""
SIDES_APART = 0.05
"""Part of a character's height by which right and left must be apart to tell from which side it is seen."""
UPRIGHT = 0.85
"""Cosine of the angle within which an axis of the armature counts as the character's up."""

BLENDERS_VIEWER = np.array((0.4, -1.0, 0.7))
"""Where Blender's front, top and right views look from, the nearest first."""


@dataclass(frozen=True, eq=False)
class Plane:
    """Unit vectors (3,) in world space of the picture's x, −y and depth."""

    right: Array
    up: Array
    away: Array

    @property
    def axes(self) -> Array:
        """(3, 3): right, up and away as rows."""
        return np.stack((self.right, self.up, self.away))


@dataclass(frozen=True, eq=False)
class Placement:
    """A motion's place in the world: `origin` (3,) of its (0, 0), and `scale` in world units per unit of the motion."""

    origin: Array
    plane: Plane
    scale: float


FRONT = Plane(right=np.array((1.0, 0, 0)), up=np.array((0, 0, 1.0)), away=np.array((0, 1.0, 0)))
"""Seen as a character that faces −Y, Blender's front, is seen from the front."""

SIDES = ((Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER), (Joint.LEFT_HIP, Joint.RIGHT_HIP))
"""Left and right of the trunk."""


def is_planar(rest: RestPose, bone_map: BoneMap) -> bool:
    """Whether the mapped bones lie in one plane: a cut-out rig."""
    bones = _mapped(rest, bone_map)
    normal = _normal(rest, bones)
    if normal is None:
        return True
    vectors = rest.tails[bones] - rest.heads[bones]
    lengths = np.linalg.norm(vectors, axis=-1)
    points = np.concatenate((rest.heads[bones], rest.tails[bones]))
    flat = np.abs(vectors @ normal) <= FLAT_BONE * lengths
    return bool(flat.all() and np.ptp(points @ normal) <= FLAT_STACK * _extent(points))


def plane_normal(rest: RestPose, bone_map: BoneMap) -> Array:
    """(3,) the direction in which the mapped bones extend least, in the armature's space; either sign."""
    bones = _mapped(rest, bone_map)
    normal = _normal(rest, bones)
    if normal is not None:
        return normal
    along = _unit(rest.tails[bones[0]] - rest.heads[bones[0]])
    seed = np.array((0, 1.0, 0) if abs(along[1]) < UPRIGHT else (0, 0, 1.0))
    return _unit(seed - (seed @ along) * along)


def plane_of(
    choice: PlaneChoice,
    armature: bpy.types.Object | None,
    rest: RestPose | None,
    bone_map: BoneMap | None,
    scene: bpy.types.Scene,
) -> Plane:
    """The plane that was chosen, in world space.

    FRONT is what a viewer before the character sees, SIDE what one at its right does, where it looks to the picture's
    right; without an armature they go by the world's axes. OWN is that of a cut-out rig's bones, with the character
    upright and its right side at the viewer's left; any other rig's is FRONT. Raises ValueError where the scene has no
    camera to go by.
    """
    if choice == PlaneChoice.CAMERA:
        if scene.camera is None:
            raise ValueError(
                f"The scene {scene.name} has no camera to take the plane from; add one, or choose another plane."
            )
        turn = np.array(scene.camera.matrix_world.to_3x3())
        return Plane(right=_unit(turn[:, 0]), up=_unit(turn[:, 1]), away=_unit(-turn[:, 2]))
    plane = FRONT if rest is None or bone_map is None else _front(rest, bone_map)
    if choice == PlaneChoice.SIDE:
        plane = Plane(right=-plane.away, up=plane.up, away=plane.right)
    turn = np.eye(3) if armature is None else np.array(armature.matrix_world.to_3x3())
    right, up, away = (_unit(turn @ axis) for axis in plane.axes)
    return Plane(right, up, away)


def placement_of_rig(
    armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap, plane: Plane, motion: SceneMotion
) -> Placement:
    """The motion begins above or below where the rig stands (`rest` as a whole there), at the height that puts its
    standing feet on the rig's ground.
    """
    world = np.array(armature.matrix_world)
    axes = local_axes(armature, plane)
    origin = rest_origin(rest_joints(rest, bone_map), axes, motion)
    scale = float(np.linalg.norm(world[:3, :3] @ axes[1]))
    return Placement(world[:3, :3] @ origin + world[:3, 3], plane, scale)


def local_axes(armature: bpy.types.Object, plane: Plane) -> Array:
    """(3, 3) the plane's right, up and away as unit rows in the armature's space."""
    inverse = np.linalg.inv(np.array(armature.matrix_world.to_3x3()))
    return np.stack([_unit(inverse @ axis) for axis in plane.axes])


def rest_origin(joints: Array, axes: Array, motion: SceneMotion) -> Array:
    """(3,) where the motion's (0, 0) lands in the armature's space, of its rest joints (15, 3) and the plane's `axes`
    (3, 3) there. A part of a motion lands where all of it does.
    """
    motion = motion.part_of or motion
    right, up, away = axes
    hip = joints[Joint.MID_HIP]
    ankles = joints[[Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]].mean(axis=0)
    across = hip @ right - motion.positions[0, Joint.MID_HIP, 0]
    height = ankles @ up + ground_line(motion)
    return np.asarray(np.linalg.solve(axes, np.array((across, height, hip @ away))), dtype=np.float64)


def ground_line(motion: SceneMotion) -> float:
    """How far down in the picture standing ankles are, in the middle of them all; where no foot ever stands, the lowest
    ankle.
    """
    ankles = motion.positions[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE], 1]
    standing = motion.contacts >= CONTACT_THRESHOLD
    return float(np.median(ankles[standing]) if standing.any() else ankles.max())


def _front(rest: RestPose, bone_map: BoneMap) -> Plane:
    """What a viewer before the character sees, in the armature's space: a cut-out rig's own plane, else by where its
    right and left are.
    """
    joints = rest_joints(rest, bone_map)
    tall = joints[Joint.HEAD] - joints[[Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]].mean(axis=0)
    across = np.sum([joints[left] - joints[right] for left, right in SIDES], axis=0)
    if not is_planar(rest, bone_map):
        up = nearest_axis(_unit(tall))
        right = nearest_axis(_unit(across - (across @ up) * up))
        return Plane(right, up, np.cross(up, right))
    normal = plane_normal(rest, bone_map)
    up = nearest_axis(_unit(tall - (tall @ normal) * normal))
    up = _unit(up - (up @ normal) * normal)
    # The performer's right is at the viewer's left where the two sides stand apart; a profile is seen from where
    # Blender's own views look from.
    apart = across @ np.cross(normal, up)
    away = normal * (
        np.sign(apart) if abs(apart) > SIDES_APART * np.linalg.norm(tall) else -np.sign(normal @ BLENDERS_VIEWER)
    )
    return Plane(np.cross(away, up), up, away)


def nearest_axis(direction: Array) -> Array:
    """The armature's axis that is nearest to a direction, where it is near; else the direction itself."""
    nearest = np.zeros(3)
    nearest[np.abs(direction).argmax()] = np.sign(direction[np.abs(direction).argmax()])
    return nearest if direction @ nearest > UPRIGHT else direction


def _normal(rest: RestPose, bones: list[int]) -> Array | None:
    """(3,) the direction that no bone has a part of; None where all lie on one line."""
    _, spread, directions = np.linalg.svd(rest.tails[bones] - rest.heads[bones])
    if spread[1] < STRAIGHT * spread[0]:
        return None
    normal: Array = directions[2]
    # An exact axis stays exact: bones drawn in a coordinate plane should be keyed in it.
    rounded = np.round(normal)
    return rounded if np.linalg.norm(rounded) == 1 and np.abs(normal - rounded).max() < 1e-4 else normal


def _mapped(rest: RestPose, bone_map: BoneMap) -> list[int]:
    names = {
        bone_map.root,
        *bone_map.extremities.values(),
        *(name for chain in bone_map.chains.values() for name in chain),
    }
    return sorted(rest.index(name) for name in names)


def _extent(points: Array) -> float:
    return float(np.linalg.norm(np.ptp(points, axis=0)))


def _unit(vector: ArrayLike) -> Array:
    values = np.asarray(vector, dtype=np.float64)
    return np.asarray(values / np.linalg.norm(values), dtype=np.float64)
