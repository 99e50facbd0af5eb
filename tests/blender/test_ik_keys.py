"""Limbs of rigs that have IK: targets and poles are keyed, and the body does what it does by FK."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge.armature.ik_limbs import choose_limbs
from blender_addon.bridge.foot_planting.contact_spans import contact_spans
from blender_addon.bridge.rig.measured_character import read_character
from blender_addon.bridge.rig.rig_bake import RigBakeSettings, bake_rig
from blender_addon.core.skeleton import Joint
from blender_addon.settings.feet import UNPLANTED, FeetSettings, LimbKeys, Planting
from tests.blender.ik_rigs import ik_puppet
from tests.blender.legs import slides
from tests.blender.read_back import angles_off, posed_bones, posed_chains, wanted_vectors
from tests.blender.rigs import RIGS, rigify_with_legs
from tests.blender.street_motion import PASSER_BY, WALKER
from tests.blender.test_rig_bake import Stage, stage_of

pytestmark = pytest.mark.usefixtures("blank_file")

DEFORMING = {
    Joint.RIGHT_ELBOW: ("DEF-upper_arm.R", "DEF-forearm.R"),
    Joint.RIGHT_WRIST: ("DEF-forearm.R", "DEF-hand.R"),
    Joint.LEFT_ELBOW: ("DEF-upper_arm.L", "DEF-forearm.L"),
    Joint.LEFT_WRIST: ("DEF-forearm.L", "DEF-hand.L"),
    Joint.RIGHT_KNEE: ("DEF-thigh.R", "DEF-shin.R"),
    Joint.RIGHT_ANKLE: ("DEF-shin.R", "DEF-foot.R"),
    Joint.LEFT_KNEE: ("DEF-thigh.L", "DEF-shin.L"),
    Joint.LEFT_ANKLE: ("DEF-shin.L", "DEF-foot.L"),
}
IK = FeetSettings(legs=LimbKeys.IK, arms=LimbKeys.IK)
NEVER_BY_IK = FeetSettings(Planting.NEVER, legs=LimbKeys.IK, arms=LimbKeys.IK)
STILL = 0.005


def bake(stage: Stage, depth: float, feet: FeetSettings) -> None:
    bake_rig(stage.armature, stage.bone_map, stage.motion, RigBakeSettings(stage.plane, depth, "ik", feet=feet))


@pytest.mark.parametrize("performer", [WALKER, PASSER_BY])
@pytest.mark.parametrize("depth", [0.0, 1.0])
def test_rigifys_deforming_bones_point_by_ik_where_the_motion_does(
    depth: float, performer: int, data_if_any: Path | None
) -> None:
    stage = stage_of(RIGS["rigify"](data_if_any), performer)
    bake(stage, depth, NEVER_BY_IK)
    matrices = posed_bones(stage.armature, {name for pair in DEFORMING.values() for name in pair}, stage.motion.frames)
    posed = {joint: (matrices[start][:, :3, 3], matrices[end][:, :3, 3]) for joint, (start, end) in DEFORMING.items()}
    off = angles_off(posed, wanted_vectors(stage.motion, stage.plane, depth), stage.plane, flat=depth == 0)
    # Rigify's IK bones may stretch by a tenth, and its solver makes use of it: knees and elbows stand out a little
    # less.
    assert np.percentile(np.concatenate(list(off.values())), 90) < 5
    bake(stage, depth, UNPLANTED)
    by_fk = posed_bones(stage.armature, {end for _, end in DEFORMING.values()}, stage.motion.frames)
    for end in ("DEF-hand.R", "DEF-hand.L", "DEF-foot.R", "DEF-foot.L"):
        apart = np.linalg.norm(matrices[end][:, :3, 3] - by_fk[end][:, :3, 3], axis=-1)
        assert np.percentile(apart, 95) < 0.002 * stage.motion.skeleton.height


def test_rigify_is_keyed_by_ik_where_its_ik_is_in_use_and_by_fk_where_not(data_if_any: Path | None) -> None:
    stage = stage_of(RIGS["rigify"](data_if_any))
    bake(stage, 1, FeetSettings())
    channels = stage.channels()
    assert {"foot_ik.L", "foot_ik.R", "thigh_ik_target.L", "hand_ik.R", "upper_arm_ik_target.R"} <= set(channels)
    assert not {"thigh_fk.L", "shin_fk.R", "foot_fk.L", "forearm_fk.L"} & set(channels)
    for side in "LR":
        stage.armature.pose.bones[f"thigh_parent.{side}"]["IK_FK"] = 1.0
    bake(stage, 1, FeetSettings())
    channels = stage.channels()
    assert {"thigh_fk.L", "hand_ik.R"} <= set(channels)
    assert not {"foot_ik.L", "upper_arm_fk.R"} & set(channels)


@pytest.mark.parametrize("keys", [LimbKeys.IK, LimbKeys.FK])
@pytest.mark.parametrize(("performer", "legs"), [(WALKER, 1.0), (PASSER_BY, 1.0), (WALKER, 0.4), (PASSER_BY, 1.25)])
def test_rigifys_feet_do_not_slide_on_legs_of_any_length(performer: int, legs: float, keys: LimbKeys) -> None:
    stage = stage_of(rigify_with_legs(legs), performer, fps=30.0)
    bake(stage, 1, FeetSettings(legs=keys))
    matrices = posed_bones(stage.armature, {"DEF-foot.R", "DEF-foot.L"}, stage.motion.frames)
    ankles = np.stack([matrices[f"DEF-foot.{side}"][:, :3, 3] for side in "RL"], axis=1)
    assert max(slides(ankles, stage.motion, stage.motion.skeleton.height)) < STILL


@pytest.mark.parametrize("poles", [True, False])
@pytest.mark.parametrize("performer", [WALKER, PASSER_BY])
def test_a_rig_whose_legs_hang_on_targets_is_keyed_by_them(
    performer: int, poles: bool, data_if_any: Path | None
) -> None:
    armature = ik_puppet(data_if_any, poles=poles)
    assert read_character(armature).planar, "legs that IK bends are a character's legs"
    stage = stage_of(armature, performer, fps=30.0)
    bake(stage, 0, FeetSettings())
    channels = stage.channels()
    assert {"target.R", "target.L"} <= set(channels)
    assert ({"pole.R", "pole.L"} <= set(channels)) == poles
    posed = posed_chains(stage.armature, stage.rest, stage.bone_map, stage.motion.frames)
    ankles = np.stack([posed[Joint.RIGHT_ANKLE][1], posed[Joint.LEFT_ANKLE][1]], axis=1) @ stage.plane.axes[:2].T
    assert max(slides(ankles, stage.motion, stage.motion.skeleton.height)) < STILL
    by_ik = posed
    bake(stage, 0, FeetSettings(legs=LimbKeys.FK))
    by_fk = posed_chains(stage.armature, stage.rest, stage.bone_map, stage.motion.frames)
    knees = [
        np.linalg.norm(by_ik[joint][1] - by_fk[joint][1], axis=-1) for joint in (Joint.RIGHT_KNEE, Joint.LEFT_KNEE)
    ]
    assert np.percentile(np.concatenate(knees), 95) < 0.03 * stage.motion.skeleton.height


def test_fk_takes_the_say_from_ik_that_is_in_use(data_if_any: Path | None) -> None:
    stage = stage_of(ik_puppet(data_if_any, poles=True))
    bake(stage, 0, UNPLANTED)
    off = angles_off(
        posed_chains(stage.armature, stage.rest, stage.bone_map, stage.motion.frames),
        wanted_vectors(stage.motion, stage.plane, 0),
        stage.plane,
        flat=True,
    )
    assert max(np.percentile(off[joint], 95) for joint in (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE)) < 0.5
    assert "leg_lower.R" in stage.channels()


def test_ik_that_is_off_is_switched_on_where_it_is_asked_for(data_if_any: Path | None) -> None:
    armature = ik_puppet(data_if_any, poles=True)
    for side in "RL":
        armature.pose.bones[f"leg_lower.{side}"].constraints["IK"].mute = True
    stage = stage_of(armature, PASSER_BY, fps=30.0)
    assert not choose_limbs(armature, stage.rest, stage.bone_map, FeetSettings()).ik
    bake(stage, 0, IK)
    bpy.context.scene.frame_set(30)
    assert not armature.pose.bones["leg_lower.R"].constraints["IK"].mute
    assert {"target.R", "target.L"} <= set(stage.channels())
    assert contact_spans(stage.motion.contacts[:, 0])


def test_ik_that_draws_to_another_object_has_no_say(data_if_any: Path | None) -> None:
    armature = ik_puppet(data_if_any, poles=False)
    goal = bpy.data.objects.new("Goal", None)
    bpy.context.scene.collection.objects.link(goal)
    armature.pose.bones["leg_lower.R"].constraints["IK"].target = goal
    stage = stage_of(armature)
    bake(stage, 0, FeetSettings(Planting.NEVER))
    assert "target.R" not in stage.channels()
    off = angles_off(
        posed_chains(stage.armature, stage.rest, stage.bone_map, stage.motion.frames),
        wanted_vectors(stage.motion, stage.plane, 0),
        stage.plane,
        flat=True,
    )
    assert np.percentile(off[Joint.RIGHT_ANKLE], 95) < 0.5
