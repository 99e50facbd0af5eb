"""What is asked of channels holds for limbs that are keyed by IK: they do what their bones would do by FK, and standing
feet stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge.retiming.cycles import make_cycle
from blender_addon.bridge.rig.rig_bake import RigBake, RigBakeSettings, bake_rig
from blender_addon.core.limbs import Limb
from blender_addon.settings.channels import ChannelSettings, RootMotion
from blender_addon.settings.feet import FeetSettings, LimbKeys, Planting
from blender_addon.settings.timing import CycleRoot, TimingSettings
from tests.blender.ik_rigs import foot_controls, ik_mixamo, ik_puppet
from tests.blender.legs import slides
from tests.blender.read_back import posed_bones
from tests.blender.rigs import RIGS
from tests.blender.street_motion import PASSER_BY
from tests.blender.test_cycles import STRIDE, walker
from tests.blender.test_rig_bake import Stage, stage_of

pytestmark = pytest.mark.usefixtures("blank_file")

HANDS = {
    "rigify": ("DEF-hand.R", "DEF-hand.L"),
    "mixamo": ("mixamorig:RightHand", "mixamorig:LeftHand"),
    "puppet": ("hand.R", "hand.L"),
}
FEET = {
    "rigify": ("DEF-foot.R", "DEF-foot.L"),
    "mixamo": ("mixamorig:RightFoot", "mixamorig:LeftFoot"),
    "puppet": ("foot.R", "foot.L"),
}
KNEES = {
    "rigify": ("DEF-shin.R", "DEF-shin.L"),
    "mixamo": ("mixamorig:RightLeg", "mixamorig:LeftLeg"),
    "puppet": ("leg_lower.R", "leg_lower.L"),
}
MADE: Mapping[str, Callable[[Path | None], bpy.types.Object]] = {
    "rigify": RIGS["rigify"],
    "mixamo": ik_mixamo,
    "puppet": lambda data_if_any: ik_puppet(data_if_any, poles=True),
}
BY_IK, BY_FK = LimbKeys.IK, LimbKeys.FK
ARMS, LEGS = frozenset({Limb.RIGHT_ARM, Limb.LEFT_ARM}), frozenset({Limb.RIGHT_LEG, Limb.LEFT_LEG})
STILL = 0.005
"""Part of the height that a standing foot may slide."""
SAME = 0.004
"""Part of the height within which a limb is where it would be by FK: Rigify's IK stretches a little."""


def bake(stage: Stage, keys: LimbKeys, channels: ChannelSettings, planting: Planting = Planting.NEVER) -> RigBake:
    depth = 0.0 if "leg_lower.R" in stage.rest else 1.0
    feet = FeetSettings(planting, legs=keys, arms=keys)
    return bake_rig(
        stage.armature,
        stage.bone_map,
        stage.motion,
        RigBakeSettings(stage.plane, depth, "ik", feet=feet, channels=channels),
    )


def places(stage: Stage, bones: tuple[str, ...]) -> np.ndarray:
    """(K, N, 3) heads in the world, in parts of the height."""
    posed = posed_bones(stage.armature, set(bones), stage.motion.frames)
    return np.stack([posed[bone][:, :3, 3] for bone in bones], axis=1) / stage.motion.skeleton.height


def apart(stage: Stage, bones: tuple[str, ...], channels: ChannelSettings) -> np.ndarray:
    """(K, N) how far bones are from where they would be by FK."""
    bake(stage, BY_FK, channels)
    by_fk = places(stage, bones)
    bake(stage, BY_IK, channels)
    return np.asarray(np.linalg.norm(places(stage, bones) - by_fk, axis=-1))


def slid(stage: Stage, rig: str) -> list[float]:
    return slides(places(stage, FEET[rig]) @ stage.plane.axes[: 2 if rig == "puppet" else 3].T, stage.motion, 1.0)


def staged(rig: str, data_if_any: Path | None, fps: float = 15.0) -> Stage:
    return stage_of(MADE[rig](data_if_any), PASSER_BY, fps)


@pytest.mark.parametrize("at_heels", [0.0, 0.05])
def test_poles_go_along_with_the_foot_controls_that_they_hang_on(at_heels: float, data_if_any: Path | None) -> None:
    stage = stage_of(foot_controls(data_if_any, at_heels), PASSER_BY, 30.0)
    assert np.percentile(apart(stage, KNEES["mixamo"] + FEET["mixamo"], ChannelSettings()), 95) < SAME
    bake(stage, BY_IK, ChannelSettings(), Planting.AUTO)
    assert max(slid(stage, "mixamo")) < STILL
    assert {"foot.L", "knee.R"} <= set(stage.channels())
    assert "inside foot.L" not in stage.channels(), "what an animator moves is keyed"


@pytest.mark.parametrize("amount", [0.0, 0.5])
@pytest.mark.parametrize("rig", ["rigify", "mixamo"])
def test_a_part_of_a_limb_goes_by_ik_where_it_goes_by_fk(rig: str, amount: float, data_if_any: Path | None) -> None:
    stage = staged(rig, data_if_any)
    amounts = dict.fromkeys((Limb.RIGHT_ARM, Limb.LEFT_LEG), amount)
    assert np.percentile(apart(stage, HANDS[rig] + FEET[rig], ChannelSettings(amounts=amounts)), 95) < SAME


