"""MMPose JSON: `[{"frame_id", "instances": [{"keypoints": [[x, y], …], "keypoint_scores", …}]}, …]`, or one image's
instances.

Its demo wraps the frames as `instance_info` beside `meta_info`, which names the points. Every frame is listed, numbered
from 0 or 1; a clip that begins later begins at its own frame. Without names: COCO-17, HALPE-26 or another layout.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .containers import Json, numbers
from .frame_numbers import frame_number, only_once
from .performers import Detections, Poses, identity, performers_of_file
from .point_layout import layout_of_points
from .point_names import is_of_no_person, named_layout, told_unknown
from .pose_file import PoseFile, Source

META = ("meta_info", "dataset_meta", "metainfo")
"""What the demo and other scripts call what they say of the points."""


def recognises(document: object) -> bool:
    """Whether a JSON document is MMPose's."""
    if isinstance(document, dict):
        return isinstance(document.get("instance_info"), list)
    if not isinstance(document, list):
        return False
    first = next((frame for frame in document if isinstance(frame, dict) and frame), {})
    return "instances" in first or {"keypoints", "keypoint_scores"} <= set(first)


def read(document: Json, source: Source) -> PoseFile:
    """Everybody in it."""
    frames = document["instance_info"] if isinstance(document, dict) else document
    first = next((frame for frame in frames if isinstance(frame, dict) and frame), {})
    if "instances" not in first and "keypoints" in first:
        frames = [{"frame_id": 0, "instances": frames}]
    poses, numbers_of_frames = Poses(), {}
    for index, frame in enumerate(frames):
        if frame is None or frame == {}:
            continue
        if not isinstance(frame, dict):
            raise source.error("holds a frame that is none; export the poses again.")
        number, instances = frame_number(frame.get("frame_id", index)), frame.get("instances") or ()
        if number is None or not isinstance(instances, Sequence) or isinstance(instances, str):
            raise source.error("holds a frame without a number or instances; export the poses again.")
        numbers_of_frames[f"entry {index}"] = number
        for instance in instances:
            if isinstance(instance, dict) and instance.get("keypoints"):
                poses.add(number, _points(source, instance), identity(instance.get("track_id"), instance.get("id")))
    only_once(source, numbers_of_frames)
    positions, confidence, found, people = poses.detections(source)
    names = _names(document, source) if source.layout is None else ()
    if names and len(names) != positions.shape[1]:
        raise source.error(
            f"names {len(names)} points and holds {positions.shape[1]} a person; export the poses again."
        )
    layout = named_layout(source, names) if names else layout_of_points(source, positions, confidence)
    told_unknown(source, layout)
    begin, end = min(numbers_of_frames.values()), max(numbers_of_frames.values())
    offset = begin if begin == 1 else 0
    return performers_of_file(
        source, Detections(layout, positions, confidence, found - offset, people, begin - offset, end - offset)
    )


def _names(document: Json, source: Source) -> tuple[str, ...]:
    """The names of the points in their order; empty where it says none. PoseFileError where they are of no person."""
    metas = [document.get(name) for name in META] if isinstance(document, dict) else []
    meta = next((one for one in metas if isinstance(one, dict)), {})
    called = str(meta.get("dataset_name", ""))
    if is_of_no_person(called):
        raise source.error(f"holds poses of {called[:40]} and of no person; choose a file of a person's poses.")
    by_id, by_name, infos = (meta.get(name) for name in ("keypoint_id2name", "keypoint_name2id", "keypoint_info"))
    if isinstance(by_id, list):
        by_id = dict(enumerate(by_id))
    if not by_id and isinstance(by_name, dict):
        by_id = {number: name for name, number in by_name.items()}
    if not by_id and isinstance(infos, dict):
        by_id = {number: info.get("name") for number, info in infos.items() if isinstance(info, dict)}
    if not by_id or not isinstance(by_id, dict):
        return ()
    names = {frame_number(number): name for number, name in by_id.items()}
    if set(names) != set(range(len(by_id))) or not all(isinstance(name, str) for name in names.values()):
        raise source.error("numbers the names of its points in another way than 0, 1, 2; export the poses again.")
    return tuple(str(names[number]) for number in range(len(names)))


def _points(source: Source, instance: dict[str, object]) -> NDArray[np.float64]:
    """(K, 3); without scores, what has a place was seen."""
    given = instance.get("keypoints")
    if isinstance(given, list):
        given = [[None, None] if point is None else point for point in given]
    points = numbers(source, given, "keypoints")
    if points.ndim != 2 or points.shape[1] not in (2, 3):
        raise source.error("holds keypoints that are no pairs of x and y; export the poses again.")
    if instance.get("keypoint_scores") is None:
        scores = points[:, 2] if points.shape[1] == 3 else np.ones(len(points))
    else:
        scores = numbers(source, instance["keypoint_scores"], "keypoint scores").ravel()
    if len(points) != len(scores):
        raise source.error("holds keypoints that are no pairs of x and y with a score each; export the poses again.")
    return np.column_stack([points[:, :2], scores])
