"""Arms and legs that keep their length: each turned to where it shows most of itself and of its motion, while trunk and head stay as seen.

The habit is as old as drawing: Egyptian reliefs show legs in profile beneath shoulders from the front, and cartoons walk like that. Azimuths are those of
`View`, in radians: how far the body of a limb is turned in the picture, 0 facing the viewer and +90° looking to the picture's right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from .contacts import standing
from .motion import LandmarkOffsets, RetargetedMotion, View, rotation
from .skeleton import BONE_INDEX, LANDMARK_JOINTS, PARENTS, Joint

Array = NDArray[np.float64]

CHAINS: tuple[tuple[Joint, Joint, Joint], ...] = (
    (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
    (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
    (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
)
LEGS = CHAINS[2:]

WINDOW_SECONDS = 0.8
"""Standard deviation of the time over which a limb's length and motion are judged."""
LENGTH, MOTION_SECONDS = 0.5, 0.25
"""What a limb's length counts, beside what it moves in that time: knees that are bent a little are no reason to turn a leg."""
AS_SEEN = 0.07
"""How much of a limb's squared length must be gained before it is turned by a right angle from where its body looks."""
ONE_SIDE = 0.6
"""How much less that costs to the side that the clip looks to, for one who looks at the viewer: all limbs had rather turn to the same one."""
AGREEING = 0.2
"""What it counts that a limb goes to that side of the picture to which it is seen to go, where it is: a raised arm is not raised to the other side."""
TURNING = 0.12
"""Squared lengths, over a second, that a turn by a right angle has to gain: limbs do not change their plane for a moment."""
STEPS = 24
"""Azimuths that are weighed, all round."""
A_SECOND = 10
"""Moments a second at which they are."""
EASE_SECONDS = 0.2
"""Standard deviation of the time that a limb takes to turn, and over which the trunk's own turn is smoothed."""
POINTS_AT_VIEWER, SHOWN = 0.1, 0.3
"""Parts of a bone's length: shorter in its plane, and where it points cannot be told at all, or wholly; between good frames it is led on evenly."""
GIVING_WAY = 0.1
"""Seconds over which the body passes from one standing foot to the other."""
LEAPING, FAR_OFF = 0.2, 0.01
"""Seconds of standing, on either side, that tell how fast a body goes that is in the air; and the part of them below which nothing does."""


@dataclass(frozen=True, eq=False)
class _Body:
    """The joints (T, 15, 3) with the camera level, and the trunk's azimuth (T,), unwrapped and smoothed."""

    joints: Array
    facing: Array
    fps: float


@dataclass(frozen=True, eq=False)
class _Limb:
    """One limb turned to its own `azimuth` (T,): its joints but the first, their bones (T, 2) at full length, and their depths (T,) about the mid-hip."""

    azimuth: Array
    bones: dict[Joint, Array]
    depths: dict[Joint, Array]


def with_limbs_at_full_length(motion: RetargetedMotion) -> RetargetedMotion:
    """The motion with arms and legs as long as the skeleton's, each arm and the legs in the plane that shows most of them; a limb's depth is that in its own.

    A plane is kept over the clip, or changed slowly where another shows much more for longer. The figure goes where its turned legs carry it, so that standing
    feet stand: one who walks to the viewer walks across the picture. Where the view moves, it stays where it is seen.
    """
    body = _level(motion)
    right_arm, left_arm, right_leg, left_leg = (body.joints[:, chain] for chain in CHAINS)
    arms = [chosen_azimuth(arm[None], body.facing, body.fps) for arm in (right_arm, left_arm)]
    legs = chosen_azimuth(np.stack((right_leg, left_leg)), body.facing, body.fps)
    limbs = [_limb(body, chain, azimuth, motion) for chain, azimuth in zip(CHAINS, (*arms, legs, legs), strict=True)]
    positions, depth = motion.positions.astype(np.float64), motion.depth.astype(np.float64)
    for limb in limbs:
        for joint, bone in limb.bones.items():
            positions[:, joint] = positions[:, PARENTS[joint]] + bone
            depth[:, joint] = limb.depths[joint]
    positions += _carried(body, limbs[2:], motion)[:, None]
    landmarks = _with_limbs(motion.landmarks, limbs, body.facing) if motion.landmarks is not None else None
    turns = np.stack([leg.azimuth - body.facing for leg in limbs[2:]], axis=-1).astype(np.float32)
    return replace(motion, positions=positions.astype(np.float32), depth=depth.astype(np.float32), landmarks=landmarks, leg_turns=turns)


