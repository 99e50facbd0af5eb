"""A body posed by where its hips, feet and hands are: the rotations of all joints that follow."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.motion_library import CANONICAL_COUNT, CANONICAL_INDEX, CANONICAL_JOINTS, CANONICAL_PARENTS

from .body_mesh import STATURE

Array = NDArray[np.float64]
Point = tuple[float, float, float]

SIDES = {"R": -1.0, "L": 1.0}
REACH = 0.999
"""A limb stretches to this part of its length."""
UP = np.array((0.0, 1.0, 0.0))
SPINE_SHARES = {"Spine": 0.33, "Spine1": 0.66}
"""How far the lower spine follows the chest's turn."""


@dataclass(frozen=True)
class Foot:
    """A foot by its ball: `ball` metres (y 0 = on the ground), `pitch` degrees (+ the heel is up, about the ball; - the
    toes are up, about the heel), `yaw` degrees to the left.
    """

    ball: Point
    pitch: float = 0.0
    yaw: float = 0.0


@dataclass(frozen=True)
class Pose:
    """One pose in the motion's axes: Y up, facing +Z, the left at +X; metres and degrees.

    Attributes:
        hips: the middle of the hips' joints.
        trunk: yaw to the left, pitch forwards, roll to the right of the hips.
        chest: the same of the chest, beside the hips.
        head: yaw to the left, pitch upwards and roll to the left of the head beside the chest.
        feet, hands: right and left; a hand is where the wrist is.
        flat: 0..1 how flat each hand lies on the ground.
        knees, elbows: where they point, right and left.
    """

    hips: Point
    feet: tuple[Foot, Foot]
    hands: tuple[Point, Point]
    trunk: Point = (0.0, 0.0, 0.0)
    chest: Point = (0.0, 0.0, 0.0)
    head: Point = (0.0, 0.0, 0.0)
    flat: tuple[float, float] = (0.0, 0.0)
    knees: tuple[Point, Point] = ((0.0, 0.0, 1.0), (0.0, 0.0, 1.0))
    elbows: tuple[Point, Point] = ((-0.3, -0.2, -1.0), (0.3, -0.2, -1.0))

    def numbers(self) -> Array:
        """All of it in one row, for mixing."""
        feet = [(*foot.ball, foot.pitch, foot.yaw) for foot in self.feet]
        rows = (self.hips, self.trunk, self.chest, self.head, *feet, *self.hands, self.flat, *self.knees, *self.elbows)
        return np.concatenate([np.asarray(row, dtype=np.float64) for row in rows])


@dataclass(frozen=True, eq=False)
class Body:
    """Lengths of a body whose offsets (24, 3) are given, metres."""

    offsets: Array
    thigh: float = field(init=False)
    shin: float = field(init=False)
    upper_arm: float = field(init=False)
    forearm: float = field(init=False)
    ankle: float = field(init=False)
    size: float = field(init=False)

    def __post_init__(self) -> None:
        rest = rest_places(self.offsets)
        size = (float(rest["HeadEnd"][1] - rest["LFoot"][1]) + 0.1) / STATURE
        sole = min(rest["LToe"][1] - 0.02 * size, rest["LFoot"][1] - 0.075 * size)
        lengths = {
            "thigh": float(np.linalg.norm(self.offset("LLeg"))),
            "shin": float(np.linalg.norm(self.offset("LFoot"))),
            "upper_arm": float(np.linalg.norm(self.offset("LForeArm"))),
            "forearm": float(np.linalg.norm(self.offset("LHand"))),
            "ankle": float(rest["LFoot"][1] - sole),
            "size": size,
        }
        for name, value in lengths.items():
            object.__setattr__(self, name, value)

    def offset(self, joint: str) -> Array:
        """(3,) of a joint from its parent."""
        row: Array = self.offsets[CANONICAL_INDEX[joint]]
        return row

    @property
    def leg(self) -> float:
        """Thigh and shin."""
        return self.thigh + self.shin

    @property
    def arm(self) -> float:
        """Upper arm and forearm."""
        return self.upper_arm + self.forearm

    @property
    def hip(self) -> float:
        """Half the width of the hips."""
        return abs(float(self.offset("LUpLeg")[0]))

    @property
    def ball(self) -> tuple[float, float]:
        """How far the ball of the foot is below and before the ankle."""
        toe = self.offset("LToe")
        return self.ankle - 0.02 * self.size, float(toe[2])

    @property
    def shoulder(self) -> Array:
        """(3,) the left shoulder from the middle of the hips, at rest."""
        rest = rest_places(self.offsets)
        place: Array = rest["LArm"] - (rest["LUpLeg"] + rest["RUpLeg"]) / 2
        return place


