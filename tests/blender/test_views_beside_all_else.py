"""Views that are layers or frames go on with all else: undo, NLA layers, IK, masks, amounts and a second bake."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import bpy
import numpy as np
import pytest
from mathutils import Vector

from blender_addon.bridge.scene.animation.actions import curves_in_use, curves_of_all_slots
from blender_addon.bridge.views.view import View
from blender_addon.bridge.views.view_frames import frame_channel
from tests.blender.ik_rigs import hang_on_targets
from tests.blender.scene_of_puppet import ask, contents, keys_of
from tests.blender.test_views_in_the_preview import KINDS, looks
from tests.blender.test_views_of_frames import NUMBERS


@pytest.fixture(params=list(KINDS))
def piece(
    request: pytest.FixtureRequest, addon: ModuleType, puppet: bpy.types.Object, fresh_session: None, tmp_path: Path
) -> bpy.types.Object:
    """A piece on the puppet's head, whose performer is seen from the side."""
    item = KINDS[request.param](tmp_path)
    bpy.context.scene.collection.objects.link(item)
    item.parent, item.parent_type, item.parent_bone = puppet, "BONE", "head"
    if item.type != "GREASEPENCIL":
        item.retarget2d_view_frames = [NUMBERS.get(view, 0) for view in View]
    ask(view="SIDE")
    return item


def owner_of(item: bpy.types.Object) -> bpy.types.ID:
    """What the keys of its views are on."""
    channel = frame_channel(item)
    return item.data if channel is None else channel.owner


def action_of(item: bpy.types.Object) -> bpy.types.Action | None:
    animation = owner_of(item).animation_data
    return animation.action if animation is not None else None


def test_one_undo_takes_the_views_back(piece: bpy.types.Object) -> None:
    name = piece.name
    bpy.ops.ed.undo_push(message="before")
    before: tuple[Any, Any] = (contents(), looks(piece))
    bpy.ops.retarget2d.run("EXEC_DEFAULT", True)
    piece = bpy.data.objects[name]
    assert (contents(), looks(piece)) != before
    bpy.ops.ed.undo()
    piece = bpy.data.objects[name]
    assert (contents(), looks(piece)) == before
    assert action_of(piece) is None


def test_a_second_bake_takes_the_place_of_the_first(piece: bpy.types.Object) -> None:
    bpy.ops.retarget2d.run()
    names, side = sorted(action.name for action in bpy.data.actions), looks(piece)
    bpy.ops.retarget2d.run()
    assert (sorted(action.name for action in bpy.data.actions), looks(piece)) == (names, side)
    bpy.context.scene.retarget2d.view = "FRONT"
    bpy.ops.retarget2d.run()
    assert sorted(action.name for action in bpy.data.actions) == names
    assert looks(piece) != side


def test_a_pose_that_is_an_nla_layer_has_its_views_keyed(piece: bpy.types.Object, puppet: bpy.types.Object) -> None:
    bpy.ops.retarget2d.run()
    side = looks(piece)
    action = action_of(piece)
    assert action is not None
    bpy.context.scene.retarget2d.layers.mode = "LAYER"
    bpy.ops.retarget2d.run()
    assert [len(track.strips) for track in puppet.animation_data.nla_tracks] == [1]
    assert looks(piece) == side
    assert action_of(piece) is not None
    assert not [
        curve
        for curve in curves_of_all_slots(puppet.animation_data.nla_tracks[0].strips[0].action)
        if "hide" in curve.data_path
    ]


def test_legs_keyed_by_ik_leave_the_views_as_they_are(piece: bpy.types.Object, puppet: bpy.types.Object) -> None:
    bpy.ops.retarget2d.run()
    views = keys_of(action_of(piece))
    legs = {f"shin.{side}": (side, f"foot.{side}", Vector((sign * 0.5, 0, 0))) for side, sign in (("R", -1), ("L", 1))}
    hang_on_targets(puppet, legs, poles=False)
    bpy.context.scene.retarget2d.feet.legs = "IK"
    bpy.ops.retarget2d.run()
    assert [
        path for path, _ in keys_of(puppet.animation_data.action) if "target.R" in path and path.endswith("location")
    ]
    assert keys_of(action_of(piece)) == views


@pytest.mark.parametrize("limbs", [{"RIGHT_ARM"}, {"BODY", "LEFT_LEG"}], ids=str)
def test_where_the_head_is_not_keyed_its_views_are_not(limbs: set[str], piece: bpy.types.Object) -> None:
    before = looks(piece)
    bpy.context.scene.retarget2d.channels.limbs = limbs
    bpy.ops.retarget2d.run()
    assert looks(piece) == before
    assert action_of(piece) is None


def test_half_an_amount_still_shows_the_whole_view(piece: bpy.types.Object) -> None:
    bpy.ops.retarget2d.run()
    side = looks(piece)
    bpy.context.scene.retarget2d.channels.head = 0.5
    bpy.ops.retarget2d.run()
    assert looks(piece) == side


def test_reduced_keys_leave_the_constant_ones_of_views(piece: bpy.types.Object) -> None:
    settings = bpy.context.scene.retarget2d
    found = {}
    for mode in ("DENSE", "REDUCED", "TWOS"):
        settings.keys.mode = mode
        bpy.ops.retarget2d.run()
        curves = [curve for curve in curves_in_use(owner_of(piece)) if "delta" not in curve.data_path]
        found[mode] = {curve.data_path: [tuple(key.co) for key in curve.keyframe_points] for curve in curves}
        assert {key.interpolation for curve in curves for key in curve.keyframe_points} == {"CONSTANT"}
        assert np.isfinite([key for keys in found[mode].values() for key in keys]).all()
    assert found["DENSE"] == found["REDUCED"] == found["TWOS"]
