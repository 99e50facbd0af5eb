"""A motion baked onto rigs of many families, read back from Blender: every mapped bone points where the motion does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Euler, Matrix

from blender_addon.bridge.armature.bone_map import BoneMap
from blender_addon.bridge.armature.measure import measure_skeleton, rest_joints
from blender_addon.bridge.armature.rest_pose import RestPose, read_rest_pose
from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.bone_maps import map_bones
from blender_addon.bridge.projection.planes import Plane, is_planar, local_axes, plane_of, rest_origin
from blender_addon.bridge.retiming.resample import resample
from blender_addon.bridge.rig.bone_rotations import CLEAR
from blender_addon.bridge.rig.rig_bake import RigBake, RigBakeSettings, bake_rig
from blender_addon.bridge.rig.standing_pose import standing_pose_of
from blender_addon.bridge.scene.animation.actions import Curve
from blender_addon.bridge.scene.animation.layers import LayerSource, install_action
from blender_addon.core.skeleton import BONE_INDEX, Joint
from blender_addon.settings.channels import ChannelSettings
from blender_addon.settings.feet import UNPLANTED
from blender_addon.settings.nla import LayerSettings
from blender_addon.settings.view import PlaneChoice
from tests.blender.read_back import LIMBS, angles_off, posed_bones, posed_chains, wanted_vectors
from tests.blender.rig_bones import RigBone, build_armature
from tests.blender.rigs import PUPPET_BONES, RIGS
from tests.blender.scene_of_puppet import contents, keys_of
from tests.blender.street_motion import PASSER_BY, WALKER, street_motion

pytestmark = pytest.mark.usefixtures("blank_file")

CALM = slice(0, 140)
"""The walker's frames before he turns a somersault, in which the network is not sure where his depth is."""
SPARSE, EVERY = 7.5, 30.0
"""Frames a second of the scene: every fourth of the clip's, or each."""
AGREED = 0.5
"""Degrees that the 95th percentile of all limbs and frames may be off."""
THREE_D = ("mixamo", "unreal", "cmu_motionbuilder", "kaykit_knight", "quaternius_worker", "rigify", "rigify_metarig")
CUT_OUT = ("puppet", "slim", "planar_puppet", "profile_puppet")


@dataclass(frozen=True, eq=False)
class Stage:
    """A rig in the open file, and a motion for its body."""

    armature: bpy.types.Object
    rest: RestPose
    bone_map: BoneMap
    motion: SceneMotion
    plane: Plane

    def bake(self, depth: float) -> RigBake:
        """With feet left as the motion has them, and limbs as long as they rest: then every bone points exactly where the
        motion's does.
        """
        settings = RigBakeSettings(self.plane, depth, "street", feet=UNPLANTED, channels=ChannelSettings(stretch=0.0))
        return bake_rig(self.armature, self.bone_map, self.motion, settings)

    def off(self, depth: float) -> dict[Joint, np.ndarray]:
        """Degrees between rig and motion: in the plane where the depth is 0, else in space."""
        posed = posed_chains(self.armature, self.rest, self.bone_map, self.motion.frames)
        return angles_off(posed, wanted_vectors(self.motion, self.plane, depth), self.plane, flat=depth == 0)

    def clearly_off(self, depth: float) -> dict[Joint, np.ndarray]:
        """The same; in the plane without bones that point at the viewer: they have hardly a direction, and swing past."""
        off = self.off(depth)
        if depth > 0:
            return off
        across = self.motion.skeleton.lengths
        wanted = wanted_vectors(self.motion, self.plane, depth)
        flat = {joint: np.linalg.norm(wanted[joint] @ self.plane.axes[:2].T, axis=-1) for joint in off}
        return {
            joint: degrees[flat[joint] > CLEAR * across[BONE_INDEX[joint]]] if joint in BONE_INDEX else degrees
            for joint, degrees in off.items()
        }

    def channels(self) -> Mapping[str, set[tuple[str, int]]]:
        """The keyed channels of each bone."""
        found: dict[str, set[tuple[str, int]]] = {}
        for path, index in keys_of(self.armature.animation_data.action):
            bone, _, channel = path.removeprefix('pose.bones["').partition('"]')
            found.setdefault(bone, set()).add((channel.removeprefix("."), index))
        return found


def stage_of(
    armature: bpy.types.Object,
    performer: int = WALKER,
    fps: float = SPARSE,
    choice: PlaneChoice = PlaneChoice.OWN,
    frames: slice = slice(None),
) -> Stage:
    rest = read_rest_pose(armature)
    bone_map = map_bones(rest)
    motion = resample(street_motion(measure_skeleton(rest, bone_map), performer, frames), fps, 1)
    bpy.context.view_layer.update()
    return Stage(armature, rest, bone_map, motion, plane_of(choice, armature, rest, bone_map, bpy.context.scene))


