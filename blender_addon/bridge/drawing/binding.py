"""A drawing bound to an armature: layers parented to bones, or strokes deformed by bones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix, Vector
from numpy.typing import NDArray

from ..rig.measured_character import Character
from ..scene.versions import WEIGHTS_HAVE_A_FUNCTION
from .body_parts import bone_of, bones_of_limb
from .bone_weights import weights_by_distance
from .built_armature import MODIFIER_TYPE, in_mode
from .layer_keys import locked_layers
from .layer_pieces import LayerPiece, stroke_points
from .layer_stack import LayerStack

Array = NDArray[np.float64]

LEVELS = 16
"""Weight steps that the operator assigns before that version."""
MODIFIER = "Retarget 2D"
MOVED = 1e-5
"""A layer transform within this of the identity is none."""


@dataclass(frozen=True, eq=False)
class Binding:
    """What is bound: the assigned `pieces` of a `drawing` to the `armature` of a `character`; `away` (3,) from the
    viewer in the drawing's space, and how its layers lie along that, where they do.
    """

    drawing: bpy.types.Object
    armature: bpy.types.Object
    character: Character
    pieces: Sequence[LayerPiece]
    stack: LayerStack | None
    away: Array

    def free_pieces(self) -> list[LayerPiece]:
        """The pieces whose layers are not locked."""
        locked = locked_layers(self.drawing)
        return [piece for piece in self.pieces if piece.layer not in locked]

    def shift(self, layer: str) -> Vector:
        """How far a layer moves towards the viewer."""
        return Vector(-self.stack.shift(layer) * self.away) if self.stack is not None else Vector()


def parent_to_bones(binding: Binding) -> None:
    """Parent each assigned layer to the bone of its part, so that nothing moves while the armature rests; layers
    already parented there stay as they are.
    """
    drawing, armature = binding.drawing, binding.armature
    for piece in binding.free_pieces():
        name = bone_of(piece.part, binding.character.bone_map)
        layer = drawing.data.layers[piece.layer]
        if name is None or (layer.parent == armature and layer.parent_bone == name):
            continue
        shown = drawing.matrix_world @ Matrix.Translation(binding.shift(piece.layer)) @ rest_matrix(drawing, layer)
        layer.parent, layer.parent_bone = armature, name
        # What Blender takes for the inverse differs by version, and cannot be set: the layer's own transform makes up
        # for it.
        bone = armature.matrix_world @ armature.data.bones[name].matrix_local
        place, turn, size = ((bone @ layer.matrix_parent_inverse).inverted() @ shown).decompose()
        layer.translation, layer.rotation, layer.scale = place, turn.to_euler("XYZ"), size


def rest_matrix(drawing: bpy.types.Object, layer: bpy.types.ID) -> Matrix:
    """From the layer's space to the drawing's, with its parent at rest."""
    if layer.parent is None:
        return layer.matrix_local.copy()
    carrier = layer.parent.matrix_world.copy()
    if layer.parent.type == "ARMATURE" and layer.parent_bone in layer.parent.data.bones:
        carrier = carrier @ layer.parent.data.bones[layer.parent_bone].matrix_local
    return drawing.matrix_world.inverted() @ carrier @ layer.matrix_parent_inverse @ layer.matrix_local


def check_bendable(drawing: bpy.types.Object, pieces: Sequence[LayerPiece], away: Array) -> None:
    """ValueError, in one sentence, where a layer's own transform would keep the armature from bending it in place."""
    for piece in pieces:
        matrix = np.array(drawing.data.layers[piece.layer].matrix_local)
        off = matrix[:3, 3] - (matrix[:3, 3] @ away) * away
        if drawing.data.layers[piece.layer].parent is not None:
            raise ValueError(f"The layer {piece.layer} has a parent; clear it, or choose the way Bones.")
        if np.abs(matrix[:3, :3] - np.eye(3)).max() > MOVED or np.abs(off).max() > MOVED:
            raise ValueError(
                f"The layer {piece.layer} has a transform of its own, which bones cannot bend; set it back, or choose the way Bones or Layers."
            )


def add_armature_modifier(scene: bpy.types.Scene, binding: Binding) -> None:
    """Deform the assigned layers by a Grease Pencil Armature modifier. Weights follow the distance to the bones of the
    layer's limb.
    """
    drawing, armature, character = binding.drawing, binding.armature, binding.character
    rest = character.rest
    to_drawing = np.array(drawing.matrix_world.inverted() @ armature.matrix_world)
    height = character.skeleton.height * float(np.cbrt(abs(np.linalg.det(to_drawing[:3, :3]))))
    heads, tails = (ends @ to_drawing[:3, :3].T + to_drawing[:3, 3] for ends in (rest.heads, rest.tails))
    weights: dict[str, dict[int, tuple[tuple[str, ...], Array]]] = {}
    for piece in binding.free_pieces():
        names = bones_of_limb(piece.part, character.bone_map)
        if not names:
            continue
        rows = [rest.index(name) for name in names]
        layer = drawing.data.layers[piece.layer]
        offset = -binding.stack.flat[piece.layer] * binding.away if binding.stack is not None else np.zeros(3)
        weights[piece.layer] = {
            key.frame_number: (
                names,
                weights_by_distance(stroke_points(key.drawing) + offset, heads[rows], tails[rows], height),
            )
            for key in layer.frames
            if len(key.drawing.curve_offsets) > 1
        }
        if binding.stack is not None:
            layer.translation = binding.shift(piece.layer)
    _write_weights(scene, drawing, weights)
    modifiers = [
        modifier for modifier in drawing.modifiers if modifier.type == MODIFIER_TYPE and modifier.object == armature
    ]
    modifier = modifiers[0] if modifiers else drawing.modifiers.new(MODIFIER, MODIFIER_TYPE)
    modifier.object, modifier.use_vertex_groups, modifier.use_bone_envelopes = armature, True, False


