"""The jobs: from a request to its result. What is heavy is imported by the job that needs it, and kept warm for the
next one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from .. import core
from ..core.motion import Limbs
from ..core.pose_sequence import PoseSource
from ..core.shown import shown
from .messages import (
    Cleaned,
    CleanRequest,
    Corrected,
    CorrectRequest,
    Detected,
    DetectRequest,
    Film,
    FilmRequest,
    PortraitRequest,
    Portraits,
    Request,
    Result,
    Retargeted,
    RetargetRequest,
)
from .monitor import Monitor

if TYPE_CHECKING:
    from ..core.retargeting import Retargeter

AUTO = "auto"
KEPT_CODES = 4
"""Clips whose codes are kept: another view or body of the same clip is only decoded."""


def run(request: Request, monitor: Monitor) -> Result:
    """Do what is asked, and send progress.

    Args:
        request: tells by its class what is asked.
        monitor: gets the progress, and raises Cancelled once the job is to stop.

    Raises:
        Cancelled: the job was stopped.
        Exception: whatever `core` raises; `failures.explain` makes a sentence of it.
    """
    match request:
        case DetectRequest():
            return detect(request, monitor)
        case RetargetRequest():
            return retarget(request, monitor)
        case CleanRequest():
            return clean(request, monitor)
        case CorrectRequest():
            return correct(request)
        case PortraitRequest():
            return portray(request, monitor)
        case FilmRequest():
            return film(request, monitor)


def detect(request: DetectRequest, monitor: Monitor) -> Detected:
    """Find everybody in the video, or read them from the pose file.

    Returns:
        The people with their ids, and where they come from.

    Raises:
        VideoError, PoseFileError: nothing can be read there.
        Cancelled: the job was stopped.
    """
    monitor.enter("Opening the video")
    from ..core.pose_file_footage import holds_poses, read_performance
    from ..core.video import FrameRange, Video

    frame_range = FrameRange.parse(request.range) if request.range else None
    if holds_poses(request.video):
        monitor.enter("Reading the poses")
        with _warnings_of_core() as notices:
            poses = read_performance(
                request.video,
                frame_range,
                fps=request.fps,
                image_size=request.image_size,
                layout=request.layout,
                body_parts=request.body_parts,
            )
        return Detected(poses.people, poses.ids, PoseSource.FILE, notices=tuple(notices))
    monitor.enter("Loading the pose networks")
    from ..core.detection import performance
    from ..core.detection.detectors import DEFAULT
    from ..core.detection.providers import provider_or_cpu

    provider = provider_or_cpu(request.device)
    video = Video.open(request.video, frame_range, request.fps)
    monitor.enter("Looking for people")
    with _warnings_of_core() as notices:
        found = performance.detect(
            video,
            provider,
            threads=request.threads,
            cache=request.cache,
            detector=request.detector or DEFAULT,
            progress=lambda done: monitor.advance(done, video.frame_count),
            resumed=lambda done: monitor.enter(f"Looking for people, from frame {video.first_frame + done:,} on"),
        )
    people, ids = found.poses.people, found.poses.ids
    device = found.provider.device if found.provider is not None else ""
    message = _fallback(request.device, device, "onnxruntime") if device else ""
    return Detected(people, ids, found.source, device, message, video.presentation, tuple(notices))


def retarget(request: RetargetRequest, monitor: Monitor) -> Retargeted:
    """The motion on its new body."""
    monitor.enter("Loading the network")
    retargeter = _retargeter(request.model, request.device)
    frames = len(request.poses) + (len(request.blend.poses) if request.blend is not None else 0)
    monitor.enter("Retargeting")
    motion = retargeter.retarget(
        request.poses,
        request.skeleton,
        request.poses if request.level else request.view,
        lambda part: monitor.advance(part * frames, frames),
        request.blend,
        camera=request.camera,
        distance=request.distance,
    )
    if request.limbs is Limbs.FULL_LENGTH:
        from ..core.full_length_limbs import with_limbs_at_full_length

        motion = with_limbs_at_full_length(motion)
    device = retargeter.device.type
    return Retargeted(motion, device, request.model, _fallback(request.device, device, "PyTorch"))


def clean(request: CleanRequest, monitor: Monitor) -> Cleaned:
    """The poses without mistakes and jitter."""
    monitor.enter("Cleaning")
    from ..core.camera_motion import handled, with_camera_of
    from ..core.smoothing import cleaned_for_network

    poses, places = cleaned_for_network(handled(request.poses, request.camera), request.strength, request.lost)
    return Cleaned(with_camera_of(poses, request.poses), places)


def correct(request: CorrectRequest) -> Corrected:
    """Apply the corrections of identity, one after the other.

    Raises:
        ValueError: a correction names a performer or frame that is not there.
    """
    from ..core.detection import identity
    from ..core.pose_files import PoseFile

    poses = PoseFile(request.people, request.ids)
    for made in request.corrections:
        match made.operation:
            case "swap":
                poses = identity.swap(poses, made.one, made.other, made.frame)
            case "split":
                poses = identity.split(poses, made.one, made.frame)
            case "merge":
                poses = identity.merge(poses, made.one, made.other)
            case unknown:
                raise ValueError(f"There is no correction of tracks called {unknown}; use swap, split or merge.")
    return Corrected(poses.people, poses.ids)


def portray(request: PortraitRequest, monitor: Monitor) -> Portraits:
    """A picture of each."""
    monitor.enter("Making pictures")
    from ..core.detection.identity import portraits
    from ..core.pose_files import PoseFile
    from ..core.video import FrameRange, Video

    video = Video.open(request.video, FrameRange.parse(request.range) if request.range else None, request.fps)
    pictures = portraits(video, PoseFile(request.people, request.ids))
    return Portraits(np.stack([pictures[one][..., ::-1] for one in request.ids]), request.ids)


def film(request: FilmRequest, monitor: Monitor) -> Film:
    """Small pictures of the video."""
    monitor.enter("Reading the video")
    from ..core.video import FrameRange, Video
    from ..core.video_pictures import small_pictures

    video = Video.open(request.video, FrameRange.parse(request.range) if request.range else None, request.fps)
    pictures, rows = small_pictures(
        video, request.height, request.most, lambda done: monitor.advance(done, video.frame_count)
    )
    return Film(pictures, rows)


class _Notices(logging.Handler):
    """Keeps warnings as they are worded."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.sentences: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.sentences.append(shown(record.getMessage()))


@contextmanager
def _warnings_of_core() -> Iterator[list[str]]:
    """What core warns of in the block, a sentence each: the command line prints it, and the panel is told."""
    handler, log = _Notices(), logging.getLogger(core.__name__)
    log.addHandler(handler)
    try:
        yield handler.sentences
    finally:
        log.removeHandler(handler)


@cache
def _retargeter(model: str, device: str) -> Retargeter:
    from ..core.retargeting import Retargeter

    retargeter = Retargeter.load(model, device)
    retargeter.keep_codes(KEPT_CODES)
    return retargeter


def _fallback(asked: str, used: str, by: str) -> str:
    """A sentence where a device was asked for and another one used."""
    if asked in (AUTO, used):
        return ""
    return f"This machine has no {asked} device that {by} can use; the {used.upper()} was used instead."
