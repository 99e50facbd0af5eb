"""The preview of drawings: figures, and the artist's own drawing by its layers. Nothing of the user's is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import bpy
import numpy as np
import pytest

from blender_addon.bridge.preview.preview import preview as playing
from characters.catalogue import FOLDER
from tests.blender.scene_of_puppet import animate_drawing, ask, contents, keys_of, undo_steps
from tests.blender.test_drawing import drawn_data

DOODLE = "Doodle"
FRAMES = (1, 9, 17, 24)
MOVED = ("Hand R", "Forearm L", "Lower Leg R", "Foot L", "Head", "Upper Arm R")


@pytest.fixture
def fox(addon: ModuleType, fresh_session: None) -> Iterator[bpy.types.Object]:
    """The shipped drawing, selected, with keys of its own on the object and on a layer, and the performers detected."""
    bpy.ops.wm.open_mainfile(filepath=str(FOLDER / "drawn.blend"), load_ui=False)
    drawing = bpy.data.objects[DOODLE]
    ask(armature=None, bake={"DRAWING"})
    bpy.context.scene.retarget2d.drawing.target = drawing
    bpy.ops.retarget2d.detect()
    animate_drawing(drawing)
    drawing.select_set(True)
    bpy.context.view_layer.objects.active = drawing
    bpy.context.scene.frame_set(10)
    yield drawing
    if bpy.context.window_manager.retarget2d.previewing:
        bpy.ops.retarget2d.stop_preview()


def preview() -> None:
    assert bpy.ops.retarget2d.preview() == {"FINISHED"}


def stand_in() -> bpy.types.Object | None:
    """The drawing that performs in place of the user's own."""
    found = [item for item in bpy.data.objects if item.type == "GREASEPENCIL" and item.is_runtime_data]
    assert len(found) <= 1
    return found[0] if found else None


def state() -> str:
    """All that is the user's of the drawing: data-blocks, keys, layers, strokes, modifiers, whether it is seen and
    selected.
    """
    bpy.context.view_layer.update()
    drawing = bpy.data.objects[DOODLE]
    data = drawing.data
    own = {
        "contents": contents(),
        "object keys": _keys(drawing),
        "layer keys": _keys(data),
        "drawn": repr(drawn_data(drawing)),
        "layers": [
            (layer.name, list(layer.translation), list(layer.rotation), list(layer.scale), layer.hide, layer.opacity)
            for layer in data.layers
        ],
        "parents": [layer.parent.name if layer.parent is not None else None for layer in data.layers],
        "order": data.stroke_depth_order,
        "modifiers": [modifier.name for modifier in drawing.modifiers],
        "groups": [group.name for group in drawing.vertex_groups],
        "hidden": (drawing.hide_viewport, drawing.hide_render, drawing.hide_get(), drawing.visible_get()),
        "selected": (drawing.select_get(), bpy.context.view_layer.objects.active == drawing),
        "place": list(drawing.matrix_world.translation),
        "kept": bool(drawing.retarget2d_preview.active),
    }
    return json.dumps(own, sort_keys=True, default=str)


def _keys(owner: bpy.types.ID) -> Any:  # noqa: ANN401
    animation = owner.animation_data
    if animation is None or animation.action is None:
        return None
    slot = getattr(animation, "action_slot", None)
    curves = {str(channel): points for channel, points in keys_of(animation.action).items()}
    tracks = [(track.name, track.mute, track.is_solo) for track in animation.nla_tracks]
    return animation.action.name, slot.identifier if slot is not None else None, curves, tracks


def shown_layers(drawing: bpy.types.Object, frames: Sequence[int] = FRAMES) -> np.ndarray:
    """(K, L, 4, 4) where the layers of the limbs are in the world, evaluated."""
    found = []
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        evaluated = drawing.evaluated_get(bpy.context.evaluated_depsgraph_get())
        found.append([np.array(evaluated.matrix_world @ evaluated.data.layers[name].matrix_local) for name in MOVED])
    return np.array(found)


def test_a_copy_of_the_drawing_performs_as_a_bake_of_every_frame(fox: bpy.types.Object) -> None:
    bpy.context.scene.retarget2d.keys.mode = "DENSE"
    still, layers = shown_layers(fox), [list(layer.matrix_local) for layer in fox.data.layers]
    preview()
    copy = stand_in()
    assert copy is not None
    shown = shown_layers(copy)
    assert not fox.visible_get()
    assert copy.visible_get()
    assert [list(layer.matrix_local) for layer in fox.data.layers] == layers
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    assert stand_in() is None
    assert fox.visible_get()
    assert np.abs(shown - still).max() > 0.1
    np.testing.assert_allclose(shown_layers(fox), shown, atol=1e-5)


