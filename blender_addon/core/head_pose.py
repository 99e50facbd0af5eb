"""Which way a head is turned, by where its nose and ears are seen: a stiff head is fitted to them, beside the trunk
that carries it.

Alone, the nose tells no depth, and where the face looks to the side the line of the ears hardly any: each as far from
the others as on a head, they do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

EAR, NOSE = 0.27, 0.46
"""From the middle of the ears to an ear, and to the tip of the nose, in lengths of neck and head: measured of the
people of the sample video.
"""
NOSE_DROP = np.radians(12)
"""How far below the ears the nose of an upright head points."""
SMALLEST, LARGEST = 0.6, 1.7
"""How large heads are beside that: a child's is larger beside its neck."""
NEARLY_ALWAYS = 0.9
"""The part of the frames that tells how long a way looks at most."""
TRUSTED = 0.3
"""Confidence from which a frame tells how large the head is."""

USUAL = np.radians((50.0, 30.0, 25.0))
"""How far heads turn, nod and tilt beside the trunk, as standard deviations: what decides where nose and ears do not.
"""
HIDES_AN_EAR, AROUND = np.radians(60), np.radians(25)
"""How far a head is turned of which one ear is seen, and the standard deviation of that."""
SEEN_WITHIN = 0.05
"""Standard deviation of what is surely seen, in lengths of neck and head."""
BEGUN_AT = np.radians(((0.0, 0.0, 0.0), (60.0, 0.0, 0.0), (-60.0, 0.0, 0.0)))
"""Yaw, pitch and roll from which the fit begins; the best end counts."""
ROUNDS, LONGEST_STEP, DAMPING = 8, 0.5, 0.1
"""Steps of Gauss-Newton, radians that each goes at most, and what keeps it short where nothing tells."""
STEP = 1e-4
"""Radians over which slopes are measured."""


@dataclass(frozen=True, eq=False)
class HeadPose:
    """`axes` (T, 3, 3): the head's left, up and forward in columns, in camera space (x right, y down, z away); `ear`
    and `nose`: how far these are from the middle of the ears, in the unit of what was seen.
    """

    axes: Doubles
    ear: float
    nose: float

    @property
    def depths(self) -> dict[str, Doubles]:
        """(T,) how far away nose and ears are, from the middle of the ears."""
        left, nose = self.ear * self.axes[:, 2, 0], self.nose * (self.axes[:, 2] @ _NOSE_WAY)
        return {"nose": nose, "right_ear": -left, "left_ear": left}


def head_axes(angles: Doubles) -> Doubles:
    """(T, 3, 3) left, up and forward of a head, in columns, as left, up and forward of what carries it.

    `angles` (T, 3) are radians: it is tilted to its left by the third, then pitched up by the second, then turned to
    its left by the first.
    """
    (y, p, r), (cy, cp, cr) = np.sin(angles.T), np.cos(angles.T)
    left = np.stack((cr * cy + r * p * y, -r * cp, -cr * y + r * p * cy), axis=-1)
    up = np.stack((r * cy - cr * p * y, cr * cp, -r * y - cr * p * cy), axis=-1)
    return np.stack((left, up, np.stack((y * cp, p, cy * cp), axis=-1)), axis=-1)


def head_angles(axes: Doubles) -> Doubles:
    """(T, 3) the angles of such axes (T, 3, 3)."""
    pitch = np.arcsin(np.clip(axes[..., 1, 2], -1, 1))
    return np.stack(
        (np.arctan2(axes[..., 0, 2], axes[..., 2, 2]), pitch, np.arctan2(-axes[..., 1, 0], axes[..., 1, 1])), axis=-1
    )


_NOSE_WAY = np.array((0.0, -np.sin(NOSE_DROP), np.cos(NOSE_DROP)))


