"""Pose files that the grammar of each format makes, damaged in their structure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from blender_addon.core.pose_files import PoseFile, PoseFileError, read
from tests.reliability.cleaned_and_retargeted import cleaned_and_retargeted
from tests.reliability.fuzzing import check_sentence
from tests.reliability.pose_inputs import FORMATS as NAMES
from tests.reliability.pose_inputs import made_input

__all__ = ["NAMES", "prepared"]


def prepared() -> Callable[[int, Path], bool]:
    """What reads the input of a seed, and cleans and retargets everybody in it."""
    use = cleaned_and_retargeted()

    def read_one(seed: int, folder: Path) -> bool:
        made = made_input(seed, folder)
        try:
            poses: PoseFile = read(made.path, **made.options)
        except PoseFileError as error:
            check_sentence(str(error))
            return False
        for person in poses.people:
            assert np.isfinite(person.positions).all()
            use(person)
        return True

    return read_one
