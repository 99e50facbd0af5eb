"""Ctrl-C and SIGTERM while the command works, where Blender is a module: it ends in order, with nothing written."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from types import ModuleType

import bpy
import pytest

from tests.blender.interrupted import HOOK, SENT, STATUS, UNTIL_THE_END, assert_nothing_happened, ended, footage
from tests.blender.scene_of_puppet import PUPPET, PUPPET_FILE, ROOT, open_puppet
from tests.blender.test_cli import AS_MODULE

pytestmark = pytest.mark.skipif(
    bool(bpy.app.binary_path), reason="the tests of tests/blender/ui do this with a real Blender"
)

WITH_HOOK = f"""
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_path({str(HOOK)!r}, run_name="__main__")
{AS_MODULE}"""
"""As in a terminal, also where the tests run in the background of a shell, which shields its jobs from Ctrl-C."""


def program(*arguments: object) -> list[object]:
    """cli.py with these arguments."""
    return [sys.executable, "-c", WITH_HOOK, PUPPET_FILE, ROOT / "blender_addon/cli.py", *arguments]


def job(folder: Path, stage: str, worker_python: Path) -> list[object]:
    """A job on the puppet that comes by the stage."""
    bake = ["--armature", PUPPET, "--bake", "rig,grease-pencil", "--output", folder / "out/out.blend"]
    return program(*footage(folder, stage), *bake, "--python", worker_python)


@pytest.fixture
def own_resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user folder with no poses found before."""
    monkeypatch.setenv("BLENDER_USER_RESOURCES", str(tmp_path / "user"))
    return tmp_path / "user"


@pytest.mark.usefixtures("own_resources")
@pytest.mark.parametrize(("stage", "sent"), SENT)
def test_a_signal_ends_the_job_at_every_stage_with_nothing_written(
    stage: str, sent: signal.Signals, worker_python: Path, tmp_path: Path
) -> None:
    assert_nothing_happened(ended(job(tmp_path, stage, worker_python), tmp_path, stage, sent), STATUS[sent])


@pytest.mark.usefixtures("own_resources")
@pytest.mark.parametrize("stage", ["Retargeting", "Saving"])
def test_more_of_them_do_not_break_the_ending(stage: str, worker_python: Path, tmp_path: Path) -> None:
    seen = ended(job(tmp_path, stage, worker_python), tmp_path, stage, signal.SIGINT, times=UNTIL_THE_END)
    assert_nothing_happened(seen, STATUS[signal.SIGINT])


@pytest.mark.parametrize("sent", STATUS, ids=lambda sent: sent.name)
def test_an_installation_is_taken_back(sent: signal.Signals, own_resources: Path, tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels/some.whl").write_bytes(b"")
    seen = ended(program("setup", "--wheels", tmp_path / "wheels"), tmp_path, "Making an environment", sent)
    assert_nothing_happened(seen, STATUS[sent])
    assert not list(own_resources.rglob("environment-*"))
    assert not list(own_resources.rglob("runtime"))


def test_whoever_heard_signals_before_hears_them_again(addon: ModuleType, tmp_path: Path) -> None:
    from blender_addon import cli

    def mine(*_: object) -> None:
        """Another one's handler."""

    formerly = {sent: signal.signal(sent, mine) for sent in STATUS}
    try:
        open_puppet()
        assert cli.main(["--output", str(tmp_path / "out.blend")]) == 2
        assert [signal.getsignal(sent) for sent in STATUS] == [mine, mine]
    finally:
        for sent, handler in formerly.items():
            signal.signal(sent, handler)


def test_a_save_that_is_cancelled_leaves_the_old_file(addon: ModuleType, tmp_path: Path) -> None:
    from blender_addon.bridge.scene import blend_file

    def cancel() -> None:
        assert list(tmp_path.glob(".out-*.blend")), "the new file is whole, and waits to take the old one's place"
        raise KeyboardInterrupt

    out = tmp_path / "out.blend"
    out.write_bytes(b"what was there")
    open_puppet()
    with pytest.raises(KeyboardInterrupt):
        blend_file.save_copy(out, cancel)
    assert [path.name for path in tmp_path.iterdir()] == ["out.blend"]
    assert out.read_bytes() == b"what was there"
