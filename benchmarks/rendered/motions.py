"""The motions as a table: parts of recorded clips, and motion made by script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.motion_library import find_clips

from .key_poses import KEYED, crawl, jump
from .movement import Movement
from .scripted import Step, head_turns, keyed, reaching, stepped, turning, walking

Array = NDArray[np.float64]
Script = Callable[[float, Array], Movement]


@dataclass(frozen=True)
class Motion:
    """Where a motion comes from and what the body may do.

    Attributes:
        recorded: a clip of the motion folder; empty for one made by script.
        script: makes it, for so many seconds, on a body of offsets (24, 3).
        first, last: the frames to take.
        loop: goes on from its end as from its start.
        airborne: the body may leave the ground.
        hold: frames for which the first and the last pose are held.
        seat: it sits on a box.
    """

    recorded: str = ""
    script: Script | None = None
    first: int = 0
    last: int | None = None
    loop: bool = False
    airborne: bool = False
    hold: int = 0
    seat: bool = False

    def movement(self, seconds: float, offsets: Array | None, folder: Path | None) -> Movement:
        """The motion for at most so long, facing +Z on the whole; by script on the body of offsets (24, 3).

        ValueError without the folder, or the body, that it needs.
        """
        if self.script is not None:
            if offsets is None:
                raise ValueError("Motion made by script is for people of our own.")
            return self.script(seconds, offsets)
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
        ahead = part.turned(-_heading(part))
        return replace(ahead, root=ahead.root - ahead.root[0] * (1, 0, 1))


def _heading(movement: Movement) -> float:
    """Degrees to the left of +Z that it goes, or looks where it goes nowhere."""
    way = movement.root[-1] - movement.root[0]
    if np.hypot(way[0], way[2]) > 1.0:
        return float(np.degrees(np.arctan2(way[0], way[2])))
    return float(movement.facing()[0])


def _from_where_they_end(first: list[Step], then: list[Step]) -> list[Step]:
    """The later steps moved to where the feet are after the first, which end beside each other."""
    end = first[-1].z
    start = then[0].z - (then[1].z - then[0].z) / 2
    return [replace(step, z=step.z + end - start) for step in then]


MOTIONS: dict[str, Motion] = {
    "walk": Motion("rocketbox-m_walk-neutral", loop=True),
    "walk_woman": Motion("rocketbox-f_walk-neutral", loop=True),
    "walk_captured": Motion("cmu_35_01"),
    "stroll": Motion("rocketbox-m_walk-stroll-01", loop=True),
    "run": Motion("rocketbox-m_run-neutral", loop=True, airborne=True),
    "run_captured": Motion("rocketbox-f_run-neutral", loop=True, airborne=True),
    "turn": Motion("rocketbox-m_turn-left-180", hold=12),
    "jump": Motion("cmu_eval_train_jumping_1", airborne=True),
    "kick": Motion("cmu_eval_test_soccer_1", airborne=True),
    "sit": Motion("rocketbox-m_sit-down-chair-01", hold=10, seat=True),
    "stand_up": Motion("rocketbox-f_sit-stand-up-chair-01", hold=10, seat=True),
    "fix": Motion("quaternius-ual_Fixing-Kneeling"),
    "wave": Motion("rocketbox-f_wave-01"),
    "punch": Motion("cmu_02_05", first=60, airborne=True),
    "scripted_walk": Motion(script=stepped(walking)),
    "scripted_turn": Motion(script=stepped(turning)),
    "scripted_head": Motion(script=stepped(lambda *_: [], head_turns)),
    "scripted_reach": Motion(script=stepped(lambda *_: [], reaching(0, 0.5, 3.3, ahead=1.0, up=0.02))),
    "scripted_meet": Motion(
        script=stepped(
            lambda body, seconds: [
                *walking(body, seconds, until=1.5),
                *_from_where_they_end(walking(body, seconds, until=1.5), walking(body, seconds, start=3.6, back=True)),
            ],
            reaching(0, 1.7, 3.6, ahead=0.93, up=0.0, both=True),
        )
    ),
    "scripted_jump": Motion(script=jump, airborne=True),
    "scripted_crawl": Motion(script=crawl),
    **{f"scripted_{name}": Motion(script=keyed(keys), seat=name == "sit") for name, keys in KEYED.items()},
}
