"""What a bake leaves the scene with: a figure beside what was there, selected, the range that is played, and a line
that names it all.
"""

from __future__ import annotations

import re
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Vector
from numpy.typing import NDArray

from tests.blender.scene_of_puppet import BOTH, RANGE, STREET, ask, contents, open_puppet

Array = NDArray[np.float64]

pytestmark = pytest.mark.usefixtures("fresh_session")

FIGURE = {"armature": None, "bake": {"GREASE_PENCIL"}}


@pytest.fixture
def cube() -> bpy.types.Object:
    """Blender's own cube, in a scene as a new file has it, but for the video's frame rate."""
    return open_startup_file()


def open_startup_file() -> bpy.types.Object:
    bpy.ops.wm.read_homefile(use_factory_startup=True)
    bpy.context.scene.render.fps = 30
    return bpy.data.objects["Cube"]


def figures() -> list[bpy.types.Object]:
    return [item for item in bpy.data.objects if item.type == "GREASEPENCIL"]


def corners(item: bpy.types.Object) -> tuple[Array, Array]:
    """(3,) the lowest and the highest corner of what it takes up in the world."""
    bpy.context.view_layer.update()
    placed = np.array([item.matrix_world @ Vector(corner) for corner in item.bound_box])
    return placed.min(axis=0), placed.max(axis=0)


def are_apart(one: bpy.types.Object, other: bpy.types.Object) -> bool:
    """Whether they share no space."""
    (low, high), (other_low, other_high) = corners(one), corners(other)
    return bool((high < other_low).any() or (other_high < low).any())


def played() -> tuple[int, int]:
    scene = bpy.context.scene
    return scene.frame_start, scene.frame_end


def test_a_figure_without_a_character_performs_beside_the_cube_in_every_frame(cube: bpy.types.Object) -> None:
    ask(**FIGURE)
    bpy.ops.retarget2d.run()
    [figure] = figures()
    for frame in range(1, 25):
        bpy.context.scene.frame_set(frame)
        assert are_apart(figure, cube), frame
    assert abs(figure.location.x) < 4
    assert figure.location.z == pytest.approx(0, abs=1e-4)


def test_a_second_figure_does_not_stand_in_the_first_one(cube: bpy.types.Object) -> None:
    ask(**FIGURE)
    bpy.ops.retarget2d.run()
    bpy.ops.retarget2d.run()
    first, second = figures()
    bpy.context.scene.frame_set(1)
    assert are_apart(first, second)
    assert are_apart(second, cube)


@pytest.mark.parametrize("there", ["nothing", "a floor", "a room", "a hidden cube"])
def test_a_figure_keeps_its_place_on_a_set_and_where_nothing_is_shown(cube: bpy.types.Object, there: str) -> None:
    if there == "nothing":
        bpy.data.objects.remove(cube)
    elif there == "a floor":
        cube.scale, cube.location = (3, 3, 0.5), (0, 0, -0.5)
    elif there == "a room":
        cube.scale, cube.location = (10, 10, 3), (0, 0, 3)
    else:
        cube.hide_set(True)
    ask(**FIGURE)
    bpy.ops.retarget2d.run()
    [figure] = figures()
    assert np.allclose(figure.location, 0, atol=1e-4)


def test_everybody_moves_aside_together(cube: bpy.types.Object) -> None:
    ask(**FIGURE, performer=-1, frame_range=BOTH)
    bpy.ops.retarget2d.run()
    beside = [tuple(figure.location) for figure in figures()]
    assert all(are_apart(figure, cube) for figure in figures())
    cube = open_startup_file()
    bpy.data.objects.remove(cube)
    ask(**FIGURE, performer=-1, frame_range=BOTH)
    bpy.ops.retarget2d.run()
    alone = [tuple(figure.location) for figure in figures()]
    moves = np.array(beside) - np.array(alone)
    assert np.abs(moves[0]).max() > 0.5
    assert np.allclose(moves, moves[0], atol=1e-4)


def test_the_new_figure_is_selected_alone_and_active(cube: bpy.types.Object) -> None:
    ask(**FIGURE)
    bpy.ops.retarget2d.run()
    assert bpy.context.selected_objects == figures()
    assert bpy.context.view_layer.objects.active == figures()[0]


