"""Rest poses are what Blender holds, and what carries a bone is what moves it."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Quaternion
from numpy.typing import NDArray

from blender_addon.bridge.armature.rest_pose import RestPose, read_rest_pose
from blender_addon.bridge.bone_maps import map_bones
from tests.blender.rig_bones import RigBone, build_armature
from tests.blender.rigs import RIGS, empty_armature, planar_puppet, prop

pytestmark = pytest.mark.usefixtures("blank_file")


@pytest.mark.parametrize("rig", ["mixamo", "quaternius_worker", "puppet", "rigify_metarig"])
def test_the_arrays_are_what_the_armature_holds(rig: str, data_if_any: Path | None) -> None:
    armature = RIGS[rig](data_if_any)
    rest = read_rest_pose(armature)
    assert rest.names == tuple(bone.name for bone in armature.data.bones)
    for at, bone in enumerate(armature.data.bones):
        assert rest.index(bone.name) == at
        assert rest.parents[at] < at
        assert (rest.names[rest.parents[at]] if rest.parents[at] >= 0 else None) == (
            bone.parent.name if bone.parent else None
        )
        assert np.allclose(rest.heads[at], bone.head_local)
        assert np.allclose(rest.tails[at], bone.tail_local)
        assert np.allclose(rest.axes[at], bone.matrix_local.to_3x3())
        assert (rest.connected[at], rest.deform[at]) == (bone.use_connect, bone.use_deform)


def test_a_bones_y_axis_points_along_it(data_if_any: Path | None) -> None:
    rest = read_rest_pose(RIGS["mixamo"](data_if_any))
    ways = rest.tails - rest.heads
    assert np.allclose(rest.axes[:, :, 1], ways / np.linalg.norm(ways, axis=-1, keepdims=True), atol=1e-4)


def test_an_armature_that_is_edited_is_read_as_it_is_now(tmp_path: Path) -> None:
    armature = planar_puppet(tmp_path)
    bpy.ops.object.mode_set(mode="EDIT")
    armature.data.edit_bones["head"].tail.z = 3
    rest = read_rest_pose(armature)
    bpy.ops.object.mode_set(mode="OBJECT")
    assert rest.tails[rest.index("head")][2] == pytest.approx(3)


def test_what_is_no_armature_is_refused_in_one_sentence(tmp_path: Path) -> None:
    camera = bpy.data.objects.new("Eye", bpy.data.cameras.new("Eye"))
    with pytest.raises(ValueError, match="Eye is no armature; choose"):
        read_rest_pose(camera)
    with pytest.raises(ValueError, match="empty_armature has no bones; add"):
        read_rest_pose(empty_armature(tmp_path))


def test_a_bone_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="prop has no bone Hips"):
        read_rest_pose(prop(tmp_path)).index("Hips")


def test_bones_that_constraints_move_are_known(data_if_any: Path | None) -> None:
    rest = read_rest_pose(RIGS["rigify"](data_if_any))
    driven = {name for name, driven in zip(rest.names, rest.driven, strict=True) if driven}
    assert {"DEF-upper_arm.L", "ORG-upper_arm.L", "MCH-forearm_ik.L"} <= driven
    assert {"upper_arm_fk.L", "hand_ik.L", "torso", "head", "shoulder.R"}.isdisjoint(driven)
    assert ("upper_arm_parent.L", "IK_FK") in rest.switches


def carried_matrices(rest: RestPose, armature: bpy.types.Object) -> dict[str, NDArray[np.float64]]:
    """Forward kinematics by carriers alone: each bone's matrix in the armature's space from the keys on it and on all
    that carry it.
    """
    at_rest = np.tile(np.eye(4), (len(rest.names), 1, 1))
    at_rest[:, :3, :3], at_rest[:, :3, 3] = rest.axes, rest.heads
    found: dict[int, NDArray[np.float64]] = {}

    def matrix(bone: int) -> NDArray[np.float64]:
        if bone not in found:
            carrier = rest.carriers[bone]
            local = at_rest[bone] if carrier < 0 else matrix(carrier) @ np.linalg.inv(at_rest[carrier]) @ at_rest[bone]
            found[bone] = local @ np.array(armature.pose.bones[rest.names[bone]].matrix_basis)
        return found[bone]

    return {name: matrix(at) for at, name in enumerate(rest.names)}


@pytest.mark.parametrize("rig", ["mixamo", "kaykit_knight", "puppet", "rigify"])
def test_keys_on_the_mapped_bones_move_the_rig_as_its_carriers_say(rig: str, data_if_any: Path | None) -> None:
    armature = RIGS[rig](data_if_any)
    rest = read_rest_pose(armature)
    bone_map = map_bones(rest)
    for switch in bone_map.switches:
        armature.pose.bones[switch.bone][switch.property] = type(armature.pose.bones[switch.bone][switch.property])(
            switch.value
        )
    for at, name in enumerate(bone_map.bones):
        bone = armature.pose.bones[name]
        bone.rotation_mode = "QUATERNION"
        bone.rotation_quaternion = Quaternion((at % 3, (at + 1) % 2, 1), 0.2 + 0.05 * at)
    armature.update_tag()
    bpy.context.view_layer.update()
    expected = carried_matrices(rest, armature)
    for name in bone_map.bones:
        assert np.allclose(armature.pose.bones[name].matrix, expected[name], atol=1e-4), name


def test_with_the_switches_set_the_controls_of_a_generated_rig_move_what_deforms(data_if_any: Path | None) -> None:
    armature = RIGS["rigify"](data_if_any)
    bone_map = map_bones(read_rest_pose(armature))
    bones = armature.pose.bones
    for switch in bone_map.switches:
        bones[switch.bone][switch.property] = type(bones[switch.bone][switch.property])(switch.value)
    for control in ("upper_arm_fk.L", "thigh_fk.R", "neck"):
        assert control in bone_map.bones
        bones[control].rotation_mode = "QUATERNION"
        bones[control].rotation_quaternion = Quaternion((1, 0, 0), 0.7)
    armature.update_tag()
    bpy.context.view_layer.update()
    for control, deforming in (
        ("forearm_fk.L", "DEF-forearm.L"),
        ("shin_fk.R", "DEF-shin.R"),
        ("head", "DEF-spine.006"),
    ):
        assert np.allclose(bones[control].head, bones[deforming].head, atol=1e-3), deforming
        assert (bones[control].head - bones[control].bone.head_local).length > 0.02


@pytest.mark.parametrize(("apart", "carried"), [(0.0, True), (1e-4, True), (3e-3, False)])
def test_a_bone_that_copies_another_is_carried_by_it_only_where_both_begin_at_one_point(
    apart: float, carried: bool
) -> None:
    bones = (
        RigBone("root", None, (0, 0, 0), (0, 0, 1)),
        RigBone("top", "root", (0, 0, 2), (0, 0, 2.1)),
        RigBone("control", None, (0.5, 0, 1), (0.5, 0, 1.2)),
        RigBone("deform", "root", (0.5, 0, 1 + apart), (0.5, 0, 1.2 + apart)),
    )
    armature = build_armature("two_metres", bones)
    copy = armature.pose.bones["deform"].constraints.new("COPY_TRANSFORMS")
    copy.target, copy.subtarget = armature, "control"
    rest = read_rest_pose(armature)
    assert rest.names[rest.carriers[rest.index("deform")]] == ("control" if carried else "root")
