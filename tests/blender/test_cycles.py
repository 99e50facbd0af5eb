"""The part of a motion that repeats becomes a cycle whose seam cannot be seen, in place or on its way, on rigs without
end.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge.armature.measure import measure_skeleton
from blender_addon.bridge.armature.rest_pose import read_rest_pose
from blender_addon.bridge.body.scene_motion import Cycle, SceneMotion
from blender_addon.bridge.bone_maps import map_bones
from blender_addon.bridge.projection.planes import FRONT
from blender_addon.bridge.retiming.cycles import best_cycle, make_cycle, without_travel
from blender_addon.bridge.rig.rig_bake import RigBakeSettings, bake_rig
from blender_addon.bridge.scene.animation.actions import curves_of_all_slots
from blender_addon.core.skeleton import BONE_INDEX, PARENTS, Joint, Skeleton
from blender_addon.settings.feet import UNPLANTED
from blender_addon.settings.keys import DENSE, REDUCED, KeyMode, KeySettings
from blender_addon.settings.timing import CycleRoot, TimingSettings
from tests.blender.rigs import RIGS

pytestmark = pytest.mark.usefixtures("blank_file")

BODY = Skeleton.from_proportions([0.3, 0.5, 0.18, 0.28, 0.26, 0.1, 0.42, 0.42])
STRIDE, STANDS_FOR, STRIDES = 26, 30, 4
PACE = 0.015
"""Frames of a stride, frames that the walker stands before, strides, and the way of a frame."""


def walker(body: Skeleton = BODY, strides: int = STRIDES) -> SceneMotion:
    """Stands, walks some strides to the right, each a little different, and stops."""
    count = STANDS_FOR + strides * STRIDE + 10
    at = np.clip(np.arange(count) - STANDS_FOR, 0, strides * STRIDE)
    going = np.minimum(1, np.minimum(at, strides * STRIDE - at) / 6)
    phase = 2 * np.pi * at / STRIDE
    swing = going * np.sin(phase) * (1 + 0.04 * np.sin(at / 17))
    bend = going * np.maximum(0, np.cos(phase))
    lean = {
        Joint.RIGHT_KNEE: swing,
        Joint.LEFT_KNEE: -swing,
        Joint.RIGHT_ELBOW: -0.7 * swing,
        Joint.LEFT_ELBOW: 0.7 * swing,
    }
    lean |= {Joint.RIGHT_ANKLE: lean[Joint.RIGHT_KNEE] - bend, Joint.LEFT_ANKLE: lean[Joint.LEFT_KNEE] - going + bend}
    lean |= {Joint.RIGHT_WRIST: lean[Joint.RIGHT_ELBOW] + 0.3, Joint.LEFT_WRIST: lean[Joint.LEFT_ELBOW] + 0.3}
    positions = np.zeros((count, 15, 2))
    positions[:, Joint.MID_HIP, 0] = PACE * body.height * np.cumsum(going)
    sideways = {Joint.RIGHT_SHOULDER: -1, Joint.LEFT_SHOULDER: 1, Joint.RIGHT_HIP: -1, Joint.LEFT_HIP: 1}
    for joint in (Joint.NECK, Joint.HEAD, *(joint for joint in PARENTS if joint not in {Joint.NECK, Joint.HEAD})):
        length = body.lengths[BONE_INDEX[joint]]
        angle = lean.get(
            joint,
            np.full(
                count,
                sideways[joint] * np.pi / 2
                if joint in sideways
                else np.pi
                if joint in {Joint.NECK, Joint.HEAD}
                else 0.0,
            ),
        )
        positions[:, joint] = positions[:, PARENTS[joint]] + length * np.stack((np.sin(angle), np.cos(angle)), axis=-1)
    contacts = np.stack((np.cos(phase) < 0, np.cos(phase) >= 0), axis=-1) | (going < 1)[:, None]
    return SceneMotion(
        np.arange(count) + 1,
        positions,
        np.zeros((count, 15)),
        contacts.astype(np.float64),
        np.ones((count, 15)),
        body,
        fps=24.0,
    )


def cycle_of(motion: SceneMotion) -> Cycle:
    assert motion.cycle is not None
    return motion.cycle


def part_of(motion: SceneMotion, at: np.ndarray) -> SceneMotion:
    """The frames at those indices, one after the other."""
    return replace(
        motion,
        frames=np.arange(len(at)),
        positions=motion.positions[at],
        depth=motion.depth[at],
        contacts=motion.contacts[at],
        confidence=motion.confidence[at],
    )


def hips(motion: SceneMotion) -> np.ndarray:
    return np.asarray(motion.positions[:, Joint.MID_HIP])


def test_a_cycle_of_a_walk_is_a_stride_and_no_time_of_standing() -> None:
    first, last, apart = best_cycle(walker(), 12)
    assert last - first == STRIDE
    assert STANDS_FOR < first < STANDS_FOR + 3 * STRIDE
    assert apart < 0.2


def test_a_cycle_is_as_long_as_it_is_asked_to_be_at_least() -> None:
    assert cycle_of(make_cycle(walker(), TimingSettings(shortest=STRIDE + 5))).frames == 2 * STRIDE


def test_the_best_cycle_of_a_long_motion_is_found_among_all_its_frames() -> None:
    first, last, apart = best_cycle(walker(strides=200), 12)
    assert last - first == STRIDE
    assert apart < 0.2


def test_the_seam_closes_in_place_and_in_speed() -> None:
    cycle = make_cycle(walker(), TimingSettings())
    body = cycle.positions - hips(cycle)[:, None]
    np.testing.assert_allclose(body[-1], body[0], atol=1e-9)
    steps = np.linalg.norm(np.diff(body[:, [Joint.RIGHT_WRIST, Joint.RIGHT_KNEE]], axis=0), axis=-1)
    across = np.linalg.norm((body[1] - body[0]) - (body[-1] - body[-2]), axis=-1)[[Joint.RIGHT_WRIST, Joint.RIGHT_KNEE]]
    within = np.linalg.norm(np.diff(body[:, [Joint.RIGHT_WRIST, Joint.RIGHT_KNEE]], 2, axis=0), axis=-1).max(axis=0)
    assert (across <= 1.5 * within).all()
    assert steps.max() < 0.2 * BODY.height
    assert hips(cycle)[-1, 1] == pytest.approx(hips(cycle)[0, 1])


def test_a_cycle_is_carried_on_from_repeat_to_repeat_or_stays_in_place() -> None:
    thrice = make_cycle(walker(), TimingSettings(repeats=3))
    assert len(thrice) == 3 * STRIDE + 1
    travel = cycle_of(thrice).travel
    assert travel == pytest.approx(PACE * BODY.height * STRIDE, rel=0.1)
    np.testing.assert_allclose(hips(thrice)[STRIDE:, 0] - hips(thrice)[:-STRIDE, 0], travel, atol=1e-9)
    assert np.abs(np.diff(hips(thrice)[:, 0], 2)).max() < 0.3 * PACE * BODY.height
    still = without_travel(make_cycle(walker(), TimingSettings(repeats=3, root=CycleRoot.IN_PLACE)))
    assert np.ptp(hips(still)[:, 0]) < 0.1 * travel


@pytest.mark.parametrize(
    "part", [slice(STANDS_FOR + 10, STANDS_FOR + 10 + STRIDE + 1), slice(STANDS_FOR, STANDS_FOR + 2 * STRIDE)]
)
def test_a_seam_closes_where_hardly_anything_comes_before_or_after(part: slice) -> None:
    short = part_of(walker(), np.arange(len(walker()))[part])
    cycle = make_cycle(short, TimingSettings(shortest=STRIDE))
    body = cycle.positions - hips(cycle)[:, None]
    np.testing.assert_allclose(body[-1], body[0], atol=1e-9)


def test_what_cannot_be_a_cycle_is_refused_in_one_sentence() -> None:
    with pytest.raises(ValueError, match="too few for a cycle of at least 500"):
        make_cycle(walker(), TimingSettings(shortest=500))
    unseen = replace(walker(), confidence=np.zeros((len(walker()), 15)))
    with pytest.raises(ValueError, match="not seen for long enough"):
        make_cycle(unseen, TimingSettings())


@pytest.mark.parametrize("keys", [DENSE, REDUCED, KeySettings(KeyMode.TWOS)])
@pytest.mark.parametrize("root", CycleRoot)
@pytest.mark.parametrize("name", ["puppet", "mixamo"])
def test_a_rig_goes_on_beyond_its_keys(name: str, root: CycleRoot, keys: KeySettings, data_if_any: Path | None) -> None:
    armature = RIGS[name](data_if_any)
    rest = read_rest_pose(armature)
    bone_map = map_bones(rest)
    motion = make_cycle(walker(measure_skeleton(rest, bone_map)), TimingSettings(root=root))
    bpy.context.view_layer.update()
    action = bake_rig(armature, bone_map, motion, RigBakeSettings(FRONT, 0.0, "walk", keys=keys)).action
    assert action.use_cyclic
    assert (action.frame_start, action.frame_end) == (1, 1 + STRIDE)
    ways = []
    for curve in curves_of_all_slots(action):
        values = np.array([curve.evaluate(frame) for frame in range(1, 2 + 3 * STRIDE)])
        steps = values[STRIDE:] - values[:-STRIDE]
        if curve.data_path.endswith("location") and np.ptp(values) > 0:
            ways.append(np.abs(steps).max())
            np.testing.assert_allclose(steps[1:-1], steps[1], atol=1e-4 * max(1, np.ptp(values)))
        elif not curve.data_path.endswith("location"):
            np.testing.assert_allclose(steps[1:-1], 0, atol=2e-4, err_msg=curve.data_path)
    if keys is DENSE:
        assert (max(ways) > 0.5 * cycle_of(motion).travel) == (root is CycleRoot.CARRIED_ON)


def test_a_reduced_cycle_goes_through_its_seam_with_one_slope(data_if_any: Path | None) -> None:
    armature = RIGS["puppet"](data_if_any)
    rest = read_rest_pose(armature)
    bone_map = map_bones(rest)
    motion = make_cycle(walker(measure_skeleton(rest, bone_map)), TimingSettings())
    bpy.context.view_layer.update()
    action = bake_rig(
        armature, bone_map, motion, RigBakeSettings(FRONT, 0.0, "walk", feet=UNPLANTED, keys=REDUCED)
    ).action
    for curve in curves_of_all_slots(action):
        if "CONSTANT" in {key.interpolation for key in curve.keyframe_points} or len(curve.keyframe_points) < 2:
            continue
        first, last = curve.keyframe_points[0], curve.keyframe_points[-1]
        slopes = [(key.handle_right[1] - key.co[1]) / (key.handle_right[0] - key.co[0]) for key in (first, last)]
        assert slopes[0] == pytest.approx(slopes[1], abs=2e-3), curve.data_path


def test_a_cycle_that_ends_leaves_no_modifier(data_if_any: Path | None) -> None:
    armature = RIGS["puppet"](data_if_any)
    rest = read_rest_pose(armature)
    bone_map = map_bones(rest)
    motion = make_cycle(walker(measure_skeleton(rest, bone_map)), TimingSettings(repeats=2, endless=False))
    bpy.context.view_layer.update()
    action = bake_rig(armature, bone_map, motion, RigBakeSettings(FRONT, 0.0, "walk")).action
    assert not [modifier for curve in curves_of_all_slots(action) for modifier in curve.modifiers]
    assert action.frame_range[1] == 1 + 2 * STRIDE
