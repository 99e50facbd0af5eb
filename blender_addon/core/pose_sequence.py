"""What was seen of one performer, frame by frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .codec import FRAMES, Leaf, Shape, part_of_frames
from .skeleton import JOINT_COUNT, Joint

Array = NDArray[np.float32]
JOINT_NAMES: tuple[str, ...] = tuple(joint.name.lower() for joint in Joint)
"""What each joint is called in files and messages."""

LANDMARKS = "landmarks"
"""The side of an array that has a value for each extra landmark."""

_ARCHIVE_NAMES: Mapping[str, str] = {
    "landmarks.names": "landmark_names",
    "landmarks.positions": "landmark_positions",
    "landmarks.confidence": "landmark_confidence",
    "depth.values": "depth",
}
"""What arrays of poses are called in files, where that is not their path. New ones need no entry."""


class PoseSource(StrEnum):
    """Where poses come from."""

    NETWORKS = "networks"
    """They were found just now."""
    CACHE = "cache"
    """They were found before, and kept."""
    FILE = "file"
    """Another tool wrote them."""


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Points beside the 15 joints (nose, ears, index knuckles, heels, toes): they turn hands, feet and head.

    Attributes:
        names: K different names.
        positions: (T, K, 2) float32 pixels, x right, y down.
        confidence: (T, K) float32 in 0..1; 0 = unseen: the position is then ignored and kept as 0.

    Raises:
        ValueError: a shape or a value is wrong.
    """

    names: Annotated[tuple[str, ...], Shape((LANDMARKS,))]
    positions: Annotated[Array, Shape((FRAMES, LANDMARKS, 2))]
    confidence: Annotated[Array, Shape((FRAMES, LANDMARKS))]

    def __post_init__(self) -> None:
        names = tuple(str(name) for name in self.names)
        if len(set(names)) != len(names):
            raise ValueError("Every extra landmark needs a name of its own; rename those that are named twice.")
        positions, confidence = (
            as_float32(self.positions, "Landmark positions"),
            as_float32(self.confidence, "Landmark confidences"),
        )
        if positions.ndim != 3 or positions.shape[1:] != (len(names), 2):
            raise ValueError(
                f"Landmark positions must have the shape (frames, {len(names)}, 2), not {positions.shape}; give x and y for each name."
            )
        check_confidence(confidence, positions.shape[:2], "Landmark confidences")
        _set(self, names=names, positions=_seen_only(positions, confidence, "position", names), confidence=confidence)

    def __getitem__(self, frames: slice) -> Landmarks:
        return part_of_frames(self, frames)

    def with_names(self, names: tuple[str, ...]) -> Landmarks:
        """Return the points of these names, in that order; those that are not there are unseen."""
        frames = len(self.positions)
        positions = np.zeros((frames, len(names), 2), np.float32)
        confidence = np.zeros((frames, len(names)), np.float32)
        there = [name for name in names if name in self.names]
        columns, own = [names.index(name) for name in there], [self.names.index(name) for name in there]
        positions[:, columns], confidence[:, columns] = self.positions[:, own], self.confidence[:, own]
        return Landmarks(names, positions, confidence)


@dataclass(frozen=True, eq=False)
class DepthEvidence:
    """How far each joint is behind the mid-hip, as far as a source says so.

    Attributes:
        values: (T, 15) float32 relative to the mid-hip, + away from the camera, in the unit of the positions (pixels).
        confidence: (T, 15) float32 in 0..1; 0 = unknown: the value is then ignored and kept as 0.

    Raises:
        ValueError: a shape or a value is wrong.
    """

    values: Annotated[Array, Shape((FRAMES, JOINT_COUNT))]
    confidence: Annotated[Array, Shape((FRAMES, JOINT_COUNT))]

    def __post_init__(self) -> None:
        values, confidence = as_float32(self.values, "Depth values"), as_float32(self.confidence, "Depth confidences")
        if values.ndim != 2 or values.shape[1] != JOINT_COUNT:
            raise ValueError(
                f"Depth values must have the shape (frames, {JOINT_COUNT}), not {values.shape}; give one number a joint and frame."
            )
        check_confidence(confidence, values.shape, "Depth confidences")
        _set(
            self, values=_seen_only(values[..., None], confidence, "depth", JOINT_NAMES)[..., 0], confidence=confidence
        )

    def __getitem__(self, frames: slice) -> DepthEvidence:
        return part_of_frames(self, frames)


