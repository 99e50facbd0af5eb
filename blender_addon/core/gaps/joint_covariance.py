"""Where joints go while nobody sees them, as far as those that are seen meanwhile tell.

Every joint is held against the curve that it would be bridged by over the same gap. How joints leave their curves together was measured on motion
capture, so that the mean of those that are unseen, given those that are seen, is a small linear system: the conditional mean of normal variables.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray

from ..networks.observation import SLOPE_SECONDS, SMALLEST_SCALE, fill_gaps
from ..networks.weights_file import load_state, save_state
from ..shipped_weights import shipped_weights
from ..skeleton import JOINT_COUNT, Joint
from .neighbouring_observations import CURVE_SECONDS
from .same_clip_regression import Around, recalled

Array = NDArray[np.float32]
Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]

SHORT_SECONDS = 0.11
"""From sighting to sighting: over a shorter gap a curve is as near as anything."""

FILE = "joint_covariance.npz"
MODEL_NAME = "joint_covariance"
GAP_SECONDS = 17 / 30
"""From sighting to sighting, of the gaps that the covariance was measured in; its ratios, which alone tell where a joint goes, hold from 0.1 to 2 seconds."""
GROWTH = 1.5
"""The power of a gap's length that joints are expected to leave their curves with. Measured: 1.2 to 1.5 from 0.1 to 1 second."""
SIGHTING_VARIANCE = 0.25
"""Of what is seen, in (% of height)²: so much of a detector's trembling is taken for granted."""
NETWORK_ERROR_OF_LEGS, NETWORK_ERROR = 1.25, 2.5
"""In % of height: how far off the network may be of knees and ankles in a gap, and of other joints; what is expected to be as far off counts half.

Measured on gaps of GAP_SECONDS: legs go by step and rhythm, which the network knows; arms follow the elbow, the shoulder and the other arm.
"""
HABIT_SECONDS = 4.0
"""Before and after a gap, that tell how this performer moves."""
GENERAL_GAPS = 4.0
"""What is known in general of how joints leave their curves counts as much as so many gaps of the clip's own. Measured."""
MOST_STRETCHES = 60
"""Of the clip's own, that are looked at for one gap."""
LONGEST_HABIT = 4.0
"""Seconds: in a longer gap the network has the say by far."""
HABIT_DOUBT = 0.7
"""What the variance that habits give themselves counts beside that of companions. Measured."""
KINSHIP = 0.7
"""The power of how closely joints leave their curves together, by which they count for one another."""
SIZE = 25.0
"""% of height that joints are from the mid-hip, a coordinate, root mean square."""
SHARPNESS = 2
"""The power of the expected error by which the one gives way to the other."""
NEAR_SECONDS, FAR_SECONDS = CURVE_SECONDS, 0.5
"""So far from a sighting what fills the gap begins to give way to the network in any case, and here it has no say left."""

_LIMBS = np.array([int(joint) for joint in Joint if joint != Joint.MID_HIP])
_NETWORK_ERRORS = np.array([NETWORK_ERROR_OF_LEGS if joint.name.endswith(("KNEE", "ANKLE")) else NETWORK_ERROR for joint in Joint])


@dataclass(frozen=True, eq=False)
class Filled:
    """A clip without gaps: `positions` (T, 15, 2) pixels, `confidence` (T, 15) of what was seen, 0 in gaps, and `sureness` (T, 15) in 0..1 of what fills
    them beside what the network supposes; 1 where a joint was seen; `fps` frames a second."""

    positions: Array
    confidence: Array
    sureness: Array
    fps: float


def fill_by_companions(positions: Array, seen: Mask, fps: float) -> tuple[Array, Array]:
    """Positions (T, 15, 2) of pixels whose gaps curves bridge, with what the joints tell that are seen in a gap, by how
    joints go together and by what they do elsewhere in the clip; and how sure that is (T, 15).

    `seen` (T, 15). Sureness is 1 where a joint was seen, 1/2 where the network is as likely right, 0 where nothing tells.
    A gap of the mid-hip itself is left as it is, and the less sure, the farther a sighting is.
    """
    found = positions.copy()
    sureness = np.tile(np.asarray(seen.any(axis=0), dtype=np.float32), (len(seen), 1))
    for first, last in _gaps(seen[:, [Joint.MID_HIP]], fps):
        nearest = np.minimum(*_seconds(len(seen), first, last, fps))
        sureness[first:last, Joint.MID_HIP] = np.clip(1 - nearest / CURVE_SECONDS, 0, 1)
    for (first, last), limbs in _gaps(seen[:, _LIMBS], fps).items():
        joints = _LIMBS[limbs]
        since, until = _seconds(len(seen), first, last, fps)
        found[first:last, joints], spread = _fill(positions, seen, (first, last), joints, fps, swell=_swell(since, until)[:, None])
        near = np.clip((FAR_SECONDS - np.minimum(since, until)) / (FAR_SECONDS - NEAR_SECONDS), 0, 1)[:, None]
        sureness[first:last, joints] = near / (1 + (np.sqrt(2 * spread) / _NETWORK_ERRORS[joints]) ** SHARPNESS)
    return found, sureness