def _with_limbs(landmarks: LandmarkOffsets, limbs: Sequence[_Limb], facing: Array) -> LandmarkOffsets:
    """Hands and feet turned as their limbs are."""
    offsets = landmarks.offsets.astype(np.float64)
    for column, name in enumerate(landmarks.names):
        for limb in limbs:
            if LANDMARK_JOINTS[name] in limb.bones:
                offsets[:, column] = _turned(offsets[:, column], limb.azimuth - facing)
    return replace(landmarks, offsets=offsets.astype(np.float32))


def _limb(body: _Body, chain: tuple[Joint, Joint, Joint], azimuth: Array, motion: RetargetedMotion) -> _Limb:
    own = _turned(body.joints - body.joints[:, Joint.MID_HIP, None], azimuth - body.facing)
    bones = {}
    for joint in chain[1:]:
        length = float(motion.skeleton.lengths[BONE_INDEX[joint]])
        angle = _steady_angle(own[:, joint, :2] - own[:, PARENTS[joint], :2], length)
        bones[joint] = length * np.stack((np.cos(angle), np.sin(angle)), axis=-1)
    return _Limb(azimuth, bones, {joint: own[:, joint, 2] for joint in chain[1:]})


def chosen_azimuth(limbs: Array, facing: Array, fps: float) -> Array:
    """(T,) the azimuths that show most of limbs (N, T, K, 3), of their length and motion, while their body looks to `facing` (T,); unwrapped, without a jump.

    Dynamic programming over STEPS azimuths: each moment gains what of the limb shows, and a little for how near the azimuth is to the body's own, and a turn
    costs. So opposite azimuths, which show the same mirrored, are told apart by the body, and planes do not change for a moment.
    """
    count = len(facing)
    moments = np.linspace(0, count - 1, max(1, round((count - 1) / fps * A_SECOND) + 1))
    gain = np.mean([_gain(limb, facing, fps) for limb in limbs], axis=0)[np.rint(moments).astype(np.int64)]
    path = _best_path(gain * (count / fps / len(moments)))
    steps = np.unwrap(path * (2 * np.pi / STEPS))
    steps -= 2 * np.pi * np.round((steps.mean() - facing.mean()) / (2 * np.pi))
    even = np.interp(np.arange(count), moments, steps)
    return gaussian_filter1d(even, EASE_SECONDS * fps, mode="nearest")


def _gain(limb: Array, facing: Array, fps: float) -> Array:
    """(T, STEPS) what each azimuth shows of the limb, in parts of its squared length, and how near it is to the body's."""
    bones = np.diff(limb, axis=1)
    size = max(float(np.median(np.linalg.norm(bones, axis=-1).sum(axis=1))), 1e-9)
    flat = _turned(bones, -facing)[..., (0, 2)] / size
    moved = np.gradient(flat, axis=0) * fps * MOTION_SECONDS if len(flat) > 1 else np.zeros_like(flat)
    spread = sum(weight * np.einsum("tbi,tbj->tij", part, part) for weight, part in ((LENGTH, flat), (1.0, moved)))
    spread = gaussian_filter1d(spread, WINDOW_SECONDS * fps, axis=0, mode="nearest")
    azimuths = np.arange(STEPS) * (2 * np.pi / STEPS)
    across = np.stack((np.cos(azimuths), -np.sin(azimuths)), axis=-1)
    shows = np.einsum("si,tij,sj->ts", across, spread, across)
    side = np.sign(np.sin(facing).mean()) or 1.0
    turn = (azimuths - facing[:, None] + np.pi) % (2 * np.pi) - np.pi
    costs = np.abs(turn) / (np.pi / 2) * (1 - ONE_SIDE * np.maximum(0, np.sign(turn) * side * np.cos(facing)[:, None]))
    seen = np.stack((np.cos(facing), -np.sin(facing)), axis=-1)
    agrees = np.einsum("si,tij,tj->ts", across, spread, seen)
    return np.asarray(shows + AGREEING * agrees - AS_SEEN * costs, dtype=np.float64)


