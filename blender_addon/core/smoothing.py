"""Cleaning of detected poses: reject outliers, fill gaps, bridge lost tracking, and smooth without blunting fast
motion.

The smoother is Whittaker's (Eilers, "A perfect smoother", Analytical Chemistry 75, 2003): the path near the reliable
observations that bends least. With even confidence its response is that of a zero-phase second-order Butterworth
filter. Its cut-off follows the speed of each joint, as in the One Euro filter (Casiez, Roussel, Vogel, CHI 2012), so
that slow motion is calm and a strike stays sharp.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.linalg import solveh_banded
from scipy.ndimage import maximum_filter1d, median_filter

from .camera_motion import to_first_frame, to_picture
from .keys import smoothstep
from .motion import PREDICTED_CONFIDENCE
from .pose_sequence import Array, PoseSequence
from .skeleton import BONE_CHILDREN, BONE_PARENTS, BONE_PATHS, PARENTS, Joint

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]

LONGEST_STRETCH = 1.35
"""A limb that looks longer than this, in units of its usual longest, is an error. It looks shorter when it points at
the camera, but hardly longer.
"""

USUAL_QUANTILE = 0.9
"""Quantile over the frames that stands for a limb's usual longest length."""

OUTLIER_DISTANCE = 0.12
"""Body heights: a joint that leaves its path for a moment by more than this is an error."""

OUTLIER_SECONDS = 0.1
"""An excursion that lasts no longer than this and comes back is no motion."""

LONGEST_GAP = 0.5
"""Seconds that are filled from both sides; a performer away for longer is lost, and the policy decides."""

EASE = 0.5
"""Seconds in which a lost performer eases to rest, and back."""

CUTOFF_AT_REST, CUTOFF_PER_SPEED = 1.5, 5.0
"""Cut-off in hertz, at full strength, of a joint at rest, and what each body height per second of its speed adds."""

RAW_CUTOFF = 0.5
"""Cut-off at strength 0, in units of the frame rate: the Nyquist frequency."""

LEAST_WEIGHT = 0.25
"""Weight of an invented or doubtful position in the smoothing, where a reliable one has 1."""

SPEED_CUTOFF = 5.0
"""Hertz: cut-off at which the speed of a joint is measured."""


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
    """A clip in which every joint that was ever seen has a position in every frame.

    Attributes:
        poses: the clip. Invented positions have the confidence PREDICTED_CONFIDENCE.
        invented: (T, 15) bool: positions that nobody saw. With strength 0 nothing is invented and everything is as it
            was.
    """

    poses: PoseSequence
    invented: Mask


def cleaned(poses: PoseSequence, strength: float = 0.5, lost: LostTracking = LostTracking.INTERPOLATE) -> CleanedPoses:
    """Remove outliers, gaps and jitter from a clip. What the camera did is no jitter of the performer's: where it is
    known, it is out of the way meanwhile.

    Args:
        poses: as detected.
        strength: from 0 (raw, untouched) to 1.
        lost: what happens while the performer is lost for longer than LONGEST_GAP.

    Raises:
        ValueError: the strength lies outside 0..1.

    Example:
        >>> calm = cleaned(poses, strength=0.75, lost=LostTracking.HOLD).poses
    """
    if not 0 <= strength <= 1:
        raise ValueError(f"A smoothing strength of {strength:g} cannot be; give one from 0 (raw) to 1.")
    if strength == 0:
        return CleanedPoses(poses, np.zeros(poses.confidence.shape, np.bool_))
    if lost is LostTracking.STOP:
        poses = poses[: _end(poses)]
    camera, poses = poses.camera, to_first_frame(poses)
    seen = poses.seen & ~outliers(poses)
    positions = poses.positions.astype(np.float64)
    filled = _filled(positions, seen, poses.fps, lost)
    confidence = np.where(seen, poses.confidence, np.float32(PREDICTED_CONFIDENCE))
    smooth = _smoothed(filled, confidence.astype(np.float64), poses.fps, strength, body_height(poses))
    ever = seen.any(axis=0)
    confidence = np.where(ever, confidence, np.float32(0))
    result = to_picture(replace(poses, positions=smooth, confidence=confidence), camera)
    return CleanedPoses(result, ~seen & ever)


