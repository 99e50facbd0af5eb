"""The body that the whole project uses: 15 joints, 14 bones, and a character's bone lengths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .codec import Shape

Array = NDArray[np.float32]


class Joint(IntEnum):
    """The 15 joints, in the order of every array. *Right* is the performer's right."""

    HEAD = 0
    NECK = 1
    RIGHT_SHOULDER = 2
    RIGHT_ELBOW = 3
    RIGHT_WRIST = 4
    LEFT_SHOULDER = 5
    LEFT_ELBOW = 6
    LEFT_WRIST = 7
    MID_HIP = 8
    RIGHT_HIP = 9
    RIGHT_KNEE = 10
    RIGHT_ANKLE = 11
    LEFT_HIP = 12
    LEFT_KNEE = 13
    LEFT_ANKLE = 14


JOINT_COUNT = len(Joint)

PARENTS: dict[Joint, Joint] = {
    Joint.HEAD: Joint.NECK,
    Joint.NECK: Joint.MID_HIP,
    Joint.RIGHT_SHOULDER: Joint.NECK,
    Joint.RIGHT_ELBOW: Joint.RIGHT_SHOULDER,
    Joint.RIGHT_WRIST: Joint.RIGHT_ELBOW,
    Joint.LEFT_SHOULDER: Joint.NECK,
    Joint.LEFT_ELBOW: Joint.LEFT_SHOULDER,
    Joint.LEFT_WRIST: Joint.LEFT_ELBOW,
    Joint.RIGHT_HIP: Joint.MID_HIP,
    Joint.RIGHT_KNEE: Joint.RIGHT_HIP,
    Joint.RIGHT_ANKLE: Joint.RIGHT_KNEE,
    Joint.LEFT_HIP: Joint.MID_HIP,
    Joint.LEFT_KNEE: Joint.LEFT_HIP,
    Joint.LEFT_ANKLE: Joint.LEFT_KNEE,
}
"""The parent of every joint but the root, which is the mid-hip."""

HEAD_UP, SHOULDERS_ACROSS, HIPS_ACROSS, HIPS_DOWN = 0.14, 0.21, 0.12, 0.29
UPPER_ARM, FOREARM, THIGH, SHANK = 0.186, 0.146, 0.245, 0.246
"""An adult in parts of the body's height: how far the middle of the face is above that of the shoulders' joints, how far
these are from each other and the hips' are, how far the hips' are below them, and the lengths of the limbs (D. Winter,
Biomechanics and Motor Control of Human Movement, 4th edition, figure 4.1; the hips' joints as detectors place them).
"""

BONES: tuple[Joint, ...] = tuple(PARENTS)
"""The 14 bones, each named for its child joint, in the order of every array of bones."""

BONE_COUNT = len(BONES)
BONE_INDEX: dict[Joint, int] = {child: index for index, child in enumerate(BONES)}
BONE_CHILDREN: tuple[int, ...] = tuple(int(child) for child in BONES)
BONE_PARENTS: tuple[int, ...] = tuple(int(PARENTS[child]) for child in BONES)

MIRROR_JOINTS: tuple[int, ...] = (0, 1, 5, 6, 7, 2, 3, 4, 8, 12, 13, 14, 9, 10, 11)
"""For each joint, the one on the other side of the body."""

MIRROR_BONES: tuple[int, ...] = tuple(BONE_INDEX[Joint(MIRROR_JOINTS[child])] for child in BONES)

BONE_PATHS: Array = np.zeros((JOINT_COUNT, BONE_COUNT), dtype=np.float32)
"""(15, 14): 1 where a bone lies between the mid-hip and a joint, so that joints = BONE_PATHS @ bone vectors."""
for _joint in Joint:
    _at = _joint
    while _at != Joint.MID_HIP:
        BONE_PATHS[_joint, BONE_INDEX[_at]] = 1.0
        _at = PARENTS[_at]
BONE_PATHS.setflags(write=False)

HEIGHT_BONES: tuple[int, ...] = tuple(
    BONE_INDEX[joint] for joint in (Joint.HEAD, Joint.NECK, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE)
)
"""Head + spine + thigh + shin: the height that every error of this project is a percentage of."""

