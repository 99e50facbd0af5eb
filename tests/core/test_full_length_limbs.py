"""Limbs at full length: in the plane that shows most of them, on one side, never flipping, hanging where they hang,
with feet that stand.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core.contacts import in_contact
from blender_addon.core.full_length_limbs import CHAINS, LEGS, chosen_azimuth, with_limbs_at_full_length
from blender_addon.core.motion import LandmarkOffsets, RetargetedMotion, View
from blender_addon.core.networks.example_clip import ORDINARY_BODY
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.skeleton import BONE_INDEX, PARENTS, Joint
from tests.core.clips import marching, openpose_clip

Array = NDArray[np.float64]

LIMBS = [joint for chain in CHAINS for joint in chain[1:]]
TRUNK = [joint for joint in Joint if joint not in LIMBS]
KNEES, ANKLES = [chain[1] for chain in LEGS], [chain[2] for chain in LEGS]
CLIPS = ("tall_man", "small_man", "workout_march", "model")


@pytest.fixture(scope="module")
def network() -> Retargeter:
    return Retargeter.load(device="cpu")


@pytest.fixture(scope="module")
def towards_viewer(network: Retargeter) -> RetargetedMotion:
    """Somebody who marches to the viewer: the arms and legs swing to and fro, and hardly show it."""
    return network.retarget(marching(120, view=View(70)), ORDINARY_BODY, View(0))


def lengths(motion: RetargetedMotion) -> Array:
    """(T, 8) of the limbs' bones in the picture, in parts of their own."""
    bones = motion.positions[:, LIMBS] - motion.positions[:, [PARENTS[joint] for joint in LIMBS]]
    return np.asarray(
        np.linalg.norm(bones, axis=-1) / motion.skeleton.lengths[[BONE_INDEX[joint] for joint in LIMBS]],
        dtype=np.float64,
    )


def angles(motion: RetargetedMotion) -> Array:
    bones = motion.positions[:, LIMBS] - motion.positions[:, [PARENTS[joint] for joint in LIMBS]]
    return np.asarray(np.unwrap(np.arctan2(bones[..., 1], bones[..., 0]), axis=0), dtype=np.float64)


def test_every_bone_of_a_limb_has_its_full_length(towards_viewer: RetargetedMotion) -> None:
    assert lengths(towards_viewer).min() < 0.8
    assert lengths(with_limbs_at_full_length(towards_viewer)) == pytest.approx(1, abs=1e-3)


def test_trunk_and_head_stay_as_seen_and_limbs_hang_where_they_hang(towards_viewer: RetargetedMotion) -> None:
    twisted = with_limbs_at_full_length(towards_viewer)
    for motion in (twisted, towards_viewer):
        trunk = motion.positions[:, TRUNK] - motion.positions[:, Joint.MID_HIP, None]
        seen = towards_viewer.positions[:, TRUNK] - towards_viewer.positions[:, Joint.MID_HIP, None]
        assert np.allclose(trunk, seen, atol=1e-4)
    assert np.array_equal(twisted.contacts, towards_viewer.contacts)


def test_legs_that_swing_to_the_viewer_are_drawn_in_profile(towards_viewer: RetargetedMotion) -> None:
    """They go as far across as they do for a camera at the side."""

    def swing(motion: RetargetedMotion) -> float:
        across = motion.positions[:, ANKLES, 0] - motion.positions[:, [chain[0] for chain in LEGS], 0]
        return float(np.ptp(across, axis=0).min() / motion.skeleton.leg_length)

    twisted = with_limbs_at_full_length(towards_viewer)
    assert swing(twisted) > 2 * swing(towards_viewer)


def test_feet_are_told_how_far_their_legs_are_turned(towards_viewer: RetargetedMotion) -> None:
    turns = with_limbs_at_full_length(towards_viewer).leg_turns
    assert turns is not None
    assert np.abs(np.degrees(turns)).mean() == pytest.approx(90, abs=30)
    assert (np.sign(turns) == np.sign(turns[0, 0])).all()


