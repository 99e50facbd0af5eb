"""Euler angles with some of them locked: the nearest rotation that remains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..body.rotations import IDENTITY, product, rotation_about, to_euler, unwrap

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

ROUNDS = 24
"""Rounds of solving one angle after the other. Each round comes nearer."""
GIMBAL = 0.005
"""Gimbal lock: below this cosine of the middle angle, only the sum of the other two has a meaning.
"""


def from_euler(angles: Array, order: str) -> Array:
    """(K, 4) turns of angles (K, 3) about x, y and z in Blender's `order`."""
    turn = np.broadcast_to(IDENTITY, (len(angles), 4))
    for axis in ("XYZ".index(letter) for letter in order):
        turn = product(rotation_about(np.eye(3)[axis], angles[:, axis]), turn)
    return turn


def nearest_euler(rotation: Array, order: str, start: Array, free: Flags) -> Array:
    """(K, 3) angles whose turn is as near to `rotation` (K, 4) as it gets by those that are `free` (3,) or (K, 3);
    others stay as in `start` (K, 3).
    """
    angles, free = start.copy(), np.broadcast_to(free, start.shape)
    axes = ["XYZ".index(letter) for letter in order]
    for _ in range(ROUNDS if free.any(axis=0).sum() > 1 else 1):
        before = angles.copy()
        for place, axis in enumerate(axes):
            if not free[:, axis].any():
                continue
            first = _product_of(angles, axes[:place])
            last = _product_of(angles, axes[place + 1 :])
            still = (rotation * product(last, first)).sum(axis=-1)
            turned = (rotation * product(product(last, np.concatenate(([0.0], np.eye(3)[axis]))), first)).sum(axis=-1)
            best = 2 * np.arctan2(turned, still)
            # Of equivalent angles take the nearest to the last, so that there are no jumps.
            best = angles[:, axis] + (best - angles[:, axis] + np.pi) % (2 * np.pi) - np.pi
            angles[:, axis] = np.where(free[:, axis], best, angles[:, axis])
        if np.abs(angles - before).max() < 1e-9:
            break
    return np.where(free, unwrap(angles), angles)


def steady_euler(rotation: Array, order: str) -> Array:
    """(K, 3) as `to_euler`; where the middle angle brings the other two onto one axis, the first is led evenly past
    instead of spinning with the last.
    """
    angles = to_euler(rotation, order)
    first, middle = "XYZ".index(order[0]), "XYZ".index(order[1])
    locked = np.abs(np.cos(angles[:, middle])) < GIMBAL
    if not locked.any() or locked.all():
        return angles
    at = np.arange(len(angles))
    start = angles.copy()
    start[locked, first] = np.interp(at[locked], at[~locked], angles[~locked, first])
    led = nearest_euler(rotation, order, start, np.arange(3) != first)
    return np.asarray(np.where(locked[:, None], led, angles), dtype=np.float64)


def _product_of(angles: Array, axes: list[int]) -> Array:
    """The turns about these axes, the first one first."""
    turn = np.broadcast_to(IDENTITY, (len(angles), 4))
    for axis in axes:
        turn = product(rotation_about(np.eye(3)[axis], angles[:, axis]), turn)
    return turn
