"""Planted feet stay planted: they are held where they stand, and the legs follow within their lengths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from blender_addon.core.contacts import (
    EASE_SECONDS,
    LEGS,
    OFF,
    ON,
    contacts_from_speed,
    in_contact,
    plant_feet,
    with_hysteresis,
)
from blender_addon.core.skeleton import BONE_CHILDREN, BONE_PARENTS, JOINT_COUNT, LEG_BONES, Joint, Skeleton

Array = NDArray[np.float32]

FPS = 30.0
ANKLES = [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]
THIGH, SHIN = 42.0, 40.0
STANDS, FLIES = 0.95, 0.05


def skating(frames: int = 60, speed: float = 0.5, bend: float = 0.25, fps: float = FPS) -> Array:
    """(T, 15, 3) somebody upright who glides to the right, by `speed` a frame at 30 fps, and bobs; `bend` of the knees
    forward, in radians.
    """
    joints = np.zeros((frames, JOINT_COUNT, 3))
    time = np.arange(frames) * 30 / fps
    for hip, knee, ankle in LEGS:
        side = -10.0 if hip == Joint.RIGHT_HIP else 10.0
        joints[:, hip] = (side, 0, 0)
        joints[:, knee] = joints[:, hip] + THIGH * np.array([np.sin(bend), np.cos(bend), 0])
        joints[:, ankle] = joints[:, knee] + SHIN * np.array([-np.sin(bend), np.cos(bend), 0])
    joints[:, [Joint.NECK, Joint.HEAD], 1] = (-50, -70)
    joints[..., 0] += speed * time[:, None]
    joints[..., 1] += 2 * np.sin(time / 5)[:, None]
    return joints.astype(np.float32)


def right_foot_stands(frames: int, first: int, last: int) -> Array:
    probability = np.full((frames, 2), FLIES, dtype=np.float32)
    probability[first:last, 0] = STANDS
    return probability


def leg_lengths(joints: Array) -> Array:
    bones: Array = np.linalg.norm(joints[:, BONE_CHILDREN] - joints[:, BONE_PARENTS], axis=-1)[:, list(LEG_BONES)]
    return bones


def test_a_foot_stands_as_long_as_it_is_likely_enough_around_a_sure_moment() -> None:
    half = (ON + OFF) / 2
    probability = np.array([0, half, half, STANDS, half, 0, half, half, 0, STANDS])[:, None]
    assert in_contact(probability)[:, 0].tolist() == [False, True, True, True, True, False, False, False, False, True]


def test_a_standing_foot_does_not_move() -> None:
    planted = plant_feet(skating(), right_foot_stands(60, 20, 40), FPS)
    path = planted[20:40, Joint.RIGHT_ANKLE]
    assert np.abs(path - path[0]).max() < 1e-4


def test_it_stands_in_the_middle_of_where_it_slid() -> None:
    joints = skating()
    planted = plant_feet(joints, right_foot_stands(60, 20, 40), FPS)
    assert planted[30, Joint.RIGHT_ANKLE] == pytest.approx(joints[20:40, Joint.RIGHT_ANKLE].mean(axis=0), abs=1e-4)


def test_thighs_and_shins_keep_their_lengths() -> None:
    joints = skating()
    assert (
        np.abs(
            leg_lengths(plant_feet(joints, np.full((60, 2), STANDS, dtype=np.float32), FPS)) - leg_lengths(joints)
        ).max()
        < 1e-3
    )


def test_nothing_else_moves() -> None:
    joints = skating()
    planted = plant_feet(joints, right_foot_stands(60, 20, 40), FPS)
    others = [joint for joint in Joint if joint not in (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE)]
    assert np.array_equal(planted[:, others], joints[:, others])
    far = [frame for frame in range(60) if not 20 - 5 <= frame < 40 + 5]
    assert np.array_equal(planted[far], joints[far])


def test_feet_that_fly_are_left_alone() -> None:
    joints = skating()
    assert np.array_equal(plant_feet(joints, np.full((60, 2), FLIES, dtype=np.float32), FPS), joints)


@pytest.mark.parametrize("fps", [12.0, 30.0, 120.0])
def test_a_foot_comes_to_its_place_and_leaves_it_without_a_jerk(fps: float) -> None:
    every = fps / 30
    joints = skating(int(60 * every), fps=fps)
    planted = plant_feet(joints, right_foot_stands(len(joints), int(20 * every), int(40 * every)), fps)
    pull = planted[:, Joint.RIGHT_ANKLE] - joints[:, Joint.RIGHT_ANKLE]
    farthest = np.abs(pull).max()
    assert np.abs(np.diff(pull, axis=0)).max() < 2.2 * farthest / (EASE_SECONDS * fps)


def test_the_knee_stays_on_its_side() -> None:
    planted = plant_feet(skating(), right_foot_stands(60, 20, 40), FPS)
    hip, knee, ankle = (planted[20:40, joint] for joint in LEGS[0])
    along = ankle - hip
    out = (knee - hip) - ((knee - hip) * along).sum(-1, keepdims=True) / (along**2).sum(-1, keepdims=True) * along
    assert (out[:, 0] > 1).all()


def test_a_foot_that_cannot_be_reached_slides_no_more_than_it_must() -> None:
    joints = skating(speed=3.0)
    planted = plant_feet(joints, right_foot_stands(60, 10, 50), FPS)
    assert np.abs(leg_lengths(planted) - leg_lengths(joints)).max() < 1e-3
    pin = joints[10:50, Joint.RIGHT_ANKLE].mean(axis=0)
    missed_by, hip_away = (
        np.linalg.norm(planted[10:50, joint] - pin, axis=-1) for joint in (Joint.RIGHT_ANKLE, Joint.RIGHT_HIP)
    )
    reachable = hip_away < 0.999 * (THIGH + SHIN)
    assert 8 < reachable.sum() < 20
    assert missed_by[reachable].max() < 1e-3
    assert missed_by == pytest.approx(np.maximum(0, hip_away - (THIGH + SHIN)), abs=0.1)


def test_a_foot_that_is_too_far_away_in_depth_alone_does_not_slide_in_the_picture() -> None:
    joints = skating(speed=0.3)
    joints[..., 2] += 1.5 * np.arange(60)[:, None]
    planted = plant_feet(joints, right_foot_stands(60, 10, 50), FPS)
    assert (
        np.linalg.norm(joints[10:50, Joint.RIGHT_HIP] - joints[10:50, Joint.RIGHT_ANKLE].mean(axis=0), axis=-1).max()
        > THIGH + SHIN + 2
    )
    path = planted[10:50, Joint.RIGHT_ANKLE, :2]
    assert np.abs(path - path[0]).max() < 1e-3
    assert np.abs(leg_lengths(planted) - leg_lengths(joints)).max() < 1e-3


@pytest.mark.parametrize("grain", [0.0, 1e-5])
def test_a_straight_leg_bends_to_one_side_only(grain: float) -> None:
    joints = skating(speed=0.0, bend=0.0)
    joints += np.random.default_rng(0).normal(size=joints.shape).astype(np.float32) * grain
    planted = plant_feet(joints, np.full((60, 2), STANDS, dtype=np.float32), FPS)
    knees = planted[:, Joint.RIGHT_KNEE]
    assert np.ptp(knees[:, 1]) > 1
    assert np.linalg.norm(np.diff(knees, 2, axis=0), axis=-1).max() < 8
    assert np.ptp(knees[:, 0]) < 0.5


def test_a_leg_towards_the_camera_keeps_its_lengths() -> None:
    joints = np.zeros((4, JOINT_COUNT, 3), dtype=np.float32)
    for hip, knee, ankle in LEGS:
        joints[:, knee, 2], joints[:, ankle, 2] = -THIGH, -THIGH - SHIN
        joints[:, [hip, knee, ankle], 2] += np.array([0.0, 3.0, 0.0, 3.0])[:, None]
    planted = plant_feet(joints, np.full((4, 2), STANDS, dtype=np.float32), FPS)
    assert np.abs(leg_lengths(planted) - leg_lengths(joints)).max() < 1e-3


@pytest.mark.parametrize("fps", [1e-6, 1.0, 240.0, 1e12])
def test_any_frame_rate_ends_in_time(fps: float) -> None:
    joints = skating(20)
    assert np.isfinite(plant_feet(joints, right_foot_stands(20, 5, 10), fps)).all()


@given(seed=st.integers(0, 2**32 - 1), size=st.sampled_from([0.0, 1e-6, 1e-3, 1.0, 1e6]))
@settings(max_examples=60, deadline=None)
def test_legs_keep_their_lengths_whatever_is_asked_of_them(seed: int, size: float) -> None:
    generator = np.random.default_rng(seed)
    frames = int(generator.integers(1, 40))
    joints = (generator.normal(size=(frames, JOINT_COUNT, 3)) * size).astype(np.float32)
    joints[:, :, generator.random(3) < 0.2] = 0
    probability = generator.random((frames, 2)).astype(np.float32)
    planted = plant_feet(joints, probability, FPS)
    assert np.isfinite(planted).all()
    assert np.abs(leg_lengths(planted) - leg_lengths(joints)).max() <= 1e-4 * size


def test_speed_alone_tells_a_standing_foot_from_a_swinging_one() -> None:
    skeleton = Skeleton.from_proportions((17, 50, 18, 28, 25, 9, THIGH, SHIN))
    joints = skating(speed=0.0)
    joints[..., 1] = joints[:1, :, 1]
    joints[:, Joint.LEFT_ANKLE, 0] += 40 * np.sin(np.arange(60) / 4)
    likely = contacts_from_speed(joints, skeleton, FPS)
    assert likely.shape == (60, 2)
    assert likely[:, 0].min() > 0.9
    assert np.median(likely[:, 1]) < 0.1


def test_one_frame_says_nothing_about_standing() -> None:
    skeleton = Skeleton.from_proportions((17, 50, 18, 28, 25, 9, THIGH, SHIN))
    assert not contacts_from_speed(skating(1), skeleton, FPS).any()


def test_a_decided_contact_is_above_a_half_just_where_a_foot_stands() -> None:
    probability = np.array(
        [[0.0, 0.4], [OFF + 0.01, 0.5], [ON + 0.1, 0.55], [OFF + 0.02, 0.1], [0.05, 1.0]], dtype=np.float32
    )
    found = with_hysteresis(probability)
    assert ((found >= 0.5) == in_contact(probability)).all()
    assert (in_contact(found) == in_contact(probability)).all()
    assert found.min() >= 0
    assert found.max() <= 1
