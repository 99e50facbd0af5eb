"""Files as other tools really write them: each kind of fault that was reported of such tools, in two formats at least,
with the right values. The files of tests/data/cases come from a stick figure with known points.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core.pose_files import PoseFile, PoseFileError, read, write
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.skeleton import LAYOUTS, Joint
from blender_addon.core.video import FrameRange, Video

CASES = Path(__file__).parents[1] / "data/cases"
Points = NDArray[np.float64]

EXACT = 0.02
"""Pixels; the files keep two decimals."""


def expected(case: str, name: str = "positions") -> NDArray[Any]:
    with np.load(CASES / case / "expected.npz") as file:
        values: NDArray[Any] = file[name]
        return values


def off(person: PoseSequence, positions: NDArray[Any], joints: Sequence[Joint] = tuple(Joint)) -> float:
    """The farthest that a joint which is seen is from its place, in pixels."""
    apart = np.linalg.norm(person.positions[:, joints] - positions[:, joints], axis=-1)
    return float(apart[person.seen[:, joints]].max())


BODY = tuple(joint for joint in Joint if joint is not Joint.HEAD)


def test_coco_categories_say_the_order_of_the_points() -> None:
    case = "coco_categories_name_another_order"
    person = read(CASES / case / "person_keypoints_default.json").select()
    assert person.seen.all()
    assert off(person, expected(case)) < EXACT


def test_the_names_of_mmposes_meta_info_say_the_order_of_the_points() -> None:
    """Human3.6M has no ears: the head is the nose, 5 pixels below them."""
    case = "mmpose_names_in_other_order"
    person = read(CASES / case / "h36m.json").select()
    assert person.seen.all()
    assert off(person, expected(case), BODY) < EXACT
    np.testing.assert_allclose(person.positions[:, Joint.HEAD], expected(case)[:, Joint.HEAD] + (0, 5), atol=EXACT)


def test_fifteen_points_of_openpose_are_its_mpi_model() -> None:
    """It has the top of the head alone: the head is halfway between that and the neck, 10 pixels below the ears."""
    case = "openpose_mpi_15"
    person = read(CASES / case / "j").select()
    assert person.seen.all()
    assert off(person, expected(case), BODY) < EXACT
    assert off(person, expected(case)) < 11


def test_coco_images_are_frames_by_the_numbers_in_their_names() -> None:
    case = "coco_every_fifth_frame"
    person = read(CASES / case / "person_keypoints_default.json").select()
    assert len(person) == 36
    seen = np.flatnonzero(person.seen.any(axis=1))
    assert seen.tolist() == expected(case, "frames").tolist()
    np.testing.assert_allclose(person.positions[seen], expected(case), atol=EXACT)


def test_rows_of_deeplabcut_are_frames_by_the_numbers_of_their_pictures() -> None:
    case = "dlc_labelled_sparse_frames"
    person = read(CASES / case / "CollectedData_scorer.csv").select()
    assert len(person) == 32
    seen = np.flatnonzero(person.seen.any(axis=1))
    assert seen.tolist() == expected(case, "frames").tolist() == [0, 7, 9, 22, 31]
    np.testing.assert_allclose(person.positions[seen], expected(case), atol=EXACT)


def test_the_number_that_differs_in_names_is_the_frame() -> None:
    case = "image_names_frame_of"
    poses = read(CASES / case / "r.json")
    assert len(poses.people) == 1
    assert len(poses.select()) == 40
    assert off(poses.select(), expected(case)) < EXACT


def test_a_point_at_exactly_nought_is_unseen_whatever_its_score() -> None:
    case = "yolo_zeroed_points"
    person = read(CASES / case / "predictions.json").select()
    np.testing.assert_array_equal(person.seen, expected(case, "seen"))
    assert off(person, expected(case)) < EXACT


def test_an_empty_place_for_somebody_is_somebody_absent() -> None:
    case = "pose2sim_placeholders"
    poses = read(CASES / case / "cam1_json")
    assert len(poses.people) == 2
    for person, name in zip(poses.people, ("first", "second"), strict=True):
        assert off(person, expected(case, name)) < EXACT
    assert np.flatnonzero(~poses.people[0].seen.any(axis=1)).tolist() == list(range(8, 14))
    assert poses.people[1].seen.all()


def test_an_id_that_two_people_of_a_frame_share_is_none() -> None:
    case = "alphapose_untracked_idx_0"
    poses = read(CASES / case / "alphapose-results.json")
    assert len(poses.people) == 2
    for person in poses.people:
        name = "left" if person.positions[0, Joint.NECK, 0] < 800 else "right"
        assert person.seen.all()
        assert off(person, expected(case, name)) < EXACT


def test_hidden_files_in_a_folder_are_passed_over() -> None:
    case = "openpose_macos_resource_forks"
    person = read(CASES / case / "clip_json").select()
    assert person.seen.all()
    assert off(person, expected(case)) < EXACT


def test_the_canvas_of_a_file_is_its_picture() -> None:
    case = "controlnet_normalised_with_canvas"
    person = read(CASES / case / "pose_json").select()
    assert person.image_size == (1280, 720)
    assert off(person, expected(case)) < 0.01


def test_names_that_nobody_knows_are_mapped_by_body_parts() -> None:
    path = CASES / "dlc_midline_names/x.csv"
    with pytest.raises(PoseFileError, match=r"ankle1.*--body-parts"):
        read(path)
    parts = {f"{part}1": f"right_{part}" for part in ("ankle", "knee", "hip", "wrist", "elbow", "shoulder")}
    person = read(
        path, body_parts=parts | {one.replace("1", "2"): two.replace("right", "left") for one, two in parts.items()}
    ).select()
    assert person.seen[:, [Joint.RIGHT_ANKLE, Joint.LEFT_WRIST]].all()
    np.testing.assert_allclose(person.positions[0, Joint.RIGHT_ANKLE], (596.08, 574.03), atol=EXACT)


def stick(frames: int = 40) -> dict[str, Points]:
    """Places of the named points of the stick figure, (T, 2) each, as the COCO case has them."""
    positions = expected("coco_categories_name_another_order")[:frames].astype(np.float64)
    named = {
        joint.name.lower(): positions[:, joint]
        for joint in Joint
        if joint not in {Joint.NECK, Joint.MID_HIP, Joint.HEAD}
    }
    head = positions[:, Joint.HEAD]
    return (
        {
            "nose": head + np.array((0, 5)),
            "left_eye": head + np.array((10, -5)),
            "right_eye": head + np.array((-10, -5)),
        }
        | named
        | {
            "left_ear": head + np.array((22, 0)),
            "right_ear": head + np.array((-22, 0)),
        }
    )


COCO = LAYOUTS["coco_17"].points


def points(names: Sequence[str] = COCO, frames: int = 40) -> Points:
    """(T, K, 3) of the stick figure in that order."""
    places = stick(frames)
    unknown = np.full((frames, 2), 50.0)
    return np.stack([np.column_stack([places.get(name, unknown), np.full(frames, 0.9)]) for name in names], axis=1)


def results(found: Points, image: Callable[[int], object], **more: object) -> list[dict[str, Any]]:
    return [
        {"image_id": image(at), "keypoints": one.ravel().tolist(), "score": 1, **more} for at, one in enumerate(found)
    ]


def saved(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document))
    return path


def right() -> NDArray[Any]:
    return expected("coco_categories_name_another_order")


def deeplabcut(path: Path, names: Sequence[str], found: Points, rows: Sequence[object] | None = None) -> Path:
    lines = [
        ["scorer", *["s"] * 3 * len(names)],
        ["bodyparts", *(name for name in names for _ in range(3))],
        ["coords", *["x", "y", "likelihood"] * len(names)],
        *([row, *one.ravel().tolist()] for row, one in zip(rows or range(len(found)), found, strict=True)),
    ]
    path.write_text("\n".join(",".join(map(str, line)) for line in lines))
    return path


def mmpose(found: Points, numbers: Sequence[object], **more: object) -> dict[str, Any]:
    frames = [
        {"frame_id": number, "instances": [{"keypoints": one[:, :2].tolist(), "keypoint_scores": one[:, 2].tolist()}]}
        for number, one in zip(numbers, found, strict=True)
    ]
    return {"instance_info": frames, **more}


def mediapipe(path: Path, rows: Sequence[tuple[object, ...]], header: str = "frame,landmark,x,y,visibility") -> Path:
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]))
    return path


def rows_of(found: Points, numbers: Sequence[object]) -> list[tuple[object, ...]]:
    """Rows of MediaPipe's CSV."""
    return [
        (number, name, *point)
        for number, one in zip(numbers, found, strict=True)
        for name, point in zip(COCO, one, strict=True)
    ]


