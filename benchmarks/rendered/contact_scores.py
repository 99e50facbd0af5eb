"""Contacts: how well those of the product agree with who stands on what."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from blender_addon.core.contacts import runs

from .clip_truth import PersonTruth

Mask = NDArray[np.bool_]
Doubles = NDArray[np.float64]

THRESHOLD = 0.5
"""Probability from which on a contact counts."""
SHORTEST = 3
"""Frames that a span must have to be measured."""


def f1(told: Mask, true: Mask) -> float:
    """F1 in percent of frames (N,); nan where neither has any."""
    both, one = float((told & true).sum()), float((told ^ true).sum())
    return 100.0 * 2 * both / (2 * both + one) if both + one else float("nan")


def contact_f1(truth: PersonTruth, names: Sequence[str], contacts: Doubles) -> float:
    """F1 in percent of the contacts (T, C) called `names`, over the frames that count; what the product does not know
    of is left out.
    """
    known = [index for index, name in enumerate(names) if name in truth.support_names]
    if not known:
        return float("nan")
    frames = min(len(contacts), len(truth.counts))
    told = contacts[:frames, known] >= THRESHOLD
    true = np.stack([truth.support(names[index]) for index in known], axis=1)[:frames]
    counts = truth.counts[:frames]
    return f1(told[counts].ravel(), true[counts].ravel())


def spans(stands: Mask) -> list[slice]:
    """The runs of frames in which something stands, each as long as SHORTEST at least."""
    return [slice(first, last) for first, last in runs(stands) if last - first >= SHORTEST]
