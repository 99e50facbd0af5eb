"""Frames of a video file, a picture or a folder of pictures, by time and range, in constant memory."""

from __future__ import annotations

import hashlib
import itertools
import logging
import queue
import re
import threading
from collections.abc import Generator
from contextlib import closing, suppress
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import cast

import cv2
import numpy as np

from .picture_header import size_in_header
from .pose_files.frame_numbers import frames_of_names
from .pose_files.pose_file import Source
from .presentation import AS_STORED, Presentation
from .video_file import (
    DEFAULT_FPS,
    HIGHEST_FPS,
    Decoded,
    Header,
    Image,
    Picture,
    VideoError,
    checked_size,
    decode,
    header_of,
)

__all__ = ["Frame", "FrameRange", "Image", "TimeUnit", "Video", "VideoError"]

log = logging.getLogger(__name__)

MOST_EMPTY = 100
"""Frames a picture that a folder may span; with more its numbers are of something else, a date or a shutter count."""

MOST_OF_A_VIDEO = 0.9
"""A video that ends before this part of the frames it claims is broken off; claims of some containers are estimates."""

LONGEST_HOLD = 10.0
"""Seconds that one picture may stand; a clock that jumps further, stands still or runs backwards is not believed."""

FRAMES_AHEAD = 4
"""Frames decoded while the one before is being looked at."""

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"})


class TimeUnit(Enum):
    """What a range is counted in."""

    FRAMES = "frames"
    SECONDS = "seconds"


