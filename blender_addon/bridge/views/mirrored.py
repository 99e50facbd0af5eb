"""Artwork that is drawn for one side and mirrored for the other: about the bone that carries it."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import numpy as np
from mathutils import Euler, Matrix, Quaternion, Vector
from numpy.typing import NDArray

from ..scene.animation.actions import Curve, Interpolation
from ..scene.animation.layer_visibility import layer_path, stands
from .artwork import Sheet

Array = NDArray[np.float64]

GROUP = "Mirror"
MIRROR = Matrix.Diagonal((-1, 1, 1)).to_3x3()
UNMOVED = 1e-6
"""A channel that differs by less from what it is unmirrored needs no keys."""


def mirror_curves(sheet: Sheet, mirrored: NDArray[np.bool_], frames: NDArray[np.int64], axes: Array) -> Iterator[Curve]:
    """Constant keys on the delta transforms of an object, which leave its own transforms to its user, or on those of a
    layer: mirrored in the frames (K,) that say so. `axes` (3, 3) are the plane's right, up and away in the armature's space.

    None for what no bone alone carries: that cannot be mirrored beside its pose.
    """
    if not mirrored.any() or not is_on_bone(sheet):
        return
    changes = np.flatnonzero(np.diff(mirrored.astype(np.int64), prepend=2))
    for path, plain, other in _transforms(sheet, axes) if sheet.layer else _deltas(sheet, axes):
        for index, (one, two) in enumerate(zip(plain, other, strict=True)):
            if abs(two - one) > UNMOVED:
                values = np.where(mirrored[changes], two, one).astype(np.float64)
                yield Curve(path, index, frames[changes], values, GROUP, Interpolation.CONSTANT)


def _deltas(sheet: Sheet, axes: Array) -> list[tuple[str, tuple[float, ...], tuple[float, ...]]]:
    """The delta transforms by data path, as they are and mirrored.

    Mirrored about the bone, the basis B becomes P⁻¹ F P B, with P the parent's inverse and F the reflection beside the
    bone. Its scale is that of B with one axis turned round, so that a rotation is left.
    """
    item = sheet.item
    parent = item.matrix_parent_inverse
    mirror = parent.inverted() @ _reflection(sheet, item.parent.data.bones[sheet.bone], axes, from_tail=True) @ parent
    rotation = rotation_of(item)
    moved = mirror @ item.location - item.location
    turned = (mirror.to_3x3().normalized() @ rotation @ MIRROR) @ rotation.inverted()
    found = [
        ("delta_location", (0.0, 0.0, 0.0), tuple(moved)),
        ("delta_scale", (1.0, 1.0, 1.0), (-1.0, 1.0, 1.0)),
    ]
    if item.rotation_mode == "QUATERNION":
        return [*found, ("delta_rotation_quaternion", (1.0, 0.0, 0.0, 0.0), tuple(turned.to_quaternion()))]
    return [*found, ("delta_rotation_euler", (0.0, 0.0, 0.0), tuple(turned.to_euler()))]


def _transforms(sheet: Sheet, axes: Array) -> list[tuple[str, tuple[float, ...], tuple[float, ...]]]:
    """The transforms of a layer by data path, as they are without our keys and mirrored."""
    item, layer = sheet.item, sheet.item.data.layers[sheet.layer]
    carrier, bone, to_bone = layer.parent, layer.parent_bone, layer.matrix_parent_inverse
    if carrier is None:
        carrier, bone, to_bone = item.parent, item.parent_bone, item.matrix_parent_inverse @ item.matrix_basis
    mirror = (
        to_bone.inverted()
        @ _reflection(sheet, carrier.data.bones[bone], axes, from_tail=layer.parent is None)
        @ to_bone
    )
    paths = [layer_path(sheet.layer, name) for name in ("translation", "rotation", "scale")]
    place, turn, size = (tuple(stands(item.data, path)) for path in paths)
    turned = mirror.to_3x3().normalized() @ Euler(turn, "XYZ").to_matrix() @ MIRROR
    after = tuple(mirror @ Vector(place)), tuple(turned.to_euler("XYZ")), (-size[0], *size[1:])
    return list(zip(paths, (place, turn, size), after, strict=True))


def is_on_bone(sheet: Sheet) -> bool:
    """Whether one bone carries it."""
    if sheet.layer and (layer := sheet.item.data.layers[sheet.layer]).parent is not None:
        return layer.parent.type == "ARMATURE" and layer.parent_bone in layer.parent.data.bones
    return sheet.item.parent is not None and sheet.item.parent_type == "BONE"


def _reflection(sheet: Sheet, bone: bpy.types.Bone, axes: Array, *, from_tail: bool) -> Matrix:
    """Beside a bone, in its space, whose origin is at the bone's tail or head. A foot is level whichever way it looks:
    beside the upright through the ankle.
    """
    own = np.array(bone.matrix_local.to_3x3())
    if not sheet.of_foot:
        across = 0 if abs(axes[2] @ own[:, 0]) < abs(axes[2] @ own[:, 2]) else 2
        return Matrix.Diagonal([-1 if axis == across else 1 for axis in range(4)])
    right, ankle = axes[0] @ own, Vector((0, -bone.length if from_tail else 0, 0))
    turned = Matrix((np.eye(3) - 2 * np.outer(right, right)).tolist()).to_4x4()
    return Matrix.Translation(ankle) @ turned @ Matrix.Translation(-ankle)


def rotation_of(item: bpy.types.Object) -> Matrix:
    """(3, 3) an object's own rotation, without its delta."""
    if item.rotation_mode == "QUATERNION":
        return Quaternion(item.rotation_quaternion).to_matrix()
    if item.rotation_mode == "AXIS_ANGLE":
        angle, *axis = item.rotation_axis_angle
        return Matrix.Rotation(angle, 3, axis)
    return Euler(item.rotation_euler, item.rotation_mode).to_matrix()
