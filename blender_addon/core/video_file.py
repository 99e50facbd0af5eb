"""A video file as players show it: true times, deinterlaced, upright, in the shape it is meant to have. FFmpeg decodes."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.filter import Graph
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

# OpenCV's own lines would stand between ours; these are read once, when cv2 is loaded, by every build of it.
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
import cv2

from .presentation import AS_STORED, Presentation
from .shown import shown

Image = NDArray[np.uint8]
"""(H, W, 3) uint8, blue green red: OpenCV's order."""

DEFAULT_FPS = 30.0
"""Frames a second of pictures, and of a video that does not say."""

HIGHEST_FPS = 1000.0
"""What a container claims beyond this is its clock, not its frame rate."""

MAX_SIDE = 8192
"""Pixels a side: 8K and every phone stay below."""

WIDEST_PIXEL = 8.0
"""A pixel that is said to be wider or narrower than this is a mistake of the file; it is taken for square."""

MOST_REORDERED = 4
"""Frames that may be decoded before one that is shown before them: three between two others, and one of those told by
its neighbours.
"""

METHOD = "as players show it, in the order of decoding times"
"""Part of the name under which poses are kept. Change it with whatever changes the pictures of a video."""

OPTIONS = {"protocol_whitelist": "file"}
"""No list or description of a stream makes FFmpeg open anything but files."""


class VideoError(ValueError):
    """One sentence that names the video and says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(shown(sentence))


@dataclass(frozen=True)
class Header:
    """What a file claims before it is read.

    `image_size` (width, height) is that of its first picture as it is shown. `frame_count`: how many frames at `fps` its
    duration is; None where it does not say.
    """

    fps: float
    image_size: tuple[int, int]
    frame_count: int | None
    presentation: Presentation = AS_STORED


@dataclass(frozen=True, eq=False)
class Picture:
    """A decoded picture: when it begins and how long it stands in seconds, each None where the file does not say;
    and how to get it, which can be done until the next one is asked for.
    """

    time: float | None
    duration: float | None
    image: Callable[[], Image | None]


Decoded = Generator[Picture, None, None]


def checked_size(path: Path, width: int, height: int) -> tuple[int, int]:
    """The size. VideoError where it is none, or too large."""
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise VideoError(f"{path.name} has frames of {width} × {height} pixels; scale it to {MAX_SIDE} a side at most.")
    return width, height


def header_of(path: Path) -> Header:
    """Read the head of a video, its first picture included. VideoError where nothing can be read."""
    with _opened(path) as (container, stream), closing(_frames(container, stream)) as frames:
        first = next(frames, None)
        aspect = _pixel_aspect(stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio)
        presentation = Presentation(pixel_aspect=aspect)
        width, height = stream.codec_context.width, stream.codec_context.height
        if first is not None:
            presentation = _presentation(first, aspect)
            width, height = first.width, first.height
        size = presentation.size(round(width * aspect), height)
        fps = next((float(rate) for rate in _rates(stream) if rate and 0 < rate <= HIGHEST_FPS), 0.0)
        seconds = _duration(container, stream)
        count = max(1, round(seconds * fps)) if seconds is not None and fps else None
    return Header(fps or DEFAULT_FPS, checked_size(path, *size), count, presentation)


def decode(path: Path, header: Header) -> Decoded:
    """The pictures of a video in the order in which they are shown, all of the header's size: where the file changes
    its own, a picture is fitted in, as into a player's window.
    """
    asked = header.presentation
    width, height = asked.size(*header.image_size)
    reformatter = VideoReformatter()
    with _opened(path) as (container, stream), closing(_deinterlaced(_frames(container, stream))) as frames:
        # What the container says holds for all pictures; where it says nothing, each may say its own.
        is_fixed = stream.sample_aspect_ratio != stream.codec_context.sample_aspect_ratio
        for frame, time in _with_times(frames, header.fps):
            duration = frame.duration
            stands = float(duration * frame.time_base) if duration and frame.time_base is not None else None
            aspect = asked.pixel_aspect if is_fixed else _pixel_aspect(stream.codec_context.sample_aspect_ratio)

            def image(frame: av.VideoFrame = frame, aspect: float = aspect) -> Image | None:
                return asked.applied(_fitted(reformatter, frame, aspect, width, height))

            yield Picture(time, stands, image)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[av.container.InputContainer, av.VideoStream]]:
    try:
        container = av.open(f"file:{path}", options=OPTIONS)
    except (av.FFmpegError, OSError, ValueError):
        raise _unreadable(path) from None
    with closing(container):
        stream = container.streams.best("video")
        if not isinstance(stream, av.VideoStream) or stream.codec_context is None:
            raise _unreadable(path)
        stream.thread_type = "AUTO"
        yield container, stream


def _unreadable(path: Path) -> VideoError:
    return VideoError(
        f"{path.name} cannot be read as a video; it may be broken off or no video at all, so copy it again or convert it to mp4."
    )


def _frames(container: av.container.InputContainer, stream: av.VideoStream) -> Generator[av.VideoFrame, None, None]:
    """All frames that can be decoded. What is damaged is passed over, as players do."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            packet = None
        with suppress(av.FFmpegError):
            yield from stream.decode(packet)
        if packet is None:
            return


def _with_times(
    frames: Generator[av.VideoFrame, None, None], fps: float
) -> Generator[tuple[av.VideoFrame, float | None], None, None]:
    """The frames and the seconds at which each is shown, None where the file says nothing of it.

    Some containers, AVI for one, tell the times of decoding alone. Frames come in the order in which they are shown, so
    the times, in order, are theirs.
    """
    waiting: deque[av.VideoFrame] = deque()
    times: list[float] = []
    latest = -math.inf
    for frame in frames:
        time = _time(frame)
        if time is None or time < latest - MOST_REORDERED / fps:
            # A clock that begins again is no order of decoding.
            yield from _in_order(waiting, times)
            latest = -math.inf
        if time is None:
            yield frame, None
            continue
        waiting.append(frame)
        heappush(times, time)
        latest = max(latest, time)
        if len(waiting) > MOST_REORDERED:
            yield waiting.popleft(), heappop(times)
    yield from _in_order(waiting, times)


