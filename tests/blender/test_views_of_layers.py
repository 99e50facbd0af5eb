"""Views that are layers of Grease Pencil: found by name, group or pick, and keyed beside what else moves the drawing."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.drawing import drawing_bake
from blender_addon.bridge.drawing.body_parts import BodyPart
from blender_addon.bridge.drawing.drawing_bake import DrawnCharacter, read_drawn_character
from blender_addon.bridge.drawing.drawing_settings import DrawingSettings
from blender_addon.bridge.projection.planes import plane_of
from blender_addon.bridge.rig.rig_bake import RigBakeSettings, bake_rig
from blender_addon.bridge.scene.animation.actions import curves_in_use, curves_of_all_slots
from blender_addon.bridge.scene.grease_pencil_data import new_grease_pencil
from blender_addon.bridge.views.artwork import read_artwork
from blender_addon.bridge.views.view import View
from blender_addon.core.limbs import Limb
from blender_addon.properties.views import layer_rows
from blender_addon.settings.channels import ChannelSettings
from blender_addon.settings.drawing import Way
from blender_addon.settings.keys import KeyMode, KeySettings
from blender_addon.settings.kinds import Block
from blender_addon.settings.view import PlaneChoice
from characters.catalogue import FOLDER
from tests.blender.cut_outs import CutOut
from tests.blender.drawn_views import PARTS, draw_view, draw_views
from tests.blender.known_walks import FPS, STEPPING, known_motion
from tests.blender.test_drawing import layer_matrix

Array = NDArray[np.float64]

WAYS = (Way.LAYERS, Way.BONES, Way.WEIGHTS)


@pytest.fixture
def fox() -> bpy.types.Object:
    """The shipped drawing, opened in the Blender that runs."""
    bpy.ops.wm.open_mainfile(filepath=str(FOLDER / "drawn.blend"), load_ui=False)
    bpy.context.scene.render.fps = int(FPS)
    return bpy.data.objects["Doodle"]


def read(drawing: bpy.types.Object, way: Way = Way.LAYERS, **more: object) -> DrawnCharacter:
    return read_drawn_character(bpy.context.scene, DrawingSettings(Block.of(drawing), way, **more), None)  # type: ignore[arg-type]


def turning(drawn: DrawnCharacter, azimuth: Array | float, frames: int = 96) -> SceneMotion:
    return known_motion(drawn.character.skeleton, STEPPING, azimuth, frames, on_the_spot=True)


def perform(drawn: DrawnCharacter, motion: SceneMotion, **channels: object) -> list[str]:
    """Bake as the target does; the notes."""
    scene, character = bpy.context.scene, drawn.character
    settings = RigBakeSettings(
        plane_of(PlaneChoice.OWN, drawn.owner, character.rest, character.bone_map, scene),
        0.0,
        "known",
        channels=ChannelSettings(**channels),  # type: ignore[arg-type]
        keys=KeySettings(mode=KeyMode.REDUCED),
    )
    if drawn.settings.way == Way.LAYERS:
        return list(drawing_bake.key_layers(scene, drawn, motion, settings).notes)
    armature = drawing_bake.armature_for(scene, drawn)
    bake_rig(armature, character.bone_map, motion, settings)
    bound = drawing_bake.bind(scene, drawn, armature, settings.plane)
    return [*bound.notes, *drawing_bake.key_drawn_views(drawn, motion, settings).notes]


def is_seen(layer: bpy.types.ID) -> bool:
    group = layer.parent_group
    while group is not None:
        if group.hide:
            return False
        group = group.parent_group
    return not layer.hide


def seen(drawing: bpy.types.Object, frame: int) -> set[str]:
    """The layers that are seen of those that have views, as Blender evaluates them."""
    bpy.context.scene.frame_set(frame)
    shown = drawing.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    return {layer.name for layer in shown.layers if layer.name.split(".")[0] in PARTS and is_seen(layer)}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("azimuth", "ending"), [(0.0, ""), (90.0, ".side"), (180.0, ".back")])
def test_a_drawing_is_seen_from_where_the_performer_is(
    azimuth: float, ending: str, way: Way, fox: bpy.types.Object
) -> None:
    draw_views(fox)
    drawn = read(fox, way)
    perform(drawn, turning(drawn, azimuth, 48))
    expected = {f"{part}{ending}" for part in PARTS} - ({"Face.back"} if ending == "" else set())
    assert seen(fox, 10) == seen(fox, 40) == expected


def test_a_face_without_a_drawing_for_it_is_not_seen_from_behind(fox: bpy.types.Object) -> None:
    draw_views(fox)
    fox.data.layers.remove(fox.data.layers["Face.back"])
    drawn = read(fox)
    perform(drawn, turning(drawn, 180.0, 48))
    assert not [name for name in seen(fox, 10) if name.startswith("Face")]


def test_views_do_not_change_the_body_of_a_drawing(fox: bpy.types.Object) -> None:
    before = read(fox).character.skeleton.lengths
    draw_views(fox)
    drawn = read(fox)
    assert np.allclose(drawn.character.skeleton.lengths, before)
    parts = {piece.layer: piece.part for piece in drawn.pieces}
    assert parts["Foot R.side"] is BodyPart.RIGHT_FOOT
    assert parts["Head.back"] is BodyPart.HEAD


def test_layers_in_groups_that_are_named_for_views_are_found(fox: bpy.types.Object) -> None:
    for view in ("side", "back"):
        group = fox.data.layer_groups.new(view)
        for part in PARTS:
            draw_view(fox.data, part, part, group)
        group.hide = True  # as an artist leaves it who draws the front
    drawn = read(fox)
    perform(drawn, turning(drawn, 90.0, 48))
    names = {
        layer.name for layer in fox.data.layers if layer.parent_group is not None and layer.parent_group.name == "side"
    }
    assert seen(fox, 20) == names
    perform(drawn, turning(drawn, 0.0, 48))
    assert seen(fox, 20) == set(PARTS)


def test_layers_that_say_a_view_alone_are_of_what_their_group_is(fox: bpy.types.Object) -> None:
    group = fox.data.layer_groups.new("Head piece")
    for view in ("side", "back"):
        draw_view(fox.data, "Head", view, group)
    fox.data.layers.move_to_layer_group(fox.data.layers["Head"], group)
    fox.data.layers["Head"].name = "front"
    drawn = read(fox)
    assert {piece.layer: piece.part for piece in drawn.pieces}["side"] is BodyPart.HEAD
    perform(drawn, turning(drawn, 90.0, 48))
    bpy.context.scene.frame_set(10)
    assert [fox.data.layers[name].hide for name in ("front", "side", "back")] == [True, False, True]


def test_a_picked_view_of_a_layer_counts_more_than_its_name(fox: bpy.types.Object) -> None:
    draw_views(fox)
    drawn = read(fox, views={"Head.side": "BACK", "Head.back": "SIDE_RIGHT"})
    perform(drawn, turning(drawn, 90.0, 48))
    assert {name for name in seen(fox, 10) if name.startswith("Head")} == {"Head.back"}


def test_limbs_that_are_called_front_and_back_are_near_and_far(fox: bpy.types.Object) -> None:
    for layer in fox.data.layers:
        if layer.name.endswith((" L", " R")):
            layer.name = f"{'front' if layer.name.endswith('R') else 'back'} {layer.name[:-2]}"
    drawn = read(fox)
    assert {piece.layer: piece.part for piece in drawn.pieces}["back Foot"] is BodyPart.LEFT_FOOT
    perform(drawn, turning(drawn, 180.0, 48))
    assert not [curve for curve in curves_in_use(fox.data) if curve.data_path.endswith("hide")]


def outline(drawing: bpy.types.Object, name: str, frame: int) -> Array:
    bpy.context.scene.frame_set(frame)
    data = drawing.data.layers[name].frames[0].drawing.attributes["position"].data
    matrix = layer_matrix(drawing, name)
    return np.array([matrix @ point.vector for point in data])


def beside_front(drawing: bpy.types.Object, frame: int) -> float:
    """How far the side view of the head lies to the right of the front."""
    return float(outline(drawing, "Head.side", frame)[:, 0].mean() - outline(drawing, "Head", frame)[:, 0].mean())


@pytest.mark.parametrize("way", [Way.LAYERS, Way.BONES])
def test_a_layer_for_one_side_is_mirrored_for_the_other(way: Way, fox: bpy.types.Object) -> None:
    draw_views(fox)
    drawn = read(fox, way)
    perform(drawn, turning(drawn, 90.0, 48))
    right, ahead = outline(fox, "Head.side", 20), beside_front(fox, 20)
    assert ahead > 0.04
    drawn = read(fox, way)
    perform(drawn, turning(drawn, -90.0, 48))
    left, behind = outline(fox, "Head.side", 20), beside_front(fox, 20)
    assert behind == pytest.approx(-ahead, abs=0.005)
    assert np.ptp(left[:, 0]) == pytest.approx(np.ptp(right[:, 0]), abs=0.02)
    assert layer_matrix(fox, "Head.side").determinant() < 0
    perform(read(fox, way), turning(drawn, 90.0, 48))
    assert np.abs(outline(fox, "Head.side", 20) - right).max() < 1e-3, "as before it was mirrored"


def test_a_switch_is_one_constant_key(fox: bpy.types.Object) -> None:
    draw_views(fox)
    drawn = read(fox)
    perform(drawn, turning(drawn, np.linspace(0, 180, 96)))
    (curve,) = (curve for curve in curves_in_use(fox.data) if curve.data_path == 'layers["Body.side"].hide')
    assert [key.interpolation for key in curve.keyframe_points] == ["CONSTANT"] * 3
    assert [bool(key.co.y) for key in curve.keyframe_points] == [True, False, True]
    assert seen(fox, 1) == set(PARTS)
    assert {name for name in seen(fox, 96) if name.startswith("Body")} == {"Body.back"}


@pytest.mark.parametrize("way", WAYS)
def test_a_bake_without_artwork_shows_the_front_again(way: Way, fox: bpy.types.Object) -> None:
    draw_views(fox)
    drawn = read(fox, way)
    perform(drawn, turning(drawn, 180.0, 48))
    perform(read(fox, way), turning(drawn, 180.0, 48), artwork=False)
    assert seen(fox, 20) == set(PARTS)
    assert not [curve for curve in curves_in_use(fox.data) if curve.data_path.endswith("hide")]


@pytest.mark.parametrize("way", WAYS)
def test_a_second_bake_of_layers_replaces_its_own_keys_and_keeps_the_users(way: Way, fox: bpy.types.Object) -> None:
    draw_views(fox)
    fox.data.layers["Ground"].opacity = 0.5
    fox.data.layers["Ground"].keyframe_insert("opacity", frame=5)
    own = fox.data.animation_data.action
    drawn = read(fox, way)
    for azimuth in (90.0, 180.0, 180.0):
        perform(read(fox, way), turning(drawn, azimuth, 48))
        paths = [curve.data_path for curve in curves_in_use(fox.data)]
        assert 'layers["Ground"].opacity' in paths
        assert len(paths) == len({(curve.data_path, curve.array_index) for curve in curves_in_use(fox.data)})
    count = len(bpy.data.actions)
    perform(read(fox, way), turning(drawn, 90.0, 48))
    assert len(bpy.data.actions) == count
    assert own.name in bpy.data.actions
    assert [curve.data_path for curve in curves_of_all_slots(own)] == ['layers["Ground"].opacity']
    assert {name for name in seen(fox, 10) if name.startswith("Body")} == {"Body.side"}


def hung_on(puppet: CutOut, bone: str, views: tuple[str, ...]) -> bpy.types.Object:
    """A Grease Pencil piece on a bone of the puppet, with a layer for each view."""
    with bpy.data.libraries.load(str(FOLDER / "drawn.blend")) as (_source, target):
        target.objects = ["Doodle"]
    drawing = target.objects[0]
    bpy.context.scene.collection.objects.link(drawing)
    drawing.name = "Mask"
    for view in views:
        draw_view(drawing.data, "Head", f"Head.{view}")
    for layer in [layer for layer in drawing.data.layers if not layer.name.startswith("Head")]:
        drawing.data.layers.remove(layer)
    drawing.parent, drawing.parent_type, drawing.parent_bone = puppet.armature, "BONE", bone
    return drawing


@pytest.mark.usefixtures("blank_file")
def test_a_piece_of_grease_pencil_on_a_bone_shows_its_layers_by_view(data_if_any: Path | None) -> None:
    puppet = CutOut("planar_puppet", data_if_any)
    bone = puppet.bone_map.chains[max(puppet.bone_map.chains, key=lambda joint: joint.name == "HEAD")][-1]
    piece = hung_on(puppet, bone, ("side", "back"))

    def shown() -> set[str]:
        bpy.context.scene.frame_set(20)
        data = piece.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
        return {layer.name for layer in data.layers if not layer.hide}

    def motion(azimuth: float) -> SceneMotion:
        return known_motion(puppet.body, STEPPING, azimuth, 48, on_the_spot=True)

    first = puppet.bake(motion(180.0))
    assert shown() == {"Head.back"}
    assert first.views
    count = len(bpy.data.actions)
    puppet.bake(motion(-90.0))
    assert shown() == {"Head.side"}
    assert piece.data.layers["Head.side"].scale[0] == -1
    puppet.bake(motion(90.0))
    assert shown() == {"Head.side"}
    assert piece.data.layers["Head.side"].scale[0] == 1
    assert len(bpy.data.actions) == count
    puppet.bake(motion(90.0), artwork=False)
    assert shown() == {"Head"}


def piece_on_head(puppet: CutOut, *names: str) -> bpy.types.Object:
    """A drawing on the puppet's head, with a layer of each name."""
    item = bpy.data.objects.new("Ink", new_grease_pencil("Ink"))
    for name in names:
        item.data.layers.new(name).frames.new(1)
    bpy.context.scene.collection.objects.link(item)
    head = next(chain[-1] for joint, chain in puppet.bone_map.chains.items() if joint.name == "HEAD")
    item.parent, item.parent_type, item.parent_bone = puppet.armature, "BONE", head
    return item


