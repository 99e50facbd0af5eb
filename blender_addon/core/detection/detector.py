"""What a detector is: frames in, and who is seen in each, under one identity for the whole clip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol

from ..pose_sequence import Array
from ..skeleton import JointLayout
from ..video import Frame
from .providers import Provider


@dataclass(frozen=True, eq=False)
class Sighting:
    """Performer `id` in a frame, point by point as the detector's layout names them.

    `points` (K, 2) float32 pixels; `confidence` (K,) float32 in 0..1, 0 for what was not seen; `depth` (K,) float32
    pixels, + away from the camera, None where the detector tells none.
    """

    id: int
    points: Array
    confidence: Array
    depth: Array | None = None


class Detector(Protocol):
    """Follows everybody through consecutive frames.

    Attributes:
        method: What poses are found with. It stands in the key and the check of cached poses: change it when the same
            video would give others.
        layout: The names of its points. It tells which joints and extra landmarks they are.
        tells_depth: Whether its sightings have depth.
        provider: What its networks really run on.
    """

    method: ClassVar[str]
    layout: ClassVar[JointLayout]
    tells_depth: ClassVar[bool]
    provider: Provider

    def __init__(self, fps: float, provider: Provider, threads: int) -> None:
        """For a video of so many frames a second; `threads` 0 takes one a core. ValueError where it cannot run there."""

    def follow(self, frames: Iterable[Frame]) -> Iterator[tuple[Frame, list[Sighting]]]:
        """Each frame and everybody in it."""

    def look_back(self, frames: Iterable[Frame], first: Sighting) -> Iterator[tuple[Frame, Sighting]]:
        """Each frame before the one of `first`, and the same performer in it, until they are out of sight. `frames`
        begin with the one of `first`, and each is the one before the last.
        """

    def state(self, frame: int) -> bytes:
        """All that it goes on from after that frame, the last one it gave."""

    def go_on_from(self, state: bytes) -> None:
        """Follow everybody from the frame after that state's on, as the detector whose state it is would."""
