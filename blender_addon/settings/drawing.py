"""An artist's own Grease Pencil drawing that performs."""

from __future__ import annotations

from dataclasses import dataclass

from .kinds import Block, Choice, data_block, one_of, switch
from .setting import Topic


class Way(Choice):
    """How a drawing is moved."""

    LAYERS = "LAYERS", "Layers", "Keys on the drawing's own layers; the drawing needs no armature"
    BONES = "BONES", "Bones", "Each layer is parented to a bone of an armature; one is built where there is none"
    WEIGHTS = (
        "WEIGHTS",
        "Weights",
        "An armature bends the lines, by weights that fall with distance; one is built where there is none",
    )


@dataclass(frozen=True)
class DrawingChoice(Topic):
    """The drawing, None where none was chosen; how it is moved; and whether limbs are keyed before and behind one
    another.
    """

    group = "drawing"
    heading = "your own drawing"

    target: Block | None = data_block(
        "Drawing",
        "Your own Grease Pencil drawing, with a layer for each part of the body",
        kind="GREASEPENCIL",
        noun="drawing",
        word="drawing",
    )
    way: Way = one_of(Way.LAYERS, "Move by", "How the drawing is moved", word="drawing-way")
    near_far: bool = switch(
        True,
        "Near and Far",
        "Limbs come before and go behind one another as the performer's do; strokes then hide each other by depth",
        word="near-far",
    )
