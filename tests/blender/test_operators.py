"""The operators, run to their end as scripts and headless Blender run them: what they make, what they refuse, and what
they leave when they fail.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from tests.blender.scene_of_puppet import BOTH, PUPPET, STREET, ask, contents, keys_of, open_puppet

pytestmark = pytest.mark.usefixtures("fresh_session")


def status() -> bpy.types.PropertyGroup:
    return bpy.context.window_manager.retarget2d


def test_one_button_brings_the_video_onto_the_rig(puppet: bpy.types.Object) -> None:
    ask()
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    action = puppet.animation_data.action
    assert action is not None
    assert len(keys_of(action)) >= 10
    assert not status().error
    assert status().device == "cpu"
    assert "keys" in status().note


def test_the_baked_puppet_moves(puppet: bpy.types.Object) -> None:
    """An Action without its slot is there and moves nothing."""
    ask()
    bpy.ops.retarget2d.run()
    scene = bpy.context.scene
    places = []
    for frame in (1, 12, 24):
        scene.frame_set(frame)
        places.append(tuple(puppet.pose.bones["forearm.R"].tail))
    assert len({tuple(round(value, 4) for value in place) for place in places}) == 3


def test_the_stages_one_by_one_give_the_same_keys_as_all_at_once(puppet: bpy.types.Object) -> None:
    ask()
    bpy.ops.retarget2d.run()
    at_once = keys_of(puppet.animation_data.action)
    open_puppet()
    ask()
    assert bpy.ops.retarget2d.detect() == {"FINISHED"}
    assert bpy.ops.retarget2d.retarget() == {"FINISHED"}
    assert bpy.ops.retarget2d.bake() == {"FINISHED"}
    assert keys_of(bpy.data.objects[PUPPET].animation_data.action) == at_once


def test_grease_pencil_needs_no_character() -> None:
    bpy.ops.wm.read_homefile(use_empty=True)
    before = len(bpy.data.objects)
    ask(armature=None, bake={"GREASE_PENCIL"})
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    assert len(bpy.data.objects) == before + 1


def test_both_targets_are_baked_in_one_go(puppet: bpy.types.Object) -> None:
    before = len(bpy.data.objects)
    ask(bake={"RIG", "GREASE_PENCIL"})
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    assert puppet.animation_data.action is not None
    assert len(bpy.data.objects) == before + 1


def test_everybody_is_drawn_when_asked() -> None:
    bpy.ops.wm.read_homefile(use_empty=True)
    before = len(bpy.data.objects)
    ask(armature=None, bake={"GREASE_PENCIL"}, performer=-1, frame_range=BOTH)
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    from blender_addon.bridge.job.session import session

    assert session.performance is not None
    assert len(bpy.data.objects) == before + len(session.performance.ids) == before + 2


def test_the_chooser_shows_who_was_found_and_how_long(puppet: bpy.types.Object) -> None:
    settings = ask()
    assert settings.performer_choice == "MAIN"
    bpy.ops.retarget2d.detect()
    from blender_addon.bridge.job.session import session

    assert session.performance is not None
    settings.performer_choice = str(session.performance.ids[-1])
    assert settings.performer == session.performance.ids[-1]
    settings.frame_range = "0:30"
    assert settings.performer_choice == "MAIN"


def test_undo_takes_exactly_the_bake_back(puppet: bpy.types.Object) -> None:
    ask(bake={"RIG", "GREASE_PENCIL"})
    bpy.ops.ed.undo_push(message="before")
    before = contents()
    bpy.ops.retarget2d.run("EXEC_DEFAULT", True)
    assert contents() != before
    bpy.ops.ed.undo()
    assert contents() == before


def test_a_second_bake_of_the_same_performer_replaces_the_first(puppet: bpy.types.Object) -> None:
    ask()
    bpy.ops.retarget2d.run()
    first = puppet.animation_data.action.name
    as_filmed = keys_of(puppet.animation_data.action)
    bpy.context.scene.retarget2d.view = "SIDE"
    bpy.ops.retarget2d.run()
    # What shows and hides artwork is in Actions of its own: one, or before Blender 4.4 one an object.
    assert [action.name for action in bpy.data.actions if " Views" not in action.name] == [first]
    assert keys_of(puppet.animation_data.action) != as_filmed
    assert not puppet.animation_data.nla_tracks


def test_baking_a_motion_of_other_settings_is_refused(puppet: bpy.types.Object) -> None:
    settings = ask()
    bpy.ops.retarget2d.detect()
    bpy.ops.retarget2d.retarget()
    before = contents()
    settings.view = "FRONT"
    with pytest.raises(RuntimeError, match="retarget the performer again"):
        bpy.ops.retarget2d.bake()
    assert contents() == before


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"video": ""}, "Choose a video first"),
        ({"bake": set()}, "Choose what to bake"),
        ({"armature": None}, "Choose a character, or bake onto Grease Pencil alone"),
        ({"performer": -1}, "Choose one performer for the rig"),
        ({"performer": -1, "bake": {"GREASE_PENCIL"}}, "Clear the character"),
    ],
)
def test_a_grey_button_says_what_to_do(puppet: bpy.types.Object, settings: dict[str, Any], sentence: str) -> None:
    ask(**settings)
    assert not bpy.ops.retarget2d.run.poll()
    with pytest.raises(RuntimeError, match=sentence):
        bpy.ops.retarget2d.run()


@pytest.mark.parametrize(
    ("step", "sentence"),
    [("retarget", "Detect the performers first"), ("bake", "Retarget a performer first"), ("cancel", "Nothing runs")],
)
def test_a_step_that_comes_too_early_says_which_is_first(puppet: bpy.types.Object, step: str, sentence: str) -> None:
    ask()
    with pytest.raises(RuntimeError, match=sentence):
        getattr(bpy.ops.retarget2d, step)()


def text_file(tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "not_a_video.mp4"
    path.write_text("Only words.", encoding="utf-8")
    return {"video": str(path)}


def empty_street(tmp_path: Path) -> dict[str, Any]:
    """A picture with nobody in it."""
    path = tmp_path / "nobody.png"
    picture = bpy.data.images.new("nobody", 320, 240)
    picture.filepath_raw = str(path)
    picture.file_format = "PNG"
    picture.save()
    bpy.data.images.remove(picture)
    return {"video": str(path), "frame_range": ""}


def lone_bone(_tmp_path: Path) -> dict[str, Any]:
    bpy.ops.object.armature_add()
    return {"armature": bpy.context.object}


def no_camera(_tmp_path: Path) -> dict[str, Any]:
    bpy.context.scene.camera = None
    return {"plane": "CAMERA"}


FAILURES: dict[str, tuple[Callable[[Path], dict[str, Any]], str]] = {
    "a missing file": (lambda folder: {"video": str(folder / "missing.mp4")}, "There is no video .*missing.mp4"),
    "text for a video": (text_file, "not_a_video.mp4"),
    "nobody in the picture": (empty_street, "nobody.png"),
    "a performer who is not there": (lambda _folder: {"performer": 99}, "no performer 99"),
    "a range that is none": (lambda _folder: {"frame_range": "soon"}, "soon"),
    "an armature that is no biped": (lone_bone, "Armature|armature|bone"),
    "a camera plane without a camera": (no_camera, "camera"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_is_one_sentence_and_leaves_the_file_as_it_was(
    puppet: bpy.types.Object, failure: str, tmp_path: Path
) -> None:
    prepare, sentence = FAILURES[failure]
    ask(**prepare(tmp_path))
    before = contents()
    with pytest.raises(RuntimeError, match=sentence):
        bpy.ops.retarget2d.run()
    assert contents() == before
    assert status().error
    assert status().error.count("\n") == 0
    assert not status().running


def test_what_would_stop_the_bake_is_said_before_the_video_is_looked_at(
    puppet: bpy.types.Object, tmp_path: Path
) -> None:
    from blender_addon.bridge.job.session import session

    ask(**no_camera(tmp_path))
    with pytest.raises(RuntimeError, match="camera"):
        bpy.ops.retarget2d.run()
    assert session.performance is None


def test_an_interpreter_without_packages_is_named(puppet: bpy.types.Object, tmp_path: Path) -> None:
    ask()
    before = contents()
    from blender_addon.bridge.scene import addon as package

    preferences = bpy.context.preferences.addons[package.PACKAGE].preferences
    kept, preferences.python = preferences.python, str(tmp_path / "python")
    try:
        with pytest.raises(RuntimeError, match="python"):
            bpy.ops.retarget2d.run()
        assert status().needs_runtime
    finally:
        preferences.python = kept
    assert contents() == before


STAGES = (
    "Starting",
    "Loading the pose networks",
    "Looking for people",
    "Cleaning",
    "Loading the network",
    "Retargeting",
    "Choosing keys",
    "Baking",
)


def lengthen_performance(times: int = 200) -> None:
    """Let the performers that are asked for be detected, and do again and again what they do."""
    from blender_addon.bridge.job.job_settings import JobSettings
    from blender_addon.bridge.job.session import session
    from blender_addon.bridge.scene import addon as package
    from blender_addon.operators import stages
    from blender_addon.operators.jobs import Run

    Run(stages.detecting(JobSettings.of(bpy.context.scene), package.preferred())).finish()
    assert session.performance is not None
    people = tuple(
        replace(
            person,
            positions=np.tile(person.positions, (times, 1, 1)),
            confidence=np.tile(person.confidence, (times, 1)),
            landmarks=None,
            depth=None,
            camera=None,
        )
        for person in session.performance.people
    )
    session.performance = replace(session.performance, people=people)


@pytest.mark.parametrize("stage", STAGES)
def test_cancelling_at_any_stage_leaves_the_file_as_it_was(puppet: bpy.types.Object, stage: str) -> None:
    from blender_addon.bridge.job.job_settings import JobSettings
    from blender_addon.bridge.scene import addon as package
    from blender_addon.operators import stages
    from blender_addon.operators.jobs import Run
    from blender_addon.worker import client

    ask(frame_range="0:36")
    before = contents()
    if stage == "Retargeting":  # 36 frames are done in less time than a look at the job takes
        lengthen_performance()
    client.stop()  # so that every stage takes place
    run = Run(stages.whole_job(JobSettings.of(bpy.context.scene), package.preferred()))
    seen = []
    while run.advance():  # without a pause: no stage is so short that it is missed
        seen.append(status().stage)
        if status().stage.startswith(stage):
            bpy.ops.retarget2d.cancel()
    assert seen[-1].startswith(stage), seen
    assert run.note.startswith("Cancelled")
    assert contents() == before
    assert not status().running


def test_a_killed_worker_is_one_sentence_and_the_next_run_works(puppet: bpy.types.Object) -> None:
    from blender_addon.bridge.job.job_settings import JobSettings
    from blender_addon.bridge.scene import addon as package
    from blender_addon.operators import stages
    from blender_addon.operators.jobs import Run
    from blender_addon.worker import client

    ask(frame_range="2:42")  # no other test has looked at it
    before = contents()
    run = Run(stages.whole_job(JobSettings.of(bpy.context.scene), package.preferred()))

    def kill_worker() -> None:
        worker = client.worker_process_id()
        if worker is not None and status().stage.startswith("Looking"):
            os.kill(worker, signal.SIGKILL)

    run.finish(kill_worker)
    assert "worker was killed" in status().error
    assert contents() == before
    ask()
    assert bpy.ops.retarget2d.run() == {"FINISHED"}


def test_opening_another_file_stops_the_job(puppet: bpy.types.Object) -> None:
    from blender_addon.bridge.job.job_settings import JobSettings
    from blender_addon.bridge.scene import addon as package
    from blender_addon.operators import stages
    from blender_addon.operators.jobs import Run

    ask()
    run = Run(stages.whole_job(JobSettings.of(bpy.context.scene), package.preferred()))
    assert run.advance()
    bpy.ops.wm.read_homefile(use_empty=True)
    assert not run.advance()
    assert not status().running


def test_nothing_heavy_is_loaded_in_blender(puppet: bpy.types.Object) -> None:
    import sys

    ask()
    bpy.ops.retarget2d.run()
    assert {"torch", "cv2", "av", "scipy", "onnxruntime"}.isdisjoint(sys.modules)


def test_the_video_may_be_named_beside_the_file(puppet: bpy.types.Object, tmp_path: Path) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    (tmp_path / "dance.mp4").write_bytes(STREET.read_bytes())
    ask(video="//dance.mp4")
    assert bpy.ops.retarget2d.detect() == {"FINISHED"}
