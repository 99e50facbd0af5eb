"""The simple methods are exact where they should be, so that the figures beside them can be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.skeleton import BONE_COUNT, BONE_INDEX, BONE_PATHS, JOINT_COUNT, MIRROR_BONES, Joint, Skeleton
from training.evaluation.cases import Task, film
from training.evaluation.conditions import SELF, Column, Given, Target, condition_named
from training.evaluation.draws import Lot
from training.evaluation.methods import copied, globally_scaled, limb_scaled, longest_bones
from training.evaluation.metrics import coordinate_error
from training.evaluation.prediction import Method
from training.motion_library import Array, load_motion

FRAMES = 40
LENGTHS = Skeleton.from_proportions([55, 160, 50, 90, 80, 30, 130, 120]).lengths
BODY = Target(Column.BODY, Given.CLIP)


def in_plane(lengths: Array, seed: int = 0) -> Array:
    """(T, 15, 2): limbs that turn in the picture's plane, so that every bone is seen at its full length; the performer
    walks.
    """
    angles = np.random.default_rng(seed).uniform(-3, 3, BONE_COUNT) * np.arange(FRAMES)[:, None] / 20 + np.arange(
        BONE_COUNT
    )
    bones = np.stack((np.cos(angles), np.sin(angles)), axis=-1) * lengths[:, None]
    walk = np.linspace(0, 0.5, FRAMES)[:, None, None] * Skeleton(lengths).leg_length
    return (BONE_PATHS @ bones + walk).astype(np.float32)


def poses(positions: Array) -> PoseSequence:
    return PoseSequence(positions, np.ones(positions.shape[:2], dtype=np.float32), 30.0, (1920, 1080))


def task(source: Array, target_lengths: Array, skeleton: Skeleton | PoseSequence, magnification: float = 1.0) -> Task:
    """The source's motion, asked for on other lengths in the same plane."""
    return Task(
        group="made",
        source=poses(source),
        skeleton=skeleton,
        view=None,
        truth=in_plane(target_lengths),
        truth_depth=np.zeros((FRAMES, JOINT_COUNT), dtype=np.float32),
        height=Skeleton(target_lengths).height,
        magnification=magnification,
        contacts=np.zeros((FRAMES, 2), dtype=np.float32),
        ankle_speed=np.zeros((FRAMES, 2), dtype=np.float32),
        hidden=np.zeros((FRAMES, JOINT_COUNT), dtype=np.bool_),
    )


def error(method: Method, asked: Task) -> float:
    return coordinate_error(method([asked])[0].positions, asked.truth, asked.height)


def test_a_body_twice_as_large_needs_one_factor_only() -> None:
    asked = task(in_plane(LENGTHS), 2 * LENGTHS, Skeleton(2 * LENGTHS))
    assert error(copied, asked) > 5
    assert error(globally_scaled, asked) < 1e-3
    assert error(limb_scaled, asked) < 1e-3


def test_the_copy_is_made_at_the_true_scale_of_the_pictures() -> None:
    asked = task(in_plane(LENGTHS), 2 * LENGTHS, poses(in_plane(2 * LENGTHS, seed=1)), magnification=2)
    assert error(copied, asked) < 1e-3


@pytest.mark.parametrize("told_by_clip", [False, True])
def test_limb_scaling_is_exact_where_bones_lie_in_the_picture(told_by_clip: bool) -> None:
    longer = LENGTHS.copy()
    longer[[BONE_INDEX[joint] for joint in (Joint.RIGHT_ELBOW, Joint.LEFT_ELBOW, Joint.HEAD)]] *= 1.7
    asked = task(in_plane(LENGTHS), longer, poses(in_plane(longer, seed=1)) if told_by_clip else Skeleton(longer))
    assert error(limb_scaled, asked) < 1e-3
    assert error(globally_scaled, asked) > 1


def test_limb_scaling_walks_as_far_as_the_legs_tell() -> None:
    shorter = (
        Skeleton(LENGTHS).scaled(0.5, (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.LEFT_KNEE, Joint.LEFT_ANKLE)).lengths
    )
    asked = task(in_plane(LENGTHS), shorter, Skeleton(shorter))
    np.testing.assert_allclose(limb_scaled([asked])[0].positions, asked.truth, atol=1e-3)


def test_the_longest_bones_are_shared_by_both_sides_and_looked_for_where_they_are_seen() -> None:
    positions = in_plane(LENGTHS)
    positions[5, Joint.HEAD] += 10_000
    confidence = np.ones((FRAMES, JOINT_COUNT), dtype=np.float32)
    confidence[5, Joint.HEAD] = 0
    confidence[:, Joint.LEFT_WRIST] = 0
    found = longest_bones(PoseSequence(positions, confidence, 30.0, None))
    np.testing.assert_allclose(found, LENGTHS, rtol=1e-4)
    np.testing.assert_array_equal(found, found[list(MIRROR_BONES)])


def test_gaps_are_bridged_by_curves() -> None:
    asked = task(in_plane(LENGTHS), LENGTHS, Skeleton(LENGTHS))
    confidence = np.ones((FRAMES, JOINT_COUNT), dtype=np.float32)
    confidence[10:13, Joint.LEFT_WRIST] = 0
    gapped = replace(asked, source=replace(asked.source, confidence=confidence))
    found = copied([gapped])[0].positions
    ends = asked.truth[[9, 13], Joint.LEFT_WRIST]
    np.testing.assert_allclose(found[11, Joint.LEFT_WRIST], ends.mean(axis=0), atol=4)
    np.testing.assert_allclose(found[:10], asked.truth[:10], atol=1e-3)


def mean_error(method: Method, tasks: Sequence[Task]) -> float:
    return float(np.mean([error(method, asked) for asked in tasks]))


def test_on_real_motion_each_method_is_better_than_the_simpler_one(shared_data: Path) -> None:
    lot = Lot(load_motion(shared_data / "motion").held_out())
    cases = [film(draw, condition_named("yaw180")) for draw in lot.cases(16, 120)]
    onto_body = [case.task(BODY) for case in cases]
    assert mean_error(copied, [case.task(SELF) for case in cases]) < 1e-3
    assert mean_error(limb_scaled, onto_body) < 0.6 * mean_error(globally_scaled, onto_body)
    assert 1 < mean_error(limb_scaled, onto_body) < 3
    assert 3 < mean_error(copied, onto_body) < 10
