"""One stroke of the drawn figure over all frames, and the plain shapes that strokes are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .figure_style import Paint

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FigureStroke:
    """`points` (K, P, 2) in the picture, x right, y down, and `radii` (P,), both in the motion's unit.

    `filled`: the points are the outline of an area; else they are the middle of a line. `shown` (K,) bool: in which
    frames it is there; None for all.
    """

    paint: Paint
    points: Array
    radii: Array
    filled: bool = False
    shown: NDArray[np.bool_] | None = None


def line(
    paint: Paint, points: Array, radii: ArrayLike, *, ink: Array | float = 0.0, shown: NDArray[np.bool_] | None = None
) -> list[FigureStroke]:
    """A line through the points (K, P, 2), and behind it one in ink that is wider by `ink`, (P,) or one number for all;
    nothing where it has no width.
    """
    width = np.broadcast_to(np.asarray(radii, dtype=np.float64), points.shape[1:2])
    if not width.any():
        return []
    inner = FigureStroke(paint, points, width, shown=shown)
    return [FigureStroke(Paint.INK, points, width + ink, shown=shown), inner] if np.any(ink) else [inner]


def disc(
    paint: Paint, centres: Array, radius: float, *, ink: float = 0.0, shown: NDArray[np.bool_] | None = None
) -> list[FigureStroke]:
    """A round spot about the centres (K, 2): a line too short to see, so that it is round at any size."""
    reach = np.array((-0.01, 0.01))[:, None] * (radius, 0.0)
    return line(paint, centres[:, None] + reach, (radius, radius), ink=ink, shown=shown)


def area(paint: Paint, points: Array, shown: NDArray[np.bool_] | None = None) -> FigureStroke:
    """The inside of the outline (K, P, 2)."""
    return FigureStroke(paint, points, np.zeros(points.shape[1]), filled=True, shown=shown)
