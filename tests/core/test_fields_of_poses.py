"""Whatever takes poses and gives poses keeps every field that they have, also one that is added one day."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from blender_addon.core.codec import flatten, leaves, pack, unpack
from blender_addon.core.commands.cleaning import LOST, SMOOTH, cleaned_file
from blender_addon.core.detection.identity import merge, split, swap
from blender_addon.core.pose_files import PoseFile, npz, read, write
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.smoothing import LostTracking, cleaned
from blender_addon.settings.cleaning import TrackingGaps
from tests.core.later_poses import LaterPoses, later_poses

ADDON = Path(__file__).resolve().parents[2] / "blender_addon"
FRAMES = 40

MADE_FROM_OTHER_THINGS = {
    "core/motion.py": {"PoseSequence", "Landmarks", "DepthEvidence"},
    "core/networks/onnx_export.py": {"PoseSequence"},
    "core/pose_files/performers.py": {"PoseSequence", "Landmarks", "DepthEvidence"},
    "core/pose_files/table.py": {"PoseSequence", "Landmarks"},
    "core/pose_sequence.py": {"Landmarks"},
}
"""Where poses and evidence are made of something that is neither."""


def written_and_read(poses: LaterPoses, folder: Path) -> PoseSequence:
    write(PoseFile((poses,), (1,)), folder / "poses.npz")
    return read(folder / "poses.npz").select()


def on_one_timeline(poses: LaterPoses) -> PoseSequence:
    """Cleaned beside somebody who is seen for longer."""
    gone = poses.confidence.copy()
    gone[20:] = 0
    shorter = LaterPoses(**{**vars(poses), "confidence": gone})
    options = argparse.Namespace(**{SMOOTH: 0.5, LOST: TrackingGaps.STOP})
    return cleaned_file(PoseFile((shorter, poses), (1, 2)), options).people[0]


def with_other(edit: Callable[[PoseFile], PoseFile]) -> Callable[[LaterPoses], PoseSequence]:
    return lambda poses: edit(PoseFile((poses, later_poses(FRAMES, 300)), (1, 2))).people[0]


WAYS: dict[str, Callable[[LaterPoses], PoseSequence]] = {
    "a part": lambda poses: poses[3:30],
    "the wire": lambda poses: unpack(LaterPoses, *pack(poses)),
    "swap": with_other(lambda two: swap(two, 1, 2, 9)),
    "split": with_other(lambda two: split(two, 1, 9)),
    "merge": with_other(lambda two: merge(two, 1, 2)),
    "one timeline": on_one_timeline,
    **{f"cleaned, {lost.value}": lambda poses, lost=lost: cleaned(poses, 0.5, lost).poses for lost in LostTracking},  # type: ignore[misc]
}


@pytest.mark.parametrize("way", WAYS)
def test_every_field_survives(way: str) -> None:
    poses = later_poses(FRAMES)
    assert {leaf.path[0] for leaf in flatten(poses)} == {leaf.path[0] for leaf in leaves(LaterPoses)}
    after = WAYS[way](poses)
    assert isinstance(after, LaterPoses)
    held = flatten(after)
    for leaf in leaves(LaterPoses):
        assert leaf in held
        if leaf.is_by_frame:
            assert len(held[leaf]) == len(after)
    assert (after.take, after.source, after.fps) == (3, "a film", 30)


@pytest.mark.parametrize("kind", [LaterPoses, PoseSequence], ids=["later", "now"])
def test_a_file_keeps_every_field(kind: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    poses = later_poses(FRAMES)
    monkeypatch.setattr(npz, "PoseSequence", kind)
    after = flatten(written_and_read(poses, tmp_path))
    assert [leaf.name for leaf in after] == [leaf.name for leaf in leaves(kind)]
    for leaf, array in after.items():
        np.testing.assert_array_equal(array, flatten(poses)[leaf])


def test_who_swaps_frames_swaps_those_of_a_new_field() -> None:
    one, other = later_poses(FRAMES), later_poses(FRAMES, 300)
    swapped = swap(PoseFile((one, other), (1, 2)), 1, 2, 9).people[0]
    assert isinstance(swapped, LaterPoses)
    assert swapped.lighting is not None
    assert one.lighting is not None
    assert other.lighting is not None
    np.testing.assert_array_equal(swapped.lighting.shift[:9], one.lighting.shift[:9])
    np.testing.assert_array_equal(swapped.lighting.shift[9:], other.lighting.shift[9:])


def test_poses_are_put_together_by_hand_only_where_they_are_made_of_something_else() -> None:
    """Poses from poses are made by `replace`, or by `core.codec`: a field that is not named is kept."""
    made: dict[str, set[str]] = {}
    for path in sorted(ADDON.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if called in ("PoseSequence", "Landmarks", "DepthEvidence"):
                made.setdefault(path.relative_to(ADDON).as_posix(), set()).add(called)
    assert made == MADE_FROM_OTHER_THINGS