@pytest.mark.usefixtures("addon", "blank_file")
def test_a_view_is_picked_for_a_layer_of_a_piece(data_if_any: Path | None) -> None:
    puppet = CutOut("planar_puppet", data_if_any)
    item = piece_on_head(puppet, "Head", "Head.001", "Hat.side", "Hat")
    assert list(layer_rows(item)) == [
        ("Head", "By Name", ""),
        ("Head.001", "By Name", ""),
        ("Hat.side", "By Name", "Side, Looks Right, Side, Looks Left"),
        ("Hat", "By Name", "Front"),
    ]
    pick = bpy.ops.retarget2d.pick_layer_view
    assert pick(item=item.name, layer="Head.001", view="SIDE_RIGHT") == {"FINISHED"}
    assert pick(item=item.name, layer="Hat.side", view="ALL") == {"FINISHED"}
    sheets = {sheet.layer: sheet.views for sheet in read_artwork(puppet.armature, puppet.bone_map).sheets}
    assert sheets == {"Head": {View.FRONT}, "Head.001": {View.SIDE_RIGHT}}
    puppet.bake(known_motion(puppet.body, STEPPING, 90.0, 48, on_the_spot=True))
    bpy.context.scene.frame_set(20)
    assert [layer.name for layer in item.data.layers if not layer.hide] == ["Head.001", "Hat.side", "Hat"]
    assert pick(item=item.name, layer="Head.001", view="AUTO") == {"FINISHED"}
    assert not read_artwork(puppet.armature, puppet.bone_map).sheets


