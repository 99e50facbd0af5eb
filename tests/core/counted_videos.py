"""Videos whose pictures count themselves, written by FFmpeg in every way that players know: eight squares along the top
are the picture's number in bits, the lowest at the left, and below stands a circle.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.filter import Graph

from blender_addon.core.video_file import Image

WIDTH, HEIGHT = 320, 240
FPS = 25
BITS = 8
GREEN = (0, 200, 0)
CLOCK = Fraction(1, 1000)


def picture(number: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Image:
    """The picture of that number, any size; its circle is one if its sides are as 4 to 3."""
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    side = WIDTH // BITS
    for bit in range(BITS):
        image[:side, bit * side : (bit + 1) * side] = 255 if number >> bit & 1 else 40
    cv2.circle(image, (WIDTH // 2, 130), 70, GREEN, -1)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def woven(top: int, bottom: int) -> Image:
    """A picture with the one's upper and the other's lower field."""
    image = picture(top)
    image[1::2] = picture(bottom)[1::2]
    return image


def number_of(image: Image) -> int:
    """Which picture it is."""
    height, width = image.shape[:2]
    return sum(
        1 << bit
        for bit in range(BITS)
        if image[height * 2 // HEIGHT * 10, int(width * (bit + 0.5) / BITS)].mean() > 128
    )


def circle(image: Image) -> tuple[int, int]:
    """How wide and how high its circle is."""
    rows, columns = np.nonzero(np.abs(image.astype(int) - GREEN).sum(axis=-1) < 120)
    return int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


def write(
    path: Path,
    images: Sequence[Image],
    codec: str = "libx264",
    *,
    start: float = 0.0,
    durations: Sequence[float] = (),
    aspect: Fraction | None = None,
    matrix: Sequence[int] = (),
    first_field: str = "",
    **options: str,
) -> Path:
    """A video of the pictures, FPS a second or as long as their `durations`, the first at `start` seconds, with options
    of the codec. Where `first_field` is "tff" or "bff", it is interlaced.
    """
    if first_field:
        options |= {"flags": "+ildct+ilme"}
    base = CLOCK if durations else Fraction(1, FPS)
    seconds = durations or [1 / FPS] * len(images)
    begins = [round(time / base) for time in itertools.accumulate(seconds, initial=start)]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, FPS, options={"g": "12", "b": "4000000"} | options)
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt, stream.codec_context.time_base = "yuv420p", base
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if matrix:
            stream.set_display_matrix(matrix)
        packets = []
        for frame, begin in zip(_frames(images, first_field), begins, strict=False):
            frame.pts, frame.time_base = begin, base
            packets += stream.encode(frame)
        for packet in [*packets, *stream.encode(None)]:
            assert packet.pts is not None
            packet.duration = begins[begins.index(packet.pts) + 1] - packet.pts
            container.mux(packet)
    return path


def _frames(images: Sequence[Image], first_field: str) -> Iterator[av.VideoFrame]:
    height, width = images[0].shape[:2]
    graph = Graph()
    nodes = [
        graph.add_buffer(width=width, height=height, format=av.VideoFormat("bgr24"), time_base=Fraction(1, FPS)),
        graph.add("format", "yuv420p"),
        *([graph.add("setfield", first_field)] if first_field else []),
        graph.add("buffersink"),
    ]
    graph.link_nodes(*nodes).configure()
    for index, image in enumerate(images):
        frame = av.VideoFrame.from_ndarray(image, format="bgr24")
        frame.pts = index
        graph.vpush(frame)
        yield graph.vpull()


def join(path: Path, parts: Sequence[Path]) -> Path:
    """A transport stream of the pictures of those, one after the other."""
    with av.open(str(path), "w") as container:
        stream: av.VideoStream | None = None
        begins = 0.0
        for part in parts:
            with av.open(str(part)) as source:
                given = source.streams.video[0]
                assert given.time_base is not None
                stream = stream or container.add_stream_from_template(given)
                count = 0
                for packet in source.demux(given):
                    if packet.pts is None or packet.dts is None:
                        continue
                    shift = round((begins + 1.0) / given.time_base) - (given.start_time or 0)
                    packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, stream
                    container.mux(packet)
                    count += 1
                begins += count / FPS
    return path