def test_what_the_drawing_carries_follows_it_while_it_is_hidden(fox: bpy.types.Object) -> None:
    carried = bpy.data.objects.new("Carried", None)
    bpy.context.scene.collection.objects.link(carried)
    carried.parent = fox
    preview()
    places = []
    for frame in (1, 20):
        bpy.context.scene.frame_set(frame)
        evaluated = carried.evaluated_get(bpy.context.evaluated_depsgraph_get())
        places.append(evaluated.matrix_world.translation.x)
    assert places == pytest.approx([0.0, 0.5])


@pytest.mark.parametrize("way", ["LAYERS", "BONES", "WEIGHTS"])
def test_stopping_it_gives_back_all_that_the_drawing_was(fox: bpy.types.Object, way: str) -> None:
    bpy.context.scene.retarget2d.drawing.way = way
    before = state()
    preview()
    assert stand_in() is not None
    assert state() != before
    bpy.ops.retarget2d.stop_preview()
    assert state() == before


def test_toggling_it_a_hundred_times_leaves_nothing(fox: bpy.types.Object) -> None:
    bpy.context.scene.retarget2d.bake = {"DRAWING", "GREASE_PENCIL"}
    before = state()
    for _ in range(100):
        preview()
        bpy.ops.retarget2d.stop_preview()
    assert state() == before


def test_a_drawing_that_was_baked_before_keeps_its_bake(fox: bpy.types.Object) -> None:
    """Its stack of strokes lies in a node group, which the copy must not share."""
    bpy.ops.retarget2d.run()
    chosen = bpy.context.scene.retarget2d
    group = fox.modifiers["Retarget 2D Stroke Order"].node_group
    before, nodes = state(), tuple(group.nodes["Towards the Viewer"].inputs[0].default_value)
    fox.scale = (2, 2, 2)
    bpy.context.view_layer.update()
    preview()
    assert stand_in() is not None
    assert tuple(group.nodes["Towards the Viewer"].inputs[0].default_value) == nodes
    bpy.ops.retarget2d.stop_preview()
    fox.scale = (1, 1, 1)
    assert state() == before
    assert chosen.drawing.target == fox


def test_a_drawing_that_is_bound_follows_its_armature(fox: bpy.types.Object) -> None:
    bpy.context.scene.retarget2d.drawing.way = "BONES"
    bpy.ops.retarget2d.run()
    armature = next(item for item in bpy.data.objects if item.type == "ARMATURE")
    armature.animation_data.action = None
    for bone in armature.pose.bones:
        bone.matrix_basis.identity()
    before = state()
    preview()
    assert stand_in() is None
    assert armature.animation_data.action.is_runtime_data
    assert fox.visible_get()
    bpy.ops.retarget2d.stop_preview()
    assert state() == before


@pytest.mark.parametrize("change", ["view", "amount", "near and far"])
def test_a_change_of_a_setting_shows(fox: bpy.types.Object, change: str) -> None:
    chosen = bpy.context.scene.retarget2d
    preview()
    copy = stand_in()
    assert copy is not None
    before, objects = shown_layers(copy), len(bpy.data.objects)
    if change == "view":
        chosen.view = "SIDE"
    elif change == "amount":
        chosen.channels.right_arm = 0.0
    else:
        chosen.drawing.near_far = not chosen.drawing.near_far
    preview()
    copy = stand_in()
    assert copy is not None
    assert len(bpy.data.objects) == objects
    assert copy.name == f"{DOODLE} Preview"
    assert np.abs(shown_layers(copy) - before).max() > 1e-3


def test_what_is_no_longer_asked_for_performs_no_longer(fox: bpy.types.Object) -> None:
    """The settings change while it plays, without a stop between."""
    from blender_addon.operators.previewing import follower

    chosen = bpy.context.scene.retarget2d
    before = state()
    preview()
    for targets in ({"GREASE_PENCIL"}, {"DRAWING"}, {"GREASE_PENCIL", "DRAWING"}, {"GREASE_PENCIL"}):
        chosen.bake = targets
        while follower.advance(bpy.context.scene, 0.0, 0.0):
            pass
        assert not playing.problem
        drawings = [item for item in bpy.data.objects if item.is_runtime_data]
        assert len(drawings) == len(targets)
        assert fox.visible_get() == ("DRAWING" not in targets)
    bpy.ops.retarget2d.stop_preview()
    chosen.bake = {"DRAWING"}
    assert state() == before


@pytest.mark.parametrize("copied", [False, True])
def test_a_saved_file_is_that_of_a_session_without_it(fox: bpy.types.Object, tmp_path: Path, copied: bool) -> None:
    bpy.context.scene.retarget2d.bake = {"DRAWING", "GREASE_PENCIL"}
    before, file = state(), tmp_path / "saved.blend"
    preview()
    copy = stand_in_of(fox)
    shown = shown_layers(copy)
    bpy.context.scene.frame_set(10)
    bpy.ops.wm.save_as_mainfile(filepath=str(file), copy=copied)
    np.testing.assert_allclose(shown_layers(copy), shown, atol=1e-6, err_msg="the preview goes on")
    assert not fox.visible_get()
    bpy.ops.wm.open_mainfile(filepath=str(file), load_ui=False)
    assert state() == before


