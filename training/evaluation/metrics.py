"""The figures of merit.

Positions are (T, 15, 2), x right, y down; `height` is the target body's in the same unit: head + spine + thigh + shin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blender_addon.core.skeleton import BONE_CHILDREN, BONE_PARENTS, Joint

from ..contact_labels import ANKLES
from ..motion_library import Array
from .cases import Mask

LIMBS = [int(joint) for joint in Joint if joint != Joint.MID_HIP]
"""The joints that errors are a mean over: the mid-hip, fixed in truth and answer, is not one of them."""

CERTAIN = 0.5
"""Contacts are found from here up."""


def about_mid_hip(positions: Array) -> Array:
    """Positions with the mid-hip at (0, 0) in every frame."""
    return positions - positions[:, Joint.MID_HIP, None]


def coordinate_error(found: Array, truth: Array, height: float) -> float:
    """Mean absolute difference of a coordinate, x or y, of the 14 joints about the mid-hip, in % of height."""
    return float(_differences(found, truth, height)[:, LIMBS].mean())


def coordinate_error_where(found: Array, truth: Array, height: float, where: Mask) -> float:
    """`coordinate_error` over the joints and frames of the mask (T, 15) alone, which must hold one at least."""
    return float(_differences(found, truth, height)[where].mean())


def _differences(found: Array, truth: Array, height: float) -> Array:
    return 100 * np.abs(about_mid_hip(found) - about_mid_hip(truth)) / np.float32(height)


def jitter(found: Array, truth: Array, height: float) -> float:
    """Mean absolute second difference in time of what is wrong about the mid-hip, in % of height a frame²: 0 where the
    error is steady or moves evenly.
    """
    wrong = about_mid_hip(found) - about_mid_hip(truth)
    return float(100 * np.abs(np.diff(wrong[:, LIMBS], 2, axis=0)).mean() / height)


def root_drift(found: Array, truth: Array, height: float) -> float:
    """How far the mid-hip is from the truth in the last frame when both start at one point, in % of height."""
    paths = [positions[:, Joint.MID_HIP] - positions[0, Joint.MID_HIP] for positions in (found, truth)]
    return float(100 * np.linalg.norm(paths[0][-1] - paths[1][-1]) / height)


def bone_variation(positions: Array, depth: Array) -> float:
    """Standard deviation over mean, in %, of the 3D bone lengths over time, averaged over the bones.

    `depth` is (T, 15).
    """
    points = np.concatenate((positions, depth[..., None]), axis=-1)
    lengths = np.linalg.norm(points[:, BONE_CHILDREN] - points[:, BONE_PARENTS], axis=-1)
    return float(100 * (lengths.std(axis=0) / lengths.mean(axis=0)).mean())


@dataclass(frozen=True)
class ContactCounts:
    """Feet in frames: rightly found on the ground, wrongly found there, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @classmethod
    def of(cls, found: Array, truth: Array) -> ContactCounts:
        """Of contacts (T, 2) in 0..1."""
        on, really = found >= CERTAIN, truth >= CERTAIN
        return cls(int((on & really).sum()), int((on & ~really).sum()), int((~on & really).sum()))

    def __add__(self, other: ContactCounts) -> ContactCounts:
        return ContactCounts(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 where there was nothing to find and nothing was found."""
        everything = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / everything if everything else 1.0


@dataclass(frozen=True)
class Slide:
    """How far feet went, in % of height, in so many seconds on the ground."""

    distance: float = 0.0
    seconds: float = 0.0

    @classmethod
    def of(cls, positions: Array, planted: Mask, height: float, fps: float) -> Slide:
        """Of the ankles in the picture, root included, between frames in both of which `planted` (T, 2) says that the
        foot stands.
        """
        steps = np.linalg.norm(np.diff(positions[:, ANKLES], axis=0), axis=-1)
        standing = planted[1:] & planted[:-1]
        return cls(float(100 * steps[standing].sum() / height), float(standing.sum()) / fps)

    def __add__(self, other: Slide) -> Slide:
        return Slide(self.distance + other.distance, self.seconds + other.seconds)

    @property
    def speed(self) -> float:
        """% of height a second; NaN where no foot stood."""
        return self.distance / self.seconds if self.seconds else float("nan")
