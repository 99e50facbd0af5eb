"""Feet that stand stay where they stand, on short legs and on long ones, and nothing else of the body is bent for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge.foot_planting.contact_spans import contact_spans, ease_between_spans
from blender_addon.bridge.foot_planting.two_bone_ik import bend_side_in_plane, solve_two_bones
from blender_addon.bridge.retiming.resample import resample
from blender_addon.bridge.rig.rig_bake import RigBake, RigBakeSettings, bake_rig
from blender_addon.core.skeleton import Joint
from blender_addon.settings.channels import ChannelSettings
from blender_addon.settings.feet import FeetSettings, Planting
from tests.blender.legs import knee_bends, posed_ankles, slides, stretch_legs
from tests.blender.read_back import LIMBS, angles_off, posed_chains, wanted_vectors
from tests.blender.rigs import RIGS
from tests.blender.street_motion import PASSER_BY, WALKER, street_motion
from tests.blender.test_rig_bake import Stage, stage_of

pytestmark = pytest.mark.usefixtures("blank_file")

FILMED = 30.0
"""Frames a second of the clip."""
CALM = slice(0, 140)
"""The walker's frames before he turns a somersault."""
STILL = 0.005
"""Part of the height that a standing foot may slide."""
CUT_OUT = ("puppet", "slim", "planar_puppet")


def planted(stage: Stage, depth: float, feet: FeetSettings | None = None) -> RigBake:
    return bake_rig(
        stage.armature,
        stage.bone_map,
        stage.motion,
        RigBakeSettings(stage.plane, depth, "street", feet=feet or FeetSettings()),
    )


def slid(stage: Stage) -> list[float]:
    """Along the plane alone on cut-outs, whose limbs change layers; in space on other rigs."""
    ankles = posed_ankles(stage.armature, stage.rest, stage.bone_map, stage.motion.frames)
    axes = (
        stage.plane.axes[:2] if stage.armature.name.lower() in {"puppet", "slim", "planar_puppet"} else stage.plane.axes
    )
    return slides(ankles @ axes.T, stage.motion, height(stage))


def height(stage: Stage) -> float:
    return float(stage.motion.skeleton.height * np.linalg.norm(np.array(stage.armature.matrix_world)[:3, 0]))


@pytest.mark.parametrize("performer", [WALKER, PASSER_BY])
@pytest.mark.parametrize("factor", [0.5, 1.0, 1.5])
@pytest.mark.parametrize(("name", "depth"), [("puppet", 0), ("mixamo", 1), ("unreal", 0.5), ("kaykit_knight", 1)])
def test_planted_feet_do_not_slide_on_legs_of_any_length(
    name: str, depth: float, factor: float, performer: int, data_if_any: Path | None
) -> None:
    armature = RIGS[name](data_if_any)
    stretch_legs(armature, factor)
    stage = stage_of(armature, performer, FILMED)
    planted(stage, depth)
    drifts = slid(stage)
    contacts = street_motion(stage.motion.skeleton, performer).contacts.astype(np.float64)
    assert len(drifts) == len(contact_spans(contacts[:, 0])) + len(contact_spans(contacts[:, 1]))
    assert max(drifts) < STILL


def test_without_planting_feet_would_slide(data_if_any: Path | None) -> None:
    stage = stage_of(RIGS["puppet"](data_if_any), fps=FILMED)
    stage.bake(depth=0)
    assert max(slid(stage)) > 4 * STILL


@pytest.mark.parametrize(("name", "depth"), [("puppet", 0), ("mixamo", 1)])
def test_where_the_view_turns_standing_feet_turn_with_the_world(
    name: str, depth: float, data_if_any: Path | None
) -> None:
    """They keep their distance from where the motion has them, which goes across the picture; held on one spot of it
    they would not.
    """
    still = stage_of(RIGS[name](data_if_any), fps=FILMED)
    azimuth = np.radians(np.linspace(0, 120, len(still.motion)))
    across, away = still.motion.positions[..., 0], still.motion.depth
    cos, sin = np.cos(azimuth)[:, None], np.sin(azimuth)[:, None]
    positions = np.stack((across * cos - away * sin, still.motion.positions[..., 1]), axis=-1)
    apart = []
    for view_moves in (True, False):
        motion = replace(still.motion, positions=positions, depth=across * sin + away * cos, view_moves=view_moves)
        stage = replace(still, motion=motion)
        planted(stage, depth)
        ankles = posed_ankles(stage.armature, stage.rest, stage.bone_map, motion.frames) @ stage.plane.axes[0]
        shown = positions[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE], 0] * height(stage) / motion.skeleton.height
        apart.append(np.mean(slides((ankles - shown)[..., None], motion, height(stage))))
    assert apart[0] < 0.02
    assert apart[1] > 2 * apart[0]