def _in_order(waiting: deque[av.VideoFrame], times: list[float]) -> Iterator[tuple[av.VideoFrame, float]]:
    while waiting:
        yield waiting.popleft(), heappop(times)


def _time(frame: av.VideoFrame) -> float | None:
    """Seconds that the file tells for a frame."""
    if frame.time is None and frame.dts is not None and frame.time_base is not None:
        return float(frame.dts * frame.time_base)
    return frame.time


def _deinterlaced(frames: Generator[av.VideoFrame, None, None]) -> Generator[av.VideoFrame, None, None]:
    """The frames with those that are marked as interlaced made whole pictures, one for one. Until the first of these
    nothing is touched.
    """
    graph: _Deinterlacer | None = None
    for frame in frames:
        if graph is not None and not graph.fits(frame):
            yield from graph.rest()
            graph = None
        if graph is None and frame.interlaced_frame:
            graph = _Deinterlacer(frame)
        if graph is None:
            yield frame
        else:
            yield from graph.after(frame)
    if graph is not None:
        yield from graph.rest()


class _Deinterlacer:
    """FFmpeg's estdif, for frames like the first. It takes the field that comes first and fills its lines in along
    edges: a picture is of one moment, where filters that look at other fields weave two together.
    """

    def __init__(self, frame: av.VideoFrame) -> None:
        self._kind = self._kind_of(frame)
        self._graph = Graph()
        buffer = self._graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
        )
        estdif = self._graph.add("estdif", "mode=frame:parity=auto:deint=interlaced")
        self._graph.link_nodes(buffer, estdif, self._graph.add("buffersink")).configure()

    def fits(self, frame: av.VideoFrame) -> bool:
        """Whether it is a frame like the first."""
        return self._kind_of(frame) == self._kind

    def after(self, frame: av.VideoFrame) -> Iterator[av.VideoFrame]:
        """The frames that are ready once it has this one too."""
        self._graph.vpush(frame)
        yield from self._ready()

    def rest(self) -> Iterator[av.VideoFrame]:
        """The frames that are still in it, at the end."""
        self._graph.vpush(None)
        yield from self._ready()

    def _ready(self) -> Iterator[av.VideoFrame]:
        while True:
            try:
                yield self._graph.vpull()
            except (av.BlockingIOError, av.EOFError):
                return

    @staticmethod
    def _kind_of(frame: av.VideoFrame) -> tuple[int, int, str, Fraction | None]:
        return frame.width, frame.height, frame.format.name, frame.time_base


def _presentation(frame: av.VideoFrame, pixel_aspect: float) -> Presentation:
    try:
        matrix = frame.side_data.get("DISPLAYMATRIX")
    except ValueError:  # beside it stands data of a kind that PyAV does not know; it still tells the rotation
        turned = np.radians(-frame.rotation)
        across, down = (round(65536 * part) for part in (np.cos(turned), np.sin(turned)))
        plain = np.array([across, down, 0, -down, across, 0, 0, 0, 1 << 30], np.int32)
        return Presentation.of_matrix(plain, pixel_aspect)
    if matrix is None:
        return Presentation(pixel_aspect=pixel_aspect)
    return Presentation.of_matrix(np.frombuffer(cast(bytes, matrix), np.int32)[:9], pixel_aspect)


def _pixel_aspect(ratio: Fraction | None) -> float:
    return float(ratio) if ratio and 1 / WIDEST_PIXEL <= ratio <= WIDEST_PIXEL else 1.0


def _rates(stream: av.VideoStream) -> tuple[Fraction | None, ...]:
    return stream.guessed_rate, stream.average_rate


def _duration(container: av.container.InputContainer, stream: av.VideoStream) -> float | None:
    """Seconds from the first picture to the end of the last, the least of what the file claims; None where it claims
    nothing.
    """
    claims = []
    if stream.duration and stream.time_base:
        claims.append(float(stream.duration * stream.time_base))
    if container.duration:
        seconds = container.duration / av.time_base
        # Matroska counts from nought and not from the first picture.
        start = (container.start_time or 0) / av.time_base if "matroska" in container.format.name else 0.0
        claims.append(seconds - start if 0 < start < seconds else seconds)
    return min(claims, default=None)


def _fitted(reformatter: VideoReformatter, frame: av.VideoFrame, aspect: float, width: int, height: int) -> Image:
    """The frame with square pixels, scaled into `width` × `height`, with black where it has another shape."""
    square = frame.width * aspect, frame.height
    scale = min(width / square[0], height / square[1])
    inner = tuple(
        min(side, max(1, round(length * scale))) for side, length in zip((width, height), square, strict=True)
    )
    if abs(inner[0] - width) <= 1 and abs(inner[1] - height) <= 1:
        inner = (width, height)
    converted = reformatter.reformat(
        frame, width=inner[0], height=inner[1], format="bgr24", interpolation=Interpolation.BICUBIC, threads=1
    )
    image = np.asarray(converted.to_ndarray(), np.uint8)  # where its lines have no padding, FFmpeg's own memory
    if inner == (width, height):
        return image
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    padding = top, height - inner[1] - top, left, width - inner[0] - left
    return np.asarray(cv2.copyMakeBorder(image, *padding, cv2.BORDER_CONSTANT), np.uint8)
