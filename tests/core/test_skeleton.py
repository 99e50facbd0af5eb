"""The tables of the body, and a character's bone lengths."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from blender_addon.core.skeleton import (
    BONE_CHILDREN,
    BONE_COUNT,
    BONE_PARENTS,
    BONE_PATHS,
    BONES,
    EXTRA_LANDMARKS,
    JOINT_COUNT,
    LAYOUTS,
    MIRROR_BONES,
    MIRROR_JOINTS,
    PARENTS,
    PROPORTIONS,
    Array,
    Joint,
    JointLayout,
    Skeleton,
)

LENGTHS = np.arange(1, BONE_COUNT + 1, dtype=np.float32)


def test_the_joints_stand_in_the_order_of_every_array() -> None:
    sides = [f"{side}_{part}" for side in ("right", "left") for part in ("shoulder", "elbow", "wrist")]
    legs = [f"{side}_{part}" for side in ("right", "left") for part in ("hip", "knee", "ankle")]
    assert [joint.name.lower() for joint in Joint] == ["head", "neck", *sides, "mid_hip", *legs]


def test_every_joint_but_the_mid_hip_ends_one_bone() -> None:
    assert {*BONES} == {*Joint} - {Joint.MID_HIP}
    assert all(PARENTS[bone] in Joint for bone in BONES)


def test_the_paths_rebuild_joints_from_bones() -> None:
    joints = np.random.default_rng(0).normal(size=(JOINT_COUNT, 2)).astype(np.float32)
    bones = joints[list(BONE_CHILDREN)] - joints[list(BONE_PARENTS)]
    np.testing.assert_allclose(joints[Joint.MID_HIP] + BONE_PATHS @ bones, joints, atol=1e-5)


def test_mirroring_swaps_sides_and_twice_is_nothing() -> None:
    for joint in Joint:
        assert Joint(MIRROR_JOINTS[MIRROR_JOINTS[joint]]) is joint
        mirrored = joint.name.replace("RIGHT", "?").replace("LEFT", "RIGHT").replace("?", "LEFT")
        assert Joint(MIRROR_JOINTS[joint]).name == mirrored
    assert [MIRROR_BONES[index] for index in MIRROR_BONES] == list(range(BONE_COUNT))


def test_every_bone_has_one_proportion() -> None:
    assert sorted(bone for members in PROPORTIONS for bone in members) == sorted(BONES)


def test_a_skeleton_survives_its_own_table() -> None:
    assert np.array_equal(Skeleton.from_named(Skeleton(LENGTHS).named()).lengths, LENGTHS)


def test_a_skeleton_is_as_high_as_head_spine_thigh_and_shin() -> None:
    lengths = dict.fromkeys((bone.name.lower() for bone in BONES), 9.0)
    lengths |= {"head": 2.0, "neck": 5.0, "right_knee": 4.0, "left_knee": 4.0, "right_ankle": 3.0, "left_ankle": 3.0}
    skeleton = Skeleton.from_named(lengths)
    assert skeleton.height == pytest.approx(14)
    assert skeleton.leg_length == pytest.approx(7)


def test_scaling_some_bones_leaves_the_others() -> None:
    skeleton = Skeleton(LENGTHS)
    longer = skeleton.scaled(2, [Joint.HEAD])
    assert (longer.lengths / skeleton.lengths).tolist() == [2.0 if bone is Joint.HEAD else 1.0 for bone in BONES]
    assert np.array_equal(skeleton.lengths, LENGTHS)


@pytest.mark.parametrize(
    ("lengths", "problem"),
    [
        (np.ones(13), "14 bone lengths"),
        (np.append(LENGTHS[1:], np.nan), "fix left_ankle"),
        (np.append(0, LENGTHS[1:]), "fix head"),
    ],
)
def test_impossible_bone_lengths_are_refused_by_name(lengths: Array, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Skeleton(lengths)


def test_a_table_with_a_missing_or_unknown_bone_or_no_number_is_refused() -> None:
    named: dict[str, Any] = dict(Skeleton(LENGTHS).named())
    for changed, problem in (({**named, "tail": 1.0}, "tail"), ({**named, "head": [1]}, "must be a number")):
        with pytest.raises(ValueError, match=problem):
            Skeleton.from_named(changed)
    del named["head"]
    with pytest.raises(ValueError, match="lacks a length for head"):
        Skeleton.from_named(named)


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_tells_the_body_from_its_points(name: str) -> None:
    layout = LAYOUTS[name]
    assert len(set(layout.points)) == len(layout.points)
    points = np.random.default_rng(0).normal(size=(3, len(layout.points), 2)).astype(np.float32)
    joints, confidence = layout.joints(points, np.ones(points.shape[:2], np.float32))
    assert (confidence == 1).all()
    middle = (joints[:, Joint.RIGHT_HIP] + joints[:, Joint.LEFT_HIP]) / 2
    np.testing.assert_allclose(joints[:, Joint.MID_HIP], middle, atol=1e-6)
    np.testing.assert_allclose(
        joints[:, Joint.NECK], (joints[:, Joint.RIGHT_SHOULDER] + joints[:, Joint.LEFT_SHOULDER]) / 2, atol=1e-6
    )
    if "left_ear" in layout.points:
        ears = points[:, [layout.points.index("left_ear"), layout.points.index("right_ear")]].mean(axis=1)
        np.testing.assert_allclose(joints[:, Joint.HEAD], ears, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "count"),
    [("body_25", 25), ("body_25b", 25), ("coco_17", 17), ("coco_18", 18), ("halpe_26", 26), ("mediapipe_33", 33)],
)
def test_the_layouts_have_the_points_their_tools_write(name: str, count: int) -> None:
    assert len(LAYOUTS[name].points) == count


def test_mediapipe_points_stand_where_its_documentation_numbers_them() -> None:
    points = LAYOUTS["mediapipe_33"].points
    numbered = {
        "left_shoulder": 11,
        "right_elbow": 14,
        "left_wrist": 15,
        "right_index_knuckle": 20,
        "left_hip": 23,
        "right_ankle": 28,
        "right_toe": 32,
    }
    assert {name: points.index(name) for name in numbered} == numbered


def head_of(**seen: float) -> tuple[float, float]:
    """x and confidence of the head where only these points of COCO are seen, each at x = its index."""
    layout = LAYOUTS["coco_17"]
    positions = np.repeat(np.arange(len(layout.points), dtype=np.float32)[:, None], 2, axis=1)
    confidence = np.array([seen.get(name, 0) for name in layout.points], np.float32)
    joints, sure = layout.joints(positions, confidence)
    return float(joints[Joint.HEAD, 0]), float(sure[Joint.HEAD])


def test_the_head_is_the_middle_of_the_ears_else_the_one_ear_seen_else_the_nose() -> None:
    assert head_of(left_ear=0.75, right_ear=0.5, nose=1) == (3.5, 0.5)
    assert head_of(left_ear=0.75, nose=1) == (3.0, 0.75)
    assert head_of(right_ear=0.75, nose=1) == (4.0, 0.75)
    assert head_of(nose=1) == (0.0, 1.0)
    assert head_of() == (0.0, 0.0)


def test_the_tools_own_neck_stands_in_only_where_a_shoulder_is_unseen() -> None:
    layout = JointLayout("three", ("left_shoulder", "right_shoulder", "neck"))
    positions = np.array([[0, 0], [2, 0], [5, 5]], np.float32)
    for shoulder, place, sure in ((0.5, [1, 0], 0.5), (0.0, [5, 5], 0.75)):
        joints, confidence = layout.joints(positions, np.array([1, shoulder, 0.75], np.float32))
        assert joints[Joint.NECK].tolist() == place
        assert confidence[Joint.NECK] == sure


def test_extra_landmarks_are_found_where_the_layout_has_them() -> None:
    assert set(LAYOUTS["mediapipe_33"].extra_landmarks()) == set(EXTRA_LANDMARKS)
    assert LAYOUTS["coco_17"].extra_landmarks() == {"nose": 0, "right_ear": 4, "left_ear": 3}
