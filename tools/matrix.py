"""Test the extension's zip, installed, in every Blender there is: the modules 4.3 to 5.2 and the programs that the
environment names.

BLENDER=/opt/blender-4.3/blender BLENDER_2="env X=1 blender" python3.11 -m tools.matrix
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from . import environments, extension, tests_in_blender, wheels

PROGRAMS = ("BLENDER", "BLENDER_2", "BLENDER_3")
"""The environment variables that name programs, each by the words that start it."""

LEAN = "lean"
LEAN_TESTS = ("tests/core", "tests/worker")
LEAN_BLENDER = "4.5"
WORKER_VARIABLE = "BLENDER_WORKER_PYTHON"
"""What tests in Blender read the Python of the worker from."""

WINDOW_TESTS = "tests/blender/ui"
FIRST_DAY = "tests/packaging/test_first_day.py"
VERSION_VARIABLE = "MOTION_RETARGET_2D_FIRST_DAY"
"""What these tests read the version of Blender as a module from."""


def main() -> int:
    """Run everything, whatever fails before, and close with a line for each."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.matrix", description="Test the installed extension in every Blender there is."
    )
    parser.add_argument("--only", nargs="+", choices=[*environments.BLENDERS, LEAN, "programs"], help="some of them")
    parser.add_argument("pytest", nargs="*", help="arguments of pytest, after --")
    options = parser.parse_args()
    chosen = options.only or [*environments.BLENDERS, LEAN, "programs"]
    for python in wheels.PYTHONS:
        wheels.collect("linux-x64", python)
    outcomes = list(_outcomes(chosen, extension.build(), options.pytest))
    sys.stdout.write("\n" + "".join(f"{name}: {outcome}\n" for name, outcome in outcomes))
    return int(any(outcome.startswith("FAILED") for _, outcome in outcomes))


def _outcomes(chosen: list[str], zipped: Path, more: list[str]) -> Iterator[tuple[str, str]]:
    """The name of each Blender and how its tests ended."""
    arguments = tests_in_blender.arguments_of(zipped, more)
    for version in (version for version in environments.BLENDERS if version in chosen):
        try:
            blender = tests_in_blender.as_module(version)
        except environments.NoPython as missing:
            yield f"bpy {version}", f"!!! DID NOT RUN: {missing}"
            continue
        yield blender.name, _outcome(blender, arguments)
        yield f"{blender.name}, first day", _outcome_of_first_day("module", {VERSION_VARIABLE: version})
    if LEAN in chosen:
        yield from _outcomes_without_torch(more)
    if "programs" not in chosen:
        return
    named = [command for variable in PROGRAMS if (command := os.environ.get(variable))]
    if not named:
        yield "a real Blender", f"!!! DID NOT RUN: name one with {PROGRAMS[0]}=PATH"
    for command in named:
        blender = tests_in_blender.as_program(command)
        yield blender.name, _outcome(blender, arguments)
        yield f"{blender.name}, first day", _outcome_of_first_day("program", {"BLENDER": command})
        yield f"{blender.name}, its window", _outcome_in_window(command, zipped, more)


def _outcomes_without_torch(more: list[str]) -> Iterator[tuple[str, str]]:
    """The tests of core and worker, and those in Blender with such a worker, where there is no PyTorch, as users have it."""
    python = environments.make(LEAN).program
    _announce("without PyTorch")
    pytest = [str(python), "-m", "pytest", *LEAN_TESTS, *more]
    yield (
        "without PyTorch, core and worker",
        _words(subprocess.run(pytest, check=False, cwd=tests_in_blender.ROOT).returncode),
    )
    before = os.environ.get(WORKER_VARIABLE)
    os.environ[WORKER_VARIABLE] = str(python)
    try:
        blender = tests_in_blender.as_module(LEAN_BLENDER)
        yield f"without PyTorch, {blender.name}", _outcome(blender, tests_in_blender.arguments_of(None, more))
    finally:
        os.environ.pop(WORKER_VARIABLE) if before is None else os.environ.update({WORKER_VARIABLE: before})


def _outcome(blender: tests_in_blender.Blender, arguments: list[str]) -> str:
    _announce(blender.name)
    return _words(tests_in_blender.run_side_by_side(blender, arguments))


def _outcome_of_first_day(where: str, named: dict[str, str]) -> str:
    """The zip that brings its wheels, from its installation to a baked sample, with the network cut off."""
    _announce(f"{', '.join(named.values())}, first day")
    pytest = [sys.executable, "-m", "pytest", FIRST_DAY, "-k", "in_program" if where == "program" else "not in_program"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"} | named
    return _words(subprocess.run(pytest, check=False, cwd=tests_in_blender.ROOT, env=environment).returncode)


def _outcome_in_window(program: str, zipped: Path, more: list[str]) -> str:
    """The tests that click, in a Blender that has the zip installed; pytest runs here, beside it."""
    if not (os.environ.get("BLENDER_UI") or os.environ.get("DISPLAY")):
        return "!!! DID NOT RUN: there is no screen, name a command that gives one with BLENDER_UI"
    _announce(f"{program}, its window")
    with tempfile.TemporaryDirectory(prefix="blender-user-") as user:
        extension.install(shlex.split(program), zipped, Path(user))
        environment = os.environ | {"BLENDER": program, "BLENDER_INSTALLED_RESOURCES": user}
        pytest = [sys.executable, "-m", "pytest", WINDOW_TESTS, *more]
        return _words(subprocess.run(pytest, check=False, cwd=tests_in_blender.ROOT, env=environment).returncode)


def _announce(name: str) -> None:
    sys.stdout.write(f"\n=== {name}\n")
    sys.stdout.flush()


def _words(status: int) -> str:
    return f"FAILED with status {status}" if status else "passed"


if __name__ == "__main__":
    sys.exit(main())
