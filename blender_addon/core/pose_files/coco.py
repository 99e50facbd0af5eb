"""COCO keypoint JSON: annotations (`{"images", "annotations", "categories"}`) and lists of results (`[{"image_id",
"keypoints", "score"}, …]`).

Both hold x, y and a third number a point: a score, or in annotations a flag (0 = not there, 1 = hidden, 2 = visible).
The categories of annotations name the points, as CVAT, Label Studio and PoseTrack write them; lists of results have
those of COCO-17, HALPE-26 or another layout, unless their entries name the points.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import checked_image_size
from ..skeleton import JointLayout
from .containers import Json, triples
from .frame_numbers import frame_number, frames_of_names, only_once
from .performers import Detections, Poses, identity, performers_of_file
from .point_layout import layout_of_points
from .point_names import is_of_no_person, named_layout, told_unknown
from .pose_file import PoseFile, PoseFileError, Source
from .statements import FRAMES, NAMES, check_one_clip, holders_of, names_told, rate_told, size_told

FLAG_CONFIDENCE = np.array([0.0, 0.5, 1.0])
"""What the flags not there, hidden and visible are worth: a hidden point was placed by guess."""

ALL = "all"
"""In place of a category where a file names the points of every pose."""

PERSON = 1
"""The category of people, as COCO numbers them."""


@dataclass
class _Contents:
    """What a file says of its poses: the frames of its images by their ids, the layouts of its categories, and the
    errors of those that are of no person or have points that we do not know.

    `frames`, `layouts` and `categories` are empty where it says nothing; the layout of ALL is that of every pose.
    `has_flags`: the third number of a point is a flag; `rate`: frames a second; `categories`: those that it describes.
    """

    frames: dict[object, int] = field(default_factory=dict)
    layouts: dict[object, JointLayout] = field(default_factory=dict)
    strangers: dict[object, PoseFileError] = field(default_factory=dict)
    has_flags: bool = False
    rate: float | None = None
    categories: list[object] = field(default_factory=list)

    def category(self, source: Source, entry: Mapping[str, Json]) -> object:
        """The category of a pose: where it says none of the file's, the only one; PoseFileError where there are more."""
        if ALL in (*self.layouts, *self.strangers):
            return ALL
        own = _key(entry.get("category_id"))
        if own in self.categories or not (self.layouts or self.strangers):
            return own
        if len(self.categories) > 1:
            raise source.error(
                f"holds a pose of the category {str(own)[:40]}, which it does not describe; export the poses again."
            )
        return self.categories[0]


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
    if source.image_size is None and (size := size_told(images) or size_told(holders_of(document))):
        source = replace(source, image_size=checked_image_size(size))
    contents = _Contents(_frames(source, images, posed), has_flags=True, rate=rate_told(holders_of(document)))
    _read_categories(source, document.get("categories"), contents)
    if not contents.layouts and not contents.strangers and source.layout is None:
        _note_names(source, ALL, names_told(source, [*holders_of(document), *entries]), contents)
    return read_entries(entries, source, contents)


def read_entries(entries: Sequence[Json], source: Source, contents: _Contents | None = None) -> PoseFile:
    """Everybody in a list of `{"image_id", "keypoints", …}`; without contents, the number in an image's name is the
    frame.
    """
    contents = contents or _Contents()
    told_of = [entry for entry in entries if isinstance(entry, dict)]
    posed: Sequence[Mapping[str, Json]] = [entry for entry in told_of if entry.get("keypoints")]
    check_one_clip(source, posed)
    if not contents.has_flags:
        _read_entries_words(source, told_of, contents)
        source = _with_size(source, told_of)
        posed = _of_people(posed)
    frames = contents.frames or _frames_of_images(source, told_of)
    poses, layout = Poses(), None
    for entry in posed:
        category = contents.category(source, entry)
        if category in contents.strangers:
            continue
        frame = frames.get(_key(entry.get("image_id")))
        if frame is None:
            raise source.error(
                f"holds a pose of the image {str(entry.get('image_id'))[:40]}, which has no number; number the images 0, 1, 2."
            )
        points = triples(source, entry["keypoints"], "keypoints")
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
    found_people = Detections(layout, positions, confidence, found, people, min(told), max(told))
    return performers_of_file(source, found_people, contents.rate)


def _with_size(source: Source, entries: Sequence[Json]) -> Source:
    """The source, with the size of the picture that its entries say."""
    if source.image_size is None and (size := size_told(entries, are_parts=True)):
        return replace(source, image_size=checked_image_size(size))
    return source


def _read_entries_words(source: Source, entries: Sequence[Json], contents: _Contents) -> None:
    """Note what the entries of a list of results say of all of them."""
    contents.rate = rate_told(entries)
    if source.layout is None:
        _note_names(source, ALL, names_told(source, entries), contents)


def _of_people(entries: Sequence[Mapping[str, Json]]) -> Sequence[Mapping[str, Json]]:
    """The poses of people, where results of several of COCO's categories stand in one list."""
    categories = {_key(entry.get("category_id")) for entry in entries}
    if len(categories) > 1 and PERSON in categories:
        return [entry for entry in entries if _key(entry.get("category_id")) in (PERSON, "None")]
    return entries


