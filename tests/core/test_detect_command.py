"""`detect`: from a video to a pose file, at the command line."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from blender_addon.core import pose_files
from blender_addon.core.__main__ import main
from blender_addon.core.detection.sightings import SUFFIX
from blender_addon.core.video import Video

ROOT = Path(__file__).resolve().parents[2]
STREET = ROOT / "assets/footage/street.mp4"
INTERRUPTIBLE = "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); runpy.run_module('blender_addon.core', run_name='__main__')"
"""A process that Ctrl-C reaches even where the tests run in the background of a shell, which shields its jobs from it.
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own for each test."""
    folder = tmp_path / "cache"
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(folder))
    return folder


def detect(*arguments: object) -> int:
    """Its exit status, usage errors included."""
    try:
        return main(["detect", *(str(argument) for argument in arguments)])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1


def test_everybody_is_written_and_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.npz"
    assert detect(STREET, "--range", "2s:2.1s", "-o", out, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["command"], report["frames"], report["fps"], report["people"], report["provider"]) == (
        "detect",
        3,
        30,
        [1, 2],
        "cpu",
    )
    poses = pose_files.read(out)
    assert poses.ids == (1, 2)
    assert poses.people[0].image_size == (1768, 994)
    assert poses.people[0].start == pytest.approx(2.0)
    assert poses.people[0].source == "street.mp4"


def test_the_second_time_it_is_found_in_the_cache(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "first.npz", tmp_path / "second.npz"
    assert detect(STREET, "--range", "60:61", "-o", first) == 0
    assert detect(STREET, "--range", "60:61", "-o", second) == 0
    assert "found before" in capsys.readouterr().out
    assert first.read_bytes() == second.read_bytes()


def test_only_the_most_prominent_can_be_wanted(tmp_path: Path) -> None:
    out = tmp_path / "out.npz"
    assert detect(STREET, "--range", "60:61", "--people", "1", "-o", out, "--overlay", tmp_path / "overlay.mp4") == 0
    assert pose_files.read(out).ids == (1,)
    assert Video.open(tmp_path / "overlay.mp4").frame_count == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--people", "0"),
        ("--people", "some"),
        ("--range", "9:3"),
        ("--provider", "abacus"),
        ("--device", "abacus"),
        ("--threads", "-1"),
    ],
)
def test_wrong_usage_ends_with_2(arguments: tuple[str, str], tmp_path: Path) -> None:
    assert detect(STREET, "-o", tmp_path / "out.npz", *arguments) == 2


def test_what_cannot_be_done_is_told_in_one_sentence_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("no video")
    for arguments, reason in (
        ((tmp_path / "missing.mp4", "-o", tmp_path / "out.npz"), "missing.mp4 was not found"),
        ((text, "-o", tmp_path / "out.npz"), "text.mp4 cannot be read as a video"),
        ((STREET, "-o", tmp_path / "out.npz", "--overlay", tmp_path / "overlay.gif"), "end it in .mp4"),
        ((STREET, "-o", tmp_path / "out.npz", "--overlay", STREET), "would be overwritten"),
        ((STREET, "-o", tmp_path / "missing/out.npz"), "There is no folder"),
    ):
        assert detect(*arguments) == 1
        assert reason in capsys.readouterr().err
        assert not (tmp_path / "out.npz").exists()


@pytest.mark.parametrize(
    ("provider", "device"), [("cpu", "cpu"), ("cuda", "cuda"), ("directml", "directml"), ("coreml", "mps")]
)
def test_each_old_provider_is_a_device(
    provider: str, device: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Either runs, or says that onnxruntime has no such device here; both by the new word."""
    out = tmp_path / "out.npz"
    status = detect(STREET, "--range", "60:61", "--provider", provider, "-o", out)
    said = capsys.readouterr()
    assert said.err.count(f"--provider {provider} is called --device {device} now.\n") == 1
    assert f"on {device}" in said.out if status == 0 else f"onnxruntime has no {device} here" in said.err
    assert status == 0 or provider != "cpu"


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_no_half_file_but_what_the_next_detection_goes_on_from(
    sent: signal.Signals, status: int, tmp_path: Path
) -> None:
    out = tmp_path / "out.npz"
    command = (
        sys.executable,
        "-c",
        INTERRUPTIBLE,
        "detect",
        str(STREET),
        "-o",
        str(out),
        "--overlay",
        str(tmp_path / "overlay.mp4"),
        "-v",
    )
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "Looking for people" in process.stderr.readline()
        time.sleep(2)
        process.send_signal(sent)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == status
    assert "Interrupted; no half-written file is left." in errors
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} <= {SUFFIX}
