"""Motion made by script: steps, key poses, and heads that turn by known angles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .limb_solver import SIDES, Body, Foot, Pose, angles_turn, mixed, solve
from .movement import Movement

Array = NDArray[np.float64]
FPS = 30.0
Change = Callable[[float, Pose], Pose]
"""What a script changes of the pose at a time, in seconds."""

STEP_PITCH, STRIKE_PITCH = 42.0, -16.0
"""Degrees by which the heel is up as a foot leaves the ground, and the toes as it meets it, in a full stride."""
ROLL_OFF, ROLL_DOWN = 0.22, 0.10
"""Seconds over which the heel rises before a step, and the foot comes down after it."""
FULL_STRIDE = 0.7
SWING = 0.55
"""How far a hand swings, in parts of how far the other foot is before the hips."""


@dataclass(frozen=True)
class Step:
    """One step: which foot (0 right, 1 left), from when to when, and where its ball comes to: x, z and yaw."""

    foot: int
    start: float
    end: float
    x: float
    z: float
    yaw: float = 0.0


def stand(body: Body) -> Pose:
    """Upright, feet below the hips, hands at the sides."""
    before = body.ball[1]
    hips = 0.994 * body.leg + body.ankle
    shoulder = body.shoulder
    hands = [
        (
            sign * (abs(float(shoulder[0])) + 0.07),
            float(hips + shoulder[1] - 0.965 * body.arm),
            float(shoulder[2]) + 0.05,
        )
        for sign in SIDES.values()
    ]
    feet = (Foot((-body.hip, 0.0, before - 0.02), 0, -6), Foot((body.hip, 0.0, before - 0.02), 0, 6))
    return Pose((0.0, hips, 0.0), feet, (hands[0], hands[1]))


def keyed(keys: Callable[[Body], Sequence[tuple[float, Pose]]]) -> Callable[[float, Array], Movement]:
    """A script that goes from key pose to key pose, at rest in each."""

    def make(seconds: float, offsets: Array) -> Movement:
        body = Body(offsets)
        poses = [(time, pose.numbers()) for time, pose in keys(body)]
        rows = []
        for frame in range(round(seconds * FPS)):
            now = frame / FPS
            later = next((k for k, (time, _) in enumerate(poses) if time > now), len(poses) - 1)
            (t0, first), (t1, second) = poses[max(later - 1, 0)], poses[later]
            share = float(np.clip((now - t0) / max(t1 - t0, 1e-6), 0, 1)) if later else 0.0
            rows.append(mixed(first, second, share**3 * (10 - 15 * share + 6 * share**2)))
        return _movement(body, np.stack(rows))

    return make


def stepped(
    plan: Callable[[Body, float], Sequence[Step]], change: Callable[[Body], Change] | None = None
) -> Callable[[float, Array], Movement]:
    """A script that takes steps; `change` may move head and hands."""

    def make(seconds: float, offsets: Array) -> Movement:
        body = Body(offsets)
        steps = list(plan(body, seconds))
        times = np.arange(round(seconds * FPS)) / FPS
        tracks = [_foot_track(body, index, steps, times) for index in (0, 1)]
        hips, yaw = _hips(body, tracks)
        altered = change(body) if change else None
        rows = []
        for k, now in enumerate(times):
            pose = _stepping_pose(body, tracks, hips[k], float(yaw[k]), k)
            rows.append((altered(float(now), pose) if altered else pose).numbers())
        return _movement(body, np.stack(rows))

    return make


def _movement(body: Body, rows: Array) -> Movement:
    solved = [solve(body, row) for row in rows]
    return Movement(np.stack([q for q, _ in solved]), np.stack([root for _, root in solved]), body.offsets, FPS)


def _foot_track(body: Body, foot: int, steps: Sequence[Step], times: Array) -> Array:
    """(T, 5) ball, pitch and yaw of a foot."""
    start = stand(body).feet[foot]
    track = np.empty((len(times), 5))
    own = [step for step in steps if step.foot == foot]
    for k, now in enumerate(times):
        x, _, z = start.ball
        yaw, pitch, lift = start.yaw, 0.0, 0.0
        for step in own:
            size = min(1.0, float(np.hypot(step.x - x, step.z - z)) / (2 * FULL_STRIDE * body.size))
            ahead = 1.0 if step.z - z > -0.05 else 0.3
            off, strike = STEP_PITCH * size * ahead, STRIKE_PITCH * size * ahead
            if now < step.start:
                pitch += off * _ease((now - step.start + ROLL_OFF) / ROLL_OFF)
                break
            if now < step.end:
                share = (now - step.start) / (step.end - step.start)
                way = _ease(share)
                x, z, yaw = x + way * (step.x - x), z + way * (step.z - z), yaw + way * (step.yaw - yaw)
                lift = (0.05 + 0.03 * size) * body.size * float(np.sin(np.pi * share)) ** 2
                pitch = off * (1 - _ease(share * 1.6)) + strike * _ease(2 * share - 1)
                break
            x, z, yaw = step.x, step.z, step.yaw
            pitch = strike * (1 - _ease((now - step.end) / ROLL_DOWN))
        track[k] = x, lift, z, pitch, yaw
    return track


def _hips(body: Body, tracks: Sequence[Array]) -> tuple[Array, Array]:
    """(T, 3) the middle of the hips and (T,) their yaw: over the feet, as high as both legs reach."""
    middle = (tracks[0] + tracks[1]) / 2
    before = body.ball[1] - 0.02
    place, yaw = _gentle(middle[:, [0, 2]], 4.0), _gentle(middle[:, 4:5], 4.0)[:, 0]
    place = place - before * np.stack((np.sin(np.radians(yaw)), np.cos(np.radians(yaw))), axis=-1)
    heights = []
    for index, (track, sign) in enumerate(zip(tracks, SIDES.values(), strict=True)):
        turn = np.radians(track[:, 4])
        ankle = track[:, [0, 2]] - before * np.stack((np.sin(turn), np.cos(turn)), axis=-1)
        hip = place + sign * body.hip * np.stack((np.cos(np.radians(yaw)), -np.sin(np.radians(yaw))), axis=-1)
        across = np.linalg.norm(ankle - hip, axis=1)
        rise = np.maximum(track[:, 3], 0) / 60 * 0.12 * body.size
        heights.append(body.ankle + track[:, 1] + rise + np.sqrt(np.maximum((0.997 * body.leg) ** 2 - across**2, 0.01)))
        del index
    height = _gentle(np.minimum(*heights)[:, None], 2.0)[:, 0] - 0.004
    return np.stack((place[:, 0], height, place[:, 1]), axis=-1), yaw


def _stepping_pose(body: Body, tracks: Sequence[Array], hips: Array, yaw: float, frame: int) -> Pose:
    rest = stand(body)
    turn = angles_turn(yaw, 0, 0)
    ahead = [float((turn.T @ (track[frame, :3] - hips))[2]) for track in tracks]
    hands = []
    for hand in (0, 1):
        place = np.array(rest.hands[hand]) - np.array(rest.hips)
        swing = SWING * (ahead[1 - hand] - ahead[hand]) / 2
        place += (0, 0.35 * swing**2 + 0.12 * max(swing, 0), swing)
        hands.append(hips + turn @ place)
    twist = float(np.clip(14 * (ahead[0] - ahead[1]), -9, 9))
    feet = tuple(
        Foot((float(t[frame, 0]), float(t[frame, 1]), float(t[frame, 2])), float(t[frame, 3]), float(t[frame, 4]))
        for t in tracks
    )
    return replace(
        rest,
        hips=(float(hips[0]), float(hips[1]), float(hips[2])),
        feet=(feet[0], feet[1]),
        hands=(_point(hands[0]), _point(hands[1])),
        trunk=(yaw + 0.5 * twist, 2.0, 0.0),
        chest=(-1.2 * twist, 1.0, 0.0),
        head=(0.7 * twist, 2.0, 0.0),
    )


def _point(values: Array) -> tuple[float, float, float]:
    return float(values[0]), float(values[1]), float(values[2])


def _ease(share: float) -> float:
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)


def _gentle(values: Array, sigma: float) -> Array:
    reach = int(np.ceil(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    padded = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
    return np.stack([np.convolve(column, kernel / kernel.sum(), mode="valid") for column in padded.T], axis=-1)


def walking(body: Body, seconds: float, *, stride: float = 0.62, pace: float = 0.53, until: float | None = None,
            start: float = 0.25, back: bool = False) -> list[Step]:  # fmt: skip
    """Steps straight ahead, or back, from `start` until then, a last one beside the other foot."""
    length = stride * body.size * (-0.6 if back else 1.0)
    rest = stand(body)
    last = min(seconds + pace, until or seconds + pace)
    steps: list[Step] = []
    z, foot, now = rest.feet[0].ball[2], 0, start
    while now + 0.7 * pace < last:
        z += length * (0.5 if not steps else 1.0)
        steps.append(Step(foot, now, now + 0.72 * pace, rest.feet[foot].ball[0] * 0.8, z, rest.feet[foot].yaw * 0.6))
        foot, now = 1 - foot, now + pace
    if until is not None:
        steps.append(Step(foot, now, now + 0.72 * pace, rest.feet[foot].ball[0], z, rest.feet[foot].yaw))
    return steps


def turning(body: Body, seconds: float) -> list[Step]:
    """Once around on the spot to the left, in steps of a sixth."""
    rest = stand(body)
    steps = []
    count = 6
    pace = (seconds - 0.6) / (2 * count)
    for number in range(2 * count):
        foot = 1 - number % 2
        yaw = 360 / count * (number // 2 + 1)
        place = angles_turn(yaw, 0, 0) @ np.array(rest.feet[foot].ball)
        now = 0.3 + number * pace
        steps.append(Step(foot, now, now + 0.85 * pace, float(place[0]), float(place[2]), yaw + rest.feet[foot].yaw))
    return steps


HEAD_ANGLES: tuple[tuple[float, tuple[float, float, float]], ...] = (
    (0.0, (0, 0, 0)),
    (0.4, (0, 0, 0)),
    (0.9, (0, 28, 0)),
    (1.4, (0, -35, 0)),
    (1.9, (0, 0, 0)),
    (2.5, (60, 0, 0)),
    (3.3, (-60, 0, 0)),
    (3.8, (0, 0, 0)),
    (4.3, (0, 0, 28)),
    (4.9, (0, 0, -28)),
    (5.4, (0, 0, 0)),
    (6.0, (0, 0, 0)),
)
"""When the head is turned to the left, up and to its left shoulder by how many degrees beside the chest."""


def head_turns(_body: Body) -> Change:
    """Nods, turns and tilts by HEAD_ANGLES."""
    return lambda now, pose: replace(pose, trunk=(0, 0, 0), chest=(0, 0, 0), head=keyed_values(HEAD_ANGLES, now))


def keyed_values(keys: Sequence[tuple[float, tuple[float, float, float]]], now: float) -> tuple[float, float, float]:
    """Between keys, at rest in each."""
    for (t0, first), (t1, second) in pairwise(keys):
        if now < t1:
            return _point(mixed(np.array(first, float), np.array(second, float), _ease((now - t0) / (t1 - t0))))
    return keys[-1][1]


def reaching(
    hand: int, start: float, end: float, *, ahead: float, up: float, both: bool = False
) -> Callable[[Body], Change]:
    """The hand (0 right, 1 left), or both, reaches forwards from start to end: how far, in arm lengths, and how high
    above the shoulder, metres.
    """

    def of(body: Body) -> Change:
        def change(now: float, pose: Pose) -> Pose:
            share = _ease((now - start) / 0.8) * (1 - _ease((now - end + 0.8) / 0.8))
            turn = angles_turn(pose.trunk[0], 0, 0)
            hands = list(pose.hands)
            for index, sign in enumerate(SIDES.values()):
                if index == hand or both:
                    shoulder = body.shoulder * (sign * 0.75, 1, 1)
                    goal = np.array(pose.hips) + turn @ (shoulder + np.array((0, up, ahead * body.arm)))
                    hands[index] = _point(mixed(np.array(hands[index]), goal, share))
            lean = 6.0 * share
            return replace(pose, hands=(hands[0], hands[1]), chest=(pose.chest[0], pose.chest[1] + lean, 0))

        return change

    return of
