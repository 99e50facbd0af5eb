"""A hidden joint is predicted from what the same performer does elsewhere in the clip."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core.gaps.joint_covariance import correct_interpolation
from blender_addon.core.gaps.same_clip_regression import LEAST_FRAMES, TrainingFrames, predict_joint
from blender_addon.core.skeleton import JOINT_COUNT, Joint
from tests.core.clips import marching
from tests.core.test_joint_covariance import interpolated

Doubles = NDArray[np.float64]

FPS = 30.0
GAP = slice(50, 66)


def turning(frames: int = 120, jitter: float = 0.0) -> tuple[Doubles, Doubles]:
    """A joint (T, 2) that two others (T, 2, 2) tell all of: they go round once in 40 frames, and it goes as the product
    of what they do.
    """
    angle = np.arange(frames) * (2 * np.pi / 40)
    others = np.stack(
        [np.stack([np.cos(angle), np.sin(angle)], axis=1), np.stack([np.sin(angle), np.cos(angle)], axis=1)], axis=1
    )
    joint = np.stack([np.cos(angle) * np.sin(angle), np.sin(angle) - np.cos(2 * angle)], axis=1)
    noise = np.random.default_rng(0)
    return joint + jitter * noise.standard_normal(joint.shape), others + jitter * noise.standard_normal(others.shape)


def around(joint: Doubles, others: Doubles) -> TrainingFrames:
    known = np.ones(len(joint), dtype=np.bool_)
    known[GAP] = False
    return TrainingFrames(np.where(known[:, None], joint, 0), others, known, np.ones(2), GAP.start, GAP.stop)


def test_a_repeated_motion_is_predicted() -> None:
    joint, others = turning()
    places, variance = predict_joint(around(joint, others), FPS)
    assert np.abs(places - joint[GAP]).max() < 0.02
    assert np.sqrt(variance).max() < 0.1


def test_a_pose_that_never_occurred_has_a_large_variance() -> None:
    joint, others = turning()
    _, usual = predict_joint(around(joint, others), FPS)
    others[GAP] *= 1 + np.sin(np.linspace(0, np.pi, 16))[:, None, None]
    _, strange = predict_joint(around(joint, others), FPS)
    assert strange.max() > 10 * usual.max()


def test_a_prediction_meets_the_observations_beside_the_gap() -> None:
    joint, others = turning(jitter=0.05)
    clear = turning()[0]
    places, _ = predict_joint(around(joint, others), FPS)
    pace = np.abs(np.diff(clear, axis=0)).max()
    assert np.abs(places[0] - joint[GAP.start - 1]).max() < pace + 0.15
    assert np.abs(places[-1] - joint[GAP.stop]).max() < pace + 0.15
    assert np.abs(places - clear[GAP]).mean() < 0.1


def test_too_few_frames_predict_nothing() -> None:
    joint, others = turning()
    few = around(joint, others)
    known = np.zeros_like(few.known)
    known[: LEAST_FRAMES - 1] = True
    _, variance = predict_joint(replace(few, known=known), FPS)
    assert np.isinf(variance).all()


@pytest.mark.parametrize("joint", [Joint.RIGHT_ANKLE, Joint.LEFT_KNEE, Joint.RIGHT_WRIST])
def test_a_march_goes_on_where_a_joint_is_hidden(joint: Joint) -> None:
    positions = marching(150).positions
    seen = np.ones((150, JOINT_COUNT), dtype=np.bool_)
    seen[60:76, joint] = False
    curve = interpolated(positions, seen)
    found, _ = correct_interpolation(curve, seen, FPS)
    off = [float(np.abs(places - positions)[60:76, joint].mean()) for places in (curve, found)]
    assert off[1] < 0.25 * off[0]


def test_a_minute_without_a_joint_goes_through() -> None:
    positions = np.tile(marching(150).positions, (20, 1, 1))
    seen = np.ones((3000, JOINT_COUNT), dtype=np.bool_)
    seen[400:2200, Joint.RIGHT_WRIST] = False
    found, confidence = correct_interpolation(interpolated(positions, seen), seen, FPS)
    assert np.isfinite(found).all()
    assert (confidence[500:2100, Joint.RIGHT_WRIST] == 0).all()


def test_joints_that_all_stand_on_one_point_stay_there() -> None:
    seen = np.ones((60, JOINT_COUNT), dtype=np.bool_)
    seen[20:36, Joint.LEFT_WRIST] = False
    found, _ = correct_interpolation(np.full((60, JOINT_COUNT, 2), 7, dtype=np.float32), seen, FPS)
    assert np.allclose(found, 7)
