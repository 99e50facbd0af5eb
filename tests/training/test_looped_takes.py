"""Longer walks: a short take of walking goes straight on, in its own gait, with planted feet; what stays in place is
left alone.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from training.contact_labels import ANKLES
from training.looped_takes import FARTHEST, lengthened, with_longer_walks
from training.motion_library import (
    JOINT_WEIGHTS,
    ORDINARY_LIMITS,
    MotionClip,
    MotionLibrary,
    find_glitches,
    leg_length,
    load_motion,
)
from training.synthetic import MotionBank

FRAMES = 400


@pytest.fixture(scope="module")
def library(shared_data: Path) -> MotionLibrary:
    return load_motion(shared_data / "motion").training()


@pytest.fixture(scope="module")
def walks(library: MotionLibrary) -> dict[str, tuple[MotionClip, MotionClip]]:
    """The short walks and runs by name: as captured, and longer."""
    captured = {clip.name: clip for clip in library.clips}
    added = with_longer_walks(library, FRAMES).clips[len(library.clips) :]
    return {clip.name: (captured[clip.name], clip) for clip in added}


def travel(clip: MotionClip) -> float:
    """Leg lengths from where the clip begins to where it ends, on the floor."""
    return float(np.linalg.norm((clip.root[-1] - clip.root[0])[[0, 2]])) / leg_length(clip.offsets)


def slide(clip: MotionClip) -> float:
    """The 95th percentile over frames of the slower ankle's speed, leg lengths a second: in a walk one foot always
    stands, and rolls.
    """
    ankles = (JOINT_WEIGHTS @ clip.joints())[:, list(ANKLES)]
    slower = np.linalg.norm(np.diff(ankles, axis=0), axis=-1).min(axis=1)
    return float(np.percentile(slower, 95)) * clip.fps / leg_length(clip.offsets)


def test_short_walks_and_runs_become_longer(walks: dict[str, tuple[MotionClip, MotionClip]]) -> None:
    categories = [longer.category for _, longer in walks.values()]
    assert categories.count("walk") >= 20
    assert categories.count("run/jog") >= 10
    for captured, longer in walks.values():
        assert len(captured) < len(longer) <= FRAMES
        assert travel(longer) <= 1.1 * FARTHEST


def test_a_longer_walk_gets_as_much_farther_as_it_is_longer(walks: dict[str, tuple[MotionClip, MotionClip]]) -> None:
    captured, longer = walks["cmu_07_01"]
    assert len(longer) > 1.5 * len(captured)
    assert travel(longer) / travel(captured) == pytest.approx(len(longer) / len(captured), rel=0.1)


def test_nothing_jumps_where_a_loop_closes(walks: dict[str, tuple[MotionClip, MotionClip]]) -> None:
    for captured, longer in walks.values():
        assert not find_glitches(longer.rotations, longer.joints(), longer.fps, ORDINARY_LIMITS).any(), captured.name


def test_the_standing_foot_stands_as_it_did(walks: dict[str, tuple[MotionClip, MotionClip]]) -> None:
    for name in ("cmu_07_01", "cmu_08_02", "cmu_02_01", "cmu_43_01"):
        captured, longer = walks[name]
        assert slide(longer) < 1.25 * slide(captured)


def test_the_gait_stays_the_same(walks: dict[str, tuple[MotionClip, MotionClip]]) -> None:
    captured, longer = walks["cmu_08_02"]
    nearest = [
        np.sqrt(((pose - captured.rotations) ** 2).mean(axis=(1, 2))).min()
        for pose in longer.rotations[len(captured) :]
    ]
    assert max(nearest) < 0.05


def test_what_gets_nowhere_or_has_no_loop_is_left_as_it_is(
    library: MotionLibrary, walks: dict[str, tuple[MotionClip, MotionClip]]
) -> None:
    captured, _ = walks["cmu_07_01"]
    assert lengthened(replace(captured, root=captured.root * np.array([0, 1, 0], dtype=np.float32)), FRAMES) is None
    assert (
        lengthened(
            replace(captured, rotations=captured.rotations[:20], root=captured.root[:20], glitch=captured.glitch[:20]),
            FRAMES,
        )
        is None
    )
    assert all(longer.category not in ("stylised game", "everyday/other") for _, longer in walks.values())


def test_a_clip_without_a_sound_frame_has_no_loop(walks: dict[str, tuple[MotionClip, MotionClip]]) -> None:
    captured, _ = walks["cmu_07_01"]
    assert lengthened(replace(captured, glitch=np.ones_like(captured.glitch)), FRAMES) is None


def test_a_loop_keeps_clear_of_jumps(walks: dict[str, tuple[MotionClip, MotionClip]]) -> None:
    captured, _ = walks["cmu_05_01"]
    glitch = captured.glitch.copy()
    glitch[10] = True
    longer = lengthened(replace(captured, glitch=glitch), FRAMES)
    assert longer is not None
    assert np.array_equal(longer.rotations[0], captured.rotations[11])


def test_windows_are_filled_further_by_longer_walks(library: MotionLibrary) -> None:
    captured = replace(library, clips=tuple(clip for clip in library.clips if clip.category == "walk"))
    filled = []
    for walks in (captured, with_longer_walks(captured, FRAMES)):
        bank = MotionBank(walks, torch.device("cpu"))
        filled.append(float(bank.sample(64, 256, torch.Generator().manual_seed(0)).valid.mean()))
    assert filled[1] > filled[0] + 0.1


def test_the_library_keeps_its_clips_and_bodies(library: MotionLibrary) -> None:
    longer = with_longer_walks(library, FRAMES)
    assert longer.clips[: len(library.clips)] == library.clips
    assert longer.bodies == library.bodies
