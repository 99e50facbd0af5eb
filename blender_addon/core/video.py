"""Frames of a video file, a picture or a folder of pictures, by time and range, in constant memory."""

from __future__ import annotations

import hashlib
import itertools
import logging
import os
import queue
import re
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

# The libraries' own lines would stand between ours; these are read once, when cv2 is loaded, by every build of it.
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
import cv2

from .picture_header import size_in_header
from .pose_files.frame_numbers import frames_of_names
from .pose_files.pose_file import Source
from .shown import shown

log = logging.getLogger(__name__)

Image = NDArray[np.uint8]
"""(H, W, 3) uint8, blue green red: OpenCV's order."""

DEFAULT_FPS = 30.0
"""Frames a second of pictures, and of a video that does not say."""

HIGHEST_FPS = 1000.0
"""What a container claims beyond this is its clock, not its frame rate."""

MAX_SIDE = 8192
"""Pixels a side: 8K and every phone stay below."""

MOST_EMPTY = 100
"""Frames a picture that a folder may span; with more its numbers are of something else, a date or a shutter count."""

MOST_OF_A_VIDEO = 0.9
"""A video that ends before this part of the frames it claims is broken off; claims of some containers are estimates."""

LONGEST_HOLD = 10.0
"""Seconds that one picture may stand; a clock that jumps further, stands still or runs backwards is not believed."""

FRAMES_AHEAD = 4
"""Frames decoded while the one before is being looked at."""

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"})


class VideoError(ValueError):
    """One sentence that names the video and says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(shown(sentence))


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


Decoded = Generator[tuple[float, Callable[[], Image | None]], None, None]
"""For each picture its time in seconds and how to get it, which can be done until the next one is asked for."""


@dataclass(frozen=True)
class Video:
    """A video, or pictures, ready to be read.

    `fps` frames a second; `image_size` (width, height) in pixels after the rotation the file asks for; `first_frame`
    and `frame_count` of the range to be read, the count None where the file does not know and otherwise what it claims.
    A varying frame rate is made even by true timestamps. `rotation` is by how many degrees, clockwise, the file asks
    for its pictures to be turned: frames() gives them turned.
    """

    path: Path
    fps: float
    image_size: tuple[int, int]
    first_frame: int
    frame_count: int | None
    pictures: tuple[Path, ...] = ()
    rotation: int = 0
    picture_frames: tuple[int, ...] = ()
    """Which frame each picture is, from 0: the numbers in their names, with their gaps."""

    @classmethod
    def open(cls, path: Path, frame_range: FrameRange | None = None, fps: float | None = None) -> Video:
        """Open a video, a picture, or a folder of pictures in the order of their numbers. Only its head is read.

        Args:
            path: of a file that FFmpeg or OpenCV reads, or of a folder.
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
        header = _header_of_pictures(pictures, at[-1] + 1) if pictures else _header_of_file(path)
        rate = fps or header.fps
        count = header.frame_count
        if count is not None and not pictures:
            count = max(1, round(count * rate / header.fps))
        first, stop = (frame_range or FrameRange()).frames(rate)
        if count is not None and first >= count:
            raise VideoError(f"{path.name} has {count} frames and the range begins at {first}; choose an earlier one.")
        ends = [end for end in (stop, count) if end is not None]
        return cls(
            path, rate, header.image_size, first, min(ends) - first if ends else None, pictures, header.rotation, at
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
            _decode_pictures(self.pictures, self.picture_frames, self.fps) if self.pictures else _decode_file(self.path)
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
                if count == self.frame_count:
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


@dataclass(frozen=True)
class _Header:
    """What a file claims before it is read."""

    fps: float
    image_size: tuple[int, int]
    frame_count: int | None
    rotation: int = 0


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


def _header_of_pictures(pictures: tuple[Path, ...], count: int) -> _Header:
    height, width = _picture(pictures[0]).shape[:2]
    return _Header(DEFAULT_FPS, (width, height), count)


def _header_of_file(path: Path) -> _Header:
    with _opened(path) as capture:
        fps, count = capture.get(cv2.CAP_PROP_FPS), capture.get(cv2.CAP_PROP_FRAME_COUNT)
        size = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        rotation = round(capture.get(cv2.CAP_PROP_ORIENTATION_META)) % 360
    known = 0 < fps <= HIGHEST_FPS
    return _Header(
        fps if known else DEFAULT_FPS,
        _checked_size(path, *size),
        round(count) if known and 0 < count < 1e9 else None,
        rotation,
    )


@contextmanager
def _opened(path: Path) -> Iterator[cv2.VideoCapture]:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        if not capture.isOpened():
            raise VideoError(
                f"{path.name} cannot be read as a video; it may be broken off or no video at all, so copy it again or convert it to mp4."
            )
        capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
        yield capture
    finally:
        capture.release()


def _checked_size(path: Path, width: int, height: int) -> tuple[int, int]:
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise VideoError(f"{path.name} has frames of {width} × {height} pixels; scale it to {MAX_SIDE} a side at most.")
    return width, height


def _decode_file(path: Path) -> Decoded:
    with _opened(path) as capture:
        while capture.grab():
            yield capture.get(cv2.CAP_PROP_POS_MSEC) / 1000, lambda: _image(capture.retrieve()[1])


def _image(image: object) -> Image | None:
    return image if isinstance(image, np.ndarray) and image.ndim == 3 else None


def _decode_pictures(pictures: tuple[Path, ...], frames: tuple[int, ...], fps: float) -> Decoded:
    """The pictures at their times. In a long gap the one before it is given again, so that the time goes on."""
    for path, frame, after in zip(pictures, frames, (*frames[1:], frames[-1]), strict=True):
        for held in range(frame, max(after, frame + 1), max(1, int(LONGEST_HOLD * fps) // 2)):
            yield held / fps, partial(_picture, path)


def _picture(path: Path) -> Image:
    """The picture; VideoError where its header claims more pixels than we take, before any of them is decoded."""
    content = np.fromfile(path, np.uint8)
    size = size_in_header(content.tobytes())
    if size is not None:
        _checked_size(path, *size)
        with suppress(cv2.error):
            image = cv2.imdecode(content, cv2.IMREAD_COLOR)
            if image is not None:
                return cast(Image, image)
    raise VideoError(f"{path.name} cannot be read as a picture; write it again or take it out of the folder.")


def _resampled(decoded: Decoded, fps: float, first: int) -> Generator[Frame, None, None]:
    """Frames `first` and after at an even rate: for each the picture nearest in time, the first at 0. The last one
    stands like the one before.
    """
    index, time, step, last_stamp = first, 0.0, 1 / fps, None
    image: Image | None = None
    for stamp, get in decoded:
        before = time
        if last_stamp is not None:
            step = stamp - last_stamp if 0 < stamp - last_stamp <= LONGEST_HOLD else 1 / fps
            time += step
        last_stamp = stamp
        if time < (first - 0.5) / fps:
            continue
        while image is not None and index / fps < (before + time) / 2:
            yield Frame(index, image)
            index += 1
        image = found if (found := get()) is not None else image
    while image is not None and (index + 0.5) / fps < time + step:
        yield Frame(index, image)
        index += 1


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