LEG_BONES: tuple[int, ...] = tuple(
    BONE_INDEX[joint] for joint in (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.LEFT_KNEE, Joint.LEFT_ANKLE)
)

PROPORTIONS: tuple[tuple[Joint, ...], ...] = (
    (Joint.HEAD,),
    (Joint.NECK,),
    (Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER),
    (Joint.RIGHT_ELBOW, Joint.LEFT_ELBOW),
    (Joint.RIGHT_WRIST, Joint.LEFT_WRIST),
    (Joint.RIGHT_HIP, Joint.LEFT_HIP),
    (Joint.RIGHT_KNEE, Joint.LEFT_KNEE),
    (Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE),
)
"""Bones that have one length on a symmetric body: what a body is estimated by."""

PROPORTION_COUNT = len(PROPORTIONS)
BONE_PROPORTION: tuple[int, ...] = tuple(
    next(index for index, members in enumerate(PROPORTIONS) if bone in members) for bone in BONES
)
"""For each bone, the row of PROPORTIONS that it belongs to."""


@dataclass(frozen=True)
class Posture:
    """How a body holds itself at rest: how far spine and head lean forward of upright, in degrees.

    Attributes:
        spine: from the mid-hip to the neck; − = leaning back, as most spines do a little.
        head: from the neck to the middle of the ears.

    Raises:
        ValueError: an angle is not finite.
    """

    spine: float
    head: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.spine) and np.isfinite(self.head)):
            raise ValueError("The angles of a posture must be finite numbers; give degrees.")

    def towards(self, other: Posture, share: float) -> Posture:
        """Return the posture `share` (0..1) of the way to another."""
        return Posture(self.spine + share * (other.spine - self.spine), self.head + share * (other.head - self.head))


@dataclass(frozen=True, eq=False)
class Skeleton:
    """A character's bone lengths, and how it holds itself.

    Attributes:
        lengths: (14,) float32 in the order of BONES, in any one unit; finite and above zero.
        posture: how spine and head lean at rest; None where nobody says: a motion is then not changed for it.

    Raises:
        ValueError: a length is missing or not above zero.

    Example:
        >>> adult = Skeleton.from_proportions((0.17, 0.50, 0.18, 0.28, 0.25, 0.09, 0.41, 0.40))
        >>> adult.scaled(1.2, (Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE)).height
    """

    lengths: Annotated[Array, Shape((BONE_COUNT,))]
    posture: Posture | None = None

    def __post_init__(self) -> None:
        lengths = np.array(self.lengths, dtype=np.float32)
        if lengths.shape != (BONE_COUNT,):
            raise ValueError(
                f"A skeleton has {BONE_COUNT} bone lengths, not an array of shape {lengths.shape}; give one length a bone."
            )
        wrong = [BONES[index].name.lower() for index in np.flatnonzero(~(np.isfinite(lengths) & (lengths > 0)))]
        if wrong:
            raise ValueError(f"Every bone length must be a finite number above zero; fix {', '.join(wrong)}.")
        lengths.setflags(write=False)
        object.__setattr__(self, "lengths", lengths)

    @classmethod
    def from_named(cls, lengths: Mapping[str, float]) -> Skeleton:
        """Make a skeleton from a table of bone names.

        Args:
            lengths: length by name; a bone is named for its child joint (`neck`, `right_knee`, …).

        Raises:
            ValueError: a bone is missing or a name is unknown.
        """
        names = [bone.name.lower() for bone in BONES]
        if missing := [name for name in names if name not in lengths]:
            raise ValueError(f"The skeleton lacks a length for {', '.join(missing)}; add one number for each.")
        if unknown := [name for name in lengths if name not in names]:
            raise ValueError(
                f"The skeleton names {', '.join(unknown)}, which is no bone of ours; use {', '.join(names)}."
            )
        try:
            return cls(np.array([float(lengths[name]) for name in names], dtype=np.float32))
        except TypeError as error:
            raise ValueError("Every bone length of a skeleton must be a number; fix the table.") from error

    @classmethod
    def from_proportions(cls, proportions: ArrayLike) -> Skeleton:
        """Make a symmetric body from (8,) lengths in the order of PROPORTIONS."""
        values = np.asarray(proportions, dtype=np.float32)
        if values.shape != (PROPORTION_COUNT,):
            raise ValueError(f"A symmetric body has {PROPORTION_COUNT} lengths, not an array of shape {values.shape}.")
        return cls(values[list(BONE_PROPORTION)])

    def named(self) -> dict[str, float]:
        """Return length by bone name, as `from_named` reads it."""
        return {bone.name.lower(): float(length) for bone, length in zip(BONES, self.lengths, strict=True)}

    @property
    def height(self) -> float:
        """Head + spine + thigh + shin (right and left averaged), in the skeleton's unit."""
        legs = float(self.lengths[list(LEG_BONES)].sum()) / 2
        return float(self.lengths[BONE_INDEX[Joint.HEAD]] + self.lengths[BONE_INDEX[Joint.NECK]]) + legs

    @property
    def leg_length(self) -> float:
        """Thigh + shin, right and left averaged, in the skeleton's unit."""
        return float(self.lengths[list(LEG_BONES)].sum()) / 2

    def scaled(self, factor: float, bones: Iterable[Joint] = BONES) -> Skeleton:
        """Return the same body with the named bones, by default all of them, `factor` times as long."""
        lengths = self.lengths.copy()
        lengths[[BONE_INDEX[bone] for bone in bones]] *= factor
        return Skeleton(lengths, self.posture)


