"""Bones that point at the viewer swing past; limbs change layers for good; a neck does not turn over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.bridge.body.overlap_order import SHORTEST_HOLD, held_states
from blender_addon.bridge.rig.bone_rotations import CLEAR, steady_angles
from blender_addon.bridge.rig.limb_layers import LIMB_PAIRS, limb_layers
from tests.blender.cut_outs import CutOut
from tests.blender.known_walks import STEPPING, known_motion

pytestmark = pytest.mark.usefixtures("blank_file")
Array = NDArray[np.float64]

FRAMES = 60


def vectors(angles: Array, lengths: Array) -> Array:
    """(K, 2) x right, y down, of a bone 1 long."""
    return np.stack((lengths * np.cos(angles), -lengths * np.sin(angles)), axis=-1)


def passing_the_viewer(turned: float) -> tuple[Array, Array]:
    """A bone that swings by so many radians from one frame to the next while it points at the viewer."""
    at = np.arange(FRAMES)
    lengths = np.clip(np.abs(at - 29.5) / 20, 0.06, 1.0)
    return np.where(at < 30, 0.4, 0.4 + turned), lengths


@pytest.mark.parametrize("turned", [1.5, 2.2, -2.6], ids=str)
def test_a_bone_that_points_at_the_viewer_swings_past_over_some_frames(turned: float) -> None:
    angles, lengths = passing_the_viewer(turned)
    steady = steady_angles(vectors(angles, lengths), 1.0)
    assert np.abs(np.diff(steady)).max() < np.radians(60)
    ends = np.linalg.norm(vectors(steady, lengths) - vectors(angles, lengths), axis=-1)
    assert ends.max() < 0.2, "its end is hardly moved in the picture"


def test_a_bone_that_is_clearly_seen_turns_as_quickly_as_it_does() -> None:
    angles = np.where(np.arange(FRAMES) % 10 < 5, 0.0, 1.3)
    assert np.abs(steady_angles(vectors(angles, np.full(FRAMES, CLEAR)), 1.0) - angles).max() < 1e-9


def test_a_bone_that_always_points_at_the_viewer_keeps_to_where_it_is_seen() -> None:
    angles = 0.5 + 0.2 * np.sin(np.arange(FRAMES) / 8)
    assert np.abs(steady_angles(vectors(angles, np.full(FRAMES, 0.1)), 1.0) - angles).max() < 0.1


def test_no_state_lasts_for_a_moment() -> None:
    states = np.repeat([[3, 4], [4, 3], [3, 4], [-3, 4], [4, 3]], [20, 2, 20, 5, 20], axis=0)
    held = held_states(states)
    starts = np.flatnonzero((held[1:] != held[:-1]).any(axis=1)) + 1
    assert len(starts) == 1
    assert np.diff([0, *starts, len(held)]).min() >= SHORTEST_HOLD


def test_limbs_of_somebody_who_trembles_change_layers_for_good(data_if_any: Path | None) -> None:
    on = CutOut("puppet", data_if_any)
    motion = known_motion(on.body, STEPPING, np.linspace(0, 360, 120), 120, on_the_spot=True)
    motion.depth[:] += np.random.default_rng(3).normal(0, 0.06 * on.body.height, motion.depth.shape)
    layers = limb_layers(motion)
    for pair in LIMB_PAIRS:
        both = np.stack([layers[limb] for limb in pair], axis=-1)
        changes = np.flatnonzero((both[1:] != both[:-1]).any(axis=1)) + 1
        assert np.diff([0, *changes, 120]).min() >= SHORTEST_HOLD
        assert (np.abs(both[:, 0]) != np.abs(both[:, 1])).all() or (both[:, 0] != both[:, 1]).all()
