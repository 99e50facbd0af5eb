"""Gaps bridged by curves in time, and joints that follow from two others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..skeleton import BONE_CHILDREN, BONE_PARENTS, Joint
from .neighbouring_observations import Frames, NeighbouringObservations, values_at

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

MIDPOINTS: tuple[tuple[Joint, Joint, Joint], ...] = (
    (Joint.NECK, Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER),
    (Joint.MID_HIP, Joint.RIGHT_HIP, Joint.LEFT_HIP),
)
"""Joints that are defined as the middle of two others: any two of the three give the third."""

SLOPE_WEIGHT = 0.6
"""Share of a curve's slope at the edge of a gap that comes from the motion there; the rest is the straight line's.
Measured on gaps of 16 frames.
"""
FULL_SLOPE_SECONDS = 0.53
"""In a longer gap the slope counts for less, so that no curve overshoots."""
SLOPE_SECONDS = 1 / 15
"""Time over which the motion at the edge of a gap is measured."""
INTERPOLATION_SECONDS = 0.27
"""An interpolated value counts for less and less with its distance from an observation, and from here on for nothing.
"""

_CHILDREN_FROM_ROOT = (
    Joint.NECK,
    Joint.HEAD,
    *(Joint(child) for child in BONE_CHILDREN if child not in (Joint.NECK, Joint.HEAD)),
)
BONES_FROM_ROOT: tuple[tuple[int, int], ...] = tuple(
    (int(child), BONE_PARENTS[BONE_CHILDREN.index(child)]) for child in _CHILDREN_FROM_ROOT
)
"""(child, parent) of every bone, parents before their children."""


def complete_midpoints(positions: Array, confidence: Array) -> tuple[Array, Array]:
    """Derive the third joint of each of MIDPOINTS where the other two were seen.

    Args:
        positions: (…, 15, 2) in any unit.
        confidence: (…, 15), 0 = unseen.

    Returns:
        Positions and confidence with the derived joints; each has the lower confidence of the two it comes from.
    """
    if bool((confidence > 0).all()):
        return positions, confidence
    positions, confidence = positions.copy(), confidence.copy()
    for middle, right, left in MIDPOINTS:
        sums = {middle: (0.5, right, 0.5, left), right: (2.0, middle, -1.0, left), left: (2.0, middle, -1.0, right)}
        seen = {joint: confidence[..., joint] > 0 for joint in sums}
        for joint, (first_weight, first, second_weight, second) in sums.items():
            derived = ~seen[joint] & seen[first] & seen[second]
            places = (
                np.float32(first_weight) * positions[..., first, :]
                + np.float32(second_weight) * positions[..., second, :]
            )
            positions[..., joint, :][derived] = places[derived]
            confidence[..., joint][derived] = np.minimum(confidence[..., first], confidence[..., second])[derived]
    return positions, confidence


def interpolate_gaps(positions: Array, seen: Mask, fps: float = 30.0) -> Array:
    """Put every unseen joint on a cubic curve between the frames that saw it.

    The curve is the mean of one in the picture and one relative to the mid-hip. Before the first and after the last
    observation a joint stays where it was seen. A joint that was never seen is put on its parent, a mid-hip that was
    never seen in the middle of the others.

    Args:
        positions: (…, T, 15, 2); unseen ones may hold any finite number.
        seen: (…, T, 15) bool, or a shape that broadcasts to it.
        fps: frames per second.

    Returns:
        (…, T, 15, 2); what was seen is unchanged.
    """
    if bool(seen.all()):
        return positions
    in_picture = _curves(positions, seen, fps)
    root = in_picture[..., Joint.MID_HIP, None, :]
    relative_to_root = _curves(positions - root, seen, fps) + root
    filled: Array = np.where(seen[..., None], positions, (in_picture + relative_to_root) / 2)
    ever: Mask = np.asarray(seen.any(axis=-2))
    if bool(ever.all()):
        return filled
    weight = ever[..., None, :, None].astype(filled.dtype)
    centre = (filled * weight).sum(axis=-2) / np.maximum(weight.sum(axis=-2), 1)
    filled[..., Joint.MID_HIP, :] = np.where(
        ever[..., None, Joint.MID_HIP, None], filled[..., Joint.MID_HIP, :], centre
    )
    for child, parent in BONES_FROM_ROOT:
        filled[..., child, :] = np.where(ever[..., None, child, None], filled[..., child, :], filled[..., parent, :])
    return filled


def _curves(positions: Array, seen: Mask, fps: float) -> Array:
    """Bridge the gaps of each point of (…, T, K, 2) by a cubic between the observations before and after, starting and
    ending along its motion there.
    """
    gappy = ~seen.all(axis=tuple(range(seen.ndim - 1)))
    curves = positions.copy()
    curves[..., gappy, :] = _cubics(positions[..., gappy, :], seen[..., gappy], fps)
    return curves


def _cubics(positions: Array, seen: Mask, fps: float) -> Array:
    neighbours = NeighbouringObservations.of(seen)
    earlier, later = neighbours.bracket()
    frames = np.arange(positions.shape[-3])[:, None]
    length = np.maximum(later - earlier, 1).astype(positions.dtype)
    share = ((frames - earlier) / length).clip(0, 1).astype(positions.dtype)[..., None]
    start, end = values_at(positions, earlier), values_at(positions, later)
    line = end - start
    weight = SLOPE_WEIGHT * np.minimum(FULL_SLOPE_SECONDS * fps / length, 1) * neighbours.on_both_sides
    weight = weight.astype(positions.dtype)[..., None]
    straight = line / length[..., None]
    step = max(1, round(SLOPE_SECONDS * fps))
    leaving = line + weight * (_slope(positions, seen, earlier, -step, straight) - straight) * length[..., None]
    arriving = line + weight * (_slope(positions, seen, later, step, straight) - straight) * length[..., None]
    rest = 1 - share
    curve = (
        start + line * share * share * (3 - 2 * share) + leaving * share * rest * rest - arriving * share * share * rest
    )
    return np.where(seen[..., None], positions, curve)


def _slope(positions: Array, seen: Mask, edge: Frames, step: int, unknown: Array) -> Array:
    """Return how far points move per frame (…, T, K, 2) between the frame `edge` and `step` frames from it; `unknown`
    where that one was not seen.
    """
    other = edge + step
    inside = (other >= 0) & (other < positions.shape[-3])
    other = other.clip(0, positions.shape[-3] - 1)
    known = inside & np.take_along_axis(seen, other, axis=-2)
    return np.where(
        known[..., None], (values_at(positions, other) - values_at(positions, edge)) / np.float32(step), unknown
    )
