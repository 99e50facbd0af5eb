"""Shoulders and hips of cut-outs take the width, and the sides, that the view gives them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.bridge.armature.measure import rest_joints
from blender_addon.bridge.armature.rest_pose import read_rest_pose
from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.drawing.drawing_bake import key_layers
from blender_addon.bridge.rig.rig_bake import RigBakeSettings
from blender_addon.core.limbs import Limb
from blender_addon.core.skeleton import Joint
from blender_addon.settings.keys import REDUCED
from characters.catalogue import FOLDER
from tests.blender.cut_outs import CutOut
from tests.blender.known_walks import ANKLES, RUN, STEPPING, WALK, Gait, known_motion
from tests.blender.read_back import posed_chains
from tests.blender.scene_of_puppet import keys_of
from tests.blender.test_drawing import plane_for, read
from tests.blender.test_planted_drawings import ankles_of_layers

pytestmark = pytest.mark.usefixtures("blank_file")
Array = NDArray[np.float64]

PUPPETS = ("planar_puppet", "puppet", "slim")
SIDE_VIEWS = (90.0, -90.0, 70.0, -110.0)
AROUND = np.linspace(0, 360, 144)
HIPS = (Joint.RIGHT_KNEE, Joint.LEFT_KNEE)
SHOULDERS = (Joint.RIGHT_ELBOW, Joint.LEFT_ELBOW)


def feet_apart(motion: SceneMotion) -> Array:
    """(K,) how far the left ankle is to the picture's right of the right one."""
    right, left = (motion.positions[:, ankle, 0] for ankle in ANKLES)
    return left - right


@pytest.fixture
def puppet(request: pytest.FixtureRequest, data_if_any: Path | None) -> Callable[[str], CutOut]:
    return lambda name: CutOut(name, data_if_any)


@pytest.mark.parametrize("azimuth", SIDE_VIEWS)
@pytest.mark.parametrize("gait", [WALK, RUN], ids=["walk", "run"])
@pytest.mark.parametrize("name", PUPPETS)
def test_strides_are_even_in_profile(name: str, gait: Gait, azimuth: float, puppet: Callable[[str], CutOut]) -> None:
    on = puppet(name)
    motion = known_motion(on.body, gait, azimuth)
    on.bake(motion)
    wanted, shown = feet_apart(motion), on.across(motion, ANKLES, 1)
    for extreme in (np.min, np.max):
        assert extreme(shown) == pytest.approx(extreme(wanted), rel=0.15)
    assert shown.max() / -shown.min() == pytest.approx(wanted.max() / -wanted.min(), rel=0.1)
    apart = np.abs(wanted) > 0.1 * on.body.leg_length
    assert (np.sign(shown) == np.sign(wanted))[apart].all()


@pytest.mark.parametrize("name", PUPPETS)
def test_legs_and_arms_change_sides_with_a_back_that_is_turned(name: str, puppet: Callable[[str], CutOut]) -> None:
    on = puppet(name)
    motion = known_motion(on.body, STEPPING, AROUND, len(AROUND), on_the_spot=True)
    on.bake(motion)
    for joints, line in (
        (HIPS, (Joint.RIGHT_HIP, Joint.LEFT_HIP)),
        (SHOULDERS, (Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER)),
    ):
        right, left = (motion.positions[:, joint, 0] for joint in line)
        shown = on.across(motion, joints, 0)
        assert np.abs(shown - (left - right)).max() < 0.03 * on.body.height
        assert shown.min() < 0 < shown.max()
    wanted, feet = feet_apart(motion), on.across(motion, ANKLES, 1)
    apart = np.abs(wanted) > 0.1 * on.body.leg_length
    assert (np.sign(feet) == np.sign(wanted))[apart].all()


def test_layers_of_a_drawing_follow_as_bones_do() -> None:
    bpy.ops.wm.open_mainfile(filepath=str(FOLDER / "drawn.blend"), load_ui=False)
    fox = bpy.data.objects["Doodle"]
    drawn = read(fox)
    joints, plane = rest_joints(drawn.character.rest, drawn.character.bone_map), plane_for(drawn)
    for azimuth in (90.0, 180.0):
        motion = known_motion(drawn.character.skeleton, WALK, azimuth, 64)
        key_layers(bpy.context.scene, drawn, motion, RigBakeSettings(plane, 0.0, "walk", keys=REDUCED))
        right, left = (ankles_of_layers(fox, joints, motion) @ plane.right).T
        wanted = feet_apart(motion)
        assert (left - right).min() == pytest.approx(wanted.min(), rel=0.15)
        assert (left - right).max() == pytest.approx(wanted.max(), rel=0.15)


