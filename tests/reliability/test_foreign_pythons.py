"""Pythons that hang, talk, or never end; environments that several Blenders make and use: real processes, killed for real."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from blender_addon.worker import client
from blender_addon.worker.client import WorkerError, child_run, find_runtime, runtime
from blender_addon.worker.client.folder_lock import Locked, locked, remove_unless_used
from blender_addon.worker.client.installation import HALF_MADE
from blender_addon.worker.client.runtime import MARKER
from tests.disks import fill, small_disk

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = r"^[^\n]*\.$"
PATIENCE = 60.0
OURS, BARE = Path(sys.prefix) / "bin/python", Path(sys.base_prefix) / "bin/python3"
"""A Python that has all that the worker needs, and one that has not."""


@pytest.fixture(autouse=True)
def _nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a Blender whose own Python has nothing of what the worker needs."""
    runtime.forget_states()
    monkeypatch.setattr(sys, "executable", "")


def script(path: Path, *lines: str) -> Path:
    """A program that stands where a Python should."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(("#!/bin/sh", *lines)) + "\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def wait_for(what: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def parent(program: str, *arguments: Path | str) -> subprocess.Popen[bytes]:
    """A process that stands for a Blender."""
    return subprocess.Popen([OURS, "-c", program, *map(str, arguments)], cwd=ROOT, start_new_session=True)


ASKS = """
import sys
from pathlib import Path
from blender_addon.worker import client
sys.executable = ""
client.find_runtime(Path(sys.argv[1]), None)
"""
WORKS = """
import sys, time
from pathlib import Path
import numpy as np
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.worker import client
poses = PoseSequence(np.ones((2, 15, 2), np.float32), np.ones((2, 15), np.float32), fps=30.0, image_size=None)
client.start(client.RetargetRequest(poses), Path(sys.argv[1]))
time.sleep(600)
"""
INSTALLS = """
import sys
from pathlib import Path
from blender_addon.worker import client
client.install(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])).wait()
"""


@pytest.mark.parametrize("program", [ASKS, WORKS], ids=["asked", "as the worker"])
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_a_python_that_hangs_ends_with_blender(program: str, sent: signal.Signals, tmp_path: Path) -> None:
    told = tmp_path / "told"
    hangs = script(
        tmp_path / "bin/python",
        "trap '' TERM HUP INT",
        f"echo $$ >> {told}",
        "sleep 600 & echo $! >> " + str(told),
        "wait",
    )
    blender = parent(program, hangs)
    wait_for(lambda: told.exists() and len(told.read_text(encoding="ascii").split()) >= 2)
    processes = [int(word) for word in told.read_text(encoding="ascii").split()]
    assert not any(map(is_gone, processes))
    blender.send_signal(sent)
    blender.wait()
    wait_for(lambda: all(map(is_gone, processes)))


def test_an_installation_dies_with_blender_and_leaves_nothing_for_the_next_one(tmp_path: Path) -> None:
    installed, told = tmp_path / "runtime", tmp_path / "told"
    (tmp_path / "a.whl").touch()
    hangs = script(tmp_path / "python", f"echo $$ > {told}", 'mkdir -p "$3/bin"; touch "$3/bin/python"', "sleep 600")
    blender = parent(INSTALLS, installed, hangs, tmp_path)
    wait_for(lambda: told.exists() and told.read_text(encoding="ascii").strip())
    process = int(told.read_text(encoding="ascii"))
    with pytest.raises(WorkerError, match="Another Blender installs the runtime"):
        client.install(installed, hangs, tmp_path).wait()
    blender.kill()
    blender.wait()
    wait_for(lambda: is_gone(process))
    [left] = installed.iterdir()
    assert (left / HALF_MADE).exists()
    assert runtime.installed_python(installed) is None
    with pytest.raises(WorkerError, match=SENTENCE):  # which fails too, and takes along what the first one left
        client.install(installed, script(tmp_path / "fails", "exit 1"), tmp_path).wait()
    assert not installed.exists()


def test_two_blenders_install_one_after_the_other(tmp_path: Path) -> None:
    """Nothing of the first is removed or written to by the second."""
    installed = tmp_path / "runtime"
    (tmp_path / "a.whl").touch()
    slow = script(tmp_path / "slow", 'mkdir -p "$3/bin"; touch "$3/whole"; sleep 600')
    first = client.install(installed, slow, tmp_path)
    wait_for(lambda: [*installed.glob("environment-*/whole")])
    standing = sorted(installed.rglob("*"))
    for _ in range(3):
        second = parent(INSTALLS, installed, slow, tmp_path)
        assert second.wait(PATIENCE) == 1
        assert sorted(installed.rglob("*")) == standing
    first.cancel()
    wait_for(first.poll)
    assert not installed.exists()


def an_environment(installed: Path, name: str, *lines: str) -> Path:
    return script(installed / name / "bin/python", *lines)


def test_an_environment_that_somebody_runs_in_stays(tmp_path: Path) -> None:
    """A worker of another Blender holds it until that Blender ends."""
    installed = tmp_path / "runtime"
    told = tmp_path / "told"
    used = an_environment(installed, "environment-old", f"echo $$ > {told}", "sleep 600")
    blender = parent(WORKS, used)
    wait_for(lambda: told.exists() and told.read_text(encoding="ascii").strip())
    remove_unless_used(used.parents[1])
    assert used.is_file()
    blender.kill()
    blender.wait()
    wait_for(lambda: is_gone(int(told.read_text(encoding="ascii"))))
    remove_unless_used(used.parents[1])
    assert [*installed.iterdir()] == []


def test_a_new_environment_takes_the_place_of_the_old_one_unless_that_is_used(tmp_path: Path) -> None:
    installed = tmp_path / "runtime"
    (tmp_path / "a.whl").touch()
    old, used = an_environment(installed, "environment-old"), an_environment(installed, "environment-used")
    (installed / MARKER).write_text(json.dumps({"folder": "environment-old"}), encoding="utf-8")
    python = script(tmp_path / "python", 'mkdir -p "$3/bin"; cp "$0" "$3/bin/python"', "exit 0")
    with locked(used.parents[1], shared=True), locked(used.parents[1], shared=True):
        made = client.install(installed, python, tmp_path).wait()
        assert used.is_file()
    assert not old.exists()
    assert made.python.is_file()
    assert runtime.installed_python(installed) == made.python
    assert not [*installed.glob(f"*/{HALF_MADE}")]


@pytest.mark.parametrize("stage", ["making", "collecting"])
def test_a_full_disk_is_named_and_nothing_is_left(stage: str, tmp_path: Path) -> None:
    """pip and venv say what the system says."""
    (tmp_path / "a.whl").touch()
    fails = 'case "$*" in *pip*) dd if=/dev/zero of="$HERE/x" bs=4096 2>&1; exit 1;; esac'
    with small_disk(tmp_path / "disk", 64) as disk:
        if stage == "making":
            python = script(tmp_path / "python", 'dd if=/dev/zero of="$3/x" bs=4096 2>&1 || exit 1')
        else:
            copied = f'mkdir -p "$3/bin"; sed "s|HERE|$3|" "{tmp_path}/pip" > "$3/bin/python"; chmod +x "$3/bin/python"'
            script(tmp_path / "pip", fails.replace("$HERE", "HERE"))
            python = script(tmp_path / "python", copied)
        with pytest.raises(WorkerError, match="is full") as error:
            client.install(disk / "runtime", python, tmp_path).wait()
        assert str(disk / "runtime") in str(error.value)
        assert not (disk / "runtime").exists()
        fill(disk)
        with pytest.raises(WorkerError, match=SENTENCE) as error:
            client.install(disk / "runtime", python, tmp_path).wait()
        assert str(disk) in str(error.value)


def refusal(python: Path) -> str:
    """What is said of a Python that lacks what the worker needs."""
    with pytest.raises(WorkerError) as error:
        find_runtime(python, None)
    return str(error.value)


BANNERS = ("Welcome to Studio Python 3!", "\x1b[1;31mWARNING\x1b[0m: licence ends soon", "numpy scipy", "")


@pytest.mark.parametrize("where", ["1", "2"])
@pytest.mark.parametrize("banner", BANNERS)
def test_a_python_that_prints_a_banner_is_not_refused_for_it(banner: str, where: str, tmp_path: Path) -> None:
    python = script(tmp_path / "python", f"printf '%s\\n' '{banner}' >&{where}", f'exec "{BARE}" "$@"')
    lacking, plain = refusal(python), refusal(BARE)
    assert lacking.partition(" lacks ")[2] == plain.partition(" lacks ")[2]
    assert "onnxruntime" in lacking
    ours = script(tmp_path / "ours", f"printf '%s\\n' '{banner}' >&{where}", f'exec "{OURS}" "$@"')
    assert find_runtime(ours, None).origin == "preferences"


@pytest.mark.parametrize(
    "talk",
    [
        "yes",
        "yes | tr -d '\\n'",
        "cat /dev/urandom",
        "cat /dev/zero",
        "printf '\\033[2J\\033]0;x\\007Error: no\\rlicence\\n'; exit 3",
    ],
)
def test_what_a_program_says_is_bounded_and_readable(
    talk: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.reliability.fuzzing import _forget_peak, _memory

    monkeypatch.setattr(runtime, "CHECK_TIMEOUT", 3.0)
    _forget_peak()
    before = _memory("VmRSS")
    with pytest.raises(WorkerError, match=SENTENCE) as error:
        find_runtime(script(tmp_path / "python", talk), None)
    assert _memory("VmHWM") - before < 200 << 20
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 600


def test_output_is_cut_to_its_last_lines(tmp_path: Path) -> None:
    heard: list[str] = []
    ended = child_run.run([script(tmp_path / "counts", "seq 1 100000")], threading.Event(), heard.append)
    assert len(heard) == 100_000
    assert ended.lines == tuple(map(str, range(100_001 - child_run.KEPT_LINES, 100_001)))


def test_a_folder_is_held_by_one_or_shared_by_many(tmp_path: Path) -> None:
    with ExitStack() as held:
        held.enter_context(locked(tmp_path, shared=True))
        held.enter_context(locked(tmp_path, shared=True))
        with pytest.raises(Locked), locked(tmp_path):
            pass
    with locked(tmp_path), pytest.raises(Locked), locked(tmp_path, shared=True):
        pass
