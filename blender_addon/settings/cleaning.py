"""How the performance is cleaned before it is retargeted."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.camera_motion import CameraHandling
from ..core.motion import DistanceHandling
from .kinds import Choice, labelled, one_of, share
from .setting import Topic


class TrackingGaps(Choice):
    """How stretches are filled in which the performer is not seen."""

    UNSEEN = ("UNSEEN", "Network", "The network predicts the motion; drawings are empty there", "network")
    HOLD = "HOLD", "Hold", "Hold the last pose"
    INTERPOLATE = "INTERPOLATE", "Interpolate", "Interpolate from the last pose to the next"
    EASE_TO_REST = (
        "EASE_TO_REST",
        "Ease to Rest",
        "Ease to the performer's median pose, where they stood, then to the next pose",
        "rest",
    )
    STOP = "STOP", "Stop There", "End the motion where the performer is lost"


class Backdrop(Choice):
    """What shows the video behind an edited performance."""

    CAMERA = "CAMERA", "Camera", "Background of a camera made for the edit"
    PLANE = "PLANE", "Plane", "An image in the scene, visible from everywhere"
    NONE = "NONE", "None", "No video"


class UnseenLimbs(Choice):
    """What limbs do that nobody saw for more than half a second."""

    MADE_UP = "MADE_UP", "Made Up", "They move as the network thinks; their keys are marked as Jitter"
    HOLD = "HOLD", "Hold", "They stay as they were last seen"
    HIDE = "HIDE", "Hide", "Figures are drawn without them; rigs hold them"


CAMERA_LABELS = {
    CameraHandling.AUTOMATIC: ("Automatic", "Take the camera's motion out where the background could be followed"),
    CameraHandling.TAKEN_OUT: ("Taken Out", "Move the performer as seen by a camera that stands still"),
    CameraHandling.KEPT: ("Kept", "Move the performer as in the video, whatever the camera did"),
}

DISTANCE_LABELS = {
    DistanceHandling.AUTOMATIC: (
        "Walk in Depth",
        "Whoever gets larger comes nearer, on the ground, and feet stand as heels and toes tell",
    ),
    DistanceHandling.KEPT: (
        "As Filmed",
        "Whoever comes nearer goes down the picture, and feet stand as the network thinks",
    ),
}


@dataclass(frozen=True)
class CleaningSettings(Topic):
    """`smooth` from 0 (raw) to 1; `lost` is what becomes of tracking gaps; `camera` of the camera's motion, `distance` of
    the performer's way towards and away from it; `unseen` of limbs that nobody saw; `backdrop` is what an edit is laid over.
    """

    group = "editing"
    heading = "cleaning"

    smooth: float = share(0.75, "Smooth", word="smooth", decimals=4, motion=True)
    """How much jitter and how many detection mistakes are removed: 0 keeps the detection as it is, 1 smooths as far as
    fast strikes allow
    """
    lost: TrackingGaps = one_of(
        TrackingGaps.UNSEEN, "Tracking Gaps", word="lost", motion=True, applies=lambda cleaning: cleaning.smooth > 0
    )
    """How stretches of more than half a second are filled in which the performer is not seen"""
    camera: CameraHandling = one_of(
        CameraHandling.AUTOMATIC,
        "Camera Motion",
        items=labelled(CAMERA_LABELS),
        word="camera-motion",
        name="camera_motion",
        motion=True,
    )
    """What becomes of the motion of the camera that filmed, as when it pans or is held in the hand"""
    distance: DistanceHandling = one_of(
        DistanceHandling.AUTOMATIC, "Distance", items=labelled(DISTANCE_LABELS), word="distance", motion=True
    )
    """What becomes of a performer who comes nearer or goes away"""
    unseen: UnseenLimbs = one_of(UnseenLimbs.MADE_UP, "Unseen Limbs", word="unseen-limbs", name="unseen_limbs")
    """What limbs do that nobody saw for more than half a second"""
    backdrop: Backdrop = one_of(Backdrop.CAMERA, "Backdrop", word="backdrop", drawn=False)
    """What shows the video behind an edited performance"""

    @property
    def gap_policy(self) -> str:
        """The name of the policy for tracking gaps; empty where the network fills them."""
        return self.lost.value if self.applies("lost") and self.lost is not TrackingGaps.UNSEEN else ""
