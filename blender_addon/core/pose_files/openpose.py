"""OpenPose JSON: one `NAME_000000000012_keypoints.json` a frame, 25 or 18 points a person, and the hands where they
were asked for.

The order of people in a frame is no identity. Coordinates are pixels, or what `--keypoint_scale` 3 (0..1) or 4 (−1..1)
made of them. AlphaPose's `--format open` files are of the same kind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import Array, PoseSequence
from ..skeleton import LAYOUTS, Joint, JointLayout
from .atomic import whole_folder
from .containers import numbers, read_json
from .performers import Detections, Poses, are_parts_of_picture, identity, performers, picture_sides
from .pose_file import PoseFile, Source

FRAME_FILE = re.compile(r"(?P<clip>.*?)_?(?P<frame>\d+)(_keypoints)?\.json", re.IGNORECASE)
BODY = "pose_keypoints_2d"
HANDS = ("hand_left_keypoints_2d", "hand_right_keypoints_2d")
KNUCKLES = ("left_index_knuckle", "right_index_knuckle")
HAND_POINTS, INDEX_KNUCKLE = 21, 5
CLOSE_TOGETHER: tuple[tuple[tuple[str, ...], str], ...] = (
    (("right_shoulder", "left_shoulder"), "neck"),
    (("right_hip", "left_hip"), "mid_hip"),
    *(((f"{side}_eye",), other) for side in ("right", "left") for other in ("nose", f"{side}_ear")),
    *(((f"{side}_ankle",), f"{side}_{part}") for side in ("right", "left") for part in ("heel", "toe")),
)
"""Points, or middles of two, and the point that is near them on every body."""

CLEARLY = 0.5
"""One of the two 25-point layouts is the file's if it keeps those points this much closer than the other."""

DECIMALS = 6


def recognises(document: object) -> bool:
    """Whether a JSON document is one frame of OpenPose."""
    return isinstance(document, dict) and isinstance(document.get("people"), list)


def recognises_folder(folder: Path) -> bool:
    """Whether a folder holds frames."""
    return any(FRAME_FILE.fullmatch(path.name) for path in folder.iterdir())


def read_folder(folder: Path, source: Source) -> PoseFile:
    """Everybody in a folder of frames; PoseFileError where it holds two clips or a frame is broken."""
    found = [(match, path) for path in folder.iterdir() if (match := FRAME_FILE.fullmatch(path.name))]
    clips = sorted({match["clip"] for match, _ in found})
    if len(clips) > 1:
        raise source.error(f"holds {len(clips)} clips ({', '.join(clips[:3])}…); give each a folder of its own.")
    numbered = sorted((int(match["frame"][-18:]), path) for match, path in found)
    poses = Poses()
    for frame, path in numbered:
        _add_frame(poses, frame, read_json(path), Source(path))
    return _people(poses, source, numbered[0][0], numbered[-1][0])


def read(document: object, source: Source) -> PoseFile:
    """Everybody in one frame."""
    poses = Poses()
    _add_frame(poses, 0, document, source)
    return _people(poses, source, 0, 0)


def _add_frame(poses: Poses, frame: int, document: object, source: Source) -> None:
    people = document.get("people") if isinstance(document, dict) else None
    if not isinstance(people, list):
        raise source.error('has no list of "people"; give the files that OpenPose writes with --write_json.')
    for person in people:
        if not isinstance(person, dict):
            raise source.error("holds a person that is none; export the poses again.")
        body = numbers(source, person.get(BODY), "keypoints").ravel()
        if not body.size:
            continue
        if body.size % 3:
            raise source.error(
                f"holds {body.size} keypoint numbers, which are no triples of x, y and confidence; export the poses again."
            )
        points = np.concatenate([body.reshape(-1, 3), *(_index_knuckle(source, person.get(hand)) for hand in HANDS)])
        poses.add(frame, points, identity(person.get("person_id")))


def _index_knuckle(source: Source, hand: object) -> NDArray[np.float64]:
    """(1, 3): the hand's index knuckle, unseen where there is no hand."""
    points = numbers(source, hand, "hand keypoints").ravel() if hand else np.zeros(0)
    if points.size != HAND_POINTS * 3:
        return np.zeros((1, 3))
    return points.reshape(-1, 3)[[INDEX_KNUCKLE]]


def _people(poses: Poses, source: Source, first: int, last: int) -> PoseFile:
    """Everybody in the poses of frames `first` to `last`."""
    positions, confidence, frames, ids = poses.detections(source)
    body = _body_layout(source, positions[:, : -len(HANDS)], confidence[:, : -len(HANDS)])
    layout = JointLayout(body.name, (*body.points, *KNUCKLES))
    positions = to_pixels(source, positions, confidence)
    return performers(source, Detections(layout, positions, confidence, frames, ids, first, last))


