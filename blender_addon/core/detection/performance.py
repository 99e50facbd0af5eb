"""Everybody in a video: from its frames to a PoseFile with an identity a person for the whole clip."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..camera_motion import chained
from ..pose_files import PoseFile
from ..pose_files.performers import Detections, performers
from ..pose_files.pose_file import Source
from ..pose_files.prominence import prominence
from ..pose_sequence import CameraPath, PoseSource
from ..video import Frame, Video, VideoError
from .background import STEP, BackgroundFollower
from .detector import Detector
from .detectors import DEFAULT, detector_named
from .looking_back import looked_back
from .pose_cache import Asked, CacheEntry
from .providers import Provider
from .reidentification import reidentified
from .sides import with_sides_kept
from .sightings import Reached, Sightings, row_of, sighting_type

log = logging.getLogger(__name__)

SHORTEST_STAY = 5
"""Frames; who is seen in fewer is a mistake, unless the video is no longer."""

MOST_POSES = 500_000
"""People × frames that a performance may take, about a kilobyte each: in long videos whoever comes in again is somebody
new, without end.
"""


@dataclass(frozen=True, eq=False)
class Performance:
    """Everybody in a video: `poses` of the most prominent first, where they come from, and the `provider` that they
    were found with; None where they were found before.
    """

    poses: PoseFile
    source: PoseSource
    provider: Provider | None


class VideoChanged(VideoError):
    """The video is another one than when it was begun."""


def detect(
    video: Video,
    provider: Provider = Provider.CPU,
    *,
    threads: int = 0,
    cache: Path | None = None,
    detector: str = DEFAULT,
    progress: Callable[[int], object] = lambda frames: None,
    resumed: Callable[[int], object] = lambda frames: None,
) -> Performance:
    """Find and follow everybody in the video with the `detector` of that name, a row of `detectors.DETECTORS`.

    `cache` is a folder in which poses are kept by the video's content, range, frame rate and the detector, and found
    again. What was
    seen until a detection was stopped is kept there too, and the next one goes on from it: with the same provider and
    number of threads to the same poses, bit for bit. `progress` is called with the number of frames done after each,
    `resumed` once with the number of those that were done before. Warnings, a sentence each, say what could not be
    kept, and how many people were left out where there are more than MOST_POSES. Raises VideoError where the video
    cannot be read, shows nobody, or changes meanwhile, ValueError where there is no such detector.
    """
    kind = detector_named(detector)
    original = _Original(video, kind.method)
    entry = CacheEntry(cache, original.asked, video.path.name) if cache is not None else None
    if entry is not None and (kept := entry.read()) is not None:
        return Performance(kept, PoseSource.CACHE, None)
    follower = kind(video.fps, provider, threads)
    row = sighting_type(kind.layout, kind.tells_depth)
    sightings = Sightings(str(original.asked), row, entry.sightings if entry is not None else None)
    try:
        last = _look(follower, original, sightings, progress, resumed)
        found, camera = sightings.rows(), _camera_path(video, sightings.steps())
        count = last - video.first_frame + 1
        found = reidentified(video, kind.layout, _who_stay(found, count), lambda: progress(count))
        found = looked_back(video, follower, found, lambda: progress(count))
    except VideoChanged:
        sightings.discard()
        raise
    finally:
        sightings.close()
    poses = put_together(video, kind, found, last, camera)
    if entry is not None:
        entry.write(poses)
    return Performance(poses, PoseSource.NETWORKS, follower.provider)


class _Original:
    """The video as it is before it is looked at."""

    def __init__(self, video: Video, method: str) -> None:
        self.video = video
        self._stamp = video.stamp()
        self.asked = Asked.of(video, method)

    def seems_untouched(self) -> bool:
        """Whether nobody has written to it, as far as can be told at once."""
        try:
            return self.video.stamp() == self._stamp
        except OSError:
            return False

    def check(self) -> None:
        """Raises VideoChanged where it is another one by now, OSError where it is gone."""
        stamp = self.video.stamp()
        if self.video.digest() != self.asked.digest:
            raise VideoChanged(
                f"{self.video.path.name} changed while it was looked at; wait until it is written, and look again."
            )
        self._stamp = stamp


def _look(
    detector: Detector,
    original: _Original,
    sightings: Sightings,
    progress: Callable[[int], object],
    resumed: Callable[[int], object],
) -> int:
    """Look at all frames that were not looked at before; the last one's index. What was seen by then is written,
    however it ends.
    """
    video, reached = original.video, sightings.state
    last = reached.frame if reached is not None else video.first_frame
    background = BackgroundFollower(video.fps, video.image_size)
    if reached is not None:
        detector.go_on_from(reached.state)
        background.go_on_from(reached.background)
        resumed(last - video.first_frame + 1)
    if sightings.is_complete:
        return last
    row = sighting_type(detector.layout, detector.tells_depth)
    with closing(video.frames()) as frames:
        try:
            for frame, seen in detector.follow(_after(reached, frames, background, progress)):
                last = frame.index
                rows = b"".join(row_of(sighting, last, row) for sighting in seen)
                step = background(frame, seen)
                sightings.add(rows, Reached(last, detector.state(last), background.state()), step)
                if sightings.is_due:
                    if not original.seems_untouched():
                        original.check()
                    sightings.write()
                progress(last - video.first_frame + 1)
            original.check()
            sightings.write(is_complete=True)
        except VideoError:
            original.check()
            raise
        except BaseException:
            _keep(original, sightings)
            raise
    return last


def _after(
    reached: Reached | None,
    frames: Iterable[Frame],
    background: BackgroundFollower,
    progress: Callable[[int], object],
) -> Iterator[Frame]:
    """The frames after that state's. Those before are read again, so that the same ones follow."""
    first: int | None = None
    for frame in frames:
        first = frame.index if first is None else first
        if reached is None or frame.index > reached.frame:
            yield frame
        else:
            background.remember(frame)
            progress(reached.frame - first + 1)


