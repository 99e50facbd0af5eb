"""What a file says beside its points: what they are called, how large the picture is, how fast it runs, and of which
clip and which frame each part is. Tools put that under many keys, at the top of the file or at each frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from .frame_numbers import frame_number, frames_of_names, only_once, several_clips
from .pose_file import Source

Json = Any

NAMES = (
    *("keypoint_names", "keypoints_names", "keypoint_labels", "keypoint_id2name", "keypoint_name2id", "keypoint_info"),
    *("joint_names", "joints_names", "joint_labels", "point_names", "landmark_names", "part_names"),
    *("bodyparts", "body_parts", "body_part_names"),
)
"""What a list of the points' names is called."""

METAS = (
    *("meta_info", "dataset_meta", "dataset_info", "metainfo", "meta", "metadata", "info", "header"),
    *("video_info", "image_info", "dataset"),
)
"""What tools call what they say of a whole file."""

SIDES = tuple((f"{what}_width", f"{what}_height") for what in ("canvas", "image", "img", "video", "frame", "picture"))
"""What the width and the height of the picture are called, wherever they stand."""

PLAIN_SIDES = ("width", "height")
"""The same of a file or a frame; of a person, that is a box."""

SIZES = ("image_size", "img_size", "canvas_size", "video_size", "frame_size", "picture_size", "resolution")
"""Width and height in one list."""

SHAPES = ("img_shape", "ori_shape", "image_shape")
"""Height and width in one list, as arrays have them."""

RATES = ("fps", "FPS", "frame_rate", "framerate", "frames_per_second", "video_fps")

CLIPS = (
    *("video_id", "vid_id", "video", "video_name", "video_path", "video_file", "clip", "clip_id", "clip_name"),
    *("sequence_id", "sequence_name", "seq_id", "seq_name", "take", "take_id", "take_name", "scene", "scene_id"),
    *("camera", "camera_id", "camera_name", "cam", "cam_id"),
)
"""What says which clip something is of."""

FRAMES = ("frame_id", "frame_index", "frame_idx", "frame_number", "frame_num", "frame_no", "frame")
"""What says which frame something is."""

PICTURES = (
    *("file_name", "filename", "image_name", "img_name", "image_path", "img_path", "image_file", "image", "image_id"),
    *("img", "path", "file"),
)
"""What names the picture that something is of."""

Holder = Mapping[str, Json]


def holders_of(document: Json) -> list[Holder]:
    """The parts of a document that say something of all of it: itself, and what it calls its meta data."""
    if not isinstance(document, dict):
        return []
    metas = chain.from_iterable(_listed(document.get(key)) for key in (*METAS, "videos"))
    return [document, *(meta for meta in metas if isinstance(meta, dict))]


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def names_told(source: Source, holders: Iterable[Json], keys: Sequence[str] = NAMES) -> tuple[str, ...]:
    """The names of the points in their order; empty where none of the holders says them.

    Raises:
        PoseFileError: They are written in a way that we do not know, or in two orders.
    """
    found: dict[tuple[str, ...], None] = {}
    seen: set[int] = set()
    for holder in holders:
        for key in keys if isinstance(holder, Mapping) else ():
            value = holder.get(key)
            if isinstance(value, list | dict | str) and value and id(value) not in seen:
                seen.add(id(value))
                found[names_in(source, value)] = None
    if len(found) > 1:
        raise source.error("names its points in two orders; give each a file of its own.")
    return next(iter(found), ())


def names_in(source: Source, value: Json) -> tuple[str, ...]:
    """Names of points, from a list of them or of `{"name": …}`, or a table from numbers to names or back.

    Raises:
        PoseFileError: They are written in another way.
    """
    if isinstance(value, str):
        value = [word.strip() for word in value.split(",")]
    if isinstance(value, list):
        names = [_name_of(one) for one in value]
        numbers = [_number_of(one) for one in value]
        table = dict(zip(range(len(names)) if None in numbers else numbers, names, strict=True))
    else:
        table = {}
        for key, one in value.items():
            number, name = frame_number(key), _name_of(one)
            if number is None:
                number, name = frame_number(one) if not isinstance(one, dict) else _number_of(one), str(key)
            table[number] = name
    first = 1 if 0 not in table else 0
    if set(table) != set(range(first, first + len(value))) or not all(table.values()):
        raise source.error("numbers the names of its points in another way than 0, 1, 2; export the poses again.")
    return tuple(str(table[number]) for number in range(first, first + len(table)))


