"""How large a body looks from frame to frame, which tells how far away it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from ..pose_sequence import PoseSequence
from ..skeleton import BONE_CHILDREN, BONE_PARENTS

Doubles = NDArray[np.float64]

SMOOTHING_SECONDS = 0.35
"""Standard deviation of the smoothing: a body of a hundred kilograms doesn't come nearer by jerks."""
PASSES = 10
LEAST_SPREAD = 0.1
"""Spread of a bone's logarithmic length below which a bone counts no more for being steadier."""
OUTLYING, SURE_SPREAD = 2.0, 0.05
"""A bone counts for less the further it is off what the others say: by half at OUTLYING times its own spread plus
SURE_SPREAD.
"""
UNSEEN = 1e-6
SHORTEST = 1e-3
"""Of the mean length of bones: one seen shorter says nothing more by it."""
NOTHING = 1e-30
"""Pixels: where all joints are at one point."""


def log_sizes(poses: PoseSequence) -> Doubles:
    """Return how large the body looks in each frame: natural logarithms (T,), 0 on average, smoothed.

    Every bone is as long as it always is, so that what all of them have in common from frame to frame is the size of the
    whole. Bones that point at the camera at times, and are then seen short, count for less. The depth that a source
    tells goes into their lengths.
    """
    lengths, confidence = _bone_lengths(poses)
    known = confidence.sum(axis=1) > 0
    if int(known.sum()) < 2:
        return np.zeros(len(poses))
    frames = np.arange(len(poses))
    sizes = np.interp(frames, frames[known], _common(np.log(lengths[known]), confidence[known]))
    smooth = gaussian_filter1d(sizes, SMOOTHING_SECONDS * poses.fps, mode="nearest")
    return np.asarray(smooth - smooth.mean())


def leg_pixels(poses: PoseSequence, legs: tuple[int, ...], sizes: Doubles) -> Doubles:
    """Return (T,) pixels of a leg, of the bones `legs` of both, at the size of each frame."""
    lengths, confidence = _bone_lengths(poses)
    seen = confidence[:, legs].min(axis=1) > 0
    own = lengths[:, legs].sum(axis=1) / 2 * np.exp(-sizes)
    return np.asarray(np.median(own[seen] if seen.any() else own) * np.exp(sizes))


def _bone_lengths(poses: PoseSequence) -> tuple[Doubles, Doubles]:
    """(T, 14) pixels, and how surely they are known."""
    joints = poses.positions.astype(np.float64)
    if poses.depth is not None:
        told = np.where(poses.depth.confidence > 0, poses.depth.values, 0.0)
        joints = np.concatenate((joints, told[..., None]), axis=-1)
    lengths = np.linalg.norm(joints[:, BONE_CHILDREN] - joints[:, BONE_PARENTS], axis=-1)
    confidence = np.minimum(poses.confidence[:, BONE_CHILDREN], poses.confidence[:, BONE_PARENTS])
    seen = lengths[confidence > 0]
    least = SHORTEST * float(seen.mean()) if seen.size else 0.0
    return np.maximum(lengths, max(least, NOTHING)), confidence.astype(np.float64)


def _common(lengths: Doubles, confidence: Doubles) -> Doubles:
    """(T,) what logarithmic lengths (T, 14) have in common by frame, outliers left out."""
    sizes = np.zeros(len(lengths))
    weights = confidence + UNSEEN
    for _ in range(PASSES):
        usual = np.average(lengths - sizes[:, None], axis=0, weights=weights)
        off = lengths - usual - sizes[:, None]
        spread = np.sqrt(np.average(off**2, axis=0, weights=weights))
        trust = weights / (spread**2 + LEAST_SPREAD**2) / (1 + (off / (OUTLYING * spread + SURE_SPREAD)) ** 2)
        sizes = ((lengths - usual) * trust).sum(axis=1) / trust.sum(axis=1)
        sizes -= sizes.mean()
    return np.asarray(sizes)
