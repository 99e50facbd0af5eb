"""A repository of files: Blender installs the extension from it and updates it from it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.packaging.old_versions import OLD, current_version, with_old_version
from tools import extension, repository, wheels

SCRIPT = Path(__file__).with_name("updates.py")
BUNDLES = (extension.Bundle("linux-x64", "3.11"), extension.Bundle("linux-x64", "3.13"))


@pytest.fixture(scope="module")
def folders(blender_python: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A repository with an older version, and one with this one."""
    if not all(wheels.kept(bundle.platform, bundle.python) for bundle in BUNDLES):
        pytest.skip("NO BUNDLED WHEELS: `make bundled` downloads what the zips for all platforms bring")
    folder = tmp_path_factory.mktemp("repositories")
    repository.build(folder / "old", BUNDLES, with_old_version(folder))
    repository.build(folder / "new", BUNDLES)
    return folder / "old", folder / "new"


def test_it_offers_each_blender_one_zip(folders: tuple[Path, Path]) -> None:
    listed = json.loads((folders[1] / repository.INDEX).read_text(encoding="utf-8"))["data"]
    offered = {(one["blender_version_min"], one.get("blender_version_max"), *one["platforms"]) for one in listed}
    assert offered == {("4.3.0", "5.1.0", "linux-x64"), ("5.1.0", None, "linux-x64")}
    assert all((folders[1] / one["archive_url"]).stat().st_size == one["archive_size"] for one in listed)
    assert (folders[1] / "index.html").is_file()


def test_blender_installs_from_it_and_updates_from_it(
    folders: tuple[Path, Path], blender_python: Path, tmp_path: Path
) -> None:
    command = [blender_python, SCRIPT, *folders, tmp_path / "result.json"]
    environment = os.environ | {"BLENDER_USER_RESOURCES": str(tmp_path / "user")}
    told = subprocess.run(
        [*map(str, command)], capture_output=True, check=False, text=True, timeout=300, env=environment
    )
    assert (tmp_path / "result.json").exists(), told.stdout + told.stderr
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8")) == {
        "first": {"version": OLD, "operator": True},
        "then": {"version": current_version(), "operator": True},
    }
