"""Keys that put the limbs of a cut-out rig in front of its body or behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Vector
from numpy.typing import NDArray

from ...core.limbs import Limb
from ...core.skeleton import Joint
from ..armature.bone_map import BoneMap
from ..armature.inheritance import location_axes
from ..armature.rest_pose import RestPose
from ..scene.animation.actions import Curve, Interpolation
from .bone_limbs import limbs_of_bones
from .limb_layers import INNER_LAYERS, LIMB_PAIRS, limb_layers
from .pose_curves import BoneChannels
from .rig_pose import RigTarget

Array = NDArray[np.float64]

LIMB_BONES: Mapping[Limb, tuple[Joint | str, ...]] = {
    Limb.RIGHT_ARM: (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST, "right_hand"),
    Limb.LEFT_ARM: (Joint.LEFT_ELBOW, Joint.LEFT_WRIST, "left_hand"),
    Limb.RIGHT_LEG: (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, "right_foot"),
    Limb.LEFT_LEG: (Joint.LEFT_KNEE, Joint.LEFT_ANKLE, "left_foot"),
    Limb.BODY: (Joint.NECK,),
}
"""The chains and extremities of each limb, from the trunk outwards."""

LAYER_SPACING = 0.02
"""Part of the character's height between two layers, where its own pieces do not say."""
SAME_LAYER = 1e-3
"""Part of the height within which pieces lie on one layer."""
ONE_AXIS = 0.9999
"""Cosine of the angle within which the plane's normal is an axis of a bone."""


@dataclass(frozen=True, eq=False)
class LimbDepths:
    """Depth of limbs and body at rest along the plane's normal, + away from the viewer, and the spacing of layers."""

    rest: Mapping[Limb, float]
    spacing: float

    def under(self, height: float) -> set[Limb]:
        """The limbs that do not lie before the body at rest."""
        return {limb for limb, depth in self.rest.items() if depth > self.rest[Limb.BODY] - SAME_LAYER * height}

    def depth(self, limb: Limb, layers: NDArray[np.int64]) -> Array:
        """(K,) how far from the viewer a limb lies on the layers (K,) of `limb_layers`: where the rig's own limbs of
        that kind lie, if they say so.
        """
        body = self.rest[Limb.BODY]
        pair = next(pair for pair in LIMB_PAIRS if limb in pair)
        nearest, farthest = (choose(self.rest[one] for one in pair) for choose in (min, max))
        inner = (INNER_LAYERS[limb] + 1) * self.spacing
        near = nearest if nearest < body - self.spacing / 2 else body - inner
        far = farthest if farthest > body + self.spacing / 2 else body + inner
        outside = (np.abs(layers) - INNER_LAYERS[limb] - 1) * self.spacing
        return np.where(layers > 0, near - outside, far + outside)


def limb_depth_curves(target: RigTarget, moves: Mapping[int, Array]) -> tuple[list[Curve], list[str]]:
    """Keys, held from change to change, that move limbs along the normal of the plane that the rig lies in: each limb's
    first bone, and what IK draws it to.

    Loose bones move with their limb. What is moved in the plane as well is so on top of its own `moves` (K, 3). Also
    returns a sentence for each limb that cannot be moved.
    """
    armature, bone_map, motion, height = target.armature, target.bone_map, target.motion, target.motion.skeleton.height
    stack = _read_limb_depths(armature, target.rest, bone_map, height, target.rest_axes[2])
    curves, notes = [], []
    for limb, layers in limb_layers(motion, stack.under(height)).items():
        names = _bones(bone_map, limb)
        if not names or limb not in stack.rest:
            continue
        bone = armature.pose.bones[names[0]]
        if bone.bone.use_connect:
            notes.append(
                f"{bone.name} is connected to its parent, so its limb cannot pass before or behind the body; disconnect it in Edit Mode if it should."
            )
            continue
        if all(bone.lock_location):
            notes.append(
                f"The location of {bone.name} is locked, so its limb cannot pass before or behind the body; unlock it if it should."
            )
            continue
        changes = np.flatnonzero(np.diff(layers, prepend=layers[0] - 1))
        depths = stack.depth(limb, layers[changes]) - stack.rest[limb]
        first = target.rest.index(bone.name)
        if first in moves and first not in target.loose:
            curves += _on_top(target, first, changes, depths, moves[first])
        elif first not in target.loose:
            curves += _held(target, first, changes, depths)
        for loose in _beside(target, limb, first):
            curves += _on_top(target, loose, changes, depths, moves[loose])
        ik = target.limbs.ik.get(limb.name.lower())
        for control in (ik.target, ik.pole) if ik is not None else ():
            curves += _held_beside_others(target, control, changes, depths) if control >= 0 else []
    return curves, notes


