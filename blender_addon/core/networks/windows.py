"""Clips of any length in overlapping windows: each answers for its own frames and sees enough beyond them that no seam shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """The network is shown [start, stop) and answers for [first, last)."""

    start: int
    stop: int
    first: int
    last: int

    @property
    def answer(self) -> slice:
        """The frames answered for, counted from `start`."""
        return slice(self.first - self.start, self.last - self.start)


def windows(frames: int, length: int, context: int, multiple: int) -> Iterator[Window]:
    """Windows that together answer for every frame once, each for `length` frames at most, and show `context` more on both sides within the clip.

    Every window is a multiple of `multiple` long and begins at one, so the last may reach past the clip's end by less than that.
    `length` and `context` must be multiples of it too.
    """
    end = -(-frames // multiple) * multiple
    for first in range(0, end, length):
        last = min(first + length, end)
        yield Window(max(first - context, 0), min(last + context, end), first, min(last, frames))
