"""Which limb lies over which: it follows the depths, stands for a while, and changes where nobody sees it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.bridge.body.limb_ranks import DEPTH_MARGIN, DEPTH_WEIGHTS, limb_ranks
from blender_addon.bridge.body.overlap_order import LONGEST_WAIT, SHORTEST_HOLD, is_in_front
from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.retiming.resample import resample
from blender_addon.bridge.rig.limb_layers import limb_layers
from blender_addon.core.limbs import Limb
from blender_addon.core.skeleton import Skeleton
from tests.blender.street_motion import PASSER_BY, WALKER, street_motion

BODY = Skeleton.from_proportions((0.18, 0.34, 0.12, 0.17, 0.16, 0.06, 0.27, 0.26))
FRAMES = np.arange(100)


def changes(over: NDArray[np.bool_]) -> list[int]:
    return [int(frame) for frame in np.flatnonzero(np.diff(over.astype(int))) + 1]


def crossing(first: int, last: int) -> NDArray[np.float64]:
    """How far two limbs are apart that cross in the picture from one frame to another."""
    return np.where((first <= FRAMES) & (last >= FRAMES), -1.0, 1.0)


def test_limbs_that_are_level_keep_their_order() -> None:
    lead = np.where(FRAMES < 20, 2.0, np.random.default_rng(0).uniform(-0.9, 0.9, 100))
    assert is_in_front(lead, crossing(200, 200), 1.0).all()


def test_a_tremble_beyond_the_threshold_is_no_change() -> None:
    lead = np.full(100, 2.0)
    lead[40 : 40 + SHORTEST_HOLD - 2] = -2.0
    assert is_in_front(lead, crossing(200, 200), 1.0).all()
    lead[40 : 40 + SHORTEST_HOLD + 4] = -2.0
    assert len(changes(is_in_front(lead, crossing(200, 200), 1.0))) == 2


@pytest.mark.parametrize("seed", range(20))
def test_every_order_stands_for_a_while(seed: int) -> None:
    generator = np.random.default_rng(seed)
    lead, apart = np.cumsum(generator.normal(0, 1.5, 100)), generator.normal(0, 1, 100)
    lead -= np.median(lead)
    ends = [0, *changes(is_in_front(lead, apart, 1.0)), 100]
    assert len(ends) == 2 or np.diff(ends).min() >= SHORTEST_HOLD


def test_a_change_waits_until_the_limbs_no_longer_cross() -> None:
    lead = np.where(FRAMES < 50, 2.0, -2.0)
    assert changes(is_in_front(lead, crossing(46, 58), 1.0)) == [46]
    assert changes(is_in_front(lead, crossing(40, 53), 1.0)) == [54]


def test_a_change_takes_place_while_the_depths_are_level_if_the_limbs_are_apart_then() -> None:
    lead = np.where(FRAMES < 30, 2.0, np.where(FRAMES < 60, 0.0, -2.0))
    assert changes(is_in_front(lead, crossing(20, 40), 1.0)) == [60]
    assert changes(is_in_front(lead, crossing(45, 80), 1.0)) == [45]


def test_limbs_that_cross_for_long_change_all_the_same() -> None:
    lead = np.where(FRAMES < 50, 2.0, -2.0)
    (changed,) = changes(is_in_front(lead, crossing(0, 99), 1.0))
    assert abs(changed - 50) <= LONGEST_WAIT


def test_a_clip_of_one_frame_has_an_order() -> None:
    assert is_in_front(np.array([1.5]), np.array([-1.0]), 1.0).tolist() == [True]
    assert is_in_front(np.array([-0.5]), np.array([-1.0]), 1.0).tolist() == [False]


def street(performer: int) -> SceneMotion:
    return resample(street_motion(BODY, performer), 30.0, 1)


@pytest.mark.parametrize("performer", [WALKER, PASSER_BY])
def test_the_street_performers_limbs_do_not_flicker(performer: int) -> None:
    motion = street(performer)
    ranks = limb_ranks(motion)
    for one, other in combinations(Limb, 2):
        ends = changes(ranks[one] > ranks[other])
        assert not ends or np.diff([0, *ends, len(motion)]).min() >= SHORTEST_HOLD, (one, other)


@pytest.mark.parametrize("performer", [WALKER, PASSER_BY])
def test_what_is_clearly_nearer_lies_over_nearly_always(performer: int) -> None:
    """All but those frames in which a change waits for the limbs to part."""
    motion = street(performer)
    ranks = limb_ranks(motion)
    depth = {
        limb: motion.depth[:, list(parts)] @ np.array(list(parts.values())) for limb, parts in DEPTH_WEIGHTS.items()
    }
    for one, other in (
        (Limb.RIGHT_LEG, Limb.LEFT_LEG),
        (Limb.RIGHT_ARM, Limb.LEFT_ARM),
        (Limb.RIGHT_ARM, Limb.BODY),
        (Limb.LEFT_ARM, Limb.BODY),
    ):
        lead = depth[other] - depth[one]
        clear = np.abs(lead) > 2 * DEPTH_MARGIN * BODY.height
        right = (ranks[one] > ranks[other]) == (lead > 0)
        assert right[clear].mean() > 0.85, (one, other)


def test_a_rig_s_limbs_follow_the_figure_s_order() -> None:
    motion = street(WALKER)
    ranks, layers = limb_ranks(motion), limb_layers(motion)
    for limb, layer in layers.items():
        same = (layer > 0) == (ranks[limb] > ranks[Limb.BODY])
        assert same.mean() > 0.95
        nearby = np.convolve(np.diff(ranks[limb] > ranks[Limb.BODY], prepend=False, append=False), np.ones(13), "same")
        assert same[nearby[1:] < 0.5].all(), "but for a few frames beside a change, in which a layer is not held yet"
