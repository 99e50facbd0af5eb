"""Strides and crossed legs in the picture."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.rendered.strides import crossing, source_separation, strides
from blender_addon.core.skeleton import Joint
from tests.benchmarks.rendered.made_people import FRAMES, Doubles, person, standing


def striding(turn: float = 90.0) -> Doubles:
    """Somebody in profile whose feet swing, one against the other."""
    joints = standing(turn)
    swing = 0.4 * np.sin(np.linspace(0, 4 * np.pi, FRAMES))
    for side, sign in (("RIGHT", 1), ("LEFT", -1)):
        joints[:, Joint[f"{side}_KNEE"], 0] += sign * swing / 2
        joints[:, Joint[f"{side}_ANKLE"], 0] += sign * swing
    return joints


def picture_of(joints: Doubles) -> Doubles:
    return joints[..., [0, 2]]


def test_strides_of_the_source_are_those_of_the_character_that_does_the_same() -> None:
    truth = person(striding())
    told = strides(truth, picture_of(truth.joints), truth.leg)
    source = source_separation(truth)
    assert told.least == pytest.approx(source.min(), abs=0.05)
    assert told.most == pytest.approx(source.max(), abs=0.05)
    assert told.most == pytest.approx(0.8 / truth.leg, abs=0.05)


def test_legs_of_a_profile_do_not_cross_though_the_hips_lie_one_over_the_other() -> None:
    truth = person(striding())
    assert strides(truth, picture_of(truth.joints), truth.leg).crossed == 0


def test_a_character_seen_from_the_front_crosses_its_legs_in_the_steps_of_a_profile() -> None:
    truth = person(striding())
    assert strides(truth, picture_of(striding(0.0)), truth.leg).crossed > 30


def test_feet_that_are_together_in_the_source_may_cross() -> None:
    truth = person(standing(90))
    assert np.isnan(strides(truth, picture_of(striding(0.0)), truth.leg).crossed)


def test_legs_cross_where_their_lines_do() -> None:
    crossed = picture_of(standing())
    crossed[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]] = crossed[:, [Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]]
    assert crossing(crossed).all()
    assert not crossing(picture_of(standing())).any()
