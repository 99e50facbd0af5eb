"""The figure drawn in Grease Pencil."""

from __future__ import annotations

from dataclasses import dataclass

from .kinds import text
from .setting import Topic


@dataclass(frozen=True)
class FigureSettings(Topic):
    """The figure's look."""

    group = "drawing"
    heading = "figure"

    style: str = text("Style", word="figure-style", metavar="STYLE", drawn=False)
    """Look of the figure: the name of a style, or a style file; empty for the style character"""
