"""The packages that the zip brings, in the folder that all extensions share: whole, or named in one sentence.

What lies in the folder are real packages of this environment, as an installer left them.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import re
import shutil
import sys
from pathlib import Path

import pytest

from blender_addon.worker import bundled
from blender_addon.worker.bundled import Unpacked, Wheel, bundled_wheels, look, strays
from blender_addon.worker.client import WorkerError, connection, find_runtime, installation, runtime
from blender_addon.worker.failures import explain

SENTENCE = r"^[^\n]*\.$"
PACKAGES = ("packaging", "flatbuffers")
WHEELS = tuple(Wheel(name, importlib.metadata.version(name)) for name in PACKAGES)


def unpack(folder: Path) -> Path:
    """Copy the packages into a folder, with what says which files are theirs."""
    for wheel in WHEELS:
        distribution = importlib.metadata.distribution(wheel.distribution)
        there = Path(str(distribution.locate_file(""))).resolve()
        for name in (wheel.distribution, f"{wheel.distribution}-{wheel.version}.dist-info"):
            shutil.copytree(there / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        drop_caches(folder / f"{wheel.distribution}-{wheel.version}.dist-info/RECORD")
    return folder


def drop_caches(record: Path) -> None:
    """A wheel's own record has no compiled files; the installer has added them."""
    lines = record.read_text(encoding="utf-8").splitlines(keepends=True)
    record.write_text("".join(line for line in lines if "__pycache__" not in line), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return unpack(tmp_path / "site-packages")


def info(folder: Path, wheel: Wheel) -> Path:
    return folder / f"{wheel.distribution}-{wheel.version}.dist-info"


def test_whole_packages_are_used_without_a_word(folder: Path) -> None:
    assert look(folder, WHEELS) == Unpacked()


def test_a_package_that_is_not_there_is_named_with_the_cure(folder: Path) -> None:
    shutil.rmtree(info(folder, WHEELS[1]))
    problem = look(folder, WHEELS).problem
    assert re.fullmatch(SENTENCE, problem)
    assert str(WHEELS[1]) in problem
    assert "off and on again" in problem
    assert str(folder) in look(folder / "nowhere", WHEELS).problem


def test_a_file_that_was_taken_is_named(folder: Path) -> None:
    taken = folder / "packaging/version.py"
    taken.unlink()
    problem = look(folder, WHEELS).problem
    assert re.fullmatch(SENTENCE, problem)
    assert str(taken) in problem
    assert "antivirus" in problem


def test_a_file_that_is_not_the_one_of_the_wheel_is_damaged(folder: Path) -> None:
    (folder / "packaging/version.py").write_text("", encoding="utf-8")
    assert "packaging/version.py" in look(folder, WHEELS).problem
    assert "damaged" in look(folder, WHEELS).problem


def test_a_newer_version_of_another_extension_is_noticed_and_used(folder: Path) -> None:
    info(folder, WHEELS[0]).rename(folder / "packaging-99.0.dist-info")
    seen = look(folder, WHEELS)
    assert seen.problem == ""
    assert re.fullmatch(SENTENCE, seen.notice)
    assert f"{WHEELS[0]} by packaging 99.0" in seen.notice
    assert "turn that extension off" in seen.notice


def test_a_package_of_another_name_that_overwrote_ours_is_noticed(folder: Path) -> None:
    """As opencv-python does with opencv-python-headless: both hold cv2."""
    (folder / "packaging/version.py").write_text("VERSION = 99\n", encoding="utf-8")
    other = folder / "packaging_too-1.0.dist-info"
    other.mkdir()
    (other / "RECORD").write_text("packaging/version.py,sha256=x,13\n", encoding="utf-8")
    assert f"{WHEELS[0]} by packaging-too 1.0" in look(folder, WHEELS).notice


def test_a_package_that_would_come_from_elsewhere_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This Python has the same packages elsewhere on its path, and finds those."""
    assert "packaging" in strays(folder, WHEELS)
    assert re.fullmatch(SENTENCE, strays(folder, WHEELS))
    for name in [name for name in sys.modules if name.partition(".")[0] in PACKAGES]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(folder)
    assert strays(folder, WHEELS) == ""


def test_a_checkout_and_a_small_zip_bring_no_packages(tmp_path: Path) -> None:
    assert bundled_wheels() == ()
    assert bundled_wheels(tmp_path) == ()


def test_the_manifest_says_what_the_zip_brings(tmp_path: Path) -> None:
    (tmp_path / "blender_manifest.toml").write_text(
        'wheels = ["./wheels/opencv_python_headless-4.11.0.86-cp37-abi3-win_amd64.whl", "./wheels/scipy-1.15.3-1-cp311-cp311-win_amd64.whl"]\n',
        encoding="utf-8",
    )
    assert bundled_wheels(tmp_path) == (Wheel("opencv_python_headless", "4.11.0.86"), Wheel("scipy", "1.15.3"))


@pytest.fixture
def brings_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a zip that brings them."""
    monkeypatch.setattr(runtime, "bundled_wheels", lambda: WHEELS)
    monkeypatch.setattr(bundled, "bundled_wheels", lambda: WHEELS)


@pytest.mark.usefixtures("brings_packages")
def test_blenders_own_python_runs_with_them_unless_the_preferences_name_an_interpreter(
    folder: Path, python: Path, bare_python: Path, tmp_path: Path
) -> None:
    found = find_runtime(None, None, folder)
    assert (found.python, found.origin, found.packages, found.notice) == (Path(sys.executable), "blender", folder, "")
    named = find_runtime(python, None, folder)
    assert (named.python, named.origin, named.packages) == (python, "preferences", None)
    with pytest.raises(WorkerError, match=r"leave it empty and Blender's own is used\."):
        find_runtime(bare_python, None, folder)
    (folder / "packaging/version.py").unlink()
    assert find_runtime(python, None, folder).origin == "preferences"
    with pytest.raises(WorkerError, match=r"version\.py.*off and on again"):
        find_runtime(None, tmp_path / "nothing", folder)


def test_an_extension_that_brings_its_packages_installs_nothing(
    monkeypatch: pytest.MonkeyPatch, python: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr(installation, "bundled_wheels", lambda: WHEELS)
    with pytest.raises(WorkerError, match=SENTENCE) as error:
        installation.install(tmp_path, python, online=True)
    assert "nothing is to be installed" in str(error.value)


@pytest.mark.usefixtures("brings_packages")
def test_what_another_extension_replaced_is_said_with_the_runtime(folder: Path) -> None:
    info(folder, WHEELS[0]).rename(folder / "packaging-99.0.dist-info")
    assert "packaging 99.0" in find_runtime(None, None, folder).notice


@pytest.mark.usefixtures("brings_packages")
def test_a_package_that_is_there_and_cannot_be_loaded_is_said_by_its_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = folder / "broken.py"
    broken.write_text("import no_such_library\n", encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    with pytest.raises(ImportError) as raised:
        importlib.import_module("broken")
    sentence = explain(raised.value, folder).sentence
    assert re.fullmatch(SENTENCE, sentence)
    assert str(broken) in sentence
    assert "no_such_library" in sentence
    info(folder, WHEELS[0]).rename(folder / "packaging-99.0.dist-info")
    assert "packaging 99.0" in explain(raised.value, folder).sentence
    assert "press Install" in explain(raised.value).sentence


def test_the_worker_takes_numpy_from_its_own_python_and_all_else_from_the_folder_first(
    folder: Path, python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A NumPy of another extension lies in the folder too."""
    serve = 'importlib.import_module(name + ".worker.process").main(*packages)'
    say = r'import numpy, packaging; sys.stderr.write(f"{numpy.__file__}\n{packaging.__file__}\n")'
    assert serve in connection.LAUNCH
    monkeypatch.setattr(connection, "LAUNCH", connection.LAUNCH.replace(serve, say))
    (folder / "numpy").mkdir()
    (folder / "numpy/__init__.py").write_text("raise ImportError('another NumPy')\n", encoding="utf-8")
    worker = connection.WorkerProcess(python, folder)
    ended = worker.inbox.get(timeout=60)
    assert isinstance(ended, connection.Ended)
    numpy, packaging = ended.lines[-2:]
    assert not Path(numpy).is_relative_to(folder)
    assert Path(packaging).is_relative_to(folder)
