"""A body that its standing feet carry: where a foot would slide, the whole body goes with it as far as that is smooth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from .contacts import LEGS, in_contact, runs

Array = NDArray[np.float32]

SMOOTHNESS_SECONDS = 0.1
"""The standard deviation of the curve that smooths the body's way."""
LEAST_HELD = 1e-9
ENDS_SECONDS = 0.3
"""How long after the first frame, and before the last, the body goes all of that way."""


def carried_by_feet(joints: Array, probability: Array, fps: float, rolls: Array | None = None) -> Array:
    """Move the body as a whole so that its standing feet keep their places better.

    It begins and ends where it was. A foot that slides is often right beside the hips, and the path of the hips is
    wrong. What is left, `plant_feet` takes from the legs, which then bend less away from where they were seen.

    Args:
        joints: (T, 15, 3) in any unit, the root's motion included.
        probability: (T, 2) of contact, right and left.
        fps: frames per second.
        rolls: (T, 2) how far a foot that stands rolls over its toes, 0 to 1: its ankle goes on; None where none does.

    Returns:
        (T, 15, 3) float32; `joints` themselves where no foot stands.
    """
    contact = in_contact(probability)
    standing = np.flatnonzero(contact.any(axis=1))
    if not standing.size:
        return joints
    shift = np.zeros((len(joints), 3))
    for foot, (_, _, ankle) in enumerate(LEGS):
        for first, last in runs(contact[:, foot]):
            held = np.ones(last - first) if rolls is None else np.maximum(1.0 - rolls[first:last, foot], LEAST_HELD)
            place = np.average(joints[first:last, ankle].astype(np.float64), axis=0, weights=held)
            shift[first:last] += held[:, None] * (place - joints[first:last, ankle])
    shift[standing] /= contact[standing].sum(axis=1)[:, None]
    every = np.arange(len(joints))
    way = np.stack([np.interp(every, standing, column) for column in shift[standing].T], axis=1)
    smooth = gaussian_filter1d(way, SMOOTHNESS_SECONDS * fps, axis=0, mode="nearest")
    from_ends = np.minimum(every, every[::-1]) / (ENDS_SECONDS * fps)
    return np.asarray(joints + (smooth * np.clip(from_ends, 0, 1)[:, None])[:, None], dtype=np.float32)
