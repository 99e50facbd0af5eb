"""Everybody in the shipped video is found, followed under one identity, and never said to be seen where they are
hidden.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core.detection.blazepose import BlazePose
from blender_addon.core.detection.following import LEAST_QUALITY, Follower
from blender_addon.core.detection.landmarks import LAYOUT, Crop, LandmarkFinder, crop_around, refined
from blender_addon.core.detection.overlay import write_overlay
from blender_addon.core.detection.people import LAYOUT as COCO
from blender_addon.core.detection.people import Find, PeopleFinder
from blender_addon.core.detection.performance import MOST_POSES, detect, put_together
from blender_addon.core.detection.providers import Network, Provider, available
from blender_addon.core.detection.sides import swapped_frames, with_sides_kept
from blender_addon.core.detection.sightings import sighting_type
from blender_addon.core.detection.tracking import colour_difference
from blender_addon.core.pose_files import PoseFile
from blender_addon.core.pose_sequence import Array, PoseSequence
from blender_addon.core.skeleton import MIRROR_JOINTS, Joint
from blender_addon.core.video import Frame, FrameRange, Image, Video, VideoError

STREET = Path(__file__).resolve().parents[2] / "assets/footage/street.mp4"
LABELS = Path(__file__).with_name("street_labels.json")
HEIGHT = 380
"""Pixels from the middle of the ears to the ankles of both people in it, upright."""

MAN, WOMAN = 1, 2
"""Their ids in the shipped video: the man is longer in sight."""

WOMAN_IN_SIGHT = slice(42, 196)
"""From her first step out from behind the tree until she leaves the picture."""


CROSSING = 45.0
"""Pixels between the ankles within which the woman's legs pass each other."""


@pytest.fixture(scope="module")
def street() -> PoseFile:
    return detect(Video.open(STREET)).poses


@pytest.fixture(scope="module")
def first_frame() -> Image:
    return next(Video.open(STREET).frames()).image


def frame_of(index: int) -> Frame:
    return next(Video.open(STREET, FrameRange(index, index + 1)).frames())


def middle(person: PoseSequence, frames: slice) -> Array:
    """(T, 2) of the mid-hip where it is seen."""
    seen = person.seen[frames, Joint.MID_HIP]
    return person.positions[frames, Joint.MID_HIP][seen]


def in_sight(person: PoseSequence) -> NDArray[np.bool_]:
    return np.asarray(person.seen.any(axis=1))


def test_both_people_are_followed_under_one_identity_each(street: PoseFile) -> None:
    assert street.ids == (MAN, WOMAN)
    man, woman = street.people
    assert len(man) == len(woman) == 230
    assert in_sight(woman)[WOMAN_IN_SIGHT].all()
    assert not in_sight(woman)[:36].any()
    assert not in_sight(woman)[204:].any()
    assert in_sight(man)[:160].all()
    assert in_sight(man)[190:225].all()
    assert in_sight(man)[160:190].mean() > 0.6


def test_each_identity_stays_with_its_person(street: PoseFile) -> None:
    man, woman = street.people
    assert np.abs(np.diff(middle(woman, WOMAN_IN_SIGHT), axis=0)).max() < 40
    assert (np.diff(middle(woman, WOMAN_IN_SIGHT)[::10, 0]) < 0).all()
    assert (middle(man, slice(0, 150))[:, 1] < 350).all()
    assert (np.diff(middle(man, slice(205, 225))[:, 0]) > 0).all()