def _write_weights(
    scene: bpy.types.Scene,
    drawing: bpy.types.Object,
    weights: Mapping[str, Mapping[int, tuple[tuple[str, ...], Array]]],
) -> None:
    names = dict.fromkeys(name for frames in weights.values() for names, _ in frames.values() for name in names)
    for name in names:
        if name not in drawing.vertex_groups:
            drawing.vertex_groups.new(name=name)
    if not WEIGHTS_HAVE_A_FUNCTION:
        _assign_by_operator(scene, drawing, weights)
        return
    for layer, frames in weights.items():
        for key in drawing.data.layers[layer].frames:
            if key.frame_number not in frames:
                continue
            bones, table = frames[key.frame_number]
            for name, column in zip(bones, table.T, strict=True):
                key.drawing.set_vertex_weights(name, list(range(len(column))), column.tolist())


def _assign_by_operator(
    scene: bpy.types.Scene,
    drawing: bpy.types.Object,
    weights: Mapping[str, Mapping[int, tuple[tuple[str, ...], Array]]],
) -> None:
    """Frame by frame and weight by weight, the operator that a user would call, on all layers at once."""
    frames = sorted({frame for drawn in weights.values() for frame in drawn})
    layers = {layer.name: layer for layer in drawing.data.layers}
    states = {name: (layer.lock, layer.hide) for name, layer in layers.items()}
    kept = (
        scene.frame_current,
        scene.tool_settings.vertex_group_weight,
        scene.tool_settings.use_grease_pencil_multi_frame_editing,
    )
    try:
        scene.tool_settings.use_grease_pencil_multi_frame_editing = False
        for name, layer in layers.items():
            layer.lock, layer.hide = name not in weights, False
        for frame in frames:
            scene.frame_set(frame)
            _assign_on_frame(
                scene, drawing, {name: drawn[frame] for name, drawn in weights.items() if frame in drawn}, frame
            )
    finally:
        for name, layer in layers.items():
            layer.lock, layer.hide = states[name]
        scene.frame_set(kept[0])
        scene.tool_settings.vertex_group_weight, scene.tool_settings.use_grease_pencil_multi_frame_editing = kept[1:]


def _assign_on_frame(
    scene: bpy.types.Scene, drawing: bpy.types.Object, tables: Mapping[str, tuple[tuple[str, ...], Array]], frame: int
) -> None:
    shown = {
        layer: drawing.data.layers[layer].get_frame_at(frame).drawing
        for layer in drawing.data.layers.keys() & tables.keys()
    }
    selected = {layer: ".selection" in each.attributes for layer, each in shown.items()}
    with in_mode(scene, drawing, "EDIT"):
        everywhere = [
            layer.get_frame_at(frame).drawing
            for layer in drawing.data.layers
            if not layer.lock and layer.get_frame_at(frame) is not None
        ]
        for name in dict.fromkeys(name for names, _ in tables.values() for name in names):
            drawing.vertex_groups.active_index = drawing.vertex_groups[name].index
            columns = {
                layer: np.round(LEVELS * table[:, names.index(name)]).astype(int)
                for layer, (names, table) in tables.items()
                if name in names
            }
            for level in sorted({int(level) for column in columns.values() for level in column} - {0}):
                for each in everywhere:
                    _select(each, np.zeros(len(each.attributes["position"].data), dtype=np.bool_))
                for layer, column in columns.items():
                    _select(shown[layer], column == level)
                scene.tool_settings.vertex_group_weight = level / LEVELS
                bpy.ops.object.vertex_group_assign()
    for layer, each in shown.items():
        if not selected[layer] and ".selection" in each.attributes:
            each.attributes.remove(each.attributes[".selection"])


def _select(shown: bpy.types.ID, which: NDArray[np.bool_]) -> None:
    attribute = shown.attributes.get(".selection")
    if attribute is not None and (attribute.domain != "POINT" or attribute.data_type != "BOOLEAN"):
        shown.attributes.remove(attribute)
        attribute = None
    (attribute or shown.attributes.new(".selection", "BOOLEAN", "POINT")).data.foreach_set("value", which)
