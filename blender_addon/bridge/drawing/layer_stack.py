"""The depth order of a drawing's layers: limbs by the depth of the motion, pieces of a limb by the order of their
layers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ...core.limbs import Limb
from ..body.scene_motion import SceneMotion
from ..rig.limb_depth_keys import LAYER_SPACING
from ..rig.limb_layers import limb_layers
from .body_parts import LIMB_OF_PART, BodyPart
from .layer_pieces import LayerPiece

Array = NDArray[np.float64]

LIMB_SHARE = 0.9
"""Part of the way from one limb to the next that the pieces of one lie within, and part of the way from piece to piece
that its strokes do.
"""
LIMBS_BEHIND = 5
"""Limbs that lie behind the trunk at most, and one: so far the character comes forward from what is drawn beneath it.
"""
MODIFIER = "Retarget 2D Stroke Order"


@dataclass(frozen=True, eq=False)
class LayerStack:
    """How layers are moved along the normal, towards the viewer, in the drawing's unit: `flat` per layer, which brings
    it into the plane of all; `nearer` from there to its place in its limb; `spacing` from limb to limb, and `stroke`
    from one stroke to the next.
    """

    flat: Mapping[str, float]
    nearer: Mapping[str, float]
    spacing: float
    stroke: float
    under: frozenset[Limb] = frozenset()

    def shift(self, layer: str) -> float:
        """How far a layer moves towards the viewer while its limb is level with the trunk."""
        return self.flat[layer] + self.nearer[layer]


def layer_stack(
    drawing: bpy.types.Object, pieces: Sequence[LayerPiece], front: Sequence[LayerPiece], height: float, away: Array
) -> LayerStack:
    """The pieces of each limb, one before another as their layers are; `front`: those that are seen from the front,
    which tell which limbs lie under the trunk.

    Where other layers are drawn beneath, all of the character comes before them.
    """
    spacing = LAYER_SPACING * height
    depths = {piece.layer: float((piece.points @ away).mean()) for piece in pieces}
    middle = float(np.median(list(depths.values())))
    forward = LIMBS_BEHIND * spacing if _drawn_beneath(drawing, pieces) else 0.0
    nearer: dict[str, float] = {}
    strokes = spacing
    for limb in Limb:
        members = sorted((piece for piece in pieces if LIMB_OF_PART[piece.part] == limb), key=lambda piece: piece.order)
        step = LIMB_SHARE * spacing / max(len(members), 1)
        nearer |= {piece.layer: forward + index * step for index, piece in enumerate(members)}
        strokes = min(
            [
                strokes,
                *(LIMB_SHARE * step / max(_most_strokes(drawing.data.layers[piece.layer]), 1) for piece in members),
            ]
        )
    return LayerStack(
        {layer: depth - middle for layer, depth in depths.items()}, nearer, spacing, strokes, _drawn_under_trunk(front)
    )


def all_limb_layers(motion: SceneMotion, under: Collection[Limb]) -> dict[Limb, NDArray[np.int64]]:
    """(K,) layers of every limb in front of the trunk; negative behind it."""
    trunk = np.zeros(len(motion), dtype=np.int64)
    return {Limb.BODY: trunk, Limb.HEAD: trunk} | limb_layers(motion, under)


def hide_by_depth(drawing: bpy.types.Object, stack: LayerStack, away: Array) -> None:
    """Let strokes hide one another by where they lie, whatever their layer, and each lie a hair before the one that was
    drawn before it.

    Grease Pencil decides by depth alone then, and the strokes of a layer lie in one plane: a modifier sets them apart,
    and leaves the drawings as they are.
    """
    drawing.data.stroke_depth_order = "3D"
    modifier = drawing.modifiers.get(MODIFIER) or drawing.modifiers.new(MODIFIER, "NODES")
    group = modifier.node_group
    if group is None:
        group = modifier.node_group = _node_group()
    group.nodes["Towards the Viewer"].inputs[0].default_value = tuple(-stack.stroke * away)


def _node_group() -> bpy.types.NodeTree:
    group = bpy.data.node_groups.new(MODIFIER, "GeometryNodeTree")
    group.is_modifier = True
    for direction in ("INPUT", "OUTPUT"):
        group.interface.new_socket("Geometry", in_out=direction, socket_type="NodeSocketGeometry")
    kinds = (
        "NodeGroupInput",
        "GeometryNodeCurveOfPoint",
        "ShaderNodeVectorMath",
        "GeometryNodeSetPosition",
        "NodeGroupOutput",
    )
    given, stroke, offset, moved, result = (group.nodes.new(kind) for kind in kinds)
    for index, node in enumerate((given, stroke, offset, moved, result)):
        node.location = 200 * index, -160 if node in (stroke, offset) else 0
    offset.name, offset.label, offset.operation = "Towards the Viewer", "Towards the Viewer", "SCALE"
    group.links.new(given.outputs[0], moved.inputs["Geometry"])
    group.links.new(stroke.outputs["Curve Index"], offset.inputs["Scale"])
    group.links.new(offset.outputs[0], moved.inputs["Offset"])
    group.links.new(moved.outputs[0], result.inputs[0])
    return group


def _most_strokes(layer: bpy.types.ID) -> int:
    """The strokes of the layer's fullest drawing."""
    return max((len(key.drawing.curve_offsets) - 1 for key in layer.frames), default=1)


def _drawn_beneath(drawing: bpy.types.Object, pieces: Sequence[LayerPiece]) -> bool:
    used = {piece.layer for piece in pieces}
    lowest = min(piece.order for piece in pieces)
    return any(
        layer.name not in used and not layer.hide and len(layer.frames) for layer in list(drawing.data.layers)[:lowest]
    )


def _drawn_under_trunk(pieces: Sequence[LayerPiece]) -> frozenset[Limb]:
    trunk = max((piece.order for piece in pieces if piece.part in (BodyPart.HIPS, BodyPart.TORSO)), default=-1)
    over = {LIMB_OF_PART[piece.part] for piece in pieces if piece.order > trunk}
    return frozenset(set(Limb) - over)