def test_the_walking_woman_keeps_her_left_and_right(street: PoseFile) -> None:
    """She walks to the picture's left, so that her left side is the near one; and no frame fits the one before better
    mirrored.
    """
    woman = street.people[1]
    assert woman.depth is not None
    for left, right in ((Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER), (Joint.LEFT_HIP, Joint.RIGHT_HIP)):
        assert (woman.depth.values[WOMAN_IN_SIGHT, left] < woman.depth.values[WOMAN_IN_SIGHT, right]).mean() > 0.97
    legs = [Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.LEFT_KNEE, Joint.LEFT_ANKLE]
    frames = range(WOMAN_IN_SIGHT.start, WOMAN_IN_SIGHT.stop)
    for before, after in pairwise(frame for frame in frames if woman.seen[frame, legs].all()):
        if after - before == 1:
            steps = woman.positions[after] - woman.positions[before]
            mirrored = woman.positions[after][list(MIRROR_JOINTS)] - woman.positions[before]
            assert np.linalg.norm(steps[legs], axis=1).sum() < 1.2 * np.linalg.norm(mirrored[legs], axis=1).sum() + 20


def test_what_the_tree_hides_is_unseen(street: PoseFile) -> None:
    woman = street.people[1]
    assert not woman.seen[41:45, [Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.LEFT_WRIST]].any()
    assert woman.seen[42:45, [Joint.LEFT_KNEE, Joint.LEFT_ANKLE, Joint.HEAD]].all()


@dataclass
class Finding:
    """A search that finds these people, whatever it is shown."""

    finds: list[Find]

    def __call__(self, image: Image) -> list[Find]:
        return list(self.finds)

    def zoomed(self, image: Image) -> list[Find]:
        return list(self.finds)

    def faint(self, image: Image) -> list[Find]:
        return []


class Blazed(Follower):
    layout = LAYOUT


@dataclass(frozen=True)
class Label:
    """A joint of somebody in a frame as a person sees it in the enlarged picture: its `place` in pixels, None where it
    is hidden.
    """

    frame: int
    person: int
    joint: Joint
    place: tuple[float, float] | None


def labels() -> list[Label]:
    """Those of 22 frames of the shipped video, labelled by hand to within about 10 pixels."""
    found = []
    for row in json.loads(LABELS.read_text(encoding="utf-8")):
        person = {"man": MAN, "woman": WOMAN}[row["person"]]
        places = {**row["joints"], **dict.fromkeys(row["hidden"])}
        found += [
            Label(row["frame"], person, Joint[name.upper()], place and tuple(place)) for name, place in places.items()
        ]
    return found


def test_joints_are_where_a_person_sees_them(street: PoseFile) -> None:
    visible = [(label, street.select(label.person)) for label in labels() if label.place is not None]
    assert np.mean([person.seen[label.frame, label.joint] for label, person in visible]) > 0.98
    seen = [(label, person) for label, person in visible if person.seen[label.frame, label.joint]]
    errors = np.array(
        [np.linalg.norm(person.positions[label.frame, label.joint] - np.array(label.place)) for label, person in seen]
    )
    sure = np.array([person.confidence[label.frame, label.joint] for label, person in seen]) >= 0.9
    assert np.median(errors) < 0.03 * HEIGHT
    assert np.mean(errors < 0.05 * HEIGHT) > 0.92
    assert np.mean(errors[sure] < 0.05 * HEIGHT) > 0.9
    assert errors.max() < 0.1 * HEIGHT


def test_left_and_right_are_those_that_a_person_sees(street: PoseFile) -> None:
    places = {(label.frame, label.person, label.joint): label.place for label in labels() if label.place is not None}
    for frame, id_, joint in places:
        other = Joint(MIRROR_JOINTS[joint])
        if joint < other and (frame, id_, other) in places:
            person = street.select(id_)
            right, left = (np.array(places[frame, id_, side]) for side in (joint, other))
            found_right, found_left = person.positions[frame, joint], person.positions[frame, other]
            as_it_is = np.linalg.norm(found_right - right) + np.linalg.norm(found_left - left)
            crossed = np.linalg.norm(found_right - left) + np.linalg.norm(found_left - right)
            assert as_it_is < crossed, (frame, joint.name)


def test_what_a_person_cannot_see_is_unseen(street: PoseFile) -> None:
    hidden = [label for label in labels() if label.place is None]
    assert hidden
    assert not any(street.select(label.person).seen[label.frame, label.joint] for label in hidden)


