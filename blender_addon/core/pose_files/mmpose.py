"""MMPose JSON: `[{"frame_id", "instances": [{"keypoints": [[x, y], …], "keypoint_scores", …}]}, …]`, or one image's
instances.

Its demo wraps the frames as `instance_info`.
Every frame is listed, so the first is the clip's first, whether it is numbered 0 or 1. COCO-17, HALPE-26.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .containers import Json, numbers
from .performers import Detections, Poses, identity, performers
from .pose_file import PoseFile, Source


def recognises(document: object) -> bool:
    """Whether a JSON document is MMPose's."""
    if isinstance(document, dict):
        return isinstance(document.get("instance_info"), list)
    if not isinstance(document, list) or not document or not isinstance(document[0], dict):
        return False
    return "instances" in document[0] or {"keypoints", "keypoint_scores"} <= set(document[0])


def read(document: Json, source: Source) -> PoseFile:
    """Everybody in it."""
    frames = document["instance_info"] if isinstance(document, dict) else document
    if frames and isinstance(frames[0], dict) and "instances" not in frames[0]:
        frames = [{"frame_id": 0, "instances": frames}]
    poses, numbers_of_frames = Poses(), []
    for index, frame in enumerate(frames):
        number, instances = (
            (frame.get("frame_id", index), frame.get("instances")) if isinstance(frame, dict) else (None, None)
        )
        if not isinstance(number, int) or not isinstance(instances, list):
            raise source.error("holds a frame without a number or instances; export the poses again.")
        numbers_of_frames.append(number)
        for instance in instances:
            if not isinstance(instance, dict):
                raise source.error("holds an instance that is none; export the poses again.")
            poses.add(number, _points(source, instance), identity(instance.get("track_id")))
    positions, confidence, found, people = poses.detections(source)
    layout = source.layout_of(positions.shape[1], "coco_17", "halpe_26")
    first = min(numbers_of_frames)
    return performers(
        source, Detections(layout, positions, confidence, found - first, people, 0, max(numbers_of_frames) - first)
    )


def _points(source: Source, instance: dict[str, object]) -> NDArray[np.float64]:
    """(K, 3)."""
    points, scores = (
        numbers(source, instance.get("keypoints"), "keypoints"),
        numbers(source, instance.get("keypoint_scores"), "keypoint scores").ravel(),
    )
    if points.ndim != 2 or points.shape[1] != 2 or len(points) != len(scores):
        raise source.error("holds keypoints that are no pairs of x and y with a score each; export the poses again.")
    return np.column_stack([points, scores])
