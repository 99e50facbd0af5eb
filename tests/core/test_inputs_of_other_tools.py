"""Files as other tools really write them: each kind of fault that was reported of such tools, in two formats at least,
with the right values. The files of tests/data/cases come from a stick figure with known points.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core.pose_files import PoseFileError, read
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.skeleton import Joint

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
