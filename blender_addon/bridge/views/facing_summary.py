"""How much a performer turns away, by poses in the picture alone, as soon as they are detected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.pose_sequence import PoseSequence
from ...core.skeleton import Joint
from .facings import ACROSS, SURE

Array = NDArray[np.float64]

BROADEST = 0.9
"""The part of the frames that is no broader: what the rest shows is how broad the performer is."""
BODIES = (1.0, 1.4)
"""Widths of shoulders and hips together, in lengths of the trunk, that people have."""
AWAY = 0.5
"""Cosine of the angle to the viewer, 60 degrees, from which somebody is turned away."""
MIXED = 0.85
"""Part of the frames in which somebody faces one way for it to be theirs."""


@dataclass(frozen=True)
class FacingSummary:
    """The parts 0..1 of the frames in which a performer is turned `away` from the viewer, and in which they show their
    `back`; `steady`: they face the same way nearly all the time.
    """

    away: float
    back: float
    steady: bool

    @property
    def steadily_away(self) -> bool:
        """Whether nearly all of it is seen from the side, or from behind."""
        return self.steady and self.away >= MIXED


def facing_summary(poses: PoseSequence) -> FacingSummary | None:
    """What shoulders and hips tell; None where they were hardly seen."""
    lines = np.sum([poses.positions[:, left] - poses.positions[:, right] for right, left in ACROSS], axis=0)
    trunk = poses.positions[:, Joint.NECK] - poses.positions[:, Joint.MID_HIP]
    joints = [joint for line in ACROSS for joint in line]
    length = np.linalg.norm(trunk, axis=-1)
    known = (poses.confidence[:, joints].mean(axis=-1) >= SURE) & (length > 0)
    if not known.any():
        return None
    unit = trunk[known] / length[known][:, None]
    usual = np.median(length[known])
    broad = (lines[known] * np.stack((-unit[:, 1], unit[:, 0]), axis=-1)).sum(axis=-1) / usual
    cosine = broad / np.clip(np.quantile(np.abs(broad), BROADEST), *BODIES)
    away = float((cosine < AWAY).mean())
    back = float((cosine < -AWAY).mean())
    shares = (float((cosine >= AWAY).mean()), back, away - back)
    return FacingSummary(away, back, max(shares) >= MIXED)
