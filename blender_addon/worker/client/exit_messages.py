"""What to say when a worker has ended without an answer."""

from __future__ import annotations

import re
import signal
import sys
from pathlib import Path

from ..failures import missing_package
from ..protocol import LAST_LINE_SAYS_WHY
from .connection import Ended

WINDOWS_CRASHES = {
    0xC0000005: "an access violation",
    0xC00000FD: "a stack overflow",
    0xC0000409: "a fatal error",
    0xC0000017: "want of memory",
}
KILLED = ("SIGKILL", "SIGTERM")
MISSING_PACKAGE = re.compile(r"^(?:ModuleNotFoundError: No module named|ImportError: .*?) '([\w.]+)'")


def sentence(ended: Ended, python: Path) -> str:
    """Return why the job has no result, in one sentence that says what to do.

    Args:
        ended: how the worker ended, with its last lines.
        python: the Python that ran it, which the sentence names where it cannot run the worker.
    """
    last = next((line for line in reversed(ended.lines) if line), "")
    if ended.problem or (ended.status == LAST_LINE_SAYS_WHY and last):
        return ended.problem or last
    if crash := _crash(ended.status):
        return f"The worker {crash}; try again, and a new worker starts."
    if missing := MISSING_PACKAGE.match(last):
        return missing_package(missing[1], last)
    why = last or f"exit status {ended.status}"
    if not ended.said_hello:
        return f"{python} cannot run the worker ({why}); choose another interpreter in the preferences, or press Install there."
    return f"The worker ended before the job was done ({why}); try again, and a new worker starts."


def _crash(status: int) -> str:
    """How the process died where it did not end by itself; nothing where it did."""
    if status < 0:
        name = next((known.name for known in signal.Signals if known == -status), f"signal {-status}")
        return f"was killed ({name}), by somebody or for want of memory" if name in KILLED else f"crashed ({name})"
    # Windows gives the reason of a crash as the exit status.
    crash = WINDOWS_CRASHES.get(status) if sys.platform == "win32" else None
    return f"crashed by {crash}" if crash else ""
