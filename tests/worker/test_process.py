"""The worker's process: it dies with its parent, hears nobody without the key, and Blender's Python does not leak into
it.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path

import pytest

from blender_addon.worker import client
from blender_addon.worker.client import connection
from blender_addon.worker.client.connection import LAUNCH, PACKAGE, WorkerProcess
from tests.core.clips import marching
from tests.worker.test_jobs import is_alive

ROOT = Path(__file__).resolve().parents[2]
PARENT = """
import sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
from blender_addon.worker import client
{busy}
job = client.start(client.DetectRequest(Path({video!r})), Path({python!r}))
while {until}:
    job.poll()
    time.sleep(0.01)
print(client.worker_process_id(), flush=True)
{end}
"""


def parent(python: Path, video: Path, until: str, end: str) -> subprocess.Popen[str]:
    program = PARENT.format(root=str(ROOT), video=str(video), python=str(python), busy="", until=until, end=end)
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def worker_of(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def seconds_until_gone(process: int, limit: float = 5) -> float:
    began = time.monotonic()
    while is_alive(process):
        assert time.monotonic() - began < limit, "the worker outlives its parent"
        time.sleep(0.01)
    return time.monotonic() - began


@pytest.mark.parametrize("moment", ["while it starts", "in a job"])
def test_the_worker_of_a_parent_that_is_killed_ends_at_once(moment: str, python: Path, video: Path) -> None:
    until = "job.progress.fraction == 0" if moment == "in a job" else "False"
    with parent(python, video, until, "time.sleep(60)") as blender:
        worker = worker_of(blender)
        assert is_alive(worker)
        blender.send_signal(signal.SIGKILL)
        blender.wait()
        assert seconds_until_gone(worker) < 3


def test_the_worker_of_a_parent_that_ends_well_is_gone_before_it_and_nothing_is_said(python: Path, video: Path) -> None:
    with parent(python, video, "job.progress.fraction == 0", "") as blender:
        worker = worker_of(blender)
        _, errors = blender.communicate(timeout=30)
        assert blender.returncode == 0
        assert errors == ""
        assert not is_alive(worker)


def test_stop_leaves_no_process_and_no_folder(warm: int) -> None:
    client.stop()
    assert not Path(f"/proc/{warm}").exists()
    assert client.worker_process_id() is None


KILLED_WHILE_STARTING = """
import os, signal, sys
from pathlib import Path
from blender_addon.worker.client.connection import WorkerProcess
worker = WorkerProcess(Path(sys.argv[1]))
assert [name for name in os.listdir(os.environ["TMPDIR"]) if name.startswith("retarget-2d-")]
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="nothing watches there")
def test_whoever_is_killed_while_the_worker_starts_leaves_no_socket_folder(tmp_path: Path) -> None:
    silent = tmp_path / "python"
    silent.write_text("#!/bin/sh\nexec sleep 30\n", encoding="utf-8")
    silent.chmod(0o755)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_STARTING, silent],
        env=os.environ | {"TMPDIR": str(temporary)},
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    end = time.monotonic() + 20
    while left := list(temporary.iterdir()):
        assert time.monotonic() < end, left
        time.sleep(0.05)


def test_a_socket_folder_that_a_killed_blender_left_is_removed_by_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, starting, other = (tmp_path / name for name in ("retarget-2d-left", "retarget-2d-starting", "mine"))
    for folder in (left, starting, other):
        folder.mkdir()
        (folder / "socket").touch()
        if folder != starting:
            os.utime(folder, (1_000_000, 1_000_000))
    made = connection._folder_of_our_own()
    assert made is not None
    assert {path.name for path in tmp_path.iterdir()} == {made.name, starting.name, other.name}