def openpose(folder: Path, found: Points, name: Callable[[int], str], **more: object) -> Path:
    folder.mkdir(exist_ok=True)
    for at, one in enumerate(found):
        saved(folder / name(at), {"people": [{"pose_keypoints_2d": one.ravel().tolist()}], **more})
    return folder


# Names decide which point is which


POSETRACK = ("nose", "head_bottom", "head_top", *COCO[3:])
SHUFFLED = tuple(np.random.default_rng(5).permutation(COCO).tolist())


def test_posetrack_names_its_points_in_its_categories(tmp_path: Path) -> None:
    """Its second and third points are the neck and the top of the head, where COCO has the eyes."""
    images = [{"id": 10_000 + at, "file_name": f"images/val/000342/{at:06d}.jpg", "vid_id": "342"} for at in range(40)]
    annotations = [
        {"image_id": 10_000 + at, "category_id": 1, "track_id": 3, "keypoints": one.ravel().tolist()}
        for at, one in enumerate(points(POSETRACK))
    ]
    document = {
        "images": images,
        "annotations": annotations,
        "categories": [{"id": 1, "name": "person", "keypoints": list(POSETRACK)}],
    }
    poses = read(saved(tmp_path / "a.json", document))
    assert poses.ids == (3,)
    assert off(poses.select(), right()) < EXACT


