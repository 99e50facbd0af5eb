"""Find the part of a motion that repeats best, and make a seamless cycle of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...core.keys import smoothstep
from ...core.skeleton import Joint
from ...settings.timing import CycleRoot, TimingSettings
from ..body.scene_motion import Cycle, SceneLandmark, SceneMotion

Array = NDArray[np.float64]

VELOCITY_SECONDS = 0.12
"""Weight of velocity when poses are compared, in seconds."""
DEPTH_WEIGHT = 0.5
"""Weight of depth relative to the picture: it is less certain."""
CONTACT_WEIGHT = 0.1
"""Distance between a standing and a lifted foot, as a part of the height."""
SHORTER_CYCLE_FACTOR = 1.25
"""A shorter cycle is preferred if its closing error is at most this times the best: one round is better than two."""
LEAST_DISTANCE = 0.05
"""Least distance of two poses, as a part of the height, so that standing still is no cycle.
"""
MOST_PAIRS = 6_000_000
"""Most pairs of frames that are compared. In longer motions every n-th start is compared first, then those around the
best.
"""
PADDING_FRAMES = 60
"""Least padding on both sides of a cycle, in frames: more than any step of a bake looks around."""
SEAM_SECONDS = 0.2
"""Longest blend before and after the seam, in seconds."""


def make_cycle(motion: SceneMotion, settings: TimingSettings) -> SceneMotion:
    """The best cycle of a motion, repeated; its last frame is its first again.

    Poses are compared about the mid-hip, with their velocities and standing feet, and beside how much moves in between,
    so that standing still is no cycle. The path is levelled: a cycle ends as high, and as far away, as it began. ValueError where the
    motion is too short.
    """
    first, last, apart = best_cycle(motion, settings.shortest)
    once = _cut_and_blend(motion, first, last)
    travel = float(once.positions[-1, Joint.MID_HIP, 0] - once.positions[0, Joint.MID_HIP, 0])
    cycle = Cycle(
        last - first, travel, settings.root is CycleRoot.IN_PLACE, settings.endless, int(motion.frames[first]), apart
    )
    return replace(_repeated(once, cycle.frames, travel, np.arange(settings.repeats * cycle.frames + 1)), cycle=cycle)


def pad_cycle(motion: SceneMotion) -> SceneMotion:
    """Put copies of the cycle before and after it, so that smoothing gives the same at its beginning and its end."""
    if motion.cycle is None:
        return motion
    length = motion.cycle.frames
    more = -(-PADDING_FRAMES // length)
    around = _repeated(motion, length, motion.cycle.travel, np.arange(-more * length, len(motion) + more * length))
    return replace(around, cycle=replace(motion.cycle, padding_cycles=more))


def without_travel(motion: SceneMotion) -> SceneMotion:
    """Remove the travel of cycles that stay in place."""
    if motion.cycle is None or not motion.cycle.in_place:
        return motion
    positions = motion.positions.copy()
    positions[..., 0] -= travel_to_remove(motion)[:, None]
    return replace(motion, positions=positions)


def travel_to_remove(motion: SceneMotion) -> Array:
    """(K,) how far to the right of the picture to take back: what the cycles before a motion's own went, and where it
    is to stay in place, all they go.
    """
    if motion.cycle is None:
        return np.zeros(len(motion))
    if not motion.cycle.in_place:
        return np.full(len(motion), motion.cycle.padding_cycles * motion.cycle.travel)
    return np.asarray(np.arange(len(motion)) * (motion.cycle.travel / motion.cycle.frames), dtype=np.float64)


def best_cycle(motion: SceneMotion, shortest: int) -> tuple[int, int, float]:
    """Indices of the frames of the best cycle, at least `shortest` apart, and how far they are apart beside all that
    moves between them: 0 is perfect.
    """
    if len(motion) <= shortest:
        raise ValueError(
            f"The motion has {len(motion)} frames, too few for a cycle of at least {shortest}; ask for a shorter cycle, or choose more video."
        )
    features = _features(motion)
    every = np.arange(len(features))
    step = -(-(len(features) ** 2) // MOST_PAIRS)
    found = _best_pair(features, every[::step], every, shortest)
    if step == 1:
        return found
    around = [every[max(at - step, 0) : at + step + 1] for at in found[:2]]
    return _best_pair(features, around[0], around[1], shortest)


def unpadded_frames(motion: SceneMotion) -> slice:
    """The frames of the motion itself, without the padding of `pad_cycle`."""
    around = motion.cycle.padding_cycles * motion.cycle.frames if motion.cycle is not None else 0
    return slice(around, len(motion) - around)


def _features(motion: SceneMotion) -> Array:
    """(K, F) each frame's pose, velocity and contacts, in parts of the height."""
    height = motion.skeleton.height
    body = motion.positions - motion.positions[:, Joint.MID_HIP, None]
    pose = np.concatenate((body.reshape(len(motion), -1), DEPTH_WEIGHT * motion.depth), axis=1) / height
    velocity = (
        np.gradient(np.concatenate((pose, motion.positions[:, Joint.MID_HIP] / height), axis=1), axis=0) * motion.fps
    )
    features = np.concatenate((pose, VELOCITY_SECONDS * velocity, CONTACT_WEIGHT * motion.contacts), axis=1)
    # Poses of unseen frames are predicted, so no cycle may start or end there.
    features[~(motion.confidence > 0).any(axis=1)] = np.nan
    return features