def cleaned_for_network(poses: PoseSequence, strength: float, policy: str = "") -> tuple[PoseSequence, Array]:
    """Remove outliers and jitter from a clip whose motion is then retargeted.

    What nobody saw is left to the network, which fills it better than a curve, but for what a policy says.

    Args:
        poses: as detected.
        strength: from 0 (raw, untouched) to 1.
        policy: the name of a LostTracking, for stretches in which the performer is lost; empty where they stay unseen.

    Returns:
        The clip, and `places` (T, 15, 2): where each joint is shown, seen or not, in pixels.
    """
    lost = LostTracking[policy] if policy else None
    result = cleaned(poses, strength, lost or LostTracking.INTERPOLATE)
    if not result.invented.any():
        return result.poses, placed(result.poses)
    bridged = lost_frames(poses[: len(result.poses)]) if lost else np.zeros(len(result.poses), np.bool_)
    kept_confidence = np.where(result.invented & ~bridged[:, None], np.float32(0), result.poses.confidence)
    ever = np.asarray(result.poses.seen.any(axis=0))
    places: Array = np.where(ever[:, None], result.poses.positions, placed(result.poses))
    return replace(result.poses, confidence=kept_confidence), places


def lost_frames(poses: PoseSequence) -> Mask:
    """Return (T,) bool: the frames in stretches longer than LONGEST_GAP in which nothing of the performer is seen."""
    present = np.flatnonzero(poses.seen.any(axis=1))
    lost = np.zeros(len(poses), np.bool_)
    for before, after in pairwise([-1, *present.tolist(), len(poses)]):
        if after - before - 1 > LONGEST_GAP * poses.fps:
            lost[before + 1 : after] = True
    return lost


def placed(poses: PoseSequence) -> Array:
    """Return a position (T, 15, 2) for every joint in every frame, to show it at: where it was seen, else interpolated.
    A joint never seen is at its parent.
    """
    places = _filled(poses.positions.astype(np.float64), poses.seen, poses.fps, LostTracking.INTERPOLATE)
    ever: Mask = np.asarray(poses.seen.any(axis=0))
    if not ever[Joint.MID_HIP]:
        places[:, Joint.MID_HIP] = places[:, ever].mean(axis=1)
    for joint in sorted(PARENTS, key=lambda joint: BONE_PATHS[joint].sum()):
        if not ever[joint]:
            places[:, joint] = places[:, PARENTS[joint]]
    return places.astype(np.float32)


def body_height(poses: PoseSequence) -> float:
    """Return the performer's height in pixels, at least 1: the usual longer side of the box around the seen joints."""
    visible = poses.seen[..., None]
    highest, lowest = (np.where(visible, poses.positions, fill) for fill in (np.inf, -np.inf))
    sides = (lowest.max(axis=1) - highest.min(axis=1)).max(axis=1)
    return max(1.0, float(np.quantile(sides[poses.seen.any(axis=1)], USUAL_QUANTILE)))


def outliers(poses: PoseSequence) -> Mask:
    """Return (T, 15) bool: seen joints that can't be right, because a limb would be too long or the joint leaves its
    path for a moment.
    """
    wrong = np.zeros(poses.confidence.shape, np.bool_)
    ends, starts = list(BONE_CHILDREN), list(BONE_PARENTS)
    both = poses.seen[:, ends] & poses.seen[:, starts]
    lengths = np.where(both, np.linalg.norm(poses.positions[:, ends] - poses.positions[:, starts], axis=-1), np.nan)
    for bone, (end, start) in enumerate(zip(ends, starts, strict=True)):
        if both[:, bone].any():
            too_long = both[:, bone] & (
                lengths[:, bone] > LONGEST_STRETCH * np.nanquantile(lengths[:, bone], USUAL_QUANTILE)
            )
            less_confident = poses.confidence[:, end] <= poses.confidence[:, start]
            wrong[too_long & less_confident, end] = True
            wrong[too_long & ~less_confident, start] = True
    return wrong | _excursions(poses)


def _excursions(poses: PoseSequence) -> Mask:
    """Return (T, 15) bool: frames in which a joint is far from the running median of its path and comes back."""
    jumps = np.zeros(poses.confidence.shape, np.bool_)
    reach = 2 * max(1, round(OUTLIER_SECONDS * poses.fps / 2)) + 1
    for joint in Joint:
        frames = np.flatnonzero(poses.seen[:, joint])
        if len(frames) >= reach:
            path = poses.positions[frames, joint]
            median = median_filter(path, size=(2 * reach - 1, 1), mode="nearest")
            far = np.linalg.norm(path - median, axis=1) > OUTLIER_DISTANCE * body_height(poses)
            jumps[frames[far & _isolated(path)], joint] = True
    return jumps


