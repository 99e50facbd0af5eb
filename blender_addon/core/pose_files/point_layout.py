"""Which layout the points of a file are in, where it names none: by their number, and by the body that they make."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..pose_sequence import Array
from ..skeleton import LAYOUTS, JointLayout
from .pose_file import Source

CLOSE_TOGETHER: tuple[tuple[tuple[str, ...], str], ...] = (
    (("right_shoulder", "left_shoulder"), "neck"),
    (("right_hip", "left_hip"), "mid_hip"),
    *(((f"{side}_eye",), other) for side in ("right", "left") for other in ("nose", f"{side}_ear")),
    *(((f"{side}_ankle",), f"{side}_{part}") for side in ("right", "left") for part in ("heel", "toe")),
)
"""Points, or middles of two, and the point that is near them on every body."""

CLEARLY = 0.5
"""One of two layouts is the file's if it keeps those points this much closer than the other."""

APART = 0.05
"""Parts of the body's size; less is nearly nothing, and says nothing."""

USUAL = ("coco_17",)
"""Layouts that are taken unless another one is clearly the file's."""


def layout_of_points(source: Source, positions: Array, confidence: Array) -> JointLayout:
    """The layout of a file's points.

    Args:
        source: The file; a `layout` that the user names counts before all else.
        positions: (N, K, 2) places, in any unit.
        confidence: (N, K), 0 where a point is unseen.

    Raises:
        PoseFileError: No layout has K points, the named one has not, or two may be the file's.
    """
    count = positions.shape[1]
    fitting = layouts_of(count)
    if source.layout is not None:
        return _named(source, count, fitting)
    if not fitting:
        raise source.error(f"holds {count} points a person, which are in no layout that we know; {other_export()}")
    if len(fitting) == 1:
        return fitting[0]
    size = _size(positions, confidence)
    spreads = sorted(((_spread(one, positions, confidence), at) for at, one in enumerate(fitting)))
    (least, best), (second, _) = spreads[:2]
    if least < CLEARLY * second and (second > APART * size or count == len(LAYOUTS["body_25"].points)):
        return fitting[best]
    for layout in fitting:
        if layout.name in USUAL:
            return layout
    names = " or ".join(layout.name for layout in fitting)
    raise source.error(f"holds {count} points a person that may be {names}; say which with --layout.")


def layouts_of(count: int) -> list[JointLayout]:
    """The layouts of so many points."""
    return [layout for layout in LAYOUTS.values() if len(layout.points) == count]


def _named(source: Source, count: int, fitting: Sequence[JointLayout]) -> JointLayout:
    """The layout that the user names."""
    layout = LAYOUTS[source.layout or ""]
    if len(layout.points) == count:
        return layout
    others = " or ".join(one.name for one in fitting)
    remedy = f"name {others} with --layout." if others else f"leave out --layout, and {other_export()}"
    raise source.error(f"holds {count} points a person, and {layout.name} has {len(layout.points)}; {remedy}")


def other_export() -> str:
    """What to do with points of no layout."""
    counts = sorted({len(layout.points) for layout in LAYOUTS.values()})
    return f"export it with a model of {', '.join(map(str, counts[:-1]))} or {counts[-1]} points."


def _size(positions: Array, confidence: Array) -> float:
    """The longer side of the box around what is seen, in the middle of the poses; 0 where nothing is."""
    seen = (confidence > 0)[..., None]
    shown = seen.any(axis=(1, 2))
    if not shown.any():
        return 0.0
    sides = np.where(seen, positions, -np.inf).max(axis=1) - np.where(seen, positions, np.inf).min(axis=1)
    return float(np.median(sides[shown].max(axis=1)))


def _spread(layout: JointLayout, positions: Array, confidence: Array) -> float:
    """The mean distance of what is close together on every body, if the points were in that layout; inf where none of
    it is seen.
    """
    apart, weights = [], []
    for group, other in CLOSE_TOGETHER:
        if {*group, other} <= set(layout.points):
            here, there = [layout.points.index(name) for name in group], layout.points.index(other)
            apart.append(np.linalg.norm(positions[:, here].mean(axis=1) - positions[:, there], axis=-1))
            weights.append(confidence[:, [*here, there]].min(axis=1))
    return float(np.average(apart, weights=weights)) if np.any(weights) else float("inf")
