"""What becomes of poses that were accepted: they are cleaned whole, and some of their frames retargeted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from blender_addon.core.motion import View
from blender_addon.core.pose_files import PoseFileError, read
from blender_addon.core.pose_sequence import PoseSequence
from tests.reliability.fuzzing import check_sentence

FRAMES = 16
"""Frames that are retargeted, from the first on in which somebody is seen."""


def cleaned_and_retargeted() -> Callable[[PoseSequence], None]:
    """What cleans and retargets poses in this process, and asserts that numbers come out."""
    from blender_addon.core.retargeting import Retargeter
    from blender_addon.core.smoothing import cleaned_for_network

    retargeter = Retargeter.load("kinematic", "cpu")

    def use(poses: PoseSequence) -> None:
        clean, places = cleaned_for_network(poses, 0.5)
        assert np.isfinite(clean.positions).all()
        assert np.isfinite(places).all()
        first = int(np.argmax(poses.seen.any(axis=1)))
        motion = retargeter.retarget(clean[first : first + FRAMES], None, View(30.0))
        assert np.isfinite(motion.positions).all()

    return use


def was_read_and_used(path: Path, use: Callable[[PoseSequence], None], **options: Any) -> bool:  # noqa: ANN401
    """Whether a pose file was accepted, in which everybody is then made use of; where it was not, a sentence said why."""
    try:
        poses = read(path, **options)
    except PoseFileError as error:
        check_sentence(str(error))
        return False
    for person in poses.people:
        assert np.isfinite(person.positions).all()
        use(person)
    return True
