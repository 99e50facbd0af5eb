"""MMPose JSON: `[{"frame_id", "instances": [{"keypoints": [[x, y], …], "keypoint_scores", …}]}, …]`, or one image's
instances.

Its demo wraps the frames as `instance_info` beside `meta_info`, which names the points. Every frame is listed, numbered
from 0 or 1; a clip that begins later begins at its own frame. Without names: COCO-17, HALPE-26 or another layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import checked_image_size
from .containers import Json, filled_points, numbers
from .openpose import rest_of_folder
from .performers import Detections, Poses, identity, performers_of_file
from .point_layout import layout_of_points
from .point_names import is_dataset_of_no_body, is_of_no_person, named_layout, told_unknown
from .pose_file import PoseFile, Source
from .statements import check_one_clip, frames_told, holders_of, names_told, rate_told, size_told


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
        if (whole := rest_of_folder(source)) is not None:
            return whole
        frames = [{"frame_id": 0, "instances": frames}]
    if not all(frame is None or isinstance(frame, dict) for frame in frames):
        raise source.error("holds a frame that is none; export the poses again.")
    check_one_clip(source, frames)
    told, poses = frames_told(source, [frame or None for frame in frames]), Poses()
    for number, frame in zip(told, frames, strict=True):
        instances = (frame or {}).get("instances") or ()
        if not isinstance(instances, Sequence) or isinstance(instances, str):
            raise source.error("holds a frame without instances; export the poses again.")
        for instance in instances:
            if isinstance(instance, dict) and instance.get("keypoints"):
                poses.add(number, _points(source, instance), identity(instance.get("track_id"), instance.get("id")))
    positions, confidence, found, people = poses.detections(source)
    holders = [
        *holders_of(document),
        *frames,
        *(one for frame in frames for one in holders_of((frame or {}).get("meta_info"))),
    ]
    if source.image_size is None and (size := size_told(holders)):
        source = replace(source, image_size=checked_image_size(size))
    names = _names(holders, source) if source.layout is None else ()
    if names and len(names) != positions.shape[1]:
        raise source.error(
            f"names {len(names)} points and holds {positions.shape[1]} a person; export the poses again."
        )
    layout = named_layout(source, names) if names else layout_of_points(source, positions, confidence)
    told_unknown(source, layout)
    begin, end = min(told), max(told)
    offset = begin if begin == 1 else 0
    return performers_of_file(
        source,
        Detections(layout, positions, confidence, found - offset, people, begin - offset, end - offset),
        rate_told(holders),
    )


def _names(holders: Sequence[Json], source: Source) -> tuple[str, ...]:
    """The names of the points in their order; empty where it says none. PoseFileError where they are of no person."""
    for holder in holders:
        called = str(holder.get("dataset_name", "")) if isinstance(holder, dict) else ""
        if is_of_no_person(called) or is_dataset_of_no_body(called):
            raise source.error(f"holds poses of {called[:40]} and of no person; choose a file of a person's poses.")
    return names_told(source, holders)


def _points(source: Source, instance: dict[str, object]) -> NDArray[np.float64]:
    """(K, 3); without scores, what has a place was seen."""
    points = numbers(source, filled_points(instance.get("keypoints")), "keypoints")
    if points.ndim != 2 or points.shape[1] not in (2, 3):
        raise source.error("holds keypoints that are no pairs of x and y; export the poses again.")
    if instance.get("keypoint_scores") is None:
        scores = points[:, 2] if points.shape[1] == 3 else np.ones(len(points))
    else:
        scores = numbers(source, instance["keypoint_scores"], "keypoint scores").ravel()
    if len(points) != len(scores):
        raise source.error("holds keypoints that are no pairs of x and y with a score each; export the poses again.")
    return np.column_stack([points[:, :2], scores])