@pytest.mark.parametrize("name", ["puppet", "mixamo"])
def test_all_but_the_legs_point_where_the_motion_does(name: str, data_if_any: Path | None) -> None:
    stage = stage_of(RIGS[name](data_if_any), fps=FILMED)
    depth = 0 if name == "puppet" else 1
    planted(stage, depth)
    off = angles_off(
        posed_chains(stage.armature, stage.rest, stage.bone_map, stage.motion.frames),
        wanted_vectors(stage.motion, stage.plane, depth),
        stage.plane,
        flat=depth == 0,
    )
    legs = {Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.LEFT_KNEE, Joint.LEFT_ANKLE}
    assert (
        np.percentile(np.concatenate([off[joint] for joint in LIMBS if joint in off and joint not in legs]), 95) < 0.5
    )
    assert np.percentile(np.concatenate([off[joint] for joint in legs]), 95) < 15
    assert np.median(np.concatenate([off[joint] for joint in legs])) < 3


@pytest.mark.parametrize("name", ["puppet", "mixamo", "unreal"])
def test_knees_neither_pop_nor_flip(name: str, data_if_any: Path | None) -> None:
    stage = stage_of(RIGS[name](data_if_any), PASSER_BY, FILMED)
    depth = 0 if name == "puppet" else 1
    stage.bake(depth)
    before = np.abs(np.diff(knee_bends(stage.armature, stage.rest, stage.bone_map, stage.motion.frames), axis=0))
    planted(stage, depth)
    after = np.abs(np.diff(knee_bends(stage.armature, stage.rest, stage.bone_map, stage.motion.frames), axis=0))
    assert np.percentile(after, 99) < np.percentile(before, 99) + 8, "degrees a frame"
    assert after.max() < before.max() + 8


def test_feet_stand_on_the_ground_of_the_rig(data_if_any: Path | None) -> None:
    for name, depth in (("slim", 0), ("mixamo", 1)):
        stage = stage_of(RIGS[name](data_if_any), PASSER_BY, FILMED)
        planted(stage, depth, FeetSettings(Planting.ALWAYS))
        ankles = posed_ankles(stage.armature, stage.rest, stage.bone_map, stage.motion.frames) @ stage.plane.up
        stage.armature.animation_data_clear()
        for bone in stage.armature.pose.bones:
            bone.matrix_basis.identity()
        rest = posed_ankles(stage.armature, stage.rest, stage.bone_map, np.array([1])) @ stage.plane.up
        for foot in range(2):
            stands = stage.motion.contacts[:, foot] >= 0.5
            np.testing.assert_allclose(ankles[stands, foot], rest[0, foot], atol=STILL * height(stage))


def test_the_ground_lies_where_it_is_set(data_if_any: Path | None) -> None:
    armature = RIGS["unreal"](data_if_any)
    armature.location = (1, 2, 0.3)
    armature.scale = (0.5, 0.5, 0.5)
    found = []
    for ground in (0.0, 0.75):
        stage = stage_of(armature, PASSER_BY, FILMED)
        planted(stage, 1, FeetSettings(ground=ground))
        stands = stage.motion.contacts[:, 0] >= 0.5
        found.append(
            posed_ankles(armature, stage.rest, stage.bone_map, stage.motion.frames[stands])[:, 0] @ stage.plane.up
        )
    np.testing.assert_allclose(found[1] - found[0], 0.75, atol=1e-3)
    assert 0 < found[0].mean() < 0.1 * height(stage), "ankles are a little above their soles"


def test_a_foot_that_stands_on_a_step_stays_up_there_unless_all_feet_are_to_stand_on_the_ground(
    data_if_any: Path | None,
) -> None:
    stage = stage_of(RIGS["mixamo"](data_if_any), PASSER_BY, FILMED)
    contacts, positions = np.zeros((40, 2)), np.repeat(stage.motion.positions[60:61], 40, axis=0)
    contacts[:, 1] = 1
    contacts[20:, 0] = 1
    positions[:20, Joint.LEFT_ANKLE, 1] += 0.02 * stage.motion.skeleton.height
    lift = 0.25 * stage.motion.skeleton.height
    positions[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE], 1] = positions[:, Joint.LEFT_ANKLE, 1].mean()
    positions[:, [Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE], 1] -= lift
    frames = {name: getattr(stage.motion, name)[:40] for name in ("frames", "depth", "confidence")}
    stage = replace(stage, motion=replace(stage.motion, positions=positions, contacts=contacts, **frames))
    heights = []
    for planting in (Planting.AUTO, Planting.ALWAYS):
        planted(stage, 0, FeetSettings(planting))
        ankles = posed_ankles(stage.armature, stage.rest, stage.bone_map, stage.motion.frames[-5:]) @ stage.plane.up
        heights.append((ankles[:, 0] - ankles[:, 1]).mean() / height(stage))
    assert heights[0] > 0.1
    assert abs(heights[1]) < STILL


