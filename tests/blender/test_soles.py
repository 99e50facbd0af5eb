"""Feet of rigs: no part of them is below the ground, and those that roll over their toes keep their toes on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge.armature.skin import skin_at_rest
from blender_addon.bridge.rig.rig_bake import RigBakeSettings, bake_rig
from blender_addon.settings.feet import FeetSettings
from tests.blender.rigs import RIGS
from tests.blender.street_motion import PASSER_BY
from tests.blender.test_rig_bake import Stage, stage_of

pytestmark = pytest.mark.usefixtures("blank_file")

DEEPEST = 0.02
"""Parts of a leg's length that a foot may be below the ground."""
TOUCHES, SLIDES = 0.02, 0.04
"""Parts of a leg's length above its lowest point in which a foot touches the ground, and that it may slide there."""


def feet_of(stage: Stage) -> list[str]:
    return [stage.bone_map.extremities[f"{side}_foot"] for side in ("right", "left")]


def skin_of_foot(stage: Stage, foot: str) -> np.ndarray:
    """(K, V, 3) the vertices of a foot, in the world."""
    points = skin_at_rest(stage.armature, [foot])
    rest = np.array(stage.armature.data.bones[foot].matrix_local.inverted())
    own, world, found = points @ rest[:3, :3].T + rest[:3, 3], np.array(stage.armature.matrix_world), []
    for frame in stage.motion.frames.tolist():
        bpy.context.scene.frame_set(frame)
        pose = world @ np.array(stage.armature.pose.bones[foot].matrix)
        found.append(own @ pose[:3, :3].T + pose[:3, 3])
    return np.array(found)


def leg_in_world(stage: Stage) -> float:
    world = np.array(stage.armature.matrix_world)
    return float(np.linalg.norm(world[:3, 0])) * stage.motion.skeleton.leg_length


def lowest_of_foot(stage: Stage, foot: str) -> np.ndarray:
    """(K,) how high the lowest vertex of a foot is above where it rests, as a part of the leg's length."""
    world, up = np.array(stage.armature.matrix_world), stage.plane.up
    rest = skin_at_rest(stage.armature, [foot]) @ world[:3, :3].T + world[:3, 3]
    return np.asarray(((skin_of_foot(stage, foot) @ up).min(axis=1) - (rest @ up).min()) / leg_in_world(stage))


def baked(stage: Stage) -> Stage:
    bake_rig(
        stage.armature, stage.bone_map, stage.motion, RigBakeSettings(stage.plane, 1.0, "soles", feet=FeetSettings())
    )
    return stage


def test_the_skin_of_a_foot_is_what_follows_it(shared_data: Path) -> None:
    stage = stage_of(RIGS["quaternius_worker"](shared_data), PASSER_BY)
    skins = [skin_at_rest(stage.armature, [foot]) for foot in feet_of(stage)]
    heights = [skin @ np.array(stage.armature.matrix_world)[2, :3] for skin in skins]
    assert all(len(skin) > 10 for skin in skins)
    assert max(float(np.ptp(height)) for height in heights) < 0.25
    assert not len(skin_at_rest(stage.armature, ["no such bone"]))


def test_no_part_of_a_foot_is_below_the_ground(shared_data: Path) -> None:
    stage = baked(stage_of(RIGS["quaternius_worker"](shared_data), PASSER_BY, 15.0))
    for foot in feet_of(stage):
        assert lowest_of_foot(stage, foot).min() > -DEEPEST


def with_rising_heel(stage: Stage, away: float) -> Stage:
    """Somebody who stands still and lifts the right heel halfway through, its ankle so many leg lengths further away."""
    count, leg = len(stage.motion), stage.motion.skeleton.leg_length
    positions, depth = (values[:1].repeat(count, axis=0) for values in (stage.motion.positions, stage.motion.depth))
    ankles, rise = [11, 14], 0.12 * leg
    ramp = np.clip((np.arange(count) - count // 2) / 4, 0, 1)
    positions[:, [10, 11], 1] -= (rise * ramp)[:, None]
    level = positions[0, ankles, 1].max()
    positions[:, ankles, 1] += (level - positions[0, ankles, 1])[None]
    depth[:, 11] += away * leg * ramp
    motion = replace(
        stage.motion,
        positions=positions,
        depth=depth,
        contacts=np.ones((count, 2)),
        landmarks={},
        rolls=np.stack((ramp, np.zeros(count)), axis=-1),
    )
    return replace(stage, motion=motion)


def test_a_foot_whose_heel_rises_keeps_its_toes_on_the_ground(shared_data: Path) -> None:
    """The ankle is lifted as the motion has it, and the foot turned about its toes."""
    still = baked(with_rising_heel(stage_of(RIGS["quaternius_worker"](shared_data), PASSER_BY, 15.0), 0.0))
    right, frames = feet_of(still)[0], still.motion.frames
    heights = lowest_of_foot(still, right)
    assert np.abs(heights[len(frames) // 2 + 8 :]).max() < DEEPEST
    bpy.context.scene.frame_set(int(frames[0]))
    flat = np.array(still.armature.pose.bones[right].head)
    bpy.context.scene.frame_set(int(frames[-1]))
    assert (np.array(still.armature.pose.bones[right].head) - flat) @ still.plane.up > 0


@pytest.mark.parametrize("away", [-0.3, 0.0, 0.3])
def test_toes_stay_where_they_are_however_far_an_ankle_seems_to_go_over_them(away: float, shared_data: Path) -> None:
    """Filmed from behind, the network tells how far away an ankle is, and is wrong by a foot."""
    stage = baked(with_rising_heel(stage_of(RIGS["quaternius_worker"](shared_data), PASSER_BY, 15.0), away))
    skin, up, leg = skin_of_foot(stage, feet_of(stage)[0]), stage.plane.up, leg_in_world(stage)
    touching = skin[-1] @ up < (skin[-1] @ up).min() + TOUCHES * leg
    way = (skin[-1] - skin[0])[touching].mean(axis=0)
    assert np.linalg.norm(way - (way @ up) * up) < SLIDES * leg
