"""Drawings by the operators and the command line, as scripts and headless Blender run them."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import numpy as np
import pytest

from characters.catalogue import DRAWINGS, FOLDER
from tests.blender.scene_of_puppet import STREET, ask, contents, keys_of
from tests.blender.test_cli import command_line
from tests.blender.test_drawing import drawn_data

pytestmark = pytest.mark.usefixtures("addon")


@pytest.fixture
def fox() -> bpy.types.Object:
    """The shipped drawing, opened, with the job set to bake onto it."""
    bpy.ops.wm.open_mainfile(filepath=str(FOLDER / "drawn.blend"), load_ui=False)
    drawing = bpy.data.objects["Doodle"]
    ask(armature=None, bake={"DRAWING"})
    bpy.context.scene.retarget2d.drawing.target = drawing
    return drawing


def parts() -> dict[str, str]:
    return {row.name: row.part for row in bpy.context.scene.retarget2d.drawing.layers}


@pytest.mark.parametrize("way", ["LAYERS", "BONES", "WEIGHTS"])
def test_one_button_brings_the_video_onto_the_drawing(fox: bpy.types.Object, way: str) -> None:
    bpy.context.scene.retarget2d.drawing.way = way
    before = drawn_data(fox)
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    assert drawn_data(fox) == before
    places = []
    for frame in (1, 12, 24):
        bpy.context.scene.frame_set(frame)
        evaluated = fox.evaluated_get(bpy.context.evaluated_depsgraph_get())
        hand = evaluated.data.layers["Hand R"]
        moved = np.array(hand.matrix_local)
        if way == "BONES":
            moved = np.array(
                hand.parent.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones[hand.parent_bone].matrix
            )
        elif way == "WEIGHTS":
            moved = np.array(evaluated.data.layers["Hand R"].frames[0].drawing.attributes["position"].data[0].vector)
        places.append(np.round(moved, 4).tobytes())
    assert len(set(places)) == 3


def test_a_drawing_that_is_renamed_is_still_up_to_date(fox: bpy.types.Object) -> None:
    bpy.ops.retarget2d.run()
    status = bpy.context.window_manager.retarget2d
    first = status.note
    assert first.startswith("Baked")
    fox.name = "Renamed"
    assert status.note == first
    assert not status.out_of_date


@pytest.mark.parametrize("way", ["LAYERS", "BONES", "WEIGHTS"])
def test_undo_takes_the_bake_back(fox: bpy.types.Object, way: str) -> None:
    bpy.context.scene.retarget2d.drawing.way = way
    bpy.ops.ed.undo_push(message="before")
    before, drawn = contents(), drawn_data(fox)
    bpy.ops.retarget2d.run("EXEC_DEFAULT", True)
    assert contents() != before
    bpy.ops.ed.undo()
    assert contents() == before
    restored = bpy.data.objects["Doodle"]
    assert drawn_data(restored) == drawn
    assert not restored.modifiers
    assert not restored.vertex_groups
    assert restored.data.stroke_depth_order == "2D"
    assert all(layer.parent is None for layer in restored.data.layers)


def test_layers_are_assigned_by_name_picked_by_hand_and_exchanged(fox: bpy.types.Object) -> None:
    assert bpy.ops.retarget2d.assign_layers() == {"FINISHED"}
    assert parts()["Forearm R"] == "RIGHT_FOREARM"
    assert parts()["Ground"] == "NONE"
    assert next(iter(parts())) == fox.data.layers[-1].name, "the topmost stands first"
    bpy.ops.retarget2d.exchange_sides()
    assert parts()["Forearm R"] == "LEFT_FOREARM"
    bpy.context.scene.retarget2d.drawing.layers["Face"].part = "NONE"
    bpy.ops.retarget2d.exchange_sides()
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    moved = {path.split('"')[1] for path, _ in keys_of(fox.data.animation_data.action)}
    assert "Head" in moved
    assert "Face" not in moved


def test_a_joint_is_picked_with_the_3d_cursor(fox: bpy.types.Object) -> None:
    bpy.ops.retarget2d.assign_layers()
    chosen = bpy.context.scene.retarget2d.drawing
    chosen.layer = chosen.layers.find("Forearm R")
    fox.location = (1, 0, 0)
    bpy.context.view_layer.update()
    bpy.context.scene.cursor.location = (0.8, 0, 1.0)
    assert bpy.ops.retarget2d.pick_joint() == {"FINISHED"}
    row = chosen.layers["Forearm R"]
    assert row.use_pivot
    assert tuple(row.pivot) == pytest.approx((-0.2, 0, 1.0), abs=1e-6)


def test_another_drawing_begins_with_an_empty_list(fox: bpy.types.Object) -> None:
    bpy.ops.retarget2d.assign_layers()
    bpy.context.scene.retarget2d.drawing.target = None
    assert not parts()


def test_an_armature_is_built_chosen_and_bound(fox: bpy.types.Object) -> None:
    chosen = bpy.context.scene.retarget2d
    chosen.drawing.way = "BONES"
    assert bpy.ops.retarget2d.build_armature() == {"FINISHED"}
    assert chosen.armature.name == "Doodle Rig"
    assert bpy.ops.retarget2d.bind_drawing() == {"FINISHED"}
    assert fox.data.layers["Forearm R"].parent == chosen.armature
    assert fox.data.layers["Ground"].parent is None
    chosen.bake = {"RIG", "DRAWING"}
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    assert len([action for action in bpy.data.actions if "Doodle Rig" in action.name]) == 1


def test_grey_buttons_say_what_to_do(fox: bpy.types.Object) -> None:
    bpy.context.scene.retarget2d.drawing.target = None
    with pytest.raises(RuntimeError, match="Choose the drawing that performs"):
        bpy.ops.retarget2d.run()
    with pytest.raises(RuntimeError, match="Choose a drawing first"):
        bpy.ops.retarget2d.assign_layers()


def test_keyed_layers_need_no_armature_to_be_bound_to(fox: bpy.types.Object) -> None:
    with pytest.raises(RuntimeError, match="choose the way Bones or Weights"):
        bpy.ops.retarget2d.bind_drawing()


def test_a_bake_that_fails_leaves_the_file_as_it_was(fox: bpy.types.Object) -> None:
    for layer in fox.data.layers:
        layer.name = f"Sheet {layer.name[:1]}{len(layer.name)}"
    before = contents()
    with pytest.raises(RuntimeError, match="No layer of Doodle is assigned"):
        bpy.ops.retarget2d.run()
    assert contents() == before


def test_the_figure_is_drawn_in_the_chosen_style() -> None:
    bpy.ops.wm.read_homefile(use_empty=True)
    ask(armature=None, bake={"GREASE_PENCIL"})
    bpy.context.scene.retarget2d.drawing.style = "stick_figure"
    bpy.ops.retarget2d.run()
    figure = next(item for item in bpy.context.scene.objects if item.type == "GREASEPENCIL")
    assert len(figure.data.layers["Body"].frames[1].drawing.curve_offsets) - 1 == 3
    bpy.context.scene.retarget2d.drawing.style = "marble"
    with pytest.raises(RuntimeError, match="There is no style marble"):
        bpy.ops.retarget2d.run()


def test_the_command_line_lets_a_drawing_perform(worker_python: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.blend"
    options = ["--drawing", "Doodle", "--drawing-way", "bones", "--drawing-parts", "Tail=none"]
    result = command_line(
        FOLDER / "drawn.blend",
        "--video",
        STREET,
        "--range",
        "0:24",
        "--bake",
        "drawing",
        *options,
        "--output",
        out,
        "--python",
        worker_python,
        "--json",
    )
    assert result.returncode == 0, result.stderr
    report = json.loads(next(line for line in result.stdout.splitlines() if line.startswith("{")))
    assert report["keys"] > 50
    bpy.ops.wm.open_mainfile(filepath=str(out))
    fox = bpy.data.objects["Doodle"]
    assert fox.data.layers["Forearm R"].parent.name == "Doodle Rig"
    assert fox.data.layers["Tail"].parent is None
    assert bpy.context.scene.retarget2d.drawing.way == "BONES"


MISTAKES = {
    "a drawing that is missing": (["--drawing", "Nobody"], "choose among Doodle"),
    "no drawing": (["--drawing", "none"], "Choose the drawing that performs"),
    "a way that is none": (["--drawing", "Doodle", "--drawing-way", "magic"], "magic"),
    "a layer that is missing": (["--drawing", "Doodle", "--drawing-parts", "Wing=head"], "no layer Wing"),
    "a part that is none": (["--drawing", "Doodle", "--drawing-parts", "Tail=wing"], "Tail=wing"),
    "parts of no drawing": (["--drawing", "none", "--drawing-parts", "Tail=none"], "name it with --drawing"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_on_the_command_line_is_one_sentence(
    fox: bpy.types.Object, mistake: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from blender_addon import cli

    options, named = MISTAKES[mistake]
    capfd.readouterr()
    status = cli.main(
        [
            "--video",
            str(STREET),
            "--range",
            "0:24",
            "--bake",
            "drawing",
            *options,
            "--output",
            str(tmp_path / "out.blend"),
        ]
    )
    assert status != 0
    said = [line for line in capfd.readouterr().err.splitlines() if line.strip()]
    assert named in said[-1]
    assert not list(tmp_path.iterdir())


def test_the_shipped_drawing_is_small_and_stands_on_the_ground() -> None:
    for file in DRAWINGS:
        assert (FOLDER / file).stat().st_size < 300_000
        bpy.ops.wm.open_mainfile(filepath=str(FOLDER / file), load_ui=False)
        drawing = bpy.data.objects["Doodle"]
        assert [layer.name for layer in drawing.data.layers] == [sheet.name for sheet in DRAWINGS[file]().sheets]
        lows = [
            np.array([point.vector for point in layer.frames[0].drawing.attributes["position"].data])[:, 2].min()
            for layer in drawing.data.layers
        ]
        assert min(lows) == pytest.approx(0, abs=0.02)
        assert {item.type for item in bpy.data.objects} == {"GREASEPENCIL", "CAMERA"}
