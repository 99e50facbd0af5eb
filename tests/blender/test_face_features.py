"""Features of a flat face: a nod moves them up and down, a turn to the side, and a tilt turns the head alone."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.bridge.body.scene_motion import SceneLandmark, SceneMotion
from blender_addon.bridge.views.face_features import face_features
from blender_addon.core.head_pose import NOSE_DROP, head_axes
from blender_addon.core.limbs import Limb
from tests.blender.cut_outs import CutOut
from tests.blender.known_walks import STEPPING, known_motion

pytestmark = pytest.mark.usefixtures("blank_file")
Array = NDArray[np.float64]

FRAMES, MOVED = 96, slice(40, 60)
CAMERA = np.diag((1.0, -1.0, -1.0))
"""Left, up and front of somebody who faces the viewer, in camera space."""


@pytest.fixture
def puppet(data_if_any: Path | None) -> CutOut:
    return CutOut("puppet", data_if_any)


def headed(on: CutOut, angles: tuple[float, float, float], azimuth: float = 0.0) -> SceneMotion:
    """Somebody whose head turns to the left, up and to its left by so many degrees for a while, and back."""
    motion = known_motion(on.body, STEPPING, azimuth, FRAMES, on_the_spot=True)
    by_frame = np.zeros((FRAMES, 3))
    by_frame[MOVED] = np.radians(angles)
    cos, sin = np.cos(np.radians(azimuth)), np.sin(np.radians(azimuth))
    turned = np.array(((cos, 0.0, -sin), (0.0, 1.0, 0.0), (sin, 0.0, cos))) @ CAMERA
    left, up, front = np.moveaxis(turned @ head_axes(by_frame), -1, 0)
    nose = np.cos(NOSE_DROP) * front - np.sin(NOSE_DROP) * up
    sure = np.ones(FRAMES)
    for name, ways in {"nose": 0.5 * nose, "left_ear": 0.27 * left, "right_ear": -0.27 * left}.items():
        motion.landmarks[name] = SceneLandmark(ways, sure)  # type: ignore[index]
    return motion


def went(name: str) -> Array:
    """(2,) how far a feature goes on its head to the right and up, in the middle of the movement."""
    places = []
    for frame in (10, 50):
        bpy.context.scene.frame_set(frame)
        places.append(np.array(bpy.data.objects[name].delta_location))
    return np.asarray((places[1] - places[0])[[0, 2]])


def tilted() -> float:
    """Degrees that the head is turned in the plane in the middle of the movement."""
    leans = []
    for frame in (10, 50):
        bpy.context.scene.frame_set(frame)
        up = bpy.data.objects["head"].matrix_world.to_3x3().col[2]
        leans.append(np.degrees(np.arctan2(up[0], up[2])))
    return float(abs(leans[1] - leans[0]))


@pytest.mark.parametrize("pitch", [30.0, -35.0])
def test_a_nod_moves_the_face_up_and_down_and_tilts_nothing(pitch: float, puppet: CutOut) -> None:
    puppet.bake(headed(puppet, (0.0, pitch, 0.0)))
    aside, up = went("face")
    assert np.sign(up) == np.sign(pitch)
    assert 0.02 < abs(up) < 0.1
    assert abs(aside) < 0.01
    assert tilted() < 3


@pytest.mark.parametrize("yaw", [22.0, -22.0])
def test_a_turn_moves_the_face_to_where_it_looks(yaw: float, puppet: CutOut) -> None:
    puppet.bake(headed(puppet, (yaw, 0.0, 0.0)))
    aside, up = went("face")
    assert np.sign(aside) == np.sign(yaw)
    assert abs(aside) > 0.02
    assert abs(up) < 0.01
    assert tilted() < 3


@pytest.mark.parametrize("roll", [30.0, -40.0])
def test_a_tilt_turns_the_head_and_leaves_the_face_where_it_is_on_it(roll: float, puppet: CutOut) -> None:
    puppet.bake(headed(puppet, (0.0, 0.0, roll)))
    assert np.abs(went("face")).max() < 0.02
    assert tilted() == pytest.approx(abs(roll), abs=8)


@pytest.mark.parametrize("azimuth", [135.0, 180.0, -135.0])
def test_no_face_is_seen_from_behind(azimuth: float, puppet: CutOut) -> None:
    puppet.bake(headed(puppet, (0.0, 0.0, 0.0), azimuth))
    bpy.context.scene.frame_set(50)
    assert all(item.hide_render for item in bpy.data.objects if item.name.startswith("face"))


def test_features_have_few_keys_that_stay_near_their_way(puppet: CutOut) -> None:
    made = puppet.bake(headed(puppet, (0.0, 30.0, 0.0)))
    from blender_addon.bridge.scene.animation.actions import curves_of_all_slots

    moving = [curve for action in made.views for curve in curves_of_all_slots(action) if "delta" in curve.data_path]
    assert moving
    assert max(len(curve.keyframe_points) for curve in moving) < FRAMES / 4


def test_half_a_head_nods_half_as_much(puppet: CutOut) -> None:
    puppet.bake(headed(puppet, (0.0, 30.0, 0.0)))
    whole = went("face")[1]
    puppet.bake(headed(puppet, (0.0, 30.0, 0.0)), amounts={Limb.HEAD: 0.5})
    assert went("face")[1] == pytest.approx(whole / 2, abs=0.005)


@pytest.mark.parametrize("way", [{"artwork": False}, {"limbs": frozenset({Limb.BODY})}], ids=str)
def test_a_face_stays_where_nobody_asks_for_it(way: dict[str, object], puppet: CutOut) -> None:
    puppet.bake(headed(puppet, (0.0, 30.0, 0.0)))
    assert np.abs(went("face")).max() > 0.02
    puppet.bake(headed(puppet, (0.0, 30.0, 0.0)), **way)
    if "artwork" in way:
        assert np.abs(went("face")).max() == 0


def test_a_head_that_is_called_a_face_is_no_feature_of_one(puppet: CutOut) -> None:
    for item in list(puppet.armature.children):
        if item.parent_bone == "head" and item.name != "head":
            bpy.data.objects.remove(item)
    bpy.data.objects["head"].name = "Face"
    assert face_features(puppet.armature, puppet.bone_map) == []


def test_a_face_that_is_mirrored_goes_from_where_it_is_mirrored_to(puppet: CutOut) -> None:
    puppet.bake(headed(puppet, (0.0, 0.0, 0.0), -45.0))
    bpy.context.scene.frame_set(20)
    face = bpy.data.objects["face.3q.left"]
    drawn = np.array([face.matrix_world @ vertex.co for vertex in face.data.vertices])
    for item in [item for item in bpy.data.objects if item.name.endswith("3q.left") and item.parent_bone == "head"]:
        bpy.data.objects.remove(item)
    for name in ("head.3q.right", "face.3q.right"):
        bpy.data.objects[name].name = name.removesuffix(".right")
    puppet.bake(headed(puppet, (0.0, 30.0, 0.0), -45.0))
    face = bpy.data.objects["face.3q"]
    bpy.context.scene.frame_set(20)
    assert not face.hide_render
    mirrored = np.array([face.matrix_world @ vertex.co for vertex in face.data.vertices])
    assert np.abs(np.sort(mirrored[:, 0]) - np.sort(drawn[:, 0])).max() < 0.01
    bpy.context.scene.frame_set(50)
    raised = np.array([face.matrix_world @ vertex.co for vertex in face.data.vertices])
    assert (raised - mirrored)[:, 2].mean() > 0.01
