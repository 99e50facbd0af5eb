"""Arms and legs drawn at full length: each is turned to the side from which it and its motion show best, while trunk
and head stay as seen.

This is the *twisted* or *composite perspective* of art history: Egyptian reliefs show legs in profile beneath shoulders
from the front, and cartoons walk like that. Azimuths are those of `View`, in radians: how far the body of a limb is
turned in the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from .contacts import in_contact
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
LENGTH_WEIGHT, MOTION_SECONDS = 0.5, 0.25
"""Weight of a limb's visible length beside its motion in this time: slightly bent knees are no reason to turn a leg."""
TURN_COST = 0.07
"""Part of a limb's squared length that must be gained to turn it by a right angle from where its body faces."""
SAME_SIDE_DISCOUNT = 0.6
"""How much of that cost is dropped on the side that the clip faces on average, for a body that faces the viewer: all
limbs prefer one side.
"""
DIRECTION_WEIGHT = 0.2
"""Weight of going to the side of the picture where the limb is seen to go: a raised arm isn't raised to the other side.
"""
CHANGE_COST = 0.12
"""Squared lengths, over a second, that a change by a right angle has to gain: a limb's plane doesn't change for a
moment.
"""
AZIMUTHS = 24
"""Azimuths that are compared, all round."""
SAMPLES_PER_SECOND = 10
"""Moments at which they are compared."""
EASE_SECONDS = 0.2
"""Standard deviation of the time that a limb takes to turn, and over which the trunk's own turn is smoothed."""
UNDEFINED_DIRECTION, CLEAR_DIRECTION = 0.1, 0.3
"""Visible parts of a bone's length in its plane: below the first its direction is unknown, from the second on it is
trusted. Unknown ones are interpolated.
"""
WEIGHT_SHIFT_SECONDS = 0.1
"""Time over which the body's height follows from one standing foot to the other."""
AIRBORNE_SECONDS, LEAST_CONTACT = 0.2, 0.01
"""In the air, the body keeps the speed that it has while a foot stands within this time; below this share of such
frames it comes to rest.
"""


@dataclass(frozen=True, eq=False)
class _Body:
    """The joints (T, 15, 3) with the camera level, and the trunk's azimuth (T,), unwrapped and smoothed."""

    joints: Array
    facing: Array
    fps: float


@dataclass(frozen=True, eq=False)
class _Limb:
    """One limb turned to its own `azimuth` (T,): its joints but the first, their bones (T, 2) at full length, and their
    depths (T,) about the mid-hip.
    """

    azimuth: Array
    bones: dict[Joint, Array]
    depths: dict[Joint, Array]