def _keep(original: _Original, sightings: Sightings) -> None:
    """Write what was seen when a detection was stopped, if that can be done: what stopped it is what is told."""
    with suppress(OSError):
        if original.seems_untouched():
            sightings.write()
    if sightings.are_kept and sightings.state is not None:
        seen = sightings.state.frame - original.video.first_frame + 1
        log.info(
            "What was seen in the first %d frames of %s is kept; the next time it goes on from there.",
            seen,
            original.video.path.name,
        )


def _camera_path(video: Video, steps: bytes) -> CameraPath:
    """The camera's path from the background's steps."""
    rows = np.frombuffer(steps, STEP)
    return chained(rows["step"], rows["anchor"], rows["confidence"], video.image_size)


def put_together(
    video: Video, detector: type[Detector], sightings: NDArray[np.void], last: int, camera: CameraPath | None = None
) -> PoseFile:
    """Everybody of the detector's (N,) rows of `sighting_type`, on the timeline from the video's first frame to `last`; at most MOST_POSES.
    Raises VideoError where nobody stays.
    """
    frame_count = last - video.first_frame + 1
    stays = _who_stay(sightings, frame_count)
    if not stays["confidence"].any():
        raise VideoError(
            f"{video.path.name} shows nobody who can be followed; choose a video, or a range, in which a whole body is in sight."
        )
    stays = _most_prominent(stays, max(1, MOST_POSES // frame_count), video.path.name)
    frames, people, positions, sure = (stays[name] for name in ("frame", "person", "points", "confidence"))
    for person in np.unique(people):
        rows = people == person
        positions[rows], sure[rows] = with_sides_kept(detector.layout, frames[rows], positions[rows], sure[rows])
    depth = stays["depth"] if detector.tells_depth else None
    found = Detections(detector.layout, positions, sure, frames, people, video.first_frame, last, depth)
    poses = performers(Source(video.path, fps=video.fps, image_size=video.image_size), found)
    filmed = [replace(person, camera=camera) for person in poses.people]
    ranked = sorted(filmed, key=lambda person: -prominence(person))
    return PoseFile(tuple(ranked), tuple(range(1, len(ranked) + 1)))


def _who_stay(sightings: NDArray[np.void], frame_count: int) -> NDArray[np.void]:
    """Those of people who are seen in SHORTEST_STAY frames at least."""
    ids, counts = np.unique(sightings["person"], return_counts=True)
    return sightings[np.isin(sightings["person"], ids[counts >= min(SHORTEST_STAY, frame_count)])]


def _most_prominent(sightings: NDArray[np.void], most: int, name: str) -> NDArray[np.void]:
    """Those of as many people at most, by frames in sight × the middle of their longer sides."""
    ids = np.unique(sightings["person"])
    if len(ids) <= most:
        return sightings
    sizes = np.ptp(sightings["points"], axis=1).max(axis=1)
    filled = [own.size * np.median(own) for own in (sizes[sightings["person"] == person] for person in ids)]
    log.warning(
        "%s shows %d people, more than its length leaves room for; the %d most prominent are kept; choose a range to have the others.",
        name,
        len(ids),
        most,
    )
    return sightings[np.isin(sightings["person"], ids[np.argsort(filled)[-most:]])]
