"""A detector that looks at nothing: it says that somebody stands in the middle of every frame."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import ClassVar

import numpy as np

from blender_addon.core.detection.detector import Sighting
from blender_addon.core.detection.providers import Provider
from blender_addon.core.pose_sequence import Array
from blender_addon.core.skeleton import LAYOUTS, JointLayout
from blender_addon.core.video import Frame

PERSON = 5
HEIGHTS = {
    **{"nose": 0.1, "eye": 0.08, "ear": 0.1, "shoulder": 0.25, "elbow": 0.4, "wrist": 0.5},
    **{"hip": 0.55, "knee": 0.75, "ankle": 0.95},
}
"""Of each point, as a part of the picture's height, from its top."""
SIDES = {"left": 0.55, "right": 0.45}
"""Of each point of a side, as a part of the picture's width."""


class Standing:
    """17 points a person, without depth."""

    method: ClassVar[str] = "standing, 1"
    layout: ClassVar[JointLayout] = LAYOUTS["coco_17"]
    tells_depth: ClassVar[bool] = False

    def __init__(self, fps: float, provider: Provider, threads: int) -> None:
        self.provider = provider
        self.seen = 0

    def follow(self, frames: Iterable[Frame]) -> Iterator[tuple[Frame, list[Sighting]]]:
        """Each frame, and somebody who stands in it."""
        for frame in frames:
            self.seen += 1
            height, width = frame.image.shape[:2]
            points = standing(width, height)
            yield frame, [Sighting(PERSON, points, np.full(len(points), 0.9, np.float32))]

    def look_back(self, frames: Iterable[Frame], first: Sighting) -> Iterator[tuple[Frame, Sighting]]:
        """Nobody: who stands there was found in the first frame."""
        yield from ()

    def state(self, frame: int) -> bytes:
        """How many frames it has seen."""
        return struct.pack("<I", self.seen)

    def go_on_from(self, state: bytes) -> None:
        """Go on counting."""
        (self.seen,) = struct.unpack("<I", state)


def standing(width: int, height: int) -> Array:
    """(17, 2) pixels of somebody who stands in the middle of a picture of that size."""
    places = [(SIDES.get(side, 0.5), HEIGHTS[part or side]) for side, _, part in map(_parted, Standing.layout.points)]
    return np.array(places, np.float32) * np.array([width, height], np.float32)


def _parted(name: str) -> tuple[str, str, str]:
    return name.partition("_")


DETECTOR = Standing
