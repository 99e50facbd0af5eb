"""Shipped weights are checked before they are used."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from blender_addon.core.detection.providers import Network
from blender_addon.core.shipped_weights import FOLDER, SUMS, shipped_weights

ROOT = Path(__file__).resolve().parents[2]
STREET = ROOT / "assets/footage/street.mp4"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.npz").write_bytes(b"weights")
    (tmp_path / SUMS).write_text(f"{hashlib.sha256(b'weights').hexdigest()}  small.npz\n", encoding="utf-8")
    return tmp_path


def test_a_file_as_it_was_shipped_is_given(folder: Path) -> None:
    assert shipped_weights("small.npz", folder) == folder / "small.npz"


def test_a_changed_file_is_refused(folder: Path) -> None:
    (folder / "small.npz").write_bytes(b"weightz")
    with pytest.raises(ValueError, match=r"small\.npz are not the ones that were shipped"):
        shipped_weights("small.npz", folder)


def test_a_file_that_is_not_listed_is_refused(folder: Path) -> None:
    (folder / "other.npz").write_bytes(b"weights")
    with pytest.raises(ValueError, match=r"other\.npz are not the ones that were shipped"):
        shipped_weights("other.npz", folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"absent\.npz did not come with this installation"):
        shipped_weights("absent.npz", folder)


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*.npz")) + sorted(FOLDER.glob("*.onnx")), ids=lambda path: path.name
)
def test_everything_that_ships_is_as_listed(path: Path) -> None:
    assert shipped_weights(path.name) == path


@pytest.mark.parametrize("name", ["movenet_multipose.onnx", "blazepose_heavy.onnx"])
def test_one_flipped_bit_of_a_pose_network_stops_the_detection_in_one_sentence(name: str, tmp_path: Path) -> None:
    """In a copy of the add-on: the same program, with one bit of its weights another."""
    addon = shutil.copytree(
        ROOT / "blender_addon", tmp_path / "blender_addon", ignore=shutil.ignore_patterns("__pycache__")
    )
    weights = addon / "core/weights" / name
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 0x40
    weights.write_bytes(content)
    command = (
        sys.executable,
        "-m",
        "blender_addon.core",
        "detect",
        STREET,
        "--range",
        "60:61",
        "-o",
        tmp_path / "out.npz",
        "--no-cache",
    )
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, text=True, timeout=120)
    assert run.returncode == 1, run.stdout + run.stderr
    said = run.stderr.splitlines()[-1]
    assert f"{name} are not the ones that were shipped" in said
    assert said.endswith("install the extension again.")
    assert not (tmp_path / "out.npz").exists()


def test_a_network_is_checked_once_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    digest = hashlib.file_digest

    def counted(stream: io.BufferedReader, name: str) -> object:
        checked.append(Path(stream.name).name)
        return digest(stream, name)

    monkeypatch.setattr(hashlib, "file_digest", counted)
    shipped_weights.cache_clear()
    for _ in range(2):
        Network("movenet_multipose.onnx")
    assert checked == ["movenet_multipose.onnx"]