def _percentile(off: Mapping[Joint, np.ndarray], at: float = 95) -> float:
    return float(np.percentile(np.concatenate([off[joint] for joint in LIMBS if joint in off]), at))


@pytest.fixture
def puppet(data_if_any: Path | None) -> bpy.types.Object:
    return RIGS["planar_puppet"](data_if_any)


@pytest.mark.parametrize("performer", [WALKER, PASSER_BY])
@pytest.mark.parametrize("name", CUT_OUT)
def test_a_cut_out_rig_points_where_the_motion_does(name: str, performer: int, data_if_any: Path | None) -> None:
    stage = stage_of(RIGS[name](data_if_any), performer)
    assert is_planar(stage.rest, stage.bone_map)
    stage.bake(depth=0)
    assert _percentile(stage.off(0)) < AGREED


@pytest.mark.parametrize("name", THREE_D)
def test_a_3d_rig_points_where_the_motion_does_in_the_plane_and_in_space(name: str, data_if_any: Path | None) -> None:
    armature = RIGS[name](data_if_any)
    for performer, depth in ((WALKER, 0.0), (WALKER, 1.0), (PASSER_BY, 0.4)):
        stage = stage_of(armature, performer)
        stage.bake(depth)
        assert _percentile(stage.clearly_off(depth)) < AGREED, (performer, depth)


def test_the_bones_that_deform_a_rigify_rig_follow_the_controls_that_are_keyed(data_if_any: Path | None) -> None:
    stage = stage_of(RIGS["rigify"](data_if_any))
    stage.bake(depth=1)
    deforming = {
        Joint.RIGHT_ELBOW: ("DEF-upper_arm.R", "DEF-forearm.R"),
        Joint.RIGHT_WRIST: ("DEF-forearm.R", "DEF-hand.R"),
        Joint.LEFT_KNEE: ("DEF-thigh.L", "DEF-shin.L"),
        Joint.LEFT_ANKLE: ("DEF-shin.L", "DEF-foot.L"),
        Joint.NECK: ("DEF-spine", "DEF-spine.004"),
    }
    matrices = posed_bones(stage.armature, {name for pair in deforming.values() for name in pair}, stage.motion.frames)
    posed = {joint: (matrices[start][:, :3, 3], matrices[end][:, :3, 3]) for joint, (start, end) in deforming.items()}
    off = angles_off(posed, wanted_vectors(stage.motion, stage.plane, 1), stage.plane, flat=False)
    assert max(np.percentile(off[joint], 95) for joint in deforming if joint != Joint.NECK) < AGREED
    # The spine's own curve lies between the ends that are measured here and those that the map knows.
    assert np.ptp(off[Joint.NECK]) < 2 * AGREED


def test_the_rig_agrees_whatever_way_its_object_stands(data_if_any: Path | None) -> None:
    armature = RIGS["mixamo"](data_if_any)
    armature.matrix_world = (
        Matrix.Translation((3, -2, 1)) @ Euler((0.4, 0.2, 2.0)).to_matrix().to_4x4() @ Matrix.Scale(0.3, 4)
    )
    stage = stage_of(armature)
    stage.bake(depth=1)
    assert _percentile(stage.off(1)) < AGREED


@pytest.mark.parametrize("choice", [PlaneChoice.SIDE, PlaneChoice.CAMERA])
def test_the_rig_agrees_in_other_planes(choice: PlaneChoice, data_if_any: Path | None) -> None:
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    camera.rotation_euler = (1.2, 0.1, 0.6)
    bpy.context.scene.collection.objects.link(camera)
    bpy.context.scene.camera = camera
    stage = stage_of(RIGS["unreal"](data_if_any), choice=choice)
    for depth in (0.0, 1.0):
        stage.bake(depth)
        assert _percentile(stage.clearly_off(depth)) < AGREED


@pytest.mark.parametrize("mode", ["XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX", "QUATERNION", "AXIS_ANGLE"])
def test_a_bone_keeps_its_rotation_mode(mode: str, data_if_any: Path | None) -> None:
    armature = RIGS["mixamo"](data_if_any)
    for bone in armature.pose.bones:
        bone.rotation_mode = mode
    stage = stage_of(armature)
    stage.bake(depth=1)
    assert {bone.rotation_mode for bone in armature.pose.bones} == {mode}
    assert _percentile(stage.off(1)) < AGREED


