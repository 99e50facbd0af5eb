"""Installing what the worker needs: an environment of its own, from a package index or from a folder of wheels with no
network at all.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import re
import shutil
import sys
import tempfile
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

from ...core import durable
from ...core.folders import temporary_folder
from ..bundled import CURE, bundled_wheels
from ..messages import Progress
from . import service
from .child import clean_environment
from .child_run import Outcome, run
from .errors import JobCancelled, WorkerError
from .folder_lock import Locked, locked, remove_unless_used
from .runtime import (
    IMPORT,
    MARKER,
    MODULES,
    REQUIREMENTS,
    Runtime,
    environment_python,
    forget_states,
)

log = logging.getLogger(__name__)

_Done = TypeVar("_Done")

ENVIRONMENT = "environment-"
"""How the folders of environments begin; the marker names the one that is whole."""

HALF_MADE = ".half_made"
"""A file in the folder of an environment until that is whole."""

MADE, COLLECTED, INSTALLED = 0.1, 0.6, 0.9
"""What part of the whole is done once the environment is made, its packages are there, and they are installed."""

USUAL_PACKAGES = 18
"""The pinned ones and what they need in turn: for showing progress until pip says how many they are."""

SITE_PACKAGES = "Lib/site-packages" if sys.platform == "win32" else "lib/python*/site-packages"
"""Where packages stand in an environment."""

QUIET = (
    "--no-input",
    "--disable-pip-version-check",
    "--progress-bar",
    "off",
    "--no-color",
    "--no-warn-script-location",
)
"""Options of pip, which is read by a program."""

INSTALLING = "Installing collected packages: "
NOT_FOUND = re.compile(r"No matching distribution found for (\S+)")
FULL_DISK = "No space left on device"
LONGEST_EXIT = 5.0
"""Seconds that Blender's end waits for an installation to clean up."""


class Task(ABC, Generic[_Done]):
    """What is being done in the folder of an installation. Ask `poll` now and then; `progress` is where it is."""

    def __init__(self, installed: Path, python: Path) -> None:
        self.progress = Progress("Making an environment", 0.0)
        self._installed, self._python = installed, python
        self._cancelled = threading.Event()
        self._done: _Done | None = None
        self._error: WorkerError | None = None
        self._thread = threading.Thread(target=self._run, name="installation", daemon=True)
        self._thread.start()
        atexit.register(self._give_up)

    def poll(self) -> bool:
        """True once it has finished, well or not; never blocks."""
        return not self._thread.is_alive()

    def cancel(self) -> None:
        """Stop it and remove what it has made."""
        self._cancelled.set()

    def wait(self) -> _Done:
        """Block until it has finished and give `result`. Ctrl-C cancels it."""
        while not self.poll():
            try:
                self._thread.join(0.1)
            except KeyboardInterrupt:
                self.cancel()
        return self.result()

    def result(self) -> _Done:
        """What came of it.

        Raises JobCancelled where it was cancelled, WorkerError where it failed or still goes on.
        """
        if self._error is not None:
            raise self._error
        if self._done is None:
            raise WorkerError("The installation still goes on; wait for it or cancel it.")
        return self._done

    @abstractmethod
    def _do(self) -> _Done:
        """Do it, with the folder to itself."""

    def _run(self) -> None:
        try:
            self._installed.mkdir(parents=True, exist_ok=True)
            with locked(self._installed):
                _remove_left_over(self._installed)
                self._done = self._do()
        except Locked:
            self._error = WorkerError(
                "Another Blender installs the runtime at this moment; wait until it is done, or cancel it there."
            )
        except WorkerError as error:
            self._error = error
        except OSError as error:
            self._error = WorkerError(
                f"{error.filename or self._installed} cannot be used ({error.strerror}); make room there or choose another place."
            )
        except Exception as error:
            log.exception("The installation failed.")
            self._error = WorkerError(f"The installation failed ({type(error).__name__}: {error}); try again.")
        if self._done is None:
            with suppress(OSError):
                self._installed.rmdir()
        atexit.unregister(self._give_up)

    def _give_up(self) -> None:
        self.cancel()
        self._thread.join(LONGEST_EXIT)

    def _environment(self, folder: Path) -> Path:
        """Make an environment without packages; gives its Python."""
        made = run([self._python, "-m", "venv", folder], self._cancelled)
        if made.status:
            raise WorkerError(full_disk(made, folder) or _no_environment(self._python, made))
        return environment_python(folder)


