"""Clips of any length in overlapping windows, so that they take constant memory and no seam shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """A stretch of a clip for a network.

    Attributes:
        start: first frame of the input.
        stop: frame after the input.
        first: first frame of which the output is kept.
        last: frame after those.
    """

    start: int
    stop: int
    first: int
    last: int

    @property
    def kept(self) -> slice:
        """The frames of which the output is kept, counted from `start`."""
        return slice(self.first - self.start, self.last - self.start)


def windows(frames: int, length: int, context: int, multiple: int) -> Iterator[Window]:
    """Cut a clip into windows whose kept frames cover it exactly once.

    Args:
        frames: of the clip.
        length: the largest number of kept frames in a window; a multiple of `multiple`.
        context: additional input frames on both sides, within the clip; a multiple of `multiple`.
        multiple: every window begins at a multiple of this and is one long, so the last may reach past the clip's end
            by less than that.
    """
    end = -(-frames // multiple) * multiple
    for first in range(0, end, length):
        last = min(first + length, end)
        yield Window(max(first - context, 0), min(last + context, end), first, min(last, frames))
