"""MediaPipe's 33 landmarks as CSV: `frame,landmark,x,y,z,visibility`, and `person` where there are several.

x and y are parts of the picture's sides, z is in the unit of x about the mid-hip, smaller nearer the camera. A landmark
is a number or a name.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import Array
from ..skeleton import LAYOUTS, Joint
from .containers import CsvFile
from .frame_numbers import frame_number
from .performers import UNKNOWN, Detections, are_parts_of_picture, performers_of_file, seen_points
from .pose_file import MAX_POSES, PoseFile, Source

LAYOUT = LAYOUTS["mediapipe_33"]
THEIR_NAMES = {"mouth_left": "left_mouth", "mouth_right": "right_mouth"} | {
    f"{side}_{theirs}": f"{side}_{ours}"
    for side in ("left", "right")
    for theirs, ours in (("index", "index_knuckle"), ("foot_index", "toe"))
}
"""MediaPipe's names where they are not ours."""

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
    columns = file.numbers("frame", "x", "y", *({"person", "z", "visibility"} & header))
    file.check_one_clip()
    frames, landmarks = file.whole(columns["frame"], "frame"), _landmarks(file)
    if not (landmarks >= 0).any():
        raise source.error("shows nobody in any frame; choose another file.")
    first, last = int(frames.min()), int(frames.max())
    there = landmarks >= 0
    frames, landmarks = frames[there], landmarks[there]
    columns = {name: values[there] for name, values in columns.items()}
    people = (
        file.counted(columns["person"], "person")
        if "person" in header and np.isfinite(columns["person"]).any()
        else np.full(len(frames), UNKNOWN, dtype=np.int64)
    )
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
    return performers_of_file(source, found)


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
