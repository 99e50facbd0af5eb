"""Which Python runs the worker, and what is said where there is none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path

import pytest

from blender_addon.worker.client import JobCancelled, Runtime, WorkerError, find_runtime, runtime
from blender_addon.worker.client.runtime import CHECKING, MARKER, MODULES, REQUIREMENTS, runtime_state

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = r"^[^\n]*\.$"


@pytest.fixture(autouse=True)
def _nothing_is_known() -> None:
    runtime.forget_states()


@pytest.fixture
def in_blender_without_packages(monkeypatch: pytest.MonkeyPatch, bare_python: Path) -> None:
    """As in Blender: its own Python has nothing of what the worker needs."""
    monkeypatch.setattr(sys, "executable", str(bare_python))


def installed_in(folder: Path, python: Path) -> Path:
    """A folder in which the installed environment is that of a Python."""
    folder.mkdir()
    (folder / "environment-1").symlink_to(python.parents[1])
    (folder / MARKER).write_text(json.dumps({"folder": "environment-1"}), encoding="utf-8")
    return folder


def test_blenders_own_python_comes_first_where_it_has_everything(tmp_path: Path, bare_python: Path) -> None:
    assert find_runtime(bare_python, tmp_path) == Runtime(Path(sys.executable), "blender")


@pytest.mark.usefixtures("in_blender_without_packages")
def test_the_interpreter_of_the_preferences_comes_second(tmp_path: Path, python: Path, bare_python: Path) -> None:
    installed = installed_in(tmp_path / "runtime", python)
    assert find_runtime(python, installed) == Runtime(python, "preferences")
    with pytest.raises(WorkerError, match=SENTENCE) as error:
        find_runtime(bare_python, installed)
    assert "onnxruntime" in str(error.value)
    assert "preferences" in str(error.value)
    with pytest.raises(WorkerError, match=SENTENCE):
        find_runtime(tmp_path / "no-python", installed)


@pytest.mark.usefixtures("in_blender_without_packages")
def test_the_installed_environment_comes_third(tmp_path: Path, python: Path) -> None:
    installed = installed_in(tmp_path / "runtime", python)
    found = find_runtime(None, installed)
    assert found == Runtime(installed / "environment-1/bin/python", "installed")


@pytest.mark.usefixtures("in_blender_without_packages")
def test_without_any_the_sentence_says_what_to_press(tmp_path: Path, bare_python: Path) -> None:
    with pytest.raises(WorkerError, match="press Install"):
        find_runtime(None, tmp_path / "nothing")
    broken = installed_in(tmp_path / "broken", bare_python)
    with pytest.raises(WorkerError, match=r"lacks .*onnxruntime.* press Install"):
        find_runtime(None, broken)
    for damage in ("", "[]", '{"folder": 3}', '{"folder": "gone"}'):
        (broken / MARKER).write_text(damage, encoding="utf-8")
        with pytest.raises(WorkerError, match="press Install"):
            find_runtime(None, broken)


@pytest.mark.usefixtures("in_blender_without_packages")
def test_what_was_missing_is_looked_for_again(tmp_path: Path, python: Path, bare_python: Path) -> None:
    copy = tmp_path / "copy"
    subprocess.run([python, "-m", "venv", "--without-pip", copy], check=True, timeout=120)
    with pytest.raises(WorkerError):
        find_runtime(copy / "bin/python", tmp_path)
    packages = subprocess.run(
        [python, "-c", "import numpy; print(numpy.__path__[0])"], capture_output=True, text=True, check=True
    ).stdout.strip()
    (next(copy.glob("lib/python*/site-packages")) / "all.pth").write_text(str(Path(packages).parent), encoding="utf-8")
    assert find_runtime(copy / "bin/python", tmp_path).origin == "preferences"


def test_the_state_is_shown_at_once_and_looked_up_beside(tmp_path: Path) -> None:
    began = time.perf_counter()
    assert runtime_state(None, tmp_path) == CHECKING
    assert time.perf_counter() - began < 0.05
    end = time.monotonic() + 60
    while (state := runtime_state(None, tmp_path)) == CHECKING:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert str(sys.executable) in state
    assert "\n" not in state


def test_the_pins_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert sorted(REQUIREMENTS.read_text(encoding="utf-8").split()) == sorted(project["dependencies"])


def test_the_modules_looked_for_are_those_of_the_requirements() -> None:
    distributions = {"cv2": "opencv-python-headless"}
    pinned = {line.partition("==")[0] for line in REQUIREMENTS.read_text(encoding="utf-8").split()}
    assert {distributions.get(name, name) for name in MODULES} | {"tqdm"} == pinned


@pytest.mark.usefixtures("in_blender_without_packages")
def test_looking_for_a_python_ends_when_it_is_cancelled(tmp_path: Path) -> None:
    slow = tmp_path / "python"
    slow.write_text(f"#!/bin/sh\necho $$ > {tmp_path / 'process'}\nexec sleep 60\n", encoding="utf-8")
    slow.chmod(0o755)
    cancelled = threading.Event()
    threading.Timer(0.5, cancelled.set).start()
    began = time.monotonic()
    with pytest.raises(JobCancelled):
        find_runtime(slow, tmp_path / "nothing", None, cancelled)
    assert time.monotonic() - began < 5
    process = int((tmp_path / "process").read_text(encoding="utf-8"))
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
