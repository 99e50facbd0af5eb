"""Ctrl-C and SIGTERM for command lines: what runs ends in order, once, and the exit status says what ended it."""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)
LOST_AFTER = 5.0
"""Seconds after which another signal raises again: Python drops what is raised in a destructor or a callback."""


class Interrupted(KeyboardInterrupt):
    """Somebody wants the process to end."""


class Interruption:
    """Whether a signal came. It raises `at_once`, wherever the main thread is, or only from `check`."""

    def __init__(self, at_once: bool) -> None:
        self.at_once = at_once
        self._signal = 0
        self._waits = False
        self._raised = -LOST_AFTER
        self._holds = 0

    @property
    def came(self) -> bool:
        """Whether a signal came."""
        return self._signal != 0

    @property
    def status(self) -> int:
        """The exit status of what the signal ended: 130 after Ctrl-C, 143 after SIGTERM."""
        return 128 + (self._signal or signal.SIGINT)

    def check(self) -> None:
        """Raise Interrupted where a signal came."""
        if self.came:
            raise Interrupted

    def hear(self, number: int, _frame: FrameType | None) -> None:
        """The handler. Signals soon after the first one change nothing, so that the ending is left in peace."""
        self._waits = self._waits or not self.came or time.monotonic() - self._raised >= LOST_AFTER
        self._signal = self._signal or number
        self._raise_waiting()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let what comes in the block raise after it."""
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1
        self._raise_waiting()

    def _raise_waiting(self) -> None:
        if self._waits and self.at_once and not self._holds:
            self._waits, self._raised = False, time.monotonic()
            raise Interrupted


_heard: list[Interruption] = []
"""Those that hear signals now, the innermost last."""


@contextmanager
def heard(*, at_once: bool, ends_process: bool = False) -> Iterator[Interruption]:
    """Hear Ctrl-C and SIGTERM until the block ends, then give them back to whoever had them.

    A signal that is ignored stays ignored, as a shell wants it for its background jobs. Outside the main thread nothing
    is heard. Where the block `ends_process` and a signal came, others are ignored to the end, for the exit status to
    stand.
    """
    interruption = Interruption(at_once)
    is_main = threading.current_thread() is threading.main_thread()
    taken = [number for number in SIGNALS if is_main and signal.getsignal(number) is not signal.SIG_IGN]
    give_back = [_take(number, interruption) for number in taken]
    _heard.append(interruption)
    try:
        yield interruption
    finally:
        _heard.remove(interruption)
        for number, former in zip(taken, give_back, strict=True):
            if ends_process and interruption.came:
                signal.signal(number, signal.SIG_IGN)
            else:
                former()


@contextmanager
def held() -> Iterator[None]:
    """A block that no signal breaks: an exchange of files, or the end of a half-written one."""
    if not _heard:
        yield
        return
    with _heard[-1].held():
        yield


def _take(number: signal.Signals, interruption: Interruption) -> Callable[[], object]:
    """Let the interruption hear the signal; what gives it back."""
    former = signal.getsignal(number)
    # Blender sets a handler of its own, which Python can neither see nor put back.
    is_pythons = callable(former)
    foreign = None if is_pythons else _exchange_in_c(number, None)
    signal.signal(number, interruption.hear)
    if hasattr(signal, "siginterrupt"):
        signal.siginterrupt(number, False)  # no file that Blender reads or writes is cut short

    def give_back() -> None:
        signal.signal(number, former if is_pythons else signal.SIG_DFL)
        if not is_pythons:
            _exchange_in_c(number, foreign)

    return give_back


def _exchange_in_c(number: signal.Signals, handler: int | None) -> int | None:
    """Set a handler of the C library, None for the default one; the former. None where the library cannot be called."""
    with suppress(OSError, AttributeError):
        library: Any = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
        function = library.signal
        function.restype, function.argtypes = ctypes.c_void_p, (ctypes.c_int, ctypes.c_void_p)
        former: int | None = function(number, handler)
        return former
    return None
