"""The characters that the project ships: what their files hold, and that they are what the designs say."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from mathutils import Euler
from numpy.typing import NDArray

from characters.build import LAYER_DEPTH, build, linear
from characters.catalogue import CHARACTERS, FOLDER
from characters.design import Character, Layer

Points = NDArray[np.float64]

HEIGHTS = {"Puppet": (2.0, 2.2), "Slim": (2.0, 2.25)}
LARGEST_FILE = 1_000_000
NOT_THE_CHARACTER = {
    "all_ids",
    "scenes",
    "screens",
    "workspaces",
    "window_managers",
    "collections",
    "objects",
    "meshes",
    "armatures",
    "materials",
    "cameras",
    "worlds",
}


@pytest.fixture(params=sorted(CHARACTERS), ids=lambda file: Path(file).stem)
def file(request: pytest.FixtureRequest) -> str:
    """The name of each character's file in turn."""
    return str(request.param)


@pytest.fixture
def design(file: str) -> Character:
    """The design that the file was built from."""
    return CHARACTERS[file]()


@pytest.fixture
def armature(file: str, design: Character) -> bpy.types.Object:
    """The armature of the committed file, opened in the Blender that runs."""
    bpy.ops.wm.open_mainfile(filepath=str(FOLDER / file))
    return bpy.data.objects[design.name]


def structure() -> dict[str, Any]:
    """What the open file holds, as plain values rounded to what single precision keeps."""
    armature = next(item for item in bpy.data.objects if item.type == "ARMATURE")
    return {
        "bones": {
            bone.name: (bone.parent.name if bone.parent else None, _rounded(bone.head_local), _rounded(bone.tail_local))
            for bone in armature.data.bones
        },
        "pieces": {
            piece.name: (
                piece.parent.name,
                piece.parent_bone,
                [_rounded(piece.matrix_world @ vertex.co) for vertex in piece.data.vertices],
            )
            for piece in _pieces()
        },
        "faces": {
            piece.name: [
                (tuple(face.vertices), piece.data.materials[face.material_index].name) for face in piece.data.polygons
            ]
            for piece in _pieces()
        },
        "colours": {material.name: _rounded(material.diffuse_color) for material in bpy.data.materials},
        "camera": [_rounded(row) for row in bpy.context.scene.camera.matrix_world],
    }


def _pieces() -> list[bpy.types.Object]:
    return sorted((item for item in bpy.data.objects if item.type == "MESH"), key=lambda piece: str(piece.name))


def _rounded(values: Iterable[float]) -> tuple[float, ...]:
    return tuple(round(float(value), 4) + 0.0 for value in values)


def _corners(piece: bpy.types.Object) -> Points:
    return np.array([piece.matrix_world @ vertex.co for vertex in piece.data.vertices])


def test_the_committed_file_is_what_the_design_builds(file: str, design: Character, tmp_path: Path) -> None:
    bpy.ops.wm.open_mainfile(filepath=str(FOLDER / file))
    committed = structure()
    build(design, tmp_path / file)
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / file))
    assert structure() == committed


def test_the_file_holds_the_character_and_nothing_else(
    file: str, armature: bpy.types.Object, design: Character
) -> None:
    collections = {row.identifier for row in bpy.data.bl_rna.properties if row.type == "COLLECTION"}
    assert [name for name in sorted(collections - NOT_THE_CHARACTER) if len(getattr(bpy.data, name))] == []
    assert [collection.name for collection in bpy.data.collections] == [design.name]
    assert {item.name for item in bpy.data.objects} - {piece.name for piece in design.pieces} == {design.name, "Camera"}
    assert armature.animation_data is None
    assert (FOLDER / file).stat().st_size < LARGEST_FILE


def test_all_bones_lie_in_the_plane_that_faces_the_viewer(armature: bpy.types.Object) -> None:
    ends = np.array([end for bone in armature.data.bones for end in (bone.head_local, bone.tail_local)])
    assert np.abs(ends[:, 1]).max() < 1e-6
    assert all(np.allclose(bone.matrix_local.col[2][:3], (0, -1, 0), atol=1e-5) for bone in armature.data.bones), (
        "turning about Z turns a bone in the plane"
    )
    assert {bone.rotation_mode for bone in armature.pose.bones} == {"XYZ"}
    assert not any(bone.use_connect for bone in armature.data.bones), "a connected limb could not be moved in depth"


def test_the_character_stands_on_the_ground(armature: bpy.types.Object, design: Character) -> None:
    heights = np.concatenate([_corners(piece)[:, 2] for piece in _pieces()])
    assert heights.min() == pytest.approx(0, abs=0.02)
    low, high = HEIGHTS[design.name]
    assert low < heights.max() < high