def stand_in_of(drawing: bpy.types.Object) -> bpy.types.Object:
    """Its copy, where a figure is previewed too."""
    return next(item for item in bpy.data.objects if item.is_runtime_data and item.name.startswith(drawing.name))


def test_undo_and_redo_across_it_never_take_what_is_the_users(fox: bpy.types.Object) -> None:
    bpy.context.scene.retarget2d.bake = {"DRAWING", "GREASE_PENCIL"}
    bpy.ops.ed.undo_push(message="Animated")
    before = state()
    preview()
    bpy.context.scene["seen"] = True
    bpy.ops.ed.undo_push(message="While it played")
    bpy.ops.ed.undo()
    assert state() == before
    preview()
    bpy.ops.ed.redo()
    assert bpy.context.scene["seen"]
    assert state() == before
    bpy.ops.ed.undo()
    assert state() == before


def test_it_pushes_no_undo_step(fox: bpy.types.Object) -> None:
    bpy.ops.ed.undo_push(message="Animated")
    steps = undo_steps()
    assert steps[-1] == "Animated"
    for way in ("LAYERS", "BONES", "WEIGHTS"):
        bpy.context.scene.retarget2d.bake = {"DRAWING", "GREASE_PENCIL"}
        bpy.context.scene.retarget2d.drawing.way = way
        preview()
        assert undo_steps() == steps
        bpy.ops.retarget2d.stop_preview()
    assert undo_steps() == steps


def test_another_file_ends_it_and_takes_nothing_along(fox: bpy.types.Object) -> None:
    preview()
    bpy.ops.wm.open_mainfile(filepath=str(FOLDER / "drawn.blend"), load_ui=False)
    assert not bpy.context.window_manager.retarget2d.previewing
    assert stand_in() is None
    assert bpy.data.objects[DOODLE].visible_get()


def test_turning_the_addon_off_gives_everything_back(fox: bpy.types.Object, addon: ModuleType) -> None:
    bpy.context.scene.retarget2d.bake = {"DRAWING", "GREASE_PENCIL"}
    before = state()
    preview()
    addon.unregister()
    addon.register()
    assert state() == before


def test_deleting_the_drawing_while_it_plays_is_survived(fox: bpy.types.Object) -> None:
    bpy.ops.ed.undo_push(message="Animated")
    before = state()
    preview()
    bpy.data.objects.remove(fox)
    bpy.ops.ed.undo_push(message="Deleted")
    bpy.ops.ed.undo()
    assert state() == before


def test_a_render_shows_the_copy_in_place_of_the_drawing(fox: bpy.types.Object) -> None:
    preview()
    copy = stand_in()
    assert copy is not None
    for frame in FRAMES:
        bpy.context.scene.frame_set(frame)
        assert fox.hide_render
        assert not copy.hide_render
    bpy.ops.retarget2d.stop_preview()
    assert not fox.hide_render


def test_strokes_that_the_user_draws_meanwhile_stay_theirs(fox: bpy.types.Object) -> None:
    preview()
    drawing = fox.data.layers["Ground"].frames[0].drawing
    count = len(drawing.strokes)
    drawing.add_strokes([3])
    bpy.ops.retarget2d.stop_preview()
    assert len(fox.data.layers["Ground"].frames[0].drawing.strokes) == count + 1


def test_neither_the_copy_nor_a_figure_can_be_picked(fox: bpy.types.Object) -> None:
    """What would be drawn in them or moved would go with the preview."""
    bpy.context.scene.retarget2d.bake = {"DRAWING", "GREASE_PENCIL"}
    preview()
    made = [item for item in bpy.data.objects if item.is_runtime_data]
    assert len(made) == 2
    assert all(item.hide_select for item in made)
    assert not any(item.select_get() for item in made)


def skeleton_on(frame: int) -> np.ndarray:
    """(15, 3) the joints of the overlay's skeleton in the world."""
    bpy.context.scene.frame_set(frame)
    assert playing.skeleton is not None
    found = playing.skeleton.at(frame)
    assert found is not None
    return found[0]


def test_the_skeleton_over_a_drawing_goes_along_with_it(fox: bpy.types.Object) -> None:
    """Its artist has it walk across the scene."""
    bpy.context.scene.frame_set(1)
    preview()
    walking = [skeleton_on(frame) for frame in (1, 20)]
    bpy.ops.retarget2d.stop_preview()
    fox.animation_data_clear()
    fox.location.x = 0.0
    bpy.context.view_layer.update()
    preview()
    standing = [skeleton_on(frame) for frame in (1, 20)]
    np.testing.assert_allclose(walking[0], standing[0], atol=1e-4)
    np.testing.assert_allclose(walking[1], standing[1] + (0.5, 0, 0), atol=1e-4)
