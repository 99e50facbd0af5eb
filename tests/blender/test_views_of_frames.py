"""Views that are frames: images of a sequence on an empty or a plane, and drawings of a Grease Pencil object."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.scene.animation.actions import curves_in_use, curves_of_all_slots
from blender_addon.bridge.scene.grease_pencil_data import new_grease_pencil
from blender_addon.bridge.views.artwork import Part, read_artwork
from blender_addon.bridge.views.view import View
from blender_addon.bridge.views.view_frames import frame_channel
from tests.blender.cut_outs import CutOut
from tests.blender.known_walks import STEPPING, known_motion

pytestmark = pytest.mark.usefixtures("blank_file", "addon")
Array = NDArray[np.float64]

NUMBERS = {View.FRONT: 1, View.SIDE_RIGHT: 2, View.BACK: 3}
"""The frame that is drawn for each view."""


@pytest.fixture
def puppet(data_if_any: Path | None) -> CutOut:
    return CutOut("planar_puppet", data_if_any)


def turning(on: CutOut, azimuth: Array | float, frames: int = 48) -> SceneMotion:
    return known_motion(on.body, STEPPING, azimuth, frames, on_the_spot=True)


def sequence(folder: Path) -> bpy.types.Image:
    """Three images, head_0001.png and so on."""
    for number in NUMBERS.values():
        picture = bpy.data.images.new("picture", 4, 4)
        picture.filepath_raw, picture.file_format = str(folder / f"head_{number:04d}.png"), "PNG"
        picture.save()
        bpy.data.images.remove(picture)
    image = bpy.data.images.load(str(folder / "head_0001.png"))
    image.source = "SEQUENCE"
    return image


def empty(folder: Path) -> bpy.types.Object:
    item = bpy.data.objects.new("Head images", None)
    item.empty_display_type, item.data = "IMAGE", sequence(folder)
    return item


def plane(folder: Path) -> bpy.types.Object:
    mesh = bpy.data.meshes.new("Head plane")
    mesh.from_pydata([(0, 0, 0), (0.2, 0, 0), (0.2, 0, 0.2), (0, 0, 0.2)], [], [(0, 1, 2, 3)])
    material = bpy.data.materials.new("Head plane")
    material.use_nodes = True
    material.node_tree.nodes.new("ShaderNodeTexImage").image = sequence(folder)
    mesh.materials.append(material)
    return bpy.data.objects.new("Head plane", mesh)


def drawings(_folder: Path) -> bpy.types.Object:
    """A drawing with as many strokes on each frame as its number says."""
    item = bpy.data.objects.new("Head drawings", new_grease_pencil("Head drawings"))
    layer = item.data.layers.new("Ink")
    for number in NUMBERS.values():
        layer.frames.new(number).drawing.add_strokes([2] * number)
    return item


KINDS: dict[str, Callable[[Path], bpy.types.Object]] = {"empty": empty, "plane": plane, "drawings": drawings}


def hang(puppet: CutOut, item: bpy.types.Object) -> bpy.types.Object:
    """Onto the head's bone, with the frames of its views picked."""
    bpy.context.scene.collection.objects.link(item)
    head = next(chain[-1] for joint, chain in puppet.bone_map.chains.items() if joint.name == "HEAD")
    item.parent, item.parent_type, item.parent_bone = puppet.armature, "BONE", head
    item.retarget2d_view_frames = [NUMBERS.get(view, 0) for view in View]
    return item


def shown(item: bpy.types.Object, frame: int) -> int:
    """The number of the frame that is shown."""
    bpy.context.scene.frame_set(frame)
    if item.type == "GREASEPENCIL":
        evaluated = item.evaluated_get(bpy.context.evaluated_depsgraph_get())
        return len(evaluated.data.layers[0].current_frame().drawing.curve_offsets) - 1
    channel = frame_channel(item)
    assert channel is not None
    return int(channel.owner.path_resolve(channel.path)) + 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("azimuth", "number"), [(0.0, 1), (90.0, 2), (-90.0, 2), (180.0, 3)])
