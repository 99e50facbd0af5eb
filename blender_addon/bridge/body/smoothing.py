"""Smoothing over time with a Gaussian or a Hann window. NumPy only, whole clips at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def gaussian(values: Array, deviation: float, reach: int) -> Array:
    """Smooth each channel over time by a Gaussian. The first and last values are held beyond the ends.

    Args:
        values: (K, …), one row a frame.
        deviation: standard deviation, in frames; above 0.
        reach: frames on each side after which the window is cut off.

    Returns:
        (K, …), float64.
    """
    window = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    return _convolved(_held(values, reach), window)


def hann(values: Array, reach: int) -> Array:
    """Smooth each channel over time by a Hann window. The first and last values are held beyond the ends.

    Args:
        values: (K, …), one row a frame.
        reach: frames on each side that count; the window is 0 one frame beyond.

    Returns:
        (K, …), float64.
    """
    return _convolved(_held(values, reach), _hann_window(reach))


def hann_trend(values: Array, reach: int) -> Array:
    """Smooth as `hann` does, but continue the values beyond both ends by point reflection, so that a steady drift stays.

    Args:
        values: (K, …), one row a frame.
        reach: frames on each side that count; at most K − 1.

    Returns:
        (K, …), float64.
    """
    padding = ((reach, reach), *((0, 0),) * (values.ndim - 1))
    padded = np.pad(values, padding, mode="reflect", reflect_type="odd") if reach else values
    return _convolved(padded, _hann_window(reach))


def _hann_window(reach: int) -> Array:
    return np.hanning(2 * reach + 3)[1:-1]


def _held(values: Array, reach: int) -> Array:
    return np.pad(values, ((reach, reach), *((0, 0),) * (values.ndim - 1)), mode="edge")


def _convolved(padded: Array, window: Array) -> Array:
    weights = window / window.sum()
    if padded.ndim == 1:
        return np.convolve(padded, weights, mode="valid")
    columns = padded.reshape(len(padded), -1).T
    smooth = np.stack([np.convolve(column, weights, mode="valid") for column in columns], axis=-1)
    return smooth.reshape(len(smooth), *padded.shape[1:])
