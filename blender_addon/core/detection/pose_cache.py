"""The poses found in videos, kept in a folder and found again by the content of the video and what was asked of it."""

from __future__ import annotations

import logging
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ..durable import whole_file
from ..pose_files import PoseFile, npz
from ..pose_files.containers import NpzFile
from ..pose_files.pose_file import Source
from ..video import Video
from ..video_file import METHOD as READING
from .background import METHOD as BACKGROUND
from .reidentification import METHOD as PEOPLE
from .sightings import SUFFIX

log = logging.getLogger(__name__)

MOST_BYTES = 2 << 30
"""What the folder may hold, some hundred hours of video; what was used longest ago goes first."""

LONGEST_WRITE = 24 * 3600.0
"""Seconds after which the file of a writer that was killed is thrown away."""


@dataclass(frozen=True)
class Asked:
    """What was looked at, and how: the detector's `method`, the `digest` of the video, and the frames of it, as many as
    the video claims, and at `most` so many where the range has an end.
    """

    method: str
    digest: str
    first_frame: int
    frame_count: int | None
    fps: float
    image_size: tuple[int, int]
    most: int | None = None

    @classmethod
    def of(cls, video: Video, method: str) -> Asked:
        """Takes a while for a large video, which is read from its beginning to its end."""
        asked = video.first_frame, video.frame_count, video.fps, video.image_size, video.most
        return cls(method, video.digest(), *asked)

    @property
    def key(self) -> str:
        """32 letters."""
        asked = self.method, PEOPLE, BACKGROUND, READING, self.digest, self.first_frame, self.frame_count, self.fps
        return sha256(repr(asked).encode()).hexdigest()[:32]

    def __str__(self) -> str:
        method = self.method, PEOPLE, BACKGROUND, READING
        return repr((*method, self.digest, self.first_frame, self.frame_count, self.fps, self.image_size))

    def fits(self, poses: PoseFile) -> bool:
        """Whether poses can be of these frames."""
        first = poses.people[0]
        is_no_longer = self.most is None or len(first) <= self.most
        return is_no_longer and (first.fps, first.start, first.image_size) == (
            self.fps,
            self.first_frame / self.fps,
            self.image_size,
        )


class CacheEntry:
    """The place for the poses of what was asked in the `folder`.

    What goes wrong is a warning, a sentence for the user: no detection is lost over it.
    """

    def __init__(self, folder: Path, asked: Asked, video: str) -> None:
        self._asked, self._video = asked, video
        self._path = folder / f"{asked.key}.npz"
        self.sightings = folder / f"{asked.key}{SUFFIX}"

    def read(self) -> PoseFile | None:
        """The poses, None where there are none. What is damaged, or is not what was asked, is thrown away."""
        if not os.access(self._path, os.R_OK):
            return None
        try:
            poses = self._checked()
        except (ValueError, OSError) as error:
            log.warning(
                "The poses that were kept of %s are damaged; they are thrown away, and the video is looked at again.",
                self._video,
            )
            log.debug("%s: %s", self._path, error)
            with suppress(OSError):
                self._path.unlink()
            return None
        with suppress(OSError):
            self.sightings.unlink()
        with suppress(OSError):  # it was used now
            os.utime(self._path)
        return poses

    def write(self, poses: PoseFile) -> None:
        """Keep the poses, if that can be done."""
        folder = self._path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _remove_torn(folder)
            with whole_file(self._path) as part, part.open("wb") as file:
                npz.save(poses, file, asked=str(self._asked))
        except OSError as error:
            log.warning(
                "The poses of %s could not be kept (%s); check that %s has room and may be written to, or the video is looked at again next time.",
                self._video,
                error.strerror,
                folder,
            )
            return
        with suppress(OSError):
            self.sightings.unlink()
        keep_within(folder, MOST_BYTES, self._path)

    def _checked(self) -> PoseFile:
        """The poses. Raises ValueError or OSError where they are not what was asked."""
        source = Source(self._path)
        file = NpzFile.open(source)
        if str(file.array("asked")) != str(self._asked):
            raise source.error("is of something else than what was asked.")
        poses = npz.read(file, source)
        if not self._asked.fits(poses):
            raise source.error("is of other frames than those that were asked for.")
        return poses


def keep_within(folder: Path, most: int, newest: Path) -> None:
    """Remove what was used longest ago until the folder holds no more bytes than that; the newest stays."""
    found = []
    with suppress(OSError):
        for path in folder.iterdir():
            if path.suffix in {".npz", SUFFIX} and path != newest:
                with suppress(OSError):  # gone meanwhile
                    found.append((path.stat(), path))
        total = newest.stat().st_size + sum(status.st_size for status, _ in found)
        for status, path in sorted(found, key=lambda one: one[0].st_mtime_ns):
            if total <= most:
                return
            with suppress(OSError):
                path.unlink()
                total -= status.st_size


def _remove_torn(folder: Path) -> None:
    """Files of writers that were killed."""
    for path in folder.glob(".*"):
        with suppress(OSError):
            if path.is_file() and time.time() - path.stat().st_mtime > LONGEST_WRITE:
                path.unlink()