def _key(given: object) -> object:
    """An id as a key of a table: the number that it is, else its text."""
    number = frame_number(given) if not isinstance(given, str) else None
    return str(given) if number is None else number


def _frames(source: Source, images: Sequence[Mapping[str, Json]], posed: set[object]) -> dict[object, int]:
    """The frames of images by their ids: by the numbers in their names, else by what says them, else by their ids."""
    shown = [image for image in images if _key(image["id"]) in posed] or list(images)
    check_one_clip(source, shown)
    twice: list[str] = []
    if images and all(isinstance(image.get("file_name"), str) for image in images):
        # Which number is the frame, the images with poses say; the others belong to their clip where they can.
        names = {_key(image["id"]): image["file_name"] for image in images}
        try:
            frames = frames_of_names(source, names.values())
        except PoseFileError:
            names = {_key(image["id"]): image["file_name"] for image in shown}
            frames = frames_of_names(source, names.values())
        if frames and len(set(names.values())) == len(names):
            return {key: frames[name] for key, name in names.items()}
        twice = [name for name, times in Counter(names.values()).items() if times > 1 and len(frames) > 1]
    for name in FRAMES if twice else (*FRAMES, "id"):
        told = {_key(image["id"]): frame_number(image.get(name)) for image in images}
        if told and None not in told.values() and len(set(told.values())) == len(told):
            return {key: frame for key, frame in told.items() if frame is not None}
    if twice:
        raise source.error(f"has several images called {twice[0][-40:]}; give each clip a file of its own.")
    return {}


def _frames_of_images(source: Source, entries: Sequence[Mapping[str, Json]]) -> dict[object, int]:
    """The frames of the images that results name, by number or by name: also of those in which nobody was found, where
    they say one.
    """
    images = [entry.get("image_id") for entry in entries if entry.get("keypoints")]
    wrong = [
        one
        for one in images
        if not isinstance(one, str | int | float) or (isinstance(one, float) and frame_number(one) is None)
    ]
    if wrong:
        raise source.error(
            f"holds a pose of the image {str(wrong[0])[:40]}, which has no number; number the images 0, 1, 2."
        )
    every = [entry.get("image_id") for entry in entries]
    try:
        return _frames_of_keys(
            source, [_key(one) for one in every if isinstance(one, str) or frame_number(one) is not None]
        )
    except PoseFileError:
        return _frames_of_keys(source, [_key(one) for one in images])


def _frames_of_keys(source: Source, keys: Sequence[object]) -> dict[object, int]:
    """The frames of images: the numbers among them, or those in their names."""
    numbers = {key: number for key in keys if (number := frame_number(key)) is not None}
    if len(numbers) == len(set(keys)):
        only_once(source, {str(key): number for key, number in numbers.items()})
        return numbers
    if any(isinstance(key, int) for key in numbers):
        name = next(key for key in keys if key not in numbers)
        raise source.error(f"holds images by number and one called {str(name)[-40:]}; number the images 0, 1, 2.")
    return {key: frame for key, frame in frames_of_names(source, [str(key) for key in keys]).items()}


def _read_categories(source: Source, categories: Json, contents: _Contents) -> None:
    """Note the layouts of the categories that name points, and which are of no person."""
    for category in _listed_categories(categories):
        key = _key(category.get("id"))
        contents.categories.append(key)
        called = [str(category.get(word, "")) for word in ("name", "supercategory")]
        if is_of_no_person(*called):
            contents.strangers[key] = source.error(
                f"holds poses of {(called[0] or called[1])[:40]} and of no person; choose a file of a person's poses."
            )
            continue
        try:
            names = names_told(source, [category], ("keypoints", *NAMES))
        except PoseFileError as error:
            contents.strangers[key] = error
            continue
        _note_names(source, key, names, contents)
    if not contents.layouts and contents.strangers and source.layout is not None:
        contents.strangers.clear()


def _listed_categories(categories: Json) -> list[Mapping[str, Json]]:
    """The categories of a file, which may be a list, a table by their ids, or one alone."""
    if isinstance(categories, dict):
        if not any(isinstance(one, dict) for one in categories.values()) or "keypoints" in categories:
            return [categories]
        categories = [{"id": key, **one} for key, one in categories.items() if isinstance(one, dict)]
    return [one for one in categories if isinstance(one, dict)] if isinstance(categories, list) else []


def _note_names(source: Source, key: object, names: Sequence[str], contents: _Contents) -> None:
    """Note the layout of a category whose points have these names, or why there is none."""
    if names:
        try:
            contents.layouts[key] = named_layout(source, names)
        except PoseFileError as error:
            contents.strangers[key] = error


def _in_order_of(layout: JointLayout, own: JointLayout, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same points in the order of another layout, unseen where there is none of that name."""
    ordered = np.zeros((len(layout.points), points.shape[1]))
    for at, name in enumerate(layout.points):
        if name in own.points:
            ordered[at] = points[own.points.index(name)]
    return ordered