def test_the_rig_that_was_baked_onto_is_selected() -> None:
    puppet = open_puppet()
    other = bpy.data.objects.new("Other", None)
    bpy.context.scene.collection.objects.link(other)
    bpy.context.view_layer.objects.active = other
    other.select_set(True)
    ask()
    bpy.ops.retarget2d.run()
    assert bpy.context.selected_objects == [puppet]
    assert bpy.context.view_layer.objects.active == puppet


def test_whoever_poses_the_rig_goes_on_posing_it() -> None:
    puppet = open_puppet()
    bpy.context.view_layer.objects.active = puppet
    bpy.ops.object.mode_set(mode="POSE")
    ask(bake={"RIG", "GREASE_PENCIL"})
    bpy.ops.retarget2d.run()
    assert bpy.context.mode == "POSE"
    assert bpy.context.view_layer.objects.active == puppet
    assert not figures()[0].select_get()
    bpy.ops.object.mode_set(mode="OBJECT")


@pytest.mark.parametrize(
    ("before", "after"),
    [((1, 250), (1, 24)), ((1, 240), (1, 240)), ((1, 10), (1, 24)), ((100, 250), (100, 250)), ((1, 24), (1, 24))],
)
def test_the_scene_plays_the_baked_frames(
    cube: bpy.types.Object, before: tuple[int, int], after: tuple[int, int]
) -> None:
    bpy.context.scene.frame_start, bpy.context.scene.frame_end = before
    ask(**FIGURE)
    bpy.ops.retarget2d.run()
    assert played() == after


def test_the_scene_plays_from_where_the_bake_begins(cube: bpy.types.Object) -> None:
    ask(**FIGURE, start_frame=301)
    bpy.ops.retarget2d.run()
    assert played() == (301, 324)


def test_a_range_in_which_something_else_moves_is_not_cut(cube: bpy.types.Object) -> None:
    cube.keyframe_insert("location", frame=1)
    ask(**FIGURE)
    bpy.ops.retarget2d.run()
    assert played() == (1, 250)
    ask(**FIGURE, start_frame=301)
    bpy.ops.retarget2d.run()
    assert played() == (1, 324)


def test_a_performance_that_is_laid_out_to_be_edited_is_nothing_else() -> None:
    open_puppet()
    bpy.context.scene.frame_start, bpy.context.scene.frame_end = 1, 250
    ask()
    bpy.ops.retarget2d.edit_performance()
    bpy.ops.retarget2d.run()
    assert played() == (1, 24)


def test_one_undo_takes_place_range_and_selection_back(cube: bpy.types.Object) -> None:
    ask(**FIGURE)
    bpy.ops.ed.undo_push(message="Before")
    before = contents()
    bpy.ops.retarget2d.run("EXEC_DEFAULT", True)
    assert played() == (1, 24)
    bpy.ops.ed.undo()
    assert contents() == before
    assert played() == (1, 250)
    assert [item.name for item in bpy.context.selected_objects] == ["Cube"]
    assert bpy.context.view_layer.objects.active.name == "Cube"


def test_the_line_names_the_action_and_the_figure() -> None:
    puppet = open_puppet()
    ask(bake={"RIG", "GREASE_PENCIL"})
    bpy.ops.retarget2d.run()
    note = bpy.context.window_manager.retarget2d.note
    action, figure = puppet.animation_data.action.name, figures()[0].name
    assert re.fullmatch(
        rf"Baked 24 frames: Action “{action}”, \d+ of \d+ keys \(\d+%\); figure “{figure}”, \d+ drawings", note
    ), note


def test_the_command_line_gives_the_same_place_range_and_selection(
    cube: bpy.types.Object, worker_python: Path, tmp_path: Path
) -> None:
    from blender_addon import cli

    ask(**FIGURE)
    bpy.ops.retarget2d.run()
    by_button = (
        [(item.name, tuple(item.matrix_world.translation), item.select_get()) for item in bpy.data.objects],
        played(),
    )
    open_startup_file()
    out = tmp_path / "out.blend"
    asked = [
        "--video",
        str(STREET),
        "--range",
        RANGE,
        "--bake",
        "grease-pencil",
        "--output",
        str(out),
        "--python",
        str(worker_python),
    ]
    assert cli.main(asked) == 0
    bpy.ops.wm.open_mainfile(filepath=str(out))
    assert (
        [(item.name, tuple(item.matrix_world.translation), item.select_get()) for item in bpy.data.objects],
        played(),
    ) == by_button
