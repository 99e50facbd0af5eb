"""Views with rigs of their own: each is found or picked, baked in its own proportions, and seen where it should be."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Matrix
from numpy.typing import NDArray

from blender_addon.bridge.body.scene_motion import Cycle, SceneMotion
from blender_addon.bridge.rig.rig_bake import RigBake, RigBakeSettings
from blender_addon.bridge.rig.rigs_bake import bake_rigs, plan_rigs_bake
from blender_addon.bridge.scene.animation.actions import curves_in_use, curves_of_all_slots
from blender_addon.bridge.views.rig_views import rigs_of
from blender_addon.bridge.views.view import View
from blender_addon.core.limbs import Limb
from blender_addon.settings.channels import ChannelSettings, RootMotion
from blender_addon.settings.keys import DENSE, KeyMode, KeySettings
from blender_addon.settings.nla import Blending, LayerMode, LayerSettings
from tests.blender.cut_outs import CutOut
from tests.blender.drawn_rigs import draw_rig, keep_views
from tests.blender.known_walks import STEPPING, WALK, known_motion

pytestmark = pytest.mark.usefixtures("blank_file")
Array = NDArray[np.float64]

HERO, SIDE, BACK = "Hero", "Hero.side", "Hero.back"
BESIDE = 3.0


@pytest.fixture
def hero(data_if_any: Path | None) -> CutOut:
    """A puppet seen from the front, and beside it one seen from the side, looking right, and one from behind."""
    on = CutOut("puppet", data_if_any)
    draw_rig(on.armature, SIDE, View.SIDE_RIGHT, beside=BESIDE)
    draw_rig(on.armature, BACK, View.BACK, beside=-BESIDE, narrow=1.0, legs=1.0)
    keep_views(on.armature, View.FRONT)
    on.armature.name = HERO
    return on


def bake(
    on: CutOut, motion: SceneMotion, *, layers: LayerSettings | None = None, dense: bool = False, **channels: object
) -> list[RigBake]:
    chosen = replace(ChannelSettings(), **channels)  # type: ignore[arg-type]
    keys = DENSE if dense else KeySettings(mode=KeyMode.REDUCED)
    settings = RigBakeSettings(on.plane, 0, "known", channels=chosen, keys=keys, layers=layers or LayerSettings())
    return bake_rigs(plan_rigs_bake(on.armature, on.bone_map, motion, settings))


def turning(on: CutOut, azimuth: Array | float, frames: int = 96) -> SceneMotion:
    return known_motion(on.body, STEPPING, azimuth, frames, on_the_spot=True)


def seen(frame: int) -> set[str]:
    """The rigs whose pieces are seen; the pieces of a rig come and go together."""
    bpy.context.scene.frame_set(frame)
    rigs: dict[str, set[bool]] = {}
    for item in bpy.data.objects:
        if item.type == "MESH":
            assert item.hide_viewport == item.hide_render
            rigs.setdefault(item.parent.name, set()).add(not item.hide_render)
    assert all(len(states) == 1 for states in rigs.values()), rigs
    return {name for name, states in rigs.items() if states == {True}}


def joint(rig: str, bone: str, frame: int, *, tail: bool = False) -> Array:
    """(2,) where a bone begins or ends in the picture: to the right and up."""
    bpy.context.scene.frame_set(frame)
    item = bpy.data.objects[rig]
    posed = item.pose.bones[bone]
    return np.array(item.matrix_world @ (posed.tail if tail else posed.head))[[0, 2]]


def angle(rig: str, bone: str, frame: int) -> float:
    """Where a bone points in the picture, in degrees."""
    way = joint(rig, bone, frame, tail=True) - joint(rig, bone, frame)
    return float(np.degrees(np.arctan2(way[1], way[0])))


def test_rigs_are_found_by_name(hero: CutOut) -> None:
    rigs = rigs_of(hero.armature)
    assert {sheet.item.name: (set(sheet.views), sheet.either) for sheet in rigs.sheets} == {
        HERO: ({View.FRONT}, False),
        SIDE: ({View.SIDE_RIGHT, View.SIDE_LEFT}, True),
        BACK: ({View.BACK}, False),
    }


def test_a_copy_of_a_rig_belongs_to_the_copies_of_its_number(hero: CutOut) -> None:
    other = hero.armature.copy()
    other.name = f"{HERO}.001"
    bpy.context.scene.collection.objects.link(other)
    assert not rigs_of(other).sheets
    assert {sheet.item.name for sheet in rigs_of(hero.armature).sheets} == {HERO, SIDE, BACK}


def test_a_rig_called_back_alone_may_be_one_that_was_put_aside(hero: CutOut) -> None:
    bpy.data.objects[SIDE].name = "Villain"
    assert not rigs_of(hero.armature).sheets


def test_a_rig_is_picked_for_a_view(hero: CutOut, addon: object) -> None:
    side = bpy.data.objects[SIDE]
    side.name = "Profile drawing of the hero, old"
    hero.armature.retarget2d_view_rigs.side_right = side
    found = {sheet.item: sheet for sheet in rigs_of(hero.armature).sheets}
    assert found[side].views == {View.SIDE_RIGHT, View.SIDE_LEFT}
    assert found[side].either
    hero.armature.retarget2d_view_rigs.side_left = bpy.data.objects[BACK]
    found = {sheet.item: sheet for sheet in rigs_of(hero.armature).sheets}
    assert found[side].views == {View.SIDE_RIGHT}
    assert not found[side].either


@pytest.mark.parametrize(
    ("azimuth", "rig"),
    [(0.0, HERO), (90.0, SIDE), (-90.0, SIDE), (180.0, BACK)],
    ids=["front", "right", "left", "back"],
)
def test_the_rig_is_seen_that_shows_the_view(azimuth: float, rig: str, hero: CutOut) -> None:
    bake(hero, turning(hero, azimuth))
    assert seen(3) == seen(50) == {rig}


def test_who_turns_around_is_seen_from_all_sides(hero: CutOut) -> None:
    bake(hero, turning(hero, np.linspace(0, 360, 192), 192))
    order = [name for frame in range(1, 193) for name in seen(frame)]
    changes = [order[0], *(two for one, two in itertools.pairwise(order) if one != two)]
    assert changes == [HERO, SIDE, BACK, SIDE, HERO]


def test_every_rig_performs_on_all_frames_where_the_character_does(hero: CutOut) -> None:
    motion = known_motion(hero.body, WALK, 90.0, 96)
    bake(hero, motion)
    ways = {name: np.array([joint(name, "hips", frame) for frame in range(1, 97)]) for name in (HERO, SIDE, BACK)}
    assert np.ptp(ways[HERO][:, 0]) > 0.5
    for name in (SIDE, BACK):
        assert np.abs(ways[name][:, 0] - ways[HERO][:, 0]).max() < 0.06, name


@pytest.mark.parametrize("azimuth", [90.0, -90.0])
def test_a_rig_keeps_its_own_proportions_and_stands_on_the_same_ground(azimuth: float, hero: CutOut) -> None:
    bpy.data.objects[SIDE].location[2] += 2.0
    bpy.context.view_layer.update()
    bake(hero, known_motion(hero.body, WALK, azimuth, 96))
    lowest = {
        name: np.array([min(joint(name, f"foot.{side}", frame)[1] for side in "RL") for frame in range(1, 97)])
        for name in (HERO, SIDE)
    }
    assert np.median(lowest[SIDE]) == pytest.approx(np.median(lowest[HERO]), abs=0.02)
    thigh = np.linalg.norm(joint(SIDE, "thigh.R", 30, tail=True) - joint(SIDE, "thigh.R", 30))
    other = np.linalg.norm(joint(HERO, "thigh.R", 30, tail=True) - joint(HERO, "thigh.R", 30))
    assert thigh < 0.97 * other


@pytest.mark.parametrize("azimuth", [90.0, -90.0])
def test_limbs_of_a_rig_point_where_the_motion_does(azimuth: float, hero: CutOut) -> None:
    motion = turning(hero, azimuth)
    bake(hero, motion, dense=True)
    near = "R" if azimuth > 0 else "L"
    for frame in (10, 40, 70):
        for drawn, real in (("R", near), ("L", "L" if near == "R" else "R")):
            for bone in ("upper_arm", "forearm"):
                mine = angle(SIDE, f"{bone}.{drawn}", frame)
                its = angle(HERO, f"{bone}.{real}", frame)
                assert abs((mine - its + 180) % 360 - 180) < 3, (frame, bone, drawn)


def test_a_rig_is_mirrored_where_the_performer_looks_left(hero: CutOut) -> None:
    bake(hero, turning(hero, np.where(np.arange(96) < 48, 90.0, -90.0)))
    side = bpy.data.objects[SIDE]
    for frame, looks in ((20, 1), (80, -1)):
        bpy.context.scene.frame_set(frame)
        assert side.delta_scale[0] == looks
        toes = joint(SIDE, "foot.R", frame, tail=True) - joint(SIDE, "foot.R", frame)
        assert np.sign(toes[0]) == looks
        assert joint(SIDE, "hips", frame)[0] == pytest.approx(joint(HERO, "hips", frame)[0], abs=0.03)


def test_a_second_bake_takes_the_place_of_the_first_wherever_the_playhead_is(hero: CutOut) -> None:
    motion = turning(hero, np.where(np.arange(96) < 48, 90.0, -90.0))
    bake(hero, motion)
    first = [joint(SIDE, "forearm.R", frame) for frame in (20, 80)]
    count = len(bpy.data.actions)
    bpy.context.scene.frame_set(80)
    bake(hero, motion)
    assert len(bpy.data.actions) == count
    np.testing.assert_allclose([joint(SIDE, "forearm.R", frame) for frame in (20, 80)], first, atol=1e-3)
    bpy.context.scene.frame_set(80)
    bake(hero, turning(hero, 90.0))
    bpy.context.scene.frame_set(80)
    assert bpy.data.objects[SIDE].delta_scale[0] == 1
    assert joint(SIDE, "hips", 80)[0] == pytest.approx(joint(HERO, "hips", 80)[0], abs=0.03)


def test_a_switch_is_one_column_of_constant_keys(hero: CutOut) -> None:
    made = bake(hero, turning(hero, np.linspace(0, 90, 96)))
    views = [action for each in made for action in each.views]
    curves = [curve for action in views for curve in curves_of_all_slots(action) if curve.data_path == "hide_render"]
    changes = {key.co.x for curve in curves for key in curve.keyframe_points} - {1.0}
    assert len(changes) == 1
    assert {key.interpolation for curve in curves for key in curve.keyframe_points} == {"CONSTANT"}


def test_a_bake_without_artwork_shows_the_character_s_own_rig_again(hero: CutOut) -> None:
    bake(hero, turning(hero, 180.0))
    assert seen(10) == {BACK}
    bake(hero, turning(hero, 180.0), artwork=False)
    assert seen(10) == {HERO}


def test_a_piece_that_its_artist_hid_stays_hidden(hero: CutOut) -> None:
    guide = bpy.data.objects[f"{SIDE} chest"]
    guide.hide_render = guide.hide_viewport = True
    bake(hero, turning(hero, 90.0))
    bpy.context.scene.frame_set(10)
    assert guide.hide_render
    assert not bpy.data.objects[f"{SIDE} head"].hide_render


def test_a_rig_whose_pieces_are_all_hidden_is_shown_in_its_view(hero: CutOut) -> None:
    for item in bpy.data.objects[SIDE].children:
        item.hide_render = item.hide_viewport = True
    for _ in range(2):
        bake(hero, turning(hero, 90.0))
        assert seen(10) == {SIDE}


def test_pieces_that_are_deformed_by_a_rig_come_and_go_with_it(hero: CutOut) -> None:
    side = bpy.data.objects[SIDE]
    for item in list(side.children):
        item.parent = None
        item.modifiers.new("Bones", "ARMATURE").object = side
    bake(hero, turning(hero, 0.0))
    bpy.context.scene.frame_set(10)
    loose = [item for item in bpy.data.objects if item.modifiers]
    assert loose
    assert all(item.hide_render for item in loose)


def test_a_rig_s_own_artwork_for_views_goes_on_within_it(hero: CutOut) -> None:
    other = bpy.data.objects["head"].copy()
    other.name = "head.3q"
    bpy.context.scene.collection.objects.link(other)
    for azimuth, shown in ((0.0, {"head"}), (38.0, {"head.3q"}), (180.0, {f"{BACK} head"})):
        bake(hero, turning(hero, azimuth))
        bpy.context.scene.frame_set(30)
        heads = [item for item in bpy.data.objects if item.type == "MESH" and item.parent_bone == "head"]
        assert {item.name for item in heads if not item.hide_render and "face" not in item.name} & {
            "head",
            "head.3q",
            f"{BACK} head",
            f"{SIDE} head",
        } == shown


@pytest.mark.parametrize("root", [RootMotion.ARMATURE, RootMotion.OBJECT, RootMotion.IN_PLACE])
@pytest.mark.parametrize("azimuth", [90.0, -90.0])
def test_what_carries_the_character_carries_all_its_rigs(root: RootMotion, azimuth: float, hero: CutOut) -> None:
    motion = known_motion(hero.body, WALK, azimuth, 96)
    for _ in range(2):
        bpy.context.scene.frame_set(60)
        bake(hero, motion, root=root)
        for frame in (1, 30, 60, 96):
            assert joint(SIDE, "hips", frame)[0] == pytest.approx(joint(HERO, "hips", frame)[0], abs=0.06)
    way = joint(HERO, "hips", 96)[0] - joint(HERO, "hips", 1)[0]
    assert (abs(way) > 0.3) == (root is not RootMotion.IN_PLACE)


def test_a_rig_that_is_parented_to_the_character_s_goes_along_once(hero: CutOut) -> None:
    bpy.data.objects[SIDE].parent = hero.armature
    bpy.context.view_layer.update()
    motion = known_motion(hero.body, WALK, 90.0, 96)
    bake(hero, motion, root=RootMotion.ARMATURE)
    for frame in (1, 48, 96):
        assert joint(SIDE, "hips", frame)[0] == pytest.approx(joint(HERO, "hips", frame)[0], abs=0.06)
    assert seen(40) == {SIDE}


def test_limbs_that_are_not_chosen_get_no_keys_on_any_rig(hero: CutOut) -> None:
    made = bake(hero, turning(hero, 90.0), limbs=frozenset(Limb) - {Limb.RIGHT_ARM})
    assert len(made) == 3
    for each in made:
        assert not [curve for curve in curves_of_all_slots(each.action) if "arm.R" in curve.data_path]


def test_without_the_body_the_other_rigs_get_no_keys_and_a_note_says_so(hero: CutOut) -> None:
    made = bake(hero, turning(hero, 90.0), limbs=frozenset({Limb.RIGHT_ARM}))
    assert len(made) == 1
    assert [note for note in made[0].notes if "choose Body too" in note]


def test_an_amount_holds_for_every_rig(hero: CutOut) -> None:
    whole: list[float] = []
    half: list[float] = []
    for found, amount in ((whole, 1.0), (half, 0.5)):
        bake(hero, turning(hero, 90.0), amounts={Limb.RIGHT_ARM: amount}, artwork=True, dense=True)
        found += [angle(SIDE, "upper_arm.R", frame) - angle(SIDE, "chest", frame) for frame in range(1, 97)]
    assert np.ptp(np.unwrap(half, period=360)) == pytest.approx(0.5 * np.ptp(np.unwrap(whole, period=360)), rel=0.15)


def test_a_layer_goes_onto_every_rig(hero: CutOut) -> None:
    layers = LayerSettings(mode=LayerMode.LAYER)
    for _ in range(2):
        bake(hero, turning(hero, -90.0), layers=layers)
        for name in (HERO, SIDE, BACK):
            (track,) = bpy.data.objects[name].animation_data.nla_tracks
            assert len(track.strips) == 1
        bpy.context.scene.frame_set(20)
        assert bpy.data.objects[SIDE].delta_scale[0] == -1


def test_a_layer_that_blends_mirrors_no_rig_and_says_so(hero: CutOut) -> None:
    made = bake(hero, turning(hero, -90.0), layers=LayerSettings(mode=LayerMode.LAYER, blending=Blending.ADD))
    assert [note for note in made[0].notes if note.startswith(f"{SIDE} is drawn for one side")]
    assert not [curve for curve in curves_in_use(bpy.data.objects[SIDE]) if "delta" in curve.data_path]


def test_a_rig_that_is_no_body_is_left_out_and_a_note_says_why(hero: CutOut) -> None:
    bpy.data.objects.remove(bpy.data.objects[SIDE])
    data = bpy.data.armatures.new("box")
    box = bpy.data.objects.new(SIDE, data)
    bpy.context.scene.collection.objects.link(box)
    made = bake(hero, turning(hero, 180.0))
    assert [note for note in made[0].notes if note.startswith(f"{SIDE} shows no view of {HERO}: ")]


def test_rigs_of_an_endless_cycle_stay_together(hero: CutOut) -> None:
    motion = known_motion(hero.body, WALK, -90.0, 65)
    travel = float(motion.positions[-1, 8, 0] - motion.positions[0, 8, 0])
    cycle = Cycle(64, travel, in_place=False, endless=True, first_frame=1, closing_error=0.0)
    bake(hero, replace(motion, cycle=cycle))
    for frame in (1, 40, 100):
        assert joint(SIDE, "hips", frame)[0] == pytest.approx(joint(HERO, "hips", frame)[0], abs=0.08)
        assert seen(frame) == {SIDE}


def test_pieces_of_a_rig_that_are_named_for_its_view_are_no_other_views(hero: CutOut) -> None:
    side = bpy.data.objects[SIDE]
    for _ in range(2):
        piece = bpy.data.objects[f"{SIDE} head"].copy()
        piece.name = "head.side"
        bpy.context.scene.collection.objects.link(piece)
    bake(hero, turning(hero, -90.0))
    bpy.context.scene.frame_set(20)
    heads = [item for item in side.children if item.name.startswith("head.side")]
    assert len(heads) == 2
    assert all(tuple(item.delta_scale) == (1, 1, 1) and not item.hide_render for item in heads)


@pytest.mark.parametrize("mode", ["XYZ", "QUATERNION"])
@pytest.mark.parametrize("azimuth", [90.0, -90.0])
def test_a_rig_whose_object_is_scaled_and_turned_performs_the_same(azimuth: float, mode: str, hero: CutOut) -> None:
    motion = known_motion(hero.body, WALK, azimuth, 64)
    bones = ("hips", "head", "hand.R", "hand.L", "shin.R", "shin.L")

    def performed() -> Array:
        bake(hero, motion, dense=True)
        return np.array([[joint(SIDE, bone, frame) for bone in bones] for frame in (1, 20, 50)])

    plain = performed()
    side = bpy.data.objects[SIDE]
    side.animation_data_clear()
    side.delta_scale = (1, 1, 1)
    for bone in side.pose.bones:
        bone.matrix_basis = Matrix()
    turn = Matrix.Rotation(np.radians(90), 4, "Z") @ Matrix.Scale(0.5, 4)
    side.data.transform(turn.inverted())
    side.rotation_mode = mode
    side.matrix_basis = Matrix.Translation(side.location) @ turn
    bpy.context.view_layer.update()
    assert np.abs(performed() - plain).max() < 0.01