EXTRA_LANDMARKS: tuple[str, ...] = (
    "nose",
    "right_ear",
    "left_ear",
    "right_index_knuckle",
    "left_index_knuckle",
    "right_heel",
    "left_heel",
    "right_toe",
    "left_toe",
)
"""Points beside the joints that turn head, hands and feet; `toe` is the big toe or the tip of the foot."""

LANDMARK_JOINTS: dict[str, Joint] = {
    "nose": Joint.HEAD,
    "right_ear": Joint.HEAD,
    "left_ear": Joint.HEAD,
    "right_index_knuckle": Joint.RIGHT_WRIST,
    "left_index_knuckle": Joint.LEFT_WRIST,
    "right_heel": Joint.RIGHT_ANKLE,
    "left_heel": Joint.LEFT_ANKLE,
    "right_toe": Joint.RIGHT_ANKLE,
    "left_toe": Joint.LEFT_ANKLE,
}
"""The joint that carries each of EXTRA_LANDMARKS."""

JOINT_SOURCES: dict[Joint, tuple[tuple[str, ...], ...]] = {
    **{joint: ((joint.name.lower(),),) for joint in Joint},
    Joint.HEAD: (
        ("head",),
        ("right_ear", "left_ear"),
        ("right_ear",),
        ("left_ear",),
        ("nose",),
        ("head_top", "upper_neck"),
        ("head_top", "neck"),
    ),
    Joint.NECK: (("right_shoulder", "left_shoulder"), ("neck",)),
    Joint.MID_HIP: (("right_hip", "left_hip"), ("mid_hip",)),
}
"""The points whose middle is a joint: the first group that is wholly seen. In profile one ear stands for both."""


@dataclass(frozen=True)
class JointLayout:
    """The points another tool gives, in its order: names of joints, of EXTRA_LANDMARKS, or of points we pass over."""

    name: str
    points: tuple[str, ...]

    def joints(self, positions: Array, confidence: Array) -> tuple[Array, Array]:
        """(…, 15, C) joints and (…, 15) confidence from (…, K, C) points (pixels, or any other unit) and their (…, K)
        confidence.

        A middle is as sure as the less sure of its points; what the points do not tell is unseen: 0 with confidence 0.
        """
        found = np.zeros((*confidence.shape[:-1], JOINT_COUNT, positions.shape[-1]), dtype=np.float32)
        sure = np.zeros((*confidence.shape[:-1], JOINT_COUNT), dtype=np.float32)
        for joint, groups in JOINT_SOURCES.items():
            for group in groups:
                if not set(group) <= set(self.points):
                    continue
                indices = [self.points.index(name) for name in group]
                lowest = confidence[..., indices].min(axis=-1)
                take = (sure[..., joint] == 0) & (lowest > 0)
                found[..., joint, :][take] = positions[..., indices, :][take].mean(axis=-2)
                sure[..., joint][take] = lowest[take]
        return found, sure

    def extra_landmarks(self) -> dict[str, int]:
        """Which of EXTRA_LANDMARKS the tool gives, and at which index."""
        return {name: self.points.index(name) for name in EXTRA_LANDMARKS if name in self.points}


