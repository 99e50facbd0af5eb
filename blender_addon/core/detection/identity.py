"""Put right who is who, by hand: swap two people, split one in two, make two one; and the pictures to choose somebody
by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ..codec import build, flatten
from ..pose_files import PoseFile
from ..pose_sequence import PICTURE_FIELDS, PoseSequence, on_same_landmarks
from ..video import FrameRange, Image, Video

Mask = NDArray[np.bool_]

PORTRAIT_SIDE = 128
"""Pixels of the square picture of each person."""

PORTRAIT_MARGIN = 0.25
"""Around the body, as a part of its longer side."""


def swap(poses: PoseFile, one: int, other: int, frame: int) -> PoseFile:
    """From `frame` on `one` is `other` and the other way round.

    Raises ValueError where an id or the frame is not there, or one of them would be seen nowhere.
    """
    first, second, later = poses.select(one), poses.select(other), _from_frame(poses, frame)
    return _with(poses, {one: _chosen(first, second, later), other: _chosen(second, first, later)})


def split(poses: PoseFile, one: int, frame: int) -> PoseFile:
    """From `frame` on `one` is somebody new, with the next free id.

    Raises ValueError where the id or the frame is not there, or one of the two would be seen nowhere.
    """
    person, later = poses.select(one), _from_frame(poses, frame)
    before = _with(poses, {one: _chosen(person, None, later)})
    return PoseFile((*before.people, _chosen(person, None, ~later)), (*before.ids, max(poses.ids) + 1))


def merge(poses: PoseFile, one: int, other: int) -> PoseFile:
    """`one` and `other` are one person, `one`; where both are seen, each frame is that of whoever is seen more surely
    there.

    Raises ValueError where an id is not there or both are the same.
    """
    first, second = poses.select(one), poses.select(other)
    if one == other:
        raise ValueError(f"Person {one} cannot be merged with themselves; choose two people.")
    second_is_better = second.confidence.sum(axis=1) > first.confidence.sum(axis=1)
    merged = _with(poses, {one: _chosen(first, second, second_is_better)})
    kept = [row for row, id_ in enumerate(merged.ids) if id_ != other]
    return PoseFile(tuple(merged.people[row] for row in kept), tuple(merged.ids[row] for row in kept))


def portraits(video: Video, poses: PoseFile) -> dict[int, Image]:
    """A square BGR picture of each person, by id, from the frame in which most of them is surely seen; `poses` must be
    on the video's timeline.
    """
    best = {
        one: int(person.confidence.sum(axis=1).argmax()) for one, person in zip(poses.ids, poses.people, strict=True)
    }
    pictures = {}
    for row in sorted(set(best.values())):
        index = video.first_frame + row
        clip = Video.open(video.path, FrameRange(index, index + 1), video.fps)
        frames = clip.frames()
        image = next(frames).image
        frames.close()
        pictures.update({one: _portrait(image, poses.select(one), row) for one in poses.ids if best[one] == row})
    return pictures


def _portrait(image: Image, person: PoseSequence, row: int) -> Image:
    points = person.positions[row][person.seen[row]]
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    half = max(4.0, (0.5 + PORTRAIT_MARGIN) * float(np.ptp(points, axis=0).max()))
    corners = (middle + half * np.array([[-1, -1], [1, -1], [-1, 1]])).astype(np.float32)
    square = np.array([[0, 0], [PORTRAIT_SIDE, 0], [0, PORTRAIT_SIDE]], np.float32)
    matrix = cv2.getAffineTransform(corners, square)
    return np.asarray(cv2.warpAffine(image, matrix, (PORTRAIT_SIDE, PORTRAIT_SIDE), flags=cv2.INTER_AREA), np.uint8)


def _from_frame(poses: PoseFile, frame: int) -> Mask:
    """(T,): the frames from that one on; ValueError where that parts nothing."""
    count = len(poses.people[0])
    if not 0 < frame < count:
        raise ValueError(
            f"Frame {frame} does not part the {count} frames of the performance; choose one from 1 to {count - 1}."
        )
    return np.arange(count) >= frame


def _with(poses: PoseFile, changed: Mapping[int, PoseSequence]) -> PoseFile:
    return PoseFile(
        tuple(changed.get(one, person) for one, person in zip(poses.ids, poses.people, strict=True)), poses.ids
    )


def _chosen(first: PoseSequence, second: PoseSequence | None, take_second: Mask) -> PoseSequence:
    """The frames of `second` (None: nobody) where told, of `first` elsewhere; ValueError where nobody is seen in them."""

    people = on_same_landmarks([first, second] if second is not None else [first])
    held = [flatten(person) for person in people]
    ours, theirs = held[0], held[1] if second is not None else {}
    evidence = {leaf: array for leaf, array in theirs.items() if leaf.is_by_frame or len(leaf.path) > 1}
    chosen = evidence | ours
    for leaf in chosen:
        if leaf.is_by_frame and leaf.path[0] not in PICTURE_FIELDS:
            one, other = (some.get(leaf, np.zeros_like(chosen[leaf])) for some in (ours, theirs))
            chosen[leaf] = np.where(take_second.reshape(-1, *[1] * (one.ndim - 1)), other, one)
    if not any(leaf.name == "confidence" and array.any() for leaf, array in chosen.items()):
        raise ValueError("Nobody would be seen in any frame of one of the people; choose another frame.")
    poses = build(type(first), chosen)
    return replace(poses, depth=poses.depth if poses.depth is not None and poses.depth.confidence.any() else None)
