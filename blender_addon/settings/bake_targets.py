"""What a motion can be baked onto: a row each. Its module in `bridge/targets` says what it needs, plans and writes."""

from __future__ import annotations

from .kinds import Choice


class BakeTarget(Choice):
    """What the motion is baked onto. The word is the name of its module too."""

    RIG = "RIG", "Rig", "Keys on the bones of the character", "rig", "ARMATURE_DATA", 1
    FIGURE = (
        "GREASE_PENCIL",
        "Figure",
        "A figure drawn in Grease Pencil, with a layer for each limb",
        "figure",
        "OUTLINER_OB_GREASEPENCIL",
        2,
    )
    DRAWING = (
        "DRAWING",
        "Drawing",
        "Your own Grease Pencil drawing, whose layers are a body's parts",
        "drawing",
        "GREASEPENCIL",
        4,
    )


OF_RIGS = frozenset({BakeTarget.RIG.value, BakeTarget.DRAWING.value})
"""Targets whose bones are keyed: a drawing may have an armature too."""