@pytest.mark.usefixtures("addon", "blank_file")
def test_a_view_cannot_be_picked_for_a_layer_that_is_gone(data_if_any: Path | None) -> None:
    item = piece_on_head(CutOut("planar_puppet", data_if_any), "Head", "Hat")
    item.data.layers.remove(item.data.layers["Hat"])
    with pytest.raises(RuntimeError, match="Ink has no layer Hat any more"):
        bpy.ops.retarget2d.pick_layer_view(item=item.name, layer="Hat", view="BACK")


@pytest.mark.parametrize("way", [Way.LAYERS, Way.BONES])
@pytest.mark.parametrize("foot", ["Foot R.side", "Foot L.side"])
def test_a_foot_that_is_mirrored_is_as_level_as_it_was_drawn(foot: str, way: Way, fox: bpy.types.Object) -> None:
    draw_views(fox, (".side",))
    still = {limb: 0.0 for limb in Limb}
    heights = {}
    for azimuth in (90.0, -90.0):
        drawn = read(fox, way)
        perform(drawn, turning(drawn, azimuth, 48), amounts=still)
        heights[azimuth] = np.sort(outline(fox, foot, 20)[:, 2])
    assert layer_matrix(fox, foot).determinant() < 0
    assert np.abs(heights[-90.0] - heights[90.0]).max() < 0.01
