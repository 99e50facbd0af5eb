"""Layers of a rig: a bake replaces its own strip and nothing else, and leaves all other animation bit for bit as it
was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge.armature.bone_map import BoneMap
from blender_addon.bridge.rig.rig_bake import RigBake, RigBakeSettings, bake_rig
from blender_addon.bridge.scene.animation.actions import curves_of_all_slots, slot_of
from blender_addon.bridge.scene.versions import ACTIONS_HAVE_SLOTS
from blender_addon.core.skeleton import Joint
from blender_addon.settings.channels import ChannelSettings
from blender_addon.settings.feet import UNPLANTED
from blender_addon.settings.keys import DENSE, REDUCED, KeySettings
from blender_addon.settings.nla import Blending, LayerMode, LayerSettings
from tests.blender import snapshot
from tests.blender.read_back import posed_bones
from tests.blender.rigs import planar_puppet
from tests.blender.street_motion import PASSER_BY, WALKER
from tests.blender.test_rig_bake import Stage, stage_of

pytestmark = pytest.mark.usefixtures("blank_file")

AS_LAYER, AS_ACTION = LayerSettings(mode=LayerMode.LAYER), LayerSettings(mode=LayerMode.ACTION)
ARM = "arm_lower.R"
FRAMES = np.array([2, 12, 30])


@pytest.fixture
def puppet(blank_file: None) -> bpy.types.Object:
    made = planar_puppet(Path())
    for bone in made.pose.bones:
        bone.rotation_mode = "XYZ"
    return made


@pytest.fixture
def stage(puppet: bpy.types.Object) -> Stage:
    return stage_of(puppet, frames=slice(0, 120))


def bake(stage: Stage, layers: LayerSettings = AS_LAYER, performer: int = WALKER, keys: KeySettings = DENSE) -> RigBake:
    """Limbs keep their lengths: what stretches no longer inherits scale, which would be a change of the bones."""
    settings = RigBakeSettings(
        stage.plane,
        0,
        f"street {performer}",
        f"street.mp4 {performer}",
        keys=keys,
        feet=UNPLANTED,
        layers=layers,
        channels=ChannelSettings(stretch=0.0),
    )
    return bake_rig(stage.armature, stage.bone_map, stage.motion, settings)


def own_animation(puppet: bpy.types.Object) -> bpy.types.Action:
    """A wave by hand of a forearm and of a bone that no map names, up to frame 40."""
    for name, turn in ((ARM, 0.7), ("head", 0.3)):
        for frame, value in ((1, 0.0), (20, turn), (40, -turn)):
            puppet.pose.bones[name].rotation_euler[2] = value
            puppet.pose.bones[name].keyframe_insert("rotation_euler", frame=frame)
    puppet.animation_data.action.name = "wave"
    return puppet.animation_data.action


def matrices(puppet: bpy.types.Object, name: str) -> np.ndarray:
    return posed_bones(puppet, {name}, FRAMES)[name]


def only_strip(puppet: bpy.types.Object, track: int = -1) -> bpy.types.NlaStrip:
    [strip] = puppet.animation_data.nla_tracks[track].strips
    return strip


def test_a_layer_is_a_track_named_after_video_and_performer_that_plays(stage: Stage) -> None:
    made = bake(stage)
    [track] = stage.armature.animation_data.nla_tracks
    strip = only_strip(stage.armature)
    assert (track.name, strip.name, strip.action) == ("street 0", "street 0", made.action)
    assert made.action.name == f"street 0 → {stage.armature.name}"
    assert stage.armature.animation_data.action is None
    assert (strip.frame_start, strip.frame_end) == tuple(made.action.frame_range)
    if ACTIONS_HAVE_SLOTS:
        assert slot_of(strip) == made.action.slots[0]
    assert np.percentile(np.concatenate(list(stage.off(0).values())), 90) < 0.5


def test_what_was_there_plays_on_beneath_a_layer_and_shows_where_the_layer_does_not_reach(stage: Stage) -> None:
    own_animation(stage.armature)
    before, waved = snapshot.actions(), matrices(stage.armature, "head")
    bake(stage, LayerSettings(LayerMode.LAYER, influence=0.0))
    assert snapshot.actions()["wave"] == before["wave"]
    assert np.abs(matrices(stage.armature, "head") - waved).max() < 1e-6
    assert [track.mute for track in stage.armature.animation_data.nla_tracks] == [False, False]


def test_an_animation_that_goes_on_beyond_its_keys_goes_on_when_it_is_pushed_down(stage: Stage) -> None:
    action = own_animation(stage.armature)
    for curve in curves_of_all_slots(action):
        curve.modifiers.new("CYCLES")
    bpy.context.scene.frame_end = 200
    places = np.array([10, 90, 170])
    before = posed_bones(stage.armature, {"head"}, places)["head"]
    bake(stage, LayerSettings(LayerMode.LAYER, influence=0.0))
    assert np.abs(posed_bones(stage.armature, {"head"}, places)["head"] - before).max() < 1e-6


def test_influence_and_blending_count(stage: Stage) -> None:
    bake(stage, LayerSettings(LayerMode.LAYER, influence=0.25, blending=Blending.COMBINE))
    strip = only_strip(stage.armature)
    assert (strip.blend_type, strip.influence) == ("COMBINE", 0.25)
    quarter = turn_at(stage, ARM, 12)
    strip.use_animated_influence = False
    assert abs(quarter) > 0.01
    assert quarter == pytest.approx(turn_at(stage, ARM, 12) / 4, abs=1e-4)


def turn_at(stage: Stage, bone: str, frame: int) -> float:
    bpy.context.scene.frame_set(frame)
    return float(max(stage.armature.pose.bones[bone].rotation_euler, key=abs))


def test_a_second_bake_replaces_the_action_of_its_own_strip_and_nothing_else(stage: Stage) -> None:
    own_animation(stage.armature)
    bake(stage, performer=PASSER_BY)
    first = bake(stage).action
    name, strip = first.name, only_strip(stage.armature)
    strip.frame_start_ui = 70
    strip.scale, strip.influence = 2.0, 1.0
    strip.blend_type, strip.blend_in = "COMBINE", 5.0
    bake(stage_of(stage.armature, PASSER_BY, frames=slice(0, 20)), LayerSettings(LayerMode.LAYER, title="waving"))
    before, held = snapshot.everything(), snapshot.tracks(stage.armature)
    other = replace(stage, motion=replace(stage.motion, positions=stage.motion.positions * (1, 0.9)))
    bake(other, LayerSettings(LayerMode.LAYER, blending=Blending.REPLACE, influence=0.5))
    after = snapshot.everything()
    assert snapshot.tracks(stage.armature) == held
    assert after["actions"].keys() == before["actions"].keys()
    assert [key for key in after["actions"] if after["actions"][key] != before["actions"][key]] == [name]
    assert {key: after[key] for key in ("armatures", "blocks")} == {key: before[key] for key in ("armatures", "blocks")}


def test_a_longer_bake_keeps_the_strips_place_and_speed(stage: Stage) -> None:
    bake(stage)
    strip = only_strip(stage.armature)
    strip.scale = 0.5
    strip.frame_start_ui = 33
    longer = stage_of(stage.armature, frames=slice(0, 160))
    bake(longer)
    assert (strip.frame_start, strip.scale) == (33, 0.5)
    assert strip.frame_end == pytest.approx(33 + (len(longer.motion) - 1) / 2)


def test_a_bake_that_begins_later_moves_its_strip_by_as_much(stage: Stage) -> None:
    bake(stage)
    strip = only_strip(stage.armature)
    strip.frame_start_ui = 11
    bake(replace(stage, motion=replace(stage.motion, frames=stage.motion.frames + 40)))
    assert (strip.frame_start, strip.action_frame_start) == (51, 41)


def test_a_part_of_a_take_stays_that_part(stage: Stage) -> None:
    bake(stage)
    strip = only_strip(stage.armature)
    strip.action_frame_start, strip.action_frame_end = 5, 15
    strip.frame_start_ui = 60
    bake(stage)
    assert (strip.action_frame_start, strip.action_frame_end, strip.frame_start, strip.frame_end) == (5, 15, 60, 70)


def test_a_strip_in_a_meta_strip_or_beside_another_is_found_and_kept_apart(stage: Stage) -> None:
    made = bake(stage).action
    track = stage.armature.animation_data.nla_tracks[0]
    other = track.strips.new("next", 100, made)
    other.action_frame_end = 5
    longer = replace(stage, motion=replace(stage_of(stage.armature, fps=30.0, frames=slice(0, 160)).motion))
    bake(longer)
    first, second = track.strips
    assert first.action == second.action
    assert first.frame_end <= second.frame_start


def raise_key(key: bpy.types.Keyframe) -> None:
    key.co[1] += 0.1


def drag_handle(key: bpy.types.Keyframe) -> None:
    key.handle_left_type = "FREE"
    key.handle_left[1] += 0.1


def hold(key: bpy.types.Keyframe) -> None:
    key.interpolation = "CONSTANT"


@pytest.mark.parametrize("edit", [raise_key, drag_handle, hold], ids=lambda edit: edit.__name__)
@pytest.mark.parametrize("keys", [DENSE, REDUCED], ids=["dense", "reduced"])
def test_an_edited_bake_is_kept_and_the_note_says_so(
    keys: KeySettings, edit: Callable[[bpy.types.Keyframe], None], stage: Stage
) -> None:
    first = bake(stage, keys=keys).action
    edit(next(curve for curve in curves_of_all_slots(first) if len(curve.keyframe_points) > 2).keyframe_points[1])
    edited = snapshot.action_contents(first)[1]
    note = bake(stage).notes[-1]
    assert "edited by hand" in note
    assert first.name in note
    assert first.use_fake_user
    assert snapshot.action_contents(first)[1] == edited
    assert only_strip(stage.armature).action != first


def test_a_bake_that_somebody_else_plays_is_kept(stage: Stage, puppet: bpy.types.Object) -> None:
    first = bake(stage).action
    twin = puppet.copy()
    bpy.context.scene.collection.objects.link(twin)
    before = snapshot.action_contents(first)
    bake(stage)
    assert snapshot.action_contents(first) == before
    assert only_strip(twin).action == first
    assert only_strip(puppet).action != first


def test_an_edit_is_told_from_saving_and_opening(stage: Stage, tmp_path: Path) -> None:
    bake(stage)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "layers.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "layers.blend"))
    again = stage_of(bpy.data.objects[planar_puppet.__name__], frames=slice(0, 120))
    assert bake(again).notes == ()
    assert len(bpy.data.actions) == 1


def test_a_bake_as_action_becomes_a_layer_and_is_not_doubled(stage: Stage) -> None:
    bake(stage, AS_ACTION)
    bake(stage, AS_LAYER)
    assert stage.armature.animation_data.action is None
    assert [action.name for action in bpy.data.actions] == [only_strip(stage.armature).action.name]


def test_as_an_action_the_same_take_is_replaced_and_anything_else_is_pushed_down_muted(stage: Stage) -> None:
    wave = own_animation(stage.armature)
    before = snapshot.actions()["wave"]
    bake(stage, AS_ACTION)
    bake(stage, AS_ACTION)
    [track] = stage.armature.animation_data.nla_tracks
    assert (track.mute, only_strip(stage.armature).action) == (True, wave)
    assert snapshot.actions()["wave"] == before
    assert len(bpy.data.actions) == 2


def test_a_bone_that_the_map_no_longer_names_goes_back_to_rest_and_others_stay_as_they_were(stage: Stage) -> None:
    stage.armature.pose.bones["hand.L"].rotation_euler[2] = 0.4
    before = snapshot.rest_poses()
    bake(stage)
    assert abs(turn_at(stage, "neck", 12)) > 0.01
    bake(replace(stage, bone_map=BoneMap({**stage.bone_map.chains, Joint.HEAD: ("head",)}, stage.bone_map.root)))
    assert turn_at(stage, "neck", 12) == 0
    assert stage.armature.pose.bones["hand.L"].rotation_euler[2] == pytest.approx(0.4)
    assert snapshot.rest_poses() == before


def lock(puppet: bpy.types.Object) -> None:
    puppet.animation_data.nla_tracks[0].lock = True


def test_a_locked_track_is_left_alone_in_one_sentence(stage: Stage) -> None:
    bake(stage)
    lock(stage.armature)
    before = snapshot.everything()
    with pytest.raises(ValueError, match="is locked; unlock it"):
        bake(stage)
    assert snapshot.everything() == before


MUTINGS: dict[str, Callable[[bpy.types.Object], None]] = {
    "The layer street 0 is muted": lambda puppet: setattr(puppet.animation_data.nla_tracks[0], "mute", True),
    "is switched off": lambda puppet: setattr(puppet.animation_data, "use_nla", False),
}


@pytest.mark.parametrize("layers", [AS_LAYER, AS_ACTION], ids=["layer", "action"])
def test_a_solo_track_is_named(layers: LayerSettings, stage: Stage) -> None:
    """No other track or action plays beside it, muted or not."""
    action = own_animation(stage.armature)
    track = stage.armature.animation_data.nla_tracks.new()
    track.name, track.is_solo = "Starred", True
    track.strips.new("wave", 1, action)
    stage.armature.animation_data.action = None
    notes = bake(stage, layers=layers).notes
    assert any("Only the NLA track Starred" in note and "solo" in note for note in notes)
    assert not any("mute them" in note for note in notes)


def test_a_layer_whose_strip_is_stretched_says_so(stage: Stage) -> None:
    bake(stage)
    only_strip(stage.armature).scale = 2.0
    assert any("is stretched by 2" in note for note in bake(stage).notes)


@pytest.mark.parametrize("sentence", MUTINGS)
def test_a_layer_that_cannot_be_seen_says_why(sentence: str, stage: Stage) -> None:
    bake(stage)
    MUTINGS[sentence](stage.armature)
    assert any(sentence in note for note in bake(stage).notes)


@pytest.mark.parametrize("layers", [AS_LAYER, AS_ACTION], ids=["layer", "action"])
def test_a_bake_that_fails_half_way_leaves_everything_bit_for_bit(
    layers: LayerSettings, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_animation(stage.armature)
    bake(stage, AS_LAYER)
    bpy.context.scene.frame_set(12)
    before = snapshot.everything()

    def fails(*_: object) -> None:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr("blender_addon.bridge.scene.animation.layers.back_to_rest", fails)
    with pytest.raises(RuntimeError, match="on fire"):
        bake(stage, layers)
    bpy.context.scene.frame_set(12)
    assert snapshot.everything() == before
