"""A second performance, and how much of its motion, skeleton and view is used."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.motion import Alignment
from .footage import OtherPerformance, other
from .kinds import labelled, one_of, share
from .setting import Topic

ALIGNMENT_LABELS = {
    Alignment.STRETCH: ("Stretch", "Both are stretched evenly to one duration between theirs"),
    Alignment.MATCH: ("Match Poses", "Both are stretched so that similar poses coincide: for two walks, step on step"),
    Alignment.TRIM: ("Side by Side", "Both keep their own timing, until the shorter one ends"),
}


def _blended(blend: BlendSettings) -> bool:
    return bool(blend.motion or blend.skeleton or blend.view)


@dataclass(frozen=True)
class BlendSettings(Topic):
    """The shares are 0 for the first performance and 1 for the second."""

    group = "look"
    heading = "blend"

    source: OtherPerformance = other("Second Performance", word="blend", name="second", motion=True, applies=_blended)
    """The performance to blend with"""
    motion: float = share(0.0, "Motion", name="blend_motion", word="blend-motion", motion=True)
    """How much of the second performance's motion is used"""
    skeleton: float = share(0.0, "Skeleton", name="blend_skeleton", word="blend-skeleton", motion=True)
    """How much of the second performer's proportions is used; a character keeps its own"""
    view: float = share(0.0, "View", name="blend_view", word="blend-view", motion=True)
    """How much of the second performance's view is used"""
    alignment: Alignment = one_of(
        Alignment.STRETCH, "Alignment", items=labelled(ALIGNMENT_LABELS), word="align", motion=True, applies=_blended
    )
    """How the two performances are aligned in time"""

    @property
    def is_used(self) -> bool:
        """Whether anything is blended."""
        return _blended(self)