@pytest.mark.parametrize("name", ["mixamo", "planar_puppet"])
@pytest.mark.parametrize("mode", ["XYZ", "QUATERNION", "AXIS_ANGLE"])
def test_no_rotation_jumps_from_one_frame_to_the_next(mode: str, name: str, data_if_any: Path | None) -> None:
    armature = RIGS[name](data_if_any)
    for bone in armature.pose.bones:
        bone.rotation_mode = mode
    stage = stage_of(armature, fps=EVERY, frames=CALM)
    stage.bake(depth=1)
    quaternions = {
        key: values
        for key, values in keys_of(armature.animation_data.action).items()
        if key[0].endswith("rotation_quaternion")
    }
    for values in quaternions.values():
        assert np.abs(np.diff([value for _, value in values])).max() < 1
    for (path, index), values in keys_of(armature.animation_data.action).items():
        if path.endswith("rotation_euler") or (path.endswith("rotation_axis_angle") and index == 0):
            assert np.abs(np.diff([value for _, value in values])).max() < 3, path


def test_a_cut_out_rig_is_keyed_on_one_rotation_channel_a_bone_and_only_where_it_is_mapped(
    data_if_any: Path | None,
) -> None:
    stage = stage_of(RIGS["puppet"](data_if_any))
    bake = stage.bake(depth=1)
    channels = stage.channels()
    mapped = {name for chain in stage.bone_map.chains.values() for name in chain}
    assert set(channels) == mapped
    assert all(
        {channel for channel in found if channel[0] != "location"} == {("rotation_euler", 2)}
        for found in channels.values()
    )
    assert bake.bones == len(mapped)
    assert bake.keys == sum(map(len, keys_of(stage.armature.animation_data.action).values()))


def test_a_channel_that_was_left_turned_is_keyed_too(data_if_any: Path | None) -> None:
    armature = RIGS["puppet"](data_if_any)
    armature.pose.bones["forearm.R"].rotation_euler[0] = 0.4
    stage = stage_of(armature)
    stage.bake(depth=0)
    assert stage.channels()["forearm.R"] == {("rotation_euler", 0), ("rotation_euler", 2)}
    assert _percentile(stage.off(0)) < AGREED


def test_poses_by_hand_of_bones_between_mapped_ones_are_made_up_for(data_if_any: Path | None) -> None:
    armature = RIGS["unreal"](data_if_any)
    armature.pose.bones["Root"].rotation_mode = "XYZ"
    armature.pose.bones["Root"].rotation_euler = (0.1, 0.4, 0.2)
    armature.pose.bones["Root"].location = (0.1, 0, 0.2)
    stage = stage_of(armature)
    stage = replace(stage, motion=replace(stage.motion, contacts=np.zeros_like(stage.motion.contacts)))
    stage.bake(depth=1)
    assert _percentile(stage.off(1)) < AGREED
    assert np.abs(_hips_off_path(stage)).max() < 1e-3


def test_bones_that_do_not_turn_with_their_parents_agree_as_well(data_if_any: Path | None) -> None:
    armature = RIGS["mixamo"](data_if_any)
    for bone in ("mixamorig:LeftArm", "mixamorig:RightLeg", "mixamorig:Spine1"):
        armature.data.bones[bone].use_inherit_rotation = False
    stage = stage_of(armature)
    stage.bake(depth=1)
    assert _percentile(stage.off(1)) < AGREED


@pytest.mark.parametrize("local", [True, False])
def test_the_mid_hip_lands_on_the_motions_path(local: bool, data_if_any: Path | None) -> None:
    armature = RIGS["unreal"](data_if_any)
    armature.data.bones["pelvis"].use_local_location = local
    stage = stage_of(armature, PASSER_BY)
    in_the_air = replace(stage, motion=replace(stage.motion, contacts=np.zeros_like(stage.motion.contacts)))
    in_the_air.bake(depth=1)
    assert np.abs(_hips_off_path(in_the_air)).max() < 1e-3
    stage.bake(depth=1)
    assert np.abs(_hips_off_path(stage)).max() < 0.15, "standing feet may ask for a little of it"


@pytest.mark.parametrize("name", ["puppet", "slim", "planar_puppet", "mixamo", "kaykit_knight"])
def test_standing_feet_stand_on_the_ground_of_the_rig(name: str, data_if_any: Path | None) -> None:
    stage = stage_of(RIGS[name](data_if_any), fps=EVERY)
    stage.bake(depth=1)
    posed = posed_chains(stage.armature, stage.rest, stage.bone_map, stage.motion.frames)
    landed = _landed(stage)
    height = _height(stage)
    for foot, ankle in enumerate((Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE)):
        stands = stage.motion.contacts[:, foot] >= 0.5
        off = ((posed[ankle][1] - landed[:, ankle])[stands] @ stage.plane.up) / height
        assert np.percentile(np.abs(off), 95) < 0.02