def with_limbs_at_full_length(motion: RetargetedMotion) -> RetargetedMotion:
    """Draw arms and legs at full length, each arm and the pair of legs in the plane that shows most of them.

    A plane is kept over the clip, or changed slowly where another shows much more for longer. The body moves where its
    turned legs carry it, so that standing feet stay in place: somebody who walks towards the viewer walks across the
    picture. Where the view moves, the body stays where it is seen.

    Args:
        motion: as `Retargeter` gives it.

    Returns:
        The motion with other positions, depths and landmarks, and with `leg_turns`. A limb's depth is the one in its
        own plane.
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
    positions += _root_shift(body, limbs[2:], motion)[:, None]
    landmarks = _with_limbs(motion.landmarks, limbs, body.facing) if motion.landmarks is not None else None
    turns = np.stack([leg.azimuth - body.facing for leg in limbs[2:]], axis=-1).astype(np.float32)
    return replace(
        motion,
        positions=positions.astype(np.float32),
        depth=depth.astype(np.float32),
        landmarks=landmarks,
        leg_turns=turns,
    )


def _with_limbs(landmarks: LandmarkOffsets, limbs: Sequence[_Limb], facing: Array) -> LandmarkOffsets:
    """Turn hands and feet as their limbs are turned."""
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
        angle = _bone_angles(own[:, joint, :2] - own[:, PARENTS[joint], :2], length)
        bones[joint] = length * np.stack((np.cos(angle), np.sin(angle)), axis=-1)
    return _Limb(azimuth, bones, {joint: own[:, joint, 2] for joint in chain[1:]})


def chosen_azimuth(limbs: Array, facing: Array, fps: float) -> Array:
    """Choose the azimuths that show most of the length and motion of limbs that belong together.

    Dynamic programming: each moment gains what is visible of the limb, and a little for an azimuth near the body's own;
    a turn costs. The body decides between opposite azimuths, which show the same mirrored.

    Args:
        limbs: (N, T, K, 3) the joints of N limbs, relative to the mid-hip, camera level.
        facing: (T,) azimuth of the body in radians, unwrapped.
        fps: frames per second.

    Returns:
        (T,) azimuths in radians, unwrapped and smooth.
    """
    count = len(facing)
    moments = np.linspace(0, count - 1, max(1, round((count - 1) / fps * SAMPLES_PER_SECOND) + 1))
    gain = np.mean([_gain(limb, facing, fps) for limb in limbs], axis=0)[np.rint(moments).astype(np.int64)]
    sequence = _best_sequence(gain * (count / fps / len(moments)))
    steps = np.unwrap(sequence * (2 * np.pi / AZIMUTHS))
    steps -= 2 * np.pi * np.round((steps.mean() - facing.mean()) / (2 * np.pi))
    azimuths = np.interp(np.arange(count), moments, steps)
    return gaussian_filter1d(azimuths, EASE_SECONDS * fps, mode="nearest")


def _gain(limb: Array, facing: Array, fps: float) -> Array:
    """Return what each azimuth gains (T, AZIMUTHS), in units of the limb's squared length: what it shows, and how near
    it is to the body's.
    """
    bones = np.diff(limb, axis=1)
    size = max(float(np.median(np.linalg.norm(bones, axis=-1).sum(axis=1))), 1e-9)
    flat = _turned(bones, -facing)[..., (0, 2)] / size
    moved = np.gradient(flat, axis=0) * fps * MOTION_SECONDS if len(flat) > 1 else np.zeros_like(flat)
    spread = sum(
        weight * np.einsum("tbi,tbj->tij", part, part) for weight, part in ((LENGTH_WEIGHT, flat), (1.0, moved))
    )
    spread = gaussian_filter1d(spread, WINDOW_SECONDS * fps, axis=0, mode="nearest")
    azimuths = np.arange(AZIMUTHS) * (2 * np.pi / AZIMUTHS)
    across = np.stack((np.cos(azimuths), -np.sin(azimuths)), axis=-1)
    shows = np.einsum("si,tij,sj->ts", across, spread, across)
    side = np.sign(np.sin(facing).mean()) or 1.0
    turn = (azimuths - facing[:, None] + np.pi) % (2 * np.pi) - np.pi
    costs = (
        np.abs(turn)
        / (np.pi / 2)
        * (1 - SAME_SIDE_DISCOUNT * np.maximum(0, np.sign(turn) * side * np.cos(facing)[:, None]))
    )
    seen = np.stack((np.cos(facing), -np.sin(facing)), axis=-1)
    agrees = np.einsum("si,tij,tj->ts", across, spread, seen)
    return np.asarray(shows + DIRECTION_WEIGHT * agrees - TURN_COST * costs, dtype=np.float64)


def _best_sequence(gain: Array) -> Array:
    """Return the sequence (N,) of azimuth indices that gains most after the cost of its turns, from gains (N, AZIMUTHS)
    (Viterbi).
    """
    apart = np.abs(np.arange(AZIMUTHS)[:, None] - np.arange(AZIMUTHS))
    cost = CHANGE_COST * np.minimum(apart, AZIMUTHS - apart) / (AZIMUTHS / 4)
    best, before = gain[0], np.zeros(gain.shape, dtype=np.int64)
    for moment in range(1, len(gain)):
        reached = best[:, None] - cost
        before[moment] = reached.argmax(axis=0)
        best = gain[moment] + reached.max(axis=0)
    backwards = [int(best.argmax())]
    for moment in range(len(gain) - 1, 0, -1):
        backwards.append(int(before[moment, backwards[-1]]))
    return np.array(backwards[::-1], dtype=np.float64)


def _level(motion: RetargetedMotion) -> _Body:
    """Take out the camera's elevation, and find where the trunk faces."""
    joints = np.concatenate((motion.positions, motion.depth[..., None]), axis=-1).astype(np.float64)
    if motion.view is not None and np.any(motion.view.elevation):
        joints = joints @ rotation(View(np.zeros_like(motion.view.elevation), motion.view.elevation)).astype(np.float64)
    across = (
        joints[:, Joint.LEFT_SHOULDER]
        - joints[:, Joint.RIGHT_SHOULDER]
        + joints[:, Joint.LEFT_HIP]
        - joints[:, Joint.RIGHT_HIP]
    )
    flat = gaussian_filter1d(across[:, (0, 2)], EASE_SECONDS * motion.fps, axis=0, mode="nearest")
    return _Body(joints, np.unwrap(np.arctan2(flat[:, 1], flat[:, 0])), motion.fps)


