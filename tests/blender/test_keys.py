"""Reduced keys in Blender: its own evaluation keeps to the tolerances on every frame, joints stay where they were, feet
do not slide; poses on twos stand.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge.armature.measure import measure_skeleton
from blender_addon.bridge.armature.rest_pose import read_rest_pose
from blender_addon.bridge.body.contacts import CONTACT_THRESHOLD
from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.bone_maps import map_bones
from blender_addon.bridge.figure.exposures import exposures
from blender_addon.bridge.projection.planes import is_planar, plane_of
from blender_addon.bridge.retiming.hold_poses import poses_to_hold
from blender_addon.bridge.retiming.resample import resample
from blender_addon.bridge.rig.compared_points import (
    ComparedPoint,
    KeyedBones,
    PointKind,
    PosedPoints,
    compared_points,
    keyed_bones,
)
from blender_addon.bridge.rig.key_reduction import reduce_keys
from blender_addon.bridge.rig.rig_bake import RigBake, RigBakeSettings, bake_rig, plan_rig_bake
from blender_addon.bridge.rig.rig_pose import read_target
from blender_addon.bridge.rig.tolerance_tightening import JointGoals
from blender_addon.bridge.scene.animation.actions import Curve, Interpolation, curves_of_all_slots, made_action
from blender_addon.core.keys import Track, fewest_keys
from blender_addon.core.skeleton import Joint
from blender_addon.settings.channels import ChannelSettings
from blender_addon.settings.keys import DENSE, REDUCED, KeyMode, KeySettings
from blender_addon.settings.view import PlaneChoice
from tests.blender.read_back import posed_joints
from tests.blender.rigs import RIGS, planar_puppet
from tests.blender.scene_of_puppet import keys_of
from tests.blender.street_motion import PASSER_BY, street_motion

pytestmark = pytest.mark.usefixtures("blank_file")

ON_GROUND = {0: Joint.RIGHT_ANKLE, 1: Joint.LEFT_ANKLE}
FORESHORTENED, WHOLE = ChannelSettings().stretch, 0.0
"""How much limbs are shortened: as new scenes have it, or never."""
CUT_OUTS = ("puppet", "planar_puppet")
RIGGED = ("puppet", "mixamo", "unreal", "kaykit_knight", "rigify", "planar_puppet")


def values_of(action: bpy.types.Action, frames: np.ndarray) -> dict[tuple[str, int], np.ndarray]:
    return {
        (curve.data_path, curve.array_index): np.array([curve.evaluate(float(frame)) for frame in frames])
        for curve in curves_of_all_slots(action)
    }


class Bake:
    """The passer-by on a rig, baked as told."""

    def __init__(self, name: str, data_if_any: Path | None, stretch: float = FORESHORTENED) -> None:
        self.armature = RIGS[name](data_if_any)
        self.rest = read_rest_pose(self.armature)
        self.bone_map = map_bones(self.rest)
        self.motion: SceneMotion = resample(
            street_motion(measure_skeleton(self.rest, self.bone_map), PASSER_BY, slice(40, 200)), 30, 1
        )
        bpy.context.view_layer.update()
        plane = plane_of(PlaneChoice.OWN, self.armature, self.rest, self.bone_map, bpy.context.scene)
        depth = 0.0 if is_planar(self.rest, self.bone_map) else 1.0
        self.settings = RigBakeSettings(plane, depth, "street", channels=ChannelSettings(stretch=stretch))

    def bake(self, keys: KeySettings) -> RigBake:
        return bake_rig(self.armature, self.bone_map, self.motion, replace(self.settings, keys=keys))

    def joints(self) -> dict[tuple[Joint, int], np.ndarray]:
        """(K, 3) joints of the rig, in heights of the character."""
        height = self.motion.skeleton.height * np.linalg.norm(np.array(self.armature.matrix_world)[:3, 0])
        return {
            joint: places / height
            for joint, places in posed_joints(self.armature, self.rest, self.bone_map, self.motion.frames).items()
        }


@pytest.mark.parametrize("first", [0, 1, 5000])
def test_blender_evaluates_handles_as_the_fit_does(first: int) -> None:
    armature = planar_puppet(Path())
    frames = np.arange(first, first + 200)
    values = np.cumsum(np.random.default_rng(1).normal(size=200)) / 10
    [keys] = fewest_keys([Track(values[:, None], np.full(200, 0.05), np.zeros(200, dtype=np.bool_))])
    curve = Curve(
        'pose.bones["head"].rotation_euler', 2, frames[keys.at], keys.values[:, 0], "head", slopes=keys.slopes[:, 0]
    )
    action, _ = made_action(armature, "take", [curve])
    [evaluated] = values_of(action, frames).values()
    assert len(keys.at) < 100
    np.testing.assert_allclose(evaluated, keys.evaluated(200)[:, 0], atol=1e-6 * first + 1e-5)
    np.testing.assert_allclose(evaluated, values, atol=0.05)
    [made] = curves_of_all_slots(action)
    assert {kind for key in made.keyframe_points for kind in (key.handle_left_type, key.handle_right_type)} == {
        "ALIGNED"
    }
    assert {key.type for key in made.keyframe_points} == {"GENERATED"}


@pytest.mark.parametrize(
    ("name", "stretch"), [*((name, WHOLE) for name in RIGGED), *((name, FORESHORTENED) for name in CUT_OUTS)]
)
def test_reduced_curves_keep_to_their_tolerances_and_joints_where_they_were(
    name: str, stretch: float, data_if_any: Path | None
) -> None:
    stage = Bake(name, data_if_any, stretch)
    dense, wanted = values_of(stage.bake(DENSE).action, stage.motion.frames), stage.joints()
    made = stage.bake(REDUCED)
    reduced, found = values_of(made.action, stage.motion.frames), stage.joints()
    assert made.keys < 0.6 * made.dense
    for (path, index), values in reduced.items():
        off = np.abs(values - dense[path, index]).max()
        limits: dict[str, float] = {
            "location": 0.005 * stage.motion.skeleton.height,
            "rotation_quaternion": np.radians(0.5),
            "scale": 0.01,
        }
        limit = limits.get(path.rpartition(".")[2], float(np.radians(1)))
        assert off <= limit + 1e-4, (path, index)
    for place in wanted:
        assert np.linalg.norm(found[place] - wanted[place], axis=1).max() < 0.01, place
    for foot, ankle in ON_GROUND.items():
        stands = stage.motion.contacts[:, foot] >= CONTACT_THRESHOLD
        assert np.linalg.norm(found[ankle, 1] - wanted[ankle, 1], axis=1)[stands].max() < 0.0025, ankle


def test_wrists_are_compared_where_hands_hang_and_not_where_an_import_put_tails(data_if_any: Path | None) -> None:
    stage = Bake("quaternius_worker", data_if_any)
    target = read_target(stage.armature, stage.bone_map, stage.motion, plane=stage.settings.plane, depth=1.0, reset=())
    [forearm] = stage.bone_map.chains[Joint.RIGHT_WRIST]
    bone = stage.rest.index(forearm)
    wrist = compared_points(target, KeyedBones({bone: ""}, {}))[ComparedPoint(bone, PointKind.JOINT)]
    np.testing.assert_allclose(wrist, stage.rest.heads[stage.rest.index("Hand.R")], atol=1e-4)
    assert np.linalg.norm(wrist - stage.rest.tails[bone]) > 0.01 * stage.motion.skeleton.height


def test_keys_of_one_quaternion_share_their_frames(data_if_any: Path | None) -> None:
    stage = Bake("mixamo", data_if_any)
    keyed = keys_of(stage.bake(REDUCED).action)
    frames: dict[str, set[tuple[float, ...]]] = {}
    for (path, _), keys in keyed.items():
        if path.endswith("rotation_quaternion"):
            frames.setdefault(path, set()).add(tuple(frame for frame, _ in keys))
    assert frames
    assert all(len(each) == 1 for each in frames.values())


def test_a_wider_tolerance_needs_fewer_keys_and_a_key_a_frame_stays_to_be_had(data_if_any: Path | None) -> None:
    stage = Bake("puppet", data_if_any)
    counts = [
        stage.bake(KeySettings(KeyMode.REDUCED, np.radians(angle), distance)).keys
        for angle, distance in ((0.2, 0.001), (1, 0.005))
    ]
    dense = stage.bake(DENSE)
    assert dense.keys == dense.dense > counts[0] > counts[1]


@pytest.mark.parametrize(("mode", "hold"), [(KeyMode.ONES, 1), (KeyMode.TWOS, 2), (KeyMode.THREES, 3)])
def test_poses_stand_for_their_frames(mode: KeyMode, hold: int, data_if_any: Path | None) -> None:
    stage = Bake("puppet", data_if_any)
    dense = values_of(stage.bake(DENSE).action, stage.motion.frames)
    action = stage.bake(KeySettings(mode)).action
    held = values_of(action, stage.motion.frames)
    assert {key.interpolation for curve in curves_of_all_slots(action) for key in curve.keyframe_points} == {
        Interpolation.CONSTANT
    }
    assert all((frame - 1) % hold == 0 for keys in keys_of(action).values() for frame, _ in keys)
    _, poses = poses_to_hold(stage.motion, hold)
    shown = poses[np.arange(len(stage.motion)) // hold]
    for channel, values in held.items():
        np.testing.assert_allclose(values, dense[channel][shown], atol=1e-5)


def test_drawings_on_twos_stand_for_two_frames_and_show_the_same_moments_as_the_rig(data_if_any: Path | None) -> None:
    stage = Bake("puppet", data_if_any)
    ones, twos = exposures(stage.motion, 30), exposures(stage.motion, 30, 2)
    assert len(twos) <= len(ones) / 2 + 1
    assert all((exposure.frame - 1) % 2 == 0 for exposure in twos)
    _, poses = poses_to_hold(stage.motion, 2)
    assert {exposure.index for exposure in twos} <= set(poses.tolist())


def test_a_pose_of_a_single_frame_is_keyed_once(data_if_any: Path | None) -> None:
    stage = Bake("puppet", data_if_any)
    body = measure_skeleton(stage.rest, stage.bone_map)
    stage.motion = resample(street_motion(body, PASSER_BY, slice(100, 101)), 30, 7)
    for keys in (REDUCED, KeySettings(KeyMode.TWOS)):
        assert {len(found) for found in keys_of(stage.bake(keys).action).values()} == {1}


@pytest.mark.parametrize(
    ("name", "stretch"), [("puppet", WHOLE), ("puppet", FORESHORTENED), ("mixamo", WHOLE), ("rigify", WHOLE)]
)
def test_on_poses_all_bones_share_keys_and_joints_stay_where_they_were(
    name: str, stretch: float, data_if_any: Path | None
) -> None:
    stage = Bake(name, data_if_any, stretch)
    stage.bake(DENSE)
    wanted = stage.joints()
    reduced = stage.bake(REDUCED).keys
    made = stage.bake(KeySettings(KeyMode.POSES))
    found = stage.joints()
    moving = [curve for curve in curves_of_all_slots(made.action) if key_interpolation(curve) == "BEZIER"]
    frames = [{round(key.co[0]) for key in curve.keyframe_points} for curve in moving]
    shared = set.intersection(
        *(keyed for keyed, curve in zip(frames, moving, strict=True) if not curve.data_path.endswith("scale"))
    )
    keys = sum(map(len, frames))
    assert sum(len(keyed & shared) for keyed in frames) >= 0.8 * keys
    assert made.keys <= 2 * reduced
    for place in wanted:
        assert np.linalg.norm(found[place] - wanted[place], axis=1).max() < 0.01, place
    for foot, ankle in ON_GROUND.items():
        stands = stage.motion.contacts[:, foot] >= CONTACT_THRESHOLD
        assert np.linalg.norm(found[ankle, 1] - wanted[ankle, 1], axis=1)[stands].max() < 0.005, ankle
    types = {(round(key.co[0]), key.type) for curve in moving for key in curve.keyframe_points}
    steps = np.diff((stage.motion.contacts >= CONTACT_THRESHOLD).astype(np.int8), axis=0) != 0
    contacts = set(stage.motion.frames[1:][steps.any(axis=1)].tolist())
    extremes = {frame for frame, kind in types if kind == "EXTREME"}
    assert contacts <= extremes <= shared
    assert stretch == WHOLE or any(curve.data_path.endswith("scale") for curve in moving)
    assert {frame for frame, kind in types if kind == "BREAKDOWN"} == shared - extremes
    assert not {frame for frame, kind in types if kind == "GENERATED"} & shared


def key_interpolation(curve: bpy.types.FCurve) -> str:
    return str(curve.keyframe_points[0].interpolation)


@pytest.mark.parametrize("name", ["puppet", "mixamo", "rigify"])
def test_no_point_of_a_rig_leaves_its_limit(name: str, data_if_any: Path | None) -> None:
    stage = Bake(name, data_if_any)
    plan = plan_rig_bake(stage.armature, stage.bone_map, stage.motion, replace(stage.settings, keys=REDUCED))
    action, _ = made_action(stage.armature, "take", reduce_keys(plan.target, plan.dense, REDUCED))
    bones = keyed_bones(plan.target, plan.dense)
    dense = {(curve.path, curve.index): curve.values for curve in plan.dense if len(curve.frames) == len(stage.motion)}
    goals = JointGoals.of(plan.target, bones, dense)
    reduced = values_of(action, stage.motion.frames)
    places = PosedPoints.of(plan.target, bones, dense | {channel: reduced[channel] for channel in dense}).places(
        goals.points
    )
    for point, limit in goals.limits.items():
        off = np.linalg.norm(places[point] - goals.wanted[point], axis=1)
        assert (off <= 1.001 * limit + 1e-6).all(), (stage.rest.names[point.bone], point.kind)