@pytest.mark.parametrize("key", ["keypoint_id2name", "keypoint_name2id", "keypoint_info"])
def test_every_way_in_which_mmpose_names_points_counts(key: str, tmp_path: Path) -> None:
    told = {
        "keypoint_id2name": {str(at): name for at, name in enumerate(SHUFFLED)},
        "keypoint_name2id": {name: at for at, name in enumerate(SHUFFLED)},
        "keypoint_info": {str(at): {"name": name, "swap": ""} for at, name in enumerate(SHUFFLED)},
    }
    document = mmpose(points(SHUFFLED), range(40), meta_info={key: told[key]})
    assert off(read(saved(tmp_path / "a.json", document)).select(), right()) < EXACT


PARTS = ("Shoulder", "Elbow", "Wrist")


def test_deeplabcut_may_name_points_as_human36m_does(tmp_path: Path) -> None:
    legs = ("Hip", "RHip", "RKnee", "RFoot", "LHip", "LKnee", "LFoot")
    names = (*legs, "Spine", "Thorax", "Neck/Nose", "Head", *(f"{side}{part}" for side in "LR" for part in PARTS))
    theirs = (
        *("", "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle", "", "", "nose", ""),
        *(f"{side}_{part.lower()}" for side in ("left", "right") for part in PARTS),
    )
    person = read(deeplabcut(tmp_path / "a.csv", names, points(theirs))).select()
    assert off(person, right(), BODY) < EXACT
    np.testing.assert_allclose(person.positions[0, Joint.HEAD], right()[0, Joint.HEAD] + (0, 5), atol=EXACT)


def test_mediapipe_landmarks_by_name_may_come_in_any_order(tmp_path: Path) -> None:
    rows = [(0, name, *stick()[name][0] / (1280, 720), 0.9) for name in SHUFFLED]
    assert off(read(mediapipe(tmp_path / "a.csv", rows), image_size=(1280, 720)).select(), right()[:1]) < 0.05


@pytest.mark.parametrize(
    ("called", "names"),
    [
        ("dog", COCO),
        ("person", ("left_eye", "right_eye", "nose", "neck", "root_of_tail", *COCO[5:])),
        ("hand", tuple(f"finger_{at}" for at in range(17))),
    ],
)
def test_points_of_no_person_are_refused(called: str, names: tuple[str, ...], tmp_path: Path) -> None:
    annotations = [{"image_id": 1, "category_id": 1, "keypoints": points(names)[0].ravel().tolist()}]
    categories = [{"id": 1, "name": called, "keypoints": list(names)}]
    coco = {"images": [{"id": 1, "file_name": "0.png"}], "annotations": annotations, "categories": categories}
    meta = {"dataset_name": "ap10k" if called != "dog" else "dog", "keypoint_id2name": dict(enumerate(names))}
    for document in (coco, mmpose(points(names), range(40), meta_info=meta)):
        with pytest.raises(PoseFileError, match=r"no person|do not know"):
            read(saved(tmp_path / "a.json", document))