@dataclass(frozen=True)
class FrameRange:
    """From `start`, included, to `stop`, excluded (None: the end), in `unit`, counted from the video's first frame."""

    start: float = 0.0
    stop: float | None = None
    unit: TimeUnit = TimeUnit.FRAMES

    @classmethod
    def parse(cls, text: str) -> FrameRange:
        """Return the range that a text names: frames ("10:250") or seconds ("1.5s:8s"), the last one excluded.

        Args:
            text: either end may be left out.

        Raises:
            ValueError: the text is neither, or the range is empty.
        """
        for unit, pattern in (
            (TimeUnit.FRAMES, r"(\d{0,9}):(\d{0,9})"),
            (TimeUnit.SECONDS, r"(?:(\d{1,9}(?:\.\d{0,9})?)s)?:(?:(\d{1,9}(?:\.\d{0,9})?)s)?"),
        ):
            if match := re.fullmatch(pattern, text.strip()):
                start, stop = (float(end) if end else None for end in match.groups())
                if stop is None or stop > (start or 0.0):
                    return cls(start or 0.0, stop, unit)
        raise ValueError(
            f'The range "{text[:40]}" is none; write FIRST:LAST in frames (10:250) or in seconds (1.5s:8s), the last one excluded.'
        )

    def frames(self, fps: float) -> tuple[int, int | None]:
        """Return the first frame of the range and the one after its last, None for the end of the video.

        Args:
            fps: frames per second of the video.
        """
        scale = fps if self.unit is TimeUnit.SECONDS else 1.0
        return round(self.start * scale), None if self.stop is None else max(
            round(self.stop * scale), round(self.start * scale) + 1
        )


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of the video: its `index` counted from the video's first frame at the rate of the video, and the (H,
    W, 3) BGR `image`.
    """

    index: int
    image: Image


@dataclass(frozen=True)
class Video:
    """A video, or pictures, ready to be read.

    `fps` frames a second; `image_size` (width, height) in pixels as the file asks to be shown; `first_frame`
    and `frame_count` of the range to be read, the count None where the file does not know and otherwise what it claims.
    A varying frame rate is made even by true timestamps. `presentation` is how the file asks for its pictures to be
    shown: frames() gives them so.
    """

    path: Path
    fps: float
    image_size: tuple[int, int]
    first_frame: int
    frame_count: int | None
    pictures: tuple[Path, ...] = ()
    presentation: Presentation = AS_STORED
    picture_frames: tuple[int, ...] = ()
    """Which frame each picture is, from 0: the numbers in their names, with their gaps."""
    most: int | None = None
    """Frames that the range has room for; None where it has no end."""

    @classmethod
    def open(cls, path: Path, frame_range: FrameRange | None = None, fps: float | None = None) -> Video:
        """Open a video, a picture, or a folder of pictures in the order of their numbers. Only its head is read.

        Args:
            path: of a video that FFmpeg reads, a picture that OpenCV reads, or a folder of these.
            frame_range: the part that `frames` reads; all of it by default.
            fps: frames per second, in place of what the file says.

        Raises:
            VideoError: nothing can be read there, or the range begins behind the end.
        """
        if fps is not None and not 0 < fps <= HIGHEST_FPS:
            raise VideoError(
                f"A frame rate of {fps:g} cannot be; give one above 0 and at most {HIGHEST_FPS:g} frames a second."
            )
        if not path.exists():
            raise VideoError(f"{path.name} was not found; check the path of the video.")
        if not path.is_file() and not path.is_dir():
            raise VideoError(f"{path.name} is a pipe, a device or a socket, and no file; choose a video.")
        if path.is_file() and not path.stat().st_size:
            raise VideoError(f"{path.name} is empty; copy the video again.")
        pictures = _pictures(path)
        if not pictures and any("\ud800" <= letter <= "\udfff" for letter in str(path)):
            raise VideoError(f"{path.name} has a name or a folder whose name is no text in UTF-8; rename it.")
        at = _frames_of_pictures(pictures)
        header = _header_of_pictures(pictures, at[-1] + 1) if pictures else header_of(path)
        rate = fps or header.fps
        count = header.frame_count
        if count is not None and not pictures:
            count = max(1, round(count * rate / header.fps))
        first, stop = (frame_range or FrameRange()).frames(rate)
        if count is not None and first >= count:
            raise VideoError(f"{path.name} has {count} frames and the range begins at {first}; choose an earlier one.")
        ends = [end for end in (stop, count) if end is not None]
        return cls(
            path,
            rate,
            header.image_size,
            first,
            min(ends) - first if ends else None,
            pictures,
            header.presentation,
            at,
            None if stop is None else stop - first,
        )

    def frames(self) -> Generator[Frame, None, None]:
        """Yield each frame of the range, decoded by a thread of its own a few frames ahead. Close the generator to stop early.

        Yields:
            Frames with (H, W, 3) uint8 pictures in the order blue, green, red, turned as the file asks.

        Raises:
            VideoError: no frame can be read, the file breaks off, or a picture has another size.
        """
        return _ahead(self._frames())

    def digest(self) -> str:
        """SHA-256 of the video's bytes, in hex: the same for every copy of it."""
        digest = hashlib.sha256()
        for path in self.pictures or (self.path,):
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()

    def stamp(self) -> tuple[tuple[int, int, int], ...]:
        """Size, time and number of each file: another one where it was written to or replaced, as far as the file
        system tells. Raises OSError.
        """
        return tuple(
            (status.st_size, status.st_mtime_ns, status.st_ino)
            for status in (path.stat() for path in self.pictures or (self.path,))
        )

    def _frames(self) -> Generator[Frame, None, None]:
        count = 0
        if self.picture_frames and len(self.picture_frames) <= self.picture_frames[-1]:
            missing = self.picture_frames[-1] + 1 - len(self.picture_frames)
            log.warning(
                "%s lacks %d pictures by its numbers; the nearest one stands for each.", self.path.name, missing
            )
        decoded = (
            _decode_pictures(self.pictures, self.picture_frames, self.fps)
            if self.pictures
            else decode(self.path, Header(self.fps, self.image_size, None, self.presentation))
        )
        with closing(decoded), closing(_resampled(decoded, self.fps, self.first_frame)) as frames:
            for frame in frames:
                if frame.image.shape[1::-1] != self.image_size:
                    width, height = frame.image.shape[1::-1]
                    raise VideoError(
                        f"{self.path.name} changes its size to {width} × {height} in frame {frame.index}; bring all frames to one size."
                    )
                yield frame
                count += 1
                if count == self.most:
                    return
        if not count:
            raise VideoError(
                f"{self.path.name} holds no frame that can be read; convert it to an mp4 with H.264 and try that."
            )
        if self.frame_count is not None and count < MOST_OF_A_VIDEO * self.frame_count:
            first, end = self.first_frame, self.first_frame + count
            raise VideoError(
                f"{self.path.name} breaks off after {end} of {first + self.frame_count} frames; copy it again, or choose the range {first}:{end}."
            )


