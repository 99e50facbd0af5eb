"""Who is who: each body that is seen goes to the performer it continues, by place, motion, pose and the colours of the
torso.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from ..pose_sequence import Array
from ..skeleton import JointLayout
from ..video import Image
from .landmarks import Body, Crop, limb_rows

TORSO = ("left_shoulder", "right_shoulder", "right_hip", "left_hip")
"""Its corners, in turn."""

HUES, SATURATIONS, VALUES = 12, 4, 4
"""Bins of a torso's colours."""

COLOUR_COUNT = HUES * SATURATIONS + VALUES

ENOUGH_PIXELS = 4096
"""Of the box around a torso; of a larger one every second or third pixel is looked at, and so on."""

STEADINESS = 0.9
"""How much of what is known of somebody's colours and motion is kept each frame."""

COASTING = 0.8
"""How much of somebody's speed is believed each frame that they are out of sight."""

NARROWEST = 0.85
"""A crop is never narrower than this part of what it was lately: a body that is mistaken for a small one would never be
found again.
"""

REACH, REACH_PER_FRAME, LONGEST_REACH = 0.35, 0.06, 1.5
"""How far from where they are awaited somebody may appear, in body sizes: more for every frame out of sight, and never
further.
"""

COLOURS_MATTER = 0.5
"""A change of all colours counts as much as a way of this many reaches."""

MOST_DIFFERENT = 1.0
"""Who is further than this from somebody, in reaches with the colours counted, is somebody else."""

ONE_BODY = 0.12
"""Two bodies whose joints lie nearer than this on average, in body sizes, are one."""

LONGEST_ABSENCE = 2.0
"""Seconds after which somebody who comes back is somebody new."""


@dataclass
class Performer:
    """Somebody who is followed: the last `body` seen, in `frame`, the `velocity` (2,) of its middle in pixels a frame,
    the `colours` of the torso, the `side` of its crops of late, and in how many searches in a row it was not found."""

    id: int
    body: Body
    frame: int
    colours: Array
    velocity: Array = field(default_factory=lambda: np.zeros(2, np.float32))
    side: float = 0.0
    unconfirmed: int = 0

    def __post_init__(self) -> None:
        self.side = self.body.next_crop.side

    def way(self, frame: int) -> Array:
        """(2,) pixels from the last body to where it is awaited in that frame, slower the longer it was not seen."""
        missed = frame - self.frame
        ahead: Array = self.velocity * np.float32((1 - COASTING**missed) / (1 - COASTING))
        return ahead

    def crop(self, frame: int) -> Crop:
        """Where to look for it in that frame."""
        return self.body.next_crop.moved(self.way(frame)).widened(NARROWEST * self.side)

    def see(self, body: Body, colours: Array, frame: int) -> None:
        """Take the body as this performer's in that frame."""
        step = (_middle(body) - _middle(self.body)) / max(frame - self.frame, 1)
        self.velocity = 0.5 * (self.velocity + step).astype(np.float32)
        self.colours = STEADINESS * self.colours + (1 - STEADINESS) * colours
        self.side = STEADINESS * self.side + (1 - STEADINESS) * body.next_crop.side
        self.body, self.frame = body, frame


def torso_colours(image: Image, body: Body) -> Array:
    """(COLOUR_COUNT,) float32 histogram of the colours between shoulders and hips, with a sum of 1; grey counts by its
    value.
    """
    corners = body.points[_torso_rows(body.layout)]
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    right, bottom = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 1, image.shape[1::-1])
    histogram = np.zeros(COLOUR_COUNT, np.float32)
    if right - left < 2 or bottom - top < 2:
        return np.full_like(histogram, 1 / histogram.size)
    step = 1 + int(np.sqrt((right - left) * (bottom - top) / ENOUGH_PIXELS))
    torso = np.ascontiguousarray(image[top:bottom:step, left:right:step])
    mask = np.zeros(torso.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, np.round((corners - [left, top]) / step).astype(np.int32), 1)
    hue, saturation, value = cv2.cvtColor(torso, cv2.COLOR_BGR2HSV)[mask > 0].astype(np.float32).T
    bins = np.minimum(hue / 180 * HUES, HUES - 1).astype(int) * SATURATIONS + np.minimum(
        saturation / 256 * SATURATIONS, SATURATIONS - 1
    ).astype(int)
    np.add.at(histogram, bins, saturation / 255)
    np.add.at(histogram, HUES * SATURATIONS + (value / 256 * VALUES).astype(int), 1 - saturation / 255)
    total = float(histogram.sum())
    return histogram / total if total > 0 else np.full_like(histogram, 1 / histogram.size)


def colour_difference(one: Array, other: Array) -> float:
    """0 where two histograms are alike to 1 where they share nothing (Hellinger distance)."""
    return float(np.sqrt(max(0.0, 1 - float(np.sqrt(one * other).sum()))))


def apart(layout: JointLayout, one: Array, other: Array) -> float:
    """The mean distance of the limbs' joints of two (K, 2) poses in pixels."""
    rows = limb_rows(layout)
    return float(np.linalg.norm(one[rows] - other[rows], axis=1).mean())


def difference(performer: Performer, body: Body, colours: Array, frame: int) -> float:
    """How unlike it is that this body is the performer: ways in reaches, the colours counted."""
    missed = frame - performer.frame - 1
    size = max(performer.body.size, body.size)
    reach = size * min(REACH + REACH_PER_FRAME * missed, LONGEST_REACH)
    way = apart(body.layout, performer.body.points + performer.way(frame), body.points) / reach
    return way + COLOURS_MATTER * colour_difference(performer.colours, colours)


def assigned(
    performers: Sequence[Performer], bodies: Sequence[Body], colours: Sequence[Array], frame: int
) -> dict[int, int]:
    """For each body that somebody continues in, its index to the index of the performer; together the least different."""
    if not performers or not bodies:
        return {}
    cost = np.array(
        [
            [difference(performer, body, colour, frame) for body, colour in zip(bodies, colours, strict=True)]
            for performer in performers
        ]
    )
    pairs = least_unlike(cost, cost <= MOST_DIFFERENT + COLOURS_MATTER)
    return {column: row for row, column in pairs}


def least_unlike(unlike: Array, can_be: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The pairs (row, column) of those that can be, each row and column once, that are together the least unlike.

    Args:
        unlike: (N, M) how unlike the two of each pair are.
        can_be: (N, M) whether they can be a pair.
    """
    # Nobody is forced on anybody: a pair that cannot be costs more than any number of pairs that can.
    rows, columns = linear_sum_assignment(np.where(can_be, unlike, 1e6))
    return [(int(row), int(column)) for row, column in zip(rows, columns, strict=True) if can_be[row, column]]


def are_one(one: Body, other: Body) -> bool:
    """Whether two bodies are the same person seen twice."""
    return apart(one.layout, one.points, other.points) < ONE_BODY * min(one.size, other.size)


@cache
def _torso_rows(layout: JointLayout) -> list[int]:
    return [layout.points.index(name) for name in TORSO]


def _middle(body: Body) -> Array:
    middle: Array = body.points[_torso_rows(body.layout)].mean(axis=0)
    return middle