def test_poses_of_another_category_are_passed_over(tmp_path: Path) -> None:
    images = [{"id": at, "file_name": f"{at}.png"} for at in range(40)]
    dog = {"category_id": 2, "keypoints": [1.0, 2.0, 2] * 4}
    annotations = [
        {"image_id": at, "category_id": 1, "keypoints": one.ravel().tolist()} for at, one in enumerate(points())
    ]
    categories = [
        {"id": 1, "name": "dancer", "keypoints": list(COCO)},
        {"id": 2, "name": "dog", "keypoints": ["tail", "paw", "nose", "ear"]},
    ]
    document = {"images": images, "annotations": [dog | {"image_id": 0}, *annotations], "categories": categories}
    assert off(read(saved(tmp_path / "a.json", document)).select(), right()) < EXACT


def test_a_number_of_points_is_offered_only_layouts_that_have_so_many(tmp_path: Path) -> None:
    for count in (12, 14, 20):
        entries = [{"image_id": 0, "keypoints": [3.0, 4.0, 1.0] * count}]
        with pytest.raises(PoseFileError, match="no layout that we know") as told:
            read(saved(tmp_path / "a.json", entries))
        assert not any(name in str(told.value) for name in LAYOUTS)
    with pytest.raises(PoseFileError, match="name coco_17 or h36m_17"):
        read(saved(tmp_path / "b.json", results(points(), int)), layout="body_25")


def test_seventeen_points_without_names_may_be_human36ms(tmp_path: Path) -> None:
    with (CASES / "mmpose_names_in_other_order/h36m.json").open() as file:
        document = json.load(file)
    assert off(read(saved(tmp_path / "a.json", document["instance_info"])).select(), right(), BODY) < EXACT


# Numbers decide the time


def frames_seen(poses: PoseFile) -> list[int]:
    person = poses.people[0]
    begin = round(person.start * person.fps)
    return [begin + int(at) for at in np.flatnonzero(person.seen.any(axis=1))]


GAPS = (0, 7, 9, 22)
NAMES: dict[str, Callable[[int], str]] = {
    "several numbers": lambda at: f"take3_{at:04d}_1080p",
    "a folder": lambda at: f"cam2/shot01/{at}",
    "a time too": lambda at: f"frame{at:05d}_t{at * 33}ms",
    "a hyphen": lambda at: f"walk-{at:03d}",
    "a number after a dot": lambda at: f"walk.{at:04d}",
}


@pytest.mark.parametrize("style", NAMES)
def test_frames_keep_their_gaps_whatever_pictures_are_called(style: str, tmp_path: Path) -> None:
    name = NAMES[style]
    found = points(frames=4)
    images = [{"id": 50 - at, "file_name": f"{name(frame)}.png"} for at, frame in enumerate(GAPS)]
    annotations = [{"image_id": 50 - at, "keypoints": one.ravel().tolist()} for at, one in enumerate(found)]
    files = [
        saved(tmp_path / "coco.json", {"images": images, "annotations": annotations}),
        saved(tmp_path / "alphapose.json", results(found, lambda at: f"{name(GAPS[at])}.jpg")),
        saved(
            tmp_path / "open.json",
            {
                f"{name(frame)}.jpg": {"people": [{"pose_keypoints_2d": one.ravel().tolist()}]}
                for frame, one in zip(GAPS, found, strict=True)
            },
        ),
        deeplabcut(tmp_path / "dlc.csv", COCO, found, [f"{name(frame)}.png" for frame in GAPS]),
    ]
    if "/" not in name(0):
        files.append(openpose(tmp_path / "json", found, lambda at: f"{name(GAPS[at])}_keypoints.json"))
    for path in files:
        poses = read(path)
        assert len(poses.people) == 1
        assert frames_seen(poses) == list(GAPS)


@pytest.mark.parametrize("numbers", [(-3, -1, 0, 4), (0.0, 5.0, 10.0, 35.0), (100, 105, 106, 300)])
def test_frames_may_be_floats_or_negative_or_begin_late(numbers: tuple[float, ...], tmp_path: Path) -> None:
    found = points(frames=4)
    files = [
        deeplabcut(tmp_path / "dlc.csv", COCO, found, numbers),
        saved(tmp_path / "mmpose.json", mmpose(found, numbers)),
        saved(tmp_path / "results.json", results(found, lambda at: numbers[at])),
        saved(tmp_path / "names.json", results(found, lambda at: f"f_{numbers[at]:g}.png")),
        mediapipe(tmp_path / "a.csv", rows_of(found, numbers)),
        openpose(tmp_path / "json", found, lambda at: f"f_{numbers[at]:g}_keypoints.json"),
    ]
    for path in files:
        assert frames_seen(read(path)) == [int(number) for number in numbers], path.name
    person = read(files[0]).select()
    write(person, tmp_path / "ours.csv")
    assert frames_seen(read(tmp_path / "ours.csv")) == [int(number) for number in numbers]


