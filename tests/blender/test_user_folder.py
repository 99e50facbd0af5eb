"""Without a folder of the user's nothing is kept, that is said once, and nothing is written into the working folder."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import ModuleType

import bpy
import pytest

from blender_addon.bridge.armature.bone_map import BoneMap
from blender_addon.bridge.bone_maps import preset_files
from blender_addon.bridge.figure.figure_style import DEFAULT_STYLE
from blender_addon.bridge.figure.style_files import read_style, save_style, style_names
from blender_addon.bridge.job.session import session
from blender_addon.bridge.scene import addon
from blender_addon.operators.headless import install
from tests.blender.scene_of_puppet import PUPPET_FILE, ask, open_puppet
from tests.blender.test_cli import JOB, command_line

NOT_KEPT = "Blender has no user folder here, so the poses that were found are not kept; "


def broken(path: Path) -> Path:
    """A folder that cannot be made: a file stands where it would."""
    path.write_text("a file", encoding="utf-8")
    return path / "user"


@pytest.fixture(params=["nothing", "an error", "a relative path"])
def no_folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What Blender gives where it has no user folder; the working folder, which is empty."""

    def answer(*_: object, **__: object) -> str:
        if request.param == "an error":
            raise ValueError("no such folder")
        return "" if request.param == "nothing" else "user"

    monkeypatch.setattr(bpy.utils, "extension_path_user", answer)
    monkeypatch.setattr(bpy.utils, "user_resource", answer)
    working = tmp_path / "working"
    working.mkdir()
    monkeypatch.chdir(working)
    return working


def test_no_path_becomes_relative_to_the_working_folder(no_folder: Path) -> None:
    assert addon.user_folder() is None
    assert addon.pose_cache() is None
    assert addon.runtime_folder() is None
    assert "character" in style_names()
    assert read_style("stick_figure") != DEFAULT_STYLE
    assert preset_files.preset_names() == []
    assert preset_files.presets_state() == 0
    for write in (
        lambda: save_style(DEFAULT_STYLE, "mine"),
        lambda: preset_files.save_preset("mine", BoneMap({}, "root"), replace=False),
        lambda: install(None, lambda stage, fraction, text: None),
    ):
        with pytest.raises(
            ValueError, match=r"^Blender has no user folder here, so .*; set BLENDER_USER_RESOURCES .*\.$"
        ):
            write()
    assert list(no_folder.iterdir()) == []


def test_without_a_user_folder_the_video_is_baked_and_one_notice_says_that_nothing_is_kept(
    addon: ModuleType, no_folder: Path
) -> None:
    open_puppet()
    ask(frame_range="5:9")
    session.others, session.detection = (), None
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    assert [notice for notice in session.notices if "kept" in notice] == [
        NOT_KEPT
        + "set BLENDER_USER_RESOURCES to the full path of a folder that can be written to, and start Blender again."
    ]
    assert list(no_folder.iterdir()) == []


def test_a_preset_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = broken(tmp_path / "file")
    monkeypatch.setattr(addon, "user_folder", lambda: folder)
    with pytest.raises(ValueError, match=r"The preset mine could not be written .*Not a directory.*\.$"):
        preset_files.save_preset("mine", BoneMap({}, "root"), replace=False)


@pytest.mark.parametrize("where", ["a home that cannot be written", "a relative path"])
def test_a_blender_without_a_home_bakes_and_leaves_the_working_folder_alone(
    where: str, addon: ModuleType, worker_python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Blender of its own, started in an empty folder."""
    working = tmp_path / "working"
    working.mkdir()
    relative = where == "a relative path"
    monkeypatch.setitem(os.environ, "BLENDER_USER_RESOURCES", "user" if relative else str(broken(tmp_path / "home")))
    out = tmp_path / "out.blend"
    result = command_line(
        PUPPET_FILE, *JOB, "--range", "5:9", "--output", out, "--python", worker_python, "--json", cwd=working
    )
    assert result.returncode == 0, result.stderr
    report = json.loads(next(line for line in result.stdout.splitlines() if line.startswith("{")))
    (said,) = (notice for notice in report["notices"] if "kept" in notice)
    assert said.startswith(
        NOT_KEPT if relative else "The poses of street.mp4 could not be kept (Not a directory); check that "
    )
    assert said in result.stderr
    assert not [path for path in working.rglob("*") if path.is_file()]
