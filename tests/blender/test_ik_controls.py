"""The bones that IK draws limbs to are rows of the bone map: found, kept, taken out, chosen, and told where they draw
nothing.
"""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge.armature.bone_map import CONTROLS, BoneMap
from blender_addon.bridge.rig.measured_character import read_character
from blender_addon.bridge.rig.rig_bake import RigBakeSettings, bake_rig
from blender_addon.settings.feet import UNPLANTED, FeetSettings, Planting
from tests.blender.ik_rigs import ik_mixamo
from tests.blender.read_back import posed_bones
from tests.blender.rigs import RIGS
from tests.blender.test_bone_map import choose, now, sentences
from tests.blender.test_rig_bake import Stage, stage_of

pytestmark = pytest.mark.usefixtures("addon", "blank_file")


def baked(armature: bpy.types.Object, feet: FeetSettings) -> Stage:
    """By the map that the armature is used with."""
    stage = stage_of(armature, frames=slice(0, 120))
    bake_rig(
        armature, read_character(armature).bone_map, stage.motion, RigBakeSettings(stage.plane, 1.0, "ik", feet=feet)
    )
    return stage


def test_the_controls_of_a_rigs_ik_are_found(data_if_any: Path | None) -> None:
    choose(RIGS["rigify"](data_if_any))
    found = {part: now().bones(part) for part in CONTROLS}
    assert found["right_foot_target"] == ("foot_ik.R",)
    assert found["left_knee_pole"] == ("thigh_ik_target.L",)
    assert found["left_hand_target"] == ("hand_ik.L",)
    assert all(found.values())
    choose(RIGS["mixamo"](data_if_any))
    assert not any(now().bones(part) for part in CONTROLS)
    assert not sentences()


@pytest.mark.parametrize("rig", ["rigify", "mixamo"])
def test_a_limb_whose_target_is_taken_out_is_keyed_by_its_own_bones(rig: str, data_if_any: Path | None) -> None:
    armature = RIGS["rigify"](data_if_any) if rig == "rigify" else ik_mixamo(data_if_any)
    shown = choose(armature)
    target, other = shown.left_foot_target, shown.right_foot_target
    shown.left_foot_target = ""
    channels = set(baked(armature, FeetSettings()).channels())
    assert other in channels
    assert target not in channels
    assert {"rigify": "thigh_fk.L", "mixamo": "mixamorig:LeftUpLeg"}[rig] in channels
    bpy.ops.retarget2d.bone_map_find()
    assert shown.left_foot_target == target


def test_another_bone_that_carries_the_target_may_be_chosen(data_if_any: Path | None) -> None:
    armature = RIGS["rigify"](data_if_any)
    shown = choose(armature)
    shown.left_foot_target = "foot_spin_ik.L"
    assert not sentences()
    feet = FeetSettings(Planting.NEVER)
    stage = baked(armature, feet)
    assert "foot_spin_ik.L" in stage.channels()
    assert "foot_ik.L" not in stage.channels()
    by_ik = posed_bones(armature, {"DEF-foot.L"}, stage.motion.frames)["DEF-foot.L"][:, :3, 3]
    baked(armature, UNPLANTED)
    by_fk = posed_bones(armature, {"DEF-foot.L"}, stage.motion.frames)["DEF-foot.L"][:, :3, 3]
    assert np.percentile(np.linalg.norm(by_ik - by_fk, axis=-1), 95) < 0.004 * stage.motion.skeleton.height


def test_a_bone_that_draws_nothing_is_told_and_refused(data_if_any: Path | None) -> None:
    armature = RIGS["rigify"](data_if_any)
    shown = choose(armature)
    shown.left_foot_target = "hand_ik.R"
    assert [sentence for sentence in sentences("left_foot_target") if "does not carry" in sentence]
    with pytest.raises(ValueError, match="does not carry"):
        read_character(armature)
    plain = RIGS["mixamo"](data_if_any)
    shown = choose(plain)
    shown.left_foot_target = "mixamorig:LeftToeBase"
    assert any("has no IK" in sentence for sentence in sentences("left_foot_target"))
    assert "mixamorig:LeftUpLeg" in baked(plain, FeetSettings()).channels(), "it is keyed by its bones"


def test_a_map_keeps_its_controls_through_files_and_new_names(data_if_any: Path | None, tmp_path: Path) -> None:
    armature = RIGS["rigify"](data_if_any)
    shown = choose(armature)
    shown.left_knee_pole = ""
    armature.data.bones["foot_ik.L"].name = "Foot Control L"
    assert shown.left_foot_target == "Foot Control L"
    bpy.ops.retarget2d.bone_map_export(filepath=str(tmp_path / "map.json"))
    bpy.ops.retarget2d.bone_map_find()
    assert shown.left_knee_pole == "thigh_ik_target.L"
    bpy.ops.retarget2d.bone_map_import(filepath=str(tmp_path / "map.json"))
    assert (shown.left_knee_pole, shown.left_foot_target) == ("", "Foot Control L")
    bpy.ops.retarget2d.bone_map_swap()
    assert (shown.right_knee_pole, shown.right_foot_target) == ("", "Foot Control L")


def test_a_map_of_before_controls_is_filled_in(data_if_any: Path | None, tmp_path: Path) -> None:
    armature = RIGS["rigify"](data_if_any)
    shown = choose(armature)
    bpy.ops.retarget2d.bone_map_export(filepath=str(tmp_path / "map.json"))
    document = json.loads((tmp_path / "map.json").read_text(encoding="utf-8"))
    del document["controls"]
    assert BoneMap.from_json(json.dumps(document)).controls is None
    (tmp_path / "old.json").write_text(json.dumps(document), encoding="utf-8")
    bpy.ops.retarget2d.bone_map_import(filepath=str(tmp_path / "old.json"))
    assert shown.right_foot_target == "foot_ik.R"