@dataclass(frozen=True, eq=False)
class CameraPath:
    """The picture's own motion while the camera moves: a similarity a frame, pixels of the first frame ← pixels of this
    one. Zeros are a camera that stands still.

    Attributes:
        shift: (T, 2) float32 pixels, added last.
        rotation: (T,) float32 radians about the picture's corner, clockwise.
        log_scale: (T,) float32: the natural logarithm of the factor by which distances grow.
        confidence: (T,) float32 in 0..1: how surely the step from the frame before is known; 0 where it is not, as at a
            cut.

    Raises:
        ValueError: a shape or a value is wrong.
    """

    shift: Annotated[Array, Shape((FRAMES, 2))]
    rotation: Annotated[Array, Shape((FRAMES,))]
    log_scale: Annotated[Array, Shape((FRAMES,))]
    confidence: Annotated[Array, Shape((FRAMES,))]

    def __post_init__(self) -> None:
        checked = {
            name: as_float32(getattr(self, name), "The values of a camera's path")
            for name in ("shift", "rotation", "log_scale", "confidence")
        }
        frames = len(checked["shift"])
        for name, values in checked.items():
            shape = (frames, 2) if name == "shift" else (frames,)
            if values.shape != shape or not np.isfinite(values).all():
                raise ValueError(
                    f"The {name} of a camera's path must be finite numbers of the shape {shape}, not {values.shape}; give one a frame."
                )
        check_confidence(checked["confidence"], (frames,), "Camera confidences")
        _set(self, **checked)


PICTURE_FIELDS = frozenset({"camera"})
"""Fields of poses that tell of the picture: everybody in it has the same."""


