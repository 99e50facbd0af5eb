"""Keys on the layers of a drawing: each layer rotates and moves as the bone of its part would."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import bpy
import numpy as np
from mathutils import Euler, Matrix
from numpy.typing import NDArray

from ...core.skeleton import BONE_INDEX, Joint
from ..armature.inheritance import Carried
from ..body.rotations import directions, from_matrices, inverse, product, rotate, rotation_about, to_euler, unwrap
from ..rig.bone_rotations import steady_angles
from ..rig.rig_pose import RigPose, RigTarget
from ..scene.animation.actions import Curve, Interpolation
from ..scene.json_text import read_json
from .body_parts import FEET, LIMB_OF_PART, LIMB_PARTS, BodyPart, bone_of
from .layer_pieces import LayerPiece
from .layer_stack import LayerStack, all_limb_layers

Array = NDArray[np.float64]

REST_PROPERTY = "retarget2d_rests"
"""The custom property of an Action of ours that keeps how its layers stood before it: translation, rotation and scale
of each.
"""
AN_AXIS = 0.9999
"""Cosine of the angle within which the drawing's normal is one of its axes, so that a layer turns on one channel."""
UNMOVED = 1e-7
"""Parts of the height, or radians: a channel that stays within is not keyed."""

LAYER_TRANSFORM = re.compile(r'layers\["(?P<layer>.+)"\]\.(?:translation|rotation|scale)')

Rests = Mapping[str, tuple[float, ...]]
"""Nine numbers a layer: translation, rotation (XYZ, radians), scale."""


def rests_of(drawing: bpy.types.Object) -> dict[str, tuple[float, ...]]:
    """The transform of each layer without our keys."""
    kept: dict[str, list[float]] = {}
    animation = drawing.data.animation_data
    if animation is not None and animation.action is not None and REST_PROPERTY in animation.action:
        kept = _read_rests(animation.action, drawing)
    return {
        layer.name: tuple(kept.get(layer.name, (*layer.translation, *layer.rotation, *layer.scale)))
        for layer in drawing.data.layers
    }


def _read_rests(action: bpy.types.Action, drawing: bpy.types.Object) -> dict[str, list[float]]:
    remedy = f"take the Action off {drawing.name}, let its layers stand as they should at rest, and bake again"
    what = f"What the Action {action.name} keeps of the layers"
    kept = read_json(str(action[REST_PROPERTY]), what, remedy)
    if not isinstance(kept, dict) or not all(_is_rest(rest) for rest in kept.values()):
        raise ValueError(f"{what} is damaged; {remedy}.")
    return kept


def _is_rest(rest: object) -> bool:
    return isinstance(rest, list) and len(rest) == 9 and all(isinstance(value, int | float) for value in rest)


def rest_matrices(rests: Rests) -> dict[str, Array]:
    """(4, 4) each."""
    return {
        name: np.array(Matrix.LocRotScale(values[:3], Euler(values[3:6], "XYZ"), values[6:9]), dtype=np.float64)
        for name, values in rests.items()
    }


def set_at_rest(layer: bpy.types.ID, rest: Sequence[float]) -> None:
    """Set the transform of the layer for channels without keys."""
    layer.translation, layer.rotation, layer.scale = rest[:3], rest[3:6], rest[6:9]


