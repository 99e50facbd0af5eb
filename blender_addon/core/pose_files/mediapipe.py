"""MediaPipe's 33 landmarks as CSV: `frame,landmark,x,y,z,visibility`, and `person` where there are several.

x and y are parts of the picture's sides, z is in the unit of x about the mid-hip, smaller nearer the camera. A landmark
is a number or a name. Columns may say the picture's size (`image_width`, `image_height`) and the `time`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import Array, checked_image_size
from ..skeleton import LAYOUTS, Joint
from .containers import CsvFile
from .frame_numbers import frame_number
from .performers import (
    UNKNOWN,
    Detections,
    are_parts_of_picture,
    identity,
    numbered_ids,
    performers_of_file,
    seen_points,
)
from .pose_file import MAX_FPS, MAX_POSES, PoseFile, Source
from .statements import PLAIN_SIDES, SIDES, size_told

LAYOUT = LAYOUTS["mediapipe_33"]
THEIR_NAMES = {"mouth_left": "left_mouth", "mouth_right": "right_mouth"} | {
    f"{side}_{theirs}": f"{side}_{ours}"
    for side in ("left", "right")
    for theirs, ours in (("index", "index_knuckle"), ("foot_index", "toe"))
}
"""MediaPipe's names where they are not ours."""

TIMES = ("time", "timestamp", "time_s", "seconds", "timestamp_ms", "time_ms", "ms")
"""What a column of times is called."""

UNITS = (1.0, 1e-3, 1e-6, 1e-9)
"""Seconds that a time may count. SLOWEST to MAX_FPS frames a second are less than the step from one to the next."""

SLOWEST = 2.0
"""Frames a second of the slowest film."""

WORLD_HIPS = 0.02
"""World landmarks have their mid-hip at the origin in every frame, this exactly; in a picture nobody stays in its
corner.
"""


def recognises(file: CsvFile) -> bool:
    """Whether the first row names its columns."""
    return {"frame", "landmark", "x", "y"} <= {cell.lower() for cell in file.header}


def read(file: CsvFile, source: Source) -> PoseFile:
    """Everybody in it; PoseFileError where the picture's size is needed and not given."""
    header = {cell.lower() for cell in file.header}
    columns = file.numbers("frame", "x", "y", *({"z", "visibility"} & header))
    file.check_one_clip()
    if source.image_size is None and (size := _size(file, header)):
        source = replace(source, image_size=checked_image_size(size))
    rate = _rate(file, header, columns["frame"])
    frames, landmarks = file.whole(columns["frame"], "frame"), _landmarks(file)
    if not (landmarks >= 0).any():
        raise source.error("shows nobody in any frame; choose another file.")
    first, last = int(frames.min()), int(frames.max())
    there = landmarks >= 0
    people = _people(file)[there] if "person" in header else np.full(there.sum(), UNKNOWN, dtype=np.int64)
    frames, landmarks = frames[there], landmarks[there]
    columns = {name: values[there] for name, values in columns.items()}
    poses, pose_of_row = np.unique(
        np.column_stack([frames, people, _repeats(frames, people, landmarks)]), axis=0, return_inverse=True
    )
    if len(poses) > MAX_POSES:
        raise source.error(f"holds {len(poses)} poses; cut it into shorter clips.")
    points = np.zeros((len(poses), len(LAYOUT.points), 4))
    sure = columns.get("visibility", np.ones(len(frames)))
    points[pose_of_row.ravel(), landmarks] = np.column_stack(
        [columns["x"], columns["y"], sure, columns.get("z", np.zeros(len(frames)))]
    )
    positions, confidence = seen_points(points[..., :3])
    with np.errstate(over="ignore"):
        depth = np.nan_to_num(points[..., 3].astype(np.float32), nan=0, posinf=0, neginf=0)
    _check_picture(source, positions, confidence)
    found = Detections(
        LAYOUT,
        positions,
        confidence,
        poses[:, 0],
        poses[:, 1],
        first,
        last,
        depth if "z" in header else None,
    )
    return performers_of_file(source, found, rate)


def _people(file: CsvFile) -> NDArray[np.int64]:
    """(N,) the ids of the rows' people, who may have names; UNKNOWN where a cell says none."""
    rows, words = file.words("person")
    return numbered_ids([identity(word) for word in words])[rows]


def _size(file: CsvFile, header: Collection[str]) -> tuple[int, int] | None:
    """The size of the picture, where columns say one."""
    sides = next((sides for sides in (*SIDES, PLAIN_SIDES) if set(sides) <= set(header)), None)
    if sides is None:
        return None
    columns = file.numbers(*sides)
    rows = np.unique(np.column_stack([columns[side] for side in sides]), axis=0)
    return size_told([dict(zip(PLAIN_SIDES, row, strict=True)) for row in rows.tolist()])


def _rate(file: CsvFile, header: Collection[str], frames: NDArray[np.float64]) -> float | None:
    """Frames a second, by a column of times in whatever unit; None where there is none, or it tells no likely rate."""
    name = next((name for name in TIMES if name in header), None)
    if name is None:
        return None
    times = file.numbers(name)[name]
    known = np.isfinite(times) & np.isfinite(frames)
    if not known.any():
        return None
    first, last = (
        int(pick(np.where(known, frames, fill))) for pick, fill in ((np.argmin, np.inf), (np.argmax, -np.inf))
    )
    passed = times[last] - times[first]
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = [float((frames[last] - frames[first]) / (passed * unit)) for unit in UNITS] if passed > 0 else []
    return next((rate for rate in rates if SLOWEST <= rate <= MAX_FPS), None)


def _landmarks(file: CsvFile) -> NDArray[np.int64]:
    """(N,) indices into the layout, UNKNOWN in rows of frames without anybody, which name none."""
    rows, words = file.words("landmark")
    indices = []
    for word in words:
        if not word:
            indices.append(UNKNOWN)
            continue
        name = word.rsplit(".", 1)[-1].lower()
        name = THEIR_NAMES.get(name, name)
        known = (
            LAYOUT.points.index(name)
            if name in LAYOUT.points
            else number
            if (number := frame_number(word)) is not None
            else UNKNOWN
        )
        if not 0 <= known < len(LAYOUT.points):
            raise file.source.error(f"names a landmark {word[:40]} that MediaPipe has not; number them 0 to 32.")
        indices.append(known)
    return np.array(indices, dtype=np.int64)[rows]


def _repeats(frames: NDArray[np.int64], people: NDArray[np.int64], landmarks: NDArray[np.int64]) -> NDArray[np.int64]:
    """(N,) how often a row's landmark stood in its frame before: several people of one frame without ids, one after the
    other.
    """
    order = np.lexsort((landmarks, people, frames))
    keys = np.column_stack([frames, people, landmarks])[order]
    first = np.concatenate([[True], (keys[1:] != keys[:-1]).any(axis=1)])
    rank = np.arange(len(order)) - np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    repeats = np.empty(len(order), dtype=np.int64)
    repeats[order] = rank
    return repeats


def _check_picture(source: Source, positions: Array, confidence: Array) -> None:
    """PoseFileError where the places are not those in a picture."""
    if are_parts_of_picture(positions, confidence):
        joints, seen = LAYOUT.joints(positions, confidence)
        hips = joints[:, Joint.MID_HIP][seen[:, Joint.MID_HIP] > 0]
        if len(hips) and np.abs(hips).max() < WORLD_HIPS:
            raise source.error(
                "holds world landmarks, which tell no place in the picture; export pose_landmarks instead."
            )
