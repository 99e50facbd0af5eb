"""How a bake joins the animation that is there."""

from __future__ import annotations

from dataclasses import dataclass

from .kinds import Choice, one_of, share, text
from .setting import Topic


class LayerMode(Choice):
    """Where the keys go."""

    ACTION = "ACTION", "Action", "The rig plays it; what it played before is kept on a muted NLA track"
    LAYER = (
        "LAYER",
        "NLA Layer",
        "An NLA track above all others plays it, blended with what is beneath; a second bake of the same performer replaces its own strip",
    )


class Blending(Choice):
    """How a strip joins what is beneath it."""

    REPLACE = "REPLACE", "Replace", "The layer counts in place of what is beneath it, as far as its influence goes"
    COMBINE = "COMBINE", "Combine", "The layer is added as rotations are: right for changes on top of another motion"
    ADD = "ADD", "Add", "The layer's numbers are added to those beneath"
    SUBTRACT = "SUBTRACT", "Subtract", "The layer's numbers are taken from those beneath"
    MULTIPLY = "MULTIPLY", "Multiply", "The layer's numbers are multiplied with those beneath"


def _layer(layers: LayerSettings) -> bool:
    return layers.mode is LayerMode.LAYER


@dataclass(frozen=True)
class LayerSettings(Topic):
    """`title` of the layer, empty for the video's and the performer's; `blending` and `influence` (0..1) of a new strip
    over what is beneath it.
    """

    group = "layers"
    heading = "layers of a rig"

    mode: LayerMode = one_of(
        LayerMode.ACTION, "Bake As", "How the bake joins the animation that the rig has", word="bake-as"
    )
    title: str = text(
        "Title",
        "What the layer is called; empty: the video and the performer. A bake with another title does not replace this one",
        word="layer-title",
    )
    blending: Blending = one_of(
        Blending.REPLACE,
        "Blending",
        "How a new layer is blended with what is beneath it",
        word="layer-blending",
        applies=_layer,
    )
    influence: float = share(1.0, "Influence", "How much a new layer counts", word="layer-influence", applies=_layer)