def _best_path(gain: Array) -> Array:
    """(N,) the row of steps all round, of gains (N, STEPS), that gains most after what its turns cost."""
    apart = np.abs(np.arange(STEPS)[:, None] - np.arange(STEPS))
    cost = TURNING * np.minimum(apart, STEPS - apart) / (STEPS / 4)
    best, before = gain[0], np.zeros(gain.shape, dtype=np.int64)
    for moment in range(1, len(gain)):
        ways = best[:, None] - cost
        before[moment] = ways.argmax(axis=0)
        best = gain[moment] + ways.max(axis=0)
    path = [int(best.argmax())]
    for moment in range(len(gain) - 1, 0, -1):
        path.append(int(before[moment, path[-1]]))
    return np.array(path[::-1], dtype=np.float64)


def _level(motion: RetargetedMotion) -> _Body:
    """The body with the camera's elevation taken out, and which way its trunk looks."""
    joints = np.concatenate((motion.positions, motion.depth[..., None]), axis=-1).astype(np.float64)
    if motion.view is not None and np.any(motion.view.elevation):
        joints = joints @ rotation(View(np.zeros_like(motion.view.elevation), motion.view.elevation)).astype(np.float64)
    across = joints[:, Joint.LEFT_SHOULDER] - joints[:, Joint.RIGHT_SHOULDER] + joints[:, Joint.LEFT_HIP] - joints[:, Joint.RIGHT_HIP]
    flat = gaussian_filter1d(across[:, (0, 2)], EASE_SECONDS * motion.fps, axis=0, mode="nearest")
    return _Body(joints, np.unwrap(np.arctan2(flat[:, 1], flat[:, 0])), motion.fps)


def _turned(vectors: Array, azimuth: Array) -> Array:
    """Vectors (T, …, 3) turned about the upright by azimuths (T,), as a view turns a body."""
    cos, sin = (values.reshape(-1, *(1,) * (vectors.ndim - 2)) for values in (np.cos(azimuth), np.sin(azimuth)))
    x, y, z = np.moveaxis(vectors, -1, 0)
    return np.stack((x * cos - z * sin, y, x * sin + z * cos), axis=-1)


def _steady_angle(vectors: Array, length: float) -> Array:
    """(T,) angles of vectors (T, 2), unwrapped; where one is too short to point anywhere, led on from the last good frame to the next."""
    shown = np.linalg.norm(vectors, axis=-1) / length
    raw = np.arctan2(vectors[:, 1], vectors[:, 0])
    good = np.flatnonzero(shown >= min(SHOWN, float(shown.max())))
    even = np.interp(np.arange(len(raw)), good, np.unwrap(raw[good]))
    trust = np.clip((shown - POINTS_AT_VIEWER) / (SHOWN - POINTS_AT_VIEWER), 0, 1)
    return np.asarray(even + trust * ((raw - even + np.pi) % (2 * np.pi) - np.pi), dtype=np.float64)


def _carried(body: _Body, legs: Sequence[_Limb], motion: RetargetedMotion) -> Array:
    """(T, 2) how far the body moves so that feet stand as they stood, and goes on in between with what way it has."""
    ankles = [chain[-1] for chain in LEGS]
    drawn = np.stack([body.joints[:, chain[0], :2] + sum(leg.bones.values()) for chain, leg in zip(LEGS, legs, strict=True)], axis=1)
    off = drawn - body.joints[:, ankles, :2]
    stands = standing(motion.contacts)
    carried = np.zeros((len(off), 2))
    if motion.view is None or motion.view.frame_count is None:
        stays = stands & np.concatenate((stands[:1], stands[:-1]))
        slid = (np.diff(off[..., 0], axis=0, prepend=off[:1, :, 0]) * stays).sum(axis=1) / np.maximum(stays.sum(axis=1), 1)
        held = stays.any(axis=1)
        nearby = [gaussian_filter1d(values, LEAPING * body.fps, mode="constant") for values in (slid * held, held.astype(np.float64))]
        carried[:, 0] = -np.cumsum(np.where(held, slid, nearby[0] / (nearby[1] + FAR_OFF)))
    if on_ground := [int(frame) for frame in np.flatnonzero(stands.any(axis=1))]:
        weights = np.stack([gaussian_filter1d(foot, GIVING_WAY * body.fps, mode="nearest") for foot in stands.T.astype(np.float64)], axis=-1)
        sinks = (off[..., 1] * weights).sum(axis=1)[on_ground] / weights.sum(axis=1)[on_ground]
        carried[:, 1] = -gaussian_filter1d(np.interp(np.arange(len(off)), on_ground, sinks), GIVING_WAY * body.fps, mode="nearest")
    return carried
