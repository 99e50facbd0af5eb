"""What is wrong with a detection is counted as what it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.rendered.clip_truth import truth_of
from benchmarks.rendered.depth_errors import by_joint_and_view, depth_errors
from benchmarks.rendered.detection_errors import detection_errors
from benchmarks.rendered.found_people import FoundPerson, matched
from blender_addon.core.skeleton import MIRROR_JOINTS, Joint
from tests.benchmarks.rendered.made_people import AWAY, FOCAL, FRAMES, arrays, found, person, standing


def shifted(by: float, joint: Joint) -> FoundPerson:
    """The detection with one joint off by so many heights."""
    truth = person()
    told = found(truth)
    told.pixels[:, joint, 0] += by * truth.height * FOCAL / AWAY
    return told


def test_a_joint_within_five_percent_of_the_height_is_right() -> None:
    assert detection_errors(person(), shifted(0.04, Joint.LEFT_WRIST)).right == 100


def test_a_joint_farther_off_is_wrong() -> None:
    assert detection_errors(person(), shifted(0.06, Joint.LEFT_WRIST)).right == pytest.approx(100 * 14 / 15)


def test_a_joint_that_is_not_seen_is_wrong() -> None:
    told = found(person())
    told.confidence[:, Joint.HEAD] = 0
    assert detection_errors(person(), told).right == pytest.approx(100 * 14 / 15)


def test_a_hidden_joint_is_not_asked_for() -> None:
    truth = person()
    truth.visible[:, Joint.LEFT_WRIST] = False
    assert detection_errors(truth, shifted(0.5, Joint.LEFT_WRIST)).right == 100


def test_swapped_legs_are_told_from_legs_that_are_off() -> None:
    truth, told = person(), found(person())
    legs = [Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.LEFT_KNEE, Joint.LEFT_ANKLE]
    swapped = truth.pixels.copy()
    swapped[: FRAMES // 2, legs] = truth.pixels[: FRAMES // 2, [MIRROR_JOINTS[joint] for joint in legs]]
    assert detection_errors(truth, replace(told, pixels=swapped)).swapped == pytest.approx(25)
    assert detection_errors(truth, replace(told, pixels=truth.pixels + 3)).swapped == 0


def test_late_frames_come_before_lost_ones() -> None:
    told = found(person())
    told.confidence[:10] = 0
    told.confidence[20:24] = 0
    errors = detection_errors(person(), told)
    assert (errors.late, errors.lost) == (25, 10)


def test_nobody_found_is_late_for_the_whole_clip() -> None:
    assert detection_errors(person(), None).late == 100


def test_two_people_are_matched_with_whom_they_are_near() -> None:
    world = np.stack((standing(), standing() + np.array((1.5, 0.0, 0.0))))
    told = [arrays(each) for each in world]
    both = told[0] | {
        name: np.concatenate((told[0][name], told[1][name]))
        for name in (
            "joints",
            "joints_2d",
            "landmarks",
            "visible",
            "supports",
            "facing",
            "facing_seen",
            "head",
            "head_seen",
            "lowest",
        )
    }
    clip = truth_of("made", both)
    second, first = (replace(found(clip.people[index]), performer=index) for index in (1, 0))
    assert [one.performer for one in matched(clip, (second, first)) if one] == [0, 1]


def test_somebody_far_from_everybody_is_nobody() -> None:
    clip = truth_of("made", arrays(standing()))
    told = found(clip.people[0])
    assert matched(clip, (replace(told, pixels=told.pixels + 500),)) == (None,)


def test_depth_that_is_off_is_so_by_joint_and_view() -> None:
    truth = person()
    told = found(truth)
    told.depth[:, Joint.LEFT_KNEE] += 0.1 * truth.height * FOCAL / AWAY
    table = by_joint_and_view(depth_errors(truth, told))
    np.testing.assert_allclose(table["left_knee"][0], (10, 0), atol=1e-3)
    np.testing.assert_allclose(table["right_knee"][0], (0, 0), atol=1e-3)
    assert np.isnan(table["left_knee"][2]).all()


def test_depth_that_the_detector_does_not_tell_is_left_out() -> None:
    told = found(person())
    told.depth_confidence[:, Joint.HEAD] = 0
    assert Joint.HEAD not in depth_errors(person(), told).joint
