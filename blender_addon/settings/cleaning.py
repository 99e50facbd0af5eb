"""How the performance is cleaned before it is retargeted."""

from __future__ import annotations

from dataclasses import dataclass

from .kinds import Choice, one_of, share
from .setting import Topic


class TrackingGaps(Choice):
    """What becomes of stretches in which nobody sees the performer."""

    UNSEEN = (
        "UNSEEN",
        "Leave to the Network",
        "The network predicts how the motion went on; drawings are empty",
        "network",
    )
    HOLD = "HOLD", "Hold", "The last pose stands still"
    INTERPOLATE = "INTERPOLATE", "Interpolate", "From the last pose to the next"
    EASE_TO_REST = (
        "EASE_TO_REST",
        "Ease to Rest",
        "To the pose of the clip's middle, where the performer stood, and from it to the next",
        "rest",
    )
    STOP = "STOP", "Stop There", "The motion ends where the performer is lost"


class Backdrop(Choice):
    """What shows the video behind a performance that is edited."""

    CAMERA = "CAMERA", "Camera", "Behind what a camera of its own sees"
    PLANE = "PLANE", "Plane", "A picture in the scene, seen from everywhere"
    NONE = "NONE", "None", "No video"


@dataclass(frozen=True)
class CleaningSettings(Topic):
    """`smooth` from 0 (raw) to 1; `lost` is what becomes of tracking gaps; `backdrop` is what an edit is laid over."""

    group = "editing"
    heading = "cleaning"

    smooth: float = share(
        0.75,
        "Smooth",
        "How much of what was seen is taken for mistakes and jitter: 0 takes it as it is, 1 calms it as far as strikes allow",
        word="smooth",
        decimals=4,
        motion=True,
    )
    lost: TrackingGaps = one_of(
        TrackingGaps.UNSEEN,
        "Tracking Gaps",
        "What becomes of stretches of more than half a second in which nobody sees the performer",
        word="lost",
        motion=True,
        applies=lambda cleaning: cleaning.smooth > 0,
    )
    backdrop: Backdrop = one_of(
        Backdrop.CAMERA,
        "Backdrop",
        "What shows the video behind a performance that is edited",
        word="backdrop",
        drawn=False,
    )

    @property
    def gap_policy(self) -> str:
        """The name of the policy for tracking gaps; empty where the network fills them."""
        return self.lost.value if self.applies("lost") and self.lost is not TrackingGaps.UNSEEN else ""
