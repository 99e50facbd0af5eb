"""Hidden joints moved off their interpolated curve as far as the visible joints leave theirs.

Every joint is compared with the curve that would bridge it over the same gap. How the deviations of joints vary
together was measured on motion capture as a covariance. Given the deviations of the visible joints, those of the hidden
ones are the conditional mean of a multivariate normal distribution: a small linear system. That is combined with a
prediction from similar poses in the same clip (`same_clip_regression`), by inverse variance.

Variances are per coordinate, in (% of height)².
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..networks.weights_file import load_state, save_state
from ..shipped_weights import shipped_weights
from ..skeleton import JOINT_COUNT, Joint
from .interpolation import INTERPOLATION_SECONDS, SLOPE_SECONDS, interpolate_gaps
from .same_clip_regression import TrainingFrames, predict_joint

Array = NDArray[np.float32]
Doubles = NDArray[np.float64]
Joints = NDArray[np.intp]
Mask = NDArray[np.bool_]

FILE = "joint_covariance.npz"
MODEL_NAME = "joint_covariance"

SHORTEST_GAP_SECONDS = 0.11
"""From observation to observation: over a shorter gap nothing is nearer than the interpolated curve."""
MEASURED_GAP_SECONDS = 17 / 30
"""From observation to observation, of the gaps that the covariance was measured in. Only its ratios say where a joint
goes; they hold from 0.1 to 2 s.
"""
GROWTH_EXPONENT = 1.5
"""Deviations from the curve grow with this power of a gap's length. Measured: 1.2 to 1.5 from 0.1 to 1 second."""
OBSERVATION_VARIANCE = 0.25
"""Noise variance of the visible joints: this much jitter of a detector is assumed."""
NETWORK_ERROR_OF_LEGS, NETWORK_ERROR = 1.25, 2.5
"""Expected error of the network in a gap, in % of height: of knees and ankles, and of other joints. A fill with the
same error has the confidence 1/2.

Measured on gaps of MEASURED_GAP_SECONDS. Legs go by step and rhythm, which the network knows; arms follow the elbow,
the shoulder and the other arm.
"""
CONTEXT_SECONDS = 4.0
"""Time before and after a gap from which the performer's own motion is learnt."""
LONGEST_GAP_SECONDS = 4.0
"""In a longer gap nothing is learnt from the clip: the network decides nearly alone."""
PRIOR_GAPS = 4.0
"""The general covariance counts as much as this many gaps of the clip's own. Measured."""
MOST_SAMPLES = 60
"""The largest number of stretches of the clip that its own covariance is measured on, for one gap."""
REGRESSION_VARIANCE_FACTOR = 0.7
"""The variance of the same-clip regression is multiplied by this before it is compared with that of the joint
covariance. Measured.
"""
CORRELATION_EXPONENT = 0.7
"""Visible joints count in the comparison of poses by this power of their covariance with the hidden joint."""
TYPICAL_SIZE = 25.0
"""Root mean square distance of a joint from the mid-hip, per coordinate, in % of height."""
CONFIDENCE_EXPONENT = 2
"""Power of the expected error in the confidence of a fill."""
FADE_START_SECONDS, FADE_END_SECONDS = INTERPOLATION_SECONDS, 0.5
"""From this distance from an observation on, the confidence of a fill falls to 0."""

_LIMBS = np.array([int(joint) for joint in Joint if joint != Joint.MID_HIP])
_NETWORK_ERRORS = np.array(
    [NETWORK_ERROR_OF_LEGS if joint.name.endswith(("KNEE", "ANKLE")) else NETWORK_ERROR for joint in Joint]
)


def correct_interpolation(positions: Array, seen: Mask, fps: float) -> tuple[Array, Array]:
    """Fill gaps: start from interpolated curves, then correct hidden joints by the visible ones and by similar poses in
    this clip.

    Args:
        positions: (T, 15, 2) pixels, gaps bridged by `interpolate_gaps`.
        seen: (T, 15) bool.
        fps: frames per second.

    Returns:
        Positions (T, 15, 2) in pixels, and the confidence (T, 15) of the fill in 0..1: 1 where a joint was seen, 1/2
        where the network is as likely right, 0 where nothing is known. A gap of the mid-hip itself stays interpolated;
        its confidence falls with the distance from an observation.
    """
    filled = positions.copy()
    confidence = np.tile(np.asarray(seen.any(axis=0), dtype=np.float32), (len(seen), 1))
    for first, last in _gaps(seen[:, [Joint.MID_HIP]], fps):
        nearest = np.minimum(*_seconds_to_observations(len(seen), first, last, fps))
        confidence[first:last, Joint.MID_HIP] = np.clip(1 - nearest / INTERPOLATION_SECONDS, 0, 1)
    for (first, last), limbs in _gaps(seen[:, _LIMBS], fps).items():
        joints = _LIMBS[limbs]
        before, after = _seconds_to_observations(len(seen), first, last, fps)
        filled[first:last, joints], variance = _fill(positions, seen, (first, last), joints, fps)
        left = (FADE_END_SECONDS - np.minimum(before, after)) / (FADE_END_SECONDS - FADE_START_SECONDS)
        relative_error = np.sqrt(2 * variance) / _NETWORK_ERRORS[joints]
        confidence[first:last, joints] = np.clip(left, 0, 1)[:, None] / (1 + relative_error**CONFIDENCE_EXPONENT)
    return filled, confidence


