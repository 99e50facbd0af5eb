"""Look for everybody in the frames before they were found: a search finds people clearly in sight, somebody followed
back from there is seen as they come in, and from where they were lost to where they were found again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import numpy as np
from numpy.typing import NDArray

from ..video import Frame, Video
from .detector import Detector, Sighting
from .sightings import row_of, sighting_of
from .tracking import ONE_BODY

LONGEST = 5.0
"""Seconds that are looked back over at most."""

MOST_BYTES = 256 << 20
"""Of frames that are kept to be looked at backwards."""


def looked_back(
    video: Video, detector: Detector, found: NDArray[np.void], progress: Callable[[], object] = lambda: None
) -> NDArray[np.void]:
    """The sightings together with those in the frames before each time that somebody was first seen, or seen again.

    Args:
        video: what was looked at.
        detector: which found them.
        found: (N,) rows of `sighting_type`.
        progress: called after each frame that is read.

    Returns:
        (M,) rows of the same type, frame by frame.
    """
    width, height = video.image_size
    most = max(1, min(round(LONGEST * video.fps), MOST_BYTES // (3 * width * height)))
    beginnings = _beginnings(found, video.first_frame, most)
    if not beginnings:
        return found
    kept: deque[Frame] = deque(maxlen=most + 1)
    more = [found]
    with closing(video.frames()) as frames:
        for frame in frames:
            kept.append(frame)
            for first, earliest in beginnings.pop(frame.index, ()):
                before = [one for one in reversed(kept) if one.index >= earliest]
                more.extend(_before(detector, before, found[first], found))
            progress()
            if not beginnings:
                break
    together = np.concatenate(more)
    return together[np.argsort(together["frame"], kind="stable")]


def _beginnings(found: NDArray[np.void], first_frame: int, most: int) -> dict[int, list[tuple[int, int]]]:
    """By frame: the rows of those who are first seen in it, or again, and the earliest frame to look at for each."""
    beginnings: dict[int, list[tuple[int, int]]] = {}
    for person in np.unique(found["person"]):
        rows = np.flatnonzero(found["person"] == person)
        frames = found["frame"][rows]
        for row, frame, last in zip(rows, frames, (first_frame - 1, *frames[:-1]), strict=True):
            if frame > last + 1:
                earliest = max(int(last) + 1, int(frame) - most)
                beginnings.setdefault(int(frame), []).append((int(row), earliest))
    return beginnings


def _before(
    detector: Detector, frames: Sequence[Frame], first: np.void, found: NDArray[np.void]
) -> Iterator[NDArray[np.void]]:
    """The rows of the performer of `first` in the frames before it, the last one first, until they are out of sight or
    where somebody else is.
    """
    for frame, sighting in detector.look_back(frames, sighting_of(first)):
        others = found[(found["frame"] == frame.index) & (found["person"] != sighting.id)]
        if any(_is_same_body(sighting, other) for other in others):
            return
        yield np.frombuffer(row_of(sighting, frame.index, found.dtype), found.dtype)


def _is_same_body(sighting: Sighting, other: np.void) -> bool:
    """Whether somebody else was already seen in that very body."""
    size = float(np.linalg.norm(np.ptp(sighting.points, axis=0)))
    apart = float(np.linalg.norm(sighting.points - other["points"], axis=1).mean())
    return apart < ONE_BODY * size