def test_the_frame_is_shown_that_was_picked_for_the_view(
    kind: str, azimuth: float, number: int, puppet: CutOut, tmp_path: Path
) -> None:
    item = hang(puppet, KINDS[kind](tmp_path))
    artwork = read_artwork(puppet.armature, puppet.bone_map)
    assert artwork.views(Part.HEAD) == (View.FRONT, View.SIDE_RIGHT, View.BACK, View.SIDE_LEFT)
    puppet.bake(turning(puppet, azimuth))
    assert shown(item, 3) == shown(item, 40) == number
    assert item.delta_scale[0] == (-1 if azimuth == -90 else 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_switch_of_frames_is_one_constant_key(kind: str, puppet: CutOut, tmp_path: Path) -> None:
    item = hang(puppet, KINDS[kind](tmp_path))
    puppet.bake(turning(puppet, np.linspace(0, 180, 96), 96))
    channel = frame_channel(item)
    assert channel is not None
    (curve,) = (curve for curve in curves_in_use(channel.owner) if curve.data_path == channel.path)
    assert [key.interpolation for key in curve.keyframe_points] == ["CONSTANT"] * 3
    assert [key.co.y + channel.first for key in curve.keyframe_points] == [1, 2, 3]


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_bake_of_frames_takes_the_place_of_the_first_alone(kind: str, puppet: CutOut, tmp_path: Path) -> None:
    item = hang(puppet, KINDS[kind](tmp_path))
    item.keyframe_insert("color", frame=5)
    own = item.animation_data.action
    puppet.bake(turning(puppet, 90.0))
    count, modifiers = len(bpy.data.actions), len(item.modifiers)
    puppet.bake(turning(puppet, 180.0))
    assert (len(bpy.data.actions), len(item.modifiers)) == (count, modifiers)
    assert shown(item, 10) == 3
    assert "color" in {curve.data_path for curve in curves_in_use(item)}
    assert {curve.data_path for curve in curves_of_all_slots(own)} == {"color"}
    own_only = len({(curve.data_path, curve.array_index) for curve in curves_in_use(item)})
    assert own_only == len(curves_in_use(item))


@pytest.mark.parametrize("kind", KINDS)
def test_a_bake_without_artwork_shows_the_frame_of_the_front(kind: str, puppet: CutOut, tmp_path: Path) -> None:
    item = hang(puppet, KINDS[kind](tmp_path))
    puppet.bake(turning(puppet, 180.0))
    puppet.bake(turning(puppet, 180.0), artwork=False)
    assert shown(item, 10) == 1


def test_frames_that_nobody_picked_are_not_keyed(puppet: CutOut, tmp_path: Path) -> None:
    item = hang(puppet, empty(tmp_path))
    item.retarget2d_view_frames = [0] * len(View)
    item.image_user.frame_offset = 1
    item.keyframe_insert("image_user.frame_offset", frame=4)
    own = item.animation_data.action
    puppet.bake(turning(puppet, 90.0))
    assert item.animation_data.action == own
    assert [curve.data_path for curve in curves_in_use(item)] == ["image_user.frame_offset"]


def test_a_face_has_the_frame_that_was_picked_for_its_back(puppet: CutOut, tmp_path: Path) -> None:
    item = hang(puppet, empty(tmp_path))
    item.name = "face"
    puppet.bake(turning(puppet, 150.0))
    assert shown(item, 10) == 3


def test_frames_of_front_and_back_alone_are_views(puppet: CutOut, tmp_path: Path) -> None:
    item = hang(puppet, empty(tmp_path))
    item.retarget2d_view_frames = [3 if view is View.BACK else int(view is View.FRONT) for view in View]
    puppet.bake(turning(puppet, 170.0))
    assert shown(item, 10) == 3


def test_planes_that_share_a_material_share_its_image(puppet: CutOut, tmp_path: Path) -> None:
    item = hang(puppet, plane(tmp_path))
    other = hang(puppet, bpy.data.objects.new("Other plane", item.data))
    puppet.bake(turning(puppet, 90.0))
    assert shown(item, 10) == shown(other, 10) == 2


def test_images_that_the_user_keyed_go_on_beside_frames_of_views(puppet: CutOut, tmp_path: Path) -> None:
    hang(puppet, empty(tmp_path))
    masks = [bpy.data.objects.new(name, None) for name in ("mask", "mask.side")]
    for mask in masks:
        mask.empty_display_type, mask.data = "IMAGE", sequence(tmp_path)
        hang(puppet, mask)
        mask.retarget2d_view_frames = [0] * len(View)
        mask.image_user.frame_offset = 2
        mask.keyframe_insert("image_user.frame_offset", frame=4)
    for azimuth in (90.0, 0.0, 90.0):
        puppet.bake(turning(puppet, azimuth))
        for mask in masks:
            paths = {curve.data_path for curve in curves_in_use(mask)}
            assert paths == {"hide_viewport", "hide_render", "image_user.frame_offset"}


def picture(folder: Path, name: str) -> bpy.types.Image:
    """A picture in a file of that name."""
    made = bpy.data.images.new("picture", 4, 4)
    made.filepath_raw, made.file_format = str(folder / name), "PNG"
    made.save()
    bpy.data.images.remove(made)
    return bpy.data.images.load(str(folder / name))


def on_empty(image: bpy.types.Image) -> bpy.types.Object:
    item = bpy.data.objects.new("Empty", None)
    item.empty_display_type, item.data = "IMAGE", image
    return item


def on_plane(image: bpy.types.Image) -> bpy.types.Object:
    item = bpy.data.objects.new("Plane", bpy.data.meshes.new("Plane"))
    material = bpy.data.materials.new("Plane")
    material.use_nodes = True
    material.node_tree.nodes.new("ShaderNodeTexImage").image = image
    item.data.materials.append(material)
    return item


PICTURES = {
    "one each": ("head.png", "head.side.png", "head.back.png"),
    "sequences": ("head_front_0001.png", "head_side_0001.png", "head_back_0001.png"),
}

PICTURE_OF = {0.0: 0, 90.0: 1, -90.0: 1, 180.0: 2}
"""The place of the picture that is seen from an azimuth."""


@pytest.mark.parametrize("kind", [on_empty, on_plane])
@pytest.mark.parametrize("names", PICTURES)
@pytest.mark.parametrize("azimuth", PICTURE_OF)
def test_pictures_are_named_for_views_where_their_objects_are_not(
    names: str,
    kind: Callable[[bpy.types.Image], bpy.types.Object],
    azimuth: float,
    puppet: CutOut,
    tmp_path: Path,
) -> None:
    items = []
    for name in PICTURES[names]:
        image = picture(tmp_path, name)
        image.source = "SEQUENCE" if names == "sequences" else "FILE"
        items.append(hang(puppet, kind(image)))
        items[-1].retarget2d_view_frames = [0] * len(View)
    puppet.bake(turning(puppet, azimuth))
    bpy.context.scene.frame_set(20)
    assert [not item.hide_render for item in items] == [at == PICTURE_OF[azimuth] for at in range(3)]
    assert items[1].delta_scale[0] == (-1 if azimuth == -90 else 1)


def test_an_object_with_a_name_keeps_it_beside_its_picture(puppet: CutOut, tmp_path: Path) -> None:
    items = [hang(puppet, on_plane(picture(tmp_path, name))) for name in ("skin.png", "skin 2.png")]
    for item, name in zip(items, ("Head", "Head.side"), strict=True):
        item.name, item.retarget2d_view_frames = name, [0] * len(View)
    sheets = {sheet.item: sheet.views for sheet in read_artwork(puppet.armature, puppet.bone_map).sheets}
    assert sheets == {items[0]: {View.FRONT}, items[1]: {View.SIDE_RIGHT, View.SIDE_LEFT}}