def test_a_cut_out_that_does_not_follow_keeps_its_hips(puppet: Callable[[str], CutOut]) -> None:
    on = puppet("planar_puppet")
    motion = known_motion(on.body, WALK, 90.0)
    on.bake(motion, follow_turn=0.0)
    width = on.across(motion, HIPS, 0)
    assert np.ptp(width) < 0.02 * on.body.height
    assert width.min() > 0.9 * width.max() > 0


def test_half_of_it_goes_half_the_way(puppet: Callable[[str], CutOut]) -> None:
    on = puppet("planar_puppet")
    motion = known_motion(on.body, STEPPING, 180.0, on_the_spot=True)
    widths = []
    for amount in (0.0, 0.5, 1.0):
        on.bake(motion, follow_turn=amount)
        widths.append(on.across(motion, HIPS, 0))
    assert widths[0].mean() > 0 > widths[2].mean()
    assert np.abs(widths[1] - (widths[0] + widths[2]) / 2).max() < 0.02 * on.body.height


def test_the_amount_of_a_limb_counts_for_its_place_too(puppet: Callable[[str], CutOut]) -> None:
    on = puppet("planar_puppet")
    motion = known_motion(on.body, STEPPING, 180.0, on_the_spot=True)
    begins = []
    for amounts in ({}, {Limb.LEFT_ARM: 0.5}, {Limb.LEFT_ARM: 0.0}):
        on.bake(motion, amounts=amounts)
        posed = posed_chains(on.armature, on.rest, on.bone_map, motion.frames)
        begins.append([posed[joint][0] @ on.plane.right for joint in SHOULDERS])
    (right, left), (same, half), (again, none) = begins
    assert np.abs(right - same).max() + np.abs(right - again).max() < 0.02 * on.body.height
    assert none.mean() > 0 > left.mean()
    assert np.abs(half - (none + left) / 2).max() < 0.02 * on.body.height


def test_limbs_that_are_not_chosen_are_not_moved(puppet: Callable[[str], CutOut]) -> None:
    on = puppet("planar_puppet")
    motion = known_motion(on.body, STEPPING, 180.0, on_the_spot=True)
    on.bake(motion, limbs=frozenset({Limb.RIGHT_ARM}))
    moved = {path for path, _ in keys_of(on.armature.animation_data.action) if path.endswith("location")}
    assert moved == {'pose.bones["arm_upper.R"].location'}


@pytest.mark.parametrize("way", ["connected", "locked"])
def test_a_limb_that_cannot_be_moved_is_named(way: str, puppet: Callable[[str], CutOut]) -> None:
    on = puppet("planar_puppet")
    if way == "locked":
        on.armature.pose.bones["leg_upper.L"].lock_location = (True, True, True)
    else:
        bpy.context.view_layer.objects.active = on.armature
        bpy.ops.object.mode_set(mode="EDIT")
        bone = on.armature.data.edit_bones["leg_upper.L"]
        bone.parent.tail = bone.head
        bone.use_connect = True
        bpy.ops.object.mode_set(mode="OBJECT")
        on.rest = read_rest_pose(on.armature)
    made = on.bake(known_motion(on.body, WALK, 90.0))
    assert any("leg_upper.L" in note and "turn" in note for note in made.notes)
    assert not any("leg_upper.L" in path and path.endswith("location") for path, _ in keys_of(made.action))


@pytest.mark.parametrize("gait", [WALK, RUN], ids=["walk", "run"])
def test_few_keys_suffice(gait: Gait, puppet: Callable[[str], CutOut]) -> None:
    on = puppet("puppet")
    made = on.bake(known_motion(on.body, gait, np.linspace(60, 120, 96)))
    assert made.keys < 0.3 * made.dense


def test_a_second_bake_does_the_same(puppet: Callable[[str], CutOut]) -> None:
    on = puppet("planar_puppet")
    motion = known_motion(on.body, WALK, 120.0)
    first = keys_of(on.bake(motion).action)
    bpy.context.scene.frame_set(20)
    assert keys_of(on.bake(motion).action) == first