def _best_pair(
    features: Array, firsts: NDArray[np.intp], lasts: NDArray[np.intp], shortest: int
) -> tuple[int, int, float]:
    known = np.nan_to_num(features)
    centred = known - known.mean(axis=0)
    square = (centred**2).sum(axis=1)
    sums, squares = (
        np.concatenate((np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0))) for rows in (centred, square[:, None])
    )
    length = lasts - firsts[:, None]
    spans = np.maximum(length, 1)
    between = (squares[lasts, 0] - squares[firsts, 0][:, None]) / spans
    # |mean|² of what lies between, by the products of the sums.
    product = sums[firsts] @ sums[lasts].T
    between -= ((sums[lasts] ** 2).sum(axis=1) + (sums[firsts] ** 2).sum(axis=1)[:, None] - 2 * product) / spans**2
    apart = square[lasts] + square[firsts][:, None] - 2 * centred[firsts] @ centred[lasts].T
    unseen = np.isnan(features[:, 0])
    possible = (length >= shortest) & ~unseen[firsts][:, None] & ~unseen[lasts]
    if not possible.any():
        raise ValueError(
            "The performer is not seen for long enough for a cycle; choose another part of the video, or ask for a shorter cycle."
        )
    score = np.where(
        possible, np.sqrt((np.maximum(apart, 0) + LEAST_DISTANCE**2) / np.maximum(between, LEAST_DISTANCE**4)), np.inf
    )
    good = score <= SHORTER_CYCLE_FACTOR * score.min()
    row, column = np.unravel_index(np.where(good, length + score / score[good].max() / 2, np.inf).argmin(), score.shape)
    return int(firsts[row]), int(lasts[column]), float(score[row, column])


def _cut_and_blend(motion: SceneMotion, first: int, last: int) -> SceneMotion:
    """The frames from `first` to `last`, the last one the first again: around the seam what comes before the beginning
    passes into what comes at the end.
    """
    length = last - first
    longest = max(1, min(round(SEAM_SECONDS * motion.fps), length // 3))
    before, after = min(longest, first), min(longest, len(motion) - 1 - last)
    hips = motion.positions[:, Joint.MID_HIP]
    way = hips[last] - hips[first]

    def blended(values: Array, leap: Array | float = 0.0) -> Array:
        """Of what is `leap` further at the end of a cycle than at its beginning."""
        result = values[first : last + 1].copy()
        shares = smoothstep(np.linspace(0, 1, before + after + 1)) if before + after else np.ones(1)
        for at, share in enumerate(shares, -before):
            mixed = share * values[first + at] + (1 - share) * (values[last + at] - leap)
            if at >= 0:
                result[at] = mixed
            if at <= 0:
                result[length + at] = mixed + leap
        if not before + after:
            ramp = smoothstep(np.linspace(0, 1, longest + 1)).reshape(-1, *(1,) * (values.ndim - 1))
            result[-longest - 1 :] += ramp * (values[first] + leap - values[last])
        return result

    path = blended(hips, way)
    path[:, 1] -= way[1] * np.arange(length + 1) / length
    body = blended(motion.positions - hips[:, None])
    nearest = np.append(np.arange(first, last), first)
    return replace(
        motion,
        frames=motion.frames[0] + np.arange(length + 1),
        positions=body + path[:, None],
        depth=blended(motion.depth),
        contacts=motion.contacts[nearest],
        confidence=motion.confidence[nearest],
        leg_turns=blended(motion.leg_turns) if motion.leg_turns is not None else None,
        rolls=motion.rolls[nearest] if motion.rolls is not None else None,
        way=None,
        landmarks={
            name: SceneLandmark(blended(mark.offsets), mark.confidence[nearest])
            for name, mark in motion.landmarks.items()
        },
    )


def _repeated(once: SceneMotion, length: int, travel: float, at: NDArray[np.intp]) -> SceneMotion:
    """The frames `at` (n,) of a cycle of so many frames that goes on in both directions, each time on its way from
    where the last one ended.
    """
    index = at % length
    positions = once.positions[index]
    positions[..., 0] += (at // length)[:, None] * travel
    return replace(
        once,
        frames=once.frames[0] + at,
        positions=positions,
        depth=once.depth[index],
        contacts=once.contacts[index],
        confidence=once.confidence[index],
        leg_turns=once.leg_turns[index] if once.leg_turns is not None else None,
        rolls=once.rolls[index] if once.rolls is not None else None,
        landmarks={
            name: SceneLandmark(mark.offsets[index], mark.confidence[index]) for name, mark in once.landmarks.items()
        },
    )
