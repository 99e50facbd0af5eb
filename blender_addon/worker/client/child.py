"""Child processes that run another Python than Blender's, undisturbed by it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ...core.folders import temporary_folder

BLENDERS_OWN = ("PYTHON", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV", "CONDA_PREFIX")
"""Variables that begin so point a Python to the modules of another."""

SHELL = Path("/bin/sh")
WATCH = 'read -r _; kill -KILL -- "-$1"'
"""Waits for the end of its input, which comes when Blender is gone, and ends a child with all that it has started."""


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


@contextmanager
def ends_with_blender(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Let a child that `spawn` started end with this process in the block, however this one ends and whatever the child
    does: one that hangs hears nothing. On Windows nothing watches.
    """
    watcher = None
    with suppress(OSError):
        if sys.platform != "win32" and SHELL.exists():
            watcher = spawn([SHELL, "-c", WATCH, SHELL.name, str(process.pid)], stdin=subprocess.PIPE)
    try:
        yield
    finally:
        if watcher is not None:
            watcher.kill()  # before its input ends
            watcher.wait()
            assert watcher.stdin is not None
            watcher.stdin.close()


def outlive_broken_pipes() -> None:
    """Let this thread meet an OSError where it writes to a process that is gone, and no signal that ends Blender.

    Python ignores SIGPIPE, but as a guest in Blender it leaves signals alone.
    """
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
