"""A rig that is drawn for another view of a character, beside its own: where it stands, and the motion for it."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ...core.skeleton import Joint
from ..armature.measure import rest_joints
from ..body.scene_motion import SceneMotion
from ..projection.planes import Plane, plane_normal
from ..scene.animation.actions import Curve, Interpolation
from ..scene.animation.layers import location_before_bakes
from ..views.mirrored import rotation_of
from .measured_character import Character, read_character
from .other_body import mirror_image, on_body

Array = NDArray[np.float64]

PARALLEL = float(np.cos(np.radians(10)))
"""Cosine of the angle by which the plane of another rig may differ."""
ON_ONE_GROUND = 0.05
"""Part of the height by which ankles of rigs that stand on one ground may be drawn apart."""
MIRROR = Matrix.Diagonal((-1, 1, 1))
GROUP = "Mirror"


@dataclass(frozen=True, eq=False)
class StandingRig:
    """A rig in the world: its `character`, and `world` (4, 4) as it stands before any bake moved or mirrored it."""

    armature: bpy.types.Object
    character: Character
    world: Array

    @classmethod
    def of(cls, armature: bpy.types.Object) -> StandingRig:
        """ValueError where it cannot perform."""
        return cls(armature, read_character(armature), np.array(_world_before_bakes(armature)))

    def scale(self, plane: Plane) -> float:
        """World units for each of its own, along the plane's up."""
        axes = self.axes(plane)
        return float(np.linalg.norm(self.world[:3, :3] @ axes[1]))

    def axes(self, plane: Plane) -> Array:
        """(3, 3) the plane's right, up and away as unit rows in its own space."""
        rows = np.linalg.solve(self.world[:3, :3], plane.axes.T).T
        return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True))

    def feet_and_hips(self, plane: Plane) -> tuple[float, float]:
        """How far to the plane's right its hips rest, and how far up its ankles, in the world."""
        joints = rest_joints(self.character.standing, self.character.bone_map)
        places = joints @ self.world[:3, :3].T + self.world[:3, 3]
        ankles = places[[Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]].mean(axis=0)
        return float(places[Joint.MID_HIP] @ plane.right), float(ankles @ plane.up)

    @property
    def is_mirrored_now(self) -> bool:
        """Whether an earlier bake mirrors it on the frame that is shown."""
        return bool(np.linalg.det(np.array(self.armature.matrix_world)[:3, :3]) * np.linalg.det(self.world[:3, :3]) < 0)


def check_view_rig(rig: StandingRig, own: StandingRig, plane: Plane) -> None:
    """ValueError, in one sentence, where a rig cannot stand in for the character's own."""
    name, other = rig.armature.name, own.armature.name
    if not rig.character.planar:
        raise ValueError(f"{name} is no cut-out, so it shows no view of {other}; lay its bones in one plane.")
    normal = rig.world[:3, :3] @ plane_normal(rig.character.rest, rig.character.bone_map)
    if abs(normal @ plane.away) < PARALLEL * np.linalg.norm(normal):
        raise ValueError(f"{name} does not lie in the plane that {other} performs in; turn it there.")
    if rig.armature.parent == own.armature and rig.armature.parent_type == "BONE":
        raise ValueError(f"{name} is parented to a bone of {other}, which moves it; parent it to the object {other}.")


def check_same_parent(rig: StandingRig, own: StandingRig) -> None:
    """ValueError, in one sentence, where the object that carries the character's own rig cannot carry this one."""
    above = own.armature
    while above is not None:
        if rig.armature.parent in (None, above):
            return
        above = above.parent
    raise ValueError(
        f"{rig.armature.name} is parented to {rig.armature.parent.name}, so what carries {own.armature.name} cannot carry it; clear its parent."
    )


def motion_for(rig: StandingRig, own: StandingRig, plane: Plane, motion: SceneMotion, *, mirrored: bool) -> SceneMotion:
    """The motion on a rig's own proportions; `mirrored`: for the rig whose object is mirrored."""
    unit = own.scale(plane) / rig.scale(plane)
    return on_body(mirror_image(motion) if mirrored else motion, rig.character.skeleton, unit)


def beside_itself(rig: StandingRig, own: StandingRig, plane: Plane, *, mirrored: bool) -> tuple[float, float]:
    """How far to the right and up of where it stands a rig performs, so that it does where the character's own does."""
    (across, height), (own_across, own_height) = rig.feet_and_hips(plane), own.feet_and_hips(plane)
    right, up = own_across - across, own_height - height
    if abs(up) < ON_ONE_GROUND * own.character.skeleton.height * own.scale(plane):
        up = 0.0
    if mirrored:  # its object is mirrored where its origin is
        right = -2 * (across - float(rig.world[:3, 3] @ plane.right)) - right
    return right / rig.scale(plane), up / rig.scale(plane)


def mirror_keys(rig: StandingRig, plane: Plane, mirrored: NDArray[np.bool_], frames: NDArray[np.int64]) -> list[Curve]:
    """Constant keys on the delta transforms of the armature's object that mirror it where its origin is."""
    across = rig.axes(plane)[0]
    reflection = Matrix((np.eye(3) - 2 * np.outer(across, across)).tolist())
    rotation = rotation_of(rig.armature)
    turn = (rotation @ reflection @ MIRROR) @ rotation.inverted()
    channels: list[tuple[str, tuple[float, ...], tuple[float, ...]]] = [
        ("delta_scale", (1.0, 1.0, 1.0), (-1.0, 1.0, 1.0))
    ]
    if rig.armature.rotation_mode == "QUATERNION":
        channels.append(("delta_rotation_quaternion", (1.0, 0.0, 0.0, 0.0), tuple(turn.to_quaternion())))
    else:
        channels.append(("delta_rotation_euler", (0.0, 0.0, 0.0), tuple(turn.to_euler())))
    changes = np.flatnonzero(np.diff(mirrored.astype(np.int64), prepend=2))
    return [
        Curve(path, index, frames[changes], np.where(mirrored[changes], two, one), GROUP, Interpolation.CONSTANT)
        for path, plain, other in channels
        for index, (one, two) in enumerate(zip(plain, other, strict=True))
        if abs(two - one) > 1e-6
    ]


def _world_before_bakes(item: bpy.types.Object) -> Matrix:
    """Where an object is, without the way that a bake moves it or what carries it, and not mirrored."""
    if item.parent is not None and item.parent_type != "OBJECT":
        return item.matrix_world.copy()
    place = location_before_bakes(item)
    own = item.matrix_basis.copy()
    if item.type == "ARMATURE" and item.delta_scale[0] < 0:
        own = Matrix.LocRotScale(item.location, rotation_of(item), item.scale)
    if place is not None:
        own.translation = place
    above = item.parent
    return _world_before_bakes(above) @ item.matrix_parent_inverse @ own if above is not None else own
