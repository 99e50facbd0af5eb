"""Run the tests of tests/blender in Blender: as a Python module, or inside a real program.

    python3.11 -m tools.tests_in_blender --module 4.5
    python3.11 -m tools.tests_in_blender --module 4.5 --installed build/motion_retarget_2d-0.1.0.zip
    python3.11 -m tools.tests_in_blender --program /opt/blender/blender -- -k rest_pose

What stands after `--` goes to pytest.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import environments

ROOT = Path(__file__).resolve().parents[1]
TESTS = "tests/blender"
SCRIPT = ROOT / "tools/pytest_in_blender.py"
PYTEST_FOLDER = ROOT / "build/blender-pytest"
"""pytest for Pythons that may not be installed into."""

STATUS_VARIABLE = "MOTION_RETARGET_2D_TEST_STATUS"
"""The environment variable that names the file in which pytest leaves its exit status when it is done."""

LIMIT = 1500.0
GRACE = 20.0
"""Seconds for a run, and for Blender to end once pytest has.

Blender 4 as a module crashes or hangs then, once an add-on such as Rigify was enabled.
"""

TIMED_OUT = 124
NOTHING_RAN = 5
"""Pytest's own."""


@dataclass(frozen=True)
class Blender:
    """Where tests run: `command` takes pytest's arguments after it."""

    name: str
    command: tuple[str, ...]


def as_module(version: str) -> Blender:
    """Blender as a module, in its environment.

    NoPython where the Python it wants is missing, SystemExit where something else is.
    """
    environment = environments.make(version)
    return Blender(f"bpy {version}", (str(environment.program), "-m", "pytest"))


def as_program(command: str) -> Blender:
    """A Blender that the words of `command` start."""
    name, _, version = environments.PYTEST.partition("==")
    if not (PYTEST_FOLDER / f"{name}-{version}.dist-info").is_dir():
        shutil.rmtree(PYTEST_FOLDER, ignore_errors=True)
        pip = (
            str(environments.ENVIRONMENTS[environments.WORKER].program),
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "--root-user-action=ignore",
        )
        subprocess.run([*pip, "--target", str(PYTEST_FOLDER), environments.PYTEST], check=True)
    return Blender(
        command,
        (
            *shlex.split(command),
            "-b",
            "--quiet",
            "--python-exit-code",
            "1",
            "--python",
            str(SCRIPT),
            "--",
            str(PYTEST_FOLDER),
        ),
    )


def run(blender: Blender, arguments: list[str], limit: float = LIMIT) -> int:
    """Run pytest there with these arguments; its exit status, or TIMED_OUT."""
    with tempfile.TemporaryDirectory(prefix="blender-user-") as user:
        status = Path(user) / "pytest-status"
        environment = os.environ | {"BLENDER_USER_RESOURCES": user, STATUS_VARIABLE: str(status)}
        process = subprocess.Popen(
            [*blender.command, *arguments], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
        )
        try:
            return _ending(process, blender, status, limit)
        finally:
            _kill(process)


def run_side_by_side(blender: Blender, arguments: list[str], limit: float = LIMIT, *, processes: int = 0) -> int:
    """`run` with the files of TESTS dealt out to so many Blenders, as many as processors where 0; the worst of their
    exit statuses.
    """
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / TESTS).glob("test_*.py"))
    count = min(processes or os.cpu_count() or 1, len(files))
    with ThreadPoolExecutor(count) as pool:
        shares = [
            [word for argument in arguments for word in (files[first::count] if argument == TESTS else [argument])]
            for first in range(count)
        ]
        statuses = set(pool.map(lambda share: run(blender, share, limit), shares))
    return max(statuses - {NOTHING_RAN}, default=NOTHING_RAN, key=abs)


def _ending(process: subprocess.Popen[bytes], blender: Blender, status: Path, limit: float) -> int:
    """Wait for the end.

    What pytest said counts, whatever Blender does afterwards; that is said, because it is no good sign.
    """
    began = time.monotonic()
    while process.poll() is None and not status.exists():
        if time.monotonic() - began > limit:
            sys.stderr.write(f"!!! {blender.name} was not done after {limit:.0f} seconds and was killed\n")
            return TIMED_OUT
        time.sleep(0.2)
    try:
        ended = process.wait(GRACE)
    except subprocess.TimeoutExpired:
        ended = None
    if not status.exists():
        return process.returncode
    told = int(status.read_text(encoding="ascii"))
    if ended != told:
        how = (
            f"did not end within {GRACE:.0f} seconds and was killed" if ended is None else f"ended with status {ended}"
        )
        sys.stderr.write(f"!!! {blender.name} {how}, after its tests had ended with status {told}\n")
    return told


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def arguments_of(installed: Path | None, more: list[str]) -> list[str]:
    """What pytest is given: which tests, of the source or of an installed zip, and what else was asked for."""
    return [TESTS, *([f"--installed={installed.resolve()}"] if installed else []), *more]


def main() -> int:
    """Run the tests in the Blender that is named."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.tests_in_blender", description="Run tests/blender in Blender."
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--module", choices=environments.BLENDERS, help="Blender as a Python module, of that version")
    which.add_argument("--program", help="the words that start a real Blender")
    parser.add_argument(
        "--installed", type=Path, metavar="ZIP", help="install this extension and test that, not the source"
    )
    parser.add_argument("--processes", type=int, default=0, help="so many Blenders at once (default: one a processor)")
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds (default: %(default)s)")
    parser.add_argument("pytest", nargs="*", help="arguments of pytest, after --")
    options = parser.parse_args()
    try:
        blender = as_program(options.program) if options.program else as_module(options.module)
    except environments.NoPython as missing:
        raise SystemExit(str(missing)) from None
    return run_side_by_side(
        blender, arguments_of(options.installed, options.pytest), options.limit, processes=options.processes
    )


if __name__ == "__main__":
    sys.exit(main())
