"""What a file says beside its points, under the many keys that tools have for it: names, time, size, clip, identity."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from blender_addon.core.pose_files import PoseFile, PoseFileError, read
from blender_addon.core.skeleton import LAYOUTS, Joint
from tests.core.test_inputs_of_other_tools import (
    COCO,
    EXACT,
    SHUFFLED,
    Points,
    beside,
    deeplabcut,
    frames_seen,
    mediapipe,
    mmpose,
    off,
    openpose,
    points,
    results,
    right,
    rows_of,
    saved,
)

Maker = Callable[[Path], Path]
BY_NUMBER = {str(at): name for at, name in enumerate(SHUFFLED)}
PARTS = points() / (1280, 720, 1)
FRAMES = 6


def flat(found: Points) -> list[list[float]]:
    return [one.ravel().tolist() for one in found]


def coco(found: Points, images: Sequence[Mapping[str, Any]] | None = None, **more: object) -> dict[str, Any]:
    """Annotations of one person."""
    images = images or [{"id": at, "file_name": f"{at}.png"} for at in range(len(found))]
    annotations = [
        {"image_id": image["id"], "category_id": 1, "keypoints": one}
        for image, one in zip(images, flat(found), strict=True)
    ]
    return {"images": images, "annotations": annotations, **more}


def categories(*names: object, key: str = "keypoints", called: str = "person") -> list[dict[str, object]]:
    """One category whose points are called so."""
    return [{"id": 1, "name": called, key: names[0]} if names else {"id": 1, "name": called}]


def frames_list(found: Points, more: Sequence[Mapping[str, object]] | None = None) -> list[dict[str, Any]]:
    """Frames of OpenPose in one list, each with what else it says."""
    more = more or [{}] * len(found)
    return [{"people": [{"pose_keypoints_2d": one}], **own} for one, own in zip(flat(found), more, strict=True)]


def in_table(found: Points, more: Sequence[object], columns: str) -> Callable[[Path], Path]:
    """MediaPipe's CSV with more columns, the same in each row."""
    rows = [(*row, *more) for row in rows_of(found, range(len(found)))]
    return lambda folder: mediapipe(folder / "a.csv", rows, f"frame,landmark,x,y,visibility,{columns}")


def as_json(document: object) -> Maker:
    return lambda folder: saved(folder / "a.json", document)


def heatmaps(folder: Path) -> Path:
    """Three frames, a cell every 20 pixels, whose joints have names."""
    maps = np.zeros((3, 17, 36, 64), np.float32)
    for frame, one in enumerate(points(SHUFFLED, 3)):
        for joint, (x, y) in enumerate((one[:, :2] / 20).astype(int)):
            maps[frame, joint, y, x] = 1
    np.savez(folder / "a.npz", heatmaps=maps, joint_names=np.array(SHUFFLED), image_size=np.array((1280, 720)))
    return folder / "a.npz"


def without_category(document: dict[str, Any]) -> dict[str, Any]:
    for annotation in document["annotations"]:
        del annotation["category_id"]
    return document


def a_file_a_frame(folder: Path, documents: Sequence[object]) -> Path:
    (folder / "frames").mkdir()
    for at, document in enumerate(documents):
        saved(folder / f"frames/walk_{at:06d}.json", document)
    return folder / "frames"


def refused(path: Path) -> str:
    """The sentence that refuses a file."""
    with pytest.raises(PoseFileError) as told:
        read(path)
    return str(told.value)


# Names

