"""A head is turned as nose and ears, seen from one side, say that it is."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core.head_pose import EAR, NOSE, NOSE_DROP, HeadPose, head_angles, head_axes, head_pose
from blender_addon.core.motion import View, rotation

Array = NDArray[np.float64]

COUNT = 400


def heads(seed: int = 0, furthest: tuple[float, float, float] = (75, 45, 40)) -> Array:
    """(COUNT, 3) yaw, pitch and roll beside the trunk, in radians."""
    return np.radians(np.random.default_rng(seed).uniform(-1, 1, (COUNT, 3)) * furthest)


def trunks(azimuth: float) -> Array:
    """(COUNT, 3, 3) the same trunk, its left, up and forward in columns, in the camera's space."""
    return np.tile(rotation(View(azimuth)).astype(np.float64) @ np.diag((1.0, -1.0, -1.0)), (COUNT, 1, 1))


def fitted(axes: Array, trunk: Array, size: float = 1.0, hidden: str = "") -> HeadPose:
    left = size * EAR * axes[..., :2, 0]
    nose = size * NOSE * (np.cos(NOSE_DROP) * axes[..., :2, 2] - np.sin(NOSE_DROP) * axes[..., :2, 1])
    confidence = np.full((COUNT, 3), 0.9)
    if hidden:
        confidence[:, ("nose", "right", "left").index(hidden)] = 0
    origin = {"": 0.0, "left": -1.0, "right": 1.0}[hidden] * left
    return head_pose(nose - origin, -left - origin, left - origin, confidence, trunk)


def degrees_off(found: Array, truth: Array) -> Array:
    cosine = (np.einsum("tij,tij->t", found, truth) - 1) / 2
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def test_angles_and_axes_are_each_others_inverse() -> None:
    np.testing.assert_allclose(head_angles(head_axes(heads())), heads(), atol=1e-9)
    np.testing.assert_allclose(np.linalg.det(head_axes(heads())), 1)


@pytest.mark.parametrize("azimuth", [0.0, 50.0, 90.0, 180.0])
@pytest.mark.parametrize("wrong_by", [0.0, 25.0])
def test_nose_and_ears_tell_how_a_head_is_turned_whichever_way_the_trunk_faces(azimuth: float, wrong_by: float) -> None:
    axes = trunks(azimuth) @ head_axes(heads())
    off = degrees_off(fitted(axes, trunks(azimuth + wrong_by)).axes, axes)
    assert np.median(off) < 3
    assert np.quantile(off, 0.95) < 10


@pytest.mark.parametrize("size", [0.8, 1.5])
def test_the_longest_ways_tell_how_large_the_head_is(size: float) -> None:
    pose = fitted(trunks(0) @ head_axes(heads()), trunks(0), size)
    assert pose.nose == pytest.approx(NOSE * size, rel=0.1)
    assert pose.ear == pytest.approx(EAR * size, rel=0.1)


@pytest.mark.parametrize(("hidden", "side"), [("left", 1.0), ("right", -1.0)])
def test_a_head_that_hides_an_ear_is_turned_to_that_ears_side_and_taken_to_be_level(hidden: str, side: float) -> None:
    angles = heads(furthest=(20, 25, 0)) + np.radians((60 * side, 0, 0))
    found = head_angles(
        np.swapaxes(trunks(0), 1, 2) @ fitted(trunks(0) @ head_axes(angles), trunks(0), hidden=hidden).axes
    )
    off = np.abs(np.degrees(found - angles))
    assert (np.median(off, axis=0) < (12, 5, 5)).all()


def test_depths_are_those_of_the_head_that_was_fitted() -> None:
    axes = trunks(0) @ head_axes(heads())
    depths = fitted(axes, trunks(0)).depths
    assert np.median(np.abs(depths["left_ear"] - EAR * axes[:, 2, 0])) < 0.02
    assert (
        np.median(
            np.abs(depths["nose"] - NOSE * (np.cos(NOSE_DROP) * axes[:, 2, 2] - np.sin(NOSE_DROP) * axes[:, 2, 1]))
        )
        < 0.02
    )
    np.testing.assert_array_equal(depths["right_ear"], -depths["left_ear"])
