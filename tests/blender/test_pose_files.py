"""Poses that other tools found, in place of a video: picked in the panel's field, and headless."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest

from tests.blender.pose_clips import FPS, FRAMES, street_people, write_npz, write_openpose
from tests.blender.scene_of_puppet import PUPPET, PUPPET_FILE, ask, contents, keys_of
from tests.blender.test_cli import command_line

NAMES_OF_THEIR_OWN = Path(__file__).parents[1] / "data/cases/dlc_midline_names/x.csv"
BODY_PARTS = ",".join(
    f"{part}{number}={side}_{part}"
    for part in ("ankle", "knee", "hip", "wrist", "elbow", "shoulder")
    for number, side in ((1, "right"), (2, "left"))
)

pytestmark = pytest.mark.usefixtures("fresh_session")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_openpose(tmp_path / "street", street_people())


def last_frame(puppet: bpy.types.Object) -> float:
    return max(points[-1][0] for points in keys_of(puppet.animation_data.action).values())


def test_a_folder_of_openpose_frames_is_baked_like_a_video(puppet: bpy.types.Object, folder: Path) -> None:
    ask(video=str(folder), frame_range="")
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    assert len(keys_of(puppet.animation_data.action)) >= 10
    assert puppet.animation_data.action.name.startswith("street 1 →")
    from blender_addon.bridge.job.session import session

    assert session.performance is not None
    assert len(session.performance.people) == 2
    assert session.performance.source == "file"


def test_poses_last_as_long_as_their_frame_rate_says(puppet: bpy.types.Object, folder: Path) -> None:
    scene = bpy.context.scene
    scene.render.fps = 24
    chosen = ask(video=str(folder), frame_range="")
    chosen.poses.fps = 12
    bpy.ops.retarget2d.run()
    assert last_frame(puppet) == pytest.approx(1 + (FRAMES - 1) * 2, abs=1)
    chosen.poses.fps = 24
    bpy.ops.retarget2d.run()
    assert last_frame(puppet) == pytest.approx(FRAMES, abs=1)


def test_a_file_says_its_own_frame_rate_and_a_part_of_it_may_be_chosen(
    puppet: bpy.types.Object, tmp_path: Path
) -> None:
    poses = write_npz(tmp_path / "poses.npz", street_people())
    ask(video=str(poses), frame_range="4:14", performer=2)
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    from blender_addon.bridge.job.session import session

    assert session.performance is not None
    assert {len(person) for person in session.performance.people} == {10}
    assert session.performance.people[0].fps == FPS
    assert session.takes[0].performer == 2


def test_changed_poses_are_read_again(puppet: bpy.types.Object, folder: Path) -> None:
    ask(video=str(folder), frame_range="")
    bpy.ops.retarget2d.run()
    before = keys_of(puppet.animation_data.action)
    for frame in sorted(folder.iterdir())[: FRAMES // 2]:
        frame.unlink()
    bpy.ops.retarget2d.run()
    assert keys_of(puppet.animation_data.action) != before


@pytest.mark.parametrize("name", ["notes.json", "empty"])
def test_what_is_no_pose_file_is_named_and_the_file_stays_as_it_was(
    puppet: bpy.types.Object, name: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    if name == "empty":
        path.mkdir()
    else:
        path.write_text('{"note": "nothing"}', encoding="utf-8")
    ask(video=str(path), frame_range="")
    before = contents()
    with pytest.raises(RuntimeError, match=name):
        bpy.ops.retarget2d.run()
    assert contents() == before


def test_one_frame_that_is_picked_stands_for_its_folder(puppet: bpy.types.Object, folder: Path) -> None:
    assert bpy.ops.retarget2d.open_video(filepath=str(next(folder.iterdir()))) == {"FINISHED"}
    assert Path(bpy.context.scene.retarget2d.video) == folder


def test_one_frame_of_two_clips_that_is_picked_stands_for_its_clip_and_says_so(
    puppet: bpy.types.Object, folder: Path
) -> None:
    for frame in sorted(folder.iterdir())[:3]:
        (folder / frame.name.replace("street", "other")).write_bytes(frame.read_bytes())
    chosen = sorted(folder.glob("street*"))[4]
    assert bpy.ops.retarget2d.open_video(filepath=str(chosen)) == {"FINISHED"}
    assert Path(bpy.context.scene.retarget2d.video) == chosen
    ask(video=str(chosen), frame_range="")
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    notices = bpy.context.window_manager.retarget2d.notices
    assert f"{chosen.name} is one frame of {FRAMES} in its folder" in notices


def test_an_option_that_an_error_names_goes_by_its_label_in_the_panel(puppet: bpy.types.Object) -> None:
    chosen = ask(video=str(NAMES_OF_THEIR_OWN), frame_range="")
    with pytest.raises(RuntimeError, match=r"name them with Body Parts \(under Frame Rate and Poses\)"):
        bpy.ops.retarget2d.detect()
    assert "Body Parts (under Frame Rate and Poses)" in bpy.context.window_manager.retarget2d.error
    assert bpy.types.RETARGET2D_PT_poses.bl_label == "Frame Rate and Poses"
    chosen.poses.body_parts = BODY_PARTS
    assert bpy.ops.retarget2d.detect() == {"FINISHED"}


def test_body_parts_go_in_by_the_command_line(worker_python: Path, tmp_path: Path) -> None:
    asked = ["--video", NAMES_OF_THEIR_OWN, "--armature", PUPPET, "--bake", "rig", "--output", tmp_path / "out.blend"]
    refused = command_line(PUPPET_FILE, *asked, "--python", worker_python)
    assert refused.returncode == 1
    assert "name them with --body-parts." in refused.stderr
    done = command_line(PUPPET_FILE, *asked, "--python", worker_python, "--body-parts", BODY_PARTS)
    assert done.returncode == 0, done.stderr


def test_poses_go_in_by_the_command_line(folder: Path, worker_python: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.blend"
    arguments = [
        "--video",
        folder,
        "--fps",
        25,
        "--performer",
        1,
        "--armature",
        PUPPET,
        "--bake",
        "rig",
        "--output",
        out,
    ]
    result = command_line(PUPPET_FILE, *arguments, "--python", worker_python, "--json")
    assert result.returncode == 0, result.stderr
    report = json.loads(next(line for line in result.stdout.splitlines() if line.startswith("{")))
    bpy.ops.wm.open_mainfile(filepath=str(out))
    assert report["frames"] == int((FRAMES - 1) / 25 * bpy.context.scene.render.fps) + 1
    assert bpy.context.scene.retarget2d.poses.fps == 25


@pytest.mark.parametrize("clip", ["tall_man", "small_man", "workout_march", "model"])
def test_real_openpose_clips_are_baked(puppet: bpy.types.Object, clip: str, openpose_clips: Path) -> None:
    ask(video=str(openpose_clips / clip), frame_range="0:40").poses.fps = 25
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    assert not bpy.context.window_manager.retarget2d.error
