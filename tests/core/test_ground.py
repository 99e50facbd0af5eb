"""Who comes nearer walks on the ground, and feet stand while they are slow and low, or while the body needs them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from blender_addon.core.contacts import rolling
from blender_addon.core.ground.distance import distance_of
from blender_addon.core.ground.foot_contacts import SeenFeet, foot_contacts
from blender_addon.core.ground.gliding import without_gliding
from blender_addon.core.motion import DistanceHandling
from blender_addon.core.pose_sequence import Landmarks, PoseSequence
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.skeleton import JOINT_COUNT, Joint
from tests.core.clips import height_in, marching

Doubles = NDArray[np.float64]

FPS = 30.0
HORIZON = 100.0
ANKLES = [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]
STANDS, LIFTED = 0.5, 0.4
"""Contacts from the first on are standing feet; those below the second are surely none."""


def coming_nearer(factor: float = 1.6) -> PoseSequence:
    """Somebody who marches, and gets larger about the middle of the horizon, as one who comes nearer does."""
    clip = marching(120)
    assert clip.image_size is not None
    middle = np.array((clip.image_size[0] / 2, HORIZON), np.float32)
    size = np.geomspace(1, factor, len(clip)).astype(np.float32)[:, None, None]
    return replace(clip, positions=middle + (clip.positions - middle) * size, depth=None)


@pytest.fixture(scope="module")
def kinematic() -> Retargeter:
    return Retargeter.load()


def test_who_comes_nearer_walks_in_depth_and_stays_as_high_as_they_are(kinematic: Retargeter) -> None:
    clip, height = coming_nearer(), height_in(marching(120))
    for handling in DistanceHandling:
        motion = kinematic.retarget(clip, distance=handling)
        sinks = float(np.ptp(motion.positions[:, ANKLES, 1].max(axis=1)))
        if handling is DistanceHandling.KEPT:
            assert motion.way is None
            assert sinks > 0.4 * height
        else:
            assert motion.way is not None
            assert sinks < 0.12 * height
            assert np.diff(motion.way[15:-15]).max() < 0.01 * height
            assert motion.way[-1] < -0.5 * height


def test_who_stays_at_one_distance_stays_in_the_plane(kinematic: Retargeter) -> None:
    assert kinematic.retarget(marching(120), distance=DistanceHandling.AUTOMATIC).way is None


def test_who_gets_larger_on_feet_that_stay_where_they_are_does_not_come_nearer() -> None:
    """As one who unrolls from a crouch, or whose arms are raised towards the camera."""
    clip = marching(120)
    feet = np.array((600.0, 560.0), np.float32)
    clip = replace(clip, positions=clip.positions - clip.positions[:, ANKLES].mean(axis=1, keepdims=True) + feet)
    size = np.geomspace(1, 1.4, len(clip)).astype(np.float32)[:, None, None]
    assert not distance_of(replace(clip, positions=feet + (clip.positions - feet) * size)).changes


def seen_feet(points: Doubles, heights: Doubles) -> SeenFeet:
    frames = len(points)
    return SeenFeet(points, True, heights, np.zeros((frames, 2)), np.full(frames, 100.0), FPS)


def still_feet(frames: int = 60) -> tuple[Doubles, Doubles]:
    """Points of two feet that stand, legs of 100 pixels, and how high they are."""
    points = np.zeros((frames, 2, 3, 2)) + np.array(((0, -8), (-5, 0), (15, 0)))
    points[:, 1, :, 0] += 30
    return points, np.zeros((frames, 2))


def standing_body(frames: int = 60) -> NDArray[np.float32]:
    return np.zeros((frames, JOINT_COUNT, 2), np.float32)


def unsure(frames: int = 60) -> NDArray[np.float32]:
    return np.full((frames, 2), 0.5, np.float32)


def test_a_foot_that_rolls_over_its_toes_stands() -> None:
    points, heights = still_feet()
    rises = np.clip((np.arange(60) - 20) * 2.0, 0, 30)
    points[:, 0, :2, 1] -= rises[:, None]
    points[:, 0, :2, 0] += rises[:, None] / 2
    contacts = foot_contacts(seen_feet(points, heights), unsure(), standing_body())
    assert (contacts >= STANDS).all()


def test_a_foot_stands_on_its_toe_after_the_network_has_given_its_ankle_up() -> None:
    """The foot behind somebody who walks towards the camera: a little up in the picture, its toe not quite at rest."""
    points, heights = still_feet()
    frames = np.arange(60)
    points[:, 0, :2, 1] -= np.clip((frames - 20) * 2.5, 0, 25)[:, None]
    points[:, 0, :, 0] += (1.5 * np.clip(frames - 20, 0, 8) + 12.0 * np.clip(frames - 28, 0, None))[:, None]
    heights[20:, 0] = 0.07
    opinion = unsure()
    opinion[20:, 0] = 0
    contacts = foot_contacts(seen_feet(points, heights), opinion, standing_body())
    assert (contacts[:27, 0] >= STANDS).all()
    assert (contacts[30:, 0] < LIFTED).all()


def test_a_foot_whose_toe_is_dragged_along_while_its_heel_rises_has_left() -> None:
    """A foot rolls over a toe that stands. Of this one the network is right."""
    points, heights = still_feet()
    gone = np.clip(np.arange(60) - 20, 0, None)
    points[:, 0, :2, 1] -= 2.0 * gone[:, None]
    points[:, 0, :, 0] += 3.0 * gone[:, None]
    heights[20:, 0] = 0.03
    opinion = unsure()
    opinion[20:, 0] = 0
    contacts = foot_contacts(seen_feet(points, heights), opinion, standing_body())
    assert (contacts[:18, 0] >= STANDS).all()
    assert (contacts[23:, 0] < LIFTED).all()


def test_a_foot_that_lands_on_its_heel_stands_while_its_toe_comes_down() -> None:
    """The heel stops at once. The network waits for the ankle, which turns about it."""
    points, heights = still_feet()
    comes, turns = np.clip(30 - np.arange(60), 0, None), np.clip(36 - np.arange(60), 0, 6)
    points[:, 0, :, 0] -= 9.0 * comes[:, None]
    points[:, 0, 2, 1] -= 3.5 * turns
    points[:, 0, 0, 0] -= 2.0 * turns
    points = gaussian_filter1d(points, 1.0, axis=0, mode="nearest")
    heights[:, 0] = 0.03
    opinion = unsure()
    opinion[:35, 0], opinion[35:, 0] = 0, 0.9
    contacts = foot_contacts(seen_feet(points, heights), opinion, standing_body())
    assert (contacts[:29, 0] < LIFTED).all()
    assert (contacts[32:, 0] >= STANDS).all()


def test_a_foot_that_comes_down_slowly_stands_when_the_network_says_that_its_ankle_does() -> None:
    """As one that comes towards the camera."""
    points, heights = still_feet()
    comes = np.clip(30 - np.arange(60), 0, 30) * 1.5
    points[:, 0, :, 1] -= comes[:, None]
    opinion = unsure()
    opinion[:30, 0], opinion[30:, 0] = 0, 1
    contacts = foot_contacts(seen_feet(points, heights), opinion, standing_body())
    stands = np.flatnonzero(contacts[:, 0] >= STANDS)
    assert abs(int(stands[0]) - 30) <= 1
    assert len(stands) == 60 - int(stands[0])


def test_a_foot_that_has_hardly_come_down_when_the_clip_ends_stands_whatever_the_network_says() -> None:
    points, heights = still_feet()
    points[:, 0, :, 0] += 12.0 * np.clip(np.arange(60), None, 56)[:, None]
    opinion = unsure()
    opinion[:, 0] = 0
    heights[:, 0] = 0.08
    contacts = foot_contacts(seen_feet(points, heights), opinion, standing_body())
    assert (contacts[:54, 0] < LIFTED).all()
    assert contacts[-1, 0] >= STANDS


def test_a_foot_that_pauses_in_the_air_does_not_stand() -> None:
    points, heights = still_feet()
    heights[20:40, 0] = 0.6
    contacts = foot_contacts(seen_feet(points, heights), unsure(), standing_body())
    assert (contacts[22:38, 0] < LIFTED).all()
    assert (contacts[:, 1] >= STANDS).all()


def test_a_body_that_falls_freely_is_on_no_foot_and_one_that_does_not_is_on_the_likelier_one() -> None:
    points, heights = still_feet()
    heights[20:40] = (0.12, 0.2)
    points[20:40] += np.cumsum(np.full(20, 3.0))[:, None, None, None] * (1, 0)
    body = standing_body()
    held = foot_contacts(seen_feet(points, heights), unsure(), body)
    assert (held[20:40, 0] >= STANDS).all()
    time = (np.arange(20) - 9.5) / FPS
    body[20:40, :, 1] = (5.75 * 100 * (time**2 - time[0] ** 2))[:, None]
    thrown = foot_contacts(seen_feet(points, heights), unsure(), body)
    assert (thrown[24:36] < LIFTED).all()


def test_a_foot_that_glides_over_the_ice_is_held_nowhere_and_stands_again_where_it_stops() -> None:
    """Something has to hold the body up, so both feet count as standing: held in place, they would pull it down."""
    points, heights = still_feet()
    points[:, :, :, 0] += np.clip(np.arange(60) - 30, None, 0)[:, None, None] * 300.0 / FPS
    contacts = foot_contacts(seen_feet(points, heights), np.ones((60, 2), np.float32), standing_body())
    assert (contacts[:30] >= STANDS).any()
    held = without_gliding(contacts, points, np.full(60, 100.0), FPS)
    assert not held[:28].any()
    np.testing.assert_array_equal(held[33:], contacts[33:])
    assert (held[33:] >= STANDS).all()


def test_a_foot_that_stands_while_a_camera_drifts_is_held() -> None:
    points, heights = still_feet()
    points[:, :, :, 0] += np.arange(60)[:, None, None] * 60.0 / FPS
    contacts = foot_contacts(seen_feet(points, heights), np.ones((60, 2), np.float32), standing_body())
    assert (contacts >= STANDS).all()
    np.testing.assert_array_equal(without_gliding(contacts, points, np.full(60, 100.0), FPS), contacts)


def test_an_ankle_rolls_where_it_rises_after_it_stood_still() -> None:
    ankle = np.zeros((30, 2))
    ankle[20:] = np.cumsum(np.full((10, 2), (2.0, -3.0)), axis=0)
    rolls = rolling(ankle, 100.0, FPS)
    assert not rolls[:19].any()
    assert rolls[-1] == 1
    assert (np.diff(rolls) >= 0).all()
    bobbing = np.stack((np.zeros(60), 2 * np.sin(np.arange(60) / 5)), axis=-1)
    assert not rolling(bobbing, 100.0, FPS).any()


def test_clips_without_heels_keep_the_opinion_of_the_network() -> None:
    opinion = np.linspace(0, 1, 120, dtype=np.float32).reshape(60, 2)
    points, heights = still_feet()
    feet = replace(seen_feet(points, heights), soles=False)
    assert foot_contacts(feet, opinion, standing_body()) is opinion


def test_heels_and_toes_that_were_never_seen_are_beneath_the_ankles() -> None:
    clip = marching(30)
    nothing = Landmarks(("right_heel",), np.zeros((30, 1, 2), np.float32), np.zeros((30, 1), np.float32))
    assert not distance_of(replace(clip, landmarks=nothing)).soles