@dataclass(frozen=True, eq=False)
class LayerPoses:
    """What a bake onto layers is worked out from: the rig's `target` and `pose`, and `to_drawing` (4, 4) from the rig's
    space to the drawing's.
    """

    target: RigTarget
    pose: RigPose
    to_drawing: Array

    def moves(self, part: BodyPart) -> tuple[Array, Array] | None:
        """Turns (K, 4) and translations (K, 3) that take a layer of that part from rest to its pose, in the drawing's
        space; None where no bone carries it.
        """
        name = bone_of(part, self.target.bone_map)
        if name is None:
            return None
        rest, carried = self.target.rest, self.target.carried(self.pose.turns)
        bone = rest.index(name)
        turn = np.broadcast_to(carried.turn(bone), (len(self.target.motion), 4))
        pivot = rest.heads[bone]
        if (limb := next((limb for limb in LIMB_PARTS if limb.whole == part), None)) is not None:
            turn = self._turn_of_whole(limb.joints, carried)
        place = carried.place(bone, pivot) + (0 if self.pose.path is None else self.pose.path)
        shift = place - rotate(turn, pivot)
        linear = self.to_drawing[:3, :3]
        scale = np.cbrt(np.linalg.det(linear))
        basis = from_matrices(linear / scale)
        turned = product(product(basis, turn), inverse(basis))
        moved = shift @ linear.T + self.to_drawing[:3, 3]
        return turned, moved - rotate(turned, self.to_drawing[:3, 3])

    def reflection(self, part: BodyPart, axes: Array) -> tuple[Array, Array]:
        """(3, 3) that mirrors beside the bone of a part at rest, or a foot beside the upright, and (3,) the point that
        stays, in the drawing's space, as `axes` (3, 3: right, up, away) are.
        """
        name, rest = bone_of(part, self.target.bone_map), self.target.rest
        assert name is not None
        bone = rest.index(name)
        linear = self.to_drawing[:3, :3]
        along = linear @ (rest.tails[bone] - rest.heads[bone])
        across = axes[0].copy() if part in FEET else np.cross(along, axes[2])
        across /= max(float(np.linalg.norm(across)), 1e-9)
        return np.eye(3) - 2 * np.outer(across, across), linear @ rest.heads[bone] + self.to_drawing[:3, 3]

    def _turn_of_whole(self, joints: tuple[Joint, Joint, Joint], carried: Carried) -> Array:
        """Rotation of a limb that is drawn in one piece: from its root to its end."""
        rest, axes = self.target.rest, self.target.axes
        upper, lower = (rest.index(self.target.bone_map.chains[joint][0]) for joint in joints[1:])
        end = rest.tails[rest.index(self.target.bone_map.chains[joints[2]][-1])]
        way = (carried.place(lower, end) - carried.place(upper, rest.heads[upper])) @ axes[:2].T * (1, -1)
        lengths = self.target.motion.skeleton.lengths
        length = float(lengths[[BONE_INDEX[joint] for joint in joints[1:]]].sum())
        resting = directions(end - rest.heads[upper]) @ axes[:2].T
        return rotation_about(
            -axes[2],
            steady_angles(np.broadcast_to(way, (len(self.target.motion), 2)), length)
            - np.arctan2(resting[1], resting[0]),
        )


def locked_layers(drawing: bpy.types.Object) -> set[str]:
    """The names of the layers that are locked, or are in a group that is."""
    return {layer.name for layer in drawing.data.layers if layer.lock or _is_in_locked_group(layer)}


def _is_in_locked_group(layer: bpy.types.GreasePencilLayer) -> bool:
    group = layer.parent_group
    while group is not None:
        if group.lock:
            return True
        group = group.parent_group
    return False


@dataclass(frozen=True, eq=False)
class LayerLook:
    """How layers lie one before another (`stack`, None as they are) in the plane of `axes` (3, 3: right, up, away) in the
    drawing's space; `mirrored` (K,) by layer: in which frames it is mirrored about its bone.
    """

    stack: LayerStack | None
    axes: Array
    mirrored: Mapping[str, NDArray[np.bool_]]


def layer_curves(
    poses: LayerPoses, pieces: Sequence[LayerPiece], rests: Rests, look: LayerLook
) -> tuple[list[Curve], list[str]]:
    """Curves of all assigned layers on the data-block, and a sentence for each layer that no bone carries."""
    stack, away = look.stack, look.axes[2]
    order = all_limb_layers(poses.target.motion, stack.under) if stack is not None else {}
    curves: list[Curve] = []
    notes = []
    for piece in pieces:
        moves = poses.moves(piece.part)
        if moves is None:
            notes.append(f"The layer {piece.layer} stays where it is, because nothing moves what it is assigned to.")
            continue
        nearer = np.zeros(len(poses.target.motion))
        if stack is not None:
            nearer += stack.shift(piece.layer) + stack.spacing * order[LIMB_OF_PART[piece.part]]
        rest = np.array(rests[piece.layer])
        seen, before = _Seen(rest), -nearer[:, None] * away
        if piece.layer in look.mirrored:
            seen = _Seen(rest, look.mirrored[piece.layer], *poses.reflection(piece.part, look.axes))
        curves += _curves_of_layer(piece.layer, poses.target, moves, seen, before)
    return curves, notes


