"""Small pictures of a video, to show beside what is made of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import cv2
import numpy as np
from numpy.typing import NDArray

from .video import Image, Video


def small_pictures(
    video: Video, height: int, most: int, progress: Callable[[int], None]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pictures (N, height, width, 3), red, green, blue, of at most so many frames, evenly over the video; and (N,) which
    frame of its range each is. `progress` is told how many frames were read.
    """
    pictures: list[Image] = []
    step = 1
    with closing(video.frames()) as frames:
        for row, frame in enumerate(frames):
            progress(row)
            if row % step == 0:
                pictures.append(_small(frame.image, height))
            if len(pictures) > most:  # a video does not always know how long it is
                pictures, step = pictures[::2], 2 * step
    return np.stack(pictures), step * np.arange(len(pictures), dtype=np.int64)


def _small(image: Image, height: int) -> Image:
    size = (max(1, round(image.shape[1] * height / image.shape[0])), height)
    return np.ascontiguousarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA)[..., ::-1])
