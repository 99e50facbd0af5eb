"""Child processes followed line by line, which can be stopped at any time."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path

from ...core.shown import shown
from .child import spawn, watcher
from .errors import JobCancelled

LOOK_EVERY = 0.1
"""Seconds between two looks at a child that says nothing."""

KEPT_LINES = 2000
"""Of what a child says, the last ones."""
LONGEST_LINE = 10_000
"""Bytes after which a line is taken for several."""
LONGEST_SAID = 300
"""Letters of a line that a sentence quotes."""
WAITING_LINES = 1000
"""Lines that nobody has heard yet; a child that goes on talking waits."""

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
"""What makes a terminal write in another colour or elsewhere."""


@dataclass(frozen=True)
class Outcome:
    """The exit `status` and the last `lines` of standard output and error, in the order in which they came."""

    status: int
    lines: tuple[str, ...]

    @property
    def last_line(self) -> str:
        """The last that is not empty, cut where it is long, or the exit status."""
        said = next((line.strip() for line in reversed(self.lines) if line.strip()), f"exit status {self.status}")
        return said if len(said) <= LONGEST_SAID else f"{said[:LONGEST_SAID]}…"


def run(
    command: Sequence[str | Path],
    cancelled: threading.Event,
    hear: Callable[[str], object] = lambda line: None,
    look: Callable[[], object] = lambda: None,
    *,
    environment: dict[str, str] | None = None,
    limit: float = inf,
) -> Outcome:
    """Run a command to its end, which comes at the latest with this process's own.

    Args:
        command: the program and its arguments.
        cancelled: set by another thread to stop it; the child and its children are then killed.
        hear: called with each line of standard output and error when it comes.
        look: called several times a second.
        environment: of the child; this process's own by default.
        limit: seconds that it may take.

    Raises:
        JobCancelled: soon after `cancelled` is set.
        TimeoutError: it took longer; it is then killed as well.
        OSError: it cannot start.
    """
    lines: deque[str] = deque(maxlen=KEPT_LINES)
    waiting: queue.Queue[str | None] = queue.Queue(WAITING_LINES)
    ended, ends = threading.Event(), time.monotonic() + limit
    with watcher() as watch_over:
        process = spawn(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, environment=environment)
        watch_over(process)
        reader = threading.Thread(target=_read, args=(process, waiting, ended), name="a child's lines", daemon=True)
        reader.start()
        try:
            while not cancelled.is_set():
                if time.monotonic() > ends:
                    raise TimeoutError(f"no answer within {limit:.0f} seconds")
                look()
                with suppress(queue.Empty):
                    if (line := waiting.get(timeout=LOOK_EVERY)) is None:
                        return Outcome(process.wait(), tuple(lines))
                    lines.append(line)
                    hear(line)
            raise JobCancelled("Cancelled; nothing was changed.")
        finally:
            ended.set()
            _kill_all(process)
            reader.join()


def _read(process: subprocess.Popen[bytes], waiting: queue.Queue[str | None], ended: threading.Event) -> None:
    assert process.stdout is not None
    with process.stdout as stream:
        for line in iter(lambda: stream.readline(LONGEST_LINE), b""):
            _put(waiting, readable(line), ended)
    _put(waiting, None, ended)


def _put(waiting: queue.Queue[str | None], line: str | None, ended: threading.Event) -> None:
    while not ended.is_set():
        with suppress(queue.Full):
            return waiting.put(line, timeout=LOOK_EVERY)


def readable(line: bytes) -> str:
    """A line of a child without what only a terminal understands."""
    text = _COLOURS.sub("", line.decode("utf-8", "replace"))
    return shown(text.rstrip().rpartition("\r")[2].expandtabs())


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