def test_extra_landmarks_and_depth_come_along(street: PoseFile) -> None:
    for person in street.people:
        assert person.landmarks is not None
        assert {"nose", "right_ear", "left_heel", "right_toe", "left_index_knuckle"} <= set(person.landmarks.names)
        assert person.depth is not None
        assert person.depth.confidence.any()


def test_a_part_of_the_video_gives_the_same_as_the_whole_from_its_start(street: PoseFile) -> None:
    part = detect(Video.open(STREET, FrameRange(0, 6))).poses
    assert len(part.people) == 1
    seen = part.people[0].seen
    assert np.abs(part.people[0].positions - street.people[0].positions[:6])[seen].max() < 0.5


def test_a_range_starts_at_its_time() -> None:
    poses = detect(Video.open(STREET, FrameRange(60, 61))).poses
    assert len(poses.people[0]) == 1
    assert poses.people[0].start == pytest.approx(2.0)
    assert poses.people[0].image_size == (1768, 994)
    assert len(poses.people) == 2


def test_what_was_found_before_is_found_again(tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(STREET.read_bytes())
    one_frame = FrameRange(10, 11)
    first = detect(Video.open(STREET, one_frame), cache=tmp_path / "cache")
    again = detect(Video.open(copy, one_frame), cache=tmp_path / "cache")
    other = detect(Video.open(copy, FrameRange(11, 12)), cache=tmp_path / "cache")
    assert (first.provider, again.provider, other.provider) == (Provider.CPU, None, Provider.CPU)
    assert (first.poses.people[0].positions == again.poses.people[0].positions).all()


def test_a_video_without_anybody_says_so(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "wall.png"), np.full((240, 320, 3), 128, np.uint8))
    with pytest.raises(VideoError, match=r"wall\.png shows nobody"):
        detect(Video.open(tmp_path / "wall.png"))


def test_a_person_far_away_is_found_by_looking_closer(first_frame: Image) -> None:
    wide = np.full((1000, 1800, 3), 200, np.uint8)
    wide[300:420, 500:620] = cv2.resize(first_frame[0:500, 400:900], (120, 120), interpolation=cv2.INTER_AREA)
    finder = PeopleFinder()
    assert not finder(wide)
    (find,) = finder.zoomed(wide)
    assert 530 < find.box[0] < find.box[2] < 590
    assert 305 < find.box[1] < find.box[3] < 420


def around(image: Image, find: Find) -> Image:
    """A square about somebody who was found."""
    middle, half = (find.box[:2] + find.box[2:]) / 2, 0.75 * (find.box[2:] - find.box[:2]).max()
    (left, top), (right, bottom) = np.maximum(middle - half, 0).astype(int), (middle + half).astype(int)
    return image[top:bottom, left:right]


@pytest.mark.parametrize(("frame", "turns"), [(0, 1), (20, 3), (60, 3), (90, 1)])
def test_who_lies_is_found_although_the_search_hardly_sees_them(frame: int, turns: int) -> None:
    """The search was trained on people who stand. The landmarks of one on the side are as clear as ever."""
    image, search = frame_of(frame).image, PeopleFinder()
    upright = np.ascontiguousarray(around(image, search(image)[0]))
    lying = np.ascontiguousarray(np.rot90(upright, turns))
    assert not search(lying)
    (found,) = Blazed(30, search, LandmarkFinder(), 1)(lying, 0)
    standing = LandmarkFinder()(upright, crop_around(search(upright)[0]))
    height, width = upright.shape[:2]
    back = found.points
    for _ in range(turns):
        back = np.column_stack([width - back[:, 1], back[:, 0]])
        height, width = width, height
    assert np.median(np.linalg.norm(back - standing.points, axis=1)) < 0.05 * standing.size


