"""What is asked for, and how hard it is to see: the columns of the evaluation and its conditions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

AZIMUTH_90, AZIMUTH_180 = 90.0, 180.0
WINDOW = 120
"""Frames of a clip, at 30 a second."""


class Column(StrEnum):
    """What changes between the source and the answer."""

    SELF = "self"
    BODY = "body"
    VIEW = "view"
    BOTH = "both"

    @property
    def other_body(self) -> int:
        """1 where the answer is on the target's body, 0 where it is on the source's."""
        return int(self in (Column.BODY, Column.BOTH))

    @property
    def other_view(self) -> int:
        """1 where the answer is from the target's view, 0 where it is from the source's."""
        return int(self in (Column.VIEW, Column.BOTH))


class Given(StrEnum):
    """How the target is told: not at all, by a clip of the target body from the target view, or by its bone lengths and
    the two angles.
    """

    NOTHING = "nothing"
    CLIP = "clip"
    KNOWN = "known"


@dataclass(frozen=True)
class Target:
    """One column of the tables."""

    column: Column
    given: Given

    @property
    def title(self) -> str:
        """Its heading."""
        return str(self.column) if self.given is Given.NOTHING else f"{self.column}, {self.given}"


SELF = Target(Column.SELF, Given.NOTHING)
TARGETS: tuple[Target, ...] = (
    SELF,
    *(
        Target(column, given)
        for column in (Column.BODY, Column.VIEW, Column.BOTH)
        for given in (Given.CLIP, Given.KNOWN)
    ),
)
KNOWN_TARGETS: tuple[Target, ...] = tuple(target for target in TARGETS if target.given is not Given.CLIP)


@dataclass(frozen=True)
class Turn:
    """A rotation of `degrees` about an `axis` of its parent, put before what a joint of the canonical skeleton does by
    itself.
    """

    joint: str
    axis: tuple[float, float, float]
    degrees: float


@dataclass(frozen=True)
class HeldPose:
    """A pose held all the time: motion goes so much less far from its mean pose (`liveliness`, 1 as it was, 0 not at
    all), then `turns` are put on it.
    """

    liveliness: float
    turns: tuple[Turn, ...]


CROUCH = HeldPose(
    liveliness=0.3,
    turns=(
        Turn("LUpLeg", (1, 0, 0), -75),
        Turn("RUpLeg", (1, 0, 0), -75),
        Turn("LLeg", (1, 0, 0), 95),
        Turn("RLeg", (1, 0, 0), 95),
        Turn("Spine", (1, 0, 0), 30),
        Turn("LForeArm", (0, 1, 0), -80),
        Turn("RForeArm", (0, 1, 0), 80),
    ),
)
"""Hips, knees, elbows and back bent all the time: no leg and no arm is ever stretched out, and few bones come to lie in
the picture's plane.
"""


class Motion(StrEnum):
    """Which motion, and which bodies, none of which was trained on."""

    CAPTURED = "captured"
    EVERYDAY = "everyday"
    LOW = "low"


@dataclass(frozen=True)
class Condition:
    """How clips are filmed and what a detector loses of them.

    `azimuth`: source and target views are drawn within ± this, `elevation` between these two, in degrees;
    `roll`: how far the camera of the source is tilted to one side or the other, in degrees; `nearest`:
    how near a perspective camera comes to the performer, between these two in body heights, None where the camera is
    orthographic; `noise`: standard deviation of every coordinate of source and target clip, in body heights, with a
    confidence of 1 all the same; `hidden_joints` go unseen in the source for `hidden_frames`; `held_pose` of
    the performer in the target clip, None where they move as they were captured; `depth`: the source comes with the
    depth that a detector tells, with its errors; `motion` says which motion is played.
    """

    name: str
    title: str
    azimuth: float = AZIMUTH_180
    elevation: tuple[float, float] = (0.0, 0.0)
    nearest: tuple[float, float] | None = None
    noise: float = 0.0
    hidden_joints: int = 0
    hidden_frames: int = 0
    roll: float = 0.0
    depth: bool = False
    motion: Motion = Motion.CAPTURED
    held_pose: HeldPose | None = None


CONDITIONS: tuple[Condition, ...] = (
    Condition("yaw90", "Yaw ±90°", azimuth=AZIMUTH_90),
    Condition("yaw180", "Yaw ±180°"),
    Condition("pitch", "Yaw ±180°, pitch −20° to +35°", elevation=(-20.0, 35.0)),
    Condition(
        "perspective",
        "Yaw ±180°, perspective: 2 to 4 body heights from the camera where the performer is nearest",
        nearest=(2.0, 4.0),
    ),
    Condition("noise", "Yaw ±180°, noise of 1 % of height", noise=0.01),
    Condition(
        "missing", "Yaw ±180°, two joints of the source missing for 16 frames", hidden_joints=2, hidden_frames=16
    ),
    Condition("bent", "Yaw ±180°, a target clip that crouches all the time, hardly moving", held_pose=CROUCH),
    Condition("roll", "Yaw ±180°, the source filmed with 20° of roll", roll=20.0),
    Condition("above", "Yaw ±180°, all cameras 20° above", elevation=(20.0, 20.0)),
    Condition("below", "Yaw ±180°, all cameras 15° below", elevation=(-15.0, -15.0)),
    Condition("near", "Yaw ±180°, 1.5 body heights from the camera where the performer is nearest", nearest=(1.5, 1.5)),
    Condition("depth", "Yaw ±180°, with depth as a detector tells it", depth=True),
    Condition("everyday90", "Everyday motion and bodies, yaw ±90°", azimuth=AZIMUTH_90, motion=Motion.EVERYDAY),
    Condition("everyday180", "Everyday motion and bodies, yaw ±180°", motion=Motion.EVERYDAY),
    Condition("low", "Sitting, crouching, bending down and lying, yaw ±180°", motion=Motion.LOW),
)
CONDITION_NAMES: tuple[str, ...] = tuple(condition.name for condition in CONDITIONS)


def condition_named(name: str) -> Condition:
    """The condition of this name; ValueError where there is none."""
    for condition in CONDITIONS:
        if condition.name == name:
            return condition
    raise ValueError(f"There is no condition {name}; choose of {', '.join(CONDITION_NAMES)}.")