def test_several_clips_in_one_file_are_refused_by_name(tmp_path: Path) -> None:
    found = points(frames=4)
    twice = np.concatenate([found, found])
    both = [f"{clip}/{at}" for clip in ("walk", "run") for at in range(4)]
    takes = [f"take{take}_{at:04d}" for take in (1, 2) for at in range(4)]
    images = [{"id": at, "file_name": f"{at % 4}.png", "video_id": f"take{1 + at // 4}"} for at in range(8)]
    annotations = [{"image_id": at, "keypoints": one.ravel().tolist()} for at, one in enumerate(twice)]
    for path in (
        saved(tmp_path / "results.json", results(twice, lambda at: f"{both[at]}.png")),
        saved(tmp_path / "takes.json", results(twice, lambda at: f"{takes[at]}.png")),
        saved(tmp_path / "coco.json", {"images": images, "annotations": annotations}),
        deeplabcut(tmp_path / "dlc.csv", COCO, twice, [f"labeled-data/{name}.png" for name in both]),
        openpose(tmp_path / "json", twice, lambda at: f"{takes[at]}_keypoints.json"),
        mediapipe(tmp_path / "a.csv", [("walk", 0, 0, 5, 5), ("run", 0, 0, 5, 5)], "video,frame,landmark,x,y"),
    ):
        with pytest.raises(PoseFileError, match=r"holds 2 clips \((walk|take1|labeled-data/walk)"):
            read(path)


def test_a_frame_that_comes_twice_is_refused(tmp_path: Path) -> None:
    found = points(frames=4)
    ours = "person,frame,time,joint,x,y,confidence\n" + "1,0,0,neck,5,5,1\n" * 2
    (tmp_path / "ours.csv").write_text(ours)
    for path in (
        saved(tmp_path / "mmpose.json", mmpose(found, (0, 1, 0, 1))),
        deeplabcut(tmp_path / "dlc.csv", COCO, found, (0, 1, 0, 1)),
        tmp_path / "ours.csv",
    ):
        with pytest.raises(PoseFileError, match="a file of its own"):
            read(path)


# Places that are none


@pytest.mark.parametrize("place", [(0, 0), (-1, -1), (np.nan, np.nan), (50_000, 50_000), (-9999, -9999)], ids=str)
def test_places_that_are_none_are_unseen_in_every_format(place: tuple[float, float], tmp_path: Path) -> None:
    found = points(frames=6)
    wrist = COCO.index("left_wrist")
    found[2:4, wrist, :2] = place
    json_null = json.loads(json.dumps(found.tolist()).replace("NaN", "null"))
    entries = [
        {"image_id": at, "keypoints": [number for point in one for number in point]} for at, one in enumerate(json_null)
    ]
    frames = [
        {
            "frame_id": at,
            "instances": [
                {"keypoints": [None if point[0] is None else point[:2] for point in one], "keypoint_scores": [0.9] * 17}
            ],
        }
        for at, one in enumerate(json_null)
    ]
    with (tmp_path / "freemocap.npy").open("wb") as file:
        theirs = LAYOUTS["mediapipe_33"].points
        array = np.stack([found[:, COCO.index(name)] if name in COCO else found[:, 0] for name in theirs], axis=1)
        np.save(file, array[None, ..., :2])
    for path in (
        saved(tmp_path / "results.json", entries),
        saved(tmp_path / "mmpose.json", frames),
        deeplabcut(tmp_path / "dlc.csv", COCO, found),
        openpose(tmp_path / "json", found, lambda at: f"a_{at:012d}_keypoints.json"),
        mediapipe(tmp_path / "mediapipe.csv", rows_of(found, range(6))),
        tmp_path / "freemocap.npy",
    ):
        person = read(path).select()
        assert person.seen[:, Joint.LEFT_WRIST].tolist() == [True, True, False, False, True, True], path.name
        assert person.seen[:, Joint.LEFT_ELBOW].all()