def test_hands_and_feet_turn_with_their_limbs(towards_viewer: RetargetedMotion) -> None:
    """What points to the viewer before points across after."""
    ahead = np.broadcast_to(np.array([0, 0, -1], np.float32), (len(towards_viewer), 2, 3))
    marked = replace(
        towards_viewer, landmarks=LandmarkOffsets(("nose", "left_toe"), ahead, np.ones(ahead.shape[:2], np.float32))
    )
    twisted = with_limbs_at_full_length(marked)
    assert twisted.landmarks is not None
    assert np.allclose(twisted.landmarks.offsets[:, 0], ahead[:, 0])
    assert np.abs(twisted.landmarks.offsets[:, 1, 0]).mean() > 0.8


def test_both_legs_lie_in_one_plane_and_arms_each_in_its_own(network: Retargeter, openpose_clips: Path) -> None:
    motion = network.retarget(openpose_clip(openpose_clips, "tall_man"), ORDINARY_BODY, View(0))
    turns = with_limbs_at_full_length(motion).leg_turns
    assert turns is not None
    assert np.allclose(turns[:, 0], turns[:, 1])


def test_both_knees_bend_to_the_same_side(towards_viewer: RetargetedMotion) -> None:
    twisted = with_limbs_at_full_length(towards_viewer)
    sides = []
    for hip, knee, ankle in LEGS:
        thigh, shin = (
            twisted.positions[:, one] - twisted.positions[:, other] for one, other in ((knee, hip), (ankle, knee))
        )
        bent = thigh[:, 0] * shin[:, 1] - thigh[:, 1] * shin[:, 0]
        sides.append(np.sign(bent[np.abs(bent).argmax()]))
    assert sides[0] == sides[1]


def test_what_is_seen_from_the_side_already_stays_as_it_is(network: Retargeter) -> None:
    motion = network.retarget(marching(120, view=View(90)), ORDINARY_BODY, View(90))
    off = with_limbs_at_full_length(motion).positions[:, LIMBS] - motion.positions[:, LIMBS]
    assert np.abs(off).mean() / motion.skeleton.height < 0.02


@pytest.mark.parametrize("name", CLIPS)
@pytest.mark.parametrize("view", [None, View(0), View(45, 20)], ids=["as filmed", "front", "from above"])
def test_no_limb_of_a_real_clip_flips(network: Retargeter, openpose_clips: Path, name: str, view: View | None) -> None:
    """No bone turns faster than it does from the side that shows it best, by much."""
    motion = network.retarget(openpose_clip(openpose_clips, name), ORDINARY_BODY, view)
    twisted = with_limbs_at_full_length(motion)
    space = np.concatenate((motion.positions, motion.depth[..., None]), axis=-1)
    bones = space[:, LIMBS] - space[:, [PARENTS[joint] for joint in LIMBS]]
    bones /= np.linalg.norm(bones, axis=-1, keepdims=True)
    in_space = np.arccos(np.clip((bones[1:] * bones[:-1]).sum(axis=-1), -1, 1))
    in_picture = np.abs(np.diff(angles(twisted), axis=0))
    assert np.quantile(in_picture, 0.99) < np.quantile(in_space, 0.99) + np.radians(10)
    assert np.isfinite(twisted.positions).all()


@pytest.mark.parametrize("name", CLIPS)
def test_standing_feet_stand(network: Retargeter, openpose_clips: Path, name: str) -> None:
    motion = network.retarget(openpose_clip(openpose_clips, name), ORDINARY_BODY, View(0))
    stands = in_contact(motion.contacts)
    twisted = with_limbs_at_full_length(motion)
    alone = (stands & ~stands[:, ::-1])[1:] & (stands & ~stands[:, ::-1])[:-1]
    steps = (
        np.abs(np.diff(twisted.positions[:, ANKLES] - motion.positions[:, ANKLES], axis=0))[..., 0]
        / motion.skeleton.height
    )
    if alone.any():
        assert steps[alone].mean() < 0.002


