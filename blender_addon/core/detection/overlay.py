"""Draw who was found where over the frames of a video: identity as colour, confidence as opacity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np

from .. import durable
from ..interruption import held
from ..pose_files import PoseFile
from ..pose_sequence import PoseSequence
from ..skeleton import PARENTS
from ..video import Image, Video, VideoError

COLOURS = (
    (66, 165, 245),
    (102, 187, 106),
    (236, 64, 122),
    (255, 202, 40),
    (171, 71, 188),
    (38, 198, 218),
    (255, 112, 67),
    (212, 225, 87),
)
"""One a person, blue green red, and again from the start."""

RIGHT_SHADE = 0.6
"""The performer's right is drawn darker by this."""

THICKNESS = 0.004
"""Of a bone, as a part of the picture's longer side."""


def drawn(image: Image, poses: PoseFile, row: int) -> Image:
    """A copy of a (H, W, 3) BGR picture with everybody of that row of the timeline."""
    picture = image.copy()
    for number, person in enumerate(poses.people):
        _draw(picture, person, row, COLOURS[number % len(COLOURS)])
    return picture


def write_overlay(video: Video, poses: PoseFile, path: Path) -> None:
    """Write the video with everybody drawn over it as an mp4, whole or not at all; `poses` must be on the video's
    timeline.

    Raises VideoError where it cannot be written.
    """
    with _writer(path, video) as writer:
        for row, frame in enumerate(video.frames()):
            if row < len(poses.people[0]):
                writer.write(drawn(frame.image, poses, row))


def check_overlay(path: Path) -> None:
    """VideoError where an overlay cannot have that name."""
    if path.suffix.lower() != ".mp4":
        raise VideoError(f"{path.name} is no name for an overlay; end it in .mp4.")


@contextmanager
def _writer(path: Path, video: Video) -> Iterator[cv2.VideoWriter]:
    """A writer of a file beside `path`, which takes its place once the block ends well."""
    check_overlay(path)
    part = path.with_name(f".{path.stem}.part.mp4")
    writer = cv2.VideoWriter()
    try:
        with held():
            writer.open(str(part), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), video.fps, video.image_size)
        if not writer.isOpened():
            raise VideoError(f"{path} cannot be written; choose another place.")
        yield writer
        with held():
            writer.release()
            durable.replace(part, path)
    finally:
        with held():
            writer.release()
            part.unlink(missing_ok=True)


def _draw(picture: Image, person: PoseSequence, row: int, colour: tuple[int, int, int]) -> None:
    """Draw the bones whose ends are both seen, the less sure ones first, each as opaque as the less sure end."""
    positions, confidence = person.positions[row], person.confidence[row]
    thickness = max(1, round(THICKNESS * max(picture.shape[:2])))
    bones = sorted(PARENTS.items(), key=lambda bone: min(confidence[bone[0]], confidence[bone[1]]))
    for bone in bones:
        opacity = float(min(confidence[bone[0]], confidence[bone[1]]))
        if opacity == 0:
            continue
        shade = RIGHT_SHADE if bone[0].name.startswith("RIGHT") else 1.0
        ends = [np.clip(np.round(positions[joint]), -32000, 32000).astype(int) for joint in bone]
        left, top = np.maximum(np.minimum(*ends) - thickness, 0)
        right, bottom = np.minimum(np.maximum(*ends) + thickness + 1, picture.shape[1::-1])
        part = picture[top:bottom, left:right]
        if part.size:
            line = part.copy()
            start, end = ((int(x) - int(left), int(y) - int(top)) for x, y in ends)
            cv2.line(line, start, end, tuple(shade * channel for channel in colour), thickness, cv2.LINE_AA)
            cv2.addWeighted(line, opacity, part, 1 - opacity, 0, dst=part)