@dataclass(frozen=True, eq=False)
class _Seen:
    """How a layer is seen at rest: its `rest` (9,), and where it is `mirrored` (K,), by a `reflection` (3, 3) about a
    `pivot` (3,).
    """

    rest: Array
    mirrored: NDArray[np.bool_] | None = None
    reflection: Array = field(default_factory=lambda: np.eye(3))
    pivot: Array = field(default_factory=lambda: np.zeros(3))

    def reflected(self) -> Array:
        """(9,) the transform that shows it mirrored."""
        turn = self.reflection @ np.array(Euler(self.rest[3:6], "XYZ").to_matrix()) @ np.diag((-1.0, 1.0, 1.0))
        place = self.pivot + self.reflection @ (self.rest[:3] - self.pivot)
        return np.array((*place, *Matrix(turn).to_euler("XYZ"), -self.rest[6], *self.rest[7:9]))


def _curves_of_layer(
    layer: str, target: RigTarget, moves: tuple[Array, Array], seen: _Seen, before: Array
) -> Iterable[Curve]:
    rest = seen.rest
    frames, height = target.motion.frames, target.motion.skeleton.height
    path = f'layers["{bpy.utils.escape_identifier(layer)}"]'
    angles, place = _placed(moves, rest)
    if seen.mirrored is not None:
        other, where = seen.reflected(), seen.mirrored[:, None]
        turned, moved = _placed(moves, other)
        angles, place = np.where(where, _nearest(turned, angles), angles), np.where(where, moved, place)
        changes = np.flatnonzero(np.diff(seen.mirrored.astype(np.int64), prepend=2))
        sizes = np.where(seen.mirrored[changes], other[6], rest[6])
        yield Curve(f"{path}.scale", 0, frames[changes], sizes, layer, Interpolation.CONSTANT)
    for index in range(3):
        if np.abs(angles[:, index] - rest[3 + index]).max() > UNMOVED:
            yield Curve(f"{path}.rotation", index, frames, angles[:, index], layer)
    for index in range(3):
        flat, depth = place[:, index], before[:, index]
        if np.ptp(flat) <= UNMOVED * height and np.abs(depth).max() > 0:
            # The normal's own channel: it is held from change to change.
            values = rest[index] + depth if abs(flat[0] - rest[index]) <= UNMOVED * height else flat + depth
            changes = np.flatnonzero(np.diff(values, prepend=values[0] - 1))
            yield Curve(f"{path}.translation", index, frames[changes], values[changes], layer, Interpolation.CONSTANT)
        elif np.abs(flat + depth - rest[index]).max() > UNMOVED * height:
            yield Curve(f"{path}.translation", index, frames, flat + depth, layer)


def _placed(moves: tuple[Array, Array], rest: Array) -> tuple[Array, Array]:
    """(K, 3) Euler angles and (K, 3) places of a layer that stands so at rest."""
    turn, shift = moves
    base = from_matrices(np.array(Euler(rest[3:6], "XYZ").to_matrix(), dtype=np.float64))
    return _angles(turn, product(turn, base), rest[3:6]), rotate(turn, rest[:3]) + shift


def _nearest(angles: Array, to: Array) -> Array:
    """Angles by whole turns as near as they come to others."""
    return np.asarray(angles + 2 * np.pi * np.round((to - angles) / (2 * np.pi)))


def _angles(turn: Array, wanted: Array, rest: Array) -> Array:
    """(K, 3) Euler angles of the layer: on one channel where it turns about one of the drawing's axes, and rests turned
    about that alone.
    """
    parts = np.abs(turn[:, 1:]).max(axis=0)
    axis = int(parts.argmax())
    others = np.delete(np.arange(3), axis)
    if parts[others].max() <= UNMOVED * 100 and np.abs(rest[others]).max() <= UNMOVED * 100:
        angles = np.tile(rest, (len(turn), 1))
        angles[:, axis] += unwrap(np.unwrap(2 * np.arctan2(turn[:, 1 + axis], turn[:, 0]), period=2 * np.pi))
        return angles
    return to_euler(wanted, "XYZ")
