"""Clips of any length in overlapping windows: each answers for its own frames and sees enough beyond them that no seam shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """The network is shown [start, stop), which may reach over both ends of the clip, and answers for [first, last)."""

    start: int
    stop: int
    first: int
    last: int

    @property
    def answer(self) -> slice:
        """The frames answered for, counted from `start`."""
        return slice(self.first - self.start, self.last - self.start)


def windows(frames: int, length: int, context: int, multiple: int) -> Iterator[Window]:
    """Windows that together answer for every frame once, each for `length` frames at most.

    All of a clip's windows are equally long, a multiple of `multiple`, and begin at one, so that they can go through a network as a batch.
    `length` and `context` must be multiples of it too.
    """
    answered = min(length, -(-frames // multiple) * multiple)
    for first in range(0, frames, answered):
        yield Window(first - context, first + answered + context, first, min(first + answered, frames))