def _turned(vectors: Array, azimuth: Array) -> Array:
    """Turn vectors (T, …, 3) about the vertical axis by azimuths (T,), as a view turns a body."""
    cos, sin = (values.reshape(-1, *(1,) * (vectors.ndim - 2)) for values in (np.cos(azimuth), np.sin(azimuth)))
    x, y, z = np.moveaxis(vectors, -1, 0)
    return np.stack((x * cos - z * sin, y, x * sin + z * cos), axis=-1)


def _bone_angles(vectors: Array, length: float) -> Array:
    """Return the angles (T,) of vectors (T, 2), unwrapped; those too short to have a direction are interpolated between
    good frames.
    """
    shown = np.linalg.norm(vectors, axis=-1) / length
    raw = np.arctan2(vectors[:, 1], vectors[:, 0])
    good = np.flatnonzero(shown >= min(CLEAR_DIRECTION, float(shown.max())))
    interpolated = np.interp(np.arange(len(raw)), good, np.unwrap(raw[good]))
    trust = np.clip((shown - UNDEFINED_DIRECTION) / (CLEAR_DIRECTION - UNDEFINED_DIRECTION), 0, 1)
    return np.asarray(interpolated + trust * ((raw - interpolated + np.pi) % (2 * np.pi) - np.pi), dtype=np.float64)


def _root_shift(body: _Body, legs: Sequence[_Limb], motion: RetargetedMotion) -> Array:
    """Return how far the body moves (T, 2) so that standing feet stay in place; in the air it keeps its speed."""
    ankles = [chain[-1] for chain in LEGS]
    drawn = np.stack(
        [body.joints[:, chain[0], :2] + sum(leg.bones.values()) for chain, leg in zip(LEGS, legs, strict=True)], axis=1
    )
    error = drawn - body.joints[:, ankles, :2]
    contacts = in_contact(motion.contacts)
    shift = np.zeros((len(error), 2))
    if motion.view is None or motion.view.frame_count is None:
        stays = contacts & np.concatenate((contacts[:1], contacts[:-1]))
        slide = (np.diff(error[..., 0], axis=0, prepend=error[:1, :, 0]) * stays).sum(axis=1) / np.maximum(
            stays.sum(axis=1), 1
        )
        held = stays.any(axis=1)
        nearby = [
            gaussian_filter1d(values, AIRBORNE_SECONDS * body.fps, mode="constant")
            for values in (slide * held, held.astype(np.float64))
        ]
        shift[:, 0] = -np.cumsum(np.where(held, slide, nearby[0] / (nearby[1] + LEAST_CONTACT)))
    if on_ground := [int(frame) for frame in np.flatnonzero(contacts.any(axis=1))]:
        weights = np.stack(
            [
                gaussian_filter1d(foot, WEIGHT_SHIFT_SECONDS * body.fps, mode="nearest")
                for foot in contacts.T.astype(np.float64)
            ],
            axis=-1,
        )
        sinks = (error[..., 1] * weights).sum(axis=1)[on_ground] / weights.sum(axis=1)[on_ground]
        shift[:, 1] = -gaussian_filter1d(
            np.interp(np.arange(len(error)), on_ground, sinks), WEIGHT_SHIFT_SECONDS * body.fps, mode="nearest"
        )
    return shift