def test_what_the_search_hardly_sees_is_nobody_where_no_body_is_clear() -> None:
    """Parts of the street without anybody, turned: here and there the search sees somebody, faintly."""
    nobody, search, landmarks, faint = frame_of(210).image[:, 90:1060], PeopleFinder(), LandmarkFinder(), 0
    for top, left in ((0, 0), (0, 400), (400, 0), (400, 400), (200, 200)):
        for turns in range(4):
            part = np.ascontiguousarray(np.rot90(nobody[top : top + 590, left : left + 570], turns))
            faint += len(search.faint(part))
            assert not Blazed(30, search, landmarks, 1)(part, 0)
    assert faint


def test_a_crop_shows_the_body_upright_and_maps_back() -> None:
    crop = Crop((200.0, 100.0), 120.0, np.pi / 2)
    image = np.zeros((300, 400, 3), np.uint8)
    image[95:105, 240:250] = 255
    rows, columns = np.nonzero(crop.cut(image)[..., 0] > 200)
    assert (np.mean(columns), np.mean(rows)) == pytest.approx((128, 128 - 45 * 256 / 120), abs=2)
    place = crop.to_picture(np.array([[np.mean(columns) + 0.5, np.mean(rows) + 0.5]], np.float32))
    assert place[0] == pytest.approx([245, 100], abs=1)


def test_landmarks_turn_with_the_picture(first_frame: Image) -> None:
    """Somebody who lies on the side is found as well as upright: the crop turns."""
    finder = LandmarkFinder()
    find = PeopleFinder()(first_frame)[0]
    crop = crop_around(find)
    upright = finder(first_frame, crop)
    height = first_frame.shape[0]
    turned_centre = (height - crop.centre[1], crop.centre[0])
    lying = finder(
        np.ascontiguousarray(np.rot90(first_frame, -1)), Crop(turned_centre, crop.side, crop.angle + np.pi / 2)
    )
    expected = np.column_stack([height - upright.points[:, 1], upright.points[:, 0]])
    assert np.linalg.norm(lying.points - expected, axis=1).max() < 0.02 * upright.size
    assert lying.depth == pytest.approx(upright.depth, abs=0.03 * upright.size)


def test_a_heatmap_moves_a_landmark_to_its_peak_and_a_faint_one_does_not() -> None:
    heatmaps = np.full((2, 64, 64), -10, np.float32)
    heatmaps[0, 20, 33] = 5
    heatmaps[1, 20, 33] = -2
    places, peaks = refined(np.array([[128, 82], [128, 82]], np.float32), heatmaps)
    assert places[0] == pytest.approx([132, 80], abs=0.2)
    assert places[1] == pytest.approx([128, 82])
    assert peaks == pytest.approx([0.99, 0.12], abs=0.01)


def test_a_find_without_hips_still_makes_a_crop() -> None:
    scores = np.zeros(17, np.float32)
    scores[:5] = 0.9
    find = Find(np.full((17, 2), 50, np.float32), scores, np.array([0, 0, 100, 200], np.float32), 0.5)
    crop = crop_around(find)
    assert crop.centre == (50, 100)
    assert crop.side > 200


@pytest.mark.parametrize("frame", [0, 10])
def test_an_upper_body_is_looked_for_as_part_of_a_whole_one(frame: int) -> None:
    """The same man, with the picture cut off between his shoulders and his hips."""
    image = frame_of(frame).image
    finder, landmarks = PeopleFinder(), LandmarkFinder()
    whole = landmarks(image, crop_around(finder(image)[0]))
    rows = [LAYOUT.points.index(name) for name in ("left_shoulder", "right_shoulder", "left_elbow", "right_elbow")]
    hips = whole.points[[LAYOUT.points.index(name) for name in ("left_hip", "right_hip")]].mean(axis=0)
    cut = int((whole.points[rows[:2], 1].mean() + hips[1]) / 2)
    left, top = int(hips[0]) - 250, max(cut - 300, 0)
    upper = np.ascontiguousarray(image[top:cut, left : left + 500])
    crop = crop_around(finder(upper)[0])
    assert crop.side == pytest.approx(whole.crop.side, rel=0.25)
    assert np.linalg.norm(crop.centre + np.array([left, top]) - hips) < 0.1 * whole.size
    body = landmarks(upper, crop)
    assert body.quality > LEAST_QUALITY
    assert np.linalg.norm(body.points[rows] + [left, top] - whole.points[rows], axis=1).mean() < 0.03 * whole.size