def head_pose(nose: Doubles, right_ear: Doubles, left_ear: Doubles, confidence: Doubles, trunk: Doubles) -> HeadPose:
    """Fit the head.

    `nose`, `right_ear` and `left_ear` (T, 2) are seen from one point of the head, x right and y down, in lengths of
    neck and head; `confidence` (T, 3) is theirs, 0 = unseen. `trunk` (T, 3, 3) is the trunk's left, up and forward in
    columns, in camera space.
    """
    size = _size(nose, right_ear, left_ear, confidence)
    seen = _Seen.of(nose, right_ear, left_ear, confidence, size=size)
    ends = [_fitted(seen, trunk, np.tile(begun, (len(nose), 1))) for begun in BEGUN_AT]
    costs = np.stack([(_misfit(seen, trunk, angles) ** 2).sum(axis=-1) for angles in ends])
    best = np.stack(ends)[costs.argmin(axis=0), np.arange(len(nose))]
    return HeadPose(trunk @ head_axes(best), seen.ear, seen.nose)


def _size(nose: Doubles, right_ear: Doubles, left_ear: Doubles, confidence: Doubles) -> float:
    """How large the head is, as the longest ways that are seen have it: none looks longer than it is."""
    both, face = confidence[:, 1:].min(axis=-1) >= TRUSTED, confidence.min(axis=-1) >= TRUSTED
    middle = (right_ear + left_ear) / 2
    ways = ((left_ear - right_ear)[both] / (2 * EAR), (nose - middle)[face] / NOSE)
    sizes = [np.quantile(np.linalg.norm(way, axis=-1), NEARLY_ALWAYS) for way in ways if len(way)]
    return float(np.clip(max(sizes, default=1.0), SMALLEST, LARGEST))


@dataclass(frozen=True, eq=False)
class _Seen:
    """What a fit goes by: `ways` (T, 2, 2) from ear to ear and from the ears to the nose, how much each `counts` (T,
    2), and `side` (T,): −1 and 1 where the right or the left ear alone stands for both.
    """

    ways: Doubles
    counts: Doubles
    side: Doubles
    ear: float
    nose: float

    @classmethod
    def of(cls, nose: Doubles, right_ear: Doubles, left_ear: Doubles, confidence: Doubles, *, size: float) -> _Seen:
        sure, right, left = confidence.T
        one = np.where(left > 0, 1.0, 0.0) - np.where(right > 0, 1.0, 0.0)
        middle = np.where(
            (one == 0)[:, None], (right_ear + left_ear) / 2, np.where((one > 0)[:, None], left_ear, right_ear)
        )
        counts = np.stack((np.minimum(right, left), np.minimum(sure, np.maximum(right, left))), axis=-1) / SEEN_WITHIN
        return cls(np.stack((left_ear - right_ear, nose - middle), axis=1), counts, one, EAR * size, NOSE * size)


def _misfit(seen: _Seen, trunk: Doubles, angles: Doubles) -> Doubles:
    """(T, 7) by how many standard deviations a head of these angles (T, 3) is off what was seen, and from how heads
    usually are.
    """
    axes = (trunk @ head_axes(angles))[:, :2]
    left = axes[..., 0]
    ways = np.stack(
        (2 * seen.ear * left, seen.nose * (axes @ _NOSE_WAY) - (seen.side * seen.ear)[:, None] * left), axis=1
    )
    off = (ways - seen.ways) * seen.counts[..., None]
    yaw = (angles[:, 0] + seen.side * HIDES_AN_EAR) / np.where(seen.side != 0, AROUND, USUAL[0])
    return np.concatenate((off.reshape(len(angles), 4), yaw[:, None], angles[:, 1:] / USUAL[1:]), axis=-1)


def _fitted(seen: _Seen, trunk: Doubles, angles: Doubles) -> Doubles:
    """(T, 3) the angles of the nearest best fit."""
    for _ in range(ROUNDS):
        off = _misfit(seen, trunk, angles)
        slopes = np.stack([(_misfit(seen, trunk, angles + STEP * axis) - off) / STEP for axis in np.eye(3)], axis=-1)
        turned = np.swapaxes(slopes, -1, -2)
        step = -np.linalg.solve(turned @ slopes + DAMPING * np.eye(3), turned @ off[..., None])[..., 0]
        angles = angles + step * np.minimum(
            1, LONGEST_STEP / np.maximum(np.linalg.norm(step, axis=-1, keepdims=True), 1e-12)
        )
    return angles
