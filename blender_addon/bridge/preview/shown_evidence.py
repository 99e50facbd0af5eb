"""How sure a performance is, frame by frame, and which way the performer faces: what the strip under the view shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import Joint
from ..body.scene_motion import SceneMotion

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

NOBODY = 1e-6
"""A frame on which no joint has more confidence than this is a gap."""


@dataclass(frozen=True, eq=False)
class ShownEvidence:
    """On scene `frames` (K,): `confidence` (K,) in 0..1, the mean of all joints; `gaps` (K,) where nobody was seen;
    `made_up` (K,) where a limb was out of sight and is made up; `facing` (K,) the azimuth in degrees, 0 faces the
    camera. `seconds_a_frame`: how much of the video passes from one frame to the next; None of a cycle, which jumps.
    """

    frames: NDArray[np.int64]
    confidence: Array
    gaps: Mask
    made_up: Mask
    facing: Array
    seconds_a_frame: float | None = None

    @classmethod
    def of(cls, motion: SceneMotion, speed: float) -> ShownEvidence:
        """What a motion says of it that was made so many times as fast."""
        across = _left_of_right(motion, Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER)
        across += _left_of_right(motion, Joint.LEFT_HIP, Joint.RIGHT_HIP)
        made_up = np.zeros(len(motion), dtype=np.bool_)
        for limb in (motion.unseen or {}).values():
            made_up |= limb
        return cls(
            motion.frames,
            motion.confidence.mean(axis=1).clip(0, 1),
            motion.confidence.max(axis=1) <= NOBODY,
            made_up,
            np.degrees(np.arctan2(across[:, 1], across[:, 0])),
            speed / motion.fps if motion.cycle is None else None,
        )

    def seconds_at(self, frame: int) -> float | None:
        """Seconds of the video since its first frame that a scene frame shows; None where it shows none."""
        if self.seconds_a_frame is None or self.part_of(frame) is None:
            return None
        return (frame - int(self.frames[0])) * self.seconds_a_frame

    def frame_at(self, part: float) -> int:
        """The scene frame at a part (0..1) of the way along the strip."""
        last = len(self.frames) - 1
        return int(self.frames[min(max(round(part * last), 0), last)])

    def part_of(self, frame: float) -> float | None:
        """Where along the strip (0..1) a scene frame lies; None where nobody performs."""
        first, last = int(self.frames[0]), int(self.frames[-1])
        if not first <= frame <= last:
            return None
        return (frame - first) / max(last - first, 1)


def _left_of_right(motion: SceneMotion, left: Joint, right: Joint) -> Array:
    """(K, 2) to the picture's right, and away from the camera."""
    return np.stack(
        (motion.positions[:, left, 0] - motion.positions[:, right, 0], motion.depth[:, left] - motion.depth[:, right]),
        axis=-1,
    )