def test_an_upper_body_is_found_at_once_wherever_the_range_begins(shared_data: Path) -> None:
    found = detect(Video.open(shared_data / "footage/clips/gesture.mkv", FrameRange(10, 30))).poses
    assert len(found.people) == 1
    assert found.people[0].seen[:, [Joint.HEAD, Joint.NECK, Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]].all()


def test_a_leg_that_is_taken_for_the_other_for_a_moment_is_put_right(street: PoseFile) -> None:
    """The woman's legs, swapped in three places; the network's own swaps are put right before."""
    woman = street.people[1]
    frames = np.arange(50, 190)
    positions, seen = np.zeros((140, 33, 2), np.float32), np.zeros((140, 33), np.float32)
    joints = [Joint.LEFT_HIP, Joint.RIGHT_HIP, Joint.LEFT_KNEE, Joint.RIGHT_KNEE, Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]
    rows = [LAYOUT.points.index(joint.name.lower()) for joint in joints]
    positions[:, rows], seen[:, rows] = woman.positions[50:190][:, joints], woman.confidence[50:190][:, joints]
    swaps = np.isin(frames, [70, 71, 72, 110, *range(140, 150)])
    mixed = positions.copy()
    other_side = [rows[index ^ 1] for index in range(6)]
    mixed[:, rows] = np.where(swaps[:, None, None], positions[:, other_side], positions[:, rows])
    found = swapped_frames(LAYOUT, frames, mixed, seen, ("hip", "knee", "ankle", "heel", "toe"))
    # While the legs pass each other, or a joint of one is not seen, nobody can tell, and nothing is lost.
    ankles = positions[:, rows[4:]]
    apart = np.linalg.norm(ankles[:, 0] - ankles[:, 1], axis=-1)
    tells = (apart > CROSSING) & (seen[:, rows] > 0).all(axis=1)
    assert tells.mean() > 0.7
    assert tells[swaps].sum() > 5
    assert not (found != swaps)[tells].any()
    kept, _ = with_sides_kept(LAYOUT, frames, mixed, seen)
    assert np.quantile(np.abs(kept - positions), 0.99) < 12


def test_colours_tell_people_apart() -> None:
    red, blue = np.eye(2, dtype=np.float32)
    assert colour_difference(red, red) == pytest.approx(0, abs=1e-6)
    assert colour_difference(red, blue) == pytest.approx(1)


def test_somebody_who_is_covered_for_a_moment_keeps_the_identity() -> None:
    detector = BlazePose(fps=30)
    ids = set()
    for frame in Video.open(STREET, FrameRange(60, 72)).frames():
        image = frame.image.copy()
        if 64 <= frame.index < 68:
            image[:500, 400:900] = 128
        sightings = detector(image, frame.index)
        left = {sighting.id for sighting in sightings if sighting.points[0, 0] < 900}
        assert len(left) == (0 if 64 <= frame.index < 68 else 1), frame.index
        ids |= left
    assert len(ids) == 1


