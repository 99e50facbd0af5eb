"""What a job tells while it works, and how it hears that it is to stop."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from .messages import Progress

SHORTEST_PAUSE = 0.05
"""Seconds between two messages about one stage."""

RATE_SPAN = 3.0
"""Seconds over which the frames a second are counted."""


class Cancelled(Exception):
    """The job is to stop."""


class Monitor:
    """Sends progress, seldom enough that nobody drowns in it, and raises Cancelled from every call once `cancelled` is
    set.
    """

    def __init__(self, send: Callable[[Progress], None], cancelled: threading.Event) -> None:
        self._send = send
        self._cancelled = cancelled
        self._stage = ""
        self._fraction = 0.0
        self._last_sent = 0.0
        self._times: deque[tuple[float, float]] = deque()

    def enter(self, stage: str) -> None:
        """Begin a stage, and send it.

        Args:
            stage: what the panel shows: "Looking for people".

        Raises:
            Cancelled: the job is to stop.
        """
        self._check()
        self._stage = stage
        self._times.clear()
        self._send(Progress(stage, self._fraction))

    def advance(self, done: float, total: float | None) -> None:
        """Send how far the stage is, a few times a second at most.

        Args:
            done: frames done.
            total: frames in all; None where that is not known.

        Raises:
            Cancelled: the job is to stop.
        """
        self._check()
        now = time.monotonic()
        # Counted from the first call on, so that what is loaded before the first frame does not make the rate smaller.
        self._times.append((now, done))
        while len(self._times) > 2 and now - self._times[0][0] > RATE_SPAN:
            self._times.popleft()
        if total:
            self._fraction = max(self._fraction, min(done / total, 1.0))
        if now - self._last_sent < SHORTEST_PAUSE and done != total:
            return
        self._last_sent = now
        rate = self._rate()
        remaining = max(total - done, 0.0) / rate if total and rate else None
        self._send(Progress(self._stage, self._fraction, rate, remaining))

    def _rate(self) -> float | None:
        (first, before), (last, done) = self._times[0], self._times[-1]
        return (done - before) / (last - first) if last > first and done > before else None

    def _check(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled
