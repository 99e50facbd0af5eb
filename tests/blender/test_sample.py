"""The sample that comes with the extension: one click sets it up, the next one bakes it, and one undo takes it away."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import bpy
import pytest

from tests.blender.scene_of_puppet import STREET, contents, keys_of

pytestmark = pytest.mark.usefixtures("fresh_session")


@pytest.fixture
def default_scene(addon: ModuleType) -> bpy.types.Scene:
    """What Blender starts with: a cube, a camera, a light."""
    bpy.ops.wm.read_homefile(use_factory_startup=True)
    return bpy.context.scene


def test_the_first_click_after_it_bakes_a_puppet_that_moves(default_scene: bpy.types.Scene) -> None:
    assert bpy.ops.retarget2d.try_sample() == {"FINISHED"}
    settings = default_scene.retarget2d
    assert Path(settings.video).read_bytes() == STREET.read_bytes()
    settings.frame_range = "0:24"
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    puppet = settings.armature
    assert len(keys_of(puppet.animation_data.action)) >= 10
    places = set()
    for frame in (1, 12, 24):
        default_scene.frame_set(frame)
        places.add(tuple(round(value, 4) for value in puppet.pose.bones["forearm.R"].tail))
    assert len(places) == 3


def test_the_puppet_stands_beside_what_is_in_the_scene_and_is_chosen(default_scene: bpy.types.Scene) -> None:
    bpy.ops.retarget2d.try_sample()
    puppet = default_scene.retarget2d.armature
    bpy.context.view_layer.update()
    parts = [child for child in puppet.children if child.type == "MESH" and not child.hide_viewport]
    assert parts
    left = min((part.matrix_world @ vertex.co).x for part in parts for vertex in part.data.vertices)
    assert left > max(
        (default_scene.objects["Cube"].matrix_world @ vertex.co).x for vertex in bpy.data.meshes["Cube"].vertices
    )
    assert bpy.context.view_layer.objects.active == puppet
    assert bpy.context.selected_objects == [puppet]
    assert default_scene.retarget2d.bake == {"RIG"}


def test_in_an_empty_scene_it_stands_at_the_origin(addon: ModuleType, blank_file: None) -> None:
    bpy.ops.retarget2d.try_sample()
    assert tuple(bpy.context.scene.retarget2d.armature.location) == (0.0, 0.0, 0.0)


def test_one_undo_takes_it_away(default_scene: bpy.types.Scene) -> None:
    before = contents()
    bpy.ops.ed.undo_push(message="before")
    bpy.ops.retarget2d.try_sample()
    bpy.ops.ed.undo_push(message="after")
    assert contents() != before
    bpy.ops.ed.undo()
    assert contents() == before
    assert bpy.context.scene.retarget2d.video == ""
    assert bpy.context.scene.retarget2d.armature is None


def test_a_second_click_adds_another_puppet_and_chooses_that(default_scene: bpy.types.Scene) -> None:
    bpy.ops.retarget2d.try_sample()
    first = default_scene.retarget2d.armature
    bpy.context.view_layer.update()
    bpy.ops.retarget2d.try_sample()
    assert default_scene.retarget2d.armature != first
    assert default_scene.retarget2d.armature.location.x > first.location.x


def test_outside_object_mode_it_says_what_to_do(default_scene: bpy.types.Scene) -> None:
    bpy.context.view_layer.objects.active = default_scene.objects["Cube"]
    bpy.ops.object.mode_set(mode="EDIT")
    with pytest.raises(RuntimeError, match="Switch to Object Mode first"):
        bpy.ops.retarget2d.try_sample()
    bpy.ops.object.mode_set(mode="OBJECT")


def test_a_copy_without_the_sample_says_so(
    default_scene: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from blender_addon.bridge.scene import sample

    monkeypatch.setattr(sample, "PLACES", (tmp_path,))
    with pytest.raises(RuntimeError, match="no sample; open a video of your own"):
        bpy.ops.retarget2d.try_sample()
