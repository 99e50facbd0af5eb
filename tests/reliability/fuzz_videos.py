"""Videos, pictures and folders of them, damaged; as many frames as a video gives are poses that go on."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.video import FrameRange, Video, VideoError
from tests.reliability.cleaned_and_retargeted import cleaned_and_retargeted
from tests.reliability.fuzzing import check_sentence
from tests.reliability.video_inputs import made_video

NAMES = ("damaged",)
FRAMES = 12
"""Frames that are read at most."""
RANGES = (None, None, None, "0:6", "2:", "0.1s:0.4s", "5:", "1000000:")
DETECTED_EVERY = 40
"""One in so many is looked at by the detector too: that takes most of a second."""


def prepared() -> Callable[[int, Path], bool]:
    """What opens the video of a seed and reads it; poses with its times and size are cleaned and retargeted."""
    from tests.core.clips import marching

    use, walk = cleaned_and_retargeted(), marching(FRAMES)

    def read_one(seed: int, folder: Path) -> bool:
        path, dice = made_video(seed, folder), random.Random(seed)
        text = dice.choice(RANGES)
        fps = dice.choice((None, None, None, 12.0, 1000.0))
        try:
            video = Video.open(path, FrameRange.parse(text) if text else None, fps)
            count = _read(video)
            if seed % DETECTED_EVERY == 0:
                _detected(video)
        except VideoError as error:
            check_sentence(str(error))
            return False
        use(_poses(walk, video, count))
        return True

    return read_one


def _read(video: Video) -> int:
    """Frames of the video that can be had, at most FRAMES."""
    count = 0
    with closing(video.frames()) as frames:
        for frame in islice(frames, FRAMES):
            assert frame.image.dtype == np.uint8
            assert frame.image.shape == (*video.image_size[::-1], 3)
            count += 1
    video.digest()
    return count


def _poses(walk: PoseSequence, video: Video, count: int) -> PoseSequence:
    """Somebody who walks in a picture of that size, as long as the video was read."""
    shown = walk[: max(count, 1)]
    return replace(shown, fps=video.fps, image_size=video.image_size)


def _detected(video: Video) -> None:
    """Look for people in its first two frames."""
    from blender_addon.core.detection.people import PeopleFinder

    finder = PeopleFinder()
    with closing(video.frames()) as frames:
        for frame in islice(frames, 2):
            for find in finder(frame.image):
                assert np.isfinite(find.points).all()