def _fill(positions: Array, seen: Mask, gap: tuple[int, int], joints: NDArray[np.intp], fps: float, *, swell: Doubles) -> tuple[Doubles, Doubles]:
    """Where `joints` (J,) are in a gap (F, J, 2), pixels, by their companions and by the performer's habits, the surer the more; and the variance (F, J) of a
    coordinate of that, in (% of height)². `swell` (F, 1) as `_swell` gives it."""
    first, last = gap
    away, told = _leaving(positions, seen, first, last, fps)
    weights, variance = _conditional(joints, told, _covariance_here(positions, seen, gap, np.union1d(joints, told), fps))
    places = positions[first:last, joints] - away[:, joints] + np.einsum("ojd,oc->jcd", away[:, told].transpose(1, 0, 2), weights)
    surroundings = _Surroundings.of(positions, seen, first, last, fps)
    spread = variance * swell**2 * _liveliness(away * (SIZE / surroundings.size), told, swell)
    for column, joint in enumerate(joints):
        habit, doubt = surroundings.by_habit(int(joint), told, fps)
        share = spread[:, column] / (spread[:, column] + doubt)
        places[:, column] += share[:, None] * (habit - places[:, column])
        spread[:, column] *= 1 - share
    return places, spread


def _gaps(seen: Mask, fps: float) -> dict[tuple[int, int], list[int]]:
    """The stretches [first, last) in which columns of `seen` (T, K) are false, and which; those that always are, and gaps too short to matter, aside."""
    gaps: dict[tuple[int, int], list[int]] = {}
    for column in np.flatnonzero(seen.any(axis=0)):
        edges = np.flatnonzero(np.diff(~seen[:, column], prepend=False, append=False)).reshape(-1, 2)
        for first, last in edges:
            if (last - first + 1) / fps > SHORT_SECONDS:
                gaps.setdefault((int(first), int(last)), []).append(int(column))
    return gaps


def _leaving(positions: Array, seen: Mask, first: int, last: int, fps: float) -> tuple[Doubles, NDArray[np.intp]]:
    """How far each joint is from the curve that would bridge this gap (last - first, 15, 2), about the mid-hip, and which joints are seen all the time."""
    start, stop = max(first - _beside(fps), 0), min(last + _beside(fps), len(seen))
    told = _LIMBS[seen[max(first - 1, 0) : last + 1, _LIMBS].all(axis=0)]
    return _off_curves(positions[None, start:stop], slice(first - start, last - start), fps)[0], told


def _beside(fps: float) -> int:
    """The frames on each side of a gap that its curve depends on."""
    return max(1, round(SLOPE_SECONDS * fps)) + 1


def _off_curves(stretches: Array, gap: slice, fps: float) -> Doubles:
    """How far joints in `stretches` (N, T, 15, 2) are from the curves that would bridge the frames `gap` of each (N, F, 15, 2), about the mid-hip."""
    shown = torch.ones(stretches.shape[:3], dtype=torch.bool)
    shown[:, gap, _LIMBS] = False
    curves = fill_gaps(torch.from_numpy(stretches.copy()), shown, fps).numpy()
    return np.asarray(stretches[:, gap] - curves[:, gap], dtype=np.float64)


def _liveliness(away: Doubles, told: NDArray[np.intp], swell: Doubles) -> float:
    """How much farther than usual (a ratio of variances) joints that are seen leave their curves (F, 15, 2), in % of height, in this gap."""
    usual = 2 * float((np.diag(_covariance())[told] * swell**2).sum())
    return (float(np.square(away[:, told]).sum()) + usual) / (2 * usual) if usual > 0 else 1.0