@dataclass(frozen=True, eq=False)
class PoseSequence:
    """The 2D joints of one performer, one pose per frame.

    Everything is checked once, here. The arrays are read-only; valid float32 arrays are not copied, so don't change
    those afterwards.

    Attributes:
        positions: (T, 15, 2) float32 pixels, x right, y down, joints in the order of `Joint`.
        confidence: (T, 15) float32 in 0..1; 0 = unseen: the position is then ignored, whatever it is, and kept as 0.
        fps: frames per second.
        image_size: (width, height) in pixels; None where unknown.
        start: time of the first frame in seconds.
        landmarks: points beside the joints.
        depth: what the source says about the joints' depth.
        camera: the picture's own motion; None where nothing is known of it.
        source: where the poses come from.

    Raises:
        ValueError: a shape is wrong, there is no frame, no joint is seen in any frame, a seen position is not finite,
            or a confidence, `fps`, `start` or `image_size` is out of range.

    Example:
        >>> poses = PoseSequence(positions, confidence, fps=30, image_size=(1920, 1080))
        >>> first_second = poses[:30]
    """

    positions: Annotated[Array, Shape((FRAMES, JOINT_COUNT, 2))]
    confidence: Annotated[Array, Shape((FRAMES, JOINT_COUNT))]
    fps: float
    image_size: tuple[int, int] | None
    start: float = 0.0
    landmarks: Landmarks | None = None
    depth: DepthEvidence | None = None
    source: str = ""
    camera: CameraPath | None = None

    def __post_init__(self) -> None:
        positions, confidence = (
            as_float32(self.positions, "Joint positions"),
            as_float32(self.confidence, "Joint confidences"),
        )
        if positions.ndim != 3 or positions.shape[1:] != (JOINT_COUNT, 2):
            raise ValueError(
                f"Joint positions must have the shape (frames, {JOINT_COUNT}, 2), not {positions.shape}; give x and y of the {JOINT_COUNT} joints."
            )
        if not len(positions):
            raise ValueError("The pose sequence holds no frame; give it one at least.")
        check_confidence(confidence, positions.shape[:2], "Joint confidences")
        if not confidence.any():
            raise ValueError(
                "No joint is seen in any frame of the pose sequence; choose a clip in which the performer is visible."
            )
        for name, evidence in (("landmarks", self.landmarks), ("depth", self.depth), ("camera's steps", self.camera)):
            if evidence is not None and len(evidence.confidence) != len(positions):
                raise ValueError(
                    f"The {name} cover {len(evidence.confidence)} frames and the joints {len(positions)}; give both the same frames."
                )
        _set(
            self,
            positions=_seen_only(positions, confidence, "position", JOINT_NAMES),
            confidence=confidence,
            fps=checked_fps(self.fps),
            image_size=checked_image_size(self.image_size),
            start=checked_start(self.start),
        )

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, frames: slice) -> PoseSequence:
        """Return the frames first:last as views of the same arrays. In such a part nothing may be seen at all.

        Raises:
            ValueError: the slice is empty or skips frames.
        """
        first, last, step = frames.indices(len(self))
        if step != 1 or first >= last:
            raise ValueError(
                f"Frames {frames.start}:{frames.stop}:{frames.step} of {len(self)} are no run of frames; give a first frame before the last."
            )
        part = part_of_frames(self, slice(first, last))
        _set(part, start=self.start + first / self.fps)
        return part

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(T, 15): which joints were seen."""
        return self.confidence > 0

    @property
    def duration(self) -> float:
        """Length in seconds, every frame held for 1 / fps."""
        return len(self) / self.fps


def archive_name(leaf: Leaf) -> str:
    """What the array of a part of poses is called in files."""
    return _ARCHIVE_NAMES.get(leaf.name, leaf.name.replace(".", "_"))


def on_same_landmarks(people: Sequence[PoseSequence]) -> list[PoseSequence]:
    """Return the people with the landmarks that anybody has, each unseen for who lacks it. Who has none at all keeps
    none.
    """
    every = [person.landmarks.names for person in people if person.landmarks is not None]
    names = tuple(dict.fromkeys(name for some in every for name in some))
    return [
        replace(
            person, landmarks=person.landmarks.with_names(names) if person.landmarks is not None and names else None
        )
        for person in people
    ]


def checked_fps(fps: float) -> float:
    """`fps` as a float; ValueError unless it is finite and above zero."""
    return _number(fps, "The frame rate", lowest=0)


def checked_start(start: float) -> float:
    """`start` in seconds as a float; ValueError unless it is finite."""
    return _number(start, "The start time", lowest=-np.inf)


def checked_image_size(image_size: Sequence[int] | None) -> tuple[int, int] | None:
    """(width, height) as two ints; ValueError unless both are whole numbers above zero. None stays None: unknown."""
    if image_size is None:
        return None
    sides = np.asarray(image_size)
    if (
        sides.shape != (2,)
        or sides.dtype.kind not in "iuf"
        or not np.isfinite(sides).all()
        or (sides != np.floor(sides)).any()
        or (sides <= 0).any()
    ):
        raise ValueError(
            f"The image size must be a width and a height in whole pixels above zero, not {str(image_size)[:80]}."
        )
    return int(sides[0]), int(sides[1])


def as_float32(values: ArrayLike, what: str) -> Array:
    """`values` as a read-only float32 array, copied only where they are not one yet; ValueError, in the name of `what`,
    unless they are numbers.
    """
    try:
        with np.errstate(over="ignore"):
            array = np.ascontiguousarray(values, dtype=np.float32).view()
    except (TypeError, ValueError) as error:
        raise ValueError(f"{what} must be one array of numbers; give rows of the same length.") from error
    array.setflags(write=False)
    return array


def check_confidence(confidence: Array, shape: tuple[int, ...], what: str) -> None:
    """ValueError, in the name of `what`, unless `confidence` has the `shape` and every value lies in 0..1."""
    if confidence.shape != shape:
        raise ValueError(
            f"{what} must have the shape {shape}, not {confidence.shape}; give one number a point and frame."
        )
    if not ((confidence >= 0) & (confidence <= 1)).all():
        raise ValueError(f"{what} must lie between 0 and 1; scale them, and write 0 for what was not seen.")


def _seen_only(values: Array, confidence: Array, what: str, names: Sequence[str]) -> Array:
    """(T, K, C) `values`, read-only, with 0 where the confidence is 0; ValueError where a seen one is not finite."""
    unseen = confidence == 0
    if values[unseen].any():
        values = np.where(unseen[..., None], np.float32(0), values)
        values.setflags(write=False)
    if not np.isfinite(values).all():
        frame, point = np.argwhere(~np.isfinite(values).all(axis=-1))[0]
        raise ValueError(
            f"The {what} of {names[point]} in frame {frame} is not a finite number though its confidence is above 0; fix it or set that confidence to 0."
        )
    return values


def _number(value: float, what: str, *, lowest: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = np.nan
    if not np.isfinite(number) or number <= lowest:
        raise ValueError(f"{what} must be a finite number{' above zero' if lowest == 0 else ''}, not {value}.")
    return number


def _set(instance: object, **values: object) -> None:
    """Give a frozen dataclass its checked values."""
    for name, value in values.items():
        object.__setattr__(instance, name, value)
