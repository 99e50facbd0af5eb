"""Pose files that the grammar of each format makes, damaged in their structure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.reliability.cleaned_and_retargeted import cleaned_and_retargeted, was_read_and_used
from tests.reliability.pose_inputs import FORMATS as NAMES
from tests.reliability.pose_inputs import made_input

__all__ = ["NAMES", "prepared"]


def prepared() -> Callable[[int, Path], bool]:
    """What reads the input of a seed, and cleans and retargets everybody in it."""
    use = cleaned_and_retargeted()

    def read_one(seed: int, folder: Path) -> bool:
        made = made_input(seed, folder)
        return was_read_and_used(made.path, use, **made.options)

    return read_one
