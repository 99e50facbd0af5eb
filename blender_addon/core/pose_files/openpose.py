"""OpenPose JSON: one `NAME_000000000012_keypoints.json` a frame, or all frames in one list, with 25, 18 or 15 points a
person, and the hands where they were asked for.

The order of people in a frame is no identity, and `{}` is somebody absent. Coordinates are pixels, or what
`--keypoint_scale` 3 (0..1) or 4 (−1..1) made of them; ControlNet writes the size of the picture as `canvas_width` and
`canvas_height`. AlphaPose's files of one frame each are of the same kind, and so is a folder of MMPose's.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import Array, PoseSequence, checked_image_size
from ..skeleton import LAYOUTS, Joint, JointLayout
from .atomic import whole_folder
from .containers import Json, filled_points, numbers, read_json
from .frame_numbers import NUMBER, frames_of_names, same_but_for_numbers
from .performers import NOWHERE, Detections, Poses, are_parts_of_picture, identity, performers_of_file
from .point_layout import layout_of_points
from .point_names import named_layout, told_unknown
from .pose_file import PoseFile, PoseFileError, Source
from .statements import check_one_clip, frames_told, holders_of, names_told, rate_told, size_told

logger = logging.getLogger(__name__)

BODY = "pose_keypoints_2d"
HANDS = ("hand_left_keypoints_2d", "hand_right_keypoints_2d")
KNUCKLES = ("left_index_knuckle", "right_index_knuckle")
HAND_POINTS, INDEX_KNUCKLE = 21, 5
DECIMALS = 6


def recognises(document: object) -> bool:
    """Whether a JSON document is one frame of OpenPose, or a list of frames."""
    if isinstance(document, list):
        return any(map(recognises, document)) and all(frame is None or isinstance(frame, dict) for frame in document)
    return isinstance(document, dict) and any(isinstance(document.get(people), list) for people in ("people", "bodies"))


def recognises_folder(folder: Path) -> bool:
    """Whether a folder holds frames."""
    return bool(_frame_files(folder))


def read_folder(folder: Path, source: Source) -> PoseFile:
    """Everybody in a folder of frames; PoseFileError where it holds two clips or a frame is broken."""
    files = _frame_files(folder)
    return _read_files(source, frames_of_names(source, files), files)


def read(document: Json, source: Source) -> PoseFile:
    """Everybody in one frame, or in a list of frames. Where other frames of the same clip lie beside the file, it stands
    for all of them, and a warning says so.
    """
    frames = document if isinstance(document, list) else [document]
    if isinstance(document, dict) and (whole := rest_of_folder(source)) is not None:
        return whole
    clip_of_one = _Clip()
    told = frames_told(source, [frame or None for frame in frames]) if len(frames) > 1 else [0]
    for index, frame in zip(told, frames, strict=True):
        clip_of_one.add(index, frame if frame is not None else {"people": []}, source)
    return clip_of_one.people(source, min(told), max(told))


def rest_of_folder(source: Source) -> PoseFile | None:
    """Everybody in the frames that lie beside one, with a warning that it stands for all of them; None where it is
    alone.
    """
    files: dict[str, Path] = {}
    with suppress(OSError):  # a folder that may not be listed
        files = _frame_files(source.path.parent)
    clip = _same_clip(source, files) if source.path.name in files else {}
    if len(clip) < 2:
        return None
    logger.warning(
        "%s is one frame of %d in its folder, which are all read; name the folder to read it without this notice.",
        *(source.path.name, len(clip)),
    )
    return _read_files(replace(source, path=source.path.parent), clip, files)


def _frame_files(folder: Path) -> dict[str, Path]:
    """The files of a folder that may be frames, by their names: JSON with a number in its name, and not hidden."""
    return {
        path.name: path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() == ".json" and not path.name.startswith(".") and NUMBER.search(path.stem)
    }


def _same_clip(source: Source, files: Mapping[str, Path]) -> dict[str, int]:
    """The frames of the clip that the file belongs to, by the names of their files; it alone where that is not clear."""
    alike = [name for name in files if same_but_for_numbers(name, source.path.name)]
    with suppress(PoseFileError):
        return frames_of_names(source, alike)
    ending = re.split(r"\d+(?=\D*$)", source.path.name)[0]
    with suppress(PoseFileError):
        return frames_of_names(source, [name for name in alike if re.split(r"\d+(?=\D*$)", name)[0] == ending])
    return {source.path.name: 0}


def _read_files(source: Source, frames: Mapping[str, int], files: Mapping[str, Path]) -> PoseFile:
    clip = _Clip()
    for name, frame in sorted(frames.items(), key=lambda one: one[1]):
        clip.add(frame, read_json(files[name]), Source(files[name]))
    return clip.people(source, min(frames.values()), max(frames.values()))


@dataclass
class _Clip:
    """The frames of a clip as they are read: the poses in them, and what they say beside those."""

    poses: Poses = field(default_factory=Poses)
    words: list[Mapping[str, Json]] = field(default_factory=list)

    def add(self, frame: int, document: Json, source: Source) -> None:
        """Add a frame; PoseFileError where it is none."""
        document = _as_openpose(document)
        people = document.get("people", None if document else ()) if isinstance(document, dict) else None
        if people is None and isinstance(document, dict) and "people" in document:
            people = ()
        if not isinstance(people, list | tuple):
            raise source.error('has no list of "people"; give the files that OpenPose writes with --write_json.')
        self.words += [{key: value for key, value in one.items() if key != "people"} for one in holders_of(document)]
        for person in people:
            if isinstance(person, dict) and person.get(BODY):
                self.poses.add(frame, _body(source, person), identity(person.get("person_id")))

    def people(self, source: Source, first: int, last: int) -> PoseFile:
        """Everybody, on the timeline from the first frame to the last."""
        check_one_clip(source, self.words)
        if source.image_size is None and (size := size_told(self.words)):
            source = replace(source, image_size=checked_image_size(size))
        positions, confidence, frames, ids = self.poses.detections(source)
        confidence = np.where((positions == NOWHERE[1]).all(axis=-1), np.float32(0), confidence)
        body = self._body(source, positions[:, : -len(HANDS)], confidence[:, : -len(HANDS)])
        layout = JointLayout(
            body.name, (*body.points, *(f"hand of {one}" if one in body.points else one for one in KNUCKLES))
        )
        if are_parts_of_picture(positions, confidence) and np.quantile(positions[confidence > 0], 0.02) < 0:
            positions = (positions + np.float32(1)) / np.float32(2)  # -1 to 1
        found = Detections(layout, positions, confidence, frames, ids, first, last)
        return performers_of_file(source, found, rate_told(self.words))

    def _body(self, source: Source, positions: Array, confidence: Array) -> JointLayout:
        """The layout of the bodies: of the names that a frame says, else by the points."""
        names = names_told(source, self.words) if source.layout is None else ()
        if not names:
            return layout_of_points(source, positions, confidence)
        if len(names) != positions.shape[1]:
            raise source.error(
                f"names {len(names)} points and holds {positions.shape[1]} a person; export the poses again."
            )
        layout = named_layout(source, names)
        told_unknown(source, layout)
        return layout


def _as_openpose(document: Json) -> Json:
    """A frame of AlphaPose's or MMPose's, where a folder holds a file a frame, as OpenPose writes one."""
    if isinstance(document, dict) and isinstance(document.get("instances"), list):
        return {**document, "people": [_as_person(one) for one in document["instances"]]}
    if isinstance(document, dict) and isinstance(document.get("instance_info"), list):
        return {**document, "people": [_as_person(one) for one in document["instance_info"]]}
    if isinstance(document, dict) and isinstance(document.get("bodies"), list):
        return {**document, "people": [_as_person(one, "joints") for one in document["bodies"]]}
    if (
        isinstance(document, list)
        and document
        and all(isinstance(one, dict) and "keypoints" in one for one in document)
    ):
        return {"people": [_as_person(one) for one in document]}
    return document


def _as_person(instance: Json, points: str = "keypoints") -> Json:
    """Somebody of another tool's frame, as OpenPose writes one."""
    if not isinstance(instance, dict):
        return instance
    given, scores = filled_points(instance.get(points)), instance.get("keypoint_scores")
    if isinstance(given, list) and isinstance(scores, list) and len(given) == len(scores):
        given = [
            [*point[:2], score] if isinstance(point, list) else point
            for point, score in zip(given, scores, strict=True)
        ]
    elif isinstance(given, list) and any(isinstance(point, list) and len(point) == 2 for point in given):
        given = [[*point, 1.0] if isinstance(point, list) else point for point in given]
    return {BODY: given, "person_id": instance.get("track_id", instance.get("idx", instance.get("person_id")))}


def _body(source: Source, person: Mapping[str, object]) -> NDArray[np.float64]:
    """(K + 2, 3): the body, and the index knuckle of each hand."""
    body = numbers(source, filled_points(person[BODY]), "keypoints").ravel()
    if not body.size or body.size % 3:
        raise source.error(
            f"holds {body.size} keypoint numbers, which are no triples of x, y and confidence; export the poses again."
        )
    return np.concatenate([body.reshape(-1, 3), *(_index_knuckle(source, person.get(hand)) for hand in HANDS)])


def _index_knuckle(source: Source, hand: object) -> NDArray[np.float64]:
    """(1, 3): the hand's index knuckle, unseen where there is no hand."""
    points = numbers(source, hand, "hand keypoints").ravel() if hand else np.zeros(0)
    if points.size != HAND_POINTS * 3:
        return np.zeros((1, 3))
    return points.reshape(-1, 3)[[INDEX_KNUCKLE]]


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