def test_a_place_farther_outside_the_picture_than_that_is_long_is_unseen(tmp_path: Path) -> None:
    found = points(frames=3)
    found[1, COCO.index("left_wrist"), 0] = 3000
    path = saved(tmp_path / "a.json", results(found, int))
    assert read(path).select().seen.all()
    assert read(path, image_size=(1280, 720)).select().seen[:, Joint.LEFT_WRIST].tolist() == [True, False, True]


@pytest.mark.parametrize("absent", [None, {}, []])
def test_absent_people_are_absent_in_every_format(absent: object, tmp_path: Path) -> None:
    found = points(frames=3)
    one, two = found[0].ravel().tolist(), found[2].ravel().tolist()
    whole = mmpose(found, range(3))["instance_info"]
    folder = openpose(tmp_path / "json", found, lambda at: f"a_{at}.json")
    saved(folder / "a_1.json", {"people": absent if isinstance(absent, list) else [absent]})
    for path in (
        folder,
        saved(
            tmp_path / "list.json",
            [
                {"people": [{"pose_keypoints_2d": one}]},
                {"people": absent or []},
                {"people": [{"pose_keypoints_2d": two}]},
            ],
        ),
        saved(
            tmp_path / "results.json",
            [
                {"image_id": 0, "keypoints": one},
                {"image_id": 1, "keypoints": absent},
                {"image_id": 2, "keypoints": two},
            ],
        ),
        saved(tmp_path / "mmpose.json", [whole[0], {"frame_id": 1, "instances": [absent]}, whole[2]]),
        saved(tmp_path / "mmpose_null.json", [whole[0], {"frame_id": 1, "instances": absent}, whole[2]]),
        mediapipe(tmp_path / "a.csv", [*rows_of(found[::2], (0, 2)), (1, "", "", "", "")]),
        deeplabcut(tmp_path / "dlc.csv", COCO, np.where(np.arange(3)[:, None, None] == 1, np.nan, found)),
    ):
        poses = read(path)
        assert len(poses.people) == 1, path.name
        assert poses.select().seen.any(axis=1).tolist() == [True, False, True], path.name


def test_parts_of_a_picture_are_pixels_by_its_size_in_every_format(tmp_path: Path) -> None:
    found = points()
    found[..., :2] /= (1280, 720)
    images = [{"id": at, "file_name": f"{at}.png", "width": 1280, "height": 720} for at in range(40)]
    annotations = [{"image_id": at, "keypoints": one.ravel().tolist()} for at, one in enumerate(found)]
    coco = read(saved(tmp_path / "coco.json", {"images": images, "annotations": annotations}))
    assert off(coco.select(), right()) < 0.05
    frames = [
        {"people": [{"pose_keypoints_2d": one.ravel().tolist()}], "canvas_width": 1280, "canvas_height": 720}
        for one in found
    ]
    assert off(read(saved(tmp_path / "list.json", frames)).select(), right()) < 0.05
    for path in (saved(tmp_path / "results.json", results(found, int)), deeplabcut(tmp_path / "dlc.csv", COCO, found)):
        with pytest.raises(PoseFileError, match="--image-size"):
            read(path)
        assert off(read(path, image_size=(1280, 720)).select(), right()) < 0.05


# Identity


def beside(found: Points, by: float) -> Points:
    """The same figure, so far to the right."""
    other = found.copy()
    other[..., 0] += by
    return other


