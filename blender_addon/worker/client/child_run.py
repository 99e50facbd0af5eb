"""Child processes followed line by line, which can be stopped at any time."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .child import spawn
from .errors import JobCancelled

LOOK_EVERY = 0.1
"""Seconds between two looks at a child that says nothing."""


@dataclass(frozen=True)
class Outcome:
    """The exit `status` and the `lines` of standard output and error, in the order in which they came."""

    status: int
    lines: tuple[str, ...]

    @property
    def last_line(self) -> str:
        """The last that is not empty, or the exit status."""
        return next((line.strip() for line in reversed(self.lines) if line.strip()), f"exit status {self.status}")


def run(
    command: Sequence[str | Path],
    cancelled: threading.Event,
    hear: Callable[[str], object] = lambda line: None,
    look: Callable[[], object] = lambda: None,
    environment: dict[str, str] | None = None,
) -> Outcome:
    """Run a command to its end.

    Args:
        command: the program and its arguments.
        cancelled: set by another thread to stop it; the child and its children are then killed.
        hear: called with each line of standard output and error when it comes.
        look: called several times a second.
        environment: of the child; this process's own by default.

    Raises:
        JobCancelled: soon after `cancelled` is set.
        OSError: it cannot start.
    """
    lines: list[str] = []
    waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    process = spawn(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, environment=environment)
    reader = threading.Thread(target=_read, args=(process, waiting), name="a child's lines", daemon=True)
    reader.start()
    try:
        while not cancelled.is_set():
            look()
            with suppress(queue.Empty):
                if (line := waiting.get(timeout=LOOK_EVERY)) is None:
                    return Outcome(process.wait(), tuple(lines))
                lines.append(line)
                hear(line)
        raise JobCancelled("Cancelled; nothing was changed.")
    finally:
        _kill_all(process)
        reader.join()


def _read(process: subprocess.Popen[bytes], waiting: queue.SimpleQueue[str | None]) -> None:
    assert process.stdout is not None
    with process.stdout as stream:
        for line in stream:
            waiting.put(line.decode("utf-8", "replace").rstrip())
    waiting.put(None)


def _kill_all(process: subprocess.Popen[bytes]) -> None:
    """End the child and all that it has started, where it has not ended yet."""
    if process.poll() is None:
        if sys.platform == "win32":
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
        else:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
    process.wait()