def _both_sides(*parts: str) -> tuple[str, ...]:
    """left_PART, right_PART for each part: the order in which COCO and its kin name a body."""
    return tuple(f"{side}_{part}" for part in parts for side in ("left", "right"))


def _one_side(side: str, *parts: str) -> tuple[str, ...]:
    return tuple(f"{side}_{part}" for part in parts)


_COCO_17 = ("nose", *_both_sides("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle"))
_RIGHT_ARM, _LEFT_ARM = (_one_side(side, "shoulder", "elbow", "wrist") for side in ("right", "left"))
_RIGHT_LEG, _LEFT_LEG = (_one_side(side, "hip", "knee", "ankle") for side in ("right", "left"))
_FACE = ("right_eye", "left_eye", "right_ear", "left_ear")
_LEFT_FOOT, _RIGHT_FOOT = (_one_side(side, "toe", "small_toe", "heel") for side in ("left", "right"))

LAYOUTS: dict[str, JointLayout] = {
    layout.name: layout
    for layout in (
        JointLayout("joints_15", tuple(joint.name.lower() for joint in Joint)),
        JointLayout("coco_17", _COCO_17),
        JointLayout("coco_18", ("nose", "neck", *_RIGHT_ARM, *_LEFT_ARM, *_RIGHT_LEG, *_LEFT_LEG, *_FACE)),
        JointLayout(
            "body_25",
            (
                "nose",
                "neck",
                *_RIGHT_ARM,
                *_LEFT_ARM,
                "mid_hip",
                *_RIGHT_LEG,
                *_LEFT_LEG,
                *_FACE,
                *_LEFT_FOOT,
                *_RIGHT_FOOT,
            ),
        ),
        JointLayout("body_25b", (*_COCO_17, "neck", "head_top", *_LEFT_FOOT, *_RIGHT_FOOT)),
        JointLayout("halpe_26", (*_COCO_17, "head_top", "neck", "mid_hip", *_both_sides("toe", "small_toe", "heel"))),
        JointLayout(
            "mediapipe_33",
            (
                "nose",
                *_one_side("left", "eye_inner", "eye", "eye_outer"),
                *_one_side("right", "eye_inner", "eye", "eye_outer"),
                *_both_sides(
                    "ear",
                    "mouth",
                    "shoulder",
                    "elbow",
                    "wrist",
                    "pinky",
                    "index_knuckle",
                    "thumb",
                    "hip",
                    "knee",
                    "ankle",
                    "heel",
                    "toe",
                ),
            ),
        ),
        JointLayout("mpi_15", ("head_top", "neck", *_RIGHT_ARM, *_LEFT_ARM, *_RIGHT_LEG, *_LEFT_LEG, "chest")),
        JointLayout(
            "mpii_16",
            (
                *reversed(_RIGHT_LEG),
                *_LEFT_LEG,
                "mid_hip",
                "neck",
                "upper_neck",
                "head_top",
                *reversed(_RIGHT_ARM),
                *_LEFT_ARM,
            ),
        ),
        JointLayout(
            "h36m_17",
            ("mid_hip", *_RIGHT_LEG, *_LEFT_LEG, "spine", "neck", "nose", "head_top", *_LEFT_ARM, *_RIGHT_ARM),
        ),
    )
}
"""The layouts of other tools (OpenPose, COCO, HALPE, MediaPipe, MPII, Human3.6M), by name and for good in this order;
`joints_15` is our own.
"""
