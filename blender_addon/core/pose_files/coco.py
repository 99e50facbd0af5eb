"""COCO keypoint JSON: annotations (`{"images", "annotations", "categories"}`) and lists of results (`[{"image_id",
"keypoints", "score"}, …]`).

Both hold x, y and a third number a point: a score, or in annotations a flag (0 = not there, 1 = hidden, 2 = visible).
The categories of annotations name the points, as CVAT, Label Studio and PoseTrack write them; lists of results have
those of COCO-17, HALPE-26 or another layout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import checked_image_size
from ..skeleton import JointLayout
from .containers import Json, numbers
from .frame_numbers import frame_number, frames_of_names, several_clips
from .performers import Detections, Poses, identity, performers_of_file
from .point_layout import layout_of_points
from .point_names import is_of_no_person, named_layout, told_unknown
from .pose_file import PoseFile, PoseFileError, Source

FLAG_CONFIDENCE = np.array([0.0, 0.5, 1.0])
"""What the flags not there, hidden and visible are worth: a hidden point was placed by guess."""

CLIPS = ("video_id", "vid_id")
"""What says which video an image is of."""

FRAMES = ("frame_id", "frame_index", "frame_number", "frame")
"""What says which frame an image is, where its name does not."""


@dataclass
class _Contents:
    """What a file says of its poses: the frames of its images by their ids, and the layouts of its categories.

    `frames` and `layouts` are empty where it says nothing; `has_flags`: the third number of a point is a flag.
    """

    frames: dict[object, int] = field(default_factory=dict)
    layouts: dict[object, JointLayout] = field(default_factory=dict)
    strangers: dict[object, PoseFileError] = field(default_factory=dict)
    has_flags: bool = False


def recognises(document: Json) -> bool:
    """Whether a JSON document is an annotation file or a list of results with numbers for images."""
    if isinstance(document, dict):
        return isinstance(document.get("annotations"), list)
    return is_result_list(document) and not isinstance(_first(document)["image_id"], str)


def is_result_list(document: Json) -> bool:
    """Whether a JSON document is a list of poses that each name their image."""
    return isinstance(document, list) and {"image_id", "keypoints"} <= set(_first(document))


def _first(entries: Sequence[Json]) -> Mapping[str, Json]:
    """The first entry that says anything."""
    return next((entry for entry in entries if isinstance(entry, dict) and entry), {})


def read(document: Json, source: Source) -> PoseFile:
    """Everybody in it; the numbers of the images are the frames."""
    if isinstance(document, list):
        return read_entries(document, source)
    entries = [entry for entry in document["annotations"] if isinstance(entry, dict)]
    posed = {_key(entry.get("image_id")) for entry in entries if entry.get("keypoints")}
    found = document.get("images")
    images = [image for image in found if isinstance(image, dict)] if isinstance(found, list) else []
    images = [image for image in images if frame_number(image.get("id")) is not None]
    sizes = {
        (width, height)
        for image in images
        if isinstance(width := image.get("width"), int) and isinstance(height := image.get("height"), int)
    }
    if source.image_size is None and len(sizes) == 1 and min(size := sizes.pop()) > 0:
        source = replace(source, image_size=checked_image_size(size))
    contents = _Contents(_frames(source, images, posed), has_flags=True)
    _read_categories(source, document.get("categories"), contents)
    return read_entries(entries, source, contents)


def read_entries(entries: Sequence[Json], source: Source, contents: _Contents | None = None) -> PoseFile:
    """Everybody in a list of `{"image_id", "keypoints", …}`; without contents, the number in an image's name is the
    frame.
    """
    contents = contents or _Contents()
    posed = [entry for entry in entries if isinstance(entry, dict) and entry.get("keypoints")]
    frames = contents.frames or _frames_of_images(source, [entry.get("image_id") for entry in posed])
    poses, layout = Poses(), None
    for entry in posed:
        category = _key(entry.get("category_id"))
        if category in contents.strangers:
            continue
        frame = frames.get(_key(entry.get("image_id")))
        if frame is None:
            raise source.error(
                f"holds a pose of the image {str(entry.get('image_id'))[:40]}, which has no number; number the images 0, 1, 2."
            )
        points = _triples(source, entry["keypoints"])
        if (own := contents.layouts.get(category)) is not None and source.layout is None:
            if len(own.points) != len(points):
                raise source.error(
                    f"names {len(own.points)} points and holds {len(points)} a person; export the poses again."
                )
            layout = layout or own
            points = points if own == layout else _in_order_of(layout, own, points)
        attributes = entry.get("attributes")
        tracked = attributes.get("track_id") if isinstance(attributes, dict) else None
        poses.add(frame, points, identity(entry.get("track_id"), entry.get("idx"), entry.get("person_id"), tracked))
    if not poses.points and contents.strangers:
        raise next(iter(contents.strangers.values()))
    if contents.has_flags and all(np.isin(points[:, 2], (0, 1, 2)).all() for points in poses.points):
        for points in poses.points:
            points[:, 2] = FLAG_CONFIDENCE[points[:, 2].astype(int)]
    positions, confidence, found, people = poses.detections(source)
    layout = layout or layout_of_points(source, positions, confidence)
    told_unknown(source, layout)
    told = frames.values()
    return performers_of_file(source, Detections(layout, positions, confidence, found, people, min(told), max(told)))


def _key(given: object) -> object:
    """An id as a key of a table: the number that it is, else its text."""
    number = frame_number(given) if not isinstance(given, str) else None
    return str(given) if number is None else number


def _frames(source: Source, images: Sequence[Mapping[str, Json]], posed: set[object]) -> dict[object, int]:
    """The frames of images by their ids: by the numbers in their names, else by what says them, else by their ids."""
    shown = [image for image in images if _key(image["id"]) in posed] or list(images)
    clips = [next((str(image[name]) for name in CLIPS if image.get(name) is not None), "") for image in shown]
    if len(set(clips)) > 1:
        raise several_clips(source, clips)
    if images and all(isinstance(image.get("file_name"), str) for image in images):
        # Which number is the frame, the images with poses say; the others belong to their clip where they can.
        names = {_key(image["id"]): image["file_name"] for image in images}
        try:
            frames = frames_of_names(source, names.values())
        except PoseFileError:
            names = {_key(image["id"]): image["file_name"] for image in shown}
            frames = frames_of_names(source, names.values())
        if frames:
            return {key: frames[name] for key, name in names.items()}
    for name in (*FRAMES, "id"):
        told = {_key(image["id"]): frame_number(image.get(name)) for image in images}
        if told and None not in told.values() and len(set(told.values())) == len(told):
            return {key: frame for key, frame in told.items() if frame is not None}
    return {}


def _frames_of_images(source: Source, images: Sequence[object]) -> dict[object, int]:
    """The frames of the images that results name, by number or by name."""
    keys = list(dict.fromkeys(_key(image) for image in images))
    frames: dict[object, int] = {key: key for key in keys if isinstance(key, int)}
    names = [key for key in keys if isinstance(key, str)]
    if unnamed := [image for image in images if not isinstance(image, str | int | float)]:
        raise source.error(
            f"holds a pose of the image {str(unnamed[0])[:40]}, which has no number; number the images 0, 1, 2."
        )
    return frames | dict(frames_of_names(source, names))


def _read_categories(source: Source, categories: Json, contents: _Contents) -> None:
    """Note the layouts of the categories that name points, and which are of no person."""
    for category in categories if isinstance(categories, list) else ():
        names = category.get("keypoints") if isinstance(category, dict) else None
        if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
            continue
        key, called = _key(category.get("id")), str(category.get("name", ""))
        if is_of_no_person(called):
            contents.strangers[key] = source.error(
                f"holds poses of {called[:40]} and of no person; choose a file of a person's poses."
            )
            continue
        try:
            contents.layouts[key] = named_layout(source, names)
        except PoseFileError as error:
            contents.strangers[key] = error
    if not contents.layouts and contents.strangers and source.layout is not None:
        contents.strangers.clear()


def _in_order_of(layout: JointLayout, own: JointLayout, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same points in the order of another layout, unseen where there is none of that name."""
    ordered = np.zeros((len(layout.points), points.shape[1]))
    for at, name in enumerate(layout.points):
        if name in own.points:
            ordered[at] = points[own.points.index(name)]
    return ordered


def _triples(source: Source, values: object) -> NDArray[np.float64]:
    """(K, 3) from a flat list of x, y and score or flag; PoseFileError where it is none."""
    flat = numbers(source, values, "keypoints").ravel()
    if not flat.size or flat.size % 3:
        raise source.error(
            f"holds {flat.size} keypoint numbers, which are no triples of x, y and score; export the poses again."
        )
    return flat.reshape(-1, 3)
