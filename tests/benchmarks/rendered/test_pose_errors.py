"""Errors of pose and path, one at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.rendered.baked import Baked
from benchmarks.rendered.clip_truth import PersonTruth
from benchmarks.rendered.directions import as_camera_space, head_angles, head_axes
from benchmarks.rendered.pose_errors import (
    LEGS,
    bends,
    facing_errors,
    head_errors,
    joint_errors,
    path_errors,
    straightness_errors,
    tilt_errors,
    turned,
)
from blender_addon.core.skeleton import Joint
from tests.benchmarks.rendered.made_people import FRAMES, followed, person, standing, with_joint


def in_stage(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """(FRAMES, 3, 3) a head's axes, of how an upright camera sees it."""
    right, down, away = np.moveaxis(head_axes(np.tile((yaw, pitch, roll), (FRAMES, 1))), 1, 0)
    return np.stack((right, away, -down), axis=1)


def turned_character(by: float) -> Baked:
    own = followed(person())
    return replace(own, joints=turned(own.joints, by), head=np.swapaxes(turned(np.swapaxes(own.head, 1, 2), by), 1, 2))


def test_a_character_turned_by_30_degrees_is_off_by_30() -> None:
    np.testing.assert_allclose(facing_errors(person(), turned_character(30)), 30)
    np.testing.assert_allclose(head_errors(person(), turned_character(30))[:, 0], 30, atol=1e-9)


def test_where_the_camera_turns_nobody_says_which_heading_counts() -> None:
    truth = replace(person(), camera_moves=True)
    np.testing.assert_allclose(facing_errors(truth, turned_character(30)), 0, atol=1e-9)
    np.testing.assert_allclose(joint_errors(truth, turned_character(30)), 0, atol=1e-9)
    np.testing.assert_allclose(path_errors(truth, turned_character(30)), 0, atol=1e-9)


@pytest.mark.parametrize(("angles", "which"), [((20, 0, 0), 0), ((0, 20, 0), 1), ((0, 0, -20), 2)])
def test_each_angle_of_a_head_is_told_apart(angles: tuple[float, float, float], which: int) -> None:
    own = replace(followed(person()), head=in_stage(*angles))
    np.testing.assert_allclose(head_angles(as_camera_space(own.head)), np.tile(angles, (FRAMES, 1)), atol=1e-9)
    expected = np.zeros(3)
    expected[which] = 20
    np.testing.assert_allclose(head_errors(person(), own), np.tile(expected, (FRAMES, 1)), atol=1e-9)


def test_the_head_of_a_flat_character_is_tilted_in_the_picture() -> None:
    np.testing.assert_allclose(tilt_errors(person(), replace(followed(person()), head=in_stage(0, 0, 25))), 25)
    np.testing.assert_allclose(
        tilt_errors(person(), replace(followed(person()), head=in_stage(40, 0, 0))), 0, atol=1e-9
    )


def test_another_size_and_other_proportions_are_no_error_of_the_pose() -> None:
    truth, own = person(), followed(person())
    longer = own.joints.copy()
    for joint in (Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE):
        longer[:, joint, 2] -= 0.3
    rest = own.rest.copy()
    rest[[Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE], 2] -= 0.3
    other = replace(own, joints=2 * longer, rest=2 * rest)
    np.testing.assert_allclose(joint_errors(truth, other), 0, atol=1e-9)


def test_a_raised_arm_puts_its_joints_off_and_no_others() -> None:
    own = with_joint(followed(person()), Joint.LEFT_WRIST, (0.3, 0.0, 0.25))
    off = joint_errors(person(), own).max(axis=0)
    assert np.flatnonzero(off > 1e-6).tolist() == [Joint.LEFT_WRIST]


def test_a_path_is_measured_in_legs_and_from_where_it_is_most() -> None:
    truth, own = person(), followed(person())
    joints = own.joints.copy()
    joints[:, :, 0] += 5.0
    joints[-4:, :, 0] += own.leg
    joints[-4:, :, 1] -= 2 * own.leg
    errors = path_errors(truth, replace(own, joints=joints))
    np.testing.assert_allclose(errors[:-4], 0, atol=1e-9)
    np.testing.assert_allclose(errors[-4:], np.tile((1, 2), (4, 1)), atol=1e-9)


def test_a_character_twice_as_large_goes_twice_as_far() -> None:
    walked = standing() + np.arange(FRAMES)[:, None, None] * (0.05, 0.0, 0.0)
    truth = person(walked)
    own = followed(truth)
    assert path_errors(truth, replace(own, joints=2 * own.joints, rest=2 * own.rest)).max() < 1e-9
    assert path_errors(truth, replace(own, joints=2 * own.joints)).max() > 0.5


def test_a_bent_knee_is_bent_further_than_a_straight_one() -> None:
    own = with_joint(followed(person()), Joint.RIGHT_KNEE, (0.0, -0.1, 0.0))
    expected = np.degrees(np.arctan2(0.1, 0.45) + np.arctan2(0.1, 0.42))
    assert bends(own.joints)[:, 2] == pytest.approx(expected)
    assert straightness_errors(person(), own, LEGS).max() == pytest.approx(expected)


def test_a_limb_that_the_performer_bends_is_not_asked_to_be_straight() -> None:
    joints = standing()
    joints[:, Joint.RIGHT_KNEE, 1] -= 0.1
    truth = person(joints)
    own = with_joint(followed(truth), Joint.RIGHT_KNEE, (0.0, -0.2, 0.0))
    assert straightness_errors(truth, own, LEGS).max() == pytest.approx(0, abs=1e-6)
    assert _straight_legs(truth) == 1


def _straight_legs(truth: PersonTruth) -> int:
    return len(straightness_errors(truth, followed(truth), LEGS)) // FRAMES