def test_limbs_lie_in_order_of_depth(armature: bpy.types.Object) -> None:
    order = [
        ("upper_arm.L", "forearm.L", "hand.L"),
        ("thigh.L", "shin.L", "foot.L"),
        ("hips", "spine", "chest"),
        ("thigh.R", "shin.R", "foot.R"),
        ("head",),
    ]
    order.append(("upper_arm.R", "forearm.R", "hand.R"))
    spans = [np.concatenate([_corners(bpy.data.objects[name])[:, 1] for name in limb]) for limb in order]
    assert all(behind.min() > before.max() for behind, before in pairwise(spans))
    assert len(order) == len(Layer)
    assert all(np.ptp(span) < LAYER_DEPTH for span in spans)


def test_near_and_far_limbs_are_told_apart_by_colour(armature: bpy.types.Object) -> None:
    for name in ("upper_arm", "forearm", "hand", "thigh", "shin", "foot"):
        near, far = ({slot.name for slot in bpy.data.objects[f"{name}.{side}"].data.materials} for side in "RL")
        assert near & far == {"ink"}
        brightness = [
            np.mean([sum(bpy.data.materials[colour].diffuse_color[:3]) for colour in colours])
            for colours in (near, far)
        ]
        assert brightness[1] < brightness[0]


@pytest.mark.parametrize("degrees", [-100, -45, 45, 100])
def test_a_bent_joint_shows_no_gap(armature: bpy.types.Object, degrees: float) -> None:
    """Whatever the angle, paper covers the joint as far around as the piece above it is wide there."""
    around = np.stack((np.cos(np.linspace(0, 2 * np.pi, 60)), np.sin(np.linspace(0, 2 * np.pi, 60))), axis=-1)
    for upper, lower in (("upper_arm", "forearm"), ("thigh", "shin")):
        bone = armature.pose.bones[f"{lower}.R"]
        bpy.context.view_layer.update()
        joint = np.array(armature.matrix_world @ bone.head)[[0, 2]]
        pieces = [bpy.data.objects[f"{name}.R"] for name in (upper, lower)]
        reach = float(np.linalg.norm(_corners(pieces[0])[:, [0, 2]] - joint, axis=1).min())
        bone.rotation_euler = Euler((0, 0, np.radians(degrees)))
        bpy.context.view_layer.update()
        for point in joint + 0.95 * reach * around:
            assert any(_covers(piece, point) for piece in pieces), f"{lower} at {degrees} degrees leaves {point} bare"


def _covers(piece: bpy.types.Object, point: Points) -> bool:
    """Whether the point lies inside the largest coloured face, by counting the edges that a ray to the right crosses."""
    coloured = [face for face in piece.data.polygons if piece.data.materials[face.material_index].name != "ink"]
    corners = _corners(piece)[list(max(coloured, key=lambda face: float(face.area)).vertices)][:, [0, 2]]
    following = np.roll(corners, -1, axis=0)
    crossed = (corners[:, 1] > point[1]) != (following[:, 1] > point[1])
    start, end = corners[crossed], following[crossed]
    at = start[:, 0] + (point[1] - start[:, 1]) / (end[:, 1] - start[:, 1]) * (end[:, 0] - start[:, 0])
    return bool((at > point[0]).sum() % 2)


def test_colours_are_the_same_in_every_render_engine(armature: bpy.types.Object, design: Character) -> None:
    for material in bpy.data.materials:
        shown = linear(design.colours[material.name])
        emission = next(node for node in material.node_tree.nodes if node.type == "EMISSION")
        assert np.allclose(material.diffuse_color, shown, atol=1e-5)
        assert np.allclose(emission.inputs["Color"].default_value, shown, atol=1e-5)


def test_the_camera_sees_all_of_the_character(armature: bpy.types.Object) -> None:
    scene = bpy.context.scene
    width = scene.camera.data.ortho_scale * scene.render.resolution_x / scene.render.resolution_y
    corners = np.concatenate([_corners(piece) for piece in _pieces()]) - np.array(scene.camera.location)
    assert np.abs(corners[:, 2]).max() < scene.camera.data.ortho_scale / 2
    assert np.abs(corners[:, 0]).max() < width / 2
    assert (corners[:, 1] > scene.camera.data.clip_start).all()


def test_the_file_opens_on_the_character(armature: bpy.types.Object) -> None:
    views = [area.spaces.active for screen in bpy.data.screens for area in screen.areas if area.type == "VIEW_3D"]
    assert views
    assert {view.region_3d.view_perspective for view in views} == {"CAMERA"}
    assert {(view.shading.light, view.shading.color_type) for view in views} == {("FLAT", "MATERIAL")}
