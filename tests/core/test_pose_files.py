"""Pose files: what each format means, who is who, and that no broken file gets past the door."""

from __future__ import annotations

import csv
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from blender_addon.core.motion import RetargetedMotion, View
from blender_addon.core.pose_files import PoseFile, PoseFileError, read, write
from blender_addon.core.pose_files.heatmaps import soft_argmax
from blender_addon.core.pose_sequence import DepthEvidence, Landmarks, PoseSequence, as_float32
from blender_addon.core.skeleton import EXTRA_LANDMARKS, LAYOUTS, Joint, JointLayout, Skeleton

FUZZ_EXAMPLES = int(os.environ.get("MOTION_RETARGET_2D_FUZZ", "200"))
"""Broken files a format."""

FRAMES = 7
IMAGE_SIZE = (640, 480)
FPS = 25.0
CLIPS = ("model", "small_man", "tall_man", "workout_march")

MIDDLE = {"nose": (0, 40), "head": (0, 38), "neck": (0, 70), "mid_hip": (0, 150), "head_top": (0, 20)}
LEFT = {
    "eye_inner": (3, 36),
    "eye": (5, 36),
    "eye_outer": (7, 36),
    "ear": (12, 38),
    "mouth": (4, 46),
    "shoulder": (25, 70),
    "elbow": (32, 105),
    "wrist": (35, 140),
    "pinky": (37, 150),
    "index_knuckle": (34, 151),
    "thumb": (32, 147),
    "hip": (15, 150),
    "knee": (16, 200),
    "ankle": (17, 250),
    "heel": (14, 256),
    "toe": (26, 258),
    "small_toe": (28, 257),
}
FIGURE = {
    **MIDDLE,
    **{f"left_{name}": place for name, place in LEFT.items()},
    **{f"right_{name}": (-x, y) for name, (x, y) in LEFT.items()},
}
"""A figure that faces the camera, in pixels about the picture's column it stands in."""


def figure(layout: JointLayout, column: float = 200.0, frames: int = FRAMES) -> NDArray[np.float64]:
    """(T, K, 3) of a figure that sways and walks to the right; the right wrist is unseen in frame 1."""
    time = np.arange(frames)[:, None]
    home = np.array([FIGURE[name] for name in layout.points], dtype=np.float64)
    points = np.empty((frames, len(home), 3))
    points[..., 0] = column + home[:, 0] * (1 + 0.05 * np.sin(time)) + 2.0 * time
    points[..., 1] = 100 + home[:, 1] + np.cos(time)
    points[..., 2] = 0.9 - 0.01 * np.arange(len(home))
    if "right_wrist" in layout.points and frames > 1:
        points[1, layout.points.index("right_wrist")] = 0
    return points