@pytest.mark.parametrize("keys", [BY_IK, BY_FK])
@pytest.mark.parametrize("rig", ["rigify", "mixamo", "puppet"])
def test_a_leg_of_no_amount_is_not_bent_to_stand(rig: str, keys: LimbKeys, data_if_any: Path | None) -> None:
    stage = staged(rig, data_if_any)
    bake(stage, keys, ChannelSettings(amounts={Limb.RIGHT_LEG: 0.0}), Planting.AUTO)
    thigh, foot = (places(stage, (KNEES[rig][0], FEET[rig][0]))[:, at] for at in (0, 1))
    assert np.ptp(np.linalg.norm(foot - thigh, axis=-1)) < SAME
    hips = posed_bones(stage.armature, {stage.bone_map.root}, stage.motion.frames)[stage.bone_map.root]
    beside = (
        np.einsum("kji,kj->ki", hips[:, :3, :3], foot * stage.motion.skeleton.height - hips[:, :3, 3])
        / stage.motion.skeleton.height
    )
    assert np.ptp(beside, axis=0).max() < 2 * SAME


@pytest.mark.parametrize("limbs", [ARMS, LEGS, ARMS | LEGS])
@pytest.mark.parametrize("rig", ["rigify", "mixamo"])
def test_limbs_alone_go_by_ik_where_they_go_by_fk(rig: str, limbs: frozenset[Limb], data_if_any: Path | None) -> None:
    stage = staged(rig, data_if_any)
    bones = (HANDS[rig] if limbs >= ARMS else ()) + (FEET[rig] if limbs >= LEGS else ())
    assert np.percentile(apart(stage, bones, ChannelSettings(limbs=limbs)), 95) < SAME
    keyed = " ".join(stage.channels())
    assert ("thigh" in keyed or "leg" in keyed) == (limbs >= LEGS)
    assert "torso" not in keyed
    assert "Hips" not in keyed


@pytest.mark.parametrize("root", [RootMotion.IN_PLACE, RootMotion.ARMATURE, RootMotion.OBJECT])
@pytest.mark.parametrize("rig", ["rigify", "mixamo"])
def test_limbs_keyed_by_ik_go_along_with_whoever_carries_the_path(
    rig: str, root: RootMotion, data_if_any: Path | None
) -> None:
    stage = staged(rig, data_if_any, 30.0)
    assert np.percentile(apart(stage, HANDS[rig] + FEET[rig], ChannelSettings(root=root)), 95) < SAME
    if root is not RootMotion.IN_PLACE:
        bake(stage, BY_IK, ChannelSettings(root=root), Planting.AUTO)
        assert max(slid(stage, rig)) < STILL
        assert len(slid(stage, rig)) > 2


def test_feet_of_a_cut_out_rig_stand_on_stretched_legs_that_ik_bends(data_if_any: Path | None) -> None:
    stage = staged("puppet", data_if_any, 30.0)
    assert np.percentile(apart(stage, KNEES["puppet"] + FEET["puppet"], ChannelSettings(stretch=1.0)), 95) < SAME
    for _ in range(2):  # a second bake begins where the first one left the targets
        bake(stage, BY_IK, ChannelSettings(stretch=1.0), Planting.AUTO)
        assert max(slid(stage, "puppet")) < STILL


@pytest.mark.parametrize("goes", list(CycleRoot))
@pytest.mark.parametrize("root", [RootMotion.BONE, RootMotion.IN_PLACE, RootMotion.OBJECT])
@pytest.mark.parametrize("rig", ["rigify", "mixamo"])
def test_a_cycle_keyed_by_ik_goes_on_whoever_carries_it(
    rig: str, root: RootMotion, goes: CycleRoot, data_if_any: Path | None
) -> None:
    stage = staged(rig, data_if_any)
    stage = replace(stage, motion=make_cycle(walker(stage.motion.skeleton), TimingSettings(root=goes)))
    bake(stage, BY_IK, ChannelSettings(root=root), Planting.AUTO)
    travel = stage.motion.cycle.travel / stage.motion.skeleton.height if stage.motion.cycle is not None else 0
    assert travel > 0.1
    once = places(stage, HANDS[rig] + FEET[rig])
    later = replace(stage, motion=replace(stage.motion, frames=stage.motion.frames + 2 * STRIDE))
    stays = root is RootMotion.IN_PLACE or goes is CycleRoot.IN_PLACE
    way = places(later, HANDS[rig] + FEET[rig]) - once
    np.testing.assert_allclose(
        way, np.broadcast_to((0 if stays else 2 * travel) * stage.plane.right, way.shape), atol=SAME
    )
    np.testing.assert_allclose(
        once[-1] - once[0], np.broadcast_to((0 if stays else travel) * stage.plane.right, once[0].shape), atol=SAME
    )
    if not stays:
        assert max(slid(stage, rig)) < STILL
