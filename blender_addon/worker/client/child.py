"""Child processes that run another Python than Blender's, undisturbed by it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ...core.folders import temporary_folder

BLENDERS_OWN = ("PYTHON", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV", "CONDA_PREFIX")
"""Variables that begin so point a Python to the modules of another."""


def clean_environment() -> dict[str, str]:
    """The environment without what would lead another Python astray."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(BLENDERS_OWN)}
    # No module of the working folder, UTF-8 whatever the locale, and lines as soon as they are written.
    return kept | {"PYTHONSAFEPATH": "1", "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}


def spawn(
    command: Sequence[str | Path],
    *,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
    stderr: int = subprocess.DEVNULL,
    environment: dict[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child process: no window, none of Blender's Python, and Ctrl-C in a terminal does not reach it. Raises
    OSError where it cannot start.
    """
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        env=clean_environment() if environment is None else environment,
        cwd=temporary_folder() or os.sep,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def outlive_broken_pipes() -> None:
    """Let this thread meet an OSError where it writes to a process that is gone, and no signal that ends Blender.

    Python ignores SIGPIPE, but as a guest in Blender it leaves signals alone.
    """
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
