"""What is asked of the worker and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..core.camera_motion import CameraHandling
from ..core.motion import Blend, CameraAngle, DistanceHandling, Limbs, RetargetedMotion, View
from ..core.pose_sequence import Array, PoseSequence, PoseSource
from ..core.presentation import AS_STORED, Presentation
from ..core.skeleton import Skeleton


@dataclass(frozen=True)
class Progress:
    """How far a job is: its `stage` in words, `fraction` 0 to 1 of the whole, `rate` in frames a second and `remaining`
    seconds, None where unknown.
    """

    stage: str
    fraction: float
    rate: float | None = None
    remaining: float | None = None


@dataclass(frozen=True)
class DetectRequest:
    """Find everybody in a video, or read everybody from a pose file.

    `range` is empty for all of it, FIRST:LAST in frames ("10:250") or in seconds ("1.5s:8s"), the last excluded; `fps`
    replaces the video's rate; `device` is auto, cpu, cuda or mps; poses are kept and found again in the folder `cache`;
    `threads` 0 takes one a core; `detector` names a row of `detection.detectors`, and is empty for the default one.
    `layout`, `image_size` (width, height) and `body_parts` are what a pose file does not say of itself.
    """

    video: Path
    range: str = ""
    fps: float | None = None
    device: str = "auto"
    cache: Path | None = None
    threads: int = 0
    layout: str | None = None
    image_size: tuple[int, int] | None = None
    detector: str = ""
    body_parts: str = ""


@dataclass(frozen=True, eq=False)
class RetargetRequest:
    """Put the motion of `poses` on a body and show it from a view, each the clip's own where None; `model` and `device`
    as `Retargeter.load` takes them.

    `blend` goes on from there to a second clip, where `view` may have angles for longer than the clip; `limbs`
    are drawn as they are foreshortened, or at full length; `camera` is how the camera that filmed `poses` was held, as
    far as it is said, and `level` shows a clip from its own view without the tilt of that camera; `distance` says what
    becomes of who comes nearer.
    """

    poses: PoseSequence
    skeleton: Skeleton | PoseSequence | None = None
    view: View | PoseSequence | None = None
    model: str = "kinematic"
    device: str = "auto"
    blend: Blend | None = None
    limbs: Limbs = Limbs.FORESHORTENED
    camera: CameraAngle | None = None
    level: bool = False
    distance: DistanceHandling = DistanceHandling.KEPT


@dataclass(frozen=True, eq=False)
class CleanRequest:
    """Take mistakes, gaps and jitter out of `poses`.

    `strength` is 0 (as they are) to 1; `lost` names the policy of `smoothing.LostTracking` for stretches in which
    nobody is seen, and is empty where they stay unseen; `camera` says what counts as jitter where the camera moved.
    """

    poses: PoseSequence
    strength: float
    lost: str = ""
    camera: CameraHandling = CameraHandling.AUTOMATIC


@dataclass(frozen=True)
class TrackCorrection:
    """One operation of `detection.identity` on the people with these ids: "swap" and "split" from the `frame`
    on, "merge"; a split has no `other`.
    """

    operation: str
    one: int
    other: int
    frame: int


@dataclass(frozen=True, eq=False)
class CorrectRequest:
    """Correct performer identity: apply the corrections one after the other to everybody in a performance."""

    people: tuple[PoseSequence, ...]
    ids: tuple[int, ...]
    corrections: tuple[TrackCorrection, ...]


@dataclass(frozen=True, eq=False)
class PortraitRequest:
    """A picture of each of the people in the video; `range` and `fps` as they were for the request that found them."""

    video: Path
    range: str
    fps: float | None
    people: tuple[PoseSequence, ...]
    ids: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class FilmRequest:
    """Small pictures of a video, `height` pixels high, at most so many (`most`), evenly over the range; `range` and
    `fps` as they were for the request that found its performers.
    """

    video: Path
    range: str
    fps: float | None
    height: int
    most: int


@dataclass(frozen=True, eq=False)
class Detected:
    """Everybody in a video, the most prominent first, all on one timeline, with an id each.

    `source` tells where the poses come from, `device` what the networks ran on, empty where none ran; `message` is a
    sentence where that is not what was asked for; `presentation` how the file asks for its pictures to be shown:
    positions are in those; `notices` what the user should know beside, a sentence each.
    """

    people: tuple[PoseSequence, ...]
    ids: tuple[int, ...]
    source: PoseSource
    device: str = ""
    message: str = ""
    presentation: Presentation = AS_STORED
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Retargeted:
    """The motion, the `device` and `model` that made it, and a sentence in `message` where the device is not what was
    asked for.
    """

    motion: RetargetedMotion
    device: str
    model: str
    message: str = ""


@dataclass(frozen=True, eq=False)
class Cleaned:
    """The poses as they should be used, and `places` (T, 15, 2): where each joint is shown, seen or not, in pixels.

    What nobody saw has the confidence 0 and is the network's, but for lost stretches under a policy, which have
    `motion.PREDICTED_CONFIDENCE`.
    """

    poses: PoseSequence
    places: Array


@dataclass(frozen=True, eq=False)
class Corrected:
    """Everybody, on the same timeline as before."""

    people: tuple[PoseSequence, ...]
    ids: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Portraits:
    """`pictures` (P, side, side, 3) uint8 red, green, blue, the first row on top, one for each of `ids`."""

    pictures: NDArray[np.uint8]
    ids: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Film:
    """`pictures` (N, height, width, 3) uint8 red, green, blue, the first row on top, and `rows` (N,) which frame of the
    range each is.
    """

    pictures: NDArray[np.uint8]
    rows: NDArray[np.int64]


Request = DetectRequest | RetargetRequest | CleanRequest | CorrectRequest | PortraitRequest | FilmRequest
Result = Detected | Retargeted | Cleaned | Corrected | Portraits | Film
