"""Child processes that run another Python than Blender's, undisturbed by it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ...core.folders import temporary_folder

BLENDERS_OWN = ("PYTHON", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV", "CONDA_PREFIX")
"""Variables that begin so point a Python to the modules of another."""

SHELL = Path("/bin/sh")
WATCH = 'read -r child; read -r _; [ -n "$child" ] && kill -9 "-$child"; [ -n "$1" ] && rm -f "$1/socket" && rmdir "$1"'
"""Waits for the end of its input, which comes when Blender is gone, ends a child with all that it has started, and
removes the folder of its socket.
"""


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
def watcher(folder: Path | None = None) -> Iterator[Callable[[subprocess.Popen[bytes]], None]]:
    """Give what lets a child that `spawn` started end with this process, as long as the block goes on: however this one
    ends, and whatever the child does, since one that hangs hears nothing. The `folder` of its socket goes with it. On
    Windows nothing watches.
    """
    watching = None
    with suppress(OSError):
        if sys.platform != "win32" and SHELL.exists():
            watching = spawn([SHELL, "-c", WATCH, SHELL, folder or ""], stdin=subprocess.PIPE)

    def watch_over(process: subprocess.Popen[bytes]) -> None:
        if watching is not None and watching.stdin is not None:
            with suppress(OSError):
                watching.stdin.write(f"{process.pid}\n".encode("ascii"))
                watching.stdin.flush()

    try:
        yield watch_over
    finally:
        if watching is not None:
            watching.kill()  # before its input ends
            watching.wait()
            if watching.stdin is not None:
                watching.stdin.close()


def outlive_broken_pipes() -> None:
    """Let this thread meet an OSError where it writes to a process that is gone, and no signal that ends Blender.

    Python ignores SIGPIPE, but as a guest in Blender it leaves signals alone.
    """
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
