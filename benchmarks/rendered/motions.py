"""The motions as a table: parts of recorded clips, and motion made by script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.motion_library import find_clips

from .movement import Movement


@dataclass(frozen=True)
class Motion:
    """Where a motion comes from and what the body may do.

    Attributes:
        recorded: a clip of the motion folder; empty for one made by script.
        script: makes it, for so many seconds, on the body of some offsets.
        first, last: the frames to take.
        loop: goes on from its end as from its start.
        airborne: the body may leave the ground.
        hold: frames for which the first and the last pose are held.
        seat: it sits on a box.
    """

    recorded: str = ""
    script: Callable[[float], Movement] | None = None
    first: int = 0
    last: int | None = None
    loop: bool = False
    airborne: bool = False
    hold: int = 0
    seat: bool = False

    def movement(self, seconds: float, folder: Path | None) -> Movement:
        """The motion for at most so long, facing +Z on the whole; ValueError without the folder that it needs."""
        if self.script is not None:
            return self.script(seconds)
        if folder is None:
            raise ValueError(f"The motion {self.recorded} is of the data folder; name that with --data.")
        clip = find_clips(folder, [self.recorded])[self.recorded]
        whole = Movement(
            clip.rotations.astype(np.float64), clip.root.astype(np.float64), clip.offsets.astype(np.float64), clip.fps
        )
        part = whole.cut(self.first, self.last)
        if self.hold:
            part = part.held(self.hold)
        if self.loop:
            part = part.looped(seconds)
        part = part.cut(0, round(seconds * part.fps))
        return part.turned(-_heading(part))


def _heading(movement: Movement) -> float:
    """Degrees to the left of +Z that it goes, or looks where it goes nowhere."""
    way = movement.root[-1] - movement.root[0]
    if np.hypot(way[0], way[2]) > 1.0:
        return float(np.degrees(np.arctan2(way[0], way[2])))
    return float(movement.facing()[0])


MOTIONS: dict[str, Motion] = {
    "walk": Motion("rocketbox-m_walk-neutral", loop=True),
    "run": Motion("rocketbox-m_run-neutral", loop=True, airborne=True),
    "push_up": Motion("mesh2motion_Pushup", loop=True),
}
