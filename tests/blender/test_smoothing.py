"""Smoothing over time keeps what is steady, and weighs frames as its window says."""

from __future__ import annotations

import numpy as np
import pytest

from blender_addon.bridge.body.smoothing import gaussian, hann, hann_trend


@pytest.mark.parametrize("shape", [(30,), (30, 2), (30, 15, 3)])
def test_what_stands_still_stays_where_it_is(shape: tuple[int, ...]) -> None:
    still = np.full(shape, 3.25)

    for smooth in (gaussian(still, 2.0, 6), hann(still, 4), hann_trend(still, 4)):
        assert smooth.shape == shape
        assert np.allclose(smooth, still, rtol=0, atol=1e-14)


def test_a_gaussian_spreads_one_frame_as_the_normal_distribution() -> None:
    impulse = np.zeros((21, 1))
    impulse[10] = 1.0

    smooth = gaussian(impulse, 2.0, 6)[:, 0]

    expected = np.exp(-0.5 * (np.arange(-10, 11) / 2.0) ** 2) * (np.abs(np.arange(-10, 11)) <= 6)
    assert np.allclose(smooth, expected / expected.sum(), rtol=0, atol=1e-15)


def test_a_hann_window_is_a_raised_cosine_that_ends_one_frame_beyond_its_reach() -> None:
    impulse = np.zeros(21)
    impulse[10] = 1.0

    smooth = hann(impulse, 4)

    offsets = np.arange(-10, 11)
    expected = np.where(np.abs(offsets) <= 4, 0.5 + 0.5 * np.cos(np.pi * offsets / 5), 0.0)
    assert np.allclose(smooth, expected / expected.sum(), rtol=0, atol=1e-15)


def test_channels_are_smoothed_independently() -> None:
    values = np.random.default_rng(3).normal(size=(40, 4, 2))

    one = values[:, 2, 1]
    assert np.array_equal(gaussian(values, 1.5, 4)[:, 2, 1], gaussian(one, 1.5, 4))
    assert np.array_equal(hann(values, 3)[:, 2, 1], hann(one, 3))
    assert np.array_equal(hann_trend(values, 3)[:, 2, 1], hann_trend(one, 3))


def test_only_the_trend_keeps_a_steady_drift_up_to_its_ends() -> None:
    drift = np.linspace(0.0, 5.0, 40)

    assert np.allclose(hann_trend(drift, 8), drift, rtol=0, atol=1e-12)
    assert hann(drift, 8)[0] > drift[0] + 0.1


def test_a_clip_of_one_frame_is_left_alone() -> None:
    one = np.array([[2.0, -1.0]])

    assert np.allclose(hann_trend(one, 0), one)
    assert np.allclose(hann(one, 3), one)
    assert np.allclose(gaussian(one, 2.0, 6), one)