@pytest.mark.parametrize("write_ids", ["openpose", "coco", "mmpose"])
@pytest.mark.parametrize("ids", ["shared", "places in the list"])
def test_a_passer_by_with_a_higher_score_never_takes_over(ids: str, write_ids: str, tmp_path: Path) -> None:
    """The passer-by stands first in each list that shows them, from frame 15 to 24."""
    dancer, passer = points(), beside(points(), 300)
    lists = [[passer[at], dancer[at]] if 15 <= at < 25 else [dancer[at]] for at in range(40)]
    named = [[0] * len(one) if ids == "shared" else list(range(len(one))) for one in lists]
    if write_ids == "openpose":
        path = tmp_path / "json"
        path.mkdir()
        for at, (people, own) in enumerate(zip(lists, named, strict=True)):
            who = [
                {"person_id": [id_], "pose_keypoints_2d": one.ravel().tolist()}
                for id_, one in zip(own, people, strict=True)
            ]
            saved(path / f"a_{at:012d}_keypoints.json", {"people": who})
    elif write_ids == "coco":
        entries = [
            {"image_id": at, "keypoints": one.ravel().tolist(), "track_id": id_}
            for at, (people, own) in enumerate(zip(lists, named, strict=True))
            for id_, one in zip(own, people, strict=True)
        ]
        path = saved(tmp_path / "a.json", entries)
    else:
        frames = [
            {
                "frame_id": at,
                "instances": [
                    {"keypoints": one[:, :2].tolist(), "keypoint_scores": [0.9] * 17, "track_id": id_}
                    for id_, one in zip(own, people, strict=True)
                ],
            }
            for at, (people, own) in enumerate(zip(lists, named, strict=True))
        ]
        path = saved(tmp_path / "a.json", frames)
    poses = read(path)
    assert [int(person.seen.any(axis=1).sum()) for person in poses.people] == [40, 10]
    assert off(poses.people[0], right()) < EXACT


# Hints lead somewhere


def test_a_file_picked_out_of_a_folder_means_the_folder_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = openpose(tmp_path / "json", points(), lambda at: f"walk_{at:012d}_keypoints.json")
    openpose(folder, points(frames=3), lambda at: f"run_{at:012d}_keypoints.json")
    with caplog.at_level(logging.WARNING):
        person = read(folder / "walk_000000000007_keypoints.json").select()
    assert "one frame of 40 in its folder" in caplog.text
    assert off(person, right()) < EXACT
    assert len(read(folder / "run_000000000001_keypoints.json").select()) == 3


