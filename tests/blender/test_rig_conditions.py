"""What of a rig or of its scene overrules or bends its keys is named, and drivers are reckoned with as locks are."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.core.skeleton import Joint
from tests.blender.rigs import RIGS
from tests.blender.test_channels import bake, keyed
from tests.blender.test_rig_bake import Stage, stage_of

pytestmark = pytest.mark.usefixtures("blank_file")

UPPER_ARM = "arm_upper.R"


@pytest.fixture
def puppet(data_if_any: Path | None) -> Stage:
    return stage_of(RIGS["planar_puppet"](data_if_any), frames=slice(0, 60))


@pytest.fixture
def mixamo(data_if_any: Path | None) -> Stage:
    return stage_of(RIGS["mixamo"](data_if_any), frames=slice(0, 60))


def drive(bone: bpy.types.PoseBone, path: str, value: str, index: int = -1) -> None:
    made = bone.driver_add(path, index)
    for curve in made if isinstance(made, list) else [made]:
        curve.driver.expression = value
    bpy.context.view_layer.update()


def test_a_driven_bone_is_named_and_what_hangs_on_it_still_points_right(puppet: Stage) -> None:
    bone = puppet.armature.pose.bones[UPPER_ARM]
    bone.rotation_mode = "XYZ"
    drive(bone, "rotation_euler", "0.7", 2)
    drive(bone, "rotation_euler", "0.0", 0)
    drive(bone, "rotation_euler", "0.0", 1)
    notes = bake(puppet).notes
    assert any(note.startswith(f"Rotations are driven on {UPPER_ARM}") for note in notes)
    assert UPPER_ARM not in {path.split('"')[1] for path, _ in keyed(puppet) if "rotation" in path}
    off = puppet.off(0)
    assert np.percentile(off[Joint.RIGHT_ELBOW], 95) > 5, "a driver costs something"
    assert np.percentile(off[Joint.RIGHT_WRIST], 95) < 0.5


@pytest.mark.parametrize("mode", ["XYZ", "QUATERNION"])
def test_one_driven_channel_gets_no_key_and_the_others_come_near(mode: str, mixamo: Stage) -> None:
    name = mixamo.bone_map.chains[Joint.RIGHT_ELBOW][0]
    bone = mixamo.armature.pose.bones[name]
    bone.rotation_mode = mode
    drive(bone, "rotation_quaternion" if mode == "QUATERNION" else "rotation_euler", "0.2", 1)
    assert any(note.startswith(f"Rotations are driven on {name}") for note in bake(mixamo, 1).notes)
    assert 1 not in {index for path, index in keyed(mixamo) if f'"{name}"' in path}
    assert np.percentile(mixamo.off(1)[Joint.RIGHT_WRIST], 95) < 0.5


def test_a_muted_driver_holds_nothing(puppet: Stage) -> None:
    bone = puppet.armature.pose.bones[UPPER_ARM]
    drive(bone, "rotation_euler", "0.7", 2)
    for curve in puppet.armature.animation_data.drivers:
        curve.mute = True
    assert not any("driven" in note for note in bake(puppet).notes)
    assert np.percentile(puppet.off(0)[Joint.RIGHT_WRIST], 95) < 0.5


def scaled_object(stage: Stage) -> None:
    stage.armature.scale = (1, 1, 2)


def scaled_parent(stage: Stage) -> None:
    stage.armature.parent = bpy.data.objects.new("Carrier", None)
    bpy.context.collection.objects.link(stage.armature.parent)
    stage.armature.parent.scale = (1, 1, 0.6)


def mirrored_object(stage: Stage) -> None:
    stage.armature.scale = (-1, 1, 1)


def mirrored_parent(stage: Stage) -> None:
    scaled_parent(stage)
    stage.armature.parent.scale = (1, 1, -1)


def squashed(stage: Stage) -> None:
    drive(stage.armature.pose.bones[UPPER_ARM], "scale", "1.2", 1)


def scaled_pose(stage: Stage) -> None:
    stage.armature.pose.bones[UPPER_ARM].scale = (1, 1.5, 1)


def driven_place(stage: Stage) -> None:
    drive(stage.armature.pose.bones[stage.bone_map.bones[0]], "location", "0.1", 0)


def stretched_time(stage: Stage) -> None:
    bpy.context.scene.render.frame_map_new = 200


def with_master(stage: Stage) -> bpy.types.PoseBone:
    """A bone above all others, which no map names."""
    bpy.context.view_layer.objects.active = stage.armature
    bpy.ops.object.mode_set(mode="EDIT")
    bones = stage.armature.data.edit_bones
    master = bones.new("Master")
    master.head, master.tail = (0, 0, 0), (0, 0.2, 0)
    for bone in bones:
        if bone.parent is None and bone is not master:
            bone.parent = master
    bpy.ops.object.mode_set(mode="OBJECT")
    return stage.armature.pose.bones["Master"]


def scaled_above(stage: Stage) -> None:
    with_master(stage).scale = (1, 1, 1.5)


def squashed_above(stage: Stage) -> None:
    drive(with_master(stage), "scale", "1.2", 1)


CONDITIONS = {
    "is scaled unevenly (1, 1, 2)": scaled_object,
    "is scaled unevenly (1, 1, 0.6)": scaled_parent,
    "planar_puppet is mirrored by its scale": mirrored_object,
    "is mirrored by its scale": mirrored_parent,
    "The scale is driven on": squashed,
    f"The pose of {UPPER_ARM} is scaled unevenly": scaled_pose,
    "The pose of Master is scaled unevenly": scaled_above,
    "The scale is driven on Master": squashed_above,
    "The location is driven on": driven_place,
    "stretches 100 frames to 200": stretched_time,
}


@pytest.mark.parametrize("sentence", CONDITIONS)
def test_a_condition_under_which_keys_do_not_show_as_they_should_is_named(sentence: str, puppet: Stage) -> None:
    assert not any(sentence in note for note in bake(puppet).notes)
    CONDITIONS[sentence](puppet)
    bpy.context.view_layer.update()
    notes = bake(puppet).notes
    assert any(sentence in note for note in notes), notes
