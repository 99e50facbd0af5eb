"""When a motion is performed: how fast, and whether it is made a cycle."""

from __future__ import annotations

from dataclasses import dataclass

from .bake_targets import OF_RIGS
from .kinds import Choice, number, one_of, switch, whole
from .setting import Topic

SLOWEST, FASTEST = 0.1, 10.0
"""How much slower and faster than it was filmed a motion may be."""


class CycleRoot(Choice):
    """Where a cycle goes."""

    CARRIED_ON = "CARRIED_ON", "Carried On", "Each repeat starts where the last one ended"
    IN_PLACE = "IN_PLACE", "In Place", "The character stays in place, as on a treadmill"


def _cycles(timing: TimingSettings) -> bool:
    return timing.cycle


@dataclass(frozen=True)
class TimingSettings(Topic):
    """`speed` beside the video's own; with `cycle`, `repeats` of the part that repeats best are keyed, of `shortest`
    frames at least.

    `endless`: curves repeat beyond their keys.
    """

    group = "timing"
    heading = "timing"

    speed: float = number(1.0, "Speed", least=SLOWEST, most=FASTEST, precision=2, word="speed")
    """Speed relative to the video; slower motion is interpolated smoothly"""
    cycle: bool = switch(False, "Make a Cycle", word="cycle")
    """Find the part of the motion that repeats best and close its seam; the rest is left out"""
    shortest: int = whole(
        12,
        "Min. Frames",
        least=2,
        soft=(None, 250),
        asked=(2, 100_000),
        subtype="TIME",
        word="cycle-frames",
        applies=_cycles,
    )
    """Shortest cycle, in scene frames"""
    root: CycleRoot = one_of(CycleRoot.CARRIED_ON, "Root", word="cycle-root", applies=_cycles)
    """How the cycle travels"""
    repeats: int = whole(1, "Repeats", least=1, most=1000, word="repeats", applies=_cycles)
    """Number of cycles that are keyed or drawn, one after the other"""
    endless: bool = switch(True, "Endless", word="endless", applies=_cycles, targets=OF_RIGS)
    """Repeat the rig's curves beyond their keys with a Cycles modifier; drawings are made only for the repeats"""


AS_FILMED = TimingSettings()
"""What an animator has without touching anything."""
