"""Clean what was seen of a performer: reject what cannot be, fill what is missing, bridge lost tracking, and smooth without blunting strikes.

The smoother is Whittaker's (Eilers, "A perfect smoother", Analytical Chemistry 75, 2003): the path that is near the joints where they were surely
seen and bends least. At even confidence its response is that of a zero-phase Butterworth filter of second order; its cut-off follows the speed of
each joint, as that of the One Euro filter does (Casiez, Roussel, Vogel, CHI 2012), so that slow motion is calm and a strike stays sharp.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.linalg import solveh_banded
from scipy.ndimage import maximum_filter1d, median_filter

from .keys import smoothstep
from .motion import SUPPOSED_CONFIDENCE
from .pose_sequence import Array, PoseSequence
from .skeleton import BONE_CHILDREN, BONE_PARENTS, BONE_PATHS, PARENTS, Joint

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]

LONGEST_STRETCH = 1.35
"""A limb looks shorter when it points at the camera, but never so much longer than it nearly always looks at most."""

NEARLY_ALWAYS = 0.9
"""The part of the frames that tells how long a limb looks at most."""

JUMP = 0.12
"""A joint that leaves its path for a moment by more than this, in body heights, was mistaken."""

MOMENT = 0.1
"""Seconds: what lasts no longer than this and comes back is no motion."""

LONGEST_GAP = 0.5
"""Seconds that are filled from both sides; somebody who is away for longer is lost, and the policy says what happens."""

EASE = 0.5
"""Seconds in which a lost performer eases to rest, and back."""

CALM, SWIFT = 1.5, 5.0
"""Cut-off in hertz at full strength of a joint at rest, and what each body height a second adds to it."""

RAW_CUTOFF = 0.5
"""Cut-off at no strength, as a part of the frame rate: all that frames can hold."""

LEAST_WEIGHT = 0.25
"""Of a place in the smoothing, next to one that was surely seen: what was invented is meant, too."""

SPEED_CUTOFF = 5.0
"""Hertz below which motion counts as speed; what is above may be noise."""


class LostTracking(Enum):
    """What happens while a performer is lost for longer than LONGEST_GAP."""

    HOLD = "hold"
    """The last pose stands still."""
    INTERPOLATE = "interpolate"
    """From the last pose to the next; before the first and after the last it stands still."""
    EASE_TO_REST = "ease to rest"
    """From the last pose to that of the clip's middle, where the performer stood, and from it to the next."""
    STOP = "stop"
    """The clip ends where the performer is lost."""


@dataclass(frozen=True, eq=False)
class CleanedPoses:
    """A clip in which every joint that was ever seen has a place in every frame; `invented` (T, 15) bool: where nobody saw it there.

    What is invented has the confidence SUPPOSED_CONFIDENCE, unless the strength is 0: then everything is as it was and nothing is invented.
    """

    poses: PoseSequence
    invented: Mask


def cleaned(poses: PoseSequence, strength: float = 0.5, lost: LostTracking = LostTracking.INTERPOLATE) -> CleanedPoses:
    """The clip without mistakes, gaps and jitter; `strength` from 0 (raw, untouched) to 1. Raises ValueError where it lies outside."""
    if not 0 <= strength <= 1:
        raise ValueError(f"A smoothing strength of {strength:g} cannot be; give one from 0 (raw) to 1.")
    if strength == 0:
        return CleanedPoses(poses, np.zeros(poses.confidence.shape, np.bool_))
    if lost is LostTracking.STOP:
        poses = poses[: _end(poses)]
    seen = poses.seen & ~mistaken(poses)
    positions = poses.positions.astype(np.float64)
    filled = _filled(positions, seen, poses.fps, lost)
    confidence = np.where(seen, poses.confidence, np.float32(SUPPOSED_CONFIDENCE))
    smooth = _smoothed(filled, confidence.astype(np.float64), poses.fps, strength, body_height(poses))
    ever = seen.any(axis=0)
    confidence = np.where(ever, confidence, np.float32(0))
    result = PoseSequence(smooth, confidence, poses.fps, poses.image_size, poses.start, poses.landmarks, poses.depth, poses.source)
    return CleanedPoses(result, ~seen & ever)


