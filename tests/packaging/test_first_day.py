"""From the zip to a baked sample, with the network unplugged and a fresh user folder, in Blender as a module and, where
there is one, in a real Blender; and what is said when another extension, or an antivirus program, gets in the way.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.packaging import confinement, other_extension
from tools import environments, extension, wheels

SCRIPT = Path(__file__).with_name("first_day.py")
VERSION_VARIABLE = "MOTION_RETARGET_2D_FIRST_DAY"
"""The environment variable that names another Blender as a module than 4.5, by its version."""

HERE = "linux-x64"
WRAPPERS = frozenset(
    [
        "awk",
        "bash",
        "chroot",
        "cut",
        "dash",
        "dirname",
        "env",
        "flock",
        "gawk",
        "grep",
        "mawk",
        "mkdir",
        "mount",
        "readlink",
        "sh",
        "sort",
        "unshare",
    ]
)
"""Programs of the scripts that start a Blender."""
BUNDLED = ("cv2", "av", "scipy", "onnxruntime")


@dataclass(frozen=True)
class Day:
    """What was `seen`, in folders that were empty before: the user's, the home, the one for temporary files; and the
    `programs` that ran, by their files.
    """

    seen: dict[str, Any]
    user: Path
    home: Path
    temporary: Path
    programs: set[str]


def without_network() -> list[str]:
    """What to put before a command so that it has no network, not even a loopback."""
    for unshare in (["unshare", "-n"], ["unshare", "-rn"]):
        if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode == 0:
            return unshare
    pytest.skip("NO NETWORK NAMESPACES: `unshare -n` is not allowed here, so the network cannot be cut off")


def spend(folder: Path, command: list[str], apart: list[str]) -> Day:
    """Run a Blender with nothing of the user's, `apart` from the network and perhaps more; what it saw it writes into
    the folder.
    """
    day = Day({}, folder / "user", folder / "home", folder / "temporary", set())
    for place in (day.user, day.home, day.temporary):
        place.mkdir(exist_ok=True)
    with (folder / "told.txt").open("w+", encoding="utf-8") as told:
        process = subprocess.Popen(
            [*apart, *command],
            env=surroundings(day),
            stdout=told,
            stderr=subprocess.STDOUT,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        with confinement.programs_of(process.pid) as programs:
            confinement.wait_for(process, 900)
    day.programs.update(programs)
    result = folder / "result.json"
    assert result.exists(), (folder / "told.txt").read_text(encoding="utf-8")[-8000:]
    day.seen.update(json.loads(result.read_text(encoding="utf-8")))
    return day


def surroundings(day: Day) -> dict[str, str]:
    """The environment, with folders of its own."""
    own = {"BLENDER_USER_RESOURCES": str(day.user), "HOME": str(day.home), "TMPDIR": str(day.temporary)}
    return os.environ | own


def wheels_for(python: str) -> list[Path]:
    if python not in wheels.PYTHONS:
        pytest.skip(f"NO WHEELS FOR PYTHON {python}: no zip is released for it")
    if not (kept := wheels.kept(HERE, python)):
        pytest.skip("NO BUNDLED WHEELS: `make bundled` downloads what the zips for all platforms bring")
    return kept


@pytest.fixture(scope="module")
def in_module(blender_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Day:
    """In Blender as a module, 4.5 or the version that is named."""
    folder, blender = (
        tmp_path_factory.mktemp("module"),
        environments.BLENDERS[os.environ.get(VERSION_VARIABLE) or "4.5"],
    )
    packaging = next(one for one in wheels_for(blender.python) if one.name.startswith("packaging-"))
    zipped = extension.build(folder, bundle=extension.Bundle(HERE, blender.python))
    other = other_extension.build(folder, packaging)
    command = [str(one) for one in (blender.program, SCRIPT, folder / "result.json", zipped, other)]
    return spend(folder, command, confinement.confined(folder, blender.program))


@pytest.fixture(scope="module")
def in_program(blender_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Day:
    """In a real Blender. Where it has a newer Python than Blender's own builds of its version, as Debian's has, no
    released zip serves it, and one that does is made for this test alone.
    """
    if not (named := os.environ.get("BLENDER")):
        pytest.skip("NO REAL BLENDER: name one with BLENDER=PATH")
    folder, program = tmp_path_factory.mktemp("program"), shlex.split(named)
    python = python_of(program)
    wheels_for(python)
    zipped = extension.build(folder, bundle=extension.Bundle(HERE, python, serves=("4.3.0", None)))
    extension.install([*without_network(), *program], zipped, folder / "user")
    script = ["-b", "--python-exit-code", "1", "--python", str(SCRIPT), "--", str(folder / "result.json")]
    return spend(folder, [*program, *script], without_network())


def python_of(program: list[str]) -> str:
    """The version of the Python in a Blender."""
    ask = "import sys; print('PYTHON', '%d.%d' % sys.version_info[:2])"
    told = subprocess.run(
        [*program, "-b", "--factory-startup", "--python-expr", ask], capture_output=True, text=True, check=True
    )
    return next(line.split()[1] for line in told.stdout.splitlines() if line.startswith("PYTHON "))


@pytest.fixture(params=["in_module", "in_program"])
def day(request: pytest.FixtureRequest) -> Day:
    """Each in turn."""
    found: Day = request.getfixturevalue(request.param)
    return found


def test_two_clicks_bake_the_sample(day: Day) -> None:
    assert not day.seen["network"]
    assert day.seen["sample"] == ""
    assert day.seen["run"] == ""
    assert day.seen["keys"] > 50
    assert day.seen["notices"] == ""


def test_the_preferences_say_that_blenders_own_python_runs_the_networks(day: Day) -> None:
    assert day.seen["preferences"].startswith("Blender's own Python runs the networks: ")


def test_people_are_found_without_anything_to_install(day: Day) -> None:
    assert not day.seen["network"]
    assert (day.seen["sample"], day.seen["detect"]) == ("", "")
    assert day.seen["heavy in Blender"] == []


def test_the_worker_is_blenders_own_python_and_loads_what_the_zip_brought(day: Day) -> None:
    """Debian's Python, which its Blender runs on, has packages of the same names."""
    assert day.seen["program"] == day.seen["own program"]
    ours = str(next((day.user / "extensions/.local/lib").glob("python*/site-packages")))
    for package in BUNDLED:
        loaded = [name for name in day.seen["libraries"] if f"/{package}/" in name]
        assert loaded, package
        assert all(name.startswith(f"{ours}/{package}/") for name in loaded), loaded
    assert not [name for name in day.seen["libraries"] if "/numpy/" in name and name.startswith(ours)]


