"""GPU support in an installed extension: the self-hosted zip adds it, the platform's has no way to. Stand-ins for PyTorch
come from a package index on this machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.worker.package_index import served
from tools import environments, extension, wheels

SCRIPT = Path(__file__).with_name("gpu_day.py")
HERE = "linux-x64"


def seen_with(bundle: extension.Bundle, folder: Path) -> dict[str, Any]:
    """What the script saw with the zip of a bundle in Blender as a module."""
    if not wheels.kept(bundle.platform, bundle.python):
        pytest.skip("NO BUNDLED WHEELS: `make bundled` downloads what the zips for all platforms bring")
    zipped = extension.build(folder, bundle=bundle)
    (folder / "files").mkdir()
    with served(folder / "files") as (index, variables):
        command = [environments.BLENDERS["4.5"].program, SCRIPT, folder / "result.json", zipped]
        environment = os.environ | variables | {"BLENDER_USER_RESOURCES": str(folder / "user")}
        told = subprocess.run(
            [*map(str, command)], check=False, capture_output=True, text=True, timeout=900, env=environment
        )
        assert (folder / "result.json").exists(), told.stdout + told.stderr
        seen: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        return seen | {"sent": index.sent}


@pytest.mark.usefixtures("blender_python")
def test_the_self_hosted_zip_adds_gpu_support_and_removes_it(tmp_path: Path) -> None:
    seen = seen_with(extension.Bundle(HERE, "3.11", self_hosted=True), tmp_path)
    assert "online access" in seen["offline"][0]
    assert seen["look up"][0] == ""
    assert "2 files of 6 MB to download" in seen["look up"][1]
    assert seen["add"] == ["", "PyTorch is installed and runs the networks on Stand-in."]
    assert (seen["detect"][0], seen["run"][0]) == ("", "")
    assert seen["runtime"][0] == "blender"
    assert Path(seen["runtime"][1]).is_relative_to(seen["folder"])
    assert Path(seen["folder"]).is_relative_to(tmp_path / "user")
    assert seen["remove"][0] == ""
    assert not seen["left"]


@pytest.mark.usefixtures("blender_python")
def test_the_platforms_zip_downloads_nothing(tmp_path: Path) -> None:
    seen = seen_with(extension.Bundle(HERE, "3.11"), tmp_path)
    for step in ("offline", "look up", "add"):
        assert "name a Python that has PyTorch in the preferences" in seen[step][0]
    assert (seen["may"], seen["sent"]) == (False, 0)
    assert seen["run"][0] == ""


@pytest.mark.parametrize("self_hosted", [False, True])
@pytest.mark.usefixtures("blender_python")
def test_only_the_self_hosted_zip_asks_for_the_network(self_hosted: bool, tmp_path: Path) -> None:
    bundle = extension.Bundle(HERE, "3.13", self_hosted=self_hosted)
    if not wheels.kept(bundle.platform, bundle.python):
        pytest.skip("NO BUNDLED WHEELS: `make bundled` downloads what the zips for all platforms bring")
    zipped = extension.build(tmp_path, bundle=bundle)
    assert ("self-hosted" in zipped.name) == self_hosted
    with zipfile.ZipFile(zipped) as archive:
        permissions = tomllib.loads(archive.read(extension.MANIFEST).decode())["permissions"]
    assert ("network" in permissions) == self_hosted