@pytest.mark.parametrize("rate", [12.0, 24.0, 25.0, 60.0])
def test_no_contact_is_lost_on_the_way_to_the_scenes_frames(rate: float, data_if_any: Path | None) -> None:
    stage = stage_of(RIGS["puppet"](data_if_any))
    motion = street_motion(stage.motion.skeleton)
    contacts = np.zeros_like(motion.contacts)
    contacts[[11, 12, 31, 70, 71, 72], 0] = 0.9
    contacts[0, 1] = contacts[-1, 1] = contacts[100:160, 1] = 0.8
    scene = resample(replace(motion, contacts=contacts), rate, 1)
    assert len(contact_spans(scene.contacts[:, 0])) == 3
    assert len(contact_spans(scene.contacts[:, 1])) == 3


def test_a_root_that_cannot_be_moved_still_lets_the_legs_reach(data_if_any: Path | None) -> None:
    stage = stage_of(RIGS["planar_puppet"](data_if_any), fps=FILMED)
    bpy.context.view_layer.objects.active = stage.armature
    bpy.ops.object.mode_set(mode="EDIT")
    base, hip = stage.armature.data.edit_bones.new("base"), stage.armature.data.edit_bones[stage.bone_map.root]
    base.head, base.tail = (0, 0, hip.head.z - 0.1), hip.head
    hip.parent, hip.use_connect = base, True
    bpy.ops.object.mode_set(mode="OBJECT")
    whole = ChannelSettings(stretch=0.0)  # legs that are seen shorter reach less far
    bake = bake_rig(
        stage.armature, stage.bone_map, stage.motion, RigBakeSettings(stage.plane, 0, "street", channels=whole)
    )
    assert any("connected to its parent" in note for note in bake.notes)
    assert np.median(slid(stage)) < STILL


def test_corrections_are_eased_in_and_out() -> None:
    contacts = np.zeros(60)
    contacts[20:30] = contacts[34:40] = 1
    spans = contact_spans(contacts)
    assert [(span.first, span.last) for span in spans] == [(20, 30), (34, 40)]
    values = np.where(contacts[:, None] > 0, np.array([1.0, -2.0]), 0.0)
    smooth = ease_between_spans(values, spans, 5)
    np.testing.assert_array_equal(
        smooth[20:40], np.tile([1.0, -2.0], (20, 1)), "a short step between two stances leads straight over"
    )
    assert not smooth[:16].any()
    assert not smooth[44:].any()
    assert (np.diff(smooth[15:21, 0]) > 0).all()
    assert np.abs(np.diff(smooth[:, 0])).max() < 0.4


def test_two_bones_reach_what_they_can_and_bend_as_they_did() -> None:
    start, middle, end = (np.array([point], dtype=np.float64) for point in ((0, 0, 2), (0.2, 0, 1), (0, 0, 0)))
    side = np.array([[1.0, 0, 0]])
    for goal in ((0.3, 0, 0.4), (0, 0.5, 0.5), (0, 0, -3)):
        knee, ankle = solve_two_bones(start, middle, end, np.array([goal], dtype=np.float64), side)
        np.testing.assert_allclose(np.linalg.norm(knee - start), np.linalg.norm(middle - start))
        np.testing.assert_allclose(np.linalg.norm(ankle - knee), np.linalg.norm(end - middle))
        assert (knee - (start + ankle) / 2)[0, 0] > -1e-9, "the knee stays on its side"
    np.testing.assert_allclose(solve_two_bones(start, middle, end, np.array([(0.3, 0, 0.4)]), side)[1], [(0.3, 0, 0.4)])


def test_a_straight_limb_that_trembles_keeps_its_side() -> None:
    out = np.array([0.2, 0.1, 0.005, -0.004, 0.006, -0.003, 0.1, 0.01, -0.2])
    start, end = np.tile([0.0, 0, 2], (9, 1)), np.zeros((9, 3))
    middle = np.stack((out, 0 * out, 1 + 0 * out), axis=-1)
    sides = bend_side_in_plane(start, middle, end, np.array([0.0, 1, 0]))[:, 0]
    assert (np.sign(sides[:7]) == np.sign(sides[0])).all()
    assert np.sign(sides[8]) == -np.sign(sides[0])
    assert np.sign(sides[0]) == np.sign(out[0])
