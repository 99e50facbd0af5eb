"""Hidden joints go with the visible ones; the less those tell, the lower the confidence of the fill."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core.gaps.interpolation import interpolate_gaps
from blender_addon.core.gaps.joint_covariance import correct_interpolation
from blender_addon.core.skeleton import JOINT_COUNT, Joint
from tests.core.clips import ADULT, marching

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

GAP = slice(20, 36)
UPPER = [
    Joint.HEAD,
    Joint.NECK,
    Joint.RIGHT_SHOULDER,
    Joint.RIGHT_ELBOW,
    Joint.RIGHT_WRIST,
    Joint.LEFT_SHOULDER,
    Joint.LEFT_ELBOW,
    Joint.LEFT_WRIST,
]


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


def interpolated(positions: Array, seen: Mask) -> Array:
    return interpolate_gaps(np.where(seen[..., None], positions, np.float32(0)), seen)


def filled(seen: Mask) -> tuple[Array, Array]:
    return correct_interpolation(interpolated(bowing(), seen), seen, 30)


@pytest.mark.parametrize("joint", [Joint.HEAD, Joint.RIGHT_ELBOW, Joint.LEFT_ELBOW, Joint.RIGHT_WRIST])
def test_a_hidden_joint_moves_with_the_visible_ones(joint: Joint) -> None:
    seen = without([joint])
    curve, (found, _) = interpolated(bowing(), seen), filled(seen)
    off = [float(np.abs(positions - bowing())[GAP, joint].mean()) for positions in (curve, found)]
    assert off[1] < 0.5 * off[0]


def test_a_hidden_limb_moves_with_the_body() -> None:
    arm = [Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST]
    seen = without(arm)
    off = [
        float(np.abs(positions - bowing())[GAP, arm].mean())
        for positions in (interpolated(bowing(), seen), filled(seen)[0])
    ]
    assert off[1] < 0.6 * off[0]


def test_what_was_seen_stays_with_full_confidence() -> None:
    seen = without([Joint.RIGHT_WRIST, Joint.LEFT_ANKLE])
    found, confidence = filled(seen)
    assert np.array_equal(found[seen], bowing()[seen])
    assert (confidence[seen] == 1).all()


def test_a_hidden_neighbour_lowers_the_confidence_of_a_fill() -> None:
    alone, with_elbow = (
        filled(without(joints))[1][GAP, Joint.RIGHT_WRIST]
        for joints in ([Joint.RIGHT_WRIST], [Joint.RIGHT_WRIST, Joint.RIGHT_ELBOW])
    )
    assert (with_elbow < alone).all()
    assert alone[0] > 0.9 > alone[8]


def test_half_a_second_from_every_observation_a_fill_has_no_confidence() -> None:
    _, confidence = filled(without([Joint.HEAD], slice(10, 50)))
    assert (confidence[25:35, Joint.HEAD] == 0).all()


@pytest.mark.parametrize("frames", [slice(0, 12), slice(48, 60)])
def test_at_the_end_of_a_clip_one_observation_is_enough(frames: slice) -> None:
    seen = without([Joint.LEFT_WRIST], frames)
    found, confidence = filled(seen)
    assert np.isfinite(found).all()
    beside, end = (11, 0) if frames.start == 0 else (48, 59)
    assert confidence[beside, Joint.LEFT_WRIST] > confidence[end, Joint.LEFT_WRIST]


def test_where_no_other_joint_is_visible_the_curve_stays() -> None:
    seen = without([joint for joint in Joint if joint != Joint.MID_HIP])
    assert np.abs(filled(seen)[0] - interpolated(bowing(), seen)).max() < 1e-3


def test_a_joint_that_is_never_seen_is_left_to_the_network() -> None:
    seen = without([Joint.RIGHT_ANKLE], slice(None))
    found, confidence = filled(seen)
    assert np.array_equal(found, interpolated(bowing(), seen))
    assert (confidence[:, Joint.RIGHT_ANKLE] == 0).all()