OTHERWISE = points(SHUFFLED)
NAMED: dict[str, object] = {
    "COCO, a table by number": coco(OTHERWISE, categories=categories(BY_NUMBER)),
    "COCO, a table by name": coco(OTHERWISE, categories=categories({name: at for at, name in enumerate(SHUFFLED)})),
    "COCO, objects": coco(OTHERWISE, categories=categories([{"name": name} for name in SHUFFLED])),
    "COCO, objects in another order": coco(
        OTHERWISE, categories=categories([{"id": at, "name": name} for at, name in enumerate(SHUFFLED)][::-1])
    ),
    "COCO, numbered from 1": coco(
        OTHERWISE, categories=categories({str(at): name for at, name in enumerate(SHUFFLED, start=1)})
    ),
    "COCO, another key": coco(OTHERWISE, categories=categories(list(SHUFFLED), key="keypoint_names")),
    "COCO, one category that is no list": coco(OTHERWISE, categories=categories(list(SHUFFLED))[0]),
    "COCO, categories by id": coco(OTHERWISE, categories={"1": {"name": "person", "keypoints": list(SHUFFLED)}}),
    "COCO, category of another number": coco(OTHERWISE, categories=[{"id": 0, "keypoints": list(SHUFFLED)}]),
    "COCO, no category at the poses": without_category(coco(OTHERWISE, categories=categories(list(SHUFFLED)))),
    "COCO, names in the info": coco(OTHERWISE, info={"keypoint_names": list(SHUFFLED)}),
    "results": results(OTHERWISE, int, keypoint_names=list(SHUFFLED)),
    "AlphaPose": results(OTHERWISE, lambda at: f"{at}.jpg", idx=[1], joint_names=list(SHUFFLED)),
    "AlphaPose by image": {
        f"{at}.jpg": {"people": [{"pose_keypoints_2d": one}], "keypoint_names": list(SHUFFLED)}
        for at, one in enumerate(flat(OTHERWISE))
    },
    "MMPose, at its top": mmpose(OTHERWISE, range(40), keypoint_names=list(SHUFFLED)),
    "MMPose, at each frame": [
        frame | {"meta_info": {"keypoint_id2name": BY_NUMBER}}
        for frame in mmpose(OTHERWISE, range(40))["instance_info"]
    ],
    "OpenPose, a list": frames_list(OTHERWISE, [{"keypoint_names": list(SHUFFLED)}] * 40),
    "OpenPose, in words": frames_list(OTHERWISE, [{"meta": {"keypoint_names": ", ".join(SHUFFLED)}}] * 40),
}


@pytest.mark.parametrize("kind", NAMED)
def test_names_of_points_decide_wherever_and_however_they_are_written(kind: str, tmp_path: Path) -> None:
    person = read(as_json(NAMED[kind])(tmp_path)).select()
    assert person.seen.all()
    assert off(person, right()) < EXACT


def test_names_of_points_decide_in_a_folder_and_in_heatmaps(tmp_path: Path) -> None:
    folder = openpose(tmp_path / "json", OTHERWISE, lambda at: f"a_{at}.json", keypoint_names=list(SHUFFLED))
    assert off(read(folder).select(), right()) < EXACT
    assert off(read(heatmaps(tmp_path)).select(), right()[:3]) < 20


NOBODYS: dict[str, object] = {
    "a data set of animals": mmpose(points(), range(40), meta_info={"dataset_name": "ap10k"}),
    "another": mmpose(points(), range(40), meta_info={"dataset_name": "animalpose"}),
    "several animals": coco(points(), categories=categories(list(COCO), called="dogs")),
    "an animal without names of points": coco(points(), categories=categories(called="dog")),
    "what belongs to animals": coco(
        points(), categories=[{"id": 1, "name": "x", "supercategory": "animal", "keypoints": list(COCO)}]
    ),
    "no names": coco(OTHERWISE, categories=categories([None, *SHUFFLED[1:]])),
    "numbers with gaps": coco(
        OTHERWISE, categories=categories({str(2 * at): name for at, name in enumerate(SHUFFLED)})
    ),
    "a name twice": mmpose(OTHERWISE, range(40), meta_info={"keypoint_id2name": [SHUFFLED[1], *SHUFFLED[1:]]}),
    "two orders": frames_list(OTHERWISE, [{"keypoint_names": list(SHUFFLED)}] * 39 + [{"keypoint_names": list(COCO)}]),
    "a category that is not described": coco(
        OTHERWISE,
        categories=[{"id": 7, "keypoints": list(SHUFFLED)}, {"id": 8, "keypoints": list(COCO)}],
    ),
}