def two_of(image: Image, apart: float) -> Image:
    """The first person that is found in a picture, cut out, and to their right the same one mirrored, `apart` of the
    width of the cut-out away, on grey.
    """
    body = LandmarkFinder()(image, crop_around(PeopleFinder()(image)[0]))
    edge = 0.08 * body.size
    mask = np.zeros(image.shape[:2], np.uint8)
    outline = cv2.convexHull(body.points.astype(np.float32)).astype(int)
    cv2.drawContours(mask, [outline], -1, 255, int(edge))
    cv2.fillConvexPoly(mask, outline, 255)
    left, top = np.maximum(body.points.min(axis=0) - edge, 0).astype(int)
    right, bottom = (body.points.max(axis=0) + edge).astype(int)
    cutout, is_person = image[top:bottom, left:right], mask[top:bottom, left:right, None] > 0
    height, width = cutout.shape[:2]
    both = np.full((int(1.2 * height), 4 * width, 3), 128, np.uint8)
    for side, start in ((1, width), (-1, int((1 + apart) * width))):
        place = both[height // 10 : height // 10 + height, start : start + width]
        place[...] = np.where(is_person[:, ::side], cutout[:, ::side], place)
    return both


def test_of_two_whom_the_search_takes_for_one_each_stays_where_they_are() -> None:
    """As in each other's arms: the one that it finds is one of them, and the other goes on."""
    both = two_of(frame_of(120).image, 0.42)
    search = Finding(PeopleFinder()(both))
    assert len(search.finds) == 2
    follower = Blazed(30, search, LandmarkFinder(), 1)
    first = {sighting.id: sighting.points for sighting in follower(both, 0)}
    assert len(first) == 2
    one, other = search.finds
    around = np.concatenate([np.minimum(one.box[:2], other.box[:2]), np.maximum(one.box[2:], other.box[2:])])
    search.finds = [Find(one.points, one.scores, around, one.score)]
    for frame in range(1, 20):
        now = {sighting.id: sighting.points for sighting in follower(both, frame)}
        assert now.keys() == first.keys(), frame
        for person, points in first.items():
            assert np.linalg.norm(now[person].mean(axis=0) - points.mean(axis=0)) < 0.05 * np.ptp(points[:, 1])


def test_an_upper_body_that_is_found_leaning_is_looked_at_until_it_stands(first_frame: Image) -> None:
    """What the first frame tells is no worse than what the next ones do: the crop is turned back in one frame."""
    landmarks = LandmarkFinder()
    (find, *_) = PeopleFinder()(first_frame)
    whole = landmarks(first_frame, crop_around(find))
    hips = whole.points[[LAYOUT.points.index(name) for name in ("left_hip", "right_hip")]].mean(axis=0)
    upper = first_frame.copy()
    upper[int(hips[1]) :] = 0
    leaning = find.points.copy()
    leaning[[COCO.points.index(name) for name in ("left_hip", "right_hip")]] += (0.25 * whole.size, 0)
    follower = Blazed(30, Finding([Find(leaning, find.scores, find.box, find.score)]), landmarks, 1)
    (found,) = follower(upper, 0)
    upright = landmarks(upper, landmarks(upper, crop_around(find)).next_crop)
    shoulders = [LAYOUT.points.index(name) for name in ("left_shoulder", "right_shoulder")]
    rows = [*shoulders, *(LAYOUT.points.index(name) for name in ("left_hip", "right_hip"))]
    assert np.linalg.norm(found.points[rows] - upright.points[rows], axis=1).max() < 0.05 * whole.size


def test_looking_ahead_finds_what_looking_frame_by_frame_does() -> None:
    video = Video.open(STREET, FrameRange(60, 70))
    ahead, one_by_one = BlazePose(fps=30, threads=2), BlazePose(fps=30, threads=1)
    indices = []
    for frame, sightings in ahead.follow(video.frames()):
        indices.append(frame.index)
        alone = {sighting.id: sighting.points for sighting in one_by_one(frame.image, frame.index)}
        assert {sighting.id for sighting in sightings} == alone.keys()
        for sighting in sightings:
            assert np.median(np.linalg.norm(sighting.points - alone[sighting.id], axis=1)) < 0.02 * HEIGHT
    assert indices == list(range(60, 70))


def test_a_crop_that_lies_elsewhere_or_is_turned_or_wider_shows_something_else() -> None:
    crop = Crop((100, 200), 256, np.pi - 0.01)
    assert crop.is_near(Crop((103, 200), 260, -np.pi + 0.01))
    others = (crop.moved(np.array([20, 0], np.float32)), crop.turned(10), crop.widened(300))
    assert not any(other.is_near(crop) for other in others)


def test_people_who_change_their_sides_of_the_picture_are_two_new_places_for_two_people(first_frame: Image) -> None:
    """One picture mirrored: the man is far from where he was, which nobody can follow, and he is somebody new."""
    detector = BlazePose(fps=30)
    first = detector(first_frame, 0)
    later = [detector(np.ascontiguousarray(first_frame[:, ::-1]), frame) for frame in range(1, 4)]
    assert len(first) == 1
    assert {sighting.id for sighting in later[-1]} != {first[0].id}


def test_the_overlay_shows_the_skeleton_and_is_whole(tmp_path: Path) -> None:
    video = Video.open(STREET, FrameRange(60, 62))
    poses = detect(video).poses
    write_overlay(video, poses, tmp_path / "overlay.mp4")
    overlay = Video.open(tmp_path / "overlay.mp4")
    assert (overlay.frame_count, overlay.image_size, overlay.fps) == (2, video.image_size, 30)
    change = np.abs(next(overlay.frames()).image.astype(int) - frame_of(60).image).max(axis=2)
    x, y = ((poses.people[0].positions[0, Joint.NECK] + poses.people[0].positions[0, Joint.MID_HIP]) / 2).astype(int)
    assert change[y - 3 : y + 4, x - 3 : x + 4].max() > 60
    assert np.median(change) < 12
    assert [path.name for path in tmp_path.iterdir()] == ["overlay.mp4"]


def test_an_overlay_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    video = Video.open(STREET, FrameRange(60, 61))
    poses = detect(video).poses
    with pytest.raises(VideoError, match=r"overlay\.gif is no name"):
        write_overlay(video, poses, tmp_path / "overlay.gif")
    with pytest.raises(VideoError, match="cannot be written"):
        write_overlay(video, poses, tmp_path / "missing/overlay.mp4")
    assert list(tmp_path.iterdir()) == []


def test_the_provider_is_chosen_and_reported() -> None:
    assert available()[-1] is Provider.CPU
    assert BlazePose(30).provider is Provider.CPU


@pytest.mark.skipif(Provider.CUDA in available(), reason="there is a CUDA provider here")
def test_a_provider_that_is_not_installed_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="onnxruntime has no cuda here; choose one of cpu"):
        Network("blazepose_heavy.onnx", Provider.CUDA)