def _fill(positions: Array, seen: Mask, gap: tuple[int, int], joints: Joints, fps: float) -> tuple[Doubles, Doubles]:
    """Return positions (F, J, 2) of hidden `joints` (J,) in a gap, in pixels, and their variance (F, J)."""
    first, last = gap
    growth = _growth(*_seconds_to_observations(len(seen), first, last, fps))[:, None]
    deviations, visible = _deviations_in_gap(positions, seen, first, last, fps)
    covariance = _clip_covariance(positions, seen, gap, np.union1d(joints, visible), fps)
    weights, variance = _conditional(joints, visible, covariance)
    expected = np.einsum("fvd,vj->fjd", deviations[:, visible], weights)
    places = positions[first:last, joints] - deviations[:, joints] + expected
    surroundings = _Surroundings.of(positions, seen, first, last, fps)
    variances = variance * growth**2 * _variance_ratio(deviations * (TYPICAL_SIZE / surroundings.size), visible, growth)
    for column, joint in enumerate(joints):
        predicted, predicted_variance = surroundings.predict(int(joint), visible, fps)
        share = variances[:, column] / (variances[:, column] + predicted_variance)
        places[:, column] += share[:, None] * (predicted - places[:, column])
        variances[:, column] *= 1 - share
    return places, variances


def _gaps(seen: Mask, fps: float) -> dict[tuple[int, int], list[int]]:
    """Return the columns of `seen` (T, K) that are hidden over each stretch [first, last). Columns never seen, and gaps
    too short to matter, are left out.
    """
    gaps: dict[tuple[int, int], list[int]] = {}
    for column in np.flatnonzero(seen.any(axis=0)):
        edges = np.flatnonzero(np.diff(~seen[:, column], prepend=False, append=False)).reshape(-1, 2)
        for first, last in edges:
            if (last - first + 1) / fps > SHORTEST_GAP_SECONDS:
                gaps.setdefault((int(first), int(last)), []).append(int(column))
    return gaps


def _deviations_in_gap(positions: Array, seen: Mask, first: int, last: int, fps: float) -> tuple[Doubles, Joints]:
    """Return how far each joint is from its curve over the gap (last − first, 15, 2), relative to the mid-hip, and the
    joints seen throughout.
    """
    start, stop = max(first - _margin(fps), 0), min(last + _margin(fps), len(seen))
    visible = _LIMBS[seen[max(first - 1, 0) : last + 1, _LIMBS].all(axis=0)]
    return _deviations(positions[None, start:stop], slice(first - start, last - start), fps)[0], visible


def _margin(fps: float) -> int:
    """Return the number of frames on each side of a gap that its curve depends on."""
    return max(1, round(SLOPE_SECONDS * fps)) + 1


def _deviations(stretches: Array, gap: slice, fps: float) -> Doubles:
    """Return how far joints in `stretches` (N, T, 15, 2) are from the curves over the frames `gap` of each (N, F, 15,
    2), relative to the mid-hip.
    """
    seen = np.ones((1, *stretches.shape[1:3]), dtype=np.bool_)
    seen[:, gap, _LIMBS] = False
    return np.asarray(stretches[:, gap] - interpolate_gaps(stretches, seen, fps)[:, gap], dtype=np.float64)


def _variance_ratio(deviations: Doubles, visible: Joints, growth: Doubles) -> float:
    """Return by how much the deviations (F, 15, 2), in % of height, of the visible joints exceed the usual in this gap,
    as a ratio of variances.
    """
    usual = 2 * float((np.diag(_covariance())[visible] * growth**2).sum())
    return (float(np.square(deviations[:, visible]).sum()) + usual) / (2 * usual) if usual > 0 else 1.0


@dataclass(frozen=True, eq=False)
class _Surroundings:
    """The T frames around a gap, which is the frames [first, last) of them.

    Attributes:
        positions: (T, 15, 2) relative to the mid-hip, in body sizes.
        size: the body's size in pixels.
        seen: (T, 15) bool.
        path: (F, 2) the mid-hip in the gap, in pixels.
        first: first frame of the gap.
        last: first frame after the gap.
    """

    positions: Doubles
    size: float
    seen: Mask
    path: Doubles
    first: int
    last: int

    @classmethod
    def of(cls, positions: Array, seen: Mask, first: int, last: int, fps: float) -> _Surroundings:
        reach = round(CONTEXT_SECONDS * fps)
        start, stop = max(first - reach, 0), min(last + reach, len(seen))
        hip = positions[start:stop, [Joint.MID_HIP]].astype(np.float64)
        relative = positions[start:stop] - hip
        size = max(float(np.sqrt(np.square(relative[:, _LIMBS]).mean())), 1e-18)
        gap = slice(first - start, last - start)
        return cls(relative / size, size, seen[start:stop], hip[gap, 0], gap.start, gap.stop)

    def predict(self, joint: int, visible: Joints, fps: float) -> tuple[Doubles, Doubles]:
        """Return a joint's positions (F, 2) in the gap, in pixels, as predicted from the rest of the clip, and their
        variance (F,).
        """
        frames = self.last - self.first
        if len(visible) == 0 or frames > LONGEST_GAP_SECONDS * fps:
            return self.path, np.full(frames, np.inf)
        covariance = _covariance()
        relevance = (np.abs(covariance[joint, visible]) / np.sqrt(np.diag(covariance)[visible])) ** CORRELATION_EXPONENT
        known = np.asarray(self.seen[:, [joint, Joint.MID_HIP, *visible]].all(axis=1), dtype=np.bool_)
        around = TrainingFrames(
            self.positions[:, joint], self.positions[:, visible], known, relevance, self.first, self.last
        )
        predicted, variance = predict_joint(around, fps)
        return predicted * self.size + self.path, REGRESSION_VARIANCE_FACTOR * TYPICAL_SIZE**2 * variance


