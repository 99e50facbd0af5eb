"""Artwork for views: found by name or picked, shown by the facing of trunk and head, keyed apart from the pose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Matrix
from numpy.typing import NDArray

from blender_addon.bridge.body.scene_motion import Cycle, SceneLandmark, SceneMotion
from blender_addon.bridge.scene.animation.actions import curves_in_use, curves_of_all_slots
from blender_addon.bridge.scene.versions import ACTIONS_HAVE_SLOTS
from blender_addon.bridge.views.artwork import Part, read_artwork
from blender_addon.bridge.views.facings import Facing, head_facing, trunk_facing
from blender_addon.bridge.views.view import View
from blender_addon.bridge.views.view_choice import shown_views
from blender_addon.bridge.views.view_names import view_name
from blender_addon.core.limbs import Limb
from tests.blender.cut_outs import CutOut
from tests.blender.known_walks import FPS, STEPPING, WALK, known_motion
from tests.blender.scene_of_puppet import keys_of

pytestmark = pytest.mark.usefixtures("blank_file")
Array = NDArray[np.float64]

EIGHT = tuple(View)
FOUR = (View.FRONT, View.SIDE_RIGHT, View.BACK, View.SIDE_LEFT)
NAMES = {
    "Head.side": ("head", {View.SIDE_RIGHT, View.SIDE_LEFT}),
    "Body_3q": ("body", {View.THREE_QUARTER_RIGHT, View.THREE_QUARTER_LEFT}),
    "hand.L.back": ("hand l", {View.BACK}),
    "HeadSideLeft.002": ("head", {View.SIDE_LEFT}),
    "head three-quarter back R": ("head", {View.THREE_QUARTER_BACK_RIGHT}),
    "foot.R.3q.side.right": ("foot r", {View.THREE_QUARTER_RIGHT, View.SIDE_RIGHT}),
    "Kopf-3/4 left": ("kopf", {View.THREE_QUARTER_LEFT}),
    "Profile": ("", {View.SIDE_RIGHT, View.SIDE_LEFT}),
    "Background": ("background", set()),
    "upper_arm.R": ("upper arm r", set()),
}


@pytest.fixture
def puppet(data_if_any: Path | None) -> CutOut:
    return CutOut("puppet", data_if_any)


def turning(on: CutOut, azimuth: Array | float, frames: int = 96) -> SceneMotion:
    return known_motion(on.body, STEPPING, azimuth, frames, on_the_spot=True)


def seen(part: str, frames: Sequence[int]) -> list[list[str]]:
    """The pieces of a bone that are seen, frame by frame."""
    pieces = [item for item in bpy.data.objects if item.parent_bone == part]
    found = []
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        assert all(item.hide_viewport == item.hide_render for item in pieces)
        found.append([item.name for item in pieces if not item.hide_render])
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_name_says_the_view_by_habit(name: str) -> None:
    base, views = NAMES[name]
    assert (view_name(name).base, set(view_name(name).views)) == (base, views)


@pytest.mark.parametrize("lean", [0.0, 60.0, 175.0, -90.0], ids=["upright", "bent", "upside down", "lying"])
def test_a_trunk_faces_where_it_does_however_it_leans(lean: float, puppet: CutOut) -> None:
    azimuth = np.linspace(-170, 170, 69)
    motion = turning(puppet, azimuth, len(azimuth))
    cos, sin = np.cos(np.radians(lean)), np.sin(np.radians(lean))
    motion.positions[:] = motion.positions @ np.array([[cos, sin], [-sin, cos]])
    facing = trunk_facing(motion)
    assert facing.certain.all()
    assert np.abs((facing.azimuth - azimuth + 180) % 360 - 180).max() < 6


def test_a_trunk_that_nobody_saw_faces_nowhere_for_sure(puppet: CutOut) -> None:
    motion = turning(puppet, 40.0)
    motion.confidence[30:60] = 0
    assert trunk_facing(motion).certain.tolist() == [not 30 <= frame < 60 for frame in range(96)]


def test_a_head_may_look_to_the_side_over_a_trunk_that_faces_the_viewer(puppet: CutOut) -> None:
    motion = turning(puppet, 0.0)
    sure = np.ones(len(motion))
    ways = {"nose": (0.9, 0.1, 0.0), "left_ear": (0.0, 0.0, 0.4), "right_ear": (0.0, 0.0, -0.4)}
    motion.landmarks.update(  # type: ignore[attr-defined]
        {name: SceneLandmark(np.tile(way, (len(motion), 1)), sure) for name, way in ways.items()}
    )
    assert np.abs(head_facing(motion).azimuth - 90).max() < 1
    assert np.abs(trunk_facing(motion).azimuth).max() < 10


def look(motion: SceneMotion, azimuth: Array | float) -> None:
    """Let nose and ears say that the head faces so."""
    angles = np.broadcast_to(np.radians(azimuth), len(motion))
    nose = np.stack((0.9 * np.sin(angles), np.full(len(motion), 0.1), -0.9 * np.cos(angles)), axis=-1)
    ear = 0.4 * np.stack((np.cos(angles), np.zeros(len(motion)), np.sin(angles)), axis=-1)
    sure = np.ones(len(motion))
    for name, ways in {"nose": nose, "left_ear": ear, "right_ear": -ear}.items():
        motion.landmarks[name] = SceneLandmark(ways, sure)  # type: ignore[index]


@pytest.mark.parametrize(("trunk", "face"), [(103.0, 132.0), (-120.0, -155.0), (150.0, 180.0), (70.0, 85.0)])
def test_a_head_faces_as_its_trunk_does_where_nose_and_ears_are_hidden(
    trunk: float, face: float, puppet: CutOut
) -> None:
    motion = turning(puppet, trunk)
    look(motion, face)
    off = head_facing(motion).azimuth - trunk_facing(motion).azimuth
    assert np.abs((off + 180) % 360 - 180).max() < 1


@pytest.mark.parametrize(("trunk", "face"), [(0.0, 40.0), (45.0, 0.0), (90.0, 10.0), (180.0, 100.0)])
def test_a_head_that_is_clearly_turned_beside_its_trunk_faces_there(trunk: float, face: float, puppet: CutOut) -> None:
    motion = turning(puppet, trunk)
    look(motion, face)
    assert np.abs(head_facing(motion).azimuth - face).max() < 12


def test_no_neck_turns_a_head_to_the_back(puppet: CutOut) -> None:
    motion = turning(puppet, 0.0)
    look(motion, 170.0)
    assert np.abs(head_facing(motion).azimuth).max() < 101


def test_a_head_keeps_its_view_while_nobody_knows_where_it_faces(puppet: CutOut) -> None:
    motion = turning(puppet, 90.0)
    look(motion, np.where(np.arange(96) < 48, 90.0, 150.0))
    facing = head_facing(motion)
    assert facing.certain[:48].all()
    assert not facing.certain[48:].any()
    assert set(shown_views(facing, EIGHT, FPS)) == {View.SIDE_RIGHT}


def facing_of(azimuth: Array, certain: NDArray[np.bool_] | None = None) -> Facing:
    sure: NDArray[np.bool_] = np.ones(len(azimuth), dtype=np.bool_)
    return Facing(np.asarray(azimuth, dtype=np.float64), sure if certain is None else certain)


def changes(views: list[View]) -> int:
    return sum(one is not other for one, other in pairwise(views))


def test_somebody_who_turns_once_around_shows_each_view_once() -> None:
    views = shown_views(facing_of(np.linspace(0, 359, 180)), EIGHT, FPS)
    assert changes(views) == 8
    assert set(views) == set(EIGHT)


def test_a_facing_that_sways_between_two_views_changes_none() -> None:
    azimuth = 22.5 + 8 * np.sin(np.arange(120) / 3)
    assert changes(shown_views(facing_of(azimuth), EIGHT, FPS)) <= 1


def test_no_view_is_shown_for_a_moment() -> None:
    azimuth = np.zeros(90)
    azimuth[40:44] = 90
    assert changes(shown_views(facing_of(azimuth), FOUR, FPS)) == 0
    spun = shown_views(facing_of(np.linspace(0, 720, 60)), EIGHT, FPS)
    lengths = np.diff([0, *(at + 1 for at in range(59) if spun[at] is not spun[at + 1]), 60])
    assert lengths.min() >= 6


def test_a_view_stays_while_nobody_knows_the_facing() -> None:
    azimuth = np.zeros(90)
    certain: NDArray[np.bool_] = np.ones(90, dtype=np.bool_)
    azimuth[30:60], certain[30:60] = 180, False
    assert set(shown_views(facing_of(azimuth, certain), FOUR, FPS)) == {View.FRONT}


def test_our_puppet_has_eight_views_of_trunk_and_head(puppet: CutOut) -> None:
    artwork = read_artwork(puppet.armature, puppet.bone_map)
    assert {part: artwork.views(part) for part in artwork.parts} == {Part.TRUNK: EIGHT, Part.HEAD: EIGHT}
    for view in View:
        for bone in puppet.rest.names:
            shown = [sheet for sheet in artwork.sheets if sheet.bone == bone and artwork.shown(sheet, view)]
            face = bone == "head" and abs(view.azimuth) <= 90
            assert len(shown) == (0 if bone == "neck" else 2 if face else 1), f"{bone} in {view.label}"


@pytest.mark.parametrize("view", EIGHT, ids=lambda view: view.name)
def test_the_puppet_is_seen_from_where_the_performer_is(view: View, puppet: CutOut) -> None:
    puppet.bake(turning(puppet, view.azimuth, 48))
    artwork = read_artwork(puppet.armature, puppet.bone_map)
    for bone in ("head", "chest", "foot.R"):
        expected = [sheet.item.name for sheet in artwork.sheets if sheet.bone == bone and artwork.shown(sheet, view)]
        assert all(names == expected for names in seen(bone, range(1, 49)))


def test_views_are_keyed_constant_and_apart_from_the_pose(puppet: CutOut) -> None:
    made = puppet.bake(turning(puppet, np.linspace(0, 360, 96)))
    assert made.action not in made.views
    assert not [path for path, _ in keys_of(made.action) if "hide" in path]
    assert len(made.views) == (
        1 if ACTIONS_HAVE_SLOTS else len([item for item in bpy.data.objects if item.animation_data and item.parent])
    )
    curves = [curve for action in made.views for curve in curves_of_all_slots(action)]
    assert {curve.data_path for curve in curves} == {"hide_viewport", "hide_render", "delta_location"}
    shown = [curve for curve in curves if curve.data_path != "delta_location"]
    assert {key.interpolation for curve in shown for key in curve.keyframe_points} == {"CONSTANT"}
    most = max(len(curve.keyframe_points) for curve in shown)
    assert 2 <= most <= 5, "a key for each time that a piece comes or goes"


def test_a_second_bake_takes_the_place_of_the_first(puppet: CutOut) -> None:
    puppet.bake(turning(puppet, 90.0))
    count = len(bpy.data.actions)
    puppet.bake(turning(puppet, 180.0))
    assert len(bpy.data.actions) == count
    assert seen("head", [10]) == [["head.back"]]


def test_a_switch_that_was_moved_by_hand_is_kept(puppet: CutOut) -> None:
    made = puppet.bake(turning(puppet, np.linspace(0, 180, 96)))
    name = made.views[0].name
    curve = next(curve for curve in curves_of_all_slots(made.views[0]) if len(curve.keyframe_points) > 1)
    curve.keyframe_points[1].co.x += 2
    again = puppet.bake(turning(puppet, np.linspace(0, 180, 96)))
    assert name in bpy.data.actions
    assert any(note.startswith(f"{name} was edited by hand") for note in again.notes)


def test_what_else_artwork_is_animated_by_goes_on(puppet: CutOut) -> None:
    head = bpy.data.objects["head"]
    head.keyframe_insert("color", frame=5)
    own = head.animation_data.action
    for azimuth in (90.0, 180.0):
        puppet.bake(turning(puppet, azimuth))
        assert {curve.data_path for curve in curves_in_use(head)} == {"color", "hide_viewport", "hide_render"}
    assert own.name in bpy.data.actions
    assert {curve.data_path for curve in curves_of_all_slots(own)} == {"color"}


def test_a_picked_view_counts_more_than_a_name(puppet: CutOut, addon: object) -> None:
    bpy.data.objects["head.back"].retarget2d_view = "SIDE_RIGHT"
    bpy.data.objects["head.side.right"].retarget2d_view = "ALL"
    artwork = read_artwork(puppet.armature, puppet.bone_map)
    sheets = {sheet.item.name: sheet.views for sheet in artwork.sheets}
    assert sheets["head.back"] == {View.SIDE_RIGHT}
    assert "head.side.right" not in sheets


def test_hair_behind_a_face_is_no_view_of_it(puppet: CutOut) -> None:
    for item in list(puppet.armature.children):
        if "." in item.name.removesuffix(".L").removesuffix(".R"):
            bpy.data.objects.remove(item)
    bpy.data.objects["head"].name = "hair_front"
    copy = bpy.data.objects["hair_front"].copy()
    copy.name = "hair_back"
    bpy.context.scene.collection.objects.link(copy)
    assert not read_artwork(puppet.armature, puppet.bone_map).sheets


def test_collections_named_for_views_are_found(puppet: CutOut) -> None:
    for item in list(puppet.armature.children):
        if item.name.startswith("head."):
            for view in ("side", "back"):
                if item.name.startswith(f"head.{view}") and "left" not in item.name:
                    folder = bpy.data.collections.new(view)
                    bpy.context.scene.collection.children.link(folder)
                    folder.objects.link(item)
                    item.name = "head.001"
    artwork = read_artwork(puppet.armature, puppet.bone_map)
    own = {next(iter(item.users_collection)).name for item in bpy.data.objects if item.name.startswith("head.00")}
    assert {View.BACK, View.SIDE_RIGHT} <= set(artwork.views(Part.HEAD))
    assert own


@pytest.mark.parametrize("way", [{"artwork": False}, {"limbs": frozenset({Limb.RIGHT_ARM})}], ids=str)
def test_what_is_not_asked_for_is_not_keyed(way: dict[str, object], puppet: CutOut) -> None:
    made = puppet.bake(turning(puppet, 90.0), **way)
    assert made.views == ()
    assert seen("head", [10]) == [["face", "head"]]


def test_a_cut_out_without_artwork_has_no_view_keys(data_if_any: Path | None) -> None:
    on = CutOut("planar_puppet", data_if_any)
    assert on.bake(turning(on, 90.0)).views == ()


@pytest.mark.parametrize("azimuth", [90.0, -90.0])
def test_toes_rise_before_a_foot_comes_down_whichever_way_the_shoe_looks(azimuth: float, puppet: CutOut) -> None:
    motion = known_motion(puppet.body, WALK, azimuth)
    toes = {}
    for side in ("right", "left"):
        ahead = np.sign(azimuth) * 0.15
        toes[f"{side}_toe"] = SceneLandmark(np.tile((ahead, -0.06, 0.0), (len(motion), 1)), np.ones(len(motion)))
        toes[f"{side}_heel"] = SceneLandmark(np.tile((0.0, 0.05, 0.0), (len(motion), 1)), np.ones(len(motion)))
        motion.contacts[:] = 0
    motion.landmarks.update(toes)  # type: ignore[attr-defined]
    puppet.bake(motion)
    bpy.context.scene.frame_set(40)
    for foot in ("foot.R", "foot.L"):
        (shoe,) = (
            item
            for item in bpy.data.objects
            if item.parent_bone == foot and not item.hide_render and "side" in item.name
        )
        places = np.array([shoe.matrix_world @ vertex.co for vertex in shoe.data.vertices])
        tip = places[(np.sign(azimuth) * places[:, 0]).argmax()]
        heel = places[(np.sign(azimuth) * places[:, 0]).argmin()]
        assert tip[2] > heel[2]


def test_a_bake_without_artwork_takes_the_views_of_the_last_one_away(puppet: CutOut) -> None:
    puppet.bake(turning(puppet, 180.0))
    assert seen("head", [10]) == [["head.back"]]
    count = len(bpy.data.actions)
    puppet.bake(turning(puppet, 180.0), artwork=False)
    assert seen("head", [10]) == [["face", "head"]]
    assert len(bpy.data.actions) < count


def test_artwork_that_was_mirrored_is_not_where_the_next_bake_looks_the_other_way(puppet: CutOut) -> None:
    for item in [item for item in bpy.data.objects if item.name.endswith(".left")]:
        bpy.data.objects.remove(item)
    for item in [item for item in bpy.data.objects if item.name.endswith(".right")]:
        item.name = item.name.removesuffix(".right")
    puppet.bake(turning(puppet, -90.0, 48))
    bpy.context.scene.frame_set(20)
    assert bpy.data.objects["head.side"].delta_scale[0] == -1
    puppet.bake(turning(puppet, 90.0, 48))
    bpy.context.scene.frame_set(21)
    assert bpy.data.objects["head.side"].delta_scale[0] == 1


@pytest.mark.parametrize("moved", [False, True], ids=["as it comes", "moved and turned"])
def test_artwork_for_one_side_is_mirrored_for_the_other(moved: bool, puppet: CutOut) -> None:
    def outline(name: str, azimuth: float) -> Array:
        puppet.bake(turning(puppet, azimuth, 48))
        bpy.context.scene.frame_set(20)
        item = bpy.data.objects[name]
        assert not item.hide_render
        return np.array([item.matrix_world @ vertex.co for vertex in item.data.vertices])

    drawn = {name: outline(f"{name}.left", -90.0) for name in ("head.side", "foot.R.3q.side")}
    for item in [item for item in bpy.data.objects if item.name.endswith(".left")]:
        bpy.data.objects.remove(item)
    for item in [item for item in bpy.data.objects if item.name.endswith(".right")]:
        item.name = item.name.removesuffix(".right")
    if moved:
        head = bpy.data.objects["head.side"]
        turn = Matrix.Translation((0.3, 0, 0.2)) @ Matrix.Rotation(0.4, 4, "Y") @ Matrix.Scale(0.8, 4)
        head.data.transform(turn.inverted())
        head.matrix_basis = turn
    mirrored = outline("head.side", -90.0)
    assert np.abs(np.sort(mirrored[:, 0]) - np.sort(drawn["head.side"][:, 0])).max() < 1e-3
    assert np.abs(np.sort(mirrored[:, 2]) - np.sort(drawn["head.side"][:, 2])).max() < 1e-3
    foot = outline("foot.R.3q.side", -90.0)
    for axis in (0, 2):
        assert np.abs(np.sort(foot[:, axis]) - np.sort(drawn["foot.R.3q.side"][:, axis])).max() < 0.01
    right = outline("head.side", 90.0)
    assert np.abs(np.sort(right[:, 0]) - np.sort(mirrored[:, 0])).max() > 0.05


def test_views_of_an_endless_cycle_repeat_as_often_as_the_pose(puppet: CutOut) -> None:
    motion = turning(puppet, 180 - 180 * np.cos(np.linspace(0, 2 * np.pi, 97)), 97)
    cycle = Cycle(96, 0.0, in_place=True, endless=True, first_frame=1, closing_error=0.0)
    puppet.bake(replace(motion, cycle=cycle))
    assert [seen("head", [frame + 96]) for frame in (20, 40, 60, 80)] == [
        seen("head", [frame]) for frame in (20, 40, 60, 80)
    ]
