"""What this machine lacks is named in one sentence, with what to do; an environment holds what is asked for now."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import debian_packages, environments, system_libraries, tests_in_blender

Asking = Callable[[str], None]
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


def thing(folder: Path, version: str) -> None:
    """Write a wheel of a package called thing into the folder."""
    info = f"thing-{version}.dist-info"
    files = {
        "thing.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: thing\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(folder / f"thing-{version}-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asking:
    """Another checkout, in which the environment of Blender 4.3 has a `thing` of the version that it is asked for."""
    for version in ("1.0", "2.0"):
        thing(tmp_path, version)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setattr(environments, "ROOT", tmp_path / "checkout")
    monkeypatch.setattr(environments, "provide_libraries", lambda environment: None)
    (tmp_path / "checkout").mkdir()

    def asking_for(version: str) -> None:
        environment = environments.Environment(
            ".venv-bpy-4.3", f"{sys.version_info.major}.{sys.version_info.minor}", (f"thing=={version}",)
        )
        monkeypatch.setitem(environments.ENVIRONMENTS, "4.3", environment)

    return asking_for


def held(environment: environments.Environment) -> str:
    """The version of the thing in an environment."""
    return held_by(environment.program)


def held_by(python: Path) -> str:
    ask = "from importlib.metadata import version; print(version('thing'))"
    return subprocess.run([python, "-c", ask], capture_output=True, check=True, text=True).stdout.strip()


def test_an_environment_of_blender_that_was_made_for_another_version_is_made_anew(checkout: Asking) -> None:
    checkout("1.0")
    old = environments.make("4.3")
    left_over = environments.ROOT / old.folder / "left over"
    left_over.touch()
    environments.make("4.3")
    assert (held(old), left_over.exists()) == ("1.0", True)
    checkout("2.0")
    tests_in_blender.as_module("4.3")
    assert held(old) == "2.0"
    assert not left_over.exists()


def test_the_environment_that_a_link_leads_to_stays_as_it_is(checkout: Asking, tmp_path: Path) -> None:
    checkout("1.0")
    lent = environments.make("4.3")
    (environments.ROOT / lent.folder).rename(tmp_path / "lent")
    (environments.ROOT / lent.folder).symlink_to(tmp_path / "lent")
    environments.make("4.3")
    assert (environments.ROOT / lent.folder).is_symlink()
    checkout("2.0")
    assert held(environments.make("4.3")) == "2.0"
    assert held_by(tmp_path / "lent/bin/python") == "1.0"
