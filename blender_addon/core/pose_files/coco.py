"""COCO keypoint JSON: annotations (`{"images", "annotations"}`) and lists of results (`[{"image_id", "keypoints",
"score"}, …]`).

Both hold x, y and a third number a point: a score, or in annotations a flag (0 = not there, 1 = hidden, 2 = visible).
COCO-17, HALPE-26, COCO-18.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import checked_image_size
from .containers import Json, numbers
from .performers import Detections, Poses, identity, performers
from .pose_file import PoseFile, Source

FLAG_CONFIDENCE = np.array([0.0, 0.5, 1.0])
"""What the flags not there, hidden and visible are worth: a hidden point was placed by guess."""

LAST_NUMBER = re.compile(r"(\d{1,18})\D*$")


def recognises(document: Json) -> bool:
    """Whether a JSON document is an annotation file or a list of results with numbers for images."""
    if isinstance(document, dict):
        return isinstance(document.get("annotations"), list)
    return is_result_list(document) and isinstance(document[0]["image_id"], int)


def is_result_list(document: Json) -> bool:
    """Whether a JSON document is a list of poses that each name their image."""
    return (
        isinstance(document, list)
        and bool(document)
        and isinstance(document[0], dict)
        and {"image_id", "keypoints"} <= set(document[0])
    )


def read(document: Json, source: Source) -> PoseFile:
    """Everybody in it; the images in the order of their numbers are the frames."""
    if isinstance(document, list):
        return read_entries(document, {}, source)
    images = [
        image for image in document.get("images") or [] if isinstance(image, dict) and isinstance(image.get("id"), int)
    ]
    images.sort(key=lambda image: (number_in(image.get("file_name"), image["id"]), image["id"]))
    sizes = {
        (width, height)
        for image in images
        if isinstance(width := image.get("width"), int) and isinstance(height := image.get("height"), int)
    }
    if source.image_size is None and len(sizes) == 1:
        source = replace(source, image_size=checked_image_size(sizes.pop()))
    return read_entries(document["annotations"], {image["id"]: frame for frame, image in enumerate(images)}, source)


def read_entries(entries: list[Json], frames: dict[object, int], source: Source) -> PoseFile:
    """Everybody in a list of `{"image_id", "keypoints", …}`; `frames` numbers the images, else the number in an image's
    name does.
    """
    poses = Poses()
    for entry in entries:
        if not isinstance(entry, dict):
            raise source.error("holds a pose that is none; export the poses again.")
        if not entry.get("keypoints"):
            continue
        image = entry.get("image_id")
        frame = frames.get(image) if isinstance(image, int | str) and frames else number_in(image, -1)
        if frame is None or frame < 0:
            raise source.error(
                f"holds a pose of the image {str(image)[:40]}, which has no number; number the images 0, 1, 2."
            )
        poses.add(frame, keypoints(source, entry["keypoints"]), identity(entry.get("track_id", entry.get("idx"))))
    positions, confidence, found, people = poses.detections(source)
    layout = source.layout_of(positions.shape[1], "coco_17", "halpe_26", "coco_18")
    first, last = (0, max(frames.values())) if frames else (int(found.min()), int(found.max()))
    return performers(source, Detections(layout, positions, confidence, found, people, first, last))


def keypoints(source: Source, values: object) -> NDArray[np.float64]:
    """(K, 3) from a flat list of x, y and score or flag; PoseFileError where it is none."""
    flat = numbers(source, values, "keypoints").ravel()
    if not flat.size or flat.size % 3:
        raise source.error(
            f"holds {flat.size} keypoint numbers, which are no triples of x, y and score; export the poses again."
        )
    points = flat.reshape(-1, 3)
    if np.isin(points[:, 2], (0, 1, 2)).all():
        points[:, 2] = FLAG_CONFIDENCE[points[:, 2].astype(int)]
    return points


def number_in(image: object, otherwise: int) -> int:
    """The last number in an image's name, or the image itself where it is a number."""
    if isinstance(image, int):
        return image
    match = LAST_NUMBER.search(image.rsplit(".", 1)[0]) if isinstance(image, str) else None
    return int(match[1]) if match else otherwise