@pytest.mark.parametrize("kind", NOBODYS)
def test_points_of_nobody_or_without_a_name_each_are_refused(kind: str, tmp_path: Path) -> None:
    words = "no person|another way|two of its points|two orders|does not describe"
    with pytest.raises(PoseFileError, match=words):
        read(as_json(NOBODYS[kind])(tmp_path))


def test_a_person_with_a_thing_is_a_person(tmp_path: Path) -> None:
    document = coco(points(), categories=categories(list(COCO), called="person on chair"))
    assert off(read(as_json(document)(tmp_path)).select(), right()) < EXACT


def test_results_of_other_categories_than_people_are_passed_over(tmp_path: Path) -> None:
    dogs = results(beside(points(), 200), int, category_id=18)
    poses = read(as_json([*results(points(), int, category_id=1), *dogs])(tmp_path))
    assert len(poses.people) == 1
    assert off(poses.select(), right()) < EXACT


def test_a_body_part_with_two_columns_is_refused(tmp_path: Path) -> None:
    assert "column nose x twice" in refused(deeplabcut(tmp_path / "a.csv", (*COCO, "nose"), points((*COCO, "nose"))))


# Time

GAPS = (0, 7, 9, 22)
FOUR = points(frames=4)


def at_gaps(key: str, name: Callable[[int], object]) -> list[dict[str, object]]:
    return [{key: name(number)} for number in GAPS]


def mmpose_at_gaps(key: str, name: Callable[[int], object]) -> list[dict[str, Any]]:
    frames = mmpose(FOUR, range(4))["instance_info"]
    return [{"instances": frame["instances"], **own} for frame, own in zip(frames, at_gaps(key, name), strict=True)]


TIMED: dict[str, object] = {
    "MMPose by picture": mmpose_at_gaps("image_name", lambda at: f"img_{at:05d}.jpg"),
    "MMPose by path": mmpose_at_gaps("img_path", lambda at: f"walk2/img_{at:05d}.jpg"),
    "MMPose, pictures for numbers": mmpose_at_gaps("frame_id", lambda at: f"f_{at}.png"),
    "MMPose, another key": mmpose_at_gaps("frame_index", float),
    "OpenPose, frame": frames_list(FOUR, at_gaps("frame", int)),
    "OpenPose, frame_number": frames_list(FOUR, at_gaps("frame_number", str)),
    "OpenPose by picture": frames_list(FOUR, at_gaps("file_name", lambda at: f"a_{at}_1080p.png")),
    "OpenPose by image": frames_list(FOUR, at_gaps("image_id", int)),
    "results, numbers as text": results(FOUR, lambda at: f"{GAPS[at]}.0"),
    "COCO, one picture for all": coco(
        FOUR, [{"id": 100 + at, "file_name": "walk2.mp4", "frame_id": number} for at, number in enumerate(GAPS)]
    ),
}


@pytest.mark.parametrize("kind", TIMED)
def test_frames_of_a_list_are_those_that_it_says(kind: str, tmp_path: Path) -> None:
    poses = read(as_json(TIMED[kind])(tmp_path))
    assert len(poses.people) == 1
    assert frames_seen(poses) == list(GAPS)


@pytest.mark.parametrize("numbers", [(-5, 0, 5), (10.0, 12.0, 19.0)])
def test_frames_of_a_list_may_be_negative_or_floats(numbers: Sequence[float], tmp_path: Path) -> None:
    poses = read(as_json(frames_list(points(frames=3), [{"frame": number} for number in numbers]))(tmp_path))
    assert frames_seen(poses) == list(numbers)