def _isolated(path: Array) -> Mask:
    """Return (N,) bool: one or two points in a row that leave the path (N, 2) and come back, while it moves little
    around them. In a strike it moves a lot.
    """
    isolated = np.zeros(len(path), np.bool_)
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    for width in (2, 3):
        for first in range(len(path) - width):
            last = first + width
            distance = np.linalg.norm(path[first + 1 : last] - (path[first] + path[last]) / 2, axis=1).min()
            around = max(
                steps[first - 1] if first else 0.0,
                steps[last] if last < len(steps) else 0.0,
                float(np.linalg.norm(path[last] - path[first])),
            )
            if distance > 2 * around:
                isolated[first + 1 : last] = True
    return isolated


def _end(poses: PoseSequence) -> int:
    """Return the first frame in which the performer is lost, after having been seen."""
    present = np.flatnonzero(poses.seen.any(axis=1))
    gaps = np.flatnonzero(np.diff(present) > LONGEST_GAP * poses.fps)
    return int(present[gaps[0]] if len(gaps) else present[-1]) + 1


def _filled(positions: Numbers, seen: Mask, fps: float, lost: LostTracking) -> Numbers:
    """Return (T, 15, 2) with a position in every frame for every joint that was ever seen; 0 for the others.

    Gaps of a joint are filled relative to the mid-hip, so that a hidden hand moves with its body.
    """
    filled = np.zeros_like(positions)
    root = (
        _bridged(positions[:, Joint.MID_HIP], seen[:, Joint.MID_HIP], fps, lost)
        if seen[:, Joint.MID_HIP].any()
        else np.zeros_like(positions[:, 0])
    )
    for joint in Joint:
        if seen[:, joint].any():
            filled[:, joint] = (
                root
                if joint is Joint.MID_HIP and root.any()
                else root + _bridged(positions[:, joint] - root, seen[:, joint], fps, lost)
            )
    return filled


def _bridged(path: Numbers, seen: Mask, fps: float, lost: LostTracking) -> Numbers:
    """Fill the gaps of a path (T, 2): short ones by a monotone cubic, long ones by the policy."""
    known = np.flatnonzero(seen)
    frames = np.arange(len(path))
    inner = np.clip(frames, known[0], known[-1])
    result: Numbers = (
        PchipInterpolator(known, path[known])(inner) if len(known) > 1 else np.repeat(path[known], len(path), axis=0)
    )
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
    """Smooth each joint (T, 15, 2) by its speed and confidence."""
    if len(positions) < 3:
        return positions.astype(np.float32)
    even = np.ones(len(positions))
    smooth = np.empty_like(positions)
    for joint in Joint:
        path = positions[:, joint]
        calm = whittaker(path, even, np.full(len(path), min(SPEED_CUTOFF, 0.4 * fps)), fps)
        speed = np.linalg.norm(np.gradient(calm, axis=0), axis=1) * fps / height
        # At the turn of a strike the speed is 0 for a frame: the largest one nearby counts.
        speed = maximum_filter1d(speed, 2 * max(1, round(OUTLIER_SECONDS * fps)) + 1)
        full = np.minimum(CUTOFF_AT_REST + CUTOFF_PER_SPEED * speed, RAW_CUTOFF * fps)
        # Strength moves the cut-off by factors: halving it looks like the same step wherever it starts.
        cutoff = (RAW_CUTOFF * fps) ** (1 - strength) * full**strength
        smooth[:, joint] = whittaker(path, np.maximum(confidence[:, joint], LEAST_WEIGHT), cutoff, fps)
    return smooth.astype(np.float32)


def whittaker(path: Numbers, weights: Numbers, cutoff: Numbers, fps: float) -> Numbers:
    """Smooth a path by a Whittaker filter whose cut-off varies over time.

    The result minimises Σ weights · |x − path|² + Σ λ · |second difference of x|². In each frame λ is the one with
    which a wave of the frequency `cutoff` keeps half its amplitude: 1 / (2 sin(π cutoff / fps))⁴.

    Args:
        path: (T, 2), T at least 3.
        weights: (T,) of the observations, above 0.
        cutoff: (T,) hertz.
        fps: frames per second.

    Returns:
        (T, 2).
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