def rest_places(offsets: Array) -> dict[str, Array]:
    """Where the joints are at rest, the hips' joint at the origin."""
    places = np.zeros((CANONICAL_COUNT, 3))
    for joint, parent in enumerate(CANONICAL_PARENTS):
        if parent >= 0:
            places[joint] = places[parent] + offsets[joint]
    return dict(zip(CANONICAL_JOINTS, places, strict=True))


def mixed(first: Array, second: Array, share: float) -> Array:
    """Between two rows of numbers."""
    return (1 - share) * first + share * second


def angles_turn(yaw: float, pitch: float, roll: float) -> Array:
    """(3, 3) rolled to the right, then pitched forwards, then turned to the left; degrees."""
    y, p, r = np.radians((yaw, pitch, -roll))
    about_y = np.array(((np.cos(y), 0, np.sin(y)), (0, 1, 0), (-np.sin(y), 0, np.cos(y))))
    about_x = np.array(((1, 0, 0), (0, np.cos(p), -np.sin(p)), (0, np.sin(p), np.cos(p))))
    about_z = np.array(((np.cos(r), -np.sin(r), 0), (np.sin(r), np.cos(r), 0), (0, 0, 1)))
    turn: Array = about_y @ about_x @ np.linalg.inv(about_z)
    return turn


def solve(body: Body, numbers: Array) -> tuple[Array, Array]:
    """The local quaternions (24, 4) and the place of the hips' joint (3,) of a pose's numbers."""
    hips, trunk, chest, head = (numbers[3 * k : 3 * k + 3] for k in range(4))
    feet, hands = (numbers[12:17], numbers[17:22]), (numbers[22:25], numbers[25:28])
    flat, knees, elbows = numbers[28:30], (numbers[30:33], numbers[33:36]), (numbers[36:39], numbers[39:42])
    world = {"Hips": angles_turn(*trunk)}
    for name, share in SPINE_SHARES.items():
        world[name] = world["Hips"] @ angles_turn(*(chest * share))
    world["Chest"] = world["Hips"] @ angles_turn(*chest)
    for name, share in (("Neck", 0.3), ("Neck1", 0.6), ("Head", 1.0)):
        yaw, up, left = head * share
        world[name] = world["Chest"] @ angles_turn(yaw, -up, -left)
    world["HeadEnd"] = world["Head"]
    root = hips - world["Hips"] @ (body.offset("LUpLeg") + body.offset("RUpLeg")) / 2
    places = {"Hips": root}
    for name in ("Spine", "Spine1", "Chest"):
        parent = CANONICAL_JOINTS[CANONICAL_PARENTS[CANONICAL_INDEX[name]]]
        places[name] = places[parent] + world[parent] @ body.offset(name)
    for index, (side, sign) in enumerate(SIDES.items()):
        _leg(body, side, world, root=root, foot=feet[index], knee=knees[index])
        shoulder = places["Chest"] + world["Chest"] @ (body.offset(f"{side}Clav") + body.offset(f"{side}Arm"))
        world[f"{side}Clav"] = world["Chest"]
        _arm(body, side, world, shoulder=shoulder, wrist=hands[index], elbow=elbows[index])
        fore = world[f"{side}ForeArm"]
        world[f"{side}Hand"] = _between_turns(fore, _flat_hand(float(trunk[0]), sign), float(flat[index]))
    return local_quaternions(world), root


