"""What this machine lacks is named in one sentence, with what to do."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools import debian_packages, environments, system_libraries

ONE_SENTENCE = re.compile(r"[A-Z][^\n]*\.")


def test_libraries_that_are_missing_are_named_by_their_packages() -> None:
    assert system_libraries.packages_of(["libXi.so.6", "libEGL.so.1", "libGL.so.1"]) == ["libegl1", "libgl1", "libxi6"]


def test_a_library_that_we_know_no_package_of_is_named() -> None:
    with pytest.raises(SystemExit, match=r"libphantom\.so\.7") as refused:
        system_libraries.packages_of(["libGL.so.1", "libphantom.so.7"])
    assert ONE_SENTENCE.fullmatch(str(refused.value))


def test_where_packages_cannot_be_installed_the_command_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"sudo apt install libegl1 libgl1") as refused:
        debian_packages.provide(["libegl1", "libgl1"], "Blender as a Python module")
    assert str(refused.value).count("\n") == 0


def test_a_python_that_is_not_there_is_named() -> None:
    with pytest.raises(
        environments.NoPython, match=r"Python 3\.99 was not found as python3\.99: install it"
    ) as missing:
        environments.find_python("3.99")
    assert ONE_SENTENCE.fullmatch(str(missing.value))


def test_the_python_that_runs_this_is_found() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = environments.find_python(version)
    told = subprocess.run(
        [found, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, check=True, text=True
    )
    assert told.stdout.strip() == version