def lost_frames(poses: PoseSequence) -> Mask:
    """(T,): where nothing of the performer is seen for longer than LONGEST_GAP."""
    present = np.flatnonzero(poses.seen.any(axis=1))
    lost = np.zeros(len(poses), np.bool_)
    for before, after in pairwise([-1, *present.tolist(), len(poses)]):
        if after - before - 1 > LONGEST_GAP * poses.fps:
            lost[before + 1 : after] = True
    return lost


def placed(poses: PoseSequence) -> Array:
    """(T, 15, 2): a place to show each joint at in every frame: where it was seen, else on its way there; one that was never seen is at its parent's place."""
    places = _filled(poses.positions.astype(np.float64), poses.seen, poses.fps, LostTracking.INTERPOLATE)
    ever: Mask = np.asarray(poses.seen.any(axis=0))
    if not ever[Joint.MID_HIP]:
        places[:, Joint.MID_HIP] = places[:, ever].mean(axis=1)
    for joint in sorted(PARENTS, key=lambda joint: BONE_PATHS[joint].sum()):
        if not ever[joint]:
            places[:, joint] = places[:, PARENTS[joint]]
    return places.astype(np.float32)


def body_height(poses: PoseSequence) -> float:
    """The performer's height in pixels: the usual longer side of what is seen of the joints; 1 at least."""
    visible = poses.seen[..., None]
    highest, lowest = (np.where(visible, poses.positions, fill) for fill in (np.inf, -np.inf))
    sides = (lowest.max(axis=1) - highest.min(axis=1)).max(axis=1)
    return max(1.0, float(np.quantile(sides[poses.seen.any(axis=1)], NEARLY_ALWAYS)))


def mistaken(poses: PoseSequence) -> Mask:
    """(T, 15): seen joints that cannot be right, because a limb would be too long or the joint leaves its path for a moment."""
    wrong = np.zeros(poses.confidence.shape, np.bool_)
    ends, starts = list(BONE_CHILDREN), list(BONE_PARENTS)
    both = poses.seen[:, ends] & poses.seen[:, starts]
    lengths = np.where(both, np.linalg.norm(poses.positions[:, ends] - poses.positions[:, starts], axis=-1), np.nan)
    for bone, (end, start) in enumerate(zip(ends, starts, strict=True)):
        if both[:, bone].any():
            too_long = both[:, bone] & (lengths[:, bone] > LONGEST_STRETCH * np.nanquantile(lengths[:, bone], NEARLY_ALWAYS))
            less_sure = poses.confidence[:, end] <= poses.confidence[:, start]
            wrong[too_long & less_sure, end] = True
            wrong[too_long & ~less_sure, start] = True
    return wrong | _leaves_its_path(poses)


def _leaves_its_path(poses: PoseSequence) -> Mask:
    """(T, 15): where a joint is far from the median of its surroundings in time, beside how the whole body moves."""
    jumps = np.zeros(poses.confidence.shape, np.bool_)
    reach = 2 * max(1, round(MOMENT * poses.fps / 2)) + 1
    for joint in Joint:
        frames = np.flatnonzero(poses.seen[:, joint])
        if len(frames) >= reach:
            path = poses.positions[frames, joint]
            usual = median_filter(path, size=(2 * reach - 1, 1), mode="nearest")
            off = np.linalg.norm(path - usual, axis=1) > JUMP * body_height(poses)
            jumps[frames[off & _alone(path)], joint] = True
    return jumps


def _alone(path: Array) -> Mask:
    """(N,): one or two points in a row that leave the path and come back. In a strike the points around are under way as well; there it is no mistake."""
    alone = np.zeros(len(path), np.bool_)
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    for width in (2, 3):
        for first in range(len(path) - width):
            last = first + width
            way_off = np.linalg.norm(path[first + 1 : last] - (path[first] + path[last]) / 2, axis=1).min()
            around = max(steps[first - 1] if first else 0.0, steps[last] if last < len(steps) else 0.0, float(np.linalg.norm(path[last] - path[first])))
            if way_off > 2 * around:
                alone[first + 1 : last] = True
    return alone


def _end(poses: PoseSequence) -> int:
    """The frame at which the performer is lost for the first time, after having been seen."""
    present = np.flatnonzero(poses.seen.any(axis=1))
    gaps = np.flatnonzero(np.diff(present) > LONGEST_GAP * poses.fps)
    return int(present[gaps[0]] if len(gaps) else present[-1]) + 1


