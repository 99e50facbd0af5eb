"""The extension's small zip: it holds what is in blender_addon, the sample and nothing else, Blender finds it valid, and
it brings its licences.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest

from tools import extension

LARGEST = 60e6
"""Bytes; the platform for extensions takes more, the patience of those who download it less."""


@pytest.fixture
def source(blender_python: Path, tmp_path: Path) -> Path:
    """A copy of the add-on's folder, to be spoiled; without weights, for speed."""
    return Path(
        shutil.copytree(
            extension.SOURCE, tmp_path / "source", ignore=shutil.ignore_patterns("__pycache__", "*.onnx", "*.npz")
        )
    )


def names(zipped: Path) -> list[str]:
    with zipfile.ZipFile(zipped) as archive:
        return sorted(name for name in archive.namelist() if not name.endswith("/"))


def edit_manifest(source: Path, pattern: str, replacement: str) -> None:
    manifest = source / "blender_manifest.toml"
    text, count = re.subn(pattern, replacement, manifest.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1
    manifest.write_text(text, encoding="utf-8")


def test_the_zip_holds_exactly_what_git_has_in_the_folder(zipped: Path) -> None:
    """Files that are new and not ignored count as git's: a commit would take them."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "."]
    listing = subprocess.run(command, cwd=extension.SOURCE, capture_output=True, check=False, text=True)
    if listing.returncode:
        pytest.skip("this is not a git checkout, so nothing says which files belong to it")
    ours = {name for name in listing.stdout.split("\0") if name and (extension.SOURCE / name).exists()}
    assert names(zipped) == sorted(ours | {f"{extension.SAMPLE}/{name}" for name in extension.SAMPLES})


def test_the_sample_is_in_and_whole(zipped: Path) -> None:
    with zipfile.ZipFile(zipped) as archive:
        for name in extension.SAMPLES:
            assert archive.read(f"{extension.SAMPLE}/{name}") == (extension.ROOT / "assets" / name).read_bytes()


def test_what_lies_about_does_not_get_in(source: Path, tmp_path: Path) -> None:
    clean = names(extension.build(tmp_path / "clean", source))
    for litter in (
        "__pycache__/x.cpython-311.pyc",
        "core/__pycache__/y.pyc",
        "core/z.pyc",
        ".DS_Store",
        ".cache/w",
        "old.zip",
    ):
        (source / litter).parent.mkdir(exist_ok=True)
        (source / litter).write_bytes(b"litter")
    assert names(extension.build(tmp_path / "littered", source)) == clean


def test_the_weights_are_in_and_whole(zipped: Path) -> None:
    with zipfile.ZipFile(zipped) as archive:
        for line in archive.read("core/weights/SHA256SUMS").decode(encoding="utf-8").splitlines():
            digest, name = line.split()
            assert hashlib.sha256(archive.read(f"core/weights/{name}")).hexdigest() == digest


def test_the_zip_is_light_enough_to_be_downloaded(zipped: Path) -> None:
    assert zipped.stat().st_size < LARGEST


def test_the_licences_are_in(zipped: Path) -> None:
    with zipfile.ZipFile(zipped) as archive:
        manifest = tomllib.loads(archive.read(extension.MANIFEST).decode())
        assert manifest["license"] == ["SPDX:GPL-3.0-or-later", "SPDX:Apache-2.0", "SPDX:BSD-3-Clause", "SPDX:MIT"]
        assert b"BSD 3-Clause License" in archive.read("sample/footage/NOTICE.md")
        assert archive.read("LICENSE") == (extension.ROOT / "LICENSE").read_bytes()
        assert b"Apache License" in archive.read("core/weights/LICENSE-APACHE-2.0.txt")
        models = archive.read("core/weights/MODELS.md").decode(encoding="utf-8")
    foreign = [line for line in models.splitlines() if line.startswith("|") and ".onnx` (" in line]
    assert len(foreign) == 2
    assert all("Apache-2.0" in line for line in foreign)


def test_the_manifest_asks_for_what_the_add_on_does() -> None:
    manifest = tomllib.loads((extension.SOURCE / "blender_manifest.toml").read_text(encoding="utf-8"))
    assert manifest["id"] == extension.ID
    assert manifest["blender_version_min"] == "4.3.0"
    assert sorted(manifest["permissions"]) == ["files", "network"]


@pytest.mark.parametrize(
    ("pattern", "replacement", "named"),
    [
        (r"^tagline = .*", f'tagline = "{65 * "x"}"', "tagline"),
        (r"^version = .*", 'version = "one"', "version"),
        (r"^type = .*", 'type = "gadget"', "type"),
        (r"^license = .*\n", "", "license"),
    ],
)
def test_a_manifest_that_blender_refuses_is_named_in_one_sentence(
    pattern: str, replacement: str, named: str, source: Path, tmp_path: Path
) -> None:
    edit_manifest(source, pattern, replacement)
    with pytest.raises(SystemExit) as refused:
        extension.build(tmp_path / "refused", source)
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)
