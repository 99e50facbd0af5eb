"""What a method answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ..motion_library import Array
from .cases import Task


@dataclass(frozen=True, eq=False)
class Prediction:
    """A method's answer: `positions` (T, 15, 2) in the answer's unit; `depth` (T, 15) and `contacts` (T, 2) from
    methods that find them.
    """

    positions: Array
    depth: Array | None = None
    contacts: Array | None = None


class Method(Protocol):
    """Answers tasks, one prediction each."""

    def __call__(self, tasks: Sequence[Task]) -> list[Prediction]:
        """The predictions."""
