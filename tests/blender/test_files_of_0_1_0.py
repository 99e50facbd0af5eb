"""Files that version 0.1.0 saved in Blender 4.3: every setting is as it was, unset ones too; bakes go on.

`files_of_0_1_0.py` wrote the files, and beside each the values that this version found in it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bpy
import pytest

from blender_addon.core.skeleton import Joint
from tests.blender.scene_of_puppet import PUPPET, forget_session, keys_of
from tests.blender.setting_values import own_properties, value_at

pytestmark = pytest.mark.usefixtures("addon")

FOLDER = Path(__file__).parent / "data/0_1_0"
FILES = ("every_setting", "every_choice", "mostly_unset", "two_scenes", "baked", "drawing_in_motion")
HEAVIEST = 300_000
"""Bytes of a file."""
GONE = "no such setting"
RESOLVED = 15
FRAMES = range(1, 25)
UNSEEN = 0.05
"""Blender's units or radians, on a drawing of about two units: networks differ a little from machine to machine."""

DEPTH_AXIS = 2
"""Of a bone of the puppet: how far it lies before the others."""


def path_of(name: str) -> Path:
    return FOLDER / f"{name}.blend"


def told_of(name: str) -> dict[str, Any]:
    """What 0.1.0 found in the file."""
    told: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return told


def open_file(path: Path) -> None:
    forget_session()
    bpy.ops.wm.open_mainfile(filepath=str(path), load_ui=False)


@pytest.fixture(params=("as it is", "saved again"))
def opened(request: pytest.FixtureRequest, tmp_path: Path, name: str) -> str:
    """A file of 0.1.0, as it is or after this Blender saved it; its name."""
    open_file(path_of(name))
    if request.param == "saved again":
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "again.blend"))
        bpy.ops.wm.read_homefile(use_empty=True)
        open_file(tmp_path / "again.blend")
    return name


def found(scene: bpy.types.Scene, path: str) -> Any:  # noqa: ANN401
    """The value of a setting."""
    try:
        return value_at(scene, path)
    except (ValueError, AttributeError):
        return GONE


def unlike(told: dict[str, Any], scene: bpy.types.Scene) -> dict[str, Any]:
    """What the settings are, where that is not what was told."""
    now = {path: found(scene, path) for path in told}
    return {path: value for path, value in now.items() if value != told[path]}


@pytest.mark.parametrize("name", FILES)
def test_every_setting_is_as_it_was(opened: str) -> None:
    told = told_of(opened)["scenes"]
    changed = {name: unlike(settings, bpy.data.scenes[name]) for name, settings in told.items()}
    assert changed == {name: {} for name in told}


@pytest.mark.parametrize("name", ["baked", "drawing_in_motion"])
def test_marks_and_other_custom_properties_are_as_they_were(opened: str) -> None:
    assert own_properties() == told_of(opened)["own properties"]


@pytest.mark.parametrize("name", ["two_scenes"])
def test_animated_settings_still_move(opened: str) -> None:
    scene = bpy.data.scenes["Shot"]
    for frame, told in told_of(opened)["animated"].items():
        scene.frame_set(int(frame))
        assert unlike(told, scene) == {}


@pytest.mark.parametrize("name", ["baked"])
def test_a_carried_bone_map_is_read_as_it_was(opened: str) -> None:
    told = told_of(opened)
    for name, text in told["carried maps"].items():
        assert bpy.data.objects[name].retarget2d_bone_map == text
    shown = bpy.context.scene.retarget2d.bone_map
    assert {part: getattr(shown, part) for part in told["bone map"]} == told["bone map"]


@pytest.mark.parametrize("name", FILES)
def test_the_files_stay_light(name: str) -> None:
    assert path_of(name).stat().st_size < HEAVIEST


def played_by(owner: bpy.types.Object) -> bpy.types.Action:
    action: bpy.types.Action = owner.animation_data.action
    return action


def test_an_edited_bake_is_resolved_from_a_frame_on() -> None:
    """The edit and the marks of bake and figure are recognized: keys before the frame stay, and no figure is added."""
    open_file(path_of("baked"))
    puppet, scene = bpy.data.objects[PUPPET], bpy.context.scene
    figures = [item.name for item in scene.objects if item.type == "GREASEPENCIL"]
    before = keys_of(played_by(puppet))
    wrist = scene.retarget2d.editing.edits[0].joints[Joint.LEFT_WRIST].item
    for frame in FRAMES[RESOLVED - 1 :]:
        scene.frame_set(frame)
        wrist.location[0] += 150
        wrist.keyframe_insert("location", index=0, frame=frame)
    scene.frame_set(RESOLVED)
    assert bpy.ops.retarget2d.resolve() == {"FINISHED"}
    after = keys_of(played_by(puppet))
    earlier = {address: [key for key in keys if key[0] < RESOLVED] for address, keys in before.items()}
    assert {address: [key for key in after[address] if key[0] < RESOLVED] for address in before} == earlier
    assert any(after[address] != before[address] for address in before)
    assert [item.name for item in scene.objects if item.type == "GREASEPENCIL"] == figures


def test_a_new_bake_replaces_the_old_one_that_nobody_edited() -> None:
    """Its mark says that it is as it was baked; one that seemed edited would be kept beside the new one."""
    open_file(path_of("baked"))
    puppet = bpy.data.objects[PUPPET]
    bpy.context.scene.retarget2d.bake = {"RIG"}
    before, name = keys_of(played_by(puppet)), played_by(puppet).name
    actions = len(bpy.data.actions)
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    assert (played_by(puppet).name, len(bpy.data.actions)) == (name, actions)
    assert len(puppet.animation_data.nla_tracks) == 0
    # Later weights read depth otherwise, so that a limb may change its layer which did not.
    more = keys_of(played_by(puppet)).keys() - before.keys()
    assert before.keys() <= keys_of(played_by(puppet)).keys()
    assert all(path.endswith(".location") and axis == DEPTH_AXIS for path, axis in more)


def curves_of(owner: bpy.types.ID) -> dict[tuple[str, int], list[float]]:
    """Every curve of what it plays, frame by frame."""
    from blender_addon.bridge.scene.animation.actions import curves_in_use

    return {
        (curve.data_path, curve.array_index): [curve.evaluate(frame) for frame in FRAMES]
        for curve in curves_in_use(owner)
    }


def test_a_drawing_in_motion_is_baked_again_from_how_it_stood_before() -> None:
    """The layers stand in a pose as the file opens; how they stood before the first bake is kept with the Action."""
    open_file(path_of("drawing_in_motion"))
    bpy.context.scene.frame_set(RESOLVED)
    drawing = bpy.data.objects["Doodle"].data
    before = curves_of(drawing)
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    after = curves_of(drawing)
    assert after.keys() == before.keys()
    for address, values in before.items():
        assert after[address] == pytest.approx(values, abs=UNSEEN), address
