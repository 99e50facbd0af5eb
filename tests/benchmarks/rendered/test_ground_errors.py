"""How a character stands is measured where the performer stands, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.rendered.contact_scores import contact_f1, f1, spans
from benchmarks.rendered.ground_errors import heights_by_support, own_slides, penetrations, slides
from tests.benchmarks.rendered.made_people import FRAMES, SUPPORTS, followed, person, standing

LEFT = SUPPORTS.index("left_foot")


def test_a_standing_foot_above_the_ground_is_that_high() -> None:
    truth, own = person(), followed(person())
    own.heights[:, LEFT] = 0.1 * own.height
    np.testing.assert_allclose(heights_by_support(truth, own)["left_foot"], 10)
    np.testing.assert_allclose(heights_by_support(truth, own)["right_foot"], 0)


def test_a_lifted_foot_may_be_anywhere() -> None:
    truth, own = person(), followed(person())
    truth.supports[20:, LEFT] = False
    own.heights[20:, LEFT] = 1
    assert heights_by_support(truth, own)["left_foot"].max() == 0


def test_who_sits_on_a_chair_need_not_sit_on_the_ground() -> None:
    truth = person()
    truth.supports[:, SUPPORTS.index("seat")] = True
    own = followed(truth)
    own.heights[:, SUPPORTS.index("seat")] = 0.5
    assert "seat" not in heights_by_support(truth, own)
    lying = person(standing() - np.array((0.0, 0.0, 0.8)))
    lying.supports[:, SUPPORTS.index("seat")] = True
    assert heights_by_support(lying, own)["seat"].min() == pytest.approx(100 * 0.5 / own.height)


def test_a_part_that_the_character_lacks_is_left_out() -> None:
    own = followed(person())
    own.heights[:, LEFT] = np.nan
    assert "left_foot" not in heights_by_support(person(), own)


def test_a_point_below_the_ground_is_as_deep_as_it_is_below() -> None:
    own = followed(person())
    own.lowest[5], own.lowest[6] = -0.05 * own.height, 0.3
    assert penetrations(person(), own).max() == pytest.approx(5)


def test_a_foot_that_drifts_slides_and_one_that_comes_back_slid_as_far() -> None:
    truth, own = person(), followed(person())
    own.slips[1:11, 0, 0] = 0.01 * own.height
    own.slips[11:21, 0, 0] = -0.01 * own.height
    np.testing.assert_allclose(slides(truth, own), (10, 0), atol=1e-9)


def test_the_performers_own_feet_may_slide_too() -> None:
    walked = standing()
    walked[10:20] += np.linspace(0, 0.157, 10)[:, None, None] * (1.0, 0.0, 0.0)
    walked[20:] += np.array((0.157, 0.0, 0.0))
    np.testing.assert_allclose(own_slides(person(walked)), (10, 10))


def test_the_step_before_a_foot_stands_is_no_slide() -> None:
    truth, own = person(), followed(person())
    truth.supports[:10, 0] = False
    own.slips[:11, 0, 0] = 0.2
    assert slides(truth, own)[0] == 0


def test_contacts_agree_by_frame_and_foot() -> None:
    truth, own = person(), followed(person())
    assert contact_f1(truth, own.contact_names, own.contacts) == 100
    own.contacts[:, 1] = 0
    assert contact_f1(truth, own.contact_names, own.contacts) == pytest.approx(100 * 2 / 3)


def test_contacts_of_what_the_product_does_not_know_are_left_out() -> None:
    truth = person()
    truth.supports[:, SUPPORTS.index("seat")] = True
    own = followed(truth)
    assert contact_f1(truth, own.contact_names, own.contacts) == 100


def test_no_contact_at_all_has_no_score() -> None:
    nothing = np.zeros(FRAMES, np.bool_)
    assert np.isnan(f1(nothing, nothing))


def test_spans_shorter_than_three_frames_are_no_contacts() -> None:
    stands = np.array((1, 1, 0, 1, 1, 1, 0, 1), np.bool_)
    assert spans(stands) == [slice(3, 6)]


def test_a_character_that_was_cut_has_the_first_frames_of_all() -> None:
    own = followed(person()).cut(7)
    assert {len(value) for value in (own.joints, own.head, own.heights, own.slips, own.lowest, own.contacts)} == {7}
    assert replace(own).height == pytest.approx(followed(person()).height)