def test_a_long_path_for_temporary_files_is_no_obstacle(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A socket's path has room for about a hundred letters."""
    long = tmp_path / ("x" * 150)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    folder = connection._folder_of_our_own()
    assert folder is not None
    with connection._listener(folder, b"key") as listener:
        assert isinstance(listener.address, tuple)


def test_nobody_without_the_key_is_heard(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    """A worker that never speaks up leaves the door to somebody else, who does not get in."""
    silent = tmp_path / "python"
    silent.write_text("#!/bin/sh\nexec sleep 30\n", encoding="utf-8")
    silent.chmod(0o755)
    worker = WorkerProcess(silent)
    try:
        with caplog.at_level(logging.WARNING), pytest.raises((AuthenticationError, EOFError, OSError)):
            Client(worker._address, authkey=b"guessed").close()
        time.sleep(0.2)
        assert "not the worker" in caplog.text
        assert worker.inbox.empty()
    finally:
        worker.kill()
        worker.close()


def test_a_worker_that_is_given_a_wrong_key_does_not_serve(python: Path) -> None:
    silent = WorkerProcess(python)
    try:
        where = {"address": silent._address, "family": "AF_UNIX", "key": "00" * 32}
        stranger = subprocess.run(
            [python, "-c", LAUNCH, PACKAGE],
            input=json.dumps(where) + "\n",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert stranger.returncode != 0
    finally:
        silent.close()


def test_the_key_stands_in_no_argument(warm: int) -> None:
    arguments = Path(f"/proc/{warm}/cmdline").read_bytes()
    environment = Path(f"/proc/{warm}/environ").read_bytes()
    assert b"process" in arguments
    assert b"key" not in arguments.lower()
    assert b"AUTH" not in environment.upper().replace(b"XAUTHORITY", b"").replace(b"SSH_AUTH_SOCK", b"")


def test_blenders_python_does_not_leak_into_the_worker(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by variables nor by the working folder."""
    client.stop()
    (tmp_path / "numpy.py").write_text("raise RuntimeError('the wrong NumPy')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert client.start(client.RetargetRequest(marching(20)), python).wait().device


def test_other_add_ons_beside_ours_do_not_stand_before_the_workers_packages(python: Path, tmp_path: Path) -> None:
    """An extension's folder holds all the others too, whatever they are called."""
    folder = tmp_path / "user_default"
    folder.mkdir()
    (folder / "motion_retarget_2d").symlink_to(ROOT / "blender_addon")
    for name in ("torch", "calendar", "numpy"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("raise RuntimeError('another add-on')", encoding="utf-8")
    program = f"""
import importlib, sys
from pathlib import Path
import numpy, calendar
sys.path.append({str(folder)!r})
client = importlib.import_module("motion_retarget_2d.worker.client")
connection = importlib.import_module("motion_retarget_2d.worker.client.connection")
connection.PACKAGE = Path({str(folder / "motion_retarget_2d")!r})
job = client.start(client.DetectRequest(Path({str(ROOT / "assets/footage/street.mp4")!r}), range="0:6"), Path({str(python)!r}))
print(job.wait().device)
"""
    result = subprocess.run(
        [python, "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONSAFEPATH": "1"},
    )
    assert (result.returncode, result.stdout.strip()) == (0, "cpu"), result.stderr


def test_the_client_loads_nothing_heavy() -> None:
    program = "import sys\nfrom blender_addon.worker import client\nprint(*sorted({'torch', 'cv2', 'av', 'onnxruntime', 'scipy', 'bpy'} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert result.stdout.strip() == ""


BROKEN_PIPE = """
import os, signal, sys, time
from pathlib import Path
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
from blender_addon.worker import client
from tests.core.clips import marching
python = Path(sys.argv[1])
client.start(client.RetargetRequest(marching(20)), python).wait()
worker = client.worker_process_id()
os.kill(worker, signal.SIGSTOP)
job = client.start(client.RetargetRequest(marching(50_000)), python)
time.sleep(0.5)
os.kill(worker, signal.SIGKILL)
try:
    job.wait()
except client.WorkerError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_that_dies_while_it_is_spoken_to_does_not_take_blender_along(python: Path) -> None:
    """Blender leaves SIGPIPE as it is, which ends a process that writes to one that is gone; Python by itself ignores
    it.
    """
    result = subprocess.run(
        [sys.executable, "-c", BROKEN_PIPE, python], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0
    assert "killed" in result.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_python_that_ends_at_once_does_not_take_blender_along(tmp_path: Path) -> None:
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\nexec <&-\nexit 7\n", encoding="utf-8")
    script.chmod(0o755)
    program = BROKEN_PIPE.replace(
        "client.start(client.RetargetRequest(marching(20)), python).wait()\n",
        "job = client.start(client.RetargetRequest(marching(20)), python)\n",
    )
    program = program[: program.index("worker = ")] + program[program.index("try:") :]
    for _ in range(5):
        result = subprocess.run(
            [sys.executable, "-c", program, script], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
        )
        assert result.returncode == 0
        assert "cannot run the worker" in result.stdout


def test_the_worker_leaves_the_working_folder_alone_where_there_is_no_temporary_one(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python takes the working folder in place of a temporary one; its socket would stand there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    client.stop()
    job = client.start(client.RetargetRequest(marching(20)), python)
    assert list(tmp_path.iterdir()) == []
    assert len(job.wait().motion) == 20
    client.stop()
    assert list(tmp_path.iterdir()) == []
