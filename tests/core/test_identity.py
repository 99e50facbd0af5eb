"""Who is who can be put right by hand, and everybody has a picture to be chosen by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from blender_addon.core.detection.identity import PORTRAIT_SIDE, merge, portraits, split, swap
from blender_addon.core.pose_files import PoseFile
from blender_addon.core.pose_files.prominence import prominence
from blender_addon.core.pose_sequence import DepthEvidence, Landmarks, PoseSequence
from blender_addon.core.skeleton import JOINT_COUNT
from blender_addon.core.video import FrameRange, Video

STREET = Path(__file__).resolve().parents[2] / "assets/footage/street.mp4"
FRAMES = 20


def person(place: float, height: float, frames: slice = slice(None)) -> PoseSequence:
    """Somebody `height` pixels tall at `place`, in sight in those frames."""
    positions = np.zeros((FRAMES, JOINT_COUNT, 2), np.float32)
    positions[..., 0] = place
    positions[..., 1] = np.linspace(0, height, JOINT_COUNT)
    confidence = np.zeros((FRAMES, JOINT_COUNT), np.float32)
    confidence[frames] = 0.8
    landmarks = Landmarks(("nose",), positions[:, :1], confidence[:, :1])
    return PoseSequence(
        positions, confidence, 30, (640, 480), 1.5, landmarks, DepthEvidence(positions[..., 0], confidence), "clip.mp4"
    )


def places(poses: PoseFile, one: int) -> list[float]:
    """Where somebody is in each frame; −1 where out of sight."""
    chosen = poses.select(one)
    return [float(place) for place in np.where(chosen.seen[:, 3], chosen.positions[:, 3, 0], -1)]


@pytest.fixture
def two() -> PoseFile:
    return PoseFile((person(100, 200), person(300, 150)), (4, 9))


def test_two_people_are_swapped_from_a_frame_on(two: PoseFile) -> None:
    swapped = swap(two, 4, 9, 12)
    assert swapped.ids == (4, 9)
    assert places(swapped, 4) == [100] * 12 + [300] * 8
    assert places(swapped, 9) == [300] * 12 + [100] * 8
    first = swapped.select(4)
    assert first.landmarks is not None
    assert first.depth is not None
    assert (first.landmarks.positions[:, 0, 0] == first.positions[:, 3, 0]).all()
    assert (first.depth.values[:, 3] == first.positions[:, 3, 0]).all()
    assert (first.start, first.source) == (1.5, "clip.mp4")


def test_swapping_twice_changes_nothing(two: PoseFile) -> None:
    again = swap(swap(two, 4, 9, 12), 9, 4, 12)
    assert [places(again, one) for one in again.ids] == [places(two, one) for one in two.ids]


def test_one_person_is_split_in_two(two: PoseFile) -> None:
    parted = split(two, 9, 5)
    assert parted.ids == (4, 9, 10)
    assert places(parted, 9) == [300] * 5 + [-1] * 15
    assert places(parted, 10) == [-1] * 5 + [300] * 15


def test_what_was_split_can_be_merged(two: PoseFile) -> None:
    whole = merge(split(two, 4, 7), 4, 10)
    assert whole.ids == two.ids
    assert places(whole, 4) == places(two, 4)


def test_merging_takes_the_surer_one_in_each_frame() -> None:
    faint = person(100, 200)
    confidence = np.full((FRAMES, JOINT_COUNT), 0.1, np.float32)
    confidence[:6] = 0.95
    sure = PoseSequence(faint.positions + np.float32(1), confidence, 30, (640, 480), 1.5)
    merged = merge(PoseFile((faint, sure), (1, 2)), 1, 2)
    assert places(merged, 1) == [101] * 6 + [100] * 14
    landmarks = merged.select().landmarks
    assert landmarks is not None
    assert (landmarks.confidence[:, 0] > 0).tolist() == [False] * 6 + [True] * 14


@pytest.mark.parametrize("frame", [0, FRAMES, -3])
def test_a_frame_that_parts_nothing_is_refused(frame: int, two: PoseFile) -> None:
    with pytest.raises(ValueError, match="choose one from 1 to 19"):
        split(two, 4, frame)
    with pytest.raises(ValueError, match="choose one from 1 to 19"):
        swap(two, 4, 9, frame)


def test_nobody_is_left_without_a_frame() -> None:
    early = PoseFile((person(100, 200, slice(0, 8)),), (1,))
    with pytest.raises(ValueError, match="choose another frame"):
        split(early, 1, 10)


def test_people_who_are_not_there_are_refused(two: PoseFile) -> None:
    with pytest.raises(ValueError, match="holds no person 5"):
        swap(two, 4, 5, 3)
    with pytest.raises(ValueError, match="cannot be merged with themselves"):
        merge(two, 4, 4)


def test_the_main_performer_is_the_longest_times_the_largest() -> None:
    brief_and_large, long_and_small, long_and_middling = person(0, 400, slice(0, 4)), person(0, 100), person(0, 200)
    assert max((brief_and_large, long_and_small, long_and_middling), key=prominence) is long_and_middling


def test_everybody_has_a_picture_from_where_they_are_seen_best() -> None:
    def at(x: float, y: float, best: int) -> PoseSequence:
        positions = np.zeros((3, JOINT_COUNT, 2), np.float32) + np.array([x, y], np.float32)
        positions[:, :, 1] += np.linspace(-150, 150, JOINT_COUNT)
        confidence = np.full((3, JOINT_COUNT), 0.5, np.float32)
        confidence[best] = 0.9
        return PoseSequence(positions, confidence, 30, (1768, 994))

    video = Video.open(STREET, FrameRange(60, 63))
    pictures = portraits(video, PoseFile((at(630, 240, 1), at(1390, 740, 1)), (1, 2)))
    assert set(pictures) == {1, 2}
    assert all(picture.shape == (PORTRAIT_SIDE, PORTRAIT_SIDE, 3) for picture in pictures.values())
    frame = next(Video.open(STREET, FrameRange(61, 62)).frames()).image
    assert np.abs(pictures[2][64, 64].astype(int) - frame[740, 1390]).max() < 40
    assert np.abs(pictures[1].astype(int) - pictures[2]).mean() > 20