class Installation(Task[Runtime]):
    """An environment in the making; the result is its Python."""

    def __init__(self, installed: Path, python: Path, wheels: Path | None = None) -> None:
        self._wheels = wheels
        super().__init__(installed, python)

    def _do(self) -> Runtime:
        """A new environment, which takes the place of the one before; nothing of it stays where that fails."""
        environment = Path(tempfile.mkdtemp(prefix=ENVIRONMENT, dir=self._installed))
        try:
            (environment / HALF_MADE).touch()
            python = self._install(environment)
            if self._cancelled.is_set():
                raise JobCancelled("Cancelled; nothing was changed.")
            self._switch_to(environment)
        except BaseException:
            shutil.rmtree(environment, ignore_errors=True)
            raise
        return Runtime(python, "installed")

    def _install(self, environment: Path) -> Path:
        """Make the environment in that folder, where it stays, and try it; gives its Python."""
        python = self._environment(environment)
        self.progress = Progress("Collecting packages", MADE)
        pip = PipProgress(self, environment)
        packages = run(
            [python, "-m", "pip", *_pip_arguments(self._wheels)],
            self._cancelled,
            pip.hear,
            pip.look,
            environment=_pip_environment(self._wheels),
        )
        if packages.status:
            raise WorkerError(full_disk(packages, environment) or _no_packages(packages, self._wheels))
        self.progress = Progress("Trying the environment", INSTALLED)
        tried = run([python, "-c", IMPORT, *MODULES], self._cancelled)
        if tried.status:
            raise WorkerError(
                f"The packages were installed but cannot be loaded ({tried.last_line}); choose an interpreter of your own in the preferences."
            )
        return python

    def _told(self) -> dict[str, str]:
        """What else the marker says of the environment."""
        return {}

    def _switch_to(self, environment: Path) -> None:
        """The marker makes it the one that is used, all at once; those before it go, unless somebody runs in one."""
        (environment / HALF_MADE).unlink()
        with durable.whole_file(self._installed / MARKER) as marker:
            marker.write_text(json.dumps({"folder": environment.name} | self._told()), encoding="utf-8")
        forget_states()
        self.progress = Progress("Installed", 1.0)
        if not service.is_running():
            service.stop()
        for other in self._installed.glob(f"{ENVIRONMENT}*"):
            if other != environment:
                remove_unless_used(other)


class PipProgress:
    """Reads off pip's lines, and off what stands in the environment, how far an installation is."""

    def __init__(self, installation: Task[Runtime], environment: Path) -> None:
        self._installation = installation
        self._environment = environment
        self._collected = 0
        self._count = 0
        self._before = 0

    def hear(self, line: str) -> None:
        """Take a line of pip's."""
        log.debug("pip: %s", line)
        text = line.strip()
        if text.startswith("Collecting "):
            self._collected += 1
            self._tell(
                f"Collecting {text.split()[1]}", MADE + min(self._collected / USUAL_PACKAGES, 1.0) * (COLLECTED - MADE)
            )
        elif text.startswith("Downloading "):
            self._tell(f"Downloading {_download(text)}", MADE)
        elif text.startswith(INSTALLING):
            self._count = text.removeprefix(INSTALLING).count(",") + 1
            self._before = self._standing()
            self._tell(f"Installing {self._count} packages", COLLECTED)

    def look(self) -> None:
        """Count the packages that stand there while pip installs them without a word."""
        if self._count:
            done = min(max(self._standing() - self._before, 0) / self._count, 1.0)
            self._tell(f"Installing {self._count} packages", COLLECTED + done * (INSTALLED - COLLECTED))

    def _tell(self, stage: str, fraction: float) -> None:
        """Never backwards: pip takes a package away before it puts another version in its place."""
        now = self._installation.progress
        self._installation.progress = Progress(stage, max(fraction, now.fraction))

    def _standing(self) -> int:
        return sum(1 for _ in self._environment.glob(f"{SITE_PACKAGES}/*.dist-info"))


