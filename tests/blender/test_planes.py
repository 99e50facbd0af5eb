"""The plane a picture lands in: a cut-out rig's own, in front of a character, at its side, or the camera's; and where
in it the motion begins.
"""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Euler, Matrix

from blender_addon.bridge.armature.bone_map import BoneMap
from blender_addon.bridge.armature.measure import measure_skeleton, rest_joints
from blender_addon.bridge.armature.rest_pose import RestPose, read_rest_pose
from blender_addon.bridge.bone_maps import map_bones
from blender_addon.bridge.figure.default_placement import default_placement
from blender_addon.bridge.projection.planes import Plane, is_planar, placement_of_rig, plane_of
from blender_addon.bridge.retiming.resample import resample
from blender_addon.core.skeleton import Joint, Skeleton
from blender_addon.settings.view import PlaneChoice
from tests.blender.rig_bones import RigBone, build_armature
from tests.blender.rigs import PUPPET_BONES, RIGS
from tests.blender.street_motion import WALKER, street_motion

pytestmark = pytest.mark.usefixtures("blank_file")

X, Y, Z = np.eye(3)
CUT_OUT = {"puppet", "slim", "planar_puppet", "profile_puppet"}
FAMILIES = (
    "mixamo",
    "unreal",
    "cmu_motionbuilder",
    "kaykit_knight",
    "quaternius_worker",
    "rigify_metarig",
    *sorted(CUT_OUT),
)


def _made(name: str, data_if_any: Path | None) -> tuple[bpy.types.Object, RestPose, BoneMap]:
    armature = RIGS[name](data_if_any)
    rest = read_rest_pose(armature)
    return armature, rest, map_bones(rest)


def _laid(right: np.ndarray, up: np.ndarray) -> bpy.types.Object:
    """The planar puppet, drawn along other axes."""
    return build_armature(
        "laid",
        (
            RigBone(name, parent, tuple(head[0] * right + head[1] * up), tuple(tail[0] * right + tail[1] * up))
            for name, parent, head, tail in PUPPET_BONES
        ),
    )


def _assert_plane(plane: Plane, right: np.ndarray, up: np.ndarray, away: np.ndarray) -> None:
    np.testing.assert_allclose(plane.axes, np.stack((right, up, away)), atol=1e-5)


@pytest.mark.parametrize("name", FAMILIES)
def test_only_cut_out_rigs_are_planar(name: str, data_if_any: Path | None) -> None:
    _, rest, bone_map = _made(name, data_if_any)
    assert is_planar(rest, bone_map) == (name in CUT_OUT)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_character_that_faces_blenders_front_is_seen_from_there_whatever_the_axes_of_its_armature(
    name: str, data_if_any: Path | None
) -> None:
    armature, rest, bone_map = _made(name, data_if_any)
    for choice in (PlaneChoice.OWN, PlaneChoice.FRONT):
        _assert_plane(plane_of(choice, armature, rest, bone_map, bpy.context.scene), X, Z, Y)
    _assert_plane(plane_of(PlaneChoice.SIDE, armature, rest, bone_map, bpy.context.scene), -Y, Z, X)


@pytest.mark.parametrize(("right", "up", "away"), [(X, Z, Y), (X, Y, -Z), (Y, Z, -X), (-X, Z, -Y), (-Y, Z, X)])
def test_a_cut_out_rig_is_seen_with_its_right_at_the_viewers_left_in_whichever_plane_it_was_drawn(
    right: np.ndarray, up: np.ndarray, away: np.ndarray
) -> None:
    armature = _laid(right, up)
    rest = read_rest_pose(armature)
    _assert_plane(plane_of(PlaneChoice.OWN, armature, rest, map_bones(rest), bpy.context.scene), right, up, away)


def test_the_plane_turns_with_the_armature_object(data_if_any: Path | None) -> None:
    armature, rest, bone_map = _made("planar_puppet", data_if_any)
    turn = Euler((0.3, -0.2, 1.1)).to_matrix()
    armature.matrix_world = Matrix.Translation((3, 4, 5)) @ turn.to_4x4() @ Matrix.Scale(2.5, 4)
    bpy.context.view_layer.update()
    plane = plane_of(PlaneChoice.OWN, armature, rest, bone_map, bpy.context.scene)
    np.testing.assert_allclose(plane.axes, (np.array(turn) @ np.stack((X, Z, Y)).T).T, atol=1e-5)


def test_the_cameras_plane_has_the_cameras_axes_and_needs_a_camera(data_if_any: Path | None) -> None:
    armature, rest, bone_map = _made("planar_puppet", data_if_any)
    scene = bpy.context.scene
    with pytest.raises(ValueError, match="no camera"):
        plane_of(PlaneChoice.CAMERA, armature, rest, bone_map, scene)
    scene.camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.collection.objects.link(scene.camera)
    scene.camera.rotation_euler = (np.pi / 2, 0, np.pi / 2)  # looks along −X
    bpy.context.view_layer.update()
    _assert_plane(plane_of(PlaneChoice.CAMERA, armature, rest, bone_map, scene), Y, Z, -X)


@pytest.mark.parametrize("choice", [PlaneChoice.OWN, PlaneChoice.FRONT])
def test_without_an_armature_the_picture_lands_in_blenders_front_view(choice: PlaneChoice) -> None:
    _assert_plane(plane_of(choice, None, None, None, bpy.context.scene), X, Z, Y)


@pytest.mark.parametrize("name", ["puppet", "mixamo", "quaternius_worker"])
def test_a_motion_on_a_rig_begins_over_its_rest_place_with_standing_feet_at_its_ankles_height(
    name: str, data_if_any: Path | None
) -> None:
    armature, rest, bone_map = _made(name, data_if_any)
    armature.matrix_world = Matrix.Translation((3, 4, 5)) @ armature.matrix_world
    bpy.context.view_layer.update()
    motion = resample(street_motion(measure_skeleton(rest, bone_map), WALKER), 30, 1)
    plane = plane_of(PlaneChoice.OWN, armature, rest, bone_map, bpy.context.scene)
    placement = placement_of_rig(armature, rest, bone_map, plane, motion)
    world = np.array(armature.matrix_world)
    joints = rest_joints(rest, bone_map) @ world[:3, :3].T + world[:3, 3]
    landed = placement.origin + placement.scale * (motion.positions * (1, -1)) @ plane.axes[:2]
    height = placement.scale * motion.skeleton.height
    ankles = landed[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]][motion.contacts >= 0.5] @ plane.up
    assert (
        abs(np.median(ankles) - joints[[Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]].mean(axis=0) @ plane.up) < 1e-4 * height
    )
    assert abs((landed[0, Joint.MID_HIP] - joints[Joint.MID_HIP]) @ plane.right) < 1e-4 * height
    assert np.abs((landed[:, Joint.MID_HIP] - joints[Joint.MID_HIP]) @ plane.away).max() < 1e-4 * height


def test_without_an_armature_the_motion_begins_over_the_worlds_origin() -> None:
    motion = resample(street_motion(Skeleton.from_proportions([30, 50, 18, 28, 26, 10, 42, 42]), WALKER), 30, 1)
    plane = plane_of(PlaneChoice.FRONT, None, None, None, bpy.context.scene)
    placement = default_placement(motion, plane)
    landed = placement.origin + placement.scale * (motion.positions * (1, -1)) @ plane.axes[:2]
    assert abs(landed[0, Joint.MID_HIP, 0]) < 1e-9
    ankles = landed[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE], 2][motion.contacts >= 0.5]
    assert 0 < np.median(ankles) < 0.2
