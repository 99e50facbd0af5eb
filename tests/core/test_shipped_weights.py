"""Shipped weights are checked before they are used."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from blender_addon.core.shipped_weights import FOLDER, SUMS, shipped_weights


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


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.npz")) + sorted(FOLDER.glob("*.onnx")), ids=lambda path: path.name)
def test_everything_that_ships_is_as_listed(path: Path) -> None:
    assert shipped_weights(path.name) == path
