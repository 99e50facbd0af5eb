"""A hidden joint predicted from the visible ones, learnt from other frames of the same clip.

Gaussian-process regression (Rasmussen and Williams, *Gaussian Processes for Machine Learning*, 2006, section 2.2 and
algorithm 2.1). One performer, filmed from one side and repeating similar motions, leaves little open. The constants
were measured on motion capture, in gaps of half a second.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.spatial.distance import cdist

Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]

LINEAR_WEIGHT = 100.0
"""Weight of the linear kernel relative to the RBF (pose-similarity) kernel."""
POSE_LENGTH_SCALE = 0.4
"""Length scale of the RBF kernel over poses, in body sizes."""
SPEED_SECONDS = 1 / 15
"""Speeds times this stand beside positions in that kernel."""
TIME_WEIGHT, TIME_LENGTH_SCALE = 0.02, 0.2
"""Weight and length scale, in seconds, of the RBF kernel over time: a joint stays near where it just was."""
LEAST_NOISE_VARIANCE = 1e-4
"""Lower bound of an observation's noise variance."""
JITTER_FACTOR = 10.0
"""The noise variance of an observation, in variances of the detector's jitter: the visible joints jitter as well."""
LEAST_FRAMES = 8
"""With fewer training frames nothing is predicted."""
MOST_FRAMES = 160
"""The largest number of training frames."""
NEAREST_FRAMES = 40
"""Of them, those nearest to the gap."""

_FOURTH_DIFFERENCE_VARIANCE = 70.0
"""Variance of the fourth differences of white noise of variance 1: 1² + 4² + 6² + 4² + 1²."""
_MEDIAN_ABSOLUTE_DEVIATION = 0.6745
"""Median absolute value of a normal variable of variance 1."""


@dataclass(frozen=True, eq=False)
class TrainingFrames:
    """The frames around one gap of one joint. Positions are relative to the mid-hip, in body sizes.

    Attributes:
        joint: (T, 2) the hidden joint; those of unknown frames are ignored.
        visible: (T, V, 2) the joints that are visible throughout the gap.
        known: (T,) bool: the frames in which the joint and all of `visible` were seen.
        relevance: (V,) how much each visible joint counts in the comparison of poses, above 0.
        first: first frame of the gap.
        last: first frame after the gap.
    """

    joint: Doubles
    visible: Doubles
    known: Mask
    relevance: Doubles
    first: int
    last: int


def predict_joint(frames: TrainingFrames, fps: float) -> tuple[Doubles, Doubles]:
    """Predict a joint over its gap.

    Args:
        frames: what is known around the gap.
        fps: frames per second.

    Returns:
        Positions (F, 2) over the F frames of the gap, continuous with the observations beside it, and their variance
        (F,) per coordinate, in squared body sizes. The variance is infinite where fewer than LEAST_FRAMES frames are
        known.
    """
    training, gap = _training_frames(frames), slice(frames.first, frames.last)
    if len(training) < LEAST_FRAMES:
        return np.zeros((frames.last - frames.first, 2)), np.full(frames.last - frames.first, np.inf)
    kernel, prior_variance = _kernel(frames, training, fps)
    noise_variance = LEAST_NOISE_VARIANCE + JITTER_FACTOR * _jitter(frames.visible) ** 2
    factor = cho_factor(kernel[training] + noise_variance * np.eye(len(training)), lower=True)
    mean = frames.joint[training].mean(axis=0)
    targets = frames.joint[training] - mean
    weights = cho_solve(factor, targets)
    signal_variance = float((targets * weights).sum()) / (2 * len(training))
    explained = np.einsum("gl,lg->g", kernel[gap], cho_solve(factor, kernel[gap].T))
    variance = signal_variance * np.maximum(prior_variance[gap] - explained, 0)
    return _without_steps(kernel @ weights + mean, frames), variance


def _training_frames(frames: TrainingFrames) -> NDArray[np.intp]:
    """Choose known frames (L,): those nearest to the gap, and the others at even distances."""
    known = np.flatnonzero(frames.known)
    distance = np.maximum(frames.first - known, known - frames.last + 1)
    stride = -(-len(known) // (MOST_FRAMES - NEAREST_FRAMES))
    nearest = np.argsort(distance, kind="stable")[:NEAREST_FRAMES]
    chosen = np.isin(np.arange(len(known)), nearest) | (np.arange(len(known)) % max(stride, 1) == 0)
    return np.asarray(known[chosen], dtype=np.intp)


def _jitter(positions: Doubles) -> float:
    """Estimate the standard deviation of what points (T, V, 2) do too fast to be a body's motion, from their fourth
    differences.
    """
    if len(positions) < 5:
        return 0.0
    deviation = float(np.median(np.abs(np.diff(positions, 4, axis=0)))) / _MEDIAN_ABSOLUTE_DEVIATION
    return deviation / math.sqrt(_FOURTH_DIFFERENCE_VARIANCE)


def _kernel(frames: TrainingFrames, training: NDArray[np.intp], fps: float) -> tuple[Doubles, Doubles]:
    """Return the prior covariance (T, L) of all frames with the training frames, and the prior variance (T,) of each
    frame.
    """
    weight = np.sqrt(frames.relevance / frames.relevance.sum())[:, None]
    poses = (frames.visible * weight).reshape(len(frames.visible), -1)
    poses_and_speeds = np.hstack((poses, np.gradient(poses, axis=0) * (fps * SPEED_SECONDS)))
    times = np.arange(len(poses))[:, None] / fps
    centred = poses - poses[training].mean(axis=0)
    over_poses = _rbf(poses_and_speeds, training, POSE_LENGTH_SCALE)
    over_time = _rbf(times, training, TIME_LENGTH_SCALE)
    kernel = over_poses + TIME_WEIGHT * over_time + LINEAR_WEIGHT * centred @ centred[training].T
    return kernel, 1 + TIME_WEIGHT + LINEAR_WEIGHT * np.square(centred).sum(axis=1)


def _rbf(values: Doubles, training: NDArray[np.intp], length_scale: float) -> Doubles:
    """Return the squared-exponential kernel (T, L) between all rows of values (T, D) and the training rows."""
    return np.asarray(np.exp(-cdist(values, values[training], "sqeuclidean") / (2 * length_scale**2)))


def _without_steps(predicted: Doubles, frames: TrainingFrames) -> Doubles:
    """Return the gap's part (F, 2) of a prediction for all frames (T, 2), shifted so that it meets the observations
    beside the gap.
    """
    edges = [edge for edge in (frames.first - 1, frames.last) if 0 <= edge < len(predicted) and frames.known[edge]]
    in_gap = predicted[frames.first : frames.last]
    if not edges:
        return in_gap
    error, at = frames.joint[edges] - predicted[edges], np.arange(frames.first, frames.last)
    return np.stack([in_gap[:, axis] + np.interp(at, edges, error[:, axis]) for axis in range(2)], axis=1)