def _beside(target: RigTarget, limb: Limb, first: int) -> Iterator[int]:
    """The limb's loose bones that its first one does not take along, and no other of them."""
    owners, taken = limbs_of_bones(target.bone_map), {first} - set(target.loose)
    for bone in sorted(target.loose, key=lambda bone: len(target.rest.above(bone))):
        if owners[target.rest.names[bone]] is limb and taken.isdisjoint(target.rest.above(bone)):
            taken.add(bone)
            yield bone


def _held(target: RigTarget, bone: int, changes: NDArray[np.int64], depths: Array) -> list[Curve]:
    """Keys on the frames of these `changes` (N,) that put a bone so far (N,) along the normal."""
    channels = BoneChannels(target.armature.pose.bones[target.rest.names[bone]], target.motion.frames[changes])
    return channels.location(
        depths[:, None] * _normal(target, bone), target.motion.skeleton.height, Interpolation.CONSTANT
    )


def _held_beside_others(target: RigTarget, bone: int, changes: NDArray[np.int64], depths: Array) -> list[Curve]:
    """The same for a bone that is moved in the plane as well: on the channel along the normal alone, and nothing where
    none is.
    """
    normal = _normal(target, bone)
    axis = int(np.abs(normal).argmax())
    return [
        curve for curve in _held(target, bone, changes, depths) if curve.index == axis and abs(normal[axis]) > ONE_AXIS
    ]


def _on_top(target: RigTarget, bone: int, changes: NDArray[np.int64], depths: Array, moves: Array) -> list[Curve]:
    """The same on top of how the bone is moved in every frame (K, 3)."""
    if curves := _held_beside_others(target, bone, changes, depths):
        return curves
    everywhere = np.repeat(depths, np.diff(changes, append=len(moves)))
    channels = BoneChannels(target.armature.pose.bones[target.rest.names[bone]], target.motion.frames)
    return channels.location(moves + everywhere[:, None] * _normal(target, bone), target.motion.skeleton.height)


def _normal(target: RigTarget, bone: int) -> Array:
    """(3,) the plane's normal along the axes that the bone's location counts along."""
    return np.asarray(target.rest_axes[2] @ location_axes(target.rest, bone, bool(target.state.local_location[bone])))


def _read_limb_depths(
    armature: bpy.types.Object, rest: RestPose, bone_map: BoneMap, height: float, away: Array
) -> LimbDepths:
    pieces = list(_pieces(armature, away))
    depths = {}
    for limb in LIMB_BONES:
        names = _bones(bone_map, limb)
        found = [depth for bones, depth in pieces if bones <= set(names)]
        if names:
            depths[limb] = float(np.mean(found or [rest.heads[rest.index(name)] @ away for name in names]))
    gaps = np.diff(sorted(depths.values()))
    own = gaps[gaps > SAME_LAYER * height]
    return LimbDepths(depths, float(own.min()) if own.size else LAYER_SPACING * height)


def _pieces(armature: bpy.types.Object, away: Array) -> Iterator[tuple[frozenset[str], float]]:
    """The objects parented to the armature: the bones that move each, and its mean distance from the viewer at rest.
    Blender does not know where hidden ones are, so artwork for other views than the one that is seen is left out.
    """
    to_armature = armature.matrix_world.inverted()
    for piece in (piece for piece in armature.children_recursive if not piece.hide_viewport):
        if piece.parent_type == "BONE" and piece.parent == armature:
            bone = armature.data.bones.get(piece.parent_bone)
            if bone is None:
                continue
            posed = armature.pose.bones[bone.name].matrix
            at_rest = bone.matrix_local @ posed.inverted() @ to_armature @ piece.matrix_world
            bones = frozenset({bone.name})
        else:
            at_rest = to_armature @ piece.matrix_world
            bones = (
                frozenset(group.name for group in piece.vertex_groups if group.name in armature.data.bones)
                if piece.type == "MESH"
                else frozenset()
            )
        if bones:
            corners = np.array([at_rest @ Vector(corner) for corner in piece.bound_box])
            yield bones, float(corners.mean(axis=0) @ away)


def _bones(bone_map: BoneMap, limb: Limb) -> list[str]:
    names: list[str] = []
    for part in LIMB_BONES[limb]:
        names += (
            bone_map.chains.get(part, ())
            if isinstance(part, Joint)
            else [bone_map.extremities[part]]
            if part in bone_map.extremities
            else []
        )
    return names