def joints_of(layout: JointLayout, points: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return layout.joints(points[..., :2].astype(np.float32), points[..., 2].astype(np.float32))


@dataclass(frozen=True)
class Sample:
    """A format-true file of two figures (one, where the format holds one), the left one first."""

    write: Callable[[Path, list[NDArray[np.float64]]], None]
    layout: JointLayout
    options: dict[str, Any] = field(default_factory=dict)
    people: int = 2
    name: str = "poses"
    tolerance: float = 1e-3
    flags: bool = False

    def figures(self) -> list[NDArray[np.float64]]:
        return [figure(self.layout, 200 + 150 * row) for row in range(self.people)]

    def make(self, folder: Path) -> Path:
        path = folder / self.name
        self.write(path, self.figures())
        return path


def openpose_frame(people: list[NDArray[np.float64]], ids: list[int] | None = None) -> dict[str, Any]:
    empty: dict[str, list[float]] = {
        name: [] for name in ("face_keypoints_2d", "hand_left_keypoints_2d", "hand_right_keypoints_2d")
    }
    return {
        "version": 1.3,
        "people": [
            {"person_id": [ids[row] if ids else -1], "pose_keypoints_2d": np.round(points, 4).ravel().tolist(), **empty}
            for row, points in enumerate(people)
        ],
    }


def write_openpose(path: Path, people: list[NDArray[np.float64]]) -> None:
    """Two people whose order changes with every frame."""
    path.mkdir()
    for frame in range(len(people[0])):
        here = [points[frame] for points in people]
        (path / f"clip_{frame:012d}_keypoints.json").write_text(json.dumps(openpose_frame(here[:: (-1) ** frame])))


def write_coco(path: Path, people: list[NDArray[np.float64]]) -> None:
    images = [
        {"id": 900 + frame, "file_name": f"{frame:06d}.jpg", "width": 640, "height": 480} for frame in range(FRAMES)
    ]
    annotations: list[dict[str, object]] = []
    for points in people:
        for frame, pose in enumerate(points):
            flagged = np.column_stack([pose[:, :2], np.where(pose[:, 2] > 0, 2, 0)])
            annotations.append(
                {
                    "id": len(annotations),
                    "image_id": 900 + frame,
                    "category_id": 1,
                    "num_keypoints": 17,
                    "keypoints": flagged.ravel().tolist(),
                }
            )
    path.write_text(
        json.dumps({"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "person"}]})
    )


def results(
    people: list[NDArray[np.float64]], image: Callable[[int], object], **extra: object
) -> list[dict[str, object]]:
    return [
        {"image_id": image(frame), "category_id": 1, "keypoints": points[frame].ravel().tolist(), "score": 2.7, **extra}
        for frame in range(len(people[0]))
        for points in people
    ]


def write_results(path: Path, people: list[NDArray[np.float64]]) -> None:
    path.write_text(json.dumps(results(people, int)))


def write_alphapose(path: Path, people: list[NDArray[np.float64]]) -> None:
    path.write_text(json.dumps(results(people, lambda frame: f"{frame}.jpg", box=[1.0, 2.0, 3.0, 4.0])))


def write_alphapose_open(path: Path, people: list[NDArray[np.float64]]) -> None:
    frames = {
        f"{frame}.jpg": {"version": "AlphaPose v0.3", **openpose_frame([points[frame] for points in people])}
        for frame in range(FRAMES)
    }
    path.write_text(json.dumps(frames))


def mmpose_frames(people: list[NDArray[np.float64]], first: int) -> list[dict[str, object]]:
    return [
        {
            "frame_id": first + frame,
            "instances": [
                {
                    "keypoints": points[frame, :, :2].tolist(),
                    "keypoint_scores": points[frame, :, 2].tolist(),
                    "bbox": [[0, 0, 9, 9]],
                    "bbox_score": 0.8,
                }
                for points in people
            ],
        }
        for frame in range(FRAMES)
    ]


def write_mmpose(path: Path, people: list[NDArray[np.float64]]) -> None:
    path.write_text(json.dumps(mmpose_frames(people, 0)))


def write_mmpose_demo(path: Path, people: list[NDArray[np.float64]]) -> None:
    path.write_text(json.dumps({"meta_info": {"dataset_name": "halpe26"}, "instance_info": mmpose_frames(people, 1)}))


def write_mediapipe(path: Path, people: list[NDArray[np.float64]]) -> None:
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["frame", "landmark", "x", "y", "z", "visibility"])
        for frame in range(FRAMES):
            for points in people:
                for landmark, (x, y, sure) in enumerate(points[frame]):
                    rows.writerow([frame, landmark, x / 640, y / 480, -0.1 if landmark == 15 else 0.05, sure])


DEEPLABCUT = (
    "Nose",
    "LeftShoulder",
    "r_shoulder",
    "elbow_L",
    "elbow_R",
    "wristL",
    "right wrist",
    "lhip",
    "rhip",
    "LKnee",
    "knee.r",
    "ankle_left",
    "AnkleR",
)
DEEPLABCUT_LAYOUT = JointLayout(
    "deeplabcut",
    (
        "nose",
        *(
            f"{side}_{part}"
            for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
            for side in ("left", "right")
        ),
    ),
)


def deeplabcut_header() -> list[tuple[str, ...]]:
    return [
        ("DLC_resnet50", who, part, coordinate)
        for who in ("anna", "ben")
        for part in DEEPLABCUT
        for coordinate in ("x", "y", "likelihood")
    ]


def write_deeplabcut_csv(path: Path, people: list[NDArray[np.float64]]) -> None:
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        for level, cells in zip(
            ("scorer", "individuals", "bodyparts", "coords"), zip(*deeplabcut_header(), strict=True), strict=True
        ):
            rows.writerow([level, *cells])
        for frame in range(FRAMES):
            rows.writerow([frame, *np.concatenate([points[frame].ravel() for points in people])])


def write_deeplabcut_hdf5(path: Path, people: list[NDArray[np.float64]]) -> None:
    """As `DataFrame.to_hdf(path, key="df_with_missing", format="table")` of pandas 3.1 lays it out."""
    h5py = pytest.importorskip("h5py", reason="h5py is not installed: DeepLabCut HDF5 is not tested")
    header = deeplabcut_header()
    table = np.zeros(FRAMES, dtype=[("index", "<i8"), ("values_block_0", "<f8", (len(header),))])
    table["index"], table["values_block_0"] = (
        np.arange(FRAMES),
        np.concatenate([points.reshape(FRAMES, -1) for points in people], axis=1),
    )
    with h5py.File(path, "w") as file:
        written = file.create_group("df_with_missing").create_dataset(
            "table", data=table, maxshape=(None,), chunks=(64,)
        )
        written.attrs["values_block_0_kind"] = np.bytes_(pickle.dumps(header, 0))


def write_freemocap(path: Path, people: list[NDArray[np.float64]]) -> None:
    array = np.full((len(people), FRAMES, 553, 2), 5.0)
    array[:, :, :33] = np.stack([np.where(points[..., 2:] > 0, points[..., :2], np.nan) for points in people])
    with path.open("wb") as file:
        np.save(file, array)


def heatmaps_of(points: NDArray[np.float64], cells: tuple[int, int] = (80, 60)) -> NDArray[np.float32]:
    """(T, J, H, W): a Gaussian of 2 cells a joint, as high as its confidence."""
    places = (points[..., :2] + 0.5) * np.array(cells) / IMAGE_SIZE - 0.5
    columns, rows = (np.exp(-((np.arange(count) - places[..., [axis]]) ** 2) / 8) for axis, count in enumerate(cells))
    return np.asarray(points[..., 2, None, None] * rows[..., :, None] * columns[..., None, :], dtype=np.float32)


def write_heatmaps_npy(path: Path, people: list[NDArray[np.float64]]) -> None:
    with path.open("wb") as file:
        np.save(file, heatmaps_of(people[0]))


def write_heatmaps_npz(path: Path, people: list[NDArray[np.float64]]) -> None:
    with path.open("wb") as file:
        np.savez(file, heatmaps=heatmaps_of(people[0]), layout="coco_17", fps=FPS, image_size=IMAGE_SIZE)


def pose_file(people: list[NDArray[np.float64]]) -> PoseFile:
    layout = LAYOUTS["mediapipe_33"]
    sequences = []
    for points in people:
        positions, confidence = joints_of(layout, points)
        extra = layout.extra_landmarks()
        landmarks = Landmarks(
            tuple(extra),
            points[:, list(extra.values()), :2].astype(np.float32),
            points[:, list(extra.values()), 2].astype(np.float32),
        )
        depth = DepthEvidence(positions[..., 0] - positions[:, [Joint.MID_HIP], 0], confidence)
        sequences.append(PoseSequence(positions, confidence, FPS, IMAGE_SIZE, 1.0, landmarks, depth, "made"))
    return PoseFile(tuple(sequences), tuple(range(3, 3 + len(sequences))))


SAMPLES: dict[str, Sample] = {
    "npz": Sample(
        lambda path, people: write(pose_file(people), path), LAYOUTS["mediapipe_33"], name="poses.npz", tolerance=0
    ),
    "csv": Sample(
        lambda path, people: write(pose_file(people), path), LAYOUTS["mediapipe_33"], name="poses.csv", tolerance=1e-4
    ),
    "openpose written by us": Sample(
        lambda path, people: write(pose_file(people), path), LAYOUTS["mediapipe_33"], tolerance=1e-4
    ),
    "openpose body_25": Sample(write_openpose, LAYOUTS["body_25"]),
    "openpose body_25b": Sample(write_openpose, LAYOUTS["body_25b"]),
    "openpose coco_18": Sample(write_openpose, LAYOUTS["coco_18"]),
    "coco annotations": Sample(write_coco, LAYOUTS["coco_17"], flags=True),
    "coco results": Sample(write_results, LAYOUTS["coco_17"]),
    "halpe results": Sample(write_results, LAYOUTS["halpe_26"]),
    "alphapose": Sample(write_alphapose, LAYOUTS["halpe_26"]),
    "alphapose --format open": Sample(write_alphapose_open, LAYOUTS["coco_18"]),
    "mmpose": Sample(write_mmpose, LAYOUTS["coco_17"]),
    "mmpose demo": Sample(write_mmpose_demo, LAYOUTS["halpe_26"]),
    "mediapipe": Sample(write_mediapipe, LAYOUTS["mediapipe_33"], {"image_size": IMAGE_SIZE}),
    "deeplabcut csv": Sample(write_deeplabcut_csv, DEEPLABCUT_LAYOUT),
    "deeplabcut hdf5": Sample(write_deeplabcut_hdf5, DEEPLABCUT_LAYOUT),
    "freemocap": Sample(write_freemocap, LAYOUTS["mediapipe_33"], flags=True),
    "heatmaps npy": Sample(
        write_heatmaps_npy,
        LAYOUTS["coco_17"],
        {"layout": "coco_17", "image_size": IMAGE_SIZE},
        people=1,
        tolerance=0.05,
    ),
    "heatmaps npz": Sample(write_heatmaps_npz, LAYOUTS["coco_17"], people=1, tolerance=0.05),
}

formats = pytest.mark.parametrize("name", SAMPLES)


@formats
def test_every_format_gives_the_joints_that_were_put_in(name: str, tmp_path: Path) -> None:
    sample = SAMPLES[name]
    poses = read(sample.make(tmp_path), **sample.options)
    assert len(poses.people) == sample.people
    for person, points in zip(poses.people, sample.figures(), strict=True):
        positions, confidence = joints_of(sample.layout, points)
        assert len(person) == FRAMES
        assert np.array_equal(person.seen, confidence > 0)
        np.testing.assert_allclose(person.positions[person.seen], positions[person.seen], atol=sample.tolerance)
        if sample.flags:
            assert set(np.unique(person.confidence)) == {0, 1}
        else:
            np.testing.assert_allclose(person.confidence, confidence, atol=0.05 if "heatmaps" in name else 1e-4)


@formats
def test_extra_landmarks_are_kept(name: str, tmp_path: Path) -> None:
    sample = SAMPLES[name]
    first = read(sample.make(tmp_path), **sample.options).people[0]
    assert first.landmarks is not None
    points = sample.figures()[0]
    expected = {name for name in EXTRA_LANDMARKS if name in sample.layout.points}
    assert {
        name for name, sure in zip(first.landmarks.names, first.landmarks.confidence.max(axis=0), strict=True) if sure
    } == expected
    for landmark in expected:
        given = first.landmarks.positions[:, first.landmarks.names.index(landmark)]
        np.testing.assert_allclose(
            given, points[:, sample.layout.points.index(landmark), :2], atol=max(sample.tolerance, 1e-4)
        )


def test_npz_keeps_everything(tmp_path: Path) -> None:
    poses = pose_file(SAMPLES["npz"].figures())
    write(poses, tmp_path / "poses.npz")
    again = read(tmp_path / "poses.npz")
    assert again.ids == (3, 4)
    for person, before in zip(again.people, poses.people, strict=True):
        assert (person.fps, person.start, person.image_size, person.source) == (FPS, 1.0, IMAGE_SIZE, "made")
        assert person.depth is not None
        assert before.depth is not None
        assert person.landmarks is not None
        np.testing.assert_array_equal(person.positions, before.positions)
        np.testing.assert_array_equal(person.depth.values, before.depth.values)
        np.testing.assert_array_equal(person.depth.confidence, before.depth.confidence)


def test_npz_holds_the_arrays_it_promises(tmp_path: Path) -> None:
    write(pose_file(SAMPLES["npz"].figures()), tmp_path / "poses.npz")
    with np.load(tmp_path / "poses.npz") as file:
        shapes = {
            name: file[name].shape
            for name in ("positions", "confidence", "person", "fps", "start", "image_size", "depth")
        }
    assert shapes == {
        "positions": (2, FRAMES, 15, 2),
        "confidence": (2, FRAMES, 15),
        "person": (2,),
        "fps": (),
        "start": (),
        "image_size": (2,),
        "depth": (2, FRAMES, 15),
    }


def test_somebody_without_landmarks_or_depth_shares_a_file_with_somebody_who_has_them(tmp_path: Path) -> None:
    rich, poor = pose_file(SAMPLES["npz"].figures()).people
    bare = PoseSequence(poor.positions, poor.confidence, FPS, IMAGE_SIZE, 1.0)
    write(PoseFile((rich, bare), (0, 1)), tmp_path / "poses.npz")
    again = read(tmp_path / "poses.npz").people[1]
    assert again.depth is not None
    assert again.landmarks is not None
    assert not again.depth.confidence.any()
    assert not again.landmarks.confidence.any()


def poses_of_0_1_0(person: int, names: tuple[str, ...] = (), image_size: tuple[int, int] | None = None) -> PoseSequence:
    """The made-up poses that 0.1.0 wrote into the files beside this module."""
    frames = 6
    count = np.arange(frames * 15, dtype=np.float32).reshape(frames, 15)
    confidence = as_float32((count % 8) / 7, "")
    landmarks = depth = None
    poses = PoseSequence(np.stack([3 * count + person, 200 - count], axis=-1), confidence, 29.97, image_size, 1.5)
    if names:
        index = np.arange(frames * len(names), dtype=np.float32).reshape(frames, len(names))
        landmarks = Landmarks(
            names, as_float32(np.stack([index, 5 - index], axis=-1), ""), as_float32((index % 4) / 3, "")
        )
        depth = DepthEvidence(poses.positions[..., 0] - 100, as_float32((poses.positions[..., 1] % 3) / 2, ""))
    return replace(poses, landmarks=landmarks, depth=depth, source="dance.mp4")


FILES_OF_0_1_0 = {
    "bare": PoseFile((poses_of_0_1_0(0),), (7,)),
    "full": PoseFile(
        (
            poses_of_0_1_0(0, ("nose", "left_toe"), (640, 360)),
            poses_of_0_1_0(1, (), (640, 360)),
            poses_of_0_1_0(2, ("left_toe", "right_heel"), (640, 360)),
        ),
        (3, 1, 4),
    ),
}


@pytest.mark.parametrize("name", FILES_OF_0_1_0)
def test_npz_files_of_0_1_0_stay_readable(name: str) -> None:
    there = FILES_OF_0_1_0[name]
    found = read(Path(__file__).with_name(f"{name}_poses_of_0_1_0.npz"))
    assert found.ids == there.ids
    for person, wanted in zip(found.people, there.people, strict=True):
        assert (person.fps, person.start, person.image_size, person.source) == (
            *(29.97, 1.5, wanted.image_size),
            "dance.mp4",
        )
        np.testing.assert_array_equal(person.positions, wanted.positions)
        np.testing.assert_array_equal(person.confidence, wanted.confidence)
        assert (person.landmarks is None) == (person.depth is None) == (name == "bare")
        for landmark in wanted.landmarks.names if wanted.landmarks is not None else ():
            assert wanted.landmarks is not None
            assert person.landmarks is not None
            one, other = (each.landmarks.names.index(landmark) for each in (wanted, person))  # type: ignore[union-attr]
            np.testing.assert_array_equal(person.landmarks.positions[:, other], wanted.landmarks.positions[:, one])
            np.testing.assert_array_equal(person.landmarks.confidence[:, other], wanted.landmarks.confidence[:, one])
        if wanted.depth is not None:
            assert person.depth is not None
            np.testing.assert_array_equal(person.depth.values, wanted.depth.values)
            np.testing.assert_array_equal(person.depth.confidence, wanted.depth.confidence)


@pytest.mark.parametrize("name", FILES_OF_0_1_0)
def test_npz_files_are_written_with_the_arrays_that_0_1_0_wrote(name: str, tmp_path: Path) -> None:
    write(FILES_OF_0_1_0[name], tmp_path / "poses.npz")
    with (
        np.load(tmp_path / "poses.npz") as now,
        np.load(Path(__file__).with_name(f"{name}_poses_of_0_1_0.npz")) as before,
    ):
        assert set(now.files) == set(before.files)
        for array in before.files:
            assert now[array].dtype == before[array].dtype
            np.testing.assert_array_equal(now[array], before[array])


@pytest.mark.parametrize("suffix", [".npz", ".csv", ""])
def test_time_and_identity_survive_each_of_our_writers(suffix: str, tmp_path: Path) -> None:
    write(pose_file(SAMPLES["npz"].figures()), tmp_path / f"poses{suffix}")
    again = read(tmp_path / f"poses{suffix}", fps=FPS)
    assert again.ids == (3, 4)
    assert again.people[0].start == pytest.approx(1.0)


def test_csv_says_its_own_frame_rate(tmp_path: Path) -> None:
    write(pose_file(SAMPLES["npz"].figures()), tmp_path / "poses.csv")
    assert read(tmp_path / "poses.csv").people[0].fps == pytest.approx(FPS)


@pytest.mark.parametrize("suffix", [".npz", ".csv", ""])
def test_a_head_without_ears_survives_each_of_our_writers(suffix: str, tmp_path: Path) -> None:
    person = pose_file(SAMPLES["npz"].figures()).people[0]
    write(
        PoseSequence(person.positions + 3, person.confidence, FPS, None, landmarks=person.landmarks),
        tmp_path / f"poses{suffix}",
    )
    np.testing.assert_allclose(
        read(tmp_path / f"poses{suffix}").select().positions[:, Joint.HEAD],
        person.positions[:, Joint.HEAD] + 3,
        atol=1e-3,
    )


@pytest.mark.parametrize("suffix", [".npz", ".csv", ""])
def test_a_retargeted_motion_is_written_whole_even_where_nobody_saw_it(suffix: str, tmp_path: Path) -> None:
    person = pose_file(SAMPLES["npz"].figures()).people[0]
    nobody = np.zeros((FRAMES, 15), np.float32)
    positions = np.where(person.seen[..., None], person.positions, 240).astype(np.float32)
    motion = RetargetedMotion(
        positions, nobody, nobody[:, :2], nobody, Skeleton(np.full(14, 50.0, np.float32)), View(0), FPS, start=0.5
    )
    write(motion, tmp_path / f"poses{suffix}")
    again = read(tmp_path / f"poses{suffix}", fps=FPS).select()
    assert again.seen.all()
    np.testing.assert_allclose(again.positions[:, Joint.RIGHT_WRIST], positions[:, Joint.RIGHT_WRIST], atol=1e-3)


@pytest.mark.parametrize("clip", CLIPS)
def test_a_real_openpose_clip_is_read_with_joints_where_openpose_saw_them(clip: str, openpose_clips: Path) -> None:
    folder = openpose_clips / clip
    person = read(folder, fps=25, image_size=(720, 720)).select()
    files = sorted(folder.glob("*_keypoints.json"))
    assert len(person) == len(files)
    points = np.array([json.loads(file.read_text())["people"][0]["pose_keypoints_2d"] for file in files]).reshape(
        len(files), 25, 3
    )
    knee = LAYOUTS["body_25"].points.index("left_knee")
    np.testing.assert_allclose(person.positions[:, Joint.LEFT_KNEE], points[:, knee, :2], atol=1e-3)
    shoulders = [LAYOUTS["body_25"].points.index(f"{side}_shoulder") for side in ("left", "right")]
    both = (points[:, shoulders, 2] > 0).all(axis=1)
    np.testing.assert_allclose(
        person.positions[both, Joint.NECK], points[both][:, shoulders, :2].mean(axis=1), atol=1e-3
    )
    assert person.seen[:, Joint.HEAD].mean() > 0.95


@pytest.mark.parametrize("clip", CLIPS)
def test_a_real_openpose_clip_survives_writing(clip: str, openpose_clips: Path, tmp_path: Path) -> None:
    person = read(openpose_clips / clip, fps=25).select()
    write(person, tmp_path / "again")
    again = read(tmp_path / "again", fps=25).select()
    np.testing.assert_allclose(again.positions, person.positions, atol=1e-3)
    np.testing.assert_allclose(again.confidence, person.confidence, atol=1e-5)


@pytest.mark.parametrize("clip", CLIPS)
@pytest.mark.parametrize("frames", [slice(None), slice(40, 41)], ids=["clip", "one frame"])
def test_the_two_layouts_of_25_points_are_told_apart_in_real_poses(
    clip: str, frames: slice, openpose_clips: Path, tmp_path: Path
) -> None:
    files = sorted((openpose_clips / clip).glob("*_keypoints.json"))[frames]
    ours, theirs = LAYOUTS["body_25"].points, LAYOUTS["body_25b"].points
    for number, file in enumerate(files):
        points = np.array(json.loads(file.read_text())["people"][0]["pose_keypoints_2d"]).reshape(25, 3)
        other = np.array([points[ours.index(name)] if name in ours else (0, 0, 0) for name in theirs])
        (tmp_path / f"other_{number:012d}_keypoints.json").write_text(json.dumps(openpose_frame([other])))
    expected = read(openpose_clips / clip).select()[frames]
    person = read(tmp_path).select()
    np.testing.assert_allclose(
        person.positions[:, Joint.RIGHT_ANKLE], expected.positions[:, Joint.RIGHT_ANKLE], atol=1e-3
    )


def test_twenty_five_points_that_fit_neither_layout_need_the_user(tmp_path: Path) -> None:
    (tmp_path / "frame_0_keypoints.json").write_text(json.dumps(openpose_frame([np.ones((25, 3)) * [90, 90, 1]])))
    with pytest.raises(PoseFileError, match="body_25 or body_25b"):
        read(tmp_path)
    assert read(tmp_path, layout="body_25").select().seen.all()


def test_people_who_cross_in_one_frame_list_keep_their_identity(tmp_path: Path) -> None:
    """Two people walk past each other at a hand's breadth of height difference, listed in random order."""
    layout, steps = LAYOUTS["body_25"], 40
    going, coming = figure(layout, 100, steps), figure(layout, 420, steps)
    going[..., 0] += 6 * np.arange(steps)[:, None]
    coming[..., 0] -= 6 * np.arange(steps)[:, None]
    coming[..., 1] += 120
    folder = tmp_path / "clip"
    folder.mkdir()
    order = np.random.default_rng(0)
    for frame in range(steps):
        here = [going[frame], coming[frame]]
        order.shuffle(here)
        (folder / f"clip_{frame:012d}_keypoints.json").write_text(json.dumps(openpose_frame(here)))
    poses = read(folder)
    assert len(poses.people) == 2
    walks = sorted(
        float(person.positions[-1, Joint.MID_HIP, 0] - person.positions[0, Joint.MID_HIP, 0]) for person in poses.people
    )
    assert walks[0] < -100
    assert walks[1] > 200


def test_the_files_own_identities_outweigh_places(tmp_path: Path) -> None:
    layout = LAYOUTS["body_25"]
    here, there = figure(layout, 200), figure(layout, 400)
    for frame in range(FRAMES):
        people = [here[frame], there[frame]]
        document = openpose_frame(people, [7, 2] if frame < 3 else [2, 7])
        (tmp_path / f"clip_{frame:012d}_keypoints.json").write_text(json.dumps(document))
    person = read(tmp_path).select(7)
    assert person.positions[0, Joint.MID_HIP, 0] < 300 < person.positions[-1, Joint.MID_HIP, 0]


def test_who_is_away_for_a_moment_stays_the_same_person_and_is_unseen_meanwhile(tmp_path: Path) -> None:
    points = figure(LAYOUTS["body_25"])
    for frame in range(FRAMES):
        (tmp_path / f"clip_{frame:012d}_keypoints.json").write_text(
            json.dumps(openpose_frame([points[frame]] if frame not in (3, 4) else []))
        )
    person = read(tmp_path).select()
    assert person.seen.any(axis=1).tolist() == [True, True, True, False, False, True, True]


def test_a_number_missing_among_the_files_is_a_frame_in_which_nobody_is_seen(tmp_path: Path) -> None:
    points = figure(LAYOUTS["body_25"])
    for frame in (10, 11, 13):
        (tmp_path / f"clip_{frame:012d}_keypoints.json").write_text(json.dumps(openpose_frame([points[0]])))
    person = read(tmp_path, fps=10).select()
    assert person.seen.any(axis=1).tolist() == [True, True, False, True]
    assert person.start == pytest.approx(1.0)


def test_several_people_want_a_choice_that_names_them(tmp_path: Path) -> None:
    poses = read(SAMPLES["npz"].make(tmp_path))
    with pytest.raises(PoseFileError, match=r"choose one of 3 \(7 frames\), 4 \(7 frames\) with --performer"):
        poses.select()
    with pytest.raises(PoseFileError, match="holds no person 9; choose one of 3"):
        poses.select(9)
    assert poses.select(4) is poses.people[1]


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1)])
def test_normalised_openpose_coordinates_want_the_picture_and_become_pixels(
    low: int, high: int, tmp_path: Path
) -> None:
    points = figure(LAYOUTS["body_25"])
    points[..., :2] = np.where(points[..., 2:] > 0, points[..., :2] / IMAGE_SIZE * (high - low) + low, 0)
    write_openpose(tmp_path / "clip", [points])
    with pytest.raises(PoseFileError, match="--image-size"):
        read(tmp_path / "clip")
    person = read(tmp_path / "clip", image_size=IMAGE_SIZE).select()
    np.testing.assert_allclose(person.positions[0, Joint.LEFT_ANKLE], figure(LAYOUTS["body_25"])[0, 14, :2], atol=0.1)