def _name_of(value: Json) -> str | None:
    """The name of one point; None where there is none."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("name", "label", "keypoint", "part") if key in value), None)
    return value if isinstance(value, str) and value.strip() else None


def _number_of(value: Json) -> int | None:
    """The place of one point in the order, where it says one."""
    if not isinstance(value, dict):
        return None
    return next((number for key in ("id", "index") if (number := frame_number(value.get(key))) is not None), None)


def size_told(holders: Iterable[Json], are_parts: bool = False) -> tuple[int, int] | None:
    """Width and height of the picture, in pixels; None where the holders say none, or several.

    Args:
        holders: What may say it.
        are_parts: Whether they are people or points, whose plain width and height are those of a box.
    """
    sizes = set()
    for holder in holders:
        if not isinstance(holder, Mapping):
            continue
        pairs = [tuple(holder.get(side) for side in sides) for sides in SIDES]
        pairs += [] if are_parts else [tuple(holder.get(side) for side in PLAIN_SIDES)]
        lists = [holder.get(key) for key in SIZES] + [
            one[1::-1] for key in SHAPES if isinstance(one := holder.get(key), list) and len(one) in (2, 3)
        ]
        pairs += [tuple(one) for one in lists if isinstance(one, list | tuple) and len(one) == 2]
        for width, height in pairs:
            size = frame_number(width), frame_number(height)
            if size[0] and size[1] and min(size[0], size[1]) > 0:
                sizes.add((size[0], size[1]))
                break
    return next(iter(sizes)) if len(sizes) == 1 else None


def rate_told(holders: Iterable[Json]) -> float | None:
    """Frames a second; None where the holders say none, or several."""
    rates = {
        float(rate)
        for holder in holders
        if isinstance(holder, Mapping)
        for key in RATES
        if isinstance(rate := holder.get(key), int | float) and not isinstance(rate, bool) and 0 < rate < 1e12
    }
    return next(iter(rates)) if len(rates) == 1 else None


def check_one_clip(source: Source, parts: Iterable[Json]) -> None:
    """PoseFileError where the parts of a file say that they are of several clips."""
    found: dict[str, dict[str, None]] = {key: {} for key in CLIPS}
    for part in parts:
        for key in CLIPS if isinstance(part, Mapping) else ():
            if isinstance(one := part.get(key), str | int | float):
                found[key][str(one)] = None
    for clips in found.values():
        if len(clips) > 1:
            raise several_clips(source, list(clips))


def frames_told(source: Source, parts: Sequence[Holder | None]) -> list[int]:
    """The frame of each part of a list: the number that it says, else that in the name of its picture, else its place.

    Args:
        source: The file, for errors.
        parts: Frames of the file; None where one says nothing, which keeps its place where no other says more.

    Raises:
        PoseFileError: Some say no frame and others do, or two are the same.
    """
    there = [part for part in parts if part is not None]
    for key in FRAMES:
        given = [part.get(key) for part in there]
        if any(one is not None for one in given):
            return _filled(parts, _numbers(source, given, key))
    for key in PICTURES:
        given = [part.get(key) for part in there]
        names = [one for one in given if isinstance(one, str)]
        numbers = [number for one in given if (number := frame_number(one)) is not None]
        if not given or max(len(set(names)), len(set(numbers))) < len(given):
            continue
        if len(numbers) == len(given):
            return _filled(parts, numbers)
        if told := frames_of_names(source, names):
            return _filled(parts, [told[name] for name in names])
    return list(range(len(parts)))


def _numbers(source: Source, given: Sequence[object], key: str) -> list[int]:
    """The frames that parts say, as numbers or as names of pictures."""
    numbers = [frame_number(one) for one in given]
    if None in numbers and all(isinstance(one, str) for one in given):
        names = [str(one) for one in given]
        if told := frames_of_names(source, names):
            numbers = [told[name] for name in names]
    if None in numbers:
        raise source.error(f"holds a frame without a number as its {key}; number the frames 0, 1, 2.")
    frames = [number for number in numbers if number is not None]
    only_once(source, {f"entry {at}": frame for at, frame in enumerate(frames)})
    return frames


def _filled(parts: Sequence[Holder | None], frames: Sequence[int]) -> list[int]:
    """The frames of the parts that say one; the others, which are of nobody, stand where the first of them does."""
    left = iter(frames)
    return [next(left) if part is not None else frames[0] for part in parts]
