"""The figure that is drawn in Grease Pencil."""

from __future__ import annotations

from dataclasses import dataclass

from .kinds import text
from .setting import Topic


@dataclass(frozen=True)
class FigureSettings(Topic):
    """How it looks."""

    group = "drawing"
    heading = "figure"

    style: str = text(
        "Style",
        "How the drawn figure looks: the name of a style, or a file of one; empty: the character",
        word="figure-style",
        metavar="STYLE",
        drawn=False,
    )
