"""Ctrl-C and SIGTERM in a real Blender without a window, which takes Ctrl-C for itself: the command ends in order all
the same.

BLENDER names the program, BLENDER_WORKER_PYTHON the Python for the worker, as that Blender sees it. Without BLENDER
nothing of this runs.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.blender.interrupted import (
    BEFORE,
    HOOK,
    LIMIT,
    ROOT,
    SENT,
    STATUS,
    UNTIL_THE_END,
    assert_nothing_happened,
    ended,
    ending,
    footage,
    processes_in,
)

EXTENSION = "motion_retarget_2d"
PUPPET_FILE = ROOT / "assets/characters/puppet.blend"
COMMAND_LINE = ROOT / "blender_addon/cli.py"
ENABLE = f"import bpy; bpy.ops.preferences.addon_enable(module='bl_ext.user_default.{EXTENSION}'); bpy.ops.wm.save_userpref()"

AFTERWARDS = """
import os, runpy, signal, sys
try:
    runpy.run_path(sys.argv[sys.argv.index("--") + 1], run_name="__main__")
except SystemExit as ended:
    print("STATUS", ended.code)
os.kill(os.getpid(), signal.SIGINT)
"""
"""Runs cli.py, which has nothing to do, and then sends a signal to whoever hears it now."""


@pytest.fixture
def blender(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The program, with a user folder of its own."""
    program = os.environ.get("BLENDER")
    if not program:
        pytest.skip("NO BLENDER: name the real program with BLENDER")
    monkeypatch.setenv("BLENDER_USER_RESOURCES", str(tmp_path / "user"))
    return shlex.split(program)


def job(folder: Path, stage: str) -> list[object]:
    """The arguments of a job on the puppet that comes by the stage."""
    worker = os.environ.get("BLENDER_WORKER_PYTHON") or sys.executable
    bake = ["--armature", "Puppet", "--bake", "rig", "--output", folder / "out/out.blend", "--python", worker]
    return [*footage(folder, stage), *bake]


def script(blender: Sequence[str], *arguments: object) -> list[object]:
    """`blender -b FILE --python cli.py -- …`, with the hook before it."""
    return [*blender, "-b", PUPPET_FILE, "--python", HOOK, "--python", COMMAND_LINE, "--", *arguments]


@pytest.mark.parametrize(("stage", "sent"), SENT)
def test_a_signal_ends_the_job_at_every_stage_with_nothing_written(
    blender: Sequence[str], stage: str, sent: signal.Signals, tmp_path: Path
) -> None:
    assert_nothing_happened(ended(script(blender, *job(tmp_path, stage)), tmp_path, stage, sent), STATUS[sent])


@pytest.mark.parametrize("sent", STATUS, ids=lambda sent: sent.name)
def test_more_of_them_do_not_break_the_ending(blender: Sequence[str], sent: signal.Signals, tmp_path: Path) -> None:
    seen = ended(script(blender, *job(tmp_path, "Retargeting")), tmp_path, "Retargeting", sent, times=UNTIL_THE_END)
    assert_nothing_happened(seen, STATUS[sent])


@pytest.mark.parametrize("sent", STATUS, ids=lambda sent: sent.name)
def test_the_extension_s_own_command_ends_in_order(
    blender: Sequence[str], sent: signal.Signals, tmp_path: Path
) -> None:
    extensions = tmp_path / "user/extensions/user_default"
    shutil.copytree(ROOT / "blender_addon", extensions / EXTENSION)
    subprocess.run(
        [*blender, "-b", "--python-exit-code", "1", "--python-expr", ENABLE],
        check=True,
        capture_output=True,
        timeout=LIMIT,
    )
    program = [*blender, "--python", HOOK, "--command", EXTENSION, "--file", PUPPET_FILE, *job(tmp_path, "Cleaning")]
    assert_nothing_happened(ended(program, tmp_path, "Cleaning", sent), STATUS[sent])


def test_ctrl_c_in_a_terminal_reaches_everybody_and_ends_in_order(blender: Sequence[str], tmp_path: Path) -> None:
    """A terminal sends it to all processes of the job at once; none of ours may stay."""
    for folder in ("out", "tmp"):
        (tmp_path / folder).mkdir()
    (tmp_path / "out/out.blend").write_bytes(BEFORE)
    environment = os.environ | {"TMPDIR": str(tmp_path / "tmp")}
    words = [
        str(word)
        for word in [*blender, "-b", PUPPET_FILE, "--python", COMMAND_LINE, "--", *job(tmp_path, "Retargeting")]
    ]
    started = subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + LIMIT
        while (
            not any("worker.process" in process for process in processes_in(tmp_path / "tmp"))
            and time.monotonic() < until
        ):
            time.sleep(0.05)
        for _ in range(2):
            os.killpg(started.pid, signal.SIGINT)
            time.sleep(0.3)
        output, errors = started.communicate(timeout=LIMIT)
    finally:
        started.kill()
    assert_nothing_happened(ending(started.returncode, output, errors, tmp_path), 130)


def test_blender_hears_ctrl_c_again_afterwards(blender: Sequence[str], tmp_path: Path) -> None:
    """Blender's own handler is out of Python's sight, and comes back nevertheless."""
    (tmp_path / "afterwards.py").write_text(AFTERWARDS, encoding="utf-8")
    program = [*blender, "-b", "--python", tmp_path / "afterwards.py", "--", COMMAND_LINE]
    done = subprocess.run([str(word) for word in program], check=False, capture_output=True, text=True, timeout=LIMIT)
    assert "STATUS 2" in done.stdout
    assert "Sent an internal break event" in done.stdout