def test_mediapipe_depth_is_evidence_in_pixels_away_from_the_camera(tmp_path: Path) -> None:
    person = read(SAMPLES["mediapipe"].make(tmp_path), image_size=IMAGE_SIZE).people[0]
    assert person.depth is not None
    assert person.depth.values[0, Joint.LEFT_WRIST] == pytest.approx(-0.15 * 640, abs=1e-3)
    assert person.depth.confidence[0, Joint.LEFT_WRIST] == person.confidence[0, Joint.LEFT_WRIST]
    assert person.depth.confidence[1, Joint.RIGHT_WRIST] == 0


def test_mediapipe_landmarks_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "poses.csv").write_text(
        "frame,landmark,x,y,visibility\n0,PoseLandmark.LEFT_ANKLE,0.5,0.5,0.8\n0,LEFT_FOOT_INDEX,0.5,0.6,0.7\n0,RIGHT_HIP,.4,.4,1\n"
    )
    person = read(tmp_path / "poses.csv", image_size=(100, 200)).select()
    assert person.positions[0, Joint.LEFT_ANKLE].tolist() == [50, 100]
    assert person.depth is None


def test_mediapipe_world_landmarks_are_no_places_in_the_picture(tmp_path: Path) -> None:
    (tmp_path / "poses.csv").write_text("frame,landmark,x,y,visibility\n0,23,0.1,0,1\n0,24,-0.1,0,1\n0,27,0.1,0.8,1\n")
    with pytest.raises(PoseFileError, match="world landmarks"):
        read(tmp_path / "poses.csv", image_size=(100, 200))