def _body_layout(source: Source, positions: Array, confidence: Array) -> JointLayout:
    """The layout named, or the one of that many points; the two of 25 points are told apart by the body they make."""
    if source.layout is not None or positions.shape[1] != len(LAYOUTS["body_25"].points):
        return source.layout_of(positions.shape[1], "coco_18", "coco_17", "halpe_26")
    candidates = sorted(
        (_spread(layout, positions, confidence), layout.name) for layout in (LAYOUTS["body_25"], LAYOUTS["body_25b"])
    )
    if not candidates[0][0] < CLEARLY * candidates[1][0]:
        raise source.error("holds 25 points a person that may be body_25 or body_25b; say which with --layout.")
    return LAYOUTS[candidates[0][1]]


def _spread(layout: JointLayout, positions: Array, confidence: Array) -> float:
    """The mean distance of what is close together on every body, if the points were in that layout; inf where none of
    it is seen.
    """
    apart, weights = [], []
    for group, other in CLOSE_TOGETHER:
        if {*group, other} <= set(layout.points):
            here, there = [layout.points.index(name) for name in group], layout.points.index(other)
            apart.append(np.linalg.norm(positions[:, here].mean(axis=1) - positions[:, there], axis=-1))
            weights.append(confidence[:, [*here, there]].min(axis=1))
    return float(np.average(apart, weights=weights)) if np.any(weights) else float("inf")


def to_pixels(source: Source, positions: Array, confidence: Array) -> Array:
    """Return positions in pixels.

    Args:
        source: the file, with the size of the picture where the user gives it.
        positions: (N, K, 2) pixels, or parts of the picture's sides.
        confidence: (N, K).

    Raises:
        PoseFileError: they are parts of a picture whose size nobody gave.
    """
    if not are_parts_of_picture(positions, confidence):
        return positions
    if np.quantile(positions[confidence > 0], 0.02) < 0:
        positions = (positions + np.float32(1)) / np.float32(2)
    return positions * picture_sides(source)


def write(poses: PoseFile, folder: Path) -> None:
    """Write one BODY_25 file a frame in a folder named for the clip, whole or not at all.

    The files are numbered by time, so that a clip that starts late starts at its own frame. `person_id` carries the
    identities. BODY_25 has no point for the head: where the ears do not tell it, both stand where the head is.

    Args:
        poses: everybody.
        folder: the place; an earlier folder of such files is replaced.

    Raises:
        PoseFileError: the folder holds something else, or cannot be written to.
    """
    first = poses.people[0]
    number = max(0, round(first.start * first.fps))
    keypoints = [_keypoints(person) for person in poses.people]
    with whole_folder(folder, "*_keypoints.json") as part:
        part.mkdir()
        for frame in range(len(first)):
            document = {"version": 1.3, "people": _frame(poses, keypoints, frame)}
            (part / f"{folder.name}_{number + frame:012d}_keypoints.json").write_text(
                json.dumps(document, separators=(",", ":")), encoding="utf-8"
            )


def _frame(poses: PoseFile, keypoints: list[dict[str, NDArray[np.float64]]], frame: int) -> list[dict[str, Any]]:
    return [
        {
            "person_id": [id_],
            **{name: np.round(values[frame], DECIMALS).ravel().tolist() for name, values in points.items()},
        }
        for id_, points in zip(poses.ids, keypoints, strict=True)
        if points[BODY][frame, :, 2].any()
    ]


def _keypoints(person: PoseSequence) -> dict[str, NDArray[np.float64]]:
    """(T, K, 3) of the body, and of each hand whose index knuckle is a landmark, by their names in the file."""
    hands = {}
    for name, point in _landmark_points(person):
        if name in KNUCKLES:
            hands[HANDS[KNUCKLES.index(name)]] = hand = np.zeros((len(person), HAND_POINTS, 3))
            hand[:, INDEX_KNUCKLE] = point
    return {BODY: _body_25(person), **hands}


def _landmark_points(person: PoseSequence) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The name and the (T, 3) of each extra landmark."""
    if person.landmarks is not None:
        points = np.concatenate([person.landmarks.positions, person.landmarks.confidence[..., None]], axis=-1)
        yield from zip(person.landmarks.names, points.swapaxes(0, 1), strict=True)


def _body_25(person: PoseSequence) -> NDArray[np.float64]:
    """(T, 25, 3)."""
    layout = LAYOUTS["body_25"]
    points = np.zeros((len(person), len(layout.points), 3))
    for joint in Joint:
        if (name := joint.name.lower()) in layout.points:
            points[:, layout.points.index(name)] = np.column_stack(
                [person.positions[:, joint], person.confidence[:, joint]]
            )
    for name, point in _landmark_points(person):
        if name in layout.points:
            points[:, layout.points.index(name)] = point
    told, _ = layout.joints(points[..., :2].astype(np.float32), points[..., 2].astype(np.float32))
    head, seen = person.positions[:, Joint.HEAD], person.seen[:, Joint.HEAD]
    untold = seen & (np.abs(told[:, Joint.HEAD] - head).max(axis=-1) > 10**-DECIMALS * np.abs(head).max(axis=-1))
    ears = [layout.points.index(ear) for ear in ("right_ear", "left_ear")]
    points[np.ix_(untold, ears)] = np.column_stack([head, person.confidence[:, Joint.HEAD]])[untold, None]
    return points
