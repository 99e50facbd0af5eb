"""Actions in every version of Blender: their slot is set, their keys are marked, what was there is kept, and a failure
leaves nothing.
"""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge.scene.animation.actions import (
    Curve,
    Interpolation,
    check_writable,
    posed_by_action,
    slot_of,
)
from blender_addon.bridge.scene.animation.layers import LayerSource, install_action
from blender_addon.bridge.scene.versions import ACTIONS_HAVE_SLOTS
from blender_addon.settings.nla import LayerSettings
from tests.blender.rigs import planar_puppet
from tests.blender.scene_of_puppet import contents

pytestmark = pytest.mark.usefixtures("blank_file")

FRAMES = np.arange(10, 15)


@pytest.fixture
def armature(blank_file: None) -> bpy.types.Object:
    made = planar_puppet(Path())
    for bone in made.pose.bones:
        bone.rotation_mode = "XYZ"
    return made


def new_action(armature: bpy.types.Object, name: str, curves: list[Curve]) -> bpy.types.Action:
    return install_action(armature, curves, LayerSource(name, name), LayerSettings()).action


def _turned(bone: str, angle: float = 1.0) -> Curve:
    return Curve(f'pose.bones["{bone}"].rotation_euler', 2, FRAMES, angle * (FRAMES - 10).astype(np.float64), bone)


def _moved(bone: str) -> Curve:
    return Curve(f'pose.bones["{bone}"].location', 1, FRAMES[:2], np.array([1.0, 2.0]), bone, Interpolation.CONSTANT)


def _curves(holder: bpy.types.AnimData) -> list[bpy.types.FCurve]:
    action = holder.action
    if not ACTIONS_HAVE_SLOTS:
        return list(action.fcurves)
    return list(action.layers[0].strips[0].channelbag(slot_of(holder)).fcurves)


def test_the_bones_move_because_the_slot_is_set(armature: bpy.types.Object) -> None:
    new_action(armature, "take", [_turned("head")])
    bpy.context.scene.frame_set(12)
    assert armature.pose.bones["head"].rotation_euler[2] == pytest.approx(2.0)


def test_keys_are_marked_as_generated_and_grouped_by_bone(armature: bpy.types.Object) -> None:
    new_action(armature, "take", [_turned("head"), _turned("torso"), _moved("head")])
    curves = _curves(armature.animation_data)
    assert sorted(curve.group.name for curve in curves) == ["head", "head", "torso"]
    assert {key.type for curve in curves for key in curve.keyframe_points} == {"GENERATED"}
    moved = next(curve for curve in curves if curve.data_path.endswith("location"))
    assert [tuple(key.co) for key in moved.keyframe_points] == [(10.0, 1.0), (11.0, 2.0)]
    assert {key.interpolation for key in moved.keyframe_points} == {"CONSTANT"}


def test_what_was_there_is_pushed_to_a_muted_track_with_its_slot(armature: bpy.types.Object) -> None:
    first = new_action(armature, "first", [_turned("head")])
    slot = slot_of(armature.animation_data)
    second = new_action(armature, "second", [_turned("torso")])
    assert armature.animation_data.action == second
    [track] = armature.animation_data.nla_tracks
    [strip] = track.strips
    assert (track.name, strip.action, track.mute, strip.frame_start) == (first.name, first, True, 10)
    assert slot_of(strip) == slot
    track.mute = False
    armature.animation_data.action = None
    bpy.context.scene.frame_set(13)
    assert armature.pose.bones["head"].rotation_euler[2] == pytest.approx(3.0)


def test_bones_that_the_earlier_action_posed_go_back_to_rest(armature: bpy.types.Object) -> None:
    new_action(armature, "first", [_turned("head"), _moved("head")])
    bpy.context.scene.frame_set(12)
    armature.pose.bones["hand.R"].rotation_euler[2] = 0.5
    assert posed_by_action(armature) == {"head": {"rotation_euler", "location"}}
    new_action(armature, "second", [_turned("torso")])
    assert tuple(armature.pose.bones["head"].rotation_euler) == (0, 0, 0)
    assert tuple(armature.pose.bones["head"].location) == (0, 0, 0)
    assert armature.pose.bones["hand.R"].rotation_euler[2] == 0.5, "a pose by hand is its owner's"


@pytest.mark.parametrize("earlier", [False, True])
def test_a_failure_half_way_leaves_the_file_as_it_was(armature: bpy.types.Object, earlier: bool) -> None:
    if earlier:
        new_action(armature, "first", [_turned("head")])
    before = contents()
    with pytest.raises(RuntimeError):
        new_action(armature, "second", [_turned("torso"), _turned("torso")])
    assert contents() == before
    if earlier:
        bpy.context.scene.frame_set(12)
        assert armature.pose.bones["head"].rotation_euler[2] == pytest.approx(2.0), "its slot is set again"


def test_an_object_whose_strip_is_tweaked_is_refused_in_one_sentence(armature: bpy.types.Object) -> None:
    new_action(armature, "first", [_turned("head")])
    new_action(armature, "second", [_turned("torso")])
    animation = armature.animation_data
    animation.nla_tracks[0].mute = False
    animation.nla_tracks[0].select = True
    animation.nla_tracks.active = animation.nla_tracks[0]
    animation.nla_tracks[0].strips[0].select = True
    animation.use_tweak_mode = True
    with pytest.raises(ValueError, match="leave Tweak Mode"):
        check_writable(armature)
