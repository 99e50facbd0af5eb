"""How the performance is cleaned before it is retargeted, and who is who put right by hand: by operators, by the
command line, with undo.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import bpy
import numpy as np
import pytest

from tests.blender.scene_of_puppet import BOTH, PUPPET, STREET, ask, contents, forget_session, keys_of, open_puppet

pytestmark = pytest.mark.usefixtures("addon")

SCENE_FRAME = 11
"""The scene's frame 1 is the clip's frame 0."""


@pytest.fixture(autouse=True)
def both(addon: ModuleType) -> bpy.types.PropertyGroup:
    """Both people of the street, found."""
    forget_session()
    bpy.ops.wm.read_homefile(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps = 30
    settings = ask(armature=None, bake={"GREASE_PENCIL"}, frame_range=BOTH)
    bpy.ops.retarget2d.detect()
    scene.frame_set(SCENE_FRAME)
    return settings


def performance() -> Any:  # noqa: ANN401
    from blender_addon.bridge.job.session import session

    assert session.performance is not None
    return session.performance


def motion() -> Any:  # noqa: ANN401
    from blender_addon.bridge.job.session import session

    return session.takes[0].motion


def jitter(positions: np.ndarray[Any, Any]) -> float:
    return float(np.abs(np.diff(positions, 2, axis=0)).mean())


def test_smoothing_calms_the_motion_and_a_change_of_it_retargets(both: bpy.types.PropertyGroup) -> None:
    jitters = []
    for strength in (0.0, 0.5, 1.0):
        both.editing.smooth = strength
        bpy.ops.retarget2d.retarget()
        jitters.append(jitter(motion().positions))
    assert jitters[0] > 1.3 * jitters[1] > 1.1 * jitters[2]


def test_swapped_performers_go_on_as_each_other_and_undo_takes_it_back(both: bpy.types.PropertyGroup) -> None:
    first, second = performance().people
    bpy.ops.ed.undo_push(message="before")
    assert bpy.ops.retarget2d.swap_performers("EXEC_DEFAULT", True) == {"FINISHED"}
    assert np.array_equal(performance().people[0].positions[:10], first.positions[:10])
    assert np.array_equal(performance().people[0].positions[10:], second.positions[10:])
    assert bpy.context.scene.retarget2d.editing.corrections[0].label == "Swap 1 and 2 from frame 10"
    bpy.ops.ed.undo()
    bpy.ops.retarget2d.detect()
    assert np.array_equal(performance().people[0].positions, first.positions)


def test_a_performer_is_split_and_merged_again(both: bpy.types.PropertyGroup) -> None:
    whole = performance().people[0]
    bpy.ops.retarget2d.split_performer()
    assert performance().ids == (1, 2, 3)
    assert both.performer_choice == "MAIN"
    bpy.ops.retarget2d.merge_performers(one=1, other=3)
    assert performance().ids == (1, 2)
    assert np.array_equal(performance().people[0].positions, whole.positions)


def test_a_correction_can_be_removed_and_belongs_to_its_footage(both: bpy.types.PropertyGroup) -> None:
    bpy.ops.retarget2d.split_performer()
    both.frame_range = "60:80"
    bpy.ops.retarget2d.detect()
    assert 3 not in performance().ids
    both.frame_range = BOTH
    bpy.ops.retarget2d.detect()
    assert 3 in performance().ids
    bpy.ops.retarget2d.remove_correction(index=0)
    bpy.ops.retarget2d.detect()
    assert 3 not in performance().ids


@pytest.mark.parametrize(
    ("frame", "options", "sentence"), [(500, {}, "does not part"), (SCENE_FRAME, {"other": 9}, "no person 9")]
)
def test_a_correction_that_cannot_be_made_is_one_sentence_and_changes_nothing(
    both: bpy.types.PropertyGroup, frame: int, options: dict[str, int], sentence: str
) -> None:
    bpy.context.scene.frame_set(frame)
    before = contents(), len(performance().ids)
    with pytest.raises(RuntimeError, match=sentence):
        bpy.ops.retarget2d.swap_performers(**options)
    assert (contents(), len(performance().ids)) == before
    assert not both.editing.corrections


def test_there_is_a_picture_of_each_for_the_chooser(both: bpy.types.PropertyGroup) -> None:
    """Blender without a window gives icons no numbers; that they are seen is photographed."""
    from blender_addon.bridge.scene import portraits

    icons = portraits._shown[performance().key]
    assert set(icons) == {str(performer) for performer in performance().ids}
    for icon in icons.values():
        assert tuple(icon.image_size) == (128, 128)
        assert np.std(np.array(icon.image_pixels_float[:]).reshape(-1, 4)[:, :3]) > 0.05


def test_the_command_line_cleans_and_corrects_as_the_panel_does(worker_python: Path, tmp_path: Path) -> None:
    from blender_addon import cli

    out = tmp_path / "out.blend"
    open_puppet()
    arguments = [
        "--video",
        str(STREET),
        "--range",
        BOTH,
        "--armature",
        PUPPET,
        "--bake",
        "rig",
        "--output",
        str(out),
        "--python",
        str(worker_python),
    ]
    assert cli.main([*arguments, "--smooth", "0.8", "--lost", "hold", "--correct", "swap:1,2,10"]) == 0
    bpy.ops.wm.open_mainfile(filepath=str(out))
    by_command = keys_of(bpy.data.objects[PUPPET].animation_data.action)
    assert bpy.context.scene.retarget2d.editing.lost == "HOLD"
    open_puppet()
    settings = ask(frame_range=BOTH)
    settings.editing.smooth = 0.8
    bpy.ops.retarget2d.detect()
    bpy.context.scene.frame_set(1 + round(10 * bpy.context.scene.render.fps / 30))
    bpy.ops.retarget2d.swap_performers()
    bpy.ops.retarget2d.run()
    assert keys_of(bpy.data.objects[PUPPET].animation_data.action) == by_command


def other_names(folder: Path) -> dict[str, str]:
    """Other ways to write where the street video is, once a file is saved in the folder."""
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "scene.blend"))
    beside = bpy.path.relpath(str(STREET))
    assert beside.startswith("//")
    return {
        "beside": beside,
        "whole": str(STREET),
        "round about": str(STREET.parent / ".." / STREET.parent.name / STREET.name),
    }


@pytest.mark.parametrize("way", ["beside", "whole", "round about"])
def test_a_correction_applies_however_the_field_names_its_video(
    way: str, both: bpy.types.PropertyGroup, tmp_path: Path
) -> None:
    """And where it applies it is listed: one function says both."""
    from blender_addon.bridge.job.job_settings import JobSettings

    assert bpy.ops.retarget2d.swap_performers() == {"FINISHED"}
    both = bpy.context.scene.retarget2d
    both.video = other_names(tmp_path)[way]
    assert len(JobSettings.of(bpy.context.scene).corrections) == 1
    assert both.editing.corrections[0].applies
    both.frame_range = "60:80"
    assert not both.editing.corrections[0].applies


@pytest.mark.parametrize("way", ["beside", "whole", "round about"])
def test_performers_are_known_however_the_field_names_their_video(
    way: str, both: bpy.types.PropertyGroup, tmp_path: Path
) -> None:
    from blender_addon.bridge.job.job_settings import JobSettings
    from blender_addon.bridge.job.session import session

    before = performance()
    names = other_names(tmp_path)
    both = bpy.context.scene.retarget2d
    both.video = names[way]
    assert session.shows(both.video, both.frame_range)
    assert bpy.ops.retarget2d.retarget() == {"FINISHED"}
    assert performance() is before
    both.look.view_source.video, both.look.view_source.frame_range, both.view = names["whole"], BOTH, "AS_OTHER"
    settings = JobSettings.of(bpy.context.scene)
    assert [source.footage for source in settings.sources] == [settings.footage]


def test_a_video_beside_another_file_is_another_video(both: bpy.types.PropertyGroup, tmp_path: Path) -> None:
    from blender_addon.bridge.job.session import session

    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "dance.mp4").write_bytes(STREET.read_bytes())
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / name / "scene.blend"))
        bpy.context.scene.retarget2d.video = "//dance.mp4"
        assert not session.shows("//dance.mp4", BOTH)
        assert bpy.ops.retarget2d.detect() == {"FINISHED"}
        assert session.shows("//dance.mp4", BOTH)