@dataclass(frozen=True, eq=False)
class _Surroundings:
    """The frames about a gap, itself the frames [first, last) of them: `places` (T, 15, 2) about the mid-hip in parts of the body's `size` in pixels, what was
    `seen` (T, 15), and the mid-hip's own `path` (F, 2) in the gap, pixels."""

    places: Doubles
    size: float
    seen: Mask
    path: Doubles
    first: int
    last: int

    @classmethod
    def of(cls, positions: Array, seen: Mask, first: int, last: int, fps: float) -> _Surroundings:
        """Those of the gap [first, last) of a clip."""
        reach = round(HABIT_SECONDS * fps)
        start, stop = max(first - reach, 0), min(last + reach, len(seen))
        hip = positions[start:stop, [Joint.MID_HIP]].astype(np.float64)
        about = positions[start:stop] - hip
        size = max(float(np.sqrt(np.square(about[:, _LIMBS]).mean())), SMALLEST_SCALE)
        return cls(about / size, size, seen[start:stop], hip[first - start : last - start, 0], first - start, last - start)

    def by_habit(self, joint: int, told: NDArray[np.intp], fps: float) -> tuple[Doubles, Doubles]:
        """Where a joint is in the gap (F, 2), pixels, as the clip around it tells, and how far off that may be (F,), in (% of height)²."""
        frames = self.last - self.first
        if len(told) == 0 or frames > LONGEST_HABIT * fps:
            return self.path, np.full(frames, np.inf)
        covariance = _covariance()
        kinship = (np.abs(covariance[joint, told]) / np.sqrt(np.diag(covariance)[told])) ** KINSHIP
        known = np.asarray(self.seen[:, [joint, Joint.MID_HIP, *told]].all(axis=1), dtype=np.bool_)
        around = Around(self.places[:, joint], self.places[:, told], known, kinship, self.first, self.last)
        places, variance = recalled(around, fps)
        return places * self.size + self.path, HABIT_DOUBT * SIZE**2 * variance


def _covariance_here(positions: Array, seen: Mask, gap: tuple[int, int], joints: NDArray[np.intp], fps: float) -> Doubles:
    """How joints leave their curves together (15, 15): in general, and of `joints` also in this clip, wherever all of them are seen as long as the gap is."""
    length, reach = gap[1] - gap[0], round(HABIT_SECONDS * fps)
    general = _covariance()
    if length > LONGEST_HABIT * fps:
        return general
    unseen = np.concatenate(([0], np.cumsum(~seen[:, joints].all(axis=1))))
    starts = np.arange(max(1, gap[0] - reach), min(gap[1] + reach, len(seen)) - length)
    starts = starts[(unseen[starts + length + 1] == unseen[starts - 1]) & ((starts + length < gap[0]) | (starts > gap[1]))]
    if len(starts) == 0:
        return general
    picked = starts[:: -(-len(starts) // MOST_STRETCHES)]
    beside = _beside(fps)
    stretches = positions[np.clip(picked[:, None] + np.arange(-beside, length + beside), 0, len(seen) - 1)]
    away = _off_curves(stretches, slice(beside, beside + length), fps)
    samples = away.transpose(0, 1, 3, 2).reshape(-1, JOINT_COUNT)[:, joints]
    own, usual = samples.T @ samples, general[np.ix_(joints, joints)]
    if np.trace(own) <= 0:
        return general
    share = len(starts) / (len(starts) + GENERAL_GAPS * length)
    mixed = general.copy()
    mixed[np.ix_(joints, joints)] = share * own * (np.trace(usual) / np.trace(own)) + (1 - share) * usual
    return mixed


def _conditional(joints: NDArray[np.intp], told: NDArray[np.intp], covariance: Doubles) -> tuple[Doubles, Doubles]:
    """What the joints that are `told` (O,) count for each of `joints` (O, J), and the variance that is left (J,) in (% of height)²."""
    among = covariance[np.ix_(told, told)] + SIGHTING_VARIANCE * np.eye(len(told))
    shared = covariance[told][:, joints]
    weights: Doubles = np.asarray(np.linalg.solve(among, shared), dtype=np.float64)
    left: Doubles = np.maximum(covariance[joints, joints] - (weights * shared).sum(axis=0), 0)
    return weights, left


def _seconds(frames: int, first: int, last: int, fps: float) -> tuple[Doubles, Doubles]:
    """How long each frame of a gap is after the sighting before it and before the one after it; infinite where there is none."""
    at = np.arange(first, last)
    since = (at - (first - 1)) / fps if first > 0 else np.full(len(at), np.inf)
    until = (last - at) / fps if last < frames else np.full(len(at), np.inf)
    return since, until


def _swell(since: Doubles, until: Doubles) -> Doubles:
    """How far from a curve joints are in a gap, their usual distance being 1: none beside a sighting, most halfway between two.

    With a sighting on one side alone the gap's end is the middle of one twice as long.
    """
    nearest = np.minimum(since, until)
    length = np.where(np.isfinite(since + until), since + until, 2 * nearest.max())
    return np.asarray(np.sin(np.pi * nearest / length) * (length / GAP_SECONDS) ** GROWTH, dtype=np.float64)


@cache
def _covariance() -> Doubles:
    covariance: Doubles = load_state(shipped_weights(FILE)).extras["covariance"].astype(np.float64)
    return covariance


def save_covariance(path: str | os.PathLike[str], covariance: Doubles) -> None:
    """Write how joints (15, 15) leave their curves together, in (% of height)², the mid-hip's row and column 0."""
    save_state(path, {}, {"covariance": covariance.astype(np.float32)}, {"model": MODEL_NAME})
