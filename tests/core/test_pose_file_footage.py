"""Pose files as performances: a part of them, the most prominent first, and what is told apart from videos."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from blender_addon.core import pose_files
from blender_addon.core.pose_file_footage import holds_poses, read_performance
from blender_addon.core.pose_files import PoseFile, PoseFileError
from blender_addon.core.video import FrameRange
from tests.core.clips import marching, moved


def test_the_most_prominent_comes_first_with_the_files_own_ids(tmp_path: Path) -> None:
    near = marching(30)
    pose_files.write(PoseFile((moved(near, 0.4), near), (3, 8)), tmp_path / "two.npz")
    found = read_performance(tmp_path / "two.npz")
    assert found.ids == (8, 3)
    assert np.array_equal(found.people[0].positions, near.positions)


def test_ids_that_begin_with_nought_are_counted_anew(tmp_path: Path) -> None:
    pose_files.write(PoseFile((moved(marching(30), 0.4), marching(30)), (0, 1)), tmp_path / "two.npz")
    assert read_performance(tmp_path / "two.npz").ids == (1, 2)


@pytest.mark.parametrize(("text", "frames"), [("10:20", 10), ("0.5s:", 15), (":0.2s", 6)])
def test_a_part_is_read_by_frames_or_seconds(text: str, frames: int, tmp_path: Path) -> None:
    pose_files.write(marching(30), tmp_path / "one.npz")
    part = read_performance(tmp_path / "one.npz", FrameRange.parse(text)).people[0]
    assert len(part) == frames
    assert part.start == pytest.approx(FrameRange.parse(text).frames(30)[0] / 30)


def test_whoever_is_not_in_that_part_is_left_out(tmp_path: Path) -> None:
    late = marching(30)
    late = replace(late, confidence=np.where(np.arange(30)[:, None] < 20, np.float32(0), late.confidence))
    pose_files.write(PoseFile((marching(30), late), (1, 2)), tmp_path / "two.npz")
    assert read_performance(tmp_path / "two.npz", FrameRange(0, 10)).ids == (1,)


def test_a_frame_rate_that_is_given_outweighs_the_files(tmp_path: Path) -> None:
    pose_files.write(marching(30), tmp_path / "one.npz")
    assert read_performance(tmp_path / "one.npz", fps=12).people[0].fps == 12


@pytest.mark.parametrize("text", ["40:50", "10:15"])
def test_a_part_without_anybody_is_refused(text: str, tmp_path: Path) -> None:
    poses = marching(30)
    unseen = replace(poses, confidence=np.where(np.arange(30)[:, None] >= 10, np.float32(0), poses.confidence))
    pose_files.write(unseen, tmp_path / "one.npz")
    with pytest.raises(PoseFileError, match=r"^one\.npz [^\n]*choose [^\n]*\.$"):
        read_performance(tmp_path / "one.npz", FrameRange.parse(text))


def test_poses_are_told_from_videos_and_pictures(tmp_path: Path) -> None:
    for name in ("poses", "pictures", "both"):
        (tmp_path / name).mkdir()
    for name in ("poses/a_000000000000_keypoints.json", "pictures/0001.png", "both/0001.png", "both/0001.json"):
        (tmp_path / name).write_bytes(b"")
    assert holds_poses(tmp_path / "poses")
    assert not holds_poses(tmp_path / "pictures")
    assert not holds_poses(tmp_path / "both")
    assert holds_poses(Path("dance.NPZ"))
    assert not holds_poses(Path("dance.mp4"))
