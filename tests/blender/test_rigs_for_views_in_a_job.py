"""Rigs of other views in the whole job: the bake, undo, a second bake, the preview, and the list in the panel."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import bpy
import numpy as np
import pytest

from blender_addon.bridge.views.view import View
from tests.blender.drawn_rigs import draw_rig, keep_views
from tests.blender.scene_of_puppet import ask, contents

SIDE = "Puppet.side"


@pytest.fixture
def rigs(addon: ModuleType, puppet: bpy.types.Object, fresh_session: None) -> tuple[bpy.types.Object, bpy.types.Object]:
    """The puppet with artwork for its front alone, and a rig beside it that is drawn from the side."""
    side = draw_rig(puppet, SIDE, View.SIDE_RIGHT, beside=3.0)
    keep_views(puppet, View.FRONT)
    ask(view="SIDE")
    return puppet, side


def state() -> str:
    """All that a bake or a preview might change."""
    bpy.context.view_layer.update()
    objects = {
        item.name: (item.hide_render, item.hide_viewport, list(item.delta_scale), list(item.location))
        for item in bpy.data.objects
    }
    return json.dumps((contents(), objects), sort_keys=True, default=str)


def shown(frame: int) -> dict[str, Any]:
    """What is seen of the rigs, and how they stand."""
    bpy.context.scene.frame_set(frame)
    pieces = {item.name: item.hide_render for item in bpy.data.objects if item.type == "MESH"}
    graph = bpy.context.evaluated_depsgraph_get()
    poses = {
        item.name: [
            [round(value, 3) for row in item.evaluated_get(graph).matrix_world @ bone.matrix for value in row]
            for bone in item.evaluated_get(graph).pose.bones
        ]
        for item in bpy.data.objects
        if item.type == "ARMATURE"
    }
    return {"pieces": pieces, "poses": poses}


def test_one_undo_takes_the_keys_of_all_rigs_back(rigs: tuple[bpy.types.Object, ...]) -> None:
    bpy.ops.ed.undo_push(message="before")
    before = state()
    bpy.ops.retarget2d.run("EXEC_DEFAULT", True)
    assert bpy.data.objects[SIDE].animation_data.action is not None
    assert state() != before
    bpy.ops.ed.undo()
    assert state() == before


def test_who_is_seen_from_the_side_is_seen_on_the_rig_of_the_side(rigs: tuple[bpy.types.Object, ...]) -> None:
    bpy.ops.retarget2d.run()
    pieces = shown(12)["pieces"]
    assert [name for name, hidden in pieces.items() if not hidden and not name.startswith(SIDE)] == []


def test_a_second_bake_replaces_the_actions_of_all_rigs(rigs: tuple[bpy.types.Object, ...]) -> None:
    bpy.ops.retarget2d.run()
    names = sorted(action.name for action in bpy.data.actions)
    bpy.context.scene.frame_set(12)
    bpy.ops.retarget2d.run()
    assert sorted(action.name for action in bpy.data.actions) == names


@pytest.mark.parametrize("path", ["BONE", "OBJECT", "ARMATURE"])
def test_a_preview_shows_all_rigs_as_the_bake_does_and_gives_them_back(
    path: str, rigs: tuple[bpy.types.Object, ...]
) -> None:
    settings = bpy.context.scene.retarget2d
    settings.channels.root, settings.keys.mode = path, "DENSE"
    bpy.ops.retarget2d.detect()
    before = state()
    assert bpy.ops.retarget2d.preview() == {"FINISHED"}
    frames = (2, 12, 22)
    previewed = [shown(frame) for frame in frames]
    bpy.ops.retarget2d.stop_preview()
    bpy.context.scene.frame_set(1)
    assert state() == before
    bpy.ops.retarget2d.run()
    for one, other in zip(previewed, (shown(frame) for frame in frames), strict=True):
        assert one["pieces"] == other["pieces"]
        for name, poses in one["poses"].items():
            np.testing.assert_allclose(poses, other["poses"][name], atol=2e-3)


def test_the_list_tells_which_rig_is_found_by_name(rigs: tuple[bpy.types.Object, ...]) -> None:
    from blender_addon.properties.views import rig_rows

    puppet, side = rigs
    found = {name: rig for name, _, rig in rig_rows(puppet)}
    assert found == dict.fromkeys(found, "") | {"side_right": SIDE, "side_left": f"{SIDE}, mirrored"}
    puppet.retarget2d_view_rigs.side_right = side
    found = {name: rig for name, _, rig in rig_rows(puppet)}
    assert found == dict.fromkeys(found, "") | {"side_left": f"{SIDE}, mirrored"}
