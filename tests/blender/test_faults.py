"""Blenders that are killed outright, at every stage, twice at once, a hundred times: `make faults` runs these."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import bpy
import pytest

from tests.blender.interrupted import BEFORE, LIMIT, STAGES, ended
from tests.blender.pose_clips import street_people, write_npz
from tests.blender.scene_of_puppet import PUPPET, PUPPET_FILE, ROOT, forget_session, open_puppet
from tests.blender.test_cli import AS_MODULE
from tests.blender.test_interrupted import job

FAULTS = "MOTION_RETARGET_2D_FAULTS"
CYCLES = int(os.environ.get("MOTION_RETARGET_2D_CYCLES", "100"))
MOST_GROWTH = 40
"""Megabytes that Blender may hold more after all cycles than after a fifth of them."""

pytestmark = [
    pytest.mark.skipif(bool(bpy.app.binary_path), reason="this starts Blenders as a module"),
    pytest.mark.skipif(FAULTS not in os.environ, reason="make faults runs what kills Blenders for minutes"),
]


@pytest.mark.parametrize("stage", STAGES)
def test_a_blender_that_is_killed_leaves_the_old_file_and_nothing_of_its_own(
    stage: str, worker_python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLENDER_USER_RESOURCES", str(tmp_path / "user"))
    seen = ended(job(tmp_path, stage, worker_python), tmp_path, stage, signal.SIGKILL)
    assert seen.status == -signal.SIGKILL
    assert seen.files["out.blend"] == BEFORE
    assert not [name for name in seen.files if name.endswith(".blend1")]
    assert all(name == "out.blend" or name.startswith(".out-") for name in seen.files)
    end = time.monotonic() + 20
    temporary = tmp_path / "tmp"
    while left := [
        *(line for line in processes(temporary) if "defunct" not in line),
        *(path.name for path in temporary.glob("retarget-2d-*")),
    ]:
        assert time.monotonic() < end, left
        time.sleep(0.1)


def processes(temporary: Path) -> list[str]:
    from tests.blender.interrupted import processes_in

    return processes_in(temporary)


def test_a_draft_that_a_killed_blender_left_is_removed_by_a_later_one(addon: ModuleType, tmp_path: Path) -> None:
    from blender_addon.bridge.scene import blend_file

    left, young, others = (
        tmp_path / name for name in (".out-abcdefgh.blend", ".out-abcdefgi.blend@", ".other-abcdefgh.blend")
    )
    for path in (left, young, others):
        path.write_bytes(b"half")
    for path in (left, others):
        os.utime(path, (0, 0))
    open_puppet()
    blend_file.save_copy(tmp_path / "out.blend")
    assert {path.name for path in tmp_path.iterdir()} == {young.name, others.name, "out.blend"}


def test_two_blenders_that_write_the_same_file_leave_one_whole(worker_python: Path, tmp_path: Path) -> None:
    clip = write_npz(tmp_path / "clip.npz", street_people(12))
    words = [
        "--video",
        clip,
        "--armature",
        PUPPET,
        "--bake",
        "rig",
        "--python",
        worker_python,
        "--output",
        tmp_path / "out.blend",
    ]
    command = [sys.executable, "-c", AS_MODULE, PUPPET_FILE, ROOT / "blender_addon/cli.py", *words]
    both = [subprocess.Popen([str(word) for word in command], cwd=ROOT) for _ in range(2)]
    assert [one.wait(LIMIT) for one in both] == [0, 0]
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "out.blend"))
    assert bpy.data.objects[PUPPET].animation_data.action
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.npz", "out.blend"]


def resident() -> int:
    """Megabytes of this process."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20


def test_a_hundred_cycles_leak_nothing(addon: ModuleType, tmp_path: Path) -> None:
    """Open, bake, undo, close: neither memory nor files, threads or processes grow."""
    from blender_addon.worker import client

    clip = write_npz(tmp_path / "clip.npz", street_people(12))
    held, handles = [], []
    for _ in range(CYCLES):
        forget_session()
        armature = open_puppet()
        settings = bpy.context.scene.retarget2d
        settings.video, settings.armature, settings.bake = str(clip), armature, {"RIG"}
        assert bpy.ops.retarget2d.run() == {"FINISHED"}
        held.append(resident())
        handles.append(len(list(Path("/proc/self/fd").iterdir())))
    assert held[-1] - held[CYCLES // 5] < MOST_GROWTH, held
    assert handles[-1] - handles[CYCLES // 5] < 5, handles
    client.stop()
