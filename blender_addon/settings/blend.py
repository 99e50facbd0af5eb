"""A second performance, and how far motion, skeleton and view go to it."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.motion import Alignment
from .footage import OtherPerformance, other
from .kinds import labelled, one_of, share
from .setting import Topic

ALIGNMENT_LABELS = {
    Alignment.STRETCH: ("Stretch", "Both are brought evenly to one duration, which lies between theirs"),
    Alignment.MATCH: ("Match Poses", "Stretched so that alike poses come together: for two walks, steps on steps"),
    Alignment.TRIM: ("Side by Side", "Both play in their own time, until the shorter one ends"),
}


def _blended(blend: BlendSettings) -> bool:
    return bool(blend.motion or blend.skeleton or blend.view)


@dataclass(frozen=True)
class BlendSettings(Topic):
    """The shares are 0 for the first performance and 1 for the second."""

    group = "look"
    heading = "blend"

    source: OtherPerformance = other(
        "Second Performance",
        "The performance that is blended with",
        word="blend",
        name="second",
        motion=True,
        applies=_blended,
    )
    motion: float = share(
        0.0,
        "Motion",
        "How far the motion goes to that of the second performance",
        name="blend_motion",
        word="blend-motion",
        motion=True,
    )
    skeleton: float = share(
        0.0,
        "Skeleton",
        "How far the proportions go to those of the second performer; a character keeps its own",
        name="blend_skeleton",
        word="blend-skeleton",
        motion=True,
    )
    view: float = share(
        0.0,
        "View",
        "How far the view goes to that of the second performance",
        name="blend_view",
        word="blend-view",
        motion=True,
    )
    alignment: Alignment = one_of(
        Alignment.STRETCH,
        "Timing",
        "How the time of one goes with that of the other",
        labelled(ALIGNMENT_LABELS),
        word="align",
        motion=True,
        applies=_blended,
    )

    @property
    def is_used(self) -> bool:
        """Whether anything is blended."""
        return _blended(self)
