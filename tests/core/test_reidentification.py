"""Who comes in again is known again by what they look like, who met somebody stays who they are, and nobody is anybody
else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core.detection.appearance import PARTS, appearance_difference
from blender_addon.core.detection.blazepose import BlazePose
from blender_addon.core.detection.performance import detect
from blender_addon.core.detection.reidentification import (
    LIKELIER,
    OTHER,
    SAME,
    Piece,
    joined,
    reidentified,
    without_doubles,
)
from blender_addon.core.detection.sightings import sighting_type
from blender_addon.core.pose_files import PoseFile
from blender_addon.core.skeleton import Joint
from blender_addon.core.video import FrameRange, Image, Video

ROOT = Path(__file__).resolve().parents[2]
STREET = ROOT / "assets/footage/street.mp4"
WALKER = ROOT / "tests/data/rendered/short_walk.mp4"
"""Rendered: a man in a red shirt."""
CROSSING = ROOT / "build/rendered/two_cross.mp4"

STAY, AWAY = 15, 65
"""Frames in which somebody, and in which nobody is in sight: more than the two seconds that somebody is awaited."""


def pictures(path: Path, first: int, end: int) -> list[Image]:
    return [frame.image for frame in Video.open(path, FrameRange(first, end)).frames()]


def written(path: Path, images: Iterable[Image]) -> Video:
    every = list(images)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 30.0, every[0].shape[1::-1])
    for image in every:
        writer.write(image)
    writer.release()
    return Video.open(path)


def with_absence(path: Path, before: Sequence[Image], after: Sequence[Image]) -> PoseFile:
    """The people of a video in which nobody is in sight between the two parts."""
    nobody = [np.full_like(before[0], 128)] * AWAY
    return detect(written(path, [*before, *nobody, *after])).poses


def times_in_sight(poses: PoseFile, count: int) -> list[tuple[bool, bool]]:
    """Of each person: whether they are seen among the first, and among the last, `count` frames."""
    seen = [np.asarray(person.seen.any(axis=1)) for person in poses.people]
    return [(bool(each[:count].any()), bool(each[-count:].any())) for each in seen]


def test_two_people_who_come_in_again_are_the_same_two(tmp_path: Path) -> None:
    part = pictures(STREET, 60, 90)
    poses = with_absence(tmp_path / "loop.mp4", part, part)
    assert times_in_sight(poses, len(part)) == [(True, True), (True, True)]
    for person in poses.people:
        before, after = (person.positions[frames, Joint.MID_HIP] for frames in (slice(5, 25), slice(-25, -5)))
        assert np.linalg.norm(np.median(before - after, axis=0)) < 30


def test_who_comes_back_in_other_poses_is_the_same(tmp_path: Path) -> None:
    poses = with_absence(tmp_path / "back.mp4", pictures(WALKER, 0, STAY), pictures(WALKER, STAY, 2 * STAY))
    assert times_in_sight(poses, STAY) == [(True, True)]


def test_who_comes_when_somebody_else_has_left_is_somebody_else(tmp_path: Path) -> None:
    before = pictures(WALKER, 0, STAY)
    street = pictures(STREET, 100, 100 + STAY)
    after = [np.asarray(cv2.resize(image[460:888, 760:1520], before[0].shape[1::-1]), np.uint8) for image in street]
    poses = with_absence(tmp_path / "other.mp4", before, after)
    assert sorted(times_in_sight(poses, STAY)) == [(False, True), (True, False)]


@pytest.mark.parametrize("green", [1.0, 0.5], ids=["green", "orange"])
def test_who_differs_by_the_shirt_alone_is_somebody_else(tmp_path: Path, green: float) -> None:
    after = pictures(WALKER, STAY, 2 * STAY)
    for image in after:
        red = image[..., 2] > 1.6 * image[..., :2].max(axis=2)
        assert red.sum() > 50
        blue, dark, bright = image[red].T
        image[red] = np.stack([blue, dark + green * (bright - dark), bright if green < 1 else dark], axis=1)
    poses = with_absence(tmp_path / "shirt.mp4", pictures(WALKER, 0, STAY), after)
    assert sorted(times_in_sight(poses, STAY)) == [(False, True), (True, False)]


@pytest.mark.skipif(not CROSSING.exists(), reason="the rendered clips are not here; make them with `make rendered`")
def test_two_who_cross_keep_their_ways() -> None:
    with np.load(CROSSING.with_suffix(".npz")) as truth:
        true = truth["joints_2d"][:, :, Joint.MID_HIP]
    poses = detect(Video.open(CROSSING)).poses
    assert len(poses.people) == 2
    for person in poses.people:
        seen = person.seen[:, Joint.MID_HIP]
        off = np.linalg.norm(person.positions[:, Joint.MID_HIP] - true, axis=-1)[:, seen]
        assert (off[int(off[:, :10].mean(axis=1).argmin())] < 30).mean() > 0.9


def pieces(*told: tuple[int, int, int]) -> list[Piece]:
    """Of the person, the first frame and the frame after the last of each."""
    return [Piece(person, np.arange(end - first), np.arange(first, end)) for person, first, end in told]


def symmetric(count: int, **pairs: float) -> NDArray[np.float64]:
    """Differences by the names of two pieces each, as `ac`; 40 of all others."""
    found = np.full((count, count), 40.0)
    for pair, value in pairs.items():
        one, other = ("abcdef".index(letter) for letter in pair)
        found[one, other] = found[other, one] = value
    return found


def groups(told: list[Piece], most: NDArray[np.float64], least: NDArray[np.float64] | None = None) -> list[list[int]]:
    return sorted(sorted(group) for group in joined(told, most if least is None else least, most))


def test_who_look_alike_are_one_after_any_absence() -> None:
    told = pieces((0, 0, 100), (1, 3000, 3100))
    assert groups(told, symmetric(2, ab=SAME - 1)) == [[0, 1]]
    assert groups(told, symmetric(2, ab=SAME + 1)) == [[0], [1]]


def test_who_are_in_sight_together_are_two_however_alike() -> None:
    told = pieces((0, 0, 100), (1, 99, 200))
    assert groups(told, symmetric(2, ab=0.0)) == [[0], [1]]


def test_where_people_in_sight_together_are_alike_nobody_is_known_by_looks() -> None:
    told = pieces((0, 0, 100), (1, 0, 100), (2, 3000, 3100))
    assert groups(told, symmetric(3, ab=8.0, ac=7.0, bc=30.0)) == [[0], [1], [2]]
    assert groups(told, symmetric(3, ab=8.0 / LIKELIER, ac=7.0, bc=30.0)) == [[0, 2], [1]]


def test_who_may_be_either_of_two_is_neither() -> None:
    told = pieces((0, 0, 100), (1, 0, 100), (2, 3000, 3100))
    assert groups(told, symmetric(3, ac=9.0, bc=11.0)) == [[0], [1], [2]]


def test_who_was_taken_for_somebody_who_had_just_left_is_put_right() -> None:
    """A man leaves, and the woman who comes in at that place within two seconds was followed on as him."""
    told = pieces((0, 0, 100), (1, 0, 100), (0, 140, 240), (2, 140, 240))
    assert groups(told, symmetric(4, ad=5.0, bc=5.0)) == [[0, 3], [1, 2]]


def test_who_were_mixed_up_where_they_met_are_put_right_and_others_stay_as_they_were() -> None:
    told = pieces((0, 0, 50), (1, 0, 50), (0, 50, 100), (1, 50, 100))
    assert groups(told, symmetric(4, ad=5.0, bc=6.0)) == [[0, 3], [1, 2]]
    alike = symmetric(4, ab=7.0, ac=6.0, ad=5.0, bc=5.0, bd=6.0, cd=7.0)
    assert groups(told, alike) == [[0, 2], [1, 3]]
    unknown = np.full((4, 4), np.nan)
    assert groups(told, unknown) == [[0, 2], [1, 3]]


def test_who_is_lost_for_a_moment_stays_unless_they_surely_look_different() -> None:
    told = pieces((0, 0, 100), (0, 140, 240))
    most = symmetric(2)
    assert groups(told, most, symmetric(2, ab=OTHER - 1)) == [[0, 1]]
    assert groups(told, most, symmetric(2, ab=OTHER + 1)) == [[0], [1]]


def test_looks_are_compared_in_the_likest_moments() -> None:
    random = np.random.default_rng(0)
    moments = random.uniform(0, 255, (12, len(PARTS), 3)).astype(np.float32)
    least, most = appearance_difference(moments[:6], moments[[0, 2, 3, 4, 5, 8, 1]])
    assert least == most == 0
    assert appearance_difference(moments[:6], moments[6:])[0] > OTHER
    hidden = moments.copy()
    hidden[:, : len(PARTS) // 2 + 2] = np.nan
    assert np.isnan(appearance_difference(moments, hidden)).all()


def sightings(*told: tuple[int, range, float]) -> NDArray[np.void]:
    """Of the person, the frames and pixels to the right of each; a body is 100 pixels wide and high."""
    each = sorted((frame, person, right) for person, frames, right in told for frame in frames)
    rows = np.zeros(len(each), sighting_type(BlazePose.layout, BlazePose.tells_depth))
    rows["frame"], rows["person"] = [one[0] for one in each], [one[1] for one in each]
    body = np.random.default_rng(0).uniform(0, 100, rows["points"].shape[1:]).astype(np.float32)
    rows["points"] = body + np.array([(one[2], 0) for one in each], np.float32)[:, None]
    rows["confidence"] = 0.9
    return rows


def test_a_body_that_is_found_a_second_time_for_a_moment_is_no_other_person() -> None:
    found = sightings((0, range(80), 0), (1, range(74, 84), 30), (2, range(100), 300))
    left = without_doubles(found, 15)
    assert set(left["person"].tolist()) == {0, 2}
    assert left["frame"][left["person"] == 0].tolist() == [*range(84)]
    assert left["points"][left["person"] == 0][78, 0, 0] == left["points"][0, 0, 0], "the first find stays"


def test_who_was_there_before_or_stays_or_stands_apart_is_no_double() -> None:
    known = sightings((0, range(100), 0), (1, range(40), 300), (1, range(60, 66), 30))
    stays = sightings((0, range(100), 0), (1, range(40, 80), 30))
    apart = sightings((0, range(100), 0), (1, range(40, 46), 120))
    for found in (known, stays, apart):
        assert without_doubles(found, 15) is found


def test_a_video_in_which_nobody_can_be_taken_for_another_is_not_read_again() -> None:
    rows = sightings((0, range(100), 0), (1, range(100), 500))
    read: list[None] = []
    assert reidentified(Video.open(STREET), BlazePose.layout, rows, lambda: read.append(None)) is rows
    assert not read