def _pictures(path: Path) -> tuple[Path, ...]:
    """The pictures of a folder in the order of the numbers in their names, or the picture itself; nothing for a video.
    VideoError for a folder without.
    """
    if path.is_file():
        return (path,) if path.suffix.lower() in PICTURES else ()
    found = [
        file
        for file in path.iterdir()
        if file.suffix.lower() in PICTURES and not file.name.startswith(".") and file.is_file()
    ]
    if not found:
        raise VideoError(
            f"The folder {path.name or path} holds no pictures; choose one with {', '.join(sorted(PICTURES))} files, or a video."
        )
    return tuple(
        sorted(
            found,
            key=lambda file: [
                (int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", file.name)
            ],
        )
    )


def _frames_of_pictures(pictures: tuple[Path, ...]) -> tuple[int, ...]:
    """The frame of each picture, from 0, by the numbers in their names; one after the other where those tell none."""
    order = tuple(range(len(pictures)))
    try:
        named = frames_of_names(Source(pictures[0].parent), [path.name for path in pictures]) if pictures else {}
    except ValueError:  # several clips, or names without numbers
        return order
    frames = [named[path.name] for path in pictures] if named else list(order)
    gaps = [after - before for before, after in itertools.pairwise(frames)]
    if not gaps or min(gaps) < 1:
        return order
    if max(gaps) > 1 and frames[-1] - frames[0] >= MOST_EMPTY * len(frames):
        return order
    return tuple(frame - frames[0] for frame in frames)


def _header_of_pictures(pictures: tuple[Path, ...], count: int) -> Header:
    height, width = _picture(pictures[0]).shape[:2]
    return Header(DEFAULT_FPS, (width, height), count)


def _decode_pictures(pictures: tuple[Path, ...], frames: tuple[int, ...], fps: float) -> Decoded:
    """The pictures at their times. In a long gap the one before it is given again, so that the time goes on."""
    for path, frame, after in zip(pictures, frames, (*frames[1:], frames[-1]), strict=True):
        for held in range(frame, max(after, frame + 1), max(1, int(LONGEST_HOLD * fps) // 2)):
            yield Picture(held / fps, None, partial(_picture, path))


def _picture(path: Path) -> Image:
    """The picture; VideoError where its header claims more pixels than we take, before any of them is decoded."""
    content = np.fromfile(path, np.uint8)
    size = size_in_header(content.tobytes())
    if size is not None:
        checked_size(path, *size)
        with suppress(cv2.error):
            image = cv2.imdecode(content, cv2.IMREAD_COLOR)
            if image is not None:
                return cast(Image, image)
    raise VideoError(f"{path.name} cannot be read as a picture; write it again or take it out of the folder.")


def _resampled(decoded: Decoded, fps: float, first: int) -> Generator[Frame, None, None]:
    """Frames `first` and after at an even rate: for each the picture nearest in time, the first at 0. The last one
    stands as long as the file says, else like the one before.
    """
    index, time, step, hold = first, 0.0, 1 / fps, 1 / fps
    last_time: float | None = None
    image: Image | None = None
    for picture in decoded:
        before = time
        if last_time is not None:
            step = _believed(None if picture.time is None else picture.time - last_time, step, fps)
            time += step
        last_time = picture.time if picture.time is not None else (last_time or 0.0) + step
        hold = _believed(picture.duration, step, fps)
        if time < (first - 0.5) / fps:
            continue
        while image is not None and index / fps < (before + time) / 2:
            yield Frame(index, image)
            index += 1
        image = found if (found := picture.image()) is not None else image
    while image is not None and (index + 0.5) / fps < time + hold:
        yield Frame(index, image)
        index += 1


def _believed(seconds: float | None, before: float, fps: float) -> float:
    """How long a picture stands: as the file says, where that can be; like the one before where it says nothing."""
    if seconds is None:
        return before
    return seconds if 0 < seconds <= LONGEST_HOLD else 1 / fps


def _ahead(frames: Generator[Frame, None, None]) -> Generator[Frame, None, None]:
    """The same frames, read by a thread of its own up to FRAMES_AHEAD before they are asked for."""
    waiting: queue.Queue[Frame | Exception | None] = queue.Queue(FRAMES_AHEAD)
    stopped = threading.Event()

    def give(item: Frame | Exception | None) -> None:
        while not stopped.is_set():
            with suppress(queue.Full):
                return waiting.put(item, timeout=0.1)

    def read() -> None:
        try:
            with closing(frames):
                for frame in frames:
                    give(frame)
                    if stopped.is_set():
                        return
            give(None)
        except Exception as error:
            give(error)

    reader = threading.Thread(target=read, name="video", daemon=True)
    reader.start()
    try:
        while (item := waiting.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        stopped.set()
        reader.join()
