"""How right the detected joints are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from blender_addon.core.skeleton import MIRROR_JOINTS, Joint

from .clip_truth import PersonTruth
from .found_people import FoundPerson

Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]

RIGHT = 0.05
"""Part of the height within which a joint is right."""
APART = 0.1
"""Part of the height that the two sides of a limb must be apart for a swap to be told."""
LIMBS = (
    (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
    (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
)
"""The right side of the limbs that are swapped as one."""


@dataclass(frozen=True)
class DetectionErrors:
    """Percentages of what counts: visible joints that are right; limbs whose sides are swapped, of those whose sides
    are apart; frames before the person is first found, and frames later in which nobody is.
    """

    right: float
    swapped: float
    late: float
    lost: float


def detection_errors(truth: PersonTruth, found: FoundPerson | None) -> DetectionErrors:
    """Of one person; None was not found at all."""
    if found is None:
        return DetectionErrors(0.0, float("nan"), 100.0, 0.0)
    counts = truth.counts
    height = truth.height * truth.pixels_per_metre
    apart = np.linalg.norm(found.pixels - truth.pixels, axis=-1) / height[:, None]
    asked = truth.visible & counts[:, None]
    right = asked & (found.confidence > 0) & (apart <= RIGHT)
    swapped, told = swapped_limbs(truth, found, height)
    late, lost = _late_and_lost(counts, np.asarray((found.confidence > 0).any(axis=1)))
    return DetectionErrors(_percent(right, asked), _percent(swapped, told), late, lost)


def swapped_limbs(truth: PersonTruth, found: FoundPerson, height: Doubles) -> tuple[Mask, Mask]:
    """(T, 2) arms and legs whose sides are swapped, and whose sides are apart and seen, so that it can be told."""
    swapped, told = [], []
    for limb in LIMBS:
        sides = [*limb], [MIRROR_JOINTS[joint] for joint in limb]
        both = sides[0] + sides[1]
        other = sides[1] + sides[0]
        as_is = np.linalg.norm(found.pixels[:, both] - truth.pixels[:, both], axis=-1).mean(axis=1)
        changed = np.linalg.norm(found.pixels[:, both] - truth.pixels[:, other], axis=-1).mean(axis=1)
        apart = np.linalg.norm(truth.pixels[:, sides[0]] - truth.pixels[:, sides[1]], axis=-1).mean(axis=1)
        sure = truth.counts & (apart > APART * height) & (found.confidence[:, both] > 0).all(axis=1)
        told.append(sure)
        swapped.append(sure & (changed < as_is))
    return np.stack(swapped, axis=1), np.stack(told, axis=1)


def _late_and_lost(counts: Mask, seen: Mask) -> tuple[float, float]:
    """Percent of the frames that count."""
    there = np.flatnonzero(counts)
    if not len(there):
        return float("nan"), float("nan")
    missed = ~seen[there]
    first = int(np.argmax(~missed)) if not missed.all() else len(there)
    return 100.0 * first / len(there), 100.0 * float(missed[first:].sum()) / len(there)


def _percent(which: Mask, of: Mask) -> float:
    return 100.0 * float(which.sum()) / float(of.sum()) if of.any() else float("nan")