def _clip_covariance(positions: Array, seen: Mask, gap: tuple[int, int], joints: Joints, fps: float) -> Doubles:
    """Mix the general covariance (15, 15) with that of `joints` in this clip, wherever all of them are seen for as long
    as the gap lasts.
    """
    length, reach = gap[1] - gap[0], round(CONTEXT_SECONDS * fps)
    general = _covariance()
    if length > LONGEST_GAP_SECONDS * fps:
        return general
    unseen = np.concatenate(([0], np.cumsum(~seen[:, joints].all(axis=1))))
    starts = np.arange(max(1, gap[0] - reach), min(gap[1] + reach, len(seen)) - length)
    complete, outside = (
        unseen[starts + length + 1] == unseen[starts - 1],
        (starts + length < gap[0]) | (starts > gap[1]),
    )
    starts = starts[complete & outside]
    if len(starts) == 0:
        return general
    picked = starts[:: -(-len(starts) // MOST_SAMPLES)]
    margin = _margin(fps)
    stretches = positions[np.clip(picked[:, None] + np.arange(-margin, length + margin), 0, len(seen) - 1)]
    deviations = _deviations(stretches, slice(margin, margin + length), fps)
    samples = deviations.transpose(0, 1, 3, 2).reshape(-1, JOINT_COUNT)[:, joints]
    own, usual = samples.T @ samples, general[np.ix_(joints, joints)]
    if np.trace(own) <= 0:
        return general
    share = len(starts) / (len(starts) + PRIOR_GAPS * length)
    mixed = general.copy()
    mixed[np.ix_(joints, joints)] = share * own * (np.trace(usual) / np.trace(own)) + (1 - share) * usual
    return mixed


def _conditional(joints: Joints, visible: Joints, covariance: Doubles) -> tuple[Doubles, Doubles]:
    """Condition hidden `joints` (J,) on the `visible` ones (V,): return regression weights (V, J) and the variance (J,)
    that is left.
    """
    among_visible = covariance[np.ix_(visible, visible)] + OBSERVATION_VARIANCE * np.eye(len(visible))
    shared = covariance[visible][:, joints]
    weights: Doubles = np.asarray(np.linalg.solve(among_visible, shared), dtype=np.float64)
    left: Doubles = np.maximum(covariance[joints, joints] - (weights * shared).sum(axis=0), 0)
    return weights, left


def _seconds_to_observations(frames: int, first: int, last: int, fps: float) -> tuple[Doubles, Doubles]:
    """Return the time from the observation before the gap and to the one after it for each of its frames; infinite
    where there is none.
    """
    at = np.arange(first, last)
    before = (at - (first - 1)) / fps if first > 0 else np.full(len(at), np.inf)
    after = (last - at) / fps if last < frames else np.full(len(at), np.inf)
    return before, after


def _growth(before: Doubles, after: Doubles) -> Doubles:
    """Return the expected size (F,) of deviations from the curve, relative to the middle of a gap of
    MEASURED_GAP_SECONDS.

    It is 0 at the observations and largest halfway between them. With an observation on one side only, the end of the
    gap counts as the middle of one twice as long.
    """
    nearest = np.minimum(before, after)
    length = np.where(np.isfinite(before + after), before + after, 2 * nearest.max())
    peak = (length / MEASURED_GAP_SECONDS) ** GROWTH_EXPONENT
    return np.asarray(np.sin(np.pi * nearest / length) * peak, dtype=np.float64)


@cache
def _covariance() -> Doubles:
    covariance: Doubles = load_state(shipped_weights(FILE)).extras["covariance"].astype(np.float64)
    return covariance


def save_covariance(path: str | os.PathLike[str], covariance: Doubles) -> None:
    """Write a measured covariance as a weights file.

    Args:
        path: the .npz file.
        covariance: (15, 15) of the joints' deviations from their curves, in (% of height)²; the mid-hip's row and
            column are 0.
    """
    save_state(path, {}, {"covariance": covariance.astype(np.float32)}, {"model": MODEL_NAME})
