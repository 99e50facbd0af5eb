"""The frames of an edited performance that should be checked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...core.skeleton import Joint
from .edit import Edit
from .keys import DOUBTFUL
from .objects import joint_name


@dataclass(frozen=True)
class Doubt:
    """A scene `frame` from which on `joints` are doubtful or unseen."""

    frame: int
    joints: tuple[Joint, ...]

    def __str__(self) -> str:
        return f"Frame {self.frame}: {', '.join(map(joint_name, self.joints))}"


def next_doubt(edit: Edit, frame: float, backwards: bool) -> Doubt | None:
    """The nearest doubt after the scene's frame, or before it: the frame where a joint stops being certain. None where
    there is none.
    """
    detection = edit.detection()
    edited = edit.read(detection)
    confidence = edited.poses.confidence
    # A joint that was never seen begins to be unseen nowhere.
    doubtful = (confidence < DOUBTFUL) & (detection.poses.seen.any(axis=0) | edited.moved.any(axis=0))
    begins = doubtful & ~np.concatenate((np.zeros((1, doubtful.shape[1]), np.bool_), doubtful[:-1]))
    rows = np.flatnonzero(begins.any(axis=1))
    frames = np.round(detection.clock.scene_frames(rows)).astype(int)
    after = np.flatnonzero(frames < frame)[::-1] if backwards else np.flatnonzero(frames > frame)
    if not after.size:
        return None
    row = rows[after[0]]
    return Doubt(int(frames[after[0]]), tuple(Joint(int(joint)) for joint in np.flatnonzero(begins[row])))
