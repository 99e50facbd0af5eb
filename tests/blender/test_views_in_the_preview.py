"""The preview shows views that are layers of a piece, images on an empty or on a plane, and gives them back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import bpy
import pytest

from blender_addon.bridge.scene.grease_pencil_data import new_grease_pencil
from blender_addon.bridge.views.view import View
from blender_addon.bridge.views.view_frames import frame_channel
from tests.blender.scene_of_puppet import ask, contents
from tests.blender.test_views_of_frames import NUMBERS, empty, plane

Kind = Callable[[Path], bpy.types.Object]


def layers(_folder: Path) -> bpy.types.Object:
    """A head whose layers are its views; the artist left the side hidden."""
    data = new_grease_pencil("Head layers")
    for name in ("Head", "Head.side"):
        layer = data.layers.new(name)
        layer.frames.new(1)
        layer.hide = name != "Head"
    return bpy.data.objects.new("Head layers", data)


KINDS: dict[str, Kind] = {"layers": layers, "images on an empty": empty, "images on a plane": plane}


@pytest.fixture(params=list(KINDS))
def piece(
    request: pytest.FixtureRequest, addon: ModuleType, puppet: bpy.types.Object, fresh_session: None, tmp_path: Path
) -> Iterator[bpy.types.Object]:
    """A piece on the puppet's head, whose performer is seen from the side."""
    item = KINDS[request.param](tmp_path)
    bpy.context.scene.collection.objects.link(item)
    item.parent, item.parent_type, item.parent_bone = puppet, "BONE", "head"
    if item.type != "GREASEPENCIL":
        item.retarget2d_view_frames = [NUMBERS.get(view, 0) for view in View]
    ask(view="SIDE")
    bpy.ops.retarget2d.detect()
    yield item
    if bpy.context.window_manager.retarget2d.previewing:
        bpy.ops.retarget2d.stop_preview()


def looks(item: bpy.types.Object, frame: int = 12) -> Any:  # noqa: ANN401
    """What is seen of it: the layers, or all that says which image is."""
    bpy.context.scene.frame_set(frame)
    if item.type == "GREASEPENCIL":
        return [layer.name for layer in item.data.layers if not layer.hide]
    channel = frame_channel(item)
    assert channel is not None
    user = channel.owner.path_resolve(channel.path.rpartition(".")[0])
    names = ("frame_offset", "frame_duration", "frame_start", "use_auto_refresh", "use_cyclic")
    return {name: getattr(user, name) for name in names}


def state(item: bpy.types.Object) -> tuple[Any, ...]:
    channel = frame_channel(item)
    owner = item.data if channel is None else channel.owner
    animation = owner.animation_data
    return looks(item), contents(), animation is not None and animation.action is not None, tuple(item.delta_scale)


def test_the_preview_shows_the_view_that_the_bake_does_and_gives_it_back(piece: bpy.types.Object) -> None:
    before = state(piece)
    bpy.ops.retarget2d.preview()
    shown = looks(piece)
    assert shown != before[0]
    bpy.ops.retarget2d.stop_preview()
    assert state(piece) == before
    bpy.ops.retarget2d.run()
    assert looks(piece) == shown


def test_a_file_that_is_saved_meanwhile_is_as_its_artist_left_it(piece: bpy.types.Object, tmp_path: Path) -> None:
    before, name = state(piece), piece.name
    bpy.ops.retarget2d.preview()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "saved.blend"), copy=True)
    assert looks(piece) != before[0]
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "saved.blend"))
    opened = bpy.data.objects[name]
    assert (looks(opened), state(opened)[2]) == (before[0], before[2])


def test_what_is_keyed_on_it_plays_again_afterwards(piece: bpy.types.Object) -> None:
    channel = frame_channel(piece)
    if channel is None:
        piece.data.layers["Head"].opacity = 0.5
        piece.data.layers["Head"].keyframe_insert("opacity", frame=1)
    else:
        channel.owner.keyframe_insert(channel.path, frame=1)
    own = (piece.data if channel is None else channel.owner).animation_data.action
    before = state(piece)
    for _ in range(2):
        bpy.ops.retarget2d.preview()
        bpy.ops.retarget2d.stop_preview()
    assert state(piece) == before
    assert (piece.data if channel is None else channel.owner).animation_data.action == own


def test_an_undo_meanwhile_leaves_it_as_its_artist_did(piece: bpy.types.Object) -> None:
    name = piece.name
    bpy.ops.ed.undo_push(message="Before")
    before = state(piece)
    bpy.ops.retarget2d.preview()
    bpy.data.objects["Camera"].location.x += 1
    bpy.ops.ed.undo_push(message="Moved while it played")
    bpy.ops.ed.undo()
    assert state(bpy.data.objects[name]) == before
    bpy.ops.ed.redo()
    assert state(bpy.data.objects[name])[:2] == before[:2]
