"""Who was found late is followed back to where they came into sight, and no further."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core.detection.blazepose import BlazePose
from blender_addon.core.detection.looking_back import looked_back
from blender_addon.core.detection.sightings import row_of, sighting_type
from blender_addon.core.video import FrameRange, Video

STREET = Path(__file__).resolve().parents[2] / "assets/footage/street.mp4"
SIZE = 400
"""Pixels about of the man in it."""

LATE = 20


@pytest.fixture(scope="module")
def video() -> Video:
    return Video.open(STREET, FrameRange(0, 30))


@pytest.fixture(scope="module")
def detector(video: Video) -> BlazePose:
    return BlazePose(video.fps)


@pytest.fixture(scope="module")
def found(video: Video, detector: BlazePose) -> NDArray[np.void]:
    """Rows of the man, who is there from the first frame on."""
    row = sighting_type(detector.layout, detector.tells_depth)
    seen = [(frame, sighting) for frame, sightings in detector.follow(video.frames()) for sighting in sightings]
    rows = np.frombuffer(b"".join(row_of(sighting, frame.index, row) for frame, sighting in seen), row)
    man: NDArray[np.void] = rows[rows["person"] == rows["person"][0]]
    assert np.array_equal(man["frame"], range(30))
    return man


def test_who_was_found_late_is_seen_in_the_frames_before(
    video: Video, detector: BlazePose, found: NDArray[np.void]
) -> None:
    together = looked_back(video, detector, found[LATE:])
    assert np.array_equal(together["frame"], range(30))
    off = np.linalg.norm(together["points"][:LATE] - found["points"][:LATE], axis=2)
    sure = (together["confidence"] > 0)[:LATE] & (found["confidence"] > 0)[:LATE]
    assert sure.mean() > 0.5
    assert float(np.median(off[sure])) < 0.01 * SIZE


def test_frames_between_two_times_in_sight_are_looked_at_from_behind(
    video: Video, detector: BlazePose, found: NDArray[np.void]
) -> None:
    together = looked_back(video, detector, np.concatenate([found[:5], found[LATE:]]))
    assert np.array_equal(together["frame"], range(30))


def test_a_body_that_somebody_else_was_seen_in_stays_theirs(
    video: Video, detector: BlazePose, found: NDArray[np.void]
) -> None:
    other = found[LATE:].copy()
    other["person"] += 1
    given = np.sort(np.concatenate([found[: LATE - 5], other]), order="frame")
    together = looked_back(video, detector, given)
    late = together[together["person"] == other["person"][0]]
    assert late["frame"].min() == LATE - 5


def test_who_is_there_from_the_first_frame_is_not_looked_for(
    video: Video, detector: BlazePose, found: NDArray[np.void]
) -> None:
    read: list[None] = []
    assert looked_back(video, detector, found, lambda: read.append(None)) is found
    assert not read
