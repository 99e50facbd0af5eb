"""Everybody in a video: from its frames to a PoseFile with an identity a person for the whole clip."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
from numpy.typing import NDArray

from .. import pose_files
from ..pose_files import PoseFile
from ..pose_files.performers import Detections, performers
from ..pose_files.pose_file import Source
from ..video import Video, VideoError
from .confidence import confidence
from .detector import Detector, Sighting
from .identity import prominence
from .landmarks import LAYOUT
from .providers import Provider
from .sides import with_sides_kept

log = logging.getLogger(__name__)

SHORTEST_STAY = 5
"""Frames; who is seen in fewer is a mistake, unless the video is no longer."""

MOST_POSES = 500_000
"""People × frames that a performance may take, about a kilobyte each: in long videos whoever comes in again is somebody new, without end."""

METHOD = "movenet_multipose + blazepose_heavy, 3"
"""What poses in the cache were found with; count it up when the same video would give others."""

SIGHTING = np.dtype(
    [
        ("frame", np.int64),
        ("person", np.int64),
        ("points", np.float32, (len(LAYOUT.points), 2)),
        ("confidence", np.float32, (len(LAYOUT.points),)),
        ("depth", np.float32, (len(LAYOUT.points),)),
    ]
)
"""One person in one frame."""


@dataclass(frozen=True, eq=False)
class Performance:
    """Everybody in a video: `poses` of the most prominent first, and the `provider` that they were found with; None where they were found before."""

    poses: PoseFile
    provider: Provider | None


def detect(
    video: Video, provider: Provider = Provider.CPU, *, threads: int = 0, cache: Path | None = None, progress: Callable[[int], object] = lambda frames: None
) -> Performance:
    """Find and follow everybody in the video.

    `cache` is a folder in which poses are kept by the video's content, range and frame rate, and found again; `progress` is called with the number
    of frames done after each. Where there are more than MOST_POSES, the least prominent people are left out, and a warning says how many. Raises
    VideoError where the video cannot be read or shows nobody.
    """
    kept = cache / f"{_key(video)}.npz" if cache is not None else None
    if kept is not None and kept.is_file():
        return Performance(pose_files.read(kept), None)
    detector = Detector(video.fps, provider, threads)
    last = video.first_frame
    # What was found waits in a file: memory is the same for any length.
    with TemporaryFile() as sightings:
        for done, (frame, seen) in enumerate(detector.follow(video.frames()), 1):
            last = frame.index
            for sighting in seen:
                sightings.write(_row(sighting, frame.index, video.image_size))
            progress(done)
        sightings.seek(0)
        found = np.frombuffer(sightings.read(), SIGHTING)
    poses = put_together(video, found, last)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        pose_files.write(poses, kept)
    return Performance(poses, detector.provider)


def default_cache() -> Path:
    """The user's folder for what can be made again."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library/Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "motion_retarget_2d/poses"


def _key(video: Video) -> str:
    return sha256(repr((METHOD, video.digest(), video.first_frame, video.frame_count, video.fps)).encode()).hexdigest()[:32]


def _row(sighting: Sighting, frame: int, image_size: tuple[int, int]) -> bytes:
    """A SIGHTING."""
    body = sighting.body
    return np.array((frame, sighting.id, body.points, confidence(body, image_size), body.depth), SIGHTING).tobytes()


def put_together(video: Video, sightings: NDArray[np.void], last: int) -> PoseFile:
    """Everybody of these (N,) SIGHTING, on the timeline from the video's first frame to `last`; at most MOST_POSES. Raises VideoError where nobody stays."""
    frame_count = last - video.first_frame + 1
    ids, counts = np.unique(sightings["person"], return_counts=True)
    stays = sightings[np.isin(sightings["person"], ids[counts >= min(SHORTEST_STAY, frame_count)])]
    if not stays["confidence"].any():
        raise VideoError(f"{video.path.name} shows nobody who can be followed; choose a video, or a range, in which a whole body is in sight.")
    stays = _most_prominent(stays, max(1, MOST_POSES // frame_count), video.path.name)
    frames, people, positions, sure, depth = (stays[name] for name in SIGHTING.names or ())
    for person in np.unique(people):
        rows = people == person
        positions[rows], sure[rows] = with_sides_kept(frames[rows], positions[rows], sure[rows])
    found = Detections(LAYOUT, positions, sure, frames, people, video.first_frame, last, depth)
    poses = performers(Source(video.path, fps=video.fps, image_size=video.image_size), found)
    ranked = sorted(poses.people, key=lambda person: -prominence(person))
    return PoseFile(tuple(ranked), tuple(range(1, len(ranked) + 1)))


def _most_prominent(sightings: NDArray[np.void], most: int, name: str) -> NDArray[np.void]:
    """Those of as many people at most, by frames in sight × the middle of their longer sides."""
    ids = np.unique(sightings["person"])
    if len(ids) <= most:
        return sightings
    sizes = np.ptp(sightings["points"], axis=1).max(axis=1)
    filled = [own.size * np.median(own) for own in (sizes[sightings["person"] == person] for person in ids)]
    log.warning(
        "%s shows %d people, more than its length leaves room for; the %d most prominent are kept. Choose a range to have the others.", name, len(ids), most
    )
    return sightings[np.isin(sightings["person"], ids[np.argsort(filled)[-most:]])]
