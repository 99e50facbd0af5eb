"""A line about how far a stage is and how long it still takes, on stderr."""

from __future__ import annotations

import sys
import time
from types import TracebackType

TENTHS = 10


class Progress:
    """Rewritten in place on a terminal, a line every tenth elsewhere."""

    def __init__(self, stage: str, total: int) -> None:
        self._stage, self._total, self._done, self._said = stage, total, 0, 0
        self._began = time.monotonic()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")
        if error is None:
            sys.stderr.write(f"{self._stage}: {self._done} frames in {time.monotonic() - self._began:.0f} s\n")
        sys.stderr.flush()

    def advance(self) -> None:
        """One frame more is done."""
        self._done += 1
        passed = time.monotonic() - self._began
        line = f"{self._stage}: {self._done} of {self._total}, {passed / self._done * (self._total - self._done):.0f} s left"
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[K{line}")
        elif self._done * TENTHS // self._total > self._said and self._done < self._total:
            self._said = self._done * TENTHS // self._total
            sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
