"""Who kneels or goes on all fours is on the ground with knees and hands, not only with feet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from blender_addon.bridge.armature.measure import rest_joints
from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.figure.planted_figure import plant_figure
from blender_addon.bridge.foot_planting.bearing_hands import bearing_spans
from blender_addon.bridge.foot_planting.body_on_hands import leaning_spans
from blender_addon.bridge.foot_planting.kneeling import kneeling
from blender_addon.bridge.projection.planes import ground_line
from blender_addon.bridge.rig.rig_bake import RigBakeSettings, bake_rig
from blender_addon.core.limbs import Limb
from blender_addon.core.skeleton import BONE_COUNT, BONE_INDEX, BONE_PATHS, Joint, Skeleton
from blender_addon.settings.channels import ChannelSettings
from blender_addon.settings.feet import FeetSettings
from tests.blender.known_walks import FPS
from tests.blender.read_back import posed_chains
from tests.blender.rigs import RIGS
from tests.blender.test_planted import planted
from tests.blender.test_rig_bake import CUT_OUT, Stage, stage_of

FRAMES = 40
PLANTED = 0.012
"""Parts of the height that a planted wrist may be off: that much do reduced keys leave."""
UP = np.array((0.0, 1.0, 0.0))
UPRIGHT = np.array((0.0, 0.0, 1.0))
KNEES, WRISTS = (Joint.RIGHT_KNEE, Joint.LEFT_KNEE), (Joint.RIGHT_WRIST, Joint.LEFT_WRIST)
NEAR = 0.025
"""Parts of the height that a joint may be off where its knee or hand is on the ground: these have a thickness."""


def on_all_fours(body: Skeleton, hover: float) -> SceneMotion:
    """In profile, looking to the right; thighs and arms upright, heels up, both feet said to stand. The hands are so many
    leg lengths higher than the knees.
    """
    length = {joint: float(body.lengths[BONE_INDEX[joint]]) for joint in Joint if joint in BONE_INDEX}
    arm = length[Joint.RIGHT_ELBOW] + length[Joint.RIGHT_WRIST]
    rise = (arm + hover * body.leg_length - length[Joint.RIGHT_KNEE]) / length[Joint.NECK]
    ways = np.zeros((BONE_COUNT, 3))
    ways[BONE_INDEX[Joint.NECK]] = (np.sqrt(1 - rise**2), -rise, 0)
    ways[BONE_INDEX[Joint.HEAD]] = (1, 0, 0)
    for side, away in (("RIGHT", -1.0), ("LEFT", 1.0)):
        ways[[BONE_INDEX[Joint[f"{side}_{name}"]] for name in ("HIP", "SHOULDER")]] = (0, 0, -away)
        ways[[BONE_INDEX[Joint[f"{side}_{name}"]] for name in ("KNEE", "ELBOW", "WRIST")]] = (0, 1, 0)
        ways[BONE_INDEX[Joint[f"{side}_ANKLE"]]] = (-0.97, -0.24, 0)
    space = np.repeat((BONE_PATHS @ (ways * body.lengths[:, None]))[None], FRAMES, axis=0)
    sure, contacts = np.ones(space.shape[:2]), np.ones((FRAMES, 2))
    return SceneMotion(np.arange(FRAMES) + 1, space[..., :2], space[..., 2], contacts, sure, body, fps=FPS)


def in_push_up(body: Skeleton) -> SceneMotion:
    """In profile, looking to the right; trunk and legs in one line that rises a little, arms upright, on both feet."""
    ways = np.zeros((BONE_COUNT, 3))
    ways[[BONE_INDEX[joint] for joint in (Joint.NECK, Joint.HEAD)]] = (0.98, -0.2, 0)
    for side, away in (("RIGHT", -1.0), ("LEFT", 1.0)):
        ways[[BONE_INDEX[Joint[f"{side}_{name}"]] for name in ("HIP", "SHOULDER")]] = (0, 0, -away)
        ways[[BONE_INDEX[Joint[f"{side}_{name}"]] for name in ("ELBOW", "WRIST")]] = (0, 1, 0)
        ways[[BONE_INDEX[Joint[f"{side}_{name}"]] for name in ("KNEE", "ANKLE")]] = (-0.98, 0.2, 0)
    space = np.repeat((BONE_PATHS @ (ways * body.lengths[:, None]))[None], FRAMES, axis=0)
    sure, contacts = np.ones(space.shape[:2]), np.ones((FRAMES, 2))
    return SceneMotion(np.arange(FRAMES) + 1, space[..., :2], space[..., 2], contacts, sure, body, fps=FPS)


def heights(stage: Stage, joints: tuple[Joint, ...]) -> np.ndarray:
    """(joints,) median heights above the lowest point of the feet at rest, in parts of the body's."""
    posed = posed_chains(stage.armature, stage.rest, stage.bone_map, stage.motion.frames)
    feet = [stage.rest.index(stage.bone_map.extremities[name]) for name in ("right_foot", "left_foot")]
    up, tall = stage.plane.up, stage.motion.skeleton.height
    world = np.array(stage.armature.matrix_world)
    scale = float(np.linalg.norm(world[:3, 0]))
    rested = np.concatenate((stage.rest.heads[feet], stage.rest.tails[feet])) @ world[:3, :3].T + world[:3, 3]
    ground = float((rested @ up).min())
    return np.array([(float(np.median(posed[joint][1] @ up)) - ground) / (scale * tall) for joint in joints])


@pytest.fixture
def crawler(data_if_any: Path | None) -> Stage:
    stage = stage_of(RIGS["mixamo"](data_if_any))
    return replace(stage, motion=on_all_fours(stage.motion.skeleton, -0.15))


@pytest.mark.usefixtures("blank_file")
def test_who_kneels_is_on_their_knees(crawler: Stage) -> None:
    planted(crawler, 1)
    assert np.abs(heights(crawler, KNEES) - 0.035).max() < NEAR


@pytest.mark.usefixtures("blank_file")
def test_hands_that_bear_the_body_are_on_the_ground(crawler: Stage) -> None:
    planted(crawler, 1)
    assert np.abs(heights(crawler, WRISTS) - 0.025).max() < PLANTED


@pytest.mark.usefixtures("blank_file")
def test_an_arm_that_is_left_alone_is_not_planted(crawler: Stage) -> None:
    channels = ChannelSettings(amounts={Limb.RIGHT_ARM: 0.0})
    settings = RigBakeSettings(crawler.plane, 1, "street", feet=FeetSettings(), channels=channels)
    bake_rig(crawler.armature, crawler.bone_map, crawler.motion, settings)
    right, left = heights(crawler, WRISTS)
    assert abs(left - 0.025) < PLANTED
    assert abs(right - 0.025) > 0.02


@pytest.mark.usefixtures("blank_file")
@pytest.mark.parametrize("name", CUT_OUT)
def test_a_cut_out_in_a_push_up_is_on_its_hands_and_feet(name: str, data_if_any: Path | None) -> None:
    """With a large head, long arms and short legs, its hands would be in the floor."""
    stage = stage_of(RIGS[name](data_if_any))
    stage = replace(stage, motion=in_push_up(stage.motion.skeleton))
    planted(stage, 1)
    rested = rest_joints(stage.rest, stage.bone_map)
    ankle, hand = (rested[joint] @ UPRIGHT for joint in (Joint.RIGHT_ANKLE, Joint.RIGHT_WRIST))
    feet = [stage.rest.index(stage.bone_map.extremities[name]) for name in ("right_foot", "left_foot")]
    low = float(min((stage.rest.heads[feet] @ UPRIGHT).min(), (stage.rest.tails[feet] @ UPRIGHT).min()))
    fingers = stage.rest.index(stage.bone_map.extremities["right_hand"])
    tall = stage.motion.skeleton.height
    long = float(np.linalg.norm(stage.rest.tails[fingers] - stage.rest.heads[fingers])) / tall
    on_toes = heights(stage, (Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE))
    assert hand > ankle
    assert np.abs(on_toes - (ankle - low) / tall).max() < NEAR
    wrists = heights(stage, WRISTS)
    assert wrists.min() > 0
    assert wrists.min() < long + NEAR


def test_a_figure_in_a_push_up_is_on_its_hands_and_feet(crawler: Stage) -> None:
    motion = in_push_up(crawler.motion.skeleton)
    ground, tall = ground_line(motion), motion.skeleton.height
    assert (motion.positions[:, WRISTS, 1] - ground).min() > 0.05 * tall
    planted_motion = plant_figure(motion, FeetSettings())
    on_ground = planted_motion.positions[:, [*WRISTS, Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE], 1]
    assert np.abs(on_ground - ground).max() < 0.02 * tall


def test_nobody_leans_on_their_hands_who_kneels_stands_or_bows(crawler: Stage) -> None:
    def leans(motion: SceneMotion) -> bool:
        return bool(leaning_spans(motion, -ground_line(motion)))

    body = crawler.motion.skeleton
    lies = in_push_up(body)
    assert leans(lies)
    assert not leans(on_all_fours(body, -0.15))
    assert not leans(replace(lies, contacts=np.zeros_like(lies.contacts)))
    stands = lies.positions[..., ::-1] * (1, -1)
    assert not leans(replace(lies, positions=stands))
    bows = lies.positions.copy()
    legs = [Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.LEFT_KNEE, Joint.LEFT_ANKLE]
    bows[:, legs] = bows[:, [Joint.MID_HIP]] + (lies.positions[:, legs] - lies.positions[:, [Joint.MID_HIP]])[
        ..., ::-1
    ] * (1, -1)
    assert not leans(replace(lies, positions=bows))


def test_a_hand_bears_where_it_is_low_and_still() -> None:
    wrist = np.zeros((60, 3))
    wrist[:, 1] = np.where(np.arange(60) < 20, 0.6, 0.02)
    wrist[45:, 0] = np.arange(15) * 0.1
    (span,) = bearing_spans(wrist, UP, 0.0, 1.0, FPS)
    assert abs(span.first - 20) <= 2
    assert abs(span.last - 45) <= 3
    assert not bearing_spans(wrist + 0.3 * UP, UP, 0.0, 1.0, FPS), "it hangs"


def test_nobody_kneels_who_stands_squats_or_swings_a_leg_back() -> None:
    steady = np.ones(10)
    ground = 0.08 * steady
    assert kneeling(0.5 * steady, ground, ground, 1.0).max() == 0
    assert kneeling(0.35 * steady, ground, ground, 1.0).max() == 0, "squats"
    assert kneeling(0.5 * steady, 0.6 * steady, ground, 1.0).max() == 0, "swings back"
    assert kneeling(0.06 * steady, 0.19 * steady, 0.06 * steady, 1.0).min() == 1
