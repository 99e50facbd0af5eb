"""Key poses of what is done near the ground or with a leap, on a body of any lengths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .limb_solver import Body, Foot, Point, Pose
from .movement import Movement
from .scripted import FPS, keyed, stand

Array = NDArray[np.float64]
Keys = list[tuple[float, Pose]]

SEAT_HEIGHT = 0.45
"""Metres of the box that one sits on."""
DOWN = ((0.0, -0.6, 1.0), (0.0, -0.6, 1.0))
"""Knees that point at the ground."""

HIGH = ((0.0, 0.8, 0.6), (0.0, 0.8, 0.6))
"""Knees of legs that are raised."""


def _hands(width: float, up: float, ahead: float) -> tuple[Point, Point]:
    return (-width, up, ahead), (width, up, ahead)


def _feet(width: float, ahead: float, *, up: float = 0.0, pitch: float = 0.0, yaw: float = 0.0) -> tuple[Foot, Foot]:
    return Foot((-width, up, ahead), pitch, -yaw), Foot((width, up, ahead), pitch, yaw)


def sit_and_stand(body: Body) -> Keys:
    """Sit down on a box behind, rest the hands on the thighs, and stand up."""
    up = stand(body)
    height = SEAT_HEIGHT * body.size
    back = -0.92 * body.thigh
    seated = replace(
        up,
        hips=(0.0, height + 0.10 * body.size, back),
        trunk=(0.0, -4.0, 0.0),
        hands=_hands(body.hip + 0.03, height + 0.19 * body.size, back + 0.62 * body.thigh),
    )
    halfway = replace(
        up,
        hips=(0.0, 0.62 * up.hips[1], 0.7 * back),
        trunk=(0.0, 38.0, 0.0),
        chest=(0.0, 10.0, 0.0),
        head=(0.0, 25.0, 0.0),
        hands=_hands(body.hip + 0.08, 0.62 * up.hips[1] + 0.06, 0.1),
    )
    return [(0.4, up), (0.95, halfway), (1.5, seated), (2.7, seated), (3.3, halfway), (3.9, up), (4.5, up)]


def kneel(body: Body) -> Keys:
    """Step back onto one knee, then onto both, and look about."""
    up = stand(body)
    flat = body.ball[1] - 0.02
    reach = -0.62 * body.leg
    back = replace(
        up,
        hips=(0.0, 0.88 * body.leg + body.ankle, reach * 0.45),
        feet=(Foot((-body.hip, 0.0, reach), 35.0), Foot((body.hip, 0.0, flat))),
        trunk=(0.0, 12.0, 0.0),
    )
    knee = 0.044 * body.size
    low = body.thigh + knee
    toes = -np.sqrt(body.shin**2 - (body.ankle + 0.05) ** 2)
    one = replace(
        up,
        hips=(0.0, low, -0.1),
        feet=(Foot((-body.hip, 0.0, float(toes) - 0.1), 80.0), Foot((body.hip * 1.2, 0.0, 0.30 * body.leg + flat))),
        hands=((-0.2, low - 0.05, 0.05), (body.hip * 1.2, low + 0.1, 0.25 * body.leg)),
        trunk=(0.0, 4.0, 0.0),
    )
    both = replace(
        one,
        feet=(Foot((-body.hip, 0.0, float(toes) - 0.1), 80.0), Foot((body.hip, 0.0, float(toes) - 0.1), 80.0)),
        hands=_hands(0.2, low - 0.08, 0.02),
    )
    step = replace(one, feet=(one.feet[0], Foot((body.hip, 0.05, 0.0), 60.0)), hips=(0.0, low + 0.02, -0.08))
    return [(0.3, up), (0.9, back), (1.6, one), (2.3, one), (2.7, step), (3.2, both), (4.5, both)]


def _plank(body: Body, high: float) -> Pose:
    """On hands and toes, the shoulders so high above the wrists, in parts of the arm."""
    wrist = 0.035 * body.size
    shoulder = wrist + high * body.arm
    heel = body.ankle + 0.12 * body.size
    long = body.leg + float(body.shoulder[1])
    slope = float(np.degrees(np.arcsin(np.clip((shoulder - heel) / long, -1, 1))))
    ankle_z = -body.leg * np.cos(np.radians(slope))
    hips = (0.0, heel + body.leg * float(np.sin(np.radians(slope))), 0.0)
    chest_z = float(body.shoulder[1]) * float(np.cos(np.radians(slope)))
    return Pose(
        hips,
        _feet(body.hip, float(ankle_z) - 0.02, pitch=78.0),
        _hands(abs(float(body.shoulder[0])) + 0.06, wrist, chest_z - 0.02),
        trunk=(0.0, 90.0 - slope, 0.0),
        head=(0.0, 18.0, 0.0),
        flat=(1.0, 1.0),
        knees=((0.0, 0.0, 1.0), (0.0, 0.0, 1.0)),
        elbows=((-0.8, -0.5, -0.5), (0.8, -0.5, -0.5)),
    )


def push_ups(body: Body) -> Keys:
    """Three push-ups."""
    high, low = _plank(body, 0.985), _plank(body, 0.42)
    return [(0.3, high), (1.0, low), (1.7, high), (2.3, low), (3.0, high), (3.6, low), (4.3, high)]


def lie_down_and_get_up(body: Body) -> Keys:
    """Sit down on the ground, lie on the back, and come up to sit again."""
    up = stand(body)
    flat = body.ball[1] - 0.02
    back = 0.10 * body.size
    feet = _feet(body.hip, 0.62 * body.leg + flat)
    squat = replace(
        up,
        hips=(0.0, 0.32 * body.leg + body.ankle, -0.24),
        trunk=(0.0, 32.0, 0.0),
        chest=(0.0, 15.0, 0.0),
        hands=_hands(0.24, 0.36, 0.25),
    )
    reach = replace(
        squat,
        hips=(0.0, 0.2 * body.leg, -0.34),
        trunk=(0.0, 2.0, 0.0),
        hands=_hands(0.27, 0.04, -0.52),
        flat=(1.0, 1.0),
        elbows=((-0.5, 0.2, -1.0), (0.5, 0.2, -1.0)),
    )
    sit = replace(
        reach,
        hips=(0.0, back, -0.42),
        feet=_feet(body.hip, 0.25 * body.leg),
        trunk=(0.0, -22.0, 0.0),
        hands=_hands(0.27, 0.04, -0.74),
    )
    lying = Pose(
        (0.0, back, -0.42),
        _feet(body.hip * 1.3, -0.42 + 0.95 * body.leg + body.ball[1], pitch=-60.0, yaw=14.0),
        _hands(0.34, 0.05, -0.42 - 0.02),
        trunk=(0.0, -91.5, 0.0),
        head=(0.0, -8.0, 0.0),
        flat=(1.0, 1.0),
        elbows=((-1.0, -0.2, -0.2), (1.0, -0.2, -0.2)),
        knees=((-0.1, 0.0, 1.0), (0.1, 0.0, 1.0)),
    )
    half = replace(sit, feet=feet, trunk=(0.0, -40.0, 0.0), hands=_hands(0.3, 0.05, -0.78))
    return [(0.3, up), (0.9, squat), (1.5, reach), (2.0, sit), (2.5, half), (3.4, lying), (3.9, lying), (4.8, half), (5.4, sit), (5.6, sit)]  # fmt: skip


def leaps(body: Body) -> Keys:
    """Two jumps on the spot; what the body does in the air is added by `jump`."""
    up = stand(body)
    crouch = replace(
        up,
        hips=(0.0, 0.68 * up.hips[1], -0.06),
        trunk=(0.0, 30.0, 0.0),
        chest=(0.0, 10.0, 0.0),
        hands=_hands(0.26, 0.62 * up.hips[1], -0.32),
    )
    return [(0.3, up), (0.8, crouch), (1.0, up), (1.45, up), (1.7, crouch), (2.1, up), (2.5, crouch), (2.7, up),
            (3.15, up), (3.4, crouch), (4.0, up)]  # fmt: skip


FLIGHTS = ((1.0, 1.45), (2.7, 3.15))
"""Seconds of leaving and meeting the ground."""
GRAVITY = 9.81


def jump(seconds: float, offsets: Array) -> Movement:
    """The leaps with their flight: both feet leave the ground as a thrown body does, arms up."""
    body = Body(offsets)

    def keys(_body: Body) -> Sequence[tuple[float, Pose]]:
        return leaps(body)

    still = keyed(keys)(seconds, offsets)
    root = still.root.copy()
    times = np.arange(len(root)) / FPS
    for start, end in FLIGHTS:
        flying = (times > start) & (times < end)
        root[flying, 1] += GRAVITY / 2 * (times[flying] - start) * (end - times[flying])
    return Movement(still.rotations, root, offsets, FPS)


def kick(body: Body) -> Keys:
    """A high kick with the right leg, twice."""
    up = stand(body)
    guard = replace(up, knees=HIGH, hands=_hands(0.17, up.hips[1] + 0.36, 0.28), trunk=(8.0, 2.0, 0.0))
    drawn = replace(
        guard,
        feet=(Foot((-body.hip, 0.5 * body.leg, 0.16), 25.0), guard.feet[1]),
        hips=(0.03, up.hips[1] - 0.02, 0.0),
        trunk=(12.0, -6.0, 0.0),
    )
    out = replace(
        drawn,
        feet=(Foot((-body.hip * 0.5, 0.93 * body.leg, 0.86 * body.leg), -55.0), guard.feet[1]),
        trunk=(18.0, -18.0, 0.0),
        hands=((-0.35, up.hips[1] + 0.15, -0.1), guard.hands[1]),
    )
    return [(0.4, guard), (0.8, drawn), (1.05, out), (1.25, out), (1.6, drawn), (2.0, guard), (2.4, guard),
            (2.8, drawn), (3.05, out), (3.25, out), (3.6, drawn), (4.0, guard)]  # fmt: skip


def crawl(seconds: float, offsets: Array) -> Movement:
    """On hands and knees, forwards: a hand and the other side's knee move together."""
    body = Body(offsets)
    stride, cycle = 0.30 * body.size, 1.1
    knee, wrist = 0.065 * body.size, 0.035 * body.size
    reach = float(body.shoulder[1])
    poses: list[Array] = []
    for frame in range(round(seconds * FPS)):
        now = frame / FPS / cycle
        ahead = stride * now
        knees, hands = [], []
        for index in (0, 1):
            knees.append(_crept(now + 0.5 * index, stride, 0.5 * index))
            hands.append(_crept(now + 0.5 * (1 - index), stride, 0.5 * (1 - index)))
        slant = max(abs(z - ahead) for z, _ in knees)
        height = knee + float(np.sqrt(body.thigh**2 - min(slant, 0.6 * body.thigh) ** 2))
        toes = [z - float(np.sqrt(body.shin**2 - (body.ankle + 0.03) ** 2)) for z, _ in knees]
        pitch = 90.0 - float(np.degrees(np.arcsin(np.clip((wrist + 0.97 * body.arm - height) / reach, -0.9, 0.9))))
        pose = Pose(
            (0.0, height, ahead),
            (
                Foot((-body.hip, 1.2 * knees[0][1], toes[0]), 76.0),
                Foot((body.hip, 1.2 * knees[1][1], toes[1]), 76.0),
            ),
            (
                (-abs(float(body.shoulder[0])), wrist + hands[0][1], hands[0][0] + reach * 0.96),
                (abs(float(body.shoulder[0])), wrist + hands[1][1], hands[1][0] + reach * 0.96),
            ),
            trunk=(0.0, pitch, 0.0),
            head=(0.0, 30.0, 0.0),
            flat=(1.0, 1.0),
            knees=DOWN,
            elbows=((-0.6, 0.3, -1.0), (0.6, 0.3, -1.0)),
        )
        poses.append(pose.numbers())
    from .limb_solver import solve

    solved = [solve(body, row) for row in poses]
    return Movement(np.stack([q for q, _ in solved]), np.stack([root for _, root in solved]), offsets, FPS)


def _crept(phase: float, stride: float, offset: float) -> tuple[float, float]:
    """How far ahead a hand or knee is, and how high: it rests for 60 % of its cycle."""
    whole = float(np.floor(phase))
    share = phase - whole
    way = float(np.clip((share - 0.6) / 0.4, 0, 1))
    eased = way * way * (3 - 2 * way)
    return stride * (whole - offset + 0.3 + eased), 0.05 * float(np.sin(np.pi * way))


KEYED: dict[str, Callable[[Body], Keys]] = {
    "sit": sit_and_stand,
    "kneel": kneel,
    "push_up": push_ups,
    "lie": lie_down_and_get_up,
    "kick": kick,
}
"""Scripts that go from key pose to key pose."""
