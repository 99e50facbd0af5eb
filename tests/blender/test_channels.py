"""Channels of a rig: which limbs are keyed and how much, on top of which pose, within which locks, who carries the
path, and how limbs stretch.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge.body.rotations import product, rotation_about, with_continuous_signs
from blender_addon.bridge.rig.euler_angles import from_euler, steady_euler
from blender_addon.bridge.rig.rig_bake import RigBake, RigBakeSettings, bake_rig
from blender_addon.core.limbs import Limb
from blender_addon.core.skeleton import BONE_INDEX, PARENTS, Joint
from blender_addon.settings.channels import ChannelSettings, PoseUse, RootMotion
from blender_addon.settings.feet import UNPLANTED
from tests.blender.read_back import posed_bones, posed_chains
from tests.blender.rigs import RIGS
from tests.blender.scene_of_puppet import keys_of
from tests.blender.street_motion import PASSER_BY
from tests.blender.test_rig_bake import EVERY, Stage, stage_of

pytestmark = pytest.mark.usefixtures("blank_file")

ARMS = frozenset({Limb.RIGHT_ARM, Limb.LEFT_ARM})
Keys = Mapping[tuple[str, int], list[tuple[float, float]]]


def bake(stage: Stage, depth: float = 0, **channels: object) -> RigBake:
    settings = RigBakeSettings(stage.plane, depth, "street", feet=UNPLANTED, channels=ChannelSettings(**channels))  # type: ignore[arg-type]
    return bake_rig(stage.armature, stage.bone_map, stage.motion, settings)


def keyed(stage: Stage) -> Keys:
    return keys_of(stage.armature.animation_data.action)


def bones_of(keys: Keys) -> set[str]:
    return {path.split('"')[1] for path, _ in keys if path.startswith("pose.bones")}


@pytest.fixture
def puppet(data_if_any: Path | None) -> Stage:
    return stage_of(RIGS["planar_puppet"](data_if_any), frames=slice(0, 120))


@pytest.fixture
def mixamo(data_if_any: Path | None) -> Stage:
    return stage_of(RIGS["mixamo"](data_if_any), frames=slice(0, 120))


def test_limbs_that_are_not_chosen_get_no_keys_and_the_others_the_same_as_ever(puppet: Stage) -> None:
    bake(puppet)
    whole = keyed(puppet)
    bake(puppet, limbs=ARMS)
    arms = keyed(puppet)
    assert bones_of(arms) == {"arm_upper.R", "arm_lower.R", "arm_upper.L", "arm_lower.L"}
    assert arms == {key: keys for key, keys in whole.items() if key[0].split('"')[1] in bones_of(arms)}


def test_a_switch_goes_with_its_limb(data_if_any: Path | None) -> None:
    stage = stage_of(RIGS["rigify"](data_if_any), frames=slice(0, 40))
    bake(stage, 1, limbs=frozenset({Limb.LEFT_ARM}))
    found = bones_of(keyed(stage))
    assert {"upper_arm_fk.L", "forearm_fk.L", "upper_arm_parent.L"} <= found
    assert not [name for name in found if not name.endswith(".L") or "thigh" in name or "shin" in name]


@pytest.mark.parametrize("rig", ["puppet", "mixamo"])
def test_an_amount_of_nothing_leaves_a_limb_at_rest_and_half_of_it_goes_half_the_way(
    rig: str, request: pytest.FixtureRequest
) -> None:
    stage: Stage = request.getfixturevalue(rig)
    arm = stage.bone_map.chains[Joint.RIGHT_WRIST][0]
    depth = 0 if rig == "puppet" else 1

    def angles(**channels: object) -> np.ndarray:
        bake(stage, depth, **channels)
        posed = []
        for frame in stage.motion.frames:
            bpy.context.scene.frame_set(int(frame))
            posed.append(stage.armature.pose.bones[arm].matrix_basis.to_quaternion().angle)
        return np.array(posed)

    whole = angles()
    assert np.abs(angles(amounts={Limb.RIGHT_ARM: 0.0})).max() < 1e-4
    short = whole < 3.0
    assert np.abs(angles(amounts={Limb.RIGHT_ARM: 0.5}) - whole / 2)[short].max() < 1e-3


def test_an_amount_counts_from_the_pose_that_the_rig_is_in_where_that_is_asked_for(puppet: Stage) -> None:
    bone = puppet.armature.pose.bones["arm_lower.R"]
    bone.rotation_mode = "XYZ"
    bone.rotation_euler[2] = 0.6
    bpy.context.view_layer.update()
    bake(puppet, amounts={Limb.RIGHT_ARM: 0.0}, pose=PoseUse.CURRENT)
    values = [
        value for key, keys in keyed(puppet).items() if "arm_lower.R" in key[0] and key[1] == 2 for _, value in keys
    ]
    assert np.abs(np.array(values) - 0.6).max() < 1e-4


@pytest.mark.parametrize("rig", ["puppet", "mixamo"])
def test_a_stoop_is_kept_under_the_motion(rig: str, request: pytest.FixtureRequest) -> None:
    stage: Stage = request.getfixturevalue(rig)
    depth = 0 if rig == "puppet" else 1
    name = stage.bone_map.chains[Joint.NECK][-1]
    bone = stage.armature.pose.bones[name]
    bake(stage, depth)
    upright = local_turns(stage, name)
    stage.armature.animation_data_clear()
    bone.rotation_mode = "QUATERNION"
    stoop = np.array((np.cos(0.2), 0.0, 0.0, np.sin(0.2)))
    bone.matrix_basis = bone.matrix_basis.Identity(4)
    bone.rotation_quaternion = stoop
    bpy.context.view_layer.update()
    bake(stage, depth, pose=PoseUse.ADDED)
    agreement = np.abs((local_turns(stage, name) * product(upright, stoop)).sum(axis=-1))
    assert agreement.min() > 1 - 1e-5


def local_turns(stage: Stage, name: str) -> np.ndarray:
    found = []
    for frame in stage.motion.frames:
        bpy.context.scene.frame_set(int(frame))
        found.append(stage.armature.pose.bones[name].matrix_basis.to_quaternion())
    return np.array(found)


@pytest.mark.parametrize("mode", ["XYZ", "ZYX", "QUATERNION", "AXIS_ANGLE"])
def test_a_locked_channel_gets_no_key_and_what_hangs_on_it_still_points_right(mode: str, mixamo: Stage) -> None:
    name = mixamo.bone_map.chains[Joint.RIGHT_ELBOW][0]
    bone = mixamo.armature.pose.bones[name]
    bone.rotation_mode = mode
    bone.lock_rotation = (True, False, True)
    bone.lock_rotations_4d = mode == "QUATERNION"
    notes = bake(mixamo, 1).notes
    assert any(note.startswith("Rotations are locked on") and name in note for note in notes)
    channels = {index for (path, index) in keyed(mixamo) if f'"{name}"' in path}
    assert channels == {"XYZ": {1}, "ZYX": {1}, "QUATERNION": {0, 2}, "AXIS_ANGLE": {0, 1, 2, 3}}[mode]
    off = mixamo.off(1)
    assert np.percentile(off[Joint.RIGHT_ELBOW], 95) > 2, "a lock costs something"
    assert np.percentile(off[Joint.RIGHT_WRIST], 95) < 0.5


def test_a_bone_that_is_locked_altogether_keeps_its_pose(puppet: Stage) -> None:
    bone = puppet.armature.pose.bones["arm_upper.R"]
    bone.rotation_mode = "XYZ"
    bone.rotation_euler[2] = 0.3
    bone.lock_rotation = (True, True, True)
    bake(puppet)
    assert "arm_upper.R" not in {path.split('"')[1] for path, _ in keyed(puppet) if "rotation" in path}
    assert np.percentile(puppet.off(0)[Joint.RIGHT_WRIST], 95) < 0.5


def test_a_locked_location_gets_no_key(puppet: Stage) -> None:
    hip = puppet.armature.pose.bones["hip"]
    hip.lock_location = (True, True, False)
    puppet.armature.pose.bones["arm_upper.L"].lock_location = (True, True, True)
    notes = bake(puppet).notes
    assert any("location of arm_upper.L is locked" in note for note in notes)
    assert not {index for path, index in keyed(puppet) if path == 'pose.bones["hip"].location'} & {0, 1}


def test_angles_go_past_a_gimbal_lock_without_spinning() -> None:
    at = np.linspace(-0.4, 0.4, 81)
    turns = with_continuous_signs(
        product(rotation_about(np.array((0, 0, 1.0)), 0.3 * at), rotation_about(np.array((0, 1.0, 0)), np.pi / 2 + at))
    )
    turns = product(turns, np.broadcast_to(rotation_about(np.array((1.0, 0, 0)), np.array(0.0002)), turns.shape))
    angles = steady_euler(turns, "XYZ")
    assert np.abs(np.diff(angles, axis=0)).max() < 0.5
    assert np.abs((from_euler(angles, "XYZ") * turns).sum(axis=-1)).min() > np.cos(np.radians(0.5) / 2)


def _across(stage: Stage, off: np.ndarray) -> float:
    return float(np.ptp(off @ stage.plane.right))


@pytest.mark.parametrize("root", [RootMotion.IN_PLACE, RootMotion.ARMATURE, RootMotion.OBJECT])
def test_the_path_is_carried_by_whom_it_was_asked_of(root: RootMotion, data_if_any: Path | None) -> None:
    stage = stage_of(RIGS["puppet"](data_if_any), PASSER_BY)
    stage.armature.location = (1.0, 2.0, 0.5)
    stage.armature.rotation_euler[2] = 0.5
    bpy.context.view_layer.update()
    stage = stage_of(stage.armature, PASSER_BY)
    root_bone = stage.bone_map.root
    bake(stage)
    whole = posed_bones(stage.armature, {root_bone}, stage.motion.frames)[root_bone][:, :3, 3]
    for _ in range(2):  # a second bake begins where the first did
        bpy.context.scene.frame_set(int(stage.motion.frames[-1]))
        bake(stage, root=root)
        moved = posed_bones(stage.armature, {root_bone}, stage.motion.frames)[root_bone][:, :3, 3]
        if root is RootMotion.IN_PLACE:
            assert _across(stage, whole) > 1
            assert _across(stage, moved) < 0.15 * _across(stage, whole)
        else:
            assert np.abs(moved - whole).max() < 1e-4
    carrier = {RootMotion.ARMATURE: stage.armature, RootMotion.OBJECT: stage.armature.parent}.get(root)
    if carrier is not None:
        assert any(path == "location" for path, _ in keys_of(carrier.animation_data.action))
        assert sum(item.type == "EMPTY" for item in bpy.data.objects) == (root is RootMotion.OBJECT)
    bake(stage)
    back = posed_bones(stage.armature, {root_bone}, stage.motion.frames)[root_bone][:, :3, 3]
    if root is not RootMotion.OBJECT:
        assert np.abs(back - whole).max() < 1e-4


def test_a_chosen_object_carries_the_rig_and_one_that_hangs_on_it_is_refused(puppet: Stage) -> None:
    handle, child = (bpy.data.objects.new(name, None) for name in ("handle", "child"))
    for item in (handle, child):
        bpy.context.scene.collection.objects.link(item)
    handle.location = (3, 0, 0)
    child.parent = puppet.armature
    bpy.context.view_layer.update()
    before = np.array(puppet.armature.matrix_world)
    with pytest.raises(ValueError, match="child is parented to planar_puppet itself"):
        bake(puppet, root=RootMotion.OBJECT, carrier=(child.session_uid, child.name))
    bake(puppet, root=RootMotion.OBJECT, carrier=(handle.session_uid, handle.name))
    assert puppet.armature.parent == handle
    bpy.context.scene.frame_set(int(puppet.motion.frames[0]))
    assert np.abs(np.array(puppet.armature.matrix_world) - before).max() < 1e-5


@pytest.mark.parametrize("name", ["planar_puppet", "puppet"])
def test_stretched_limbs_are_as_long_as_they_are_seen_and_children_do_not_shear(
    name: str, data_if_any: Path | None
) -> None:
    stage = stage_of(RIGS[name](data_if_any), fps=EVERY)
    notes = bake(stage, stretch=1.0, shortest=0.3, auto_stretch=False).notes
    assert any("no longer inherit scale" in note for note in notes) == (name == "planar_puppet"), "ours inherit none"
    posed = posed_chains(stage.armature, stage.rest, stage.bone_map, stage.motion.frames)
    for joint in (Joint.RIGHT_KNEE, Joint.LEFT_KNEE, Joint.RIGHT_ELBOW):
        start = posed[joint][0]
        end = posed[
            {
                Joint.RIGHT_KNEE: Joint.RIGHT_ANKLE,
                Joint.LEFT_KNEE: Joint.LEFT_ANKLE,
                Joint.RIGHT_ELBOW: Joint.RIGHT_WRIST,
            }[joint]
        ][0]
        scale = np.linalg.norm(np.array(stage.armature.matrix_world)[:3, 0])
        length = np.linalg.norm(end - start, axis=-1) / scale / stage.motion.skeleton.lengths[BONE_INDEX[joint]]
        seen = np.linalg.norm(stage.motion.positions[:, joint] - stage.motion.positions[:, PARENTS[joint]], axis=-1)
        seen = np.clip(seen / stage.motion.skeleton.lengths[BONE_INDEX[joint]], 0.3, 1.15)
        assert np.percentile(np.abs(length - seen), 90) < 0.1
        assert np.abs(np.diff(length)).max() < 0.15, "it does not flicker"
    matrices = posed_bones(stage.armature, set(stage.rest.names), stage.motion.frames[::10])
    for turns in matrices.values():
        columns = turns[:, :3, :3] / np.linalg.norm(turns[:, :3, :3], axis=1, keepdims=True)
        assert np.abs(np.einsum("kij,kil->kjl", columns, columns) - np.eye(3)).max() < 1e-3, "axes stay square"


def test_a_rig_that_is_no_cut_out_keeps_its_lengths_and_says_so(mixamo: Stage) -> None:
    assert any("no cut-out rig" in note for note in bake(mixamo, 1, stretch=1.0, auto_stretch=False).notes)
    assert not any("no cut-out rig" in note for note in bake(mixamo, 1).notes), "nobody asked for it"
    assert not any(path.endswith("scale") for path, _ in keyed(mixamo))


def test_a_bake_without_stretch_takes_the_scale_back(puppet: Stage) -> None:
    bake(puppet, stretch=1.0, auto_stretch=False)
    bpy.context.scene.frame_set(60)
    bake(puppet, stretch=0.0)
    assert not any(path.endswith("scale") for path, _ in keyed(puppet))
    assert all(tuple(bone.scale) == (1, 1, 1) for bone in puppet.armature.pose.bones)


def test_a_locked_scale_is_not_stretched(puppet: Stage) -> None:
    puppet.armature.pose.bones["leg_upper.R"].lock_scale = (False, True, False)
    bake(puppet, stretch=1.0, auto_stretch=False)
    assert not any("leg_upper.R" in path and path.endswith("scale") for path, _ in keyed(puppet))