def test_near_limbs_lie_before_far_ones_and_change_places_seldom(data_if_any: Path | None) -> None:
    stage = stage_of(RIGS["puppet"](data_if_any), fps=EVERY)
    stage.bake(depth=0)
    arms = posed_bones(stage.armature, {"upper_arm.R", "upper_arm.L", "thigh.R", "thigh.L"}, stage.motion.frames)
    drawn_at = {"upper_arm.R": -0.12, "upper_arm.L": 0.08, "thigh.R": -0.04, "thigh.L": 0.04}
    for right, left, joints in (("upper_arm.R", "upper_arm.L", (3, 4, 6, 7)), ("thigh.R", "thigh.L", (10, 11, 13, 14))):
        behind = {bone: arms[bone][:, :3, 3] @ stage.plane.away + drawn_at[bone] for bone in (right, left)}
        right_nearer = behind[right] < behind[left]
        depth = stage.motion.depth[:, joints[2:]].mean(axis=1) - stage.motion.depth[:, joints[:2]].mean(axis=1)
        clear = np.abs(depth) > 0.12 * stage.motion.skeleton.height
        assert np.mean(right_nearer[clear] == (depth > 0)[clear]) > 0.95
        assert np.count_nonzero(np.diff(right_nearer)) <= 8
        assert np.abs(behind[right] - behind[left]).min() > 0.03, "never in one layer"


