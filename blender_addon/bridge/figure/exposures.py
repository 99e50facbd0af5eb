"""The frames on which a performer is drawn, and those with an empty drawing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..body.scene_motion import SceneMotion
from ..retiming.hold_poses import poses_to_hold

BRIDGED_SECONDS = 0.5
"""Longest tracking gap, in seconds, in which the figure is still drawn."""


@dataclass(frozen=True)
class Exposure:
    """A drawing that is held until the next one: pose `index` of the motion, from scene frame `frame` on; empty if not
    `drawn`.
    """

    index: int
    frame: int
    drawn: bool


def exposures(motion: SceneMotion, scene_fps: float, hold: int = 1) -> list[Exposure]:
    """One for every `hold` frames with the performer, and an empty one where a stretch without them begins: before they
    come, after they went, and in between where nobody was seen for longer than BRIDGED_SECONDS.

    Where the performer was never seen, all of the motion is predicted, and all of it is drawn.
    """
    seen = np.any(motion.confidence > 0, axis=1)
    at = np.flatnonzero(seen)
    drawn = seen.copy() if at.size else ~seen
    gaps = np.diff(motion.frames[at])
    for index in np.flatnonzero((gaps > 1) & (gaps - 1 <= BRIDGED_SECONDS * scene_fps)):
        drawn[at[index] : at[index + 1]] = True
    starts, poses = poses_to_hold(motion, hold)
    shown = drawn[poses]
    kept = np.flatnonzero(shown | np.concatenate(([True], shown[:-1])))
    return [Exposure(int(poses[at]), int(motion.frames[starts[at]]), bool(shown[at])) for at in kept]
