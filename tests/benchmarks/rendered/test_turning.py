"""Views, the order of limbs, ankles and the advice, as the benchmark measures them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.rendered.baked import LAYERS
from benchmarks.rendered.turning import advice_is_right, ankles_kept, order_scores, true_order, view_scores
from blender_addon.core.limbs import Limb
from blender_addon.core.skeleton import Joint
from tests.benchmarks.rendered.made_people import FRAMES, followed, found, person, standing

FPS = 30.0


def test_artwork_that_looks_elsewhere_is_wrong() -> None:
    truth = person()
    own = followed(truth)
    views = own.views.copy()
    views[: FRAMES // 2] = (90.0, 45.0)
    told = view_scores(truth, replace(own, views=views), FPS)
    assert told["trunk_view"] == told["head_view"] == pytest.approx(50)
    assert told["trunk_direction"] == pytest.approx(50)
    assert told["head_direction"] == pytest.approx(100)
    assert (told["trunk_changes"], told["trunk_true_changes"]) == (1, 0)


def test_a_character_without_artwork_has_no_views() -> None:
    truth = person()
    own = followed(truth)
    assert view_scores(truth, replace(own, views=np.full_like(own.views, np.nan)), FPS) == {}


def test_in_profile_the_near_leg_is_in_front_and_from_the_front_neither() -> None:
    profile = person(standing(90.0))
    assert (true_order(profile, Limb.RIGHT_LEG, Limb.LEFT_LEG) == 1).all()
    assert (true_order(person(), Limb.RIGHT_LEG, Limb.LEFT_LEG) == 0).all()


def test_an_order_that_is_wrong_for_a_moment_counts_and_is_noted() -> None:
    truth = person(standing(90.0))
    own = followed(truth)
    assert order_scores(truth, own) == {"order": 100.0, "order_short": 0.0}
    layers = own.layers.copy()
    legs = [LAYERS.index(Limb.RIGHT_LEG), LAYERS.index(Limb.LEFT_LEG)]
    layers[10:14, legs] = layers[10:14, legs[::-1]]
    told = order_scores(truth, replace(own, layers=layers))
    assert told["order"] < 100
    assert told["order_short"] >= 1


def test_ankles_that_stand_still_keep_nothing_of_a_walk() -> None:
    joints = standing()
    joints[:, Joint.RIGHT_ANKLE, 2] += 0.1 + 0.1 * np.sin(np.linspace(0, 20, FRAMES))
    joints[:, Joint.LEFT_ANKLE, 2] += 0.1 - 0.1 * np.sin(np.linspace(0, 20, FRAMES))
    truth = person(joints)
    assert ankles_kept(truth, followed(truth)) == pytest.approx(100, abs=15)
    assert ankles_kept(truth, replace(followed(truth), joints=standing())) < 5


def test_an_advice_for_somebody_else_is_wrong() -> None:
    profile, front = person(standing(90.0)), person()
    turned = replace(profile, facing_seen=np.full(FRAMES, 90.0))
    assert advice_is_right(turned, found(profile), FPS)
    assert advice_is_right(front, found(front), FPS)
    assert not advice_is_right(turned, found(front), FPS)
