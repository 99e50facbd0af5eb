"""Nose, ears, knuckles, heels and toes go along onto another body and into another view."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core import pose_files
from blender_addon.core.motion import RetargetedMotion, View
from blender_addon.core.pose_sequence import Landmarks, PoseSequence
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.skeleton import BONE_INDEX, EXTRA_LANDMARKS, LANDMARK_JOINTS, PARENTS, Joint
from tests.core.clips import ADULT, marching, openpose_clip

SURE = 0.3
"""Confidence of what was clearly seen."""


@pytest.fixture(scope="module")
def clip(openpose_clips: Path) -> PoseSequence:
    """A man who walks and waves, with hands and feet."""
    return openpose_clip(openpose_clips)


@pytest.fixture(scope="module")
def as_filmed(clip: PoseSequence, kinematic: Retargeter) -> RetargetedMotion:
    return kinematic.retarget(clip)


def offset(motion: RetargetedMotion, name: str) -> NDArray[np.float64]:
    assert motion.landmarks is not None
    return motion.landmarks.offsets[:, motion.landmarks.names.index(name)].astype(np.float64)


def sure(motion: RetargetedMotion, name: str) -> NDArray[np.bool_]:
    assert motion.landmarks is not None
    confidence: NDArray[np.bool_] = motion.landmarks.confidence[:, motion.landmarks.names.index(name)] > SURE
    return confidence


def test_as_filmed_every_landmark_is_where_it_was_seen(clip: PoseSequence, as_filmed: RetargetedMotion) -> None:
    poses = as_filmed.to_pose_sequence()
    assert clip.landmarks is not None
    assert poses.landmarks is not None
    assert set(poses.landmarks.names) == set(EXTRA_LANDMARKS)
    for column, name in enumerate(poses.landmarks.names):
        seen = poses.landmarks.confidence[:, column] > SURE
        assert seen.any() or name.endswith("ear"), "he looks to a side, and an ear may never show"
        if not seen.any():
            continue
        away = (
            poses.landmarks.positions[seen, column] - clip.landmarks.positions[seen, clip.landmarks.names.index(name)]
        )
        assert np.quantile(np.linalg.norm(away, axis=-1), 0.9) < 0.02 * as_filmed.skeleton.height, name


def test_a_landmark_is_as_far_from_its_joint_as_the_bone_is_long(
    clip: PoseSequence, as_filmed: RetargetedMotion, kinematic: Retargeter
) -> None:
    long_armed = as_filmed.skeleton.scaled(2, [Joint.RIGHT_WRIST])
    motion = kinematic.retarget(clip, long_armed)
    for name in EXTRA_LANDMARKS:
        bone = BONE_INDEX[LANDMARK_JOINTS[name]]
        factor = long_armed.lengths[bone] / as_filmed.skeleton.lengths[bone]
        np.testing.assert_allclose(
            offset(motion, name), factor * offset(as_filmed, name), atol=1e-3 * as_filmed.skeleton.height
        )


def test_another_view_turns_landmarks_with_the_body(
    clip: PoseSequence, as_filmed: RetargetedMotion, kinematic: Retargeter
) -> None:
    side = kinematic.retarget(clip, view=View(90))
    for name in EXTRA_LANDMARKS:
        before, turned = (np.linalg.norm(offset(motion, name), axis=-1) for motion in (as_filmed, side))
        np.testing.assert_allclose(turned, before, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("name", ["model", "small_man", "workout_march"])
def test_who_is_turned_to_look_to_the_right_has_nose_and_toes_there(
    name: str, request: pytest.FixtureRequest, openpose_clips: Path, kinematic: Retargeter
) -> None:
    if name == "workout_march":  # He looks ahead; the walker of the sample video looks down and aside there.
        request.getfixturevalue("shared_data")
    side = kinematic.retarget(openpose_clip(openpose_clips, name), view=View(90))
    for foot in ("right", "left"):
        toe = offset(side, f"{foot}_toe") - offset(side, f"{foot}_heel")
        seen = sure(side, f"{foot}_toe") & sure(side, f"{foot}_heel")
        assert np.median(toe[seen, 0] / np.linalg.norm(toe[seen], axis=-1)) > 0.5
    assert np.median(offset(side, "nose")[sure(side, "nose"), 0]) > 0.1 * side.skeleton.lengths[BONE_INDEX[Joint.HEAD]]


def test_a_hand_lies_on_the_side_that_its_forearm_points_to(as_filmed: RetargetedMotion) -> None:
    joints = np.concatenate((as_filmed.positions, as_filmed.depth[..., None]), axis=-1)
    for side in ("RIGHT", "LEFT"):
        wrist = Joint[f"{side}_WRIST"]
        forearm, hand = joints[:, wrist] - joints[:, PARENTS[wrist]], offset(as_filmed, f"{side.lower()}_index_knuckle")
        deep = sure(as_filmed, f"{side.lower()}_index_knuckle") & (
            np.abs(forearm[:, 2]) > 0.3 * np.linalg.norm(forearm, axis=-1)
        )
        assert (np.sign(forearm[deep, 2]) == np.sign(hand[deep, 2])).all()


def test_what_nobody_saw_has_no_confidence_and_a_clip_without_landmarks_none(
    clip: PoseSequence, kinematic: Retargeter
) -> None:
    assert clip.landmarks is not None
    confidence = clip.landmarks.confidence.copy()
    confidence[20:40] = 0
    motion = kinematic.retarget(replace(clip, landmarks=replace(clip.landmarks, confidence=confidence)))
    assert motion.landmarks is not None
    assert not motion.landmarks.confidence[20:40].any()
    assert kinematic.retarget(marching(20), ADULT).landmarks is None


def test_a_landmark_that_jumps_away_is_not_believed(
    clip: PoseSequence, as_filmed: RetargetedMotion, kinematic: Retargeter
) -> None:
    assert clip.landmarks is not None
    column = clip.landmarks.names.index("right_toe")
    positions = clip.landmarks.positions.copy()
    at = int(np.flatnonzero(sure(as_filmed, "right_toe"))[5])
    positions[at, column] += 200
    motion = kinematic.retarget(
        replace(clip, landmarks=Landmarks(clip.landmarks.names, positions, clip.landmarks.confidence))
    )
    assert motion.landmarks is not None
    assert motion.landmarks.confidence[at, motion.landmarks.names.index("right_toe")] == 0
    np.testing.assert_allclose(
        offset(motion, "right_toe")[at], offset(as_filmed, "right_toe")[at], atol=0.05 * as_filmed.skeleton.height
    )


def test_the_paper_network_keeps_landmarks_as_filmed_and_turns_none(clip: PoseSequence, paper: Retargeter) -> None:
    assert paper.retarget(clip).landmarks is not None
    assert paper.retarget(clip, view=View(90)).landmarks is None


def test_landmarks_outlive_a_file(as_filmed: RetargetedMotion, tmp_path: Path) -> None:
    pose_files.write(as_filmed, tmp_path / "motion.npz")
    stored = pose_files.read(tmp_path / "motion.npz").select().landmarks
    assert stored is not None
    assert as_filmed.landmarks is not None
    assert stored.names == as_filmed.landmarks.names
    np.testing.assert_array_equal(stored.confidence, as_filmed.landmarks.confidence)