def walking_to_viewer() -> RetargetedMotion:
    """A walk on stiff legs, each foot on the ground while it goes back beneath the body."""
    phase = np.arange(90) / 30 * 2 * np.pi
    joints = np.zeros((90, len(Joint), 3))
    joints[:, [Joint.RIGHT_HIP, Joint.LEFT_HIP], 0] = -0.1, 0.1
    joints[:, [Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER], 0] = -0.18, 0.18
    joints[:, [Joint.NECK, Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER], 1] = -0.5
    joints[:, Joint.HEAD, 1] = -0.67
    joints[:, CHAINS[0][1:]], joints[:, CHAINS[1][1:]] = (
        joints[:, side, None] + np.array([[0, 0.3, 0], [0, 0.5, 0]]) for side in (2, 5)
    )
    for chain, late in zip(LEGS, (0.0, np.pi), strict=True):
        swing = 0.4 * np.sin(phase + late)
        way = np.stack((np.zeros(90), np.cos(swing), -np.sin(swing)), axis=-1)
        joints[:, chain[1]], joints[:, chain[2]] = (joints[:, chain[0]] + length * way for length in (0.41, 0.81))
    contacts = np.stack([np.cos(phase + late) < 0 for late in (0.0, np.pi)], axis=-1).astype(np.float32)
    seen = np.ones((90, len(Joint)), np.float32)
    return RetargetedMotion(
        joints[..., :2].astype(np.float32),
        joints[..., 2].astype(np.float32),
        contacts,
        seen,
        ORDINARY_BODY,
        View(0.0),
        30.0,
    )


def test_somebody_who_walks_to_the_viewer_goes_across_the_picture_on_standing_feet() -> None:
    motion = walking_to_viewer()
    twisted = with_limbs_at_full_length(motion)
    path = twisted.positions[:, Joint.MID_HIP, 0]
    stride = 4 * np.sin(0.4) * 0.81
    assert path[-1] == pytest.approx(3 * stride, rel=0.1)
    assert (np.diff(path)[8:-8] > 0).mean() > 0.9
    stands = in_contact(motion.contacts)
    both = stands[1:] & stands[:-1]
    assert np.abs(np.diff(twisted.positions[:, ANKLES, 0], axis=0))[both].mean() < 0.005


@pytest.mark.parametrize("frames", [1, 2, 15])
def test_the_shortest_clips_go_through(network: Retargeter, frames: int) -> None:
    motion = network.retarget(marching(frames), ORDINARY_BODY, View(np.linspace(0, 90, frames)))
    assert len(with_limbs_at_full_length(motion)) == frames


def swinging(direction: float, facing: float, frames: int = 90) -> tuple[Array, Array]:
    """A limb (T, 3, 3) that swings in the upright plane that lies in `direction` of a body that looks to `facing`, in
    degrees.
    """
    swing = 0.6 * np.sin(np.arange(frames) / 30 * 2 * np.pi)
    heading = np.radians(facing + direction)
    ahead = np.stack((np.sin(swing) * np.sin(heading), np.cos(swing), -np.sin(swing) * np.cos(heading)), axis=-1)
    return np.arange(3)[:, None] * ahead[:, None], np.full(frames, np.radians(facing))


@pytest.mark.parametrize("facing", [-150.0, -80.0, -20.0, 10.0, 60.0, 120.0, 170.0])
@pytest.mark.parametrize("direction", [0.0, 30.0, 60.0, 90.0])
def test_the_azimuth_lays_the_plane_of_a_swing_into_the_picture(direction: float, facing: float) -> None:
    limb, looks = swinging(direction, facing)
    turned = chosen_azimuth(limb[None], looks, 30) - looks
    swing = 2 * np.sin(0.6)
    across = limb[:, 1, 0] * np.cos(turned) - limb[:, 1, 2] * np.sin(turned)
    assert np.ptp(across) > 0.95 * swing


def test_a_plane_is_not_left_for_a_moment() -> None:
    """A third of a second of another motion turns nothing; seconds of it do, evenly."""
    ahead, looks = swinging(0, 0, 300)
    aside, _ = swinging(90, 0, 300)
    short, long = ahead.copy(), ahead.copy()
    short[140:150] = aside[140:150]
    long[150:] = aside[150:]
    assert np.ptp(chosen_azimuth(short[None], looks, 30)) < np.radians(20)
    turned = chosen_azimuth(long[None], looks, 30)
    assert np.ptp(turned) > np.radians(60)
    assert np.abs(np.diff(turned)).max() < np.radians(9)
