"""Where the performer goes: the path begins at nothing, is measured in leg lengths, and standing feet say how far away
it leads.
"""

from __future__ import annotations

import numpy as np
import pytest

from blender_addon.core.trajectory import depth_velocity, root_path

FRAMES = 60


def test_a_path_begins_at_the_origin_and_is_in_leg_lengths() -> None:
    root = np.stack((np.linspace(300, 380, FRAMES), np.full(FRAMES, 200)), axis=-1).astype(np.float32)
    depth = np.linspace(7, 9, FRAMES, dtype=np.float32)
    way = root_path(root, depth, leg_length=40)
    assert way.dtype == np.float32
    assert way[0].tolist() == [0, 0, 0]
    assert way[-1].tolist() == pytest.approx([2, 0, 2])


def test_a_standing_foot_that_comes_nearer_means_a_body_that_goes_away() -> None:
    ankle_depth = np.zeros((FRAMES, 2), dtype=np.float32)
    ankle_depth[:, 0] = -0.02 * np.arange(FRAMES)
    contacts = np.tile(np.array([1.0, 0.0], dtype=np.float32), (FRAMES, 1))
    speed = depth_velocity(np.full(FRAMES, -0.5, dtype=np.float32), ankle_depth, contacts)
    assert speed[5:] == pytest.approx(0.02, abs=1e-6)


def test_in_the_air_the_network_is_believed() -> None:
    ankle_depth = np.random.default_rng(0).normal(size=(FRAMES, 2)).astype(np.float32)
    speed = depth_velocity(
        np.full(FRAMES, 0.03, dtype=np.float32), ankle_depth, np.zeros((FRAMES, 2), dtype=np.float32)
    )
    assert speed[5:] == pytest.approx(0.03, abs=1e-6)


def test_a_foot_that_has_just_come_down_says_nothing_yet() -> None:
    ankle_depth = np.zeros((FRAMES, 2), dtype=np.float32)
    ankle_depth[30:, 0] = 1.0
    contacts = np.zeros((FRAMES, 2), dtype=np.float32)
    contacts[30:, 0] = 1.0
    assert np.abs(depth_velocity(np.zeros(FRAMES, dtype=np.float32), ankle_depth, contacts)).max() < 1e-6


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_the_shortest_clips_have_a_velocity_and_the_first_is_none(frames: int) -> None:
    speed = depth_velocity(
        np.ones(frames, dtype=np.float32),
        np.zeros((frames, 2), dtype=np.float32),
        np.zeros((frames, 2), dtype=np.float32),
    )
    assert speed.shape == (frames,)
    assert speed[0] == 0
    assert np.isfinite(speed).all()
