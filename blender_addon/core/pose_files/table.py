"""Our own CSV, for spreadsheets and scripts: `person,frame,time,joint,x,y,confidence`, a row a joint.

`joint` is one of the 15 or an extra landmark; x and y are pixels, y down, empty where the confidence is 0; `time` is in
seconds. Every joint of every frame has its row; landmarks only where they were seen. Depth evidence and the image size
are not kept: `.npz` keeps all.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from ..pose_sequence import JOINT_NAMES, Array, Landmarks, PoseSequence
from ..skeleton import EXTRA_LANDMARKS
from .atomic import whole_file
from .containers import CsvFile
from .performers import finite_points
from .pose_file import DEFAULT_FPS, MAX_FRAMES, MAX_POSES, PoseFile, Source

COLUMNS = ("person", "frame", "time", "joint", "x", "y", "confidence")
POINTS = (*JOINT_NAMES, *EXTRA_LANDMARKS)


def recognises(file: CsvFile) -> bool:
    """Whether the first row names our columns."""
    return set(COLUMNS) <= {cell.lower() for cell in file.header}


def read(file: CsvFile, source: Source) -> PoseFile:
    """Everybody in it."""
    columns = file.numbers("person", "frame", "time", "x", "y", "confidence")
    file.check_one_clip()
    frames, people = file.whole(columns["frame"], "frame"), file.counted(columns["person"], "person")
    rows, words = file.words("joint")
    if unknown := [word for word in words if word not in POINTS]:
        raise source.error(f"names a joint {unknown[0][:40]} that is none of ours; name one of {', '.join(POINTS)}.")
    if not len(frames):
        raise source.error("holds no frame; choose another file.")
    first, last = int(frames.min()), int(frames.max())
    ids = np.unique(people)
    if last - first >= MAX_FRAMES or len(ids) * (last - first + 1) > MAX_POSES:
        raise source.error(
            f"spans {len(ids)} people over {last - first + 1} frames; number the frames from 0, in shorter clips."
        )
    points = np.zeros((len(ids), last - first + 1, len(POINTS), 3), np.float32)
    joints = np.array([POINTS.index(word) for word in words], dtype=np.int64)[rows]
    places = np.column_stack([np.searchsorted(ids, people), frames - first, joints])
    if len(np.unique(places, axis=0)) < len(places):
        raise source.error("has the same joint of a person twice in a frame; give each clip a file of its own.")
    points[tuple(places.T)] = np.column_stack(
        [*finite_points(np.column_stack([columns["x"], columns["y"], columns["confidence"]]))]
    )
    times = columns["time"][[frames.argmin(), frames.argmax()]]
    fps = source.fps or ((last - first) / float(times[1] - times[0]) if times[1] > times[0] else DEFAULT_FPS)
    seen = points[..., : len(JOINT_NAMES), 2].any(axis=(1, 2))
    if not seen.any():
        raise source.error("shows nobody in any frame; choose another file.")
    everybody = [_person(one, fps, source, float(times[0])) for one in points[seen]]
    return PoseFile(tuple(everybody), tuple(ids[seen].tolist()))


def _person(points: Array, fps: float, source: Source, start: float) -> PoseSequence:
    """From (T, 24, 3); the landmarks are those that are seen at all."""
    extra = [index for index in range(len(JOINT_NAMES), len(POINTS)) if points[:, index, 2].any()]
    landmarks = (
        Landmarks(tuple(POINTS[index] for index in extra), points[:, extra, :2], points[:, extra, 2]) if extra else None
    )
    joints = points[:, : len(JOINT_NAMES)]
    return PoseSequence(
        joints[..., :2],
        joints[..., 2],
        fps,
        source.image_size,
        start=start,
        landmarks=landmarks,
        source=source.path.name,
    )


def write(poses: PoseFile, path: Path) -> None:
    """Write everybody, whole or not at all; the frames are numbered by time."""
    first = poses.people[0]
    number = round(first.start * first.fps)
    with whole_file(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for id_, person in zip(poses.ids, poses.people, strict=True):
            names, positions, confidence = JOINT_NAMES, person.positions, person.confidence
            if person.landmarks is not None:
                names = names + person.landmarks.names
                positions = np.concatenate([positions, person.landmarks.positions], axis=1)
                confidence = np.concatenate([confidence, person.landmarks.confidence], axis=1)
            for frame in range(len(person)):
                label = (id_, number + frame, float(first.start + frame / first.fps))
                for index, (name, (x, y), sure) in enumerate(
                    zip(names, positions[frame].tolist(), confidence[frame].tolist(), strict=True)
                ):
                    if sure or index < len(JOINT_NAMES):
                        rows.writerow((*label, name, *((f"{x:.9g}", f"{y:.9g}") if sure else ("", "")), f"{sure:.9g}"))
