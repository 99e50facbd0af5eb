"""How a bake combines with the rig's animation."""

from __future__ import annotations

from dataclasses import dataclass

from .kinds import Choice, one_of, share, text
from .setting import Topic


class LayerMode(Choice):
    """Where the keys go."""

    ACTION = "ACTION", "Action", "A new Action of the rig; the one before is kept on a muted NLA track"
    LAYER = (
        "LAYER",
        "NLA Layer",
        "A strip on a new NLA track above all others; a second bake of the same performer replaces its own strip",
    )


class Blending(Choice):
    """How a strip blends with the tracks below."""

    REPLACE = "REPLACE", "Replace", "Replace the tracks below, by the layer's influence"
    COMBINE = "COMBINE", "Combine", "Add rotations as rotations: for changes on top of another motion"
    ADD = "ADD", "Add", "Add the layer's values to those below"
    SUBTRACT = "SUBTRACT", "Subtract", "Subtract the layer's values from those below"
    MULTIPLY = "MULTIPLY", "Multiply", "Multiply the layer's values with those below"


def _layer(layers: LayerSettings) -> bool:
    return layers.mode is LayerMode.LAYER


@dataclass(frozen=True)
class LayerSettings(Topic):
    """`title` of the layer, empty for the video's and the performer's; `blending` and `influence` (0..1) of a new strip
    over what is beneath it.
    """

    group = "layers"
    heading = "layers of a rig"

    mode: LayerMode = one_of(LayerMode.ACTION, "Bake As", word="bake-as")
    """How the bake combines with the rig's animation"""
    title: str = text("Title", word="layer-title", placeholder="Video and performer")
    """Name of the bake; empty for video and performer. A bake with another title does not replace this one"""
    blending: Blending = one_of(Blending.REPLACE, "Blending", word="layer-blending", applies=_layer)
    """How a new layer blends with the tracks below"""
    influence: float = share(1.0, "Influence", word="layer-influence", applies=_layer)
    """Influence of a new layer"""
