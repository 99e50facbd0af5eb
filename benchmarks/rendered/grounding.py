"""Where a moved body stands: its height so that it touches the ground, its way so that what stands does not slide."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TOUCHES = 0.015
"""Metres above the ground within which the mesh touches it."""
FLIGHT = 0.03
"""Height of the lowest vertex above the lowest of the clip from which a body that may leave the ground has left it."""
SLOWEST = 0.25
"""Part of the touching vertices that tells how the body slides: those that move least."""


def settle(vertices: Array, *, airborne: bool, fps: float) -> Array:
    """(T, 3) how far to move a body a frame, so that it stands on z = 0 and does not slide on it.

    Args:
        vertices: (T, V, 3) metres, posed but not yet placed.
        airborne: whether it may leave the ground; if not, its lowest vertex lies on the ground in every frame.
        fps: frames per second.
    """
    lowest = vertices[..., 2].min(axis=1)
    height = -lowest
    if airborne:
        grounded = lowest < np.percentile(lowest, 5) + FLIGHT
        frames = np.arange(len(lowest))
        height = np.interp(frames, frames[grounded], height[grounded])
    standing = vertices[..., 2] + height[:, None] < TOUCHES
    way = np.zeros((len(vertices), 3))
    for frame in range(1, len(vertices)):
        both = standing[frame] & standing[frame - 1]
        way[frame] = way[frame - 1]
        if both.any():
            moved = vertices[frame, both, :2] - vertices[frame - 1, both, :2]
            way[frame, :2] -= _slide(moved)
    drift = way[:, :2] - _smooth(way[:, :2], 0.03 * fps)
    way[:, :2] -= drift
    way[:, 2] = height
    return way


def _slide(moved: Array) -> Array:
    """How far the ground contact as a whole moved: the mean of the vertices that lie nearest to their median."""
    middle = np.median(moved, axis=0)
    apart = np.linalg.norm(moved - middle, axis=1)
    near: Array = moved[apart <= np.quantile(apart, 1 - SLOWEST)].mean(axis=0)
    return near


def _smooth(values: Array, sigma: float) -> Array:
    reach = max(1, int(np.ceil(3 * sigma)))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    padded = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
    return np.stack([np.convolve(column, kernel / kernel.sum(), mode="valid") for column in padded.T], axis=-1)