def _filled(positions: Numbers, seen: Mask, fps: float, lost: LostTracking) -> Numbers:
    """(T, 15, 2) with a place for every joint that was ever seen, in every frame; 0 for the others.

    Gaps of a joint are filled along the mid-hip's path, so that a hand that is hidden goes along with its body.
    """
    filled = np.zeros_like(positions)
    root = _bridged(positions[:, Joint.MID_HIP], seen[:, Joint.MID_HIP], fps, lost) if seen[:, Joint.MID_HIP].any() else np.zeros_like(positions[:, 0])
    for joint in Joint:
        if seen[:, joint].any():
            filled[:, joint] = root if joint is Joint.MID_HIP and root.any() else root + _bridged(positions[:, joint] - root, seen[:, joint], fps, lost)
    return filled


def _bridged(path: Numbers, seen: Mask, fps: float, lost: LostTracking) -> Numbers:
    """(T, 2): the path where it was seen, and the way across its gaps: smooth across short ones, as the policy says across long ones."""
    known = np.flatnonzero(seen)
    frames = np.arange(len(path))
    inner = np.clip(frames, known[0], known[-1])
    result: Numbers = PchipInterpolator(known, path[known])(inner) if len(known) > 1 else np.repeat(path[known], len(path), axis=0)
    ends = np.concatenate([[-1], known, [len(path)]])
    for before, after in pairwise(ends.tolist()):
        if after - before - 1 <= LONGEST_GAP * fps or lost is LostTracking.INTERPOLATE:
            continue
        gap = np.arange(before + 1, after)
        last, following = path[max(before, known[0])], path[min(after, known[-1])]
        if lost is LostTracking.EASE_TO_REST:
            rest = np.median(path[known], axis=0)
            away = smoothstep((gap - before) / (EASE * fps))[:, None] if before >= 0 else np.ones((len(gap), 1))
            back = smoothstep((after - gap) / (EASE * fps))[:, None] if after < len(path) else np.ones((len(gap), 1))
            result[gap] = rest + (1 - away) * (last - rest) + (1 - back) * (following - rest)
        else:
            result[gap] = last
    result[known] = path[known]
    return result


def _smoothed(positions: Numbers, confidence: Numbers, fps: float, strength: float, height: float) -> Array:
    """(T, 15, 2) float32: each joint smoothed by its speed and confidence."""
    if len(positions) < 3:
        return positions.astype(np.float32)
    even = np.ones(len(positions))
    smooth = np.empty_like(positions)
    for joint in Joint:
        path = positions[:, joint]
        calm = whittaker(path, even, np.full(len(path), min(SPEED_CUTOFF, 0.4 * fps)), fps)
        speed = np.linalg.norm(np.gradient(calm, axis=0), axis=1) * fps / height
        # Where a strike turns round it stands still for a frame, but is as swift as around it.
        speed = maximum_filter1d(speed, 2 * max(1, round(MOMENT * fps)) + 1)
        full = np.minimum(CALM + SWIFT * speed, RAW_CUTOFF * fps)
        # Halving a cut-off is one step of calmness, wherever it starts: strength moves it by factors.
        cutoff = (RAW_CUTOFF * fps) ** (1 - strength) * full**strength
        smooth[:, joint] = whittaker(path, np.maximum(confidence[:, joint], LEAST_WEIGHT), cutoff, fps)
    return smooth.astype(np.float32)


def whittaker(path: Numbers, weights: Numbers, cutoff: Numbers, fps: float) -> Numbers:
    """(T, 2) the path that minimises Σ weights · |x − path|² + Σ λ · |second difference of x|², for three frames at least.

    λ of each frame is that at which a wave of its `cutoff` (T,) in hertz keeps half its height: 1 / (2 sin(π cutoff / fps))⁴.
    """
    count = len(path)
    stiffness = (2 * np.sin(np.pi * np.minimum(cutoff[1:-1] / fps, 0.5))) ** -4.0
    bands = np.zeros((3, count))
    bands[2] = weights
    for offset, weight in enumerate((1.0, -2.0, 1.0)):
        bands[2, offset : count - 2 + offset] += weight * weight * stiffness
    for offset in (0, 1):
        bands[1, 1 + offset : count - 1 + offset] += -2.0 * stiffness
    bands[0, 2:] += stiffness
    result: Numbers = solveh_banded(bands, weights[:, None] * path)
    return result