def test_missing_weights_are_told_in_a_sentence() -> None:
    with pytest.raises(
        ValueError, match=r"weights nothing\.onnx did not come with this installation .*install the extension again"
    ):
        Network("nothing.onnx")


def test_of_people_who_come_and_go_in_a_long_video_the_most_prominent_are_kept(
    caplog: pytest.LogCaptureFixture,
) -> None:
    frame_count, people = 60_000, 12
    kept = MOST_POSES // frame_count
    sightings = np.zeros(frame_count, sighting_type(LAYOUT, True))
    sightings["frame"] = np.arange(frame_count)
    sightings["person"] = sightings["frame"] * people // frame_count
    body = np.random.default_rng(0).uniform(0, 1, (len(LAYOUT.points), 2))
    sightings["points"] = (100 + 50 * sightings["person"])[:, None, None] * body
    sightings["confidence"] = 0.9
    poses = put_together(Video.open(STREET), BlazePose, sightings, frame_count - 1)
    assert 1 < kept < people
    came = [int(sightings["person"][person.seen.any(axis=1).argmax()]) for person in poses.people]
    assert came == list(range(people - 1, people - 1 - kept, -1)), "later ones are larger"
    assert f"shows {people} people" in caplog.text
    assert f"the {kept} most prominent are kept" in caplog.text
