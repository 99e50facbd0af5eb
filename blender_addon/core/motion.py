"""The result of retargeting, and what is asked for: views, blends, alignment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .codec import FRAMES, Shape
from .pose_sequence import (
    LANDMARKS,
    Array,
    DepthEvidence,
    Landmarks,
    PoseSequence,
    as_float32,
    check_confidence,
    checked_fps,
    checked_image_size,
    checked_start,
)
from .skeleton import JOINT_COUNT, LANDMARK_JOINTS, Skeleton

PREDICTED_CONFIDENCE = 0.01
"""What a joint that nobody saw, but that the network supplied, is written to a pose file with: 0 would drop its
position.
"""

STEEPEST_CAMERA = 90.0
"""Degrees of tilt and height that a camera can be said to have."""


@dataclass(frozen=True, eq=False)
class View:
    """Where the camera sees the performer from, in degrees.

    Attributes:
        azimuth: 0 faces the camera, +90 looks to the picture's right; wrapped into −180 < azimuth <= 180, so that −180
            becomes 180. A scalar, or (T,) float64 with one angle per frame.
        elevation: + = the camera is above. A scalar, or (T,) float64.
        roll: + = the picture is turned clockwise. A scalar, or (T,) float64.

    Raises:
        ValueError: an angle is not finite, or two arrays differ in length.

    Example:
        >>> View(azimuth=90, elevation=10)
        >>> View(azimuth=np.linspace(0, 360, 120))  # once around a clip of 120 frames
    """

    azimuth: float | Annotated[NDArray[np.float64], Shape((FRAMES,))]
    elevation: float | Annotated[NDArray[np.float64], Shape((FRAMES,))] = 0.0
    roll: float | Annotated[NDArray[np.float64], Shape((FRAMES,))] = 0.0

    def __post_init__(self) -> None:
        angles = {name: _angles(getattr(self, name), name) for name in ("azimuth", "elevation", "roll")}
        counts = {name: len(values) for name, values in angles.items() if values.ndim}
        if len(set(counts.values())) > 1:
            told = " and ".join(f"{count} {name}s" for name, count in counts.items())
            raise ValueError(f"The view has {told}; give one of each a frame, or one for all.")
        for name in ("azimuth", "roll"):
            angles[name] = angles[name] - 360.0 * np.ceil((angles[name] - 180.0) / 360.0)
        for name, values in angles.items():
            object.__setattr__(self, name, _scalar_or_array(values))

    @property
    def frame_count(self) -> int | None:
        """T where an angle is given for every frame; None where both are scalars and fit any clip."""
        angles = np.broadcast_arrays(self.azimuth, self.elevation, self.roll)[0]
        return len(angles) if angles.ndim else None

    @property
    def moves(self) -> bool:
        """Whether an angle changes from frame to frame."""
        return any(bool(np.ptp(angles)) for angles in (self.azimuth, self.elevation, self.roll))

    def at(self, frames: NDArray[np.float64]) -> View:
        """Return the view at (fractional) frames (K,): interpolated the shorter way round, constant before the first
        and after the last.
        """
        if self.frame_count is None:
            return self
        azimuth, elevation, roll = np.broadcast_arrays(self.azimuth, self.elevation, self.roll)
        known = np.arange(len(azimuth))
        return View(
            np.interp(frames, known, np.unwrap(azimuth, period=360)),
            np.interp(frames, known, elevation),
            np.interp(frames, known, np.unwrap(roll, period=360)),
        )

    def towards(self, other: View, share: float) -> View:
        """Return the view `share` (0..1) of the way to another: the shorter way round, without a jump from one frame to
        the next.
        """
        return View(
            self.azimuth + share * _shorter_way(self.azimuth, other.azimuth),
            self.elevation + share * (np.asarray(other.elevation) - self.elevation),
            self.roll + share * _shorter_way(self.roll, other.roll),
        )


@dataclass(frozen=True)
class CameraAngle:
    """How the camera that filmed a clip was held, as far as somebody says so; what is None, the network reads.

    Attributes:
        tilt: degrees that the picture is turned clockwise: a horizon falls to the right by as much.
        height: degrees that the camera looks down on the performer; − = up.

    Raises:
        ValueError: an angle is not finite, or steeper than STEEPEST_CAMERA.
    """

    tilt: float | None = None
    height: float | None = None

    def __post_init__(self) -> None:
        for name in ("tilt", "height"):
            angle = getattr(self, name)
            if angle is not None and not abs(angle) <= STEEPEST_CAMERA:
                raise ValueError(
                    f"The camera's {name} must lie within {STEEPEST_CAMERA:g} degrees of level, not {angle}."
                )


class Limbs(StrEnum):
    """How arms and legs are drawn."""

    FORESHORTENED = "foreshortened"
    FULL_LENGTH = "full-length"


class DistanceHandling(StrEnum):
    """What becomes of how far away the performer is: they walk towards and away from the camera where their size tells
    it, on feet that stand as heels and toes tell, or go up and down the picture as filmed.
    """

    AUTOMATIC = "automatic"
    KEPT = "kept"


class Alignment(StrEnum):
    """How the timing of two clips is aligned: side by side until the shorter ends, stretched evenly to one
    duration, or matched by similar poses.
    """

    TRIM = "trim"
    STRETCH = "stretch"
    MATCH = "match"


@dataclass(frozen=True, eq=False)
class Blend:
    """A second clip, and how far to go to it: 0 is the first one's, 1 the second one's.

    Attributes:
        poses: the second clip.
        motion: share of its motion, 0..1.
        skeleton: share of its body, 0..1.
        view: share of its view, 0..1.
        alignment: how the timing of the two is aligned.

    Raises:
        ValueError: a share is outside 0..1, or there is no such alignment.
    """

    poses: PoseSequence
    motion: float = 0.0
    skeleton: float = 0.0
    view: float = 0.0
    alignment: Alignment = Alignment.STRETCH

    def __post_init__(self) -> None:
        for name in ("motion", "skeleton", "view"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"The share of {name} must lie between 0 and 1, not {getattr(self, name)}.")
        if self.alignment not in list(Alignment):
            raise ValueError(f"There is no alignment {self.alignment}; choose {', '.join(Alignment)}.")


@dataclass(frozen=True, eq=False)
class LandmarkOffsets:
    """Points beside the joints (nose, ears, index knuckles, heels, toes), each relative to the joint that carries it
    (`LANDMARK_JOINTS`).

    Attributes:
        names: K of EXTRA_LANDMARKS.
        offsets: (T, K, 3) float32 in the motion's unit, x right, y down, z away from the camera.
        confidence: (T, K) float32 in 0..1, 0 = unseen: the point then goes where its joint's bone carries it.

    Raises:
        ValueError: a name, a shape or a value is wrong.
    """

    names: Annotated[tuple[str, ...], Shape((LANDMARKS,))]
    offsets: Annotated[Array, Shape((FRAMES, LANDMARKS, 3))]
    confidence: Annotated[Array, Shape((FRAMES, LANDMARKS))]

    def __post_init__(self) -> None:
        names = tuple(str(name) for name in self.names)
        if len(set(names)) != len(names) or not set(names) <= set(LANDMARK_JOINTS):
            raise ValueError(
                f"The landmarks {', '.join(names)} are not all known, or one is named twice; choose among {', '.join(LANDMARK_JOINTS)}."
            )
        offsets, confidence = (
            as_float32(self.offsets, "Landmark offsets"),
            as_float32(self.confidence, "Landmark confidences"),
        )
        if offsets.ndim != 3 or offsets.shape[1:] != (len(names), 3):
            raise ValueError(
                f"Landmark offsets must have the shape (frames, {len(names)}, 3), not {offsets.shape}; give x, y and z for each name."
            )
        check_confidence(confidence, offsets.shape[:2], "Landmark confidences")
        if not np.isfinite(offsets).all():
            raise ValueError(
                "Every landmark offset must be a finite number; write 0 with confidence 0 for what was not seen."
            )
        for name, value in (("names", names), ("offsets", offsets), ("confidence", confidence)):
            object.__setattr__(self, name, value)


@dataclass(frozen=True, eq=False)
class RetargetedMotion:
    """A motion on a body, seen from a view. Everything is finite; the arrays are read-only.

    Attributes:
        positions: (T, 15, 2) float32, x right, y down, the root's path included; in pixels of the clip that the body is
            from, or in the skeleton's own unit.
        depth: (T, 15) float32 relative to the mid-hip, + away from the camera, in the same unit.
        contacts: (T, 2) float32 in 0..1: probabilities that the right and the left foot stand.
        confidence: (T, 15) float32 in 0..1: how well each joint was seen; the positions of unseen ones are the
            network's.
        skeleton: the body used.
        view: the view used; None where a network takes views from examples only.
        fps: frames per second.
        image_size: (width, height) in pixels; None where there is no picture.
        start: time of the first frame in seconds.
        landmarks: points beside the joints; None where the source has none.
        leg_turns: (T, 2) float32 radians: how far the right and the left leg are turned in the picture relative to the
            trunk, as by an azimuth; None where they are not.
        way: (T,) float32: how far away from where it begins the mid-hip goes, in depth; None where the motion stays in
            the picture's plane.
        rolls: (T, 2) float32 in 0..1: how far the right and the left foot roll over their toes while they stand; None
            where nothing is known of that.

    Raises:
        ValueError: a shape or a value is wrong.
    """

    positions: Annotated[Array, Shape((FRAMES, JOINT_COUNT, 2))]
    depth: Annotated[Array, Shape((FRAMES, JOINT_COUNT))]
    contacts: Annotated[Array, Shape((FRAMES, 2))]
    confidence: Annotated[Array, Shape((FRAMES, JOINT_COUNT))]
    skeleton: Skeleton
    view: View | None
    fps: float
    image_size: tuple[int, int] | None = None
    start: float = 0.0
    landmarks: LandmarkOffsets | None = None
    leg_turns: Annotated[Array, Shape((FRAMES, 2))] | None = None
    way: Annotated[Array, Shape((FRAMES,))] | None = None
    rolls: Annotated[Array, Shape((FRAMES, 2))] | None = None

    def __post_init__(self) -> None:
        positions, depth = as_float32(self.positions, "Joint positions"), as_float32(self.depth, "Joint depths")
        contacts, confidence = (
            as_float32(self.contacts, "Foot contacts"),
            as_float32(self.confidence, "Joint confidences"),
        )
        if positions.ndim != 3 or positions.shape[1:] != (JOINT_COUNT, 2) or not len(positions):
            raise ValueError(
                f"Joint positions must have the shape (frames, {JOINT_COUNT}, 2) and a frame at least, not {positions.shape}."
            )
        if depth.shape != positions.shape[:2]:
            raise ValueError(
                f"Joint depths must have the shape {positions.shape[:2]}, not {depth.shape}; give one number a joint and frame."
            )
        if not (np.isfinite(positions).all() and np.isfinite(depth).all()):
            raise ValueError(
                "Every position and depth of a motion must be a finite number; check the clip it was made from."
            )
        check_confidence(contacts, (len(positions), 2), "Foot contacts")
        check_confidence(confidence, positions.shape[:2], "Joint confidences")
        if self.view is not None and self.view.frame_count not in (None, len(positions)):
            raise ValueError(
                f"The view has {self.view.frame_count} frames and the motion {len(positions)}; give one angle a frame, or one for all."
            )
        if self.landmarks is not None and len(self.landmarks.offsets) != len(positions):
            raise ValueError(
                f"The landmarks cover {len(self.landmarks.offsets)} frames and the motion {len(positions)}; give both the same frames."
            )
        turns = as_float32(self.leg_turns, "Leg turns") if self.leg_turns is not None else None
        if turns is not None and (turns.shape != (len(positions), 2) or not np.isfinite(turns).all()):
            raise ValueError(
                f"Leg turns must be finite numbers of the shape {(len(positions), 2)}, not {turns.shape}; give one a leg and frame."
            )
        way = as_float32(self.way, "The way in depth") if self.way is not None else None
        if way is not None and (way.shape != (len(positions),) or not np.isfinite(way).all()):
            raise ValueError(
                f"The way in depth must be finite numbers of the shape {(len(positions),)}, not {way.shape}; give one a frame."
            )
        rolls = as_float32(self.rolls, "Rolling feet") if self.rolls is not None else None
        if rolls is not None:
            check_confidence(rolls, (len(positions), 2), "Rolling feet")
        checked = {
            "leg_turns": turns,
            "way": way,
            "rolls": rolls,
            "positions": positions,
            "depth": depth,
            "contacts": contacts,
            "confidence": confidence,
            "fps": checked_fps(self.fps),
            "image_size": checked_image_size(self.image_size),
            "start": checked_start(self.start),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.positions)

    def to_pose_sequence(self, source: str = "") -> PoseSequence:
        """Return the motion as poses, for a pose file or as the example of another body. What nobody saw has the
        confidence PREDICTED_CONFIDENCE.
        """
        confidence = np.maximum(self.confidence, np.float32(PREDICTED_CONFIDENCE))
        depth = DepthEvidence(self.depth, confidence)
        return PoseSequence(
            self.positions,
            confidence,
            self.fps,
            self.image_size,
            start=self.start,
            landmarks=self._seen_landmarks(),
            depth=depth,
            source=source,
        )

    def _seen_landmarks(self) -> Landmarks | None:
        """Where the landmarks are in the picture."""
        if self.landmarks is None:
            return None
        carriers = [LANDMARK_JOINTS[name] for name in self.landmarks.names]
        return Landmarks(
            self.landmarks.names,
            self.positions[:, carriers] + self.landmarks.offsets[..., :2],
            self.landmarks.confidence,
        )


def rotation(view: View) -> Array:
    """Return the rotation from the body-centred frame to the camera's, R_roll · R_elevation · R_azimuth: (3, 3)
    float32, or (T, 3, 3) where an angle varies.

    Camera space is x right, y down, z away from the camera; at azimuth, elevation and roll 0 the two frames are one and
    the performer faces −z.
    """
    azimuth, elevation, roll = np.broadcast_arrays(*(np.radians(a) for a in (view.azimuth, view.elevation, view.roll)))
    zero, one = np.zeros(azimuth.shape), np.ones(azimuth.shape)
    turn = [[np.cos(azimuth), zero, -np.sin(azimuth)], [zero, one, zero], [np.sin(azimuth), zero, np.cos(azimuth)]]
    tilt = [
        [one, zero, zero],
        [zero, np.cos(elevation), -np.sin(elevation)],
        [zero, np.sin(elevation), np.cos(elevation)],
    ]
    level = _matrices(tilt) @ _matrices(turn)
    if not np.any(roll):
        return np.asarray(level, dtype=np.float32)
    about_camera = [[np.cos(roll), -np.sin(roll), zero], [np.sin(roll), np.cos(roll), zero], [zero, zero, one]]
    return np.asarray(_matrices(about_camera) @ level, dtype=np.float32)


def _shorter_way(first: float | NDArray[np.float64], second: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return degrees from one angle to another, without a jump from one frame to the next."""
    turn = (np.asarray(second) - first + 180) % 360 - 180
    return np.unwrap(turn, period=360) if turn.ndim else turn


def _matrices(rows: list[list[NDArray[np.float64]]]) -> NDArray[np.float64]:
    return np.moveaxis(np.array(rows, dtype=np.float64), (0, 1), (-2, -1))


def _angles(angles: ArrayLike, name: str) -> NDArray[np.float64]:
    try:
        values = np.array(angles, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"The {name} of a view must be a number of degrees, or a list with one a frame; give numbers alone."
        ) from error
    if values.ndim > 1 or not values.size or not np.isfinite(values).all():
        raise ValueError(
            f"The {name} of a view must be a finite number of degrees, or a list with one a frame; fix the others."
        )
    return values


def _scalar_or_array(angles: NDArray[np.float64]) -> float | NDArray[np.float64]:
    if not angles.ndim:
        return float(angles)
    angles.setflags(write=False)
    return angles