def test_a_limb_that_is_connected_stays_in_its_layer_and_the_bake_says_so(puppet: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = puppet
    bpy.ops.object.mode_set(mode="EDIT")
    puppet.data.edit_bones["leg_upper.R"].use_connect = True
    bpy.ops.object.mode_set(mode="OBJECT")
    stage = stage_of(puppet)
    [note] = stage.bake(depth=0).notes
    assert note.startswith("leg_upper.R is connected to its parent")
    assert not {channel for channel, _ in stage.channels()["leg_upper.R"]} & {"location"}
    assert _percentile(stage.off(0)) < AGREED


def test_constraints_that_overrule_the_keys_are_named(puppet: bpy.types.Object) -> None:
    puppet.pose.bones["arm_lower.R"].constraints.new("LIMIT_ROTATION").name = "Stiff"
    notes = stage_of(puppet).bake(depth=0).notes
    assert notes == ("arm_lower.R has constraints that overrule its keys (Stiff); mute them to see the whole motion.",)


def test_an_arm_that_hangs_at_rest_does_not_spin_when_it_is_raised(data_if_any: Path | None) -> None:
    hanging = [
        RigBone(
            name,
            parent,
            (head[0], 0.02 * (index % 2), head[1]),
            (tail[0], 0.02 * (index % 3) - (0.1 if "foot" in name else 0), tail[1]),
        )
        for index, (name, parent, head, tail) in enumerate(PUPPET_BONES)
    ]
    stage = stage_of(build_armature("hanging", hanging), fps=EVERY, frames=CALM)
    assert not is_planar(stage.rest, stage.bone_map)
    stage.bake(depth=1)
    assert _percentile(stage.off(1)) < AGREED
    turns = posed_bones(stage.armature, {"arm_upper.R", "arm_upper.L"}, stage.motion.frames)
    for matrices in turns.values():
        steps = matrices[1:, :3, :3] @ matrices[:-1, :3, :3].transpose(0, 2, 1)
        angles = np.degrees(np.arccos(np.clip((np.trace(steps, axis1=1, axis2=2) - 1) / 2, -1, 1)))
        assert angles.max() < 60


def test_a_bone_that_points_at_the_viewer_keeps_its_direction(puppet: bpy.types.Object) -> None:
    stage = stage_of(puppet, fps=EVERY)
    positions = stage.motion.positions.copy()
    noise = np.random.default_rng(0).normal(scale=0.001 * stage.motion.skeleton.height, size=(40, 2))
    positions[60:100, Joint.RIGHT_WRIST] = positions[60:100, Joint.RIGHT_ELBOW] + noise
    blind = replace(stage.motion, positions=positions)
    bake_rig(puppet, stage.bone_map, blind, RigBakeSettings(stage.plane, 0, "street"))
    forearm = posed_bones(puppet, {"arm_lower.R"}, stage.motion.frames[58:102])["arm_lower.R"][:, :3, 1]
    forearm = forearm / np.linalg.norm(forearm, axis=-1, keepdims=True)
    turned = np.degrees(np.arccos(np.clip((forearm[1:] * forearm[:-1]).sum(axis=-1), -1, 1)))
    assert turned.max() < 15


def test_what_an_earlier_action_left_in_the_pose_does_not_show_in_the_new_one(data_if_any: Path | None) -> None:
    armature = RIGS["kaykit_knight"](data_if_any)
    assert armature.animation_data.action is not None, "the knight comes with an attack"
    bpy.context.scene.frame_set(10)
    stage = stage_of(armature)
    stage.bake(depth=1)
    assert _percentile(stage.off(1)) < AGREED
    bpy.context.scene.frame_set(1)
    assert armature.pose.bones["hand.r"].matrix_basis.to_quaternion().angle < 1e-4


def test_another_performers_bake_agrees_as_the_first_did_and_leaves_it_on_a_track(data_if_any: Path | None) -> None:
    stage = stage_of(RIGS["puppet"](data_if_any), WALKER)
    first = stage.bake(depth=0).action
    again = stage_of(stage.armature, PASSER_BY)
    second = bake_rig(
        again.armature, again.bone_map, again.motion, RigBakeSettings(again.plane, 0, "passer-by", feet=UNPLANTED)
    ).action
    assert _percentile(again.off(0)) < AGREED
    assert first != second
    assert [strip.action for track in stage.armature.animation_data.nla_tracks for strip in track.strips] == [first]
    assert first.name == "street → Puppet"


def test_one_frame_is_a_pose(puppet: bpy.types.Object) -> None:
    stage = stage_of(puppet)
    motion = resample(street_motion(stage.motion.skeleton, frames=slice(30, 31)), 24, 12)
    bake_rig(puppet, stage.bone_map, motion, RigBakeSettings(stage.plane, 0, "street"))
    posed = posed_chains(puppet, stage.rest, stage.bone_map, motion.frames)
    assert _percentile(angles_off(posed, wanted_vectors(motion, stage.plane, 0), stage.plane, flat=True), 100) < AGREED


def test_nothing_is_changed_where_the_bake_fails(puppet: bpy.types.Object) -> None:
    stage = stage_of(puppet)
    install_action(
        puppet,
        [Curve('pose.bones["head"].rotation_euler', 2, np.arange(3), np.arange(3.0), "head")],
        LayerSource("earlier", "earlier"),
        LayerSettings(),
    )
    before = contents()
    gone = BoneMap(
        {**stage.bone_map.chains, Joint.RIGHT_WRIST: ("no such bone",)}, stage.bone_map.root, stage.bone_map.extremities
    )
    with pytest.raises(ValueError, match="no such bone"):
        bake_rig(puppet, gone, stage.motion, RigBakeSettings(stage.plane, 0, "street"))
    with pytest.raises(ValueError, match="not between 0 and 1"):
        stage.bake(depth=1.5)
    bpy.context.view_layer.objects.active = puppet
    bpy.ops.object.mode_set(mode="EDIT")
    with pytest.raises(ValueError, match="leave Edit Mode"):
        stage.bake(depth=0)
    bpy.ops.object.mode_set(mode="OBJECT")
    assert contents() == before


def _landed(stage: Stage) -> np.ndarray:
    """(K, 15, 3) where the motion's joints lie in the world, flat in the plane, of a character that performs where it
    stood.
    """
    axes = local_axes(stage.armature, stage.plane)
    standing = standing_pose_of(stage.armature, stage.rest, stage.bone_map)
    rest = standing.of(stage.rest) if standing is not None else stage.rest
    local = (
        rest_origin(rest_joints(rest, stage.bone_map), axes, stage.motion)
        + (stage.motion.positions * (1, -1)) @ axes[:2]
    )
    world = np.array(stage.armature.matrix_world)
    return np.asarray(local @ world[:3, :3].T + world[:3, 3])


def _height(stage: Stage) -> float:
    return float(stage.motion.skeleton.height * np.linalg.norm(np.array(stage.armature.matrix_world)[:3, 0]))


def _hips_off_path(stage: Stage) -> np.ndarray:
    """(K, 3) how far the mid-hip is from the motion's, to the right, up and away, in heights of the character."""
    posed = posed_chains(stage.armature, stage.rest, stage.bone_map, stage.motion.frames)
    hips = (posed[Joint.RIGHT_KNEE][0] + posed[Joint.LEFT_KNEE][0]) / 2
    return np.asarray((hips - _landed(stage)[:, Joint.MID_HIP]) @ stage.plane.axes.T / _height(stage))