def _leg(body: Body, side: str, world: dict[str, Array], *, root: Array, foot: Array, knee: Array) -> None:
    ball, pitch, yaw = foot[:3], foot[3], foot[4]
    level = angles_turn(yaw, 0, 0)
    below, before = body.ball
    tilt = angles_turn(yaw, pitch, 0)
    if pitch >= 0:
        ankle = ball + np.array((0, body.ankle - below, 0)) + tilt @ np.array((0, below, -before))
    else:
        heel = np.array((0.0, -body.ankle, -0.068 * body.size))
        ankle = ball + level @ (np.array((0, 0, -before)) + heel) + UP * body.ankle - tilt @ heel
    hip = root + world["Hips"] @ body.offset(f"{side}UpLeg")
    thigh, shin, hinge = bend(hip, ankle, (body.thigh, body.shin), world["Hips"] @ knee)
    for name, way in ((f"{side}UpLeg", thigh), (f"{side}Leg", shin)):
        world[name] = np.stack((hinge, -way, np.cross(hinge, -way)), axis=-1)
    world[f"{side}Foot"] = tilt
    world[f"{side}Toe"] = level if pitch > 0 else tilt


def _arm(body: Body, side: str, world: dict[str, Array], *, shoulder: Array, wrist: Array, elbow: Array) -> None:
    upper, fore, hinge = bend(shoulder, wrist, (body.upper_arm, body.forearm), world["Chest"] @ elbow)
    for name, way in ((f"{side}Arm", upper), (f"{side}ForeArm", fore)):
        across, up = way * SIDES[side], -hinge * SIDES[side]
        world[name] = np.stack((across, up, np.cross(across, up)), axis=-1)


def bend(start: Array, end: Array, lengths: tuple[float, float], pole: Array) -> tuple[Array, Array, Array]:
    """The directions of two bones from start to end whose joint points along the pole, and the axis of the joint, which
    is to the left of a knee that points ahead.
    """
    first, second = lengths
    way = end - start
    reach = float(np.clip(np.linalg.norm(way), abs(first - second) * 1.02 + 1e-3, (first + second) * REACH))
    way = way / np.linalg.norm(way)
    cos = np.clip((first**2 + reach**2 - second**2) / (2 * first * reach), -1, 1)
    joint = first * (cos * way + np.sqrt(1 - cos**2) * _square_to(way, pole))
    return joint / first, (reach * way - joint) / second, np.cross(_square_to(way, pole), way)


def _square_to(way: Array, pole: Array) -> Array:
    """The part of a direction that is square to a way, of length 1."""
    rest = pole - way * (pole @ way)
    length = np.linalg.norm(rest)
    square: Array = rest / length if length > 1e-6 else np.roll(way, 1)
    return square


def _flat_hand(yaw: float, sign: float) -> Array:
    """A hand whose palm is on the ground and whose fingers point ahead of a body that is turned by a yaw."""
    across = sign * angles_turn(yaw, 0, 0)[:, 2]
    return np.stack((across, UP, np.cross(across, UP)), axis=-1)


def _between_turns(first: Array, second: Array, share: float) -> Array:
    left, _, right = np.linalg.svd((1 - share) * first + share * second)
    turn: Array = left @ np.diag((1.0, 1.0, np.linalg.det(left @ right))) @ right
    return turn


def local_quaternions(world: dict[str, Array]) -> Array:
    """(24, 4) w x y z of the joints beside their parents."""
    found = np.zeros((CANONICAL_COUNT, 4))
    for index, (name, parent) in enumerate(zip(CANONICAL_JOINTS, CANONICAL_PARENTS, strict=True)):
        local = world[name] if parent < 0 else world[CANONICAL_JOINTS[parent]].T @ world[name]
        found[index] = _quaternion(local)
    return found


def _quaternion(m: Array) -> Array:
    """(4,) w x y z of a rotation matrix, by its largest part."""
    squares = np.array(
        (
            1 + m[0, 0] + m[1, 1] + m[2, 2],
            1 + m[0, 0] - m[1, 1] - m[2, 2],
            1 - m[0, 0] + m[1, 1] - m[2, 2],
            1 - m[0, 0] - m[1, 1] + m[2, 2],
        )
    )
    x, y, z = m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1]
    a, b, c = m[0, 1] + m[1, 0], m[0, 2] + m[2, 0], m[1, 2] + m[2, 1]
    rows = ((squares[0], x, y, z), (x, squares[1], a, b), (y, a, squares[2], c), (z, b, c, squares[3]))
    found: Array = np.array(rows[int(squares.argmax())])
    return found / np.linalg.norm(found)
