"""Legs on standing feet stay as straight as the motion has them: the body gives way, and heels rise, before knees bend."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.foot_planting.contact_spans import contact_spans
from blender_addon.bridge.foot_planting.heels import with_heel_raised
from blender_addon.bridge.foot_planting.hips_over_feet import hips_over_feet
from blender_addon.bridge.foot_planting.planted_legs import PlantedLeg, hip_compensation, planted_spots
from blender_addon.bridge.foot_planting.rolling_feet import Sole
from blender_addon.core.skeleton import Joint
from tests.blender.known_walks import FPS, WALK, known_motion
from tests.blender.legs import knee_bends
from tests.blender.rigs import RIGS
from tests.blender.test_planted import planted
from tests.blender.test_rig_bake import Stage, stage_of

STRAIGHT = 15.0
"""Degrees of bend up to which a leg counts as straight."""
UP, AHEAD = np.array((0.0, 1.0, 0.0)), np.array((1.0, 0.0, 0.0))


def walker(data: Path | None, azimuth: float) -> Stage:
    """A walk whose hips go on evenly and a tenth too fast, as a smoothed path does: its feet are then too far away."""
    stage = stage_of(RIGS["mixamo"](data))
    motion = known_motion(stage.motion.skeleton, WALK, azimuth)
    hip = motion.positions[:, Joint.MID_HIP]
    even = np.stack((1.1 * (hip[:, 0] - hip[0, 0]) + hip[0, 0], np.full(len(hip), hip[:, 1].mean())), axis=-1)
    return replace(stage, motion=replace(motion, positions=motion.positions + (even - hip)[:, None]))


def own_bends(motion: SceneMotion) -> np.ndarray:
    """(K, 2) degrees that the knees of the motion are bent by."""
    space = np.concatenate((motion.positions, motion.depth[..., None]), axis=-1)
    bends = []
    for hip, knee, ankle in ((Joint.RIGHT_HIP, 10, 11), (Joint.LEFT_HIP, 13, 14)):
        thigh, shin = space[:, knee] - space[:, hip], space[:, ankle] - space[:, knee]
        lengths = np.linalg.norm(thigh, axis=-1) * np.linalg.norm(shin, axis=-1)
        bends.append(np.degrees(np.arccos(np.clip((thigh * shin).sum(axis=-1) / lengths, -1, 1))))
    return np.stack(bends, axis=-1)


@pytest.mark.usefixtures("blank_file")
@pytest.mark.parametrize("azimuth", [0.0, 90.0])
def test_straight_legs_stay_straight_where_their_feet_are_planted(azimuth: float, data_if_any: Path | None) -> None:
    stage = walker(data_if_any, azimuth)
    own = own_bends(stage.motion)
    planted(stage, 1)
    more = (knee_bends(stage.armature, stage.rest, stage.bone_map, stage.motion.frames) - own)[own < STRAIGHT]
    assert np.median(more) < 7, "degrees"


def leg_at(hip: np.ndarray, ankle: np.ndarray, stands: slice) -> PlantedLeg:
    """A leg of length 2 over K frames whose knee is a little ahead of the line, and that stands over some of them."""
    knee = (hip + ankle) / 2 + 0.05 * AHEAD
    contacts = np.zeros(len(hip))
    contacts[stands] = 1
    return PlantedLeg(hip, knee, ankle, np.full(len(hip), 2.0), contact_spans(contacts), np.zeros(len(hip)))


def test_the_body_rises_over_a_leg_whose_foot_is_higher_than_the_motion_has_it() -> None:
    hip = np.zeros((40, 3)) + 1.99 * UP
    leg = leg_at(hip, np.zeros((40, 3)), slice(None))
    offset = hips_over_feet([leg], [leg.ankle + 0.1 * UP], np.eye(3), FPS)
    np.testing.assert_allclose(offset[5:-5], np.broadcast_to(0.1 * UP, (30, 3)), atol=2e-3)


def test_the_body_sinks_between_two_feet_that_are_far_apart_and_rises_again() -> None:
    count = 60
    hip = np.zeros((count, 3)) + 1.99 * UP + np.linspace(-0.9, 0.9, count)[:, None] * AHEAD
    leg = leg_at(hip, hip - 1.99 * UP, slice(None))
    offset = hips_over_feet([leg], [np.zeros((count, 3))], np.eye(3), FPS)
    far = np.linalg.norm(hip + offset, axis=-1)
    assert np.abs(far - 1.99).max() < 0.02
    assert offset[0, 1] < -0.1
    assert abs(offset[count // 2, 1]) < 0.01


def test_hips_are_low_only_while_a_leg_needs_it() -> None:
    hip = np.zeros((90, 3)) + 1.9 * UP
    hip[44:47] = 2.02 * UP
    leg = leg_at(hip, np.zeros((90, 3)), slice(None))
    offset = hip_compensation([leg], [np.zeros((90, 3))], UP, FPS, 4.0)
    assert np.all(np.linalg.norm(hip + offset, axis=-1) <= 2.0 + 1e-6)
    assert np.abs(offset[:38]).max() == 0
    assert np.abs(offset[53:]).max() == 0


def test_a_heel_rises_about_the_toes_as_far_as_the_leg_needs_it() -> None:
    hip = np.stack([(0.1 * step, 1.97, 0.0) for step in range(6)])
    leg = leg_at(hip, np.zeros((6, 3)), slice(None))
    sole = Sole(np.broadcast_to(AHEAD, (6, 3)), UP, 0.3, 0.15)
    spots = with_heel_raised(leg, np.zeros((6, 3)), sole)
    toes = 0.3 * AHEAD - 0.15 * UP
    np.testing.assert_allclose(np.linalg.norm(spots - toes, axis=-1), np.hypot(0.3, 0.15))
    np.testing.assert_allclose(spots[:3], 0, atol=1e-9)
    assert spots[5, 1] > 0.02
    assert np.linalg.norm(hip - spots, axis=-1).max() < 2.0 + 1e-6


def test_no_heel_rises_on_a_foot_that_has_just_come_down_ahead() -> None:
    hip = np.broadcast_to((-0.6, 1.97, 0.0), (4, 3))
    leg = leg_at(hip, np.zeros((4, 3)), slice(None))
    sole = Sole(np.broadcast_to(AHEAD, (4, 3)), UP, 0.3, 0.15)
    np.testing.assert_allclose(with_heel_raised(leg, np.zeros((4, 3)), sole), 0)


def test_an_ankle_that_rolls_over_toes_goes_about_them_however_far_it_seems_to_go() -> None:
    """Seen from behind, how far away an ankle goes is known least: here it goes a whole leg, and rises little."""
    rise, away = np.clip(np.arange(30) - 19, 0, None) / 10.0, np.array((0.0, 0.0, 1.0))
    ankle = 0.15 * rise[:, None] * UP + rise[:, None] * away
    hip = np.zeros((30, 3)) + 1.9 * UP
    leg = replace(leg_at(hip, ankle, slice(None)), rolls=np.where(rise > 0, 1.0, 0.0))
    sole = Sole(np.broadcast_to(away, (30, 3)), UP, 0.3, 0.15)
    spots = planted_spots(leg, np.zeros(30), np.zeros((30, 3)), UP, sole)
    toes = 0.3 * away - 0.15 * UP
    np.testing.assert_allclose(np.linalg.norm(spots - toes, axis=-1), np.hypot(0.3, 0.15))
    np.testing.assert_allclose(spots[:20], 0, atol=1e-9)
    assert spots[-1] @ UP > 0.1
    assert (np.diff(spots[19:] @ away) > 0).all()