def test_a_file_alone_in_its_folder_is_one_frame(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = openpose(tmp_path / "json", points(frames=1), lambda at: f"walk_{at:012d}_keypoints.json")
    assert len(read(folder / "walk_000000000000_keypoints.json").select()) == 1
    assert not caplog.text


def test_body_parts_may_be_written_as_text(tmp_path: Path) -> None:
    path = deeplabcut(tmp_path / "a.csv", [f"punkt{at:02d}" for at in range(17)], points())
    told = ", ".join(f"punkt{at:02d} = {name}" for at, name in enumerate(COCO) if "eye" not in name)
    assert off(read(path, body_parts=told).select(), right()) < EXACT
    for wrong, problem in (("punkt01", "NAME=POINT"), ("punkt01=left_tail", "no point of ours")):
        with pytest.raises(PoseFileError, match=problem):
            read(path, body_parts=wrong)


# Bounds


def test_pipes_devices_and_folders_in_place_of_files_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.json")
    folder = openpose(tmp_path / "json", points(frames=2), lambda at: f"a_{at}.json")
    os.mkfifo(folder / "a_2.json")
    (tmp_path / "dir" / "a_0.json").mkdir(parents=True)
    for path in (tmp_path / "a.json", Path("/dev/zero"), folder, tmp_path / "dir"):
        with pytest.raises(PoseFileError, match="a pipe, a device or a folder"):
            read(path)


@pytest.mark.parametrize("fps", [1e-320, 1e-5])
def test_a_frame_rate_of_nearly_nothing_is_refused_wherever_it_stands(fps: float, tmp_path: Path) -> None:
    write(read(CASES / "image_names_frame_of/r.json"), tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as file:
        np.savez(tmp_path / "b.npz", **(dict(file) | {"fps": np.array(fps)}))
    for path in (tmp_path / "b.npz", saved(tmp_path / "a.json", results(points(), int, fps=fps))):
        with pytest.raises(PoseFileError, match="frames a second; give its true rate with --fps"):
            read(path)


@pytest.mark.parametrize("fps", [1001.0, 1e30])
def test_a_frame_rate_above_a_thousand_is_refused_wherever_it_stands(fps: float, tmp_path: Path) -> None:
    write(read(CASES / "image_names_frame_of/r.json"), tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as file:
        arrays = dict(file) | {"fps": np.array(fps)}
    np.savez(tmp_path / "a.npz", **arrays)
    ours = "person,frame,time,joint,x,y,confidence\n" + "".join(f"1,{at},{at / fps},neck,5,5,1\n" for at in range(2))
    (tmp_path / "a.csv").write_text(ours)
    for path in (tmp_path / "a.npz", tmp_path / "a.csv"):
        with pytest.raises(PoseFileError, match=r"frames a second; give its true rate with --fps, 1000 at most"):
            read(path)
    with pytest.raises(PoseFileError, match="frames a second"):
        read(CASES / "image_names_frame_of/r.json", fps=fps)


@pytest.mark.parametrize(
    "content",
    [
        "[" * 200_000 + "]" * 200_000,
        '{"people":' * 50_000,
        '[{"image_id": ' + "9" * 100_000 + ', "keypoints": [1, 2, 3]}]',
        '[{"image_id": 0, "keypoints": [' + "9" * 4000 + ", 2, 3]}]",
        '[{"image_id": 1e400, "keypoints": [1, 2, 3]}]',
    ],
    ids=["lists", "objects", "digits of a frame", "digits of a place", "infinity"],
)
def test_nesting_and_digits_without_end_are_one_sentence_at_once(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(content)
    began = time.process_time()
    with pytest.raises(PoseFileError) as told:
        read(tmp_path / "a.json")
    assert time.process_time() - began < 1
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 300


# Pictures


def test_pictures_are_frames_by_their_numbers_with_gaps_kept(caplog: pytest.LogCaptureFixture) -> None:
    folder = CASES / "picture_sequence_with_gaps/gaps"
    video = Video.open(folder)
    assert video.frame_count == 48
    frames = list(video.frames())
    assert [frame.index for frame in frames] == list(range(48))
    for number in (0, 9, 20, 33, 47):
        own = next(iter(Video.open(folder / f"f{number:04d}.png").frames())).image
        assert np.array_equal(frames[number].image, own), number
    assert "lacks 10 pictures" in caplog.text


def copied_pictures(folder: Path, names: Sequence[str]) -> Path:
    folder.mkdir()
    for at, name in enumerate(names):
        source = CASES / f"picture_sequence_with_gaps/gaps/f{at:04d}.png"
        (folder / name).write_bytes(source.read_bytes())
    return folder


def test_hidden_pictures_are_passed_over_and_the_number_that_differs_counts(tmp_path: Path) -> None:
    names = [f"take2_{number}_1080p.png" for number in (3, 4, 7, 380)]
    folder = copied_pictures(tmp_path / "pictures", names)
    (folder / "._take2_3_1080p.png").write_bytes(b"Mac OS X")
    assert Video.open(folder).frame_count == 378
    indices = [frame.index for frame in Video.open(folder, FrameRange(0, 6)).frames()]
    assert indices == list(range(6))
    last = next(iter(Video.open(folder, FrameRange(377, 378)).frames())).image
    assert np.array_equal(last, next(iter(Video.open(folder / names[-1]).frames())).image)


@pytest.mark.parametrize("names", [("a.png", "b.png", "c.png"), ("IMG_20240101_1.png", "IMG_20250101_7.png", "x9.png")])
def test_pictures_whose_numbers_tell_no_time_follow_one_another(names: tuple[str, ...], tmp_path: Path) -> None:
    assert Video.open(copied_pictures(tmp_path / "pictures", names)).frame_count == 3


@pytest.mark.parametrize("text", ["9" * 400 + ":", ":" + "9" * 5000, "1" * 400 + "s:", "0." + "1" * 5000 + "s:2s"])
def test_a_range_of_endless_digits_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="write FIRST:LAST") as told:
        FrameRange.parse(text)
    assert len(str(told.value)) < 200


def test_a_file_of_half_a_body_says_so(tmp_path: Path) -> None:
    arms = COCO[:11]
    with pytest.raises(PoseFileError, match="has 6 joints of a body; export the whole body"):
        read(deeplabcut(tmp_path / "a.csv", arms, points(arms)))


@pytest.mark.parametrize("name", ["\0", "a\nb", "\ud800", "\x1b[2J", "\u202e"])
def test_what_an_error_quotes_can_be_shown(name: str, tmp_path: Path) -> None:
    """Half a surrogate cannot even be written, a 0 ends the text in a panel, and others move a terminal's cursor."""
    found = points(frames=2)
    entries = results(found, lambda at: ("1.png", name)[at])
    path, part = saved(tmp_path / "a.json", entries), f"part{name}".encode("utf-8", "ignore").decode()
    table = deeplabcut(tmp_path / "a.csv", [f"{part}{at}" for at in range(17)], found)
    for file in (path, table):
        with pytest.raises(PoseFileError) as told:
            read(file)
        assert str(told.value).isprintable(), told.value