def test_deeplabcut_parts_with_names_of_their_own_are_mapped_by_the_user(tmp_path: Path) -> None:
    write_deeplabcut_csv(tmp_path / "a.csv", SAMPLES["deeplabcut csv"].figures())
    text = (tmp_path / "a.csv").read_text()
    for part in DEEPLABCUT:
        text = text.replace(part, f"punkt{DEEPLABCUT.index(part):02d}")
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(PoseFileError, match="punkt00"):
        read(tmp_path / "a.csv")
    names = {f"punkt{index:02d}": name for index, name in enumerate(DEEPLABCUT_LAYOUT.points)}
    assert read(tmp_path / "a.csv", body_parts=names).people[0].seen[0].all()


def test_deeplabcut_hdf5_never_runs_what_a_pickle_asks_for(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py", reason="h5py is not installed: DeepLabCut HDF5 is not tested")
    write_deeplabcut_hdf5(tmp_path / "a.h5", SAMPLES["deeplabcut hdf5"].figures())
    with h5py.File(tmp_path / "a.h5", "a") as file:
        file["df_with_missing/table"].attrs["values_block_0_kind"] = np.bytes_(
            b"cos\nmkdir\n(V" + str(tmp_path / "run").encode() + b"\ntR."
        )
    with pytest.raises(PoseFileError):
        read(tmp_path / "a.h5")
    assert not (tmp_path / "run").exists()


def test_alphapose_counts_the_images_in_which_nobody_was_found(tmp_path: Path) -> None:
    points = figure(LAYOUTS["coco_17"])
    entries = [
        entry for entry in results([points], lambda frame: f"{frame}.jpg", idx=4) if entry["image_id"] != "3.jpg"
    ]
    (tmp_path / "a.json").write_text(json.dumps(entries))
    poses = read(tmp_path / "a.json")
    assert poses.ids == (4,)
    assert poses.select().seen.any(axis=1).tolist() == [True, True, True, False, True, True, True]


def test_scores_above_one_are_one(tmp_path: Path) -> None:
    points = figure(LAYOUTS["coco_17"])
    points[..., 2] *= 1.5
    write_alphapose(tmp_path / "a.json", [points])
    assert read(tmp_path / "a.json").select().confidence.max() == 1


def test_a_hidden_point_of_an_annotation_is_half_as_sure(tmp_path: Path) -> None:
    write_coco(tmp_path / "a.json", [figure(LAYOUTS["coco_17"])])
    document = json.loads((tmp_path / "a.json").read_text())
    document["annotations"][0]["keypoints"][-1] = 1
    (tmp_path / "a.json").write_text(json.dumps(document))
    person = read(tmp_path / "a.json").select()
    assert person.confidence[0, Joint.RIGHT_ANKLE] == 0.5
    assert person.image_size == IMAGE_SIZE


@pytest.mark.parametrize("sigma", [1.0, 2.0, 3.0])
def test_the_soft_argmax_finds_a_peak_between_cells(sigma: float) -> None:
    places = np.random.default_rng(1).uniform(12, 36, (50, 2))
    columns, rows = (np.exp(-((np.arange(48) - places[:, [axis]]) ** 2) / (2 * sigma**2)) for axis in (0, 1))
    found, peaks = soft_argmax((rows[:, :, None] * columns[:, None, :]).astype(np.float32))
    assert np.abs(found - places).max() < 0.02
    assert peaks.min() > 0.75


def test_heatmaps_without_a_named_layout_want_one(tmp_path: Path) -> None:
    write_heatmaps_npy(tmp_path / "a.npy", SAMPLES["heatmaps npy"].figures())
    with pytest.raises(PoseFileError, match="--layout"):
        read(tmp_path / "a.npy")


@pytest.mark.parametrize("suffix", [".npz", ".csv", ""])
def test_nothing_half_written_stays_when_writing_fails(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / f"poses{suffix}"
    poses = pose_file(SAMPLES["npz"].figures())
    write(poses, target)
    before = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def full(self: Path, other: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(PoseFileError, match=r"No space left on device.*choose another place"):
        write(poses, target)
    assert {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_shorter_clip_takes_the_place_of_a_longer_one_and_nothing_else(tmp_path: Path) -> None:
    poses = pose_file(SAMPLES["npz"].figures())
    write(poses, tmp_path / "clip")
    write(poses.people[0][:2], tmp_path / "clip")
    assert len(list((tmp_path / "clip").iterdir())) == 2
    (tmp_path / "clip" / "notes.txt").write_text("mine")
    with pytest.raises(PoseFileError, match="holds other files"):
        write(poses, tmp_path / "clip")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("empty.json", b"", "is empty"),
        ("cut.json", b'{"people": [', "no whole JSON"),
        ("deep.json", b"[" * 100_000, "no whole JSON"),
        ("other.json", b'{"a": 1}', "no pose file that we know"),
        ("nobody.json", b'{"version": 1.3, "people": []}', "shows nobody"),
        ("text.npz", b"PK\x03\x04 and so on", "no whole .npz"),
        ("text.csv", b"hello\nworld\n", "no pose file that we know"),
        ("half_a_byte_order_mark.csv", b"\xef\xbb", "no pose file that we know"),
        ("video.csv", bytes(range(256)), "no pose file that we know"),
        ("far.csv", b"frame,landmark,x,y,visibility\n0,0,5,5,1\n2000000000,0,5,5,1\n", "number its frames from 0"),
        (
            "far.json",
            b'[{"image_id": "1.jpg", "keypoints": [1,2,1]}, {"image_id": "99999999999999999.jpg", "keypoints": [1,2,1]}]',
            "absurdly",
        ),
    ],
)
def test_what_is_no_pose_file_is_refused_in_one_sentence(
    name: str, content: bytes, problem: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PoseFileError, match=problem) as caught:
        read(tmp_path / name, image_size=IMAGE_SIZE)
    assert name in str(caught.value)


def test_a_path_without_a_file_an_empty_folder_and_an_unknown_suffix_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PoseFileError, match="There is no pose file"):
        read(tmp_path / "nothing")
    with pytest.raises(PoseFileError, match="no pose file that we know"):
        read(tmp_path)
    with pytest.raises(PoseFileError, match=r"ends in \.bvh"):
        write(pose_file(SAMPLES["npz"].figures()), tmp_path / "a.bvh")
    with pytest.raises(PoseFileError, match="cannot be written"):
        write(pose_file(SAMPLES["npz"].figures()), tmp_path / "no" / "a.npz")


def test_an_archive_that_claims_more_than_memory_holds_is_refused(tmp_path: Path) -> None:
    header = (
        b"\x93NUMPY\x01\x00v\x00"
        + b"{'descr': '<f4', 'fortran_order': False, 'shape': (900000, 900000, 15, 2), }".ljust(117)
        + b"\n"
    )
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w") as archive:
        for name in ("positions", "confidence", "person", "fps", "start"):
            archive.writestr(f"{name}.npy", header)
    with pytest.raises(PoseFileError, match="claims an array positions"):
        read(tmp_path / "bomb.npz")


TOKENS = [
    b"null",
    b"[]",
    b"{}",
    b"-1",
    b"1e999",
    b"NaN",
    b"99999999999999999999",
    b'"',
    b",",
    b"\n",
    b"0",
    b"\xff",
    b"\x00" * 8,
    b"\xff" * 8,
    b"true",
]
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(TOKENS) | st.binary(max_size=12)),
    min_size=1,
    max_size=4,
)


