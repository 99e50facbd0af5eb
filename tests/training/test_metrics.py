"""The figures of merit, on motion whose error is known."""

from __future__ import annotations

import numpy as np
import pytest

from blender_addon.core.skeleton import BONE_PATHS, JOINT_COUNT, Joint
from training.evaluation.metrics import (
    ContactCounts,
    Slide,
    bone_variation,
    coordinate_error,
    coordinate_error_where,
    jitter,
    root_drift,
)
from training.motion_library import Array

FRAMES = 60
HEIGHT = 200.0


@pytest.fixture
def truth() -> Array:
    return np.random.default_rng(1).normal(0, 50, (FRAMES, JOINT_COUNT, 2)).astype(np.float32)


def test_the_truth_has_no_error(truth: Array) -> None:
    assert (
        coordinate_error(truth, truth, HEIGHT) == jitter(truth, truth, HEIGHT) == root_drift(truth, truth, HEIGHT) == 0
    )


def test_where_the_mid_hip_stands_does_not_matter(truth: Array) -> None:
    path = np.random.default_rng(2).normal(0, 100, (FRAMES, 1, 2)).astype(np.float32)
    assert coordinate_error(truth + path, truth, HEIGHT) < 1e-4


def test_one_joint_a_hundredth_of_the_height_off_in_x_is_a_28th_of_a_percent(truth: Array) -> None:
    """One of 14 joints and one of two coordinates: the mid-hip is not counted."""
    found = truth.copy()
    found[:, Joint.LEFT_WRIST, 0] += HEIGHT / 100
    assert coordinate_error(found, truth, HEIGHT) == pytest.approx(1 / 28, rel=1e-3)


def test_the_error_of_some_joints_is_theirs_alone(truth: Array) -> None:
    found = truth.copy()
    found[10:26, Joint.HEAD] += HEIGHT / 50
    where = np.zeros((FRAMES, JOINT_COUNT), dtype=np.bool_)
    where[10:26, Joint.HEAD] = True
    assert coordinate_error_where(found, truth, HEIGHT, where) == pytest.approx(2, rel=1e-3)
    assert coordinate_error_where(found, truth, HEIGHT, ~where) == 0


def test_an_even_error_does_not_jitter_and_a_trembling_one_does(truth: Array) -> None:
    even = truth.copy()
    even[:, Joint.HEAD] += np.linspace(3, 30, FRAMES, dtype=np.float32)[:, None]
    trembling = truth.copy()
    trembling[::2, Joint.HEAD] += 3
    assert jitter(even, truth, HEIGHT) < 1e-4
    assert jitter(trembling, truth, HEIGHT) == pytest.approx(100 * 6 / HEIGHT / 14, rel=1e-3)


def test_drift_is_how_far_the_mid_hip_ends_from_the_truth(truth: Array) -> None:
    found = truth + np.array([70, -20], dtype=np.float32)
    found[:, Joint.MID_HIP] += np.linspace(0, 1, FRAMES, dtype=np.float32)[:, None] * np.array([6, 8], dtype=np.float32)
    assert root_drift(found, truth, HEIGHT) == pytest.approx(5, rel=1e-3)


def test_rigid_bones_do_not_vary_however_they_turn_and_stretching_ones_do() -> None:
    generator = np.random.default_rng(3)
    directions = generator.normal(size=(FRAMES, BONE_PATHS.shape[1], 3))
    directions /= np.linalg.norm(directions, axis=-1, keepdims=True)
    joints = (BONE_PATHS @ (directions * 40)).astype(np.float32)
    assert bone_variation(joints[..., :2], joints[..., 2]) < 1e-3
    breathing = joints * (1 + 0.1 * np.sin(np.arange(FRAMES)))[:, None, None].astype(np.float32)
    assert bone_variation(breathing[..., :2], breathing[..., 2]) == pytest.approx(100 * 0.1 / 2**0.5, rel=0.05)


def test_contacts_are_scored_by_what_is_missed_and_what_is_made_up() -> None:
    truth = np.zeros((10, 2), dtype=np.float32)
    truth[:4] = 1
    found = np.full((10, 2), 0.2, dtype=np.float32)
    found[2:6] = 0.8
    assert ContactCounts.of(found, truth) == ContactCounts(right=4, wrong=4, missed=4)
    assert ContactCounts.of(found, truth).f1 == pytest.approx(0.5)
    assert ContactCounts.of(truth, truth).f1 == ContactCounts().f1 == 1


def test_a_foot_slides_only_while_it_is_planted(truth: Array) -> None:
    positions = np.zeros_like(truth)
    positions[:, Joint.RIGHT_ANKLE, 0] = np.arange(FRAMES) * HEIGHT / 100
    planted = np.zeros((FRAMES, 2), dtype=np.bool_)
    planted[:31, 0] = True
    slide = Slide.of(positions, planted, HEIGHT, fps=30.0)
    assert slide.seconds == pytest.approx(1)
    assert slide.speed == pytest.approx(30, rel=1e-4)
    planted[:31, 1] = True
    assert Slide.of(positions, planted, HEIGHT, fps=30.0).speed == pytest.approx(15, rel=1e-4)
    assert (slide + slide).speed == pytest.approx(slide.speed)
    assert np.isnan(Slide().speed)
