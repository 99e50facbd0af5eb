"""What the panel says of the last job is about the scene as it is now: it is gone once it is no longer true, and comes
back with what made it true.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import pytest

from tests.blender.scene_of_puppet import BOTH, PUPPET, ask, contents, open_puppet

pytestmark = pytest.mark.usefixtures("fresh_session")


@pytest.fixture
def baked(puppet: bpy.types.Object) -> bpy.types.PropertyGroup:
    """The settings of a scene in which the puppet was baked."""
    settings = ask()
    bpy.ops.ed.undo_push(message="Before")
    bpy.ops.retarget2d.run("EXEC_DEFAULT", True)
    assert said()["note"].startswith("Baked")
    return settings


def said() -> dict[str, Any]:
    """All that is said of the open scene."""
    status = bpy.context.window_manager.retarget2d
    return {
        name: getattr(status, name) for name in ("note", "error", "out_of_date", "notices", "device", "needs_runtime")
    }


NOTHING = {"note": "", "error": "", "out_of_date": "", "notices": "", "device": "", "needs_runtime": False}


def test_a_new_file_knows_nothing_of_the_last_ones_bake(baked: bpy.types.PropertyGroup) -> None:
    bpy.ops.wm.read_homefile(use_empty=True)
    assert said() == NOTHING
    assert bpy.context.window_manager.retarget2d.missing == "Choose a video first"


def test_a_file_that_is_opened_knows_nothing_of_another_ones_error(puppet: bpy.types.Object, tmp_path: Path) -> None:
    ask(video=str(tmp_path / "missing.mp4"))
    with pytest.raises(RuntimeError):
        bpy.ops.retarget2d.run()
    assert "missing.mp4" in said()["error"]
    open_puppet()
    assert said() == NOTHING


def test_another_scene_knows_nothing_of_it_and_the_first_one_still_does(baked: bpy.types.PropertyGroup) -> None:
    first = said()
    with bpy.context.temp_override(scene=bpy.data.scenes.new("Other")):
        assert said() == NOTHING
    assert said() == first


def test_undo_takes_the_result_back_and_redo_brings_it_again(baked: bpy.types.PropertyGroup) -> None:
    first = said()
    bpy.ops.ed.undo()
    assert said() == NOTHING
    bpy.ops.ed.redo()
    assert said() == first


def other_view(settings: bpy.types.PropertyGroup) -> None:
    settings.view = "SIDE"


def other_range(settings: bpy.types.PropertyGroup) -> None:
    settings.frame_range = "0:20"


def other_target(settings: bpy.types.PropertyGroup) -> None:
    settings.bake = {"GREASE_PENCIL"}


def other_character(settings: bpy.types.PropertyGroup) -> None:
    settings.armature = None


def other_start(settings: bpy.types.PropertyGroup) -> None:
    settings.start_frame = 20


def other_bones(_settings: bpy.types.PropertyGroup) -> None:
    bpy.ops.retarget2d.bone_map_swap()


def other_frame_rate(_settings: bpy.types.PropertyGroup) -> None:
    bpy.context.scene.render.fps = 60


@pytest.mark.parametrize(
    "change", [other_view, other_range, other_target, other_character, other_start, other_bones, other_frame_rate]
)
def test_a_bake_that_the_settings_have_outrun_is_said_to_be_out_of_date(
    baked: bpy.types.PropertyGroup, change: Callable[[Any], None]
) -> None:
    change(baked)
    assert said() == NOTHING | {
        "out_of_date": "The settings changed since the last bake; bake again to bring it up to date"
    }


def test_settings_that_are_put_back_make_the_result_true_again(baked: bpy.types.PropertyGroup) -> None:
    first = said()
    baked.view = "SIDE"
    assert said() != first
    baked.view = "AS_FILMED"
    assert said() == first


def renamed(_settings: bpy.types.PropertyGroup) -> None:
    bpy.data.objects[PUPPET].name = "Renamed"


def numbered_performer(settings: bpy.types.PropertyGroup) -> None:
    """The main performer, by their number."""
    settings.performer_choice = "1"


def other_device(_settings: bpy.types.PropertyGroup) -> None:
    from blender_addon.bridge.scene import addon

    bpy.context.preferences.addons[addon.PACKAGE].preferences.device = "cpu"


@pytest.mark.parametrize("change", [renamed, numbered_performer, other_device])
def test_what_makes_no_other_bake_leaves_the_result_true(
    baked: bpy.types.PropertyGroup, change: Callable[[Any], None]
) -> None:
    first = said()
    change(baked)
    assert said() == first


def test_a_view_that_is_keyed_may_be_played_but_not_keyed_anew(puppet: bpy.types.Object) -> None:
    settings = ask(view="ANGLE")
    for frame, azimuth in ((1, 0.0), (24, 60.0)):
        settings.azimuth = azimuth
        bpy.context.scene.keyframe_insert("retarget2d.azimuth", frame=frame)
    bpy.ops.retarget2d.run()
    first = said()
    bpy.context.scene.frame_set(12)
    assert first["note"]
    assert said() == first
    settings.azimuth = 90.0
    bpy.context.scene.keyframe_insert("retarget2d.azimuth", frame=24)
    assert said()["out_of_date"]


@pytest.mark.parametrize("gone", ["action", "armature", "figure"])
def test_a_result_that_was_deleted_is_not_spoken_of(puppet: bpy.types.Object, gone: str) -> None:
    ask(bake={"RIG", "GREASE_PENCIL"})
    bpy.ops.retarget2d.run()
    if gone == "action":
        bpy.data.actions.remove(puppet.animation_data.action)
    else:
        bpy.data.objects.remove(
            puppet if gone == "armature" else next(item for item in bpy.data.objects if item.type == "GREASEPENCIL")
        )
    assert said() == NOTHING


def test_an_undone_second_bake_leaves_the_first_ones_result(baked: bpy.types.PropertyGroup) -> None:
    first = said()
    bpy.context.scene.retarget2d.view = "SIDE"
    bpy.ops.ed.undo_push(message="Side")
    bpy.ops.retarget2d.run("EXEC_DEFAULT", True)
    assert said()["note"]
    bpy.ops.ed.undo()
    assert said()["out_of_date"]
    bpy.ops.ed.undo()
    assert said() == first


def test_an_error_goes_with_the_settings_that_it_is_about(puppet: bpy.types.Object) -> None:
    settings = ask(performer=99)
    with pytest.raises(RuntimeError):
        bpy.ops.retarget2d.run()
    assert "no performer 99" in said()["error"]
    settings.performer = 0
    assert said() == NOTHING


def test_a_job_that_succeeds_takes_the_error_of_the_same_settings_away(
    puppet: bpy.types.Object, tmp_path: Path
) -> None:
    from tests.blender.scene_of_puppet import STREET

    ask(video=str(tmp_path / "late.mp4"))
    with pytest.raises(RuntimeError):
        bpy.ops.retarget2d.run()
    (tmp_path / "late.mp4").write_bytes(STREET.read_bytes())
    bpy.ops.ed.undo_push(message="Before")
    bpy.ops.retarget2d.run("EXEC_DEFAULT", True)
    assert not said()["error"]
    bpy.ops.ed.undo()
    assert said() == NOTHING


def test_a_missing_runtime_is_not_missed_once_another_python_is_named(puppet: bpy.types.Object, tmp_path: Path) -> None:
    from blender_addon.bridge.scene import addon

    ask()
    preferences = bpy.context.preferences.addons[addon.PACKAGE].preferences
    kept, preferences.python = preferences.python, str(tmp_path / "python")
    try:
        with pytest.raises(RuntimeError):
            bpy.ops.retarget2d.run()
        assert said()["needs_runtime"]
    finally:
        preferences.python = kept
    assert said() == NOTHING


def test_what_was_found_is_said_for_that_video_and_who_is_who_in_it(puppet: bpy.types.Object) -> None:
    ask(frame_range=BOTH)
    bpy.ops.retarget2d.detect()
    assert said()["note"] == "Found 2 performers"
    bpy.context.scene.frame_set(10)
    bpy.ops.ed.undo_push(message="Before")
    bpy.ops.retarget2d.swap_performers("EXEC_DEFAULT", True)
    assert said()["note"] == "Swap Performers: 2 performers now"
    bpy.ops.ed.undo()
    assert said() == NOTHING
    bpy.ops.retarget2d.detect()
    assert said()["note"] == "Found 2 performers"
    bpy.context.scene.retarget2d.frame_range = "0:24"
    assert said() == NOTHING


def test_a_bake_of_an_edit_is_out_of_date_once_that_is_discarded(puppet: bpy.types.Object) -> None:
    ask()
    bpy.ops.retarget2d.edit_performance()
    bpy.ops.retarget2d.run()
    first = said()
    assert first["note"].startswith("Baked")
    bpy.ops.ed.undo_push(message="Before")
    bpy.ops.retarget2d.discard_edit("EXEC_DEFAULT", True)
    assert said()["out_of_date"]
    bpy.ops.ed.undo()
    assert said() == first


def test_a_bake_may_be_said_to_be_out_of_date_and_the_next_one_is_not(baked: bpy.types.PropertyGroup) -> None:
    from blender_addon.bridge.job.session import session

    session.outdate(bpy.context.scene.session_uid)
    assert said() == NOTHING | {
        "out_of_date": "The performance changed since the last bake; bake again to bring it up to date"
    }
    bpy.ops.retarget2d.run()
    assert said()["note"].startswith("Baked")


def test_a_cancelled_installation_speaks_of_itself_and_not_of_the_scene(
    baked: bpy.types.PropertyGroup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from blender_addon.operators.jobs import Run

    first, before, advance = said(), contents(), Run.advance

    def cancelled_at_once(run: Run) -> bool:
        going = advance(run)
        if going:
            bpy.ops.retarget2d.cancel()
        return going

    monkeypatch.setattr(Run, "advance", cancelled_at_once)
    (tmp_path / "empty.whl").touch()
    assert bpy.ops.retarget2d.install_runtime(wheels=str(tmp_path)) == {"CANCELLED"}
    assert (
        bpy.context.window_manager.retarget2d.installation
        == "The installation was cancelled; what was installed before stays in use"
    )
    assert said() == first
    assert contents() == before
