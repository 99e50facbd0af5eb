"""Your own Grease Pencil drawing as a target."""

from __future__ import annotations

from dataclasses import dataclass

from .kinds import Block, Choice, data_block, one_of, switch
from .setting import Topic


class Way(Choice):
    """How the drawing is animated."""

    LAYERS = "LAYERS", "Layers", "Key the drawing's own layers; no armature is needed"
    BONES = "BONES", "Bones", "Parent each layer to a bone of an armature; one is built where there is none"
    WEIGHTS = (
        "WEIGHTS",
        "Weights",
        "An armature deforms the strokes, by weights that fall with distance; one is built where there is none",
    )


@dataclass(frozen=True)
class DrawingChoice(Topic):
    """The drawing, None where none was chosen; how it is moved; and whether limbs are keyed before and behind one
    another.
    """

    group = "drawing"
    heading = "your own drawing"

    target: Block | None = data_block("Drawing", kind="GREASEPENCIL", noun="drawing", word="drawing")
    """Your own Grease Pencil drawing, with a layer for each part of the body"""
    way: Way = one_of(Way.LAYERS, "Move by", word="drawing-way")
    """How the drawing is animated"""
    near_far: bool = switch(True, "Near and Far", word="near-far")
    """Key limbs in front of and behind one another as in the motion; strokes then hide each other by depth"""
