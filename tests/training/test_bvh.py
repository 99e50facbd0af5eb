"""BVH files as other programs write them are read onto the canonical skeleton, joint for joint."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from blender_addon.core.skeleton import Joint
from tests.training.bvh_files import BODY, FAMILIES, Exporter, waving_walk
from training.bvh import ADULT_LEG, load_bvh_folder, read_bvh
from training.motion_library import (
    CANONICAL_INDEX,
    JOINT_WEIGHTS,
    MotionClip,
    MotionLibrary,
    joint_positions,
    leg_length,
    load_motion,
    rest_positions,
    world_rotations,
)

MILLIMETRE = 1e-3


def read_back(folder: Path, exporter: Exporter, clip: MotionClip) -> MotionClip:
    exporter.write(folder / "walk.bvh", clip)
    return load_bvh_folder(folder).clips[0]


def furthest(clip: MotionClip, expected: MotionClip) -> float:
    """How far any of the 15 joints lies from where it should, in metres, at any frame."""
    distances = np.linalg.norm(JOINT_WEIGHTS @ clip.joints() - JOINT_WEIGHTS @ expected.joints(), axis=-1)
    return float(distances.max())


@pytest.mark.parametrize("family", FAMILIES)
def test_the_joints_of_every_naming_family_are_where_they_were(tmp_path: Path, family: str) -> None:
    clip = waving_walk()
    assert furthest(read_back(tmp_path, Exporter(names=FAMILIES[family]), clip), clip) < MILLIMETRE


@pytest.mark.parametrize("order", ["XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX"])
def test_channels_may_come_in_any_order(
    tmp_path: Path, order: Literal["XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX"]
) -> None:
    clip = waving_walk()
    assert furthest(read_back(tmp_path, Exporter(order=order), clip), clip) < MILLIMETRE


def test_the_rest_pose_and_the_axes_of_the_joints_do_not_matter(tmp_path: Path) -> None:
    clip = waving_walk()
    assert furthest(read_back(tmp_path, Exporter(twisted_rest=True), clip), clip) < MILLIMETRE


@pytest.mark.parametrize("name", ["cmu_01_04", "cmu_05_02", "cmu_06_13", "cmu_07_01", "kaykit_Knight_Lie_StandUp"])
def test_captured_motion_survives_an_export_with_another_rest_pose(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    clip = next(clip for clip in load_motion(shared_data / "motion").clips if clip.name == name)
    factor = ADULT_LEG / leg_length(clip.offsets)
    adult = clip.on_body("adult", (clip.offsets * factor).astype(np.float32))
    back = read_back(tmp_path, Exporter(names=FAMILIES["mixamo"], twisted_rest=True), adult)
    assert furthest(back, adult) < MILLIMETRE
    played, expected = back.on_body("walker", BODY), clip.on_body("walker", BODY)
    assert np.linalg.norm(JOINT_WEIGHTS @ (played.joints() - expected.joints()), axis=-1).mean() < 0.08


def test_every_joint_may_have_position_channels(tmp_path: Path) -> None:
    clip = waving_walk()
    assert furthest(read_back(tmp_path, Exporter(position_channels=True), clip), clip) < MILLIMETRE


@pytest.mark.parametrize("unit", [1.0, 100.0, 39.37, 5.644])
def test_whatever_the_unit_a_clip_comes_in_metres(tmp_path: Path, unit: float) -> None:
    clip = waving_walk()
    assert furthest(read_back(tmp_path, Exporter(unit=unit), clip), clip) < MILLIMETRE


def test_a_scene_with_z_up_is_set_upright(tmp_path: Path) -> None:
    clip = waving_walk()
    back = read_back(tmp_path, Exporter(world=Rotation.from_euler("x", 90, degrees=True)), clip)
    assert furthest(back, clip) < MILLIMETRE


def test_one_who_lies_down_stays_lying_where_the_other_clips_stand(tmp_path: Path) -> None:
    standing, lying = waving_walk(seconds=4), waving_walk(seconds=2)
    Exporter().write(tmp_path / "a_standing.bvh", standing)
    Exporter(world=Rotation.from_euler("x", -90, degrees=True)).write(tmp_path / "b_lying.bvh", lying)
    joints = JOINT_WEIGHTS @ load_bvh_folder(tmp_path).clips[1].joints()
    rise = joints[:, Joint.HEAD] - joints[:, Joint.MID_HIP]
    assert (np.abs(rise[:, 1]) < 0.3 * np.linalg.norm(rise, axis=-1)).all()


@pytest.mark.parametrize("fps", [24.0, 60.0, 120.0])
def test_any_frame_rate_becomes_thirty(tmp_path: Path, fps: float) -> None:
    back = read_back(tmp_path, Exporter(), waving_walk(fps=fps))
    expected = waving_walk(fps=30)
    assert back.fps == 30
    assert len(back) == len(expected)
    assert furthest(back, expected) < (MILLIMETRE if fps > 30 else 15 * MILLIMETRE)


def test_a_file_of_one_frame_goes_through(tmp_path: Path) -> None:
    clip = waving_walk(seconds=0)
    back = read_back(tmp_path, Exporter(), clip)
    assert len(back) == 1
    assert furthest(back, clip) < MILLIMETRE


def test_the_body_read_stands_in_a_t_pose(tmp_path: Path) -> None:
    back = read_back(tmp_path, Exporter(twisted_rest=True), waving_walk())
    joints = JOINT_WEIGHTS @ rest_positions(back.offsets)
    expected = JOINT_WEIGHTS @ rest_positions(BODY)
    np.testing.assert_allclose(joints - joints[Joint.MID_HIP], expected - expected[Joint.MID_HIP], atol=0.08)
    legs = np.linalg.norm(back.offsets[[CANONICAL_INDEX["LLeg"], CANONICAL_INDEX["LFoot"]]], axis=-1).sum()
    assert legs == pytest.approx(ADULT_LEG, abs=MILLIMETRE)


def test_the_motion_read_plays_on_another_body_as_the_original_does(tmp_path: Path) -> None:
    clip = waving_walk()
    back = read_back(tmp_path, Exporter(twisted_rest=True), clip)
    giant = BODY * 1.4
    giant[[CANONICAL_INDEX["LForeArm"], CANONICAL_INDEX["RForeArm"]]] *= 1.5
    distance = np.linalg.norm(
        JOINT_WEIGHTS @ (back.on_body("giant", giant).joints() - clip.on_body("giant", giant).joints()), axis=-1
    )
    assert distance.mean() < 0.06


def test_a_file_without_toes_collarbone_and_half_of_the_spine_is_read(tmp_path: Path) -> None:
    clip = waving_walk()
    left_out = frozenset({"Spine1", "Neck1", "RClav", "LToe", "RToe"})
    assert furthest(read_back(tmp_path, Exporter(left_out=left_out), clip), clip) < MILLIMETRE


def test_a_head_without_an_end_is_as_long_as_other_heads(tmp_path: Path) -> None:
    clip = waving_walk()
    back = read_back(tmp_path, Exporter(left_out=frozenset({"HeadEnd"})), clip)
    assert 0.001 < furthest(back, clip) < 0.02


def test_more_spine_joints_than_ours_do_no_harm(tmp_path: Path) -> None:
    clip = waving_walk()
    Exporter().write(tmp_path / "walk.bvh", clip)
    lines = (tmp_path / "walk.bvh").read_text(encoding="utf-8").splitlines()
    start = lines.index("JOINT Spine1")
    depth = np.cumsum([(line == "{") - (line == "}") for line in lines[start:]])
    end = start + int(np.flatnonzero((depth == 0) & (np.array(lines[start:]) == "}"))[0])
    longer = [*lines[:start], "JOINT Lumbar", "{", "OFFSET 0 0 0", *lines[start : end + 1], "}", *lines[end + 1 :]]
    (tmp_path / "walk.bvh").write_text("\n".join(longer), encoding="utf-8")
    assert len(read_bvh(tmp_path / "walk.bvh").joints) == 24 + 4 + 1
    assert furthest(load_bvh_folder(tmp_path).clips[0], clip) < 5 * MILLIMETRE


def test_a_bone_that_stretches_is_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    clip = waving_walk()
    Exporter(position_channels=True).write(tmp_path / "walk.bvh", clip)
    lines = (tmp_path / "walk.bvh").read_text(encoding="utf-8").splitlines()
    joints = [line.split()[1] for line in lines if line.startswith(("ROOT", "JOINT"))]
    column = 6 * joints.index("LeftLeg") + 1
    values = lines[-1].split()
    values[column] = "-55.0"
    (tmp_path / "walk.bvh").write_text("\n".join([*lines[:-1], " ".join(values)]), encoding="utf-8")
    with caplog.at_level(logging.WARNING, logger="training.bvh"):
        load_bvh_folder(tmp_path)
    assert "bones stretch by up to" in caplog.text


def test_files_of_one_performer_share_a_body_and_folders_are_categories(tmp_path: Path) -> None:
    Exporter().write(tmp_path / "walk" / "one.bvh", waving_walk())
    Exporter(order="XYZ").write(tmp_path / "walk" / "two.BVH", waving_walk(seconds=3))
    Exporter().write(
        tmp_path / "dance" / "one.bvh",
        waving_walk().on_body("tall", BODY * np.linspace(1, 1.3, 24, dtype=np.float32)[:, None]),
    )
    library = load_bvh_folder(tmp_path)
    assert [(clip.name, clip.category, clip.body) for clip in library.clips] == [
        ("bvh/dance/one", "dance", "bvh/dance/one"),
        ("bvh/walk/one", "walk", "bvh/walk/one"),
        ("bvh/walk/two", "walk", "bvh/walk/one"),
    ]
    assert set(library.bodies) == {"bvh/dance/one", "bvh/walk/one"}


def test_all_of_a_folder_is_for_training_alone_or_beside_other_motion(tmp_path: Path) -> None:
    Exporter().write(tmp_path / "cmu_35_01.bvh", waving_walk())
    library = load_bvh_folder(tmp_path)
    assert len(library.training().clips) == 1
    other = MotionLibrary((waving_walk(),), {"body": BODY}, frozenset({"body"}))
    both = library.joined(other)
    assert [clip.name for clip in both.clips] == ["bvh/cmu_35_01", "walk"]
    assert set(both.training().bodies) == {"bvh/cmu_35_01"}


def test_a_file_keeps_its_own_numbers_when_only_read(tmp_path: Path) -> None:
    clip = waving_walk()
    Exporter(unit=1).write(tmp_path / "walk.bvh", clip)
    motion = read_bvh(tmp_path / "walk.bvh")
    assert motion.joints[0].name == "Hips"
    assert motion.joints[0].channels == ("Xposition", "Yposition", "Zposition", "Zrotation", "Xrotation", "Yrotation")
    assert motion.frame_time == pytest.approx(1 / 30, abs=1e-6)
    _, positions = motion.world_pose()
    hand = next(index for index, joint in enumerate(motion.joints) if joint.name == "LeftHand")
    expected = joint_positions(world_rotations(clip.rotations), clip.offsets, clip.root)[:, CANONICAL_INDEX["LHand"]]
    np.testing.assert_allclose(positions[:, hand], expected, atol=1e-5)


def test_a_folder_without_bvh_files_says_what_to_name(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(
            FileNotFoundError, match=f"{folder} holds no BVH files; name one that does with --bvh FOLDER"
        ):
            load_bvh_folder(folder)


def test_unknown_joint_names_are_listed(tmp_path: Path) -> None:
    names = {**FAMILIES["motionbuilder"], "LLeg": "Stilt", "RHand": "Hook"}
    Exporter(names=names).write(tmp_path / "pirate.bvh", waving_walk())
    with pytest.raises(
        ValueError, match=r"pirate\.bvh has no joint known as RHand, LLeg among Hips.*Stilt.*MotionBuilder"
    ) as caught:
        load_bvh_folder(tmp_path)
    assert "Hook" in str(caught.value)


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        ("MOTION", "NOTHING", "no MOTION part"),
        ("Frames: 61", "Frames: 60", "60 frames of 72 channels are announced and 4392 numbers are there"),
        ("Frames: 61", "Frames: many", "does not say how many frames"),
        ("Frame Time: 0.03333333", "Frame Time: 0", "not finite"),
        ("0.000000\n", "nan\n", "not finite"),
        ("0.000000\n", "oops\n", "oops"),
        ("CHANNELS 3 Zrotation", "CHANNELS 3 Wrotation", "the channels of line"),
        ("CHANNELS 3 Zrotation", "CHANNELS 3 Xrotation", "the channels of line"),
        ("}\nMOTION", "MOTION", "HIERARCHY part is not whole"),
        ("}\nMOTION", "}\n}\nMOTION", "a bracket too many"),
        ("OFFSET 0.000000 8", "OFF 0.000000 8", "the joint Spine has no OFFSET"),
    ],
)
def test_a_damaged_file_is_named_with_what_is_wrong(tmp_path: Path, was: str, becomes: str, complaint: str) -> None:
    path = tmp_path / "damaged.bvh"
    Exporter().write(path, waving_walk())
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, becomes), encoding="utf-8")
    with pytest.raises(ValueError, match=rf"damaged\.bvh cannot be read: .*{complaint}.*; export it again"):
        load_bvh_folder(tmp_path)