def broken(content: bytes, edits: list[tuple[float, int, bytes]], length: float) -> bytes:
    """The content with pieces replaced, cut to a part of its length."""
    for place, taken, put in edits:
        at = int(place * len(content))
        content = content[:at] + put + content[at + taken :]
    return content[: int(length * len(content))]


@formats
def test_a_broken_file_gives_whole_poses_or_one_sentence(name: str, tmp_path: Path) -> None:
    sample = SAMPLES[name]
    path = sample.make(tmp_path)
    target = sorted(path.iterdir())[2] if path.is_dir() else path
    whole = target.read_bytes()

    @settings(max_examples=FUZZ_EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(EDITS, st.just(1.0) | st.floats(0, 1))
    def holds(edits: list[tuple[float, int, bytes]], length: float) -> None:
        target.write_bytes(broken(whole, edits, length))
        poses, refusal = attempt(path, sample.options)
        assert poses or (refusal.endswith(".") and "\n" not in refusal)
        for person in poses.people if poses else ():
            assert person.positions.shape == (len(person), 15, 2)
            assert person.confidence.shape == (len(person), 15)
            assert np.isfinite(person.positions).all()

    holds()


def attempt(path: Path, options: dict[str, Any]) -> tuple[PoseFile | None, str]:
    """The poses, or what the error says."""
    try:
        return read(path, **options), ""
    except PoseFileError as error:
        return None, str(error)