def install(installed: Path, python: Path, wheels: Path | None = None, online: bool = False) -> Installation:
    """Begin to make an environment for the worker in the folder `installed`, with `python` as its base.

    The pinned packages come from a folder of `wheels`, with no network; without one from pip's index, which wants
    `online` access. What stood there before stays in use until the new one is whole. Raises WorkerError where it cannot
    begin.
    """
    if service.is_running():
        raise WorkerError("A job still runs; wait until it is done, or cancel it, and press Install again.")
    if bundled_wheels():
        raise WorkerError(
            f"This extension brings its packages, and nothing is to be installed; if one is missing, {CURE}."
        )
    if wheels is None and not online:
        raise WorkerError(
            "Installing needs the network: allow online access in Blender's preferences under System, or choose a folder of wheels."
        )
    if wheels is not None and not any(wheels.glob("*.whl")):
        raise WorkerError(
            f"The folder {wheels} holds no wheels (.whl files); choose the one that `pip download` filled."
        )
    return Installation(installed.absolute(), python.absolute(), wheels.absolute() if wheels is not None else None)


def _pip_arguments(wheels: Path | None) -> list[str | Path]:
    source: list[str | Path] = ["--no-index", "--find-links", wheels] if wheels is not None else []
    return ["install", *QUIET, "--only-binary", ":all:", *source, "--requirement", REQUIREMENTS]


def _pip_environment(wheels: Path | None) -> dict[str, str]:
    """The user's settings of pip, which may name a proxy or a mirror; none at all where everything comes from a folder."""
    environment = clean_environment()
    if wheels is None:
        return environment
    return {name: value for name, value in environment.items() if not name.startswith("PIP_")} | {
        "PIP_CONFIG_FILE": os.devnull
    }


def full_disk(outcome: Outcome, environment: Path) -> str:
    """What to say where a disk was full: which one; nothing where none was."""
    if not any(FULL_DISK in line for line in outcome.lines):
        return ""
    places = [environment.parent, *filter(None, [temporary_folder()])]
    full = min(places, key=lambda place: shutil.disk_usage(place).free)
    return (
        f"The disk of {full} is full; make room there (the packages take one to six gigabytes) and press Install again."
    )


def _no_environment(python: Path, outcome: Outcome) -> str:
    if any("ensurepip" in line for line in outcome.lines):
        return f"{python} cannot make environments, because its ensurepip is missing; install python3-venv, or choose another interpreter."
    return f"{python} could not make an environment ({outcome.last_line}); choose another interpreter."


def _no_packages(outcome: Outcome, wheels: Path | None) -> str:
    lost = next((found[1] for line in outcome.lines if (found := NOT_FOUND.search(line))), None)
    if lost is not None and wheels is not None:
        return f"The folder {wheels} holds no {lost} that fits this Python and machine; add that wheel and press Install again."
    if lost is not None:
        return f"The package index has no {lost} for this Python and machine, or cannot be reached; check the network, or choose a folder of wheels."
    problem = next(
        (line.strip() for line in reversed(outcome.lines) if line.lstrip().startswith("ERROR:")), outcome.last_line
    )
    return f"pip could not install the packages ({problem.removeprefix('ERROR: ')}); check the network, or choose a folder of wheels."


def _download(line: str) -> str:
    """The file's name and size, of "Downloading https://…/name.whl (3 MB)"."""
    address, _, size = line.removeprefix("Downloading ").partition(" ")
    return f"{address.rpartition('/')[2].partition('-')[0]} {size}".strip()


def _remove_left_over(installed: Path) -> None:
    """Remove what a Blender left that was killed while it installed. Nobody else installs meanwhile."""
    for sign in installed.glob(f"{ENVIRONMENT}*/{HALF_MADE}"):
        remove_unless_used(sign.parent)
    for left in (*installed.glob(f".{ENVIRONMENT}*.going"), *installed.glob(f".{MARKER}.*")):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
