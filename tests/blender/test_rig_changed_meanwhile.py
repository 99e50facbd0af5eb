"""A rig that changes while its keys are chosen: one sentence, and the file as it was."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.rig.key_reduction import reduction_steps
from blender_addon.bridge.rig.rig_bake import RigBakeSettings, plan_rig_bake
from blender_addon.settings.keys import KeySettings
from tests.blender.rigs import RIGS
from tests.blender.scene_of_puppet import contents
from tests.blender.test_rig_bake import Stage, stage_of

pytestmark = pytest.mark.usefixtures("blank_file")


@pytest.fixture
def puppet(data_if_any: Path | None) -> Stage:
    return stage_of(RIGS["planar_puppet"](data_if_any), frames=slice(0, 60))


def delete_bone(armature: bpy.types.Object, name: str) -> None:
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    armature.data.edit_bones.remove(armature.data.edit_bones[name])
    bpy.ops.object.mode_set(mode="OBJECT")


@pytest.mark.parametrize("bone", ["arm_lower.R", "arm_upper.R"])
def test_a_bone_that_is_deleted_while_keys_are_chosen_is_named(bone: str, puppet: Stage) -> None:
    plan = plan_rig_bake(puppet.armature, puppet.bone_map, puppet.motion, RigBakeSettings(puppet.plane, 0, "street"))
    steps = reduction_steps(plan.target, plan.dense, KeySettings())
    next(steps)
    delete_bone(puppet.armature, bone)
    before = contents()
    for go_on in (lambda: list(steps), lambda: puppet.bake(0)):
        with pytest.raises(ValueError, match=f"{bone}.*bake again"):
            go_on()
    assert contents() == before
