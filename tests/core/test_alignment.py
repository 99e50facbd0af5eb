"""Two performances on one clock: its length, its ends, and alike poses that come together."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core.alignment import Clip, timeline
from blender_addon.core.motion import Alignment

Array = NDArray[np.float32]

SHARES = (0.0, 0.25, 0.5, 1.0)


def circling(frames: int, turns: float, late: float = 0.0) -> Array:
    """Features that go round, and on."""
    at = np.linspace(0, 1, frames)
    angle = 2 * np.pi * (turns * at - late)
    return np.stack((np.cos(angle), np.sin(angle)), axis=-1).astype(np.float32)


@pytest.mark.parametrize("alignment", list(Alignment))
@pytest.mark.parametrize("share", SHARES)
def test_time_begins_with_both_clips_and_never_goes_back(alignment: Alignment, share: float) -> None:
    first, second = Clip(91, 30.0, circling(91, 2)), Clip(51, 25.0, circling(51, 2))
    line = timeline(first, second, share, alignment)
    assert line.first[0] == line.second[0] == 0
    assert (np.diff(line.first) >= 0).all()
    assert (np.diff(line.second) >= 0).all()
    assert line.first[-1] <= 90
    assert line.second[-1] <= 50


@pytest.mark.parametrize("alignment", [Alignment.STRETCH, Alignment.MATCH])
def test_at_either_end_it_is_that_clips_own_clock(alignment: Alignment) -> None:
    first, second = Clip(91, 30.0, circling(91, 2)), Clip(51, 25.0, circling(51, 2))
    assert np.allclose(timeline(first, second, 0, alignment).first, np.arange(91))
    assert np.allclose(timeline(first, second, 1, alignment).second, np.arange(51))


def test_a_stretched_blend_lasts_as_long_as_both_do_in_the_mean() -> None:
    line = timeline(Clip(91, 30.0, circling(91, 2)), Clip(51, 25.0, circling(51, 2)), 0.5, Alignment.STRETCH)
    assert (len(line) - 1) / line.fps == pytest.approx(2.5, abs=1 / line.fps)
    assert line.first[-1] == pytest.approx(90, abs=1.5)
    assert line.second[-1] == pytest.approx(50, abs=1.5)


def test_a_trimmed_blend_plays_both_in_their_own_time() -> None:
    line = timeline(Clip(91, 30.0, circling(91, 2)), Clip(51, 25.0, circling(51, 2)), 0.5, Alignment.TRIM)
    assert (len(line) - 1) / line.fps == pytest.approx(2, abs=1 / line.fps)
    assert np.allclose(line.first / 30, line.second / 25)


def test_matching_brings_alike_poses_together() -> None:
    """The same three rounds, of which one clip does the first slowly and the other the last."""
    at = np.linspace(0, 1, 121)
    slow_first, slow_last = at**1.4, 1 - (1 - at) ** 1.4
    features = [
        np.stack((np.cos(6 * np.pi * way), np.sin(6 * np.pi * way)), axis=-1).astype(np.float32)
        for way in (slow_first, slow_last)
    ]
    clips = [Clip(121, 30.0, each) for each in features]

    def apart(alignment: Alignment) -> float:
        line = timeline(clips[0], clips[1], 0.5, alignment)
        here, there = (
            np.interp(frames, np.arange(121), way)
            for frames, way in ((line.first, slow_first), (line.second, slow_last))
        )
        return float(np.abs(here - there).mean())

    assert apart(Alignment.MATCH) < 0.3 * apart(Alignment.STRETCH)


def test_what_is_alike_anyway_keeps_its_time() -> None:
    line = timeline(Clip(121, 30.0, circling(121, 3)), Clip(61, 15.0, circling(61, 3)), 0.5, Alignment.MATCH)
    assert np.abs(line.first / 120 - line.second / 60).max() < 0.01


@pytest.mark.parametrize("alignment", list(Alignment))
@pytest.mark.parametrize("frames", [(1, 1), (1, 40), (2, 3), (40, 1)])
def test_the_shortest_clips_have_a_clock(alignment: Alignment, frames: tuple[int, int]) -> None:
    first, second = (Clip(count, 30.0, circling(count, 1)) for count in frames)
    line = timeline(first, second, 0.5, alignment)
    assert len(line) >= 1
    assert np.isfinite(line.first).all()
    assert np.isfinite(line.second).all()
