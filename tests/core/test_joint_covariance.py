"""Gaps: joints that are unseen go with those that are seen meanwhile, and the network has the more say, the less those tell."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from blender_addon.core.gaps.joint_covariance import fill_by_companions
from blender_addon.core.networks.observation import fill_gaps
from blender_addon.core.skeleton import JOINT_COUNT, Joint
from tests.core.clips import ADULT, marching

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

GAP = slice(20, 36)
UPPER = [Joint.HEAD, Joint.NECK, Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST, Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST]


def bowing() -> Array:
    """(60, 15, 2): somebody who bends over and comes up again within the gap: no curve over it shows that."""
    positions = marching(60).positions.copy()
    bow = np.sin(np.linspace(0, np.pi, 18)[1:-1]) * 0.15 * ADULT.height
    positions[GAP, UPPER] += bow[:, None, None] * np.array([1.0, 0.5], dtype=np.float32)
    return positions


def without(joints: list[Joint], frames: slice = GAP) -> Mask:
    seen = np.ones((60, JOINT_COUNT), dtype=np.bool_)
    seen[frames, joints] = False
    return seen


def bridged(positions: Array, seen: Mask) -> Array:
    return fill_gaps(torch.from_numpy(np.where(seen[..., None], positions, np.float32(0)))[None], torch.from_numpy(seen)[None])[0].numpy()


def filled(seen: Mask) -> tuple[Array, Array]:
    return fill_by_companions(bridged(bowing(), seen), seen, 30)


@pytest.mark.parametrize("joint", [Joint.HEAD, Joint.RIGHT_ELBOW, Joint.LEFT_ELBOW, Joint.RIGHT_WRIST])
def test_a_joint_that_is_not_seen_goes_where_the_others_take_it(joint: Joint) -> None:
    seen = without([joint])
    curve, (found, _) = bridged(bowing(), seen), filled(seen)
    off = [float(np.abs(positions - bowing())[GAP, joint].mean()) for positions in (curve, found)]
    assert off[1] < 0.5 * off[0]


def test_a_limb_that_is_not_seen_goes_with_the_body() -> None:
    arm = [Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST]
    seen = without(arm)
    off = [float(np.abs(positions - bowing())[GAP, arm].mean()) for positions in (bridged(bowing(), seen), filled(seen)[0])]
    assert off[1] < 0.6 * off[0]


def test_what_is_seen_is_sure_and_stays() -> None:
    seen = without([Joint.RIGHT_WRIST, Joint.LEFT_ANKLE])
    found, sureness = filled(seen)
    assert np.array_equal(found[seen], bowing()[seen])
    assert (sureness[seen] == 1).all()


def test_the_less_the_others_tell_the_less_sure_is_the_fill() -> None:
    alone, with_elbow = (filled(without(joints))[1][GAP, Joint.RIGHT_WRIST] for joints in ([Joint.RIGHT_WRIST], [Joint.RIGHT_WRIST, Joint.RIGHT_ELBOW]))
    assert (with_elbow < alone).all()
    assert alone[0] > 0.9 > alone[8]


def test_nothing_is_sure_half_a_second_from_every_sighting() -> None:
    _, sureness = filled(without([Joint.HEAD], slice(10, 50)))
    assert (sureness[25:35, Joint.HEAD] == 0).all()


@pytest.mark.parametrize("frames", [slice(0, 12), slice(48, 60)])
def test_at_a_clip_s_end_one_sighting_does(frames: slice) -> None:
    seen = without([Joint.LEFT_WRIST], frames)
    found, sureness = filled(seen)
    assert np.isfinite(found).all()
    beside, end = (11, 0) if frames.start == 0 else (48, 59)
    assert sureness[beside, Joint.LEFT_WRIST] > sureness[end, Joint.LEFT_WRIST]


def test_where_nobody_else_is_seen_a_curve_bridges_the_gap() -> None:
    seen = without([joint for joint in Joint if joint != Joint.MID_HIP])
    assert np.abs(filled(seen)[0] - bridged(bowing(), seen)).max() < 1e-3


def test_a_joint_that_is_never_seen_is_left_to_the_network() -> None:
    seen = without([Joint.RIGHT_ANKLE], slice(None))
    found, sureness = filled(seen)
    assert np.array_equal(found, bridged(bowing(), seen))
    assert (sureness[:, Joint.RIGHT_ANKLE] == 0).all()
