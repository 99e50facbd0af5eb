"""Few keys, and a curve through them that keeps to its tolerance on every frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from blender_addon.core.keys import Keys, Track, fewest_keys, held_poses, turning_points

Array = NDArray[np.float64]

FRAMES = 300


def track(values: Array, tolerance: float | Array, kept: list[int] | None = None) -> Track:
    columns = values.reshape(len(values), -1)
    mask = np.zeros(len(columns), dtype=np.bool_)
    mask[kept or []] = True
    return Track(columns, np.broadcast_to(np.asarray(tolerance, dtype=np.float64), len(columns)), mask)


def off(keys: Keys, wanted: Track) -> Array:
    """(K,) in tolerances."""
    return np.asarray(np.linalg.norm(keys.evaluated(len(wanted.values)) - wanted.values, axis=1) / wanted.tolerance)


def wave(count: int = FRAMES, period: float = 40) -> Array:
    return np.asarray(np.sin(2 * np.pi * np.arange(count) / period))


def test_a_wave_has_hardly_more_keys_than_turning_points() -> None:
    wanted = track(30 * wave(), 1.0, np.flatnonzero(turning_points(wave()[:, None], 0.1)).tolist())
    [keys] = fewest_keys([wanted])
    assert off(keys, wanted).max() <= 1
    assert wanted.kept.sum() == 15
    assert len(keys.at) <= 15 + 4


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 700),
    channels=st.integers(1, 4),
    tolerance=st.floats(0.01, 3),
    trembling=st.floats(0, 2),
)
def test_every_frame_keeps_to_the_tolerance_whatever_the_channels_do(
    seed: int, count: int, channels: int, tolerance: float, trembling: float
) -> None:
    random = np.random.default_rng(seed)
    values = np.cumsum(random.normal(size=(count, channels)), axis=0) + trembling * random.normal(
        size=(count, channels)
    )
    if seed % 2:
        values[count // 2 :] += 100
    kept = random.integers(0, count, 3).tolist()
    wanted = track(values, np.where(np.arange(count) < count / 2, tolerance, tolerance / 4), kept)
    [keys] = fewest_keys([wanted])
    assert off(keys, wanted).max() <= 1
    assert (np.diff(keys.at) > 0).all()
    if len(keys.at) > 1:
        assert {0, count - 1, *kept} <= set(keys.at.tolist())
        np.testing.assert_allclose(keys.evaluated(count)[[0, -1]], values[[0, -1]], atol=0.05 * tolerance)


def test_trembling_within_the_tolerance_costs_no_keys() -> None:
    still = track(np.random.default_rng(0).uniform(-0.6, 0.6, FRAMES), 1.0)
    [keys] = fewest_keys([still])
    assert len(keys.at) <= 0.05 * FRAMES


def test_channels_of_a_track_share_their_keys_and_tracks_do_not_mind_each_other() -> None:
    slow, quick = track(10 * wave(period=100), 0.1), track(10 * wave(period=20), 0.1)
    both = track(np.stack((10 * wave(period=100), 10 * wave(period=20)), axis=1), 0.1)
    alone = [fewest_keys([each])[0] for each in (slow, quick, both)]
    together = fewest_keys([slow, quick, both])
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one.at, other.at)
        np.testing.assert_allclose(one.values, other.values, atol=1e-9)
    assert len(together[0].at) < len(together[1].at) <= len(together[2].at)


def test_a_tighter_stretch_is_fitted_more_closely_and_the_rest_is_not() -> None:
    values = 20 * wave(period=37) + 5 * wave(period=11)
    tolerance = np.where((np.arange(FRAMES) >= 100) & (np.arange(FRAMES) < 150), 0.02, 2.0)
    [keys] = fewest_keys([track(values, tolerance)])
    inside = ((keys.at >= 100) & (keys.at < 150)).sum()
    assert inside / 50 > 2 * (len(keys.at) - inside) / (FRAMES - 50)
    assert np.abs(keys.evaluated(FRAMES)[100:150, 0] - values[100:150]).max() <= 0.02


def test_a_long_curve_has_one_slope_at_every_key_and_no_seam() -> None:
    wanted = track(10 * wave(2000, 60), 0.05)
    [keys] = fewest_keys([wanted])
    fine = np.diff(keys.evaluated(2000)[:, 0])
    assert np.abs(np.diff(fine)).max() < 2 * np.abs(np.diff(wanted.values[:, 0], 2)).max()
    assert off(keys, wanted).max() <= 1


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_shortest_curves_have_their_ends(count: int) -> None:
    [keys] = fewest_keys([track(np.arange(count, dtype=np.float64) ** 2, 0.01)])
    assert keys.at[0] == 0
    assert keys.at[-1] == count - 1
    np.testing.assert_allclose(keys.evaluated(count)[:, 0], np.arange(count) ** 2, atol=0.01)


def test_a_channel_that_never_moves_has_one_key() -> None:
    [keys] = fewest_keys([track(np.full(FRAMES, 3.0), 0.1)])
    assert keys.at.tolist() == [0]
    assert keys.values.tolist() == [[3.0]]


def test_turning_points_are_where_a_channel_comes_back_far_enough() -> None:
    path = np.interp(np.arange(60), [0, 10, 12, 14, 30, 59], [0, 10, 9.5, 12, -5, 0.0])
    assert np.flatnonzero(turning_points(path[:, None], 2.0)).tolist() == [14, 30]
    assert np.flatnonzero(turning_points(path[:, None], 0.2)).tolist() == [10, 12, 14, 30]
    assert not turning_points(np.arange(20.0)[:, None], 0.1).any()


def test_a_held_pose_is_the_most_important_of_the_frames_that_it_stands_for() -> None:
    importance = np.zeros(11)
    importance[[3, 7]] = 1
    starts, poses = held_poses(importance, 2)
    assert starts.tolist() == [0, 2, 4, 6, 8, 10]
    assert poses.tolist() == [0, 3, 4, 7, 8, 10]
    assert held_poses(importance, 1)[1].tolist() == list(range(11))
    assert held_poses(importance, 3)[0].tolist() == [0, 3, 6, 9]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(30, 500), channels=st.integers(1, 4))
def test_tolerances_that_narrow_here_and_there_are_kept_and_keys_elsewhere_stay(
    seed: int, count: int, channels: int
) -> None:
    random = np.random.default_rng(seed)
    values = 3 * np.cumsum(np.cumsum(random.normal(size=(count, channels)), axis=0), axis=0) / count**0.5
    wanted = track(values, 1.0, random.integers(0, count, 3).tolist())
    [keys] = fewest_keys([wanted])
    for _ in range(4):
        before, tolerance = keys.at, wanted.tolerance.copy()
        narrowed = random.integers(0, count, 3)
        tolerance[narrowed] /= 4
        wanted = replace(wanted, tolerance=tolerance)
        [keys] = fewest_keys([wanted], [keys])
        assert off(keys, wanted).max() <= 1
        far = np.abs(before[:, None] - narrowed).min(axis=1) > 150
        assert set(before[far].tolist()) <= set(keys.at.tolist())