TWICE = np.concatenate([FOUR, FOUR])
HALVES = [at / 2 for at in range(4)]
CLIPS: dict[str, Maker] = {
    "COCO, at the poses": as_json(
        {
            **(document := coco(TWICE)),
            "annotations": [own | {"video_id": at // 4} for at, own in enumerate(document["annotations"])],
        }
    ),
    "COCO, pictures of one name": as_json(coco(TWICE, [{"id": at, "file_name": f"{at % 4}.png"} for at in range(8)])),
    "results": as_json([one | {"video_id": at // 4} for at, one in enumerate(results(TWICE, lambda at: at % 4))]),
    "MMPose": as_json(
        [frame | {"video_name": f"v{at // 4}.mp4"} for at, frame in enumerate(mmpose(TWICE, range(8))["instance_info"])]
    ),
    "OpenPose": as_json(frames_list(TWICE, [{"camera": at // 4} for at in range(8)])),
    "MediaPipe": lambda folder: mediapipe(
        folder / "a.csv",
        [(*row, take) for take in ("a", "b") for row in rows_of(FOUR, range(4))],
        "frame,landmark,x,y,visibility,take_name",
    ),
}


@pytest.mark.parametrize("kind", CLIPS)
def test_several_clips_are_never_one(kind: str, tmp_path: Path) -> None:
    assert "of its own" in refused(CLIPS[kind](tmp_path))


NO_FRAMES: dict[str, Maker] = {
    "results": as_json(results(FOUR, lambda at: HALVES[at])),
    "results, as text": as_json(results(FOUR, lambda at: str(HALVES[at]))),
    "results, numbers and names": as_json(results(FOUR, lambda at: (0, 1, 2, "walk_0003.png")[at])),
    "MMPose": as_json(mmpose(FOUR, HALVES)),
    "MMPose, some without": as_json(
        [{**frame, "frame_id": (0, None)[at % 2]} for at, frame in enumerate(mmpose(FOUR, range(4))["instance_info"])]
    ),
    "OpenPose, some without": as_json(frames_list(FOUR, [{"frame": 0}, {}, {}, {"frame": 3}])),
    "MediaPipe": lambda folder: mediapipe(folder / "a.csv", rows_of(FOUR, HALVES)),
    "DeepLabCut": lambda folder: deeplabcut(folder / "a.csv", COCO, FOUR, HALVES),
}


@pytest.mark.parametrize("kind", NO_FRAMES)
def test_numbers_that_are_no_frames_are_refused(kind: str, tmp_path: Path) -> None:
    assert re.search("number (them|its frames|the frames|the images) 0, 1, 2", refused(NO_FRAMES[kind](tmp_path)))


def test_a_frame_that_comes_twice_in_a_list_is_refused(tmp_path: Path) -> None:
    assert "two frames 0" in refused(as_json(frames_list(FOUR, [{"frame": 0}] * 4))(tmp_path))


def in_time(unit: int) -> Maker:
    """MediaPipe's CSV at 60 frames a second, with times of which so many are a second."""
    rows = [(*row, at // len(COCO) / 60 * unit) for at, row in enumerate(rows_of(points(), range(40)))]
    return lambda folder: mediapipe(folder / "a.csv", rows, "frame,landmark,x,y,visibility,timestamp")


RATED: dict[str, Maker] = {
    "COCO": as_json(coco(points(), info={"fps": 60})),
    "COCO, of its video": as_json(coco(points(), videos=[{"id": 1, "frame_rate": 60.0}])),
    "MMPose": as_json(mmpose(points(), range(40), meta_info={"fps": 60})),
    "OpenPose": as_json(frames_list(points(), [{"fps": 60}] * 40)),
    "MediaPipe, in seconds": in_time(1),
    "MediaPipe, in milliseconds": in_time(1000),
    "MediaPipe, in microseconds": in_time(1_000_000),
}


@pytest.mark.parametrize("kind", RATED)
def test_the_frame_rate_is_the_files_own_unless_the_user_says_another(kind: str, tmp_path: Path) -> None:
    path = RATED[kind](tmp_path)
    assert read(path).select().fps == pytest.approx(60)
    assert read(path, fps=24).select().fps == 24


def test_frames_in_which_nobody_was_found_count_at_both_ends(tmp_path: Path) -> None:
    found = points(frames=FRAMES)
    seen = [1 <= at <= 3 for at in range(FRAMES)]
    empty = [one if there else [] for one, there in zip(flat(found), seen, strict=True)]
    by_image = {f"{at}.jpg": {"people": [{"pose_keypoints_2d": one}] if one else []} for at, one in enumerate(empty)}
    frames = [
        frame if there else {"frame_id": frame["frame_id"], "instances": []}
        for frame, there in zip(mmpose(found, range(FRAMES))["instance_info"], seen, strict=True)
    ]
    for document in (
        [{"image_id": at, "keypoints": one} for at, one in enumerate(empty)],
        [{"image_id": f"walk_{at}.jpg", "keypoints": one or None} for at, one in enumerate(empty)],
        by_image,
        frames,
        [{"people": [{"pose_keypoints_2d": one}] if one else []} for one in empty],
    ):
        assert read(as_json(document)(tmp_path)).select().seen.any(axis=1).tolist() == seen


# Places that are none

WRIST = COCO.index("left_wrist")


def seen_wrist(poses: PoseFile) -> list[bool]:
    person = poses.select()
    assert person.seen[:, Joint.LEFT_ELBOW].all()
    return list(person.seen[:, Joint.LEFT_WRIST].tolist())


@pytest.mark.parametrize("nothing", [None, {}, []], ids=str)
def test_a_point_in_place_of_which_stands_nothing_is_unseen(nothing: object, tmp_path: Path) -> None:
    lists = points(frames=FRAMES).tolist()
    for at in (2, 3):
        lists[at][WRIST] = nothing
    frames = mmpose(points(frames=FRAMES), range(FRAMES))["instance_info"]
    for at in (2, 3):
        frames[at]["instances"][0]["keypoints"][WRIST] = nothing
    for document in (
        [{"image_id": at, "keypoints": one} for at, one in enumerate(lists)],
        [{"people": [{"pose_keypoints_2d": one}]} for one in lists],
        frames,
    ):
        assert seen_wrist(read(as_json(document)(tmp_path))) == [True, True, False, False, True, True]


@pytest.mark.parametrize("cell", ["", "NaN", "NA", "N/A", "null", "None", "-"])
def test_a_cell_that_says_that_there_is_nothing_is_unseen(cell: str, tmp_path: Path) -> None:
    found = points(frames=FRAMES).astype(object)
    found[2:4, WRIST] = cell
    for path in (
        deeplabcut(tmp_path / "dlc.csv", COCO, found),
        mediapipe(tmp_path / "mediapipe.csv", rows_of(found, range(FRAMES))),
    ):
        assert seen_wrist(read(path)) == [True, True, False, False, True, True]


def test_minus_one_is_nowhere_in_parts_of_a_picture_too(tmp_path: Path) -> None:
    """So many of them were taken for the corner of a picture that goes from −1 to 1, and all places for others."""
    found = PARTS[:FRAMES].copy()
    found[2:4, WRIST, :2] = -1
    found[:, COCO.index("left_ankle"), :2] = -1
    person = read(
        openpose(tmp_path / "json", found, lambda at: f"a_{at}.json", canvas_width=1280, canvas_height=720)
    ).select()
    assert person.seen[:, Joint.LEFT_WRIST].tolist() == [True, True, False, False, True, True]
    assert not person.seen[:, Joint.LEFT_ANKLE].any()
    assert off(person, right()[:FRAMES]) < 0.05


# Identity


def crossing(ids: Sequence[object]) -> list[list[tuple[object, Points]]]:
    """Two who cross in the middle, where the nearest is the other; their order in the lists changes."""
    one, other = points(), points()
    way = np.linspace(-300, 300, 40)[:, None]
    one[..., 0] += way
    other[..., 0] -= way
    return [[(ids[0], one[at]), (ids[1], other[at])][:: 1 if at % 3 else -1] for at in range(40)]


@pytest.mark.parametrize("ids", [("anna", "bob"), ("person_2", "person_10"), (7, "bob")], ids=str)
def test_names_tell_people_apart_as_numbers_do(ids: tuple[object, object], tmp_path: Path) -> None:
    frames = crossing(ids)
    results_of_both = [
        {"image_id": at, "keypoints": pose.ravel().tolist(), "track_id": own}
        for at, people in enumerate(frames)
        for own, pose in people
    ]
    openposes = [
        {"people": [{"person_id": own, "pose_keypoints_2d": pose.ravel().tolist()} for own, pose in people]}
        for people in frames
    ]
    mmposes = [
        {
            "frame_id": at,
            "instances": [
                {"keypoints": pose[:, :2].tolist(), "keypoint_scores": [0.9] * 17, "track_id": own}
                for own, pose in people
            ],
        }
        for at, people in enumerate(frames)
    ]
    rows = [
        (at, own, name, *point)
        for at, people in enumerate(frames)
        for own, pose in people
        for name, point in zip(COCO, pose.tolist(), strict=True)
    ]
    table = mediapipe(tmp_path / "a.csv", rows, "frame,person,landmark,x,y,visibility")
    for kind, document in {"results": results_of_both, "openpose": openposes, "mmpose": mmposes, "": None}.items():
        poses = read(saved(tmp_path / f"{kind}.json", document) if kind else table)
        assert len(poses.people) == 2
        for person in poses.people:
            steps = [abs(b - a) for a, b in pairwise(person.positions[:, Joint.NECK, 0].tolist())]
            assert max(steps) < 40
            assert abs(person.positions[-1, Joint.NECK, 0] - person.positions[0, Joint.NECK, 0]) > 400


@pytest.mark.parametrize("word", ["", "unknown", "none", "null"])
def test_words_that_mean_nobody_are_no_identity(word: str, tmp_path: Path) -> None:
    frames = [[(word, points()[at]), (word, beside(points(), 300)[at])][:: 1 if at % 2 else -1] for at in range(40)]
    document = [
        {"image_id": at, "keypoints": pose.ravel().tolist(), "track_id": own}
        for at, people in enumerate(frames)
        for own, pose in people
    ]
    poses = read(as_json(document)(tmp_path))
    assert len(poses.people) == 2
    assert min(off(person, right()) for person in poses.people) < EXACT


@pytest.mark.parametrize("name", [int, lambda at: f"pose-{at:04x}"], ids=["numbers", "names"])
def test_ids_that_never_come_again_are_none(name: Callable[[int], object], tmp_path: Path) -> None:
    """Some tools number their detections in a row."""
    frames = mmpose(points(), range(40))["instance_info"]
    for at, frame in enumerate(frames):
        frame["instances"][0]["id"] = name(at)
    poses = read(as_json(frames)(tmp_path))
    assert len(poses.people) == 1
    assert poses.select().seen.all()


# Sizes

BOTH = {"width": 1280, "height": 720}
SIZED: dict[str, Maker] = {
    "MMPose, each frame": as_json([one | BOTH for one in mmpose(PARTS, range(40))["instance_info"]]),
    "MMPose, its meta data": as_json(mmpose(PARTS, range(40), meta_info={"image_width": 1280, "image_height": 720})),
    "MMPose, a shape": as_json([one | {"img_shape": [720, 1280]} for one in mmpose(PARTS, range(40))["instance_info"]]),
    "OpenPose, each file": lambda folder: openpose(folder / "json", PARTS, lambda at: f"a_{at}.json", **BOTH),
    "OpenPose, a size": as_json(frames_list(PARTS, [{"image_size": [1280, 720]}] * 40)),
    "OpenPose, as text": as_json(frames_list(PARTS, [{"canvas_width": "1280", "canvas_height": 720.0}] * 40)),
    "COCO, floats": as_json(
        coco(PARTS, [{"id": at, "file_name": f"{at}.png", "width": 1280.0, "height": 720.0} for at in range(40)])
    ),
    "COCO, its video": as_json(coco(PARTS, videos=[{"id": 1, **BOTH}])),
    "results": as_json(results(PARTS, int, image_width=1280, image_height=720)),
    "AlphaPose by image": as_json(
        {
            f"{at}.jpg": {"people": [{"pose_keypoints_2d": one}], "canvas_width": 1280, "canvas_height": 720}
            for at, one in enumerate(flat(PARTS))
        }
    ),
    "MediaPipe": in_table(PARTS, (1280, 720), "image_width,image_height"),
}


@pytest.mark.parametrize("kind", SIZED)
def test_the_size_of_the_picture_is_read_wherever_it_stands(kind: str, tmp_path: Path) -> None:
    person = read(SIZED[kind](tmp_path)).select()
    assert person.image_size == (1280, 720)
    assert off(person, right()) < 0.05


UNSIZED: dict[str, Maker] = {
    "a box": as_json(results(PARTS, int, width=300, height=200)),
    "two sizes": as_json(
        frames_list(PARTS, [{"canvas_width": 640 + (at == 3), "canvas_height": 480} for at in range(40)])
    ),
    "two sizes in a table": lambda folder: mediapipe(
        folder / "a.csv",
        [(*row, 1280 + at % 2, 720) for at, row in enumerate(rows_of(PARTS, range(40)))],
        "frame,landmark,x,y,visibility,width,height",
    ),
}


@pytest.mark.parametrize("kind", UNSIZED)
def test_what_is_no_size_of_the_picture_is_none(kind: str, tmp_path: Path) -> None:
    assert "--image-size" in refused(UNSIZED[kind](tmp_path))


# Files of one frame


def test_a_folder_of_mmposes_or_alphaposes_frames_is_a_clip(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = a_file_a_frame(tmp_path, [one["instances"] for one in mmpose(points(), range(40))["instance_info"]])
    assert off(read(folder).select(), right()) < EXACT
    assert not caplog.text
    with caplog.at_level(logging.WARNING):
        assert off(read(folder / "walk_000007.json").select(), right()) < EXACT
    assert "one frame of 40 in its folder" in caplog.text
    bodies = points(LAYOUTS["coco_18"].points)
    (tmp_path / "alphapose").mkdir()
    folder = a_file_a_frame(tmp_path / "alphapose", [{"bodies": [{"joints": one}]} for one in flat(bodies)])
    for path in (folder, folder / "walk_000007.json"):
        assert len(read(path).select()) == 40


def test_one_file_of_a_folder_that_is_no_clip_to_us_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    images = [coco(points()[[at]], [{"id": 0, "file_name": f"walk_{at:06d}.png"}]) for at in range(3)]
    folder = a_file_a_frame(tmp_path, images)
    with caplog.at_level(logging.WARNING):
        assert len(read(folder / "walk_000001.json").select()) == 1
    assert "walk_000001.json holds one frame, and 2 files beside it are called like it" in caplog.text


def test_a_hidden_file_is_no_pose_file(tmp_path: Path) -> None:
    folder = openpose(tmp_path / "json", points(frames=3), lambda at: f"a_{at}.json")
    (folder / "._a_1.json").write_bytes(b"\x00\x05\x16\x07" + bytes(50))
    assert "no pose file that we know" in refused(folder / "._a_1.json")
    assert len(read(folder).select()) == 3