def test_nothing_is_written_outside_the_users_folder(day: Day) -> None:
    assert [one for one in day.home.rglob("*") if one.is_file()] == []
    assert list(day.temporary.iterdir()) == []


def test_nothing_is_written_anywhere_else_since_nothing_can_be(in_module: Day) -> None:
    """All that Blender and the worker could write into was a folder that held the user's, the home and the temporary
    one, and what was asked for.
    """
    assert in_module.seen["keys"] > 50
    others = {"result.json", "told.txt", "other"} | {one.name for one in in_module.user.parent.glob("*.zip")}
    assert {one.name for one in in_module.user.parent.iterdir()} - others == {"user", "home", "temporary"}


def test_no_program_ran_but_blender_and_its_own_python(day: Day) -> None:
    """Beside what starts Blender here. Blender as a module could not even find the programs of the system."""
    names = {Path(one).name for one in day.programs} - WRAPPERS
    assert {name.partition("3")[0] for name in names} <= {"blender", "python"}
    assert Path(day.seen["own program"]).name in names


def test_a_package_that_another_extension_replaced_is_named_and_the_job_is_done(in_module: Day) -> None:
    assert in_module.seen["detect beside another extension"] == ""
    notice = in_module.seen["notices beside another extension"]
    assert f"packaging {wheels.pins('3.11')['packaging']} by packaging {other_extension.VERSION}" in notice


def test_a_file_that_was_taken_is_named_and_the_cure_cures(in_module: Day) -> None:
    sentence = in_module.seen["detect without a file"]
    assert in_module.seen["taken"] in sentence
    assert "off and on again" in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert in_module.seen["detect after the cure"] == ""
