"""The zips that bring wheels, for every platform and Python: what is in them fits, is whole, unmodified, licensed and
light enough.

The wheels of other platforms cannot be run here; their metadata says what they fit and what they need.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

from tools import extension, wheels

LARGEST = 230e6
"""Bytes, with room for networks and formats to come."""

KINDS = [(platform, python) for python in wheels.PYTHONS for platform in wheels.PLATFORMS]
SYSTEMS = {
    "linux-x64": {
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
        "os_name": "posix",
    },
    "windows-x64": {
        "sys_platform": "win32",
        "platform_system": "Windows",
        "platform_machine": "AMD64",
        "os_name": "nt",
    },
    "macos-arm64": {
        "sys_platform": "darwin",
        "platform_system": "Darwin",
        "platform_machine": "arm64",
        "os_name": "posix",
    },
}
"""What the markers of requirements ask."""

SYSTEM_TAGS = {
    "linux-x64": [*(f"manylinux_2_{minor}_x86_64" for minor in range(28, 16, -1)), "manylinux2014_x86_64"],
    "windows-x64": ["win_amd64"],
    "macos-arm64": list(mac_platforms((14, 0), "arm64")),
}
"""What the oldest systems take that Blender, and onnxruntime, run on."""

TEXT_ELSEWHERE = {"flatbuffers": "core/weights/LICENSE-APACHE-2.0.txt"}
"""Wheels without a text of their licence, and the file of the zip that has it."""


@dataclass(frozen=True)
class Built:
    """A zip, and the wheels in it by their file names."""

    file: Path
    platform: str
    python: str
    wheels: dict[str, bytes]
    manifest: dict[str, Any]

    def metadata(self) -> Iterator[tuple[str, Message]]:
        """The metadata of each wheel, by its file name."""
        for name, content in self.wheels.items():
            with zipfile.ZipFile(BytesIO(content)) as archive:
                (inside,) = [one for one in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", one)]
                yield name, BytesParser().parsebytes(archive.read(inside))


@pytest.fixture(scope="module", params=KINDS, ids="-python".join)
def built(
    request: pytest.FixtureRequest, blender_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Built]:
    """The zip of each platform and Python in turn; it is heavy, so it goes once it was looked at."""
    platform, python = request.param
    if not wheels.kept(platform, python):
        pytest.skip("NO BUNDLED WHEELS: `make bundled` downloads what the zips for all platforms bring")
    file = extension.build(tmp_path_factory.mktemp("zip"), bundle=extension.Bundle(platform, python))
    with zipfile.ZipFile(file) as archive:
        brought = {Path(name).name: archive.read(name) for name in archive.namelist() if name.endswith(".whl")}
        manifest = tomllib.loads(archive.read(extension.MANIFEST).decode())
    yield Built(file, platform, python, brought, manifest)
    file.unlink()


def test_the_manifest_names_every_wheel_in_the_zip_and_no_other(built: Built) -> None:
    assert sorted(built.manifest["wheels"]) == sorted(f"./wheels/{name}" for name in built.wheels)
    assert {parse_wheel_filename(name)[0] for name in built.wheels} == set(wheels.pins(built.python))


def test_the_manifest_says_for_which_blenders_and_systems_it_is(built: Built) -> None:
    series = wheels.PYTHONS[built.python]
    assert built.manifest["platforms"] == [built.platform]
    assert built.manifest["blender_version_min"] == series.first
    assert built.manifest.get("blender_version_max") == series.end


def test_it_asks_for_no_network(built: Built) -> None:
    assert list(built.manifest["permissions"]) == ["files"]


def test_every_wheel_fits_the_platform_and_the_python(built: Built) -> None:
    python = tuple(map(int, built.python.split(".")))
    good = {*cpython_tags(python, platforms=SYSTEM_TAGS[built.platform]), *pure_tags()}
    for name in built.wheels:
        assert parse_wheel_filename(name)[3] & good, name


def test_blender_4_3_takes_the_wheels_too(built: Built) -> None:
    """It looks for its own Python in the name of a wheel, and leaves others out without an error."""
    own = {f"cp{built.python.replace('.', '')}", "py3"}
    for name in built.wheels:
        assert own & set(name.split("-")[-3].split(".")), name


def pure_tags() -> Iterator[Tag]:
    """Of wheels that run everywhere."""
    yield Tag("py3", "none", "any")


@pytest.mark.parametrize("numpy", ["oldest", "newest"])
def test_what_the_wheels_require_is_in_the_zip_or_in_blender(built: Built, numpy: str) -> None:
    versions = wheels.pins(built.python) | {"numpy": wheels.PYTHONS[built.python].numpy[numpy == "newest"]}
    here = {name: str(value) for name, value in default_environment().items()} | SYSTEMS[built.platform]
    asked = here | {"python_version": built.python, "python_full_version": f"{built.python}.0", "extra": ""}
    for name, metadata in built.metadata():
        assert SpecifierSet(metadata["Requires-Python"] or "").contains(f"{built.python}.0"), name
        for line in metadata.get_all("Requires-Dist", ()):
            need = Requirement(line)
            if need.marker is None or need.marker.evaluate(asked):
                assert need.specifier.contains(versions[need.name]), f"{name} needs {line}"


def test_the_wheels_are_as_the_package_index_has_them(built: Built) -> None:
    pinned = wheels.requirements(built.python).read_text(encoding="utf-8")
    for name, content in built.wheels.items():
        assert f"sha256:{hashlib.sha256(content).hexdigest()}" in pinned, name


def test_numpy_is_blenders_own(built: Built) -> None:
    with zipfile.ZipFile(built.file) as archive:
        assert not [name for name in archive.namelist() if "numpy" in Path(name).name]


def test_the_licences_of_all_that_is_bundled_are_named_and_their_texts_are_in(built: Built) -> None:
    named = {one.removeprefix("SPDX:") for one in built.manifest["license"]}
    assert {"GPL-3.0-or-later"} | {
        licence for one in wheels.pins(built.python) for licence in wheels.LICENCES[one]
    } <= named
    with zipfile.ZipFile(built.file) as archive:
        inside = set(archive.namelist())
    for name, content in built.wheels.items():
        with zipfile.ZipFile(BytesIO(content)) as archive:
            texts = [one for one in archive.namelist() if re.search(r"/licen[cs]e[^/]*$", one, re.IGNORECASE)]
        assert texts or TEXT_ELSEWHERE[str(parse_wheel_filename(name)[0])] in inside, name


def test_it_is_light_enough(built: Built) -> None:
    assert built.file.stat().st_size < LARGEST


def test_the_zips_for_one_platform_do_not_overlap_and_leave_no_blender_out() -> None:
    series = [*wheels.PYTHONS.values()]
    assert series[0].first == "4.3.0"
    assert [one.end for one in series[:-1]] == [one.first for one in series[1:]]
    assert series[-1].end is None
