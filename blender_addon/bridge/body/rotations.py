"""Rotations of whole clips at once: unit quaternions (…, 4) as w, x, y, z, float64; a clip has (K, 4)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

TINY = 1e-12
"""A shorter vector has no direction."""

OPPOSITE = 1e-9
"""1 + cosine below which two directions are opposite, and the shortest arc between them is any half turn."""

EULER_ORDERS = ("XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX")
"""Blender's: the axis that is turned about first stands first."""

IDENTITY: Array = np.array((1.0, 0.0, 0.0, 0.0))
CONJUGATE: Array = np.array((1.0, -1.0, -1.0, -1.0))


def _table(size: int, rows: Sequence[Sequence[int]]) -> Array:
    """(size², size) what a product of two parts adds to each part of the result. `rows`: for each pair of parts, the
    number of the result's part, from 1, with the sign; 0 for none.
    """
    table = np.zeros((size * size, size))
    for pair, place in enumerate(place for row in rows for place in row):
        if place:
            table[pair, abs(place) - 1] = np.sign(place)
    return table


HAMILTON = _table(4, ((1, 2, 3, 4), (2, -1, 4, -3), (3, -4, -1, 2), (4, 3, -2, -1)))
"""Of quaternions (Hamilton's product)."""
CROSS = _table(3, ((0, 3, -2), (-3, 0, 1), (2, -1, 0)))
"""Of vectors (the cross product)."""


def product(first: Array, second: Array) -> Array:
    """Rotate by `second`, then by `first`."""
    return _bilinear(first, second, HAMILTON)


def inverse(rotation: Array) -> Array:
    """The inverse rotation."""
    return np.asarray(rotation * CONJUGATE)


def rotate(rotation: Array, vectors: Array) -> Array:
    """(…, 3) the rotated vectors."""
    w, axis = rotation[..., :1], rotation[..., 1:]
    twice = 2 * _cross(axis, vectors)
    return np.asarray(vectors + w * twice + _cross(axis, twice), dtype=np.float64)


def _cross(first: Array, second: Array) -> Array:
    """NumPy's `cross` of (…, 3), which takes several times as long for clips of usual length."""
    return _bilinear(first, second, CROSS)


def _bilinear(first: Array, second: Array, table: Array) -> Array:
    """All products of two parts, summed by a table: two calls of NumPy, where part by part would take dozens."""
    pairs = first[..., :, None] * second[..., None, :]
    return np.asarray(pairs.reshape(*pairs.shape[:-2], len(table)) @ table)


def rotation_about(axis: Array, angle: Array) -> Array:
    """Rotation about unit vectors (…, 3) by angles (…,) in radians."""
    half = np.asarray(angle)[..., None] / 2
    return np.concatenate((np.cos(half), np.sin(half) * axis), axis=-1)


def shortest_arc(start: Array, end: Array) -> Array:
    """The shortest rotation from directions (…, 3) to others. Between opposite ones it is a half turn about any axis
    across.
    """
    start, end = np.broadcast_arrays(start, end)
    cosine = (start * end).sum(axis=-1, keepdims=True)
    arc = np.concatenate((1 + cosine, _cross(start, end)), axis=-1)
    least = np.abs(start).argmin(axis=-1)
    across = _cross(start, np.eye(3)[least])
    half_turn = np.concatenate((np.zeros_like(cosine), across), axis=-1)
    return normalised(np.where(1 + cosine > OPPOSITE, arc, half_turn))


def from_matrices(matrices: Array) -> Array:
    """Of rotation matrices (…, 3, 3); the largest of the four parts is computed first, so that none is lost to rounding
    (Shepperd 1978).
    """
    m = np.moveaxis(matrices, (-2, -1), (0, 1))
    outer = np.array(
        [
            [1 + m[0, 0] + m[1, 1] + m[2, 2], m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1]],
            [m[2, 1] - m[1, 2], 1 + m[0, 0] - m[1, 1] - m[2, 2], m[0, 1] + m[1, 0], m[0, 2] + m[2, 0]],
            [m[0, 2] - m[2, 0], m[0, 1] + m[1, 0], 1 - m[0, 0] + m[1, 1] - m[2, 2], m[1, 2] + m[2, 1]],
            [m[1, 0] - m[0, 1], m[0, 2] + m[2, 0], m[1, 2] + m[2, 1], 1 - m[0, 0] - m[1, 1] + m[2, 2]],
        ]
    )
    rows = np.moveaxis(outer, (0, 1), (-2, -1))
    largest = np.diagonal(rows, axis1=-2, axis2=-1).argmax(axis=-1)
    return normalised(np.take_along_axis(rows, largest[..., None, None], axis=-2)[..., 0, :])


def to_matrices(rotation: Array) -> Array:
    """(…, 3, 3) rotation matrices."""
    columns = [rotate(rotation, np.broadcast_to(axis, (*rotation.shape[:-1], 3))) for axis in np.eye(3)]
    return np.stack(columns, axis=-1)


def to_vectors(rotation: Array) -> Array:
    """(…, 3) the axis of each turn, as long as its angle in radians, at most half a turn."""
    shorter = np.where(rotation[..., :1] < 0, -rotation, rotation)
    sine = np.linalg.norm(shorter[..., 1:], axis=-1, keepdims=True)
    angle = 2 * np.arctan2(sine, shorter[..., :1])
    return np.asarray(shorter[..., 1:] * np.where(sine > TINY, angle / np.maximum(sine, TINY), 2.0), dtype=np.float64)


def from_vectors(vectors: Array) -> Array:
    """The turns that `to_vectors` gives."""
    angle = np.linalg.norm(vectors, axis=-1)
    return rotation_about(vectors / np.maximum(angle, TINY)[..., None], angle)


def basis_matrices(primary: Array, secondary: Array) -> Array:
    """(…, 3, 3) rotation matrices whose x axis is `primary` and whose y axis is as near to `secondary` as it can be."""
    x = directions(primary)
    y = directions(secondary - (secondary * x).sum(axis=-1, keepdims=True) * x)
    return np.stack((x, y, np.cross(x, y)), axis=-1)


def with_continuous_signs(rotation: Array) -> Array:
    """(K, 4) the same turns with the signs that let each be nearest to the one before; the first has w >= 0."""
    same = (rotation[1:] * rotation[:-1]).sum(axis=-1) >= 0
    first = 1.0 if rotation[0, 0] >= 0 else -1.0
    signs = first * np.concatenate(([1.0], np.cumprod(np.where(same, 1.0, -1.0))))
    return np.asarray(rotation * signs[:, None], dtype=np.float64)


def with_signs_of(reference: Array, rotation: Array) -> Array:
    """The same turns, each with the sign that is nearer to the reference's."""
    return np.asarray(
        np.where((reference * rotation).sum(axis=-1, keepdims=True) < 0, -rotation, rotation), dtype=np.float64
    )


def to_euler(rotation: Array, order: str) -> Array:
    """(K, 3) angles about x, y and z in Blender's `order`, radians, without jumps: of the two triples that mean the
    same turn the nearer to the last one's.
    """
    i, j, k = ("XYZ".index(axis) for axis in order)
    sign = 1.0 if (j - i) % 3 == 1 else -1.0
    m = to_matrices(rotation)
    angles = np.empty((len(rotation), 3))
    flat = np.hypot(m[:, i, i], m[:, j, i])
    locked = flat < 1e-8
    angles[:, i] = np.where(locked, 0.0, np.arctan2(sign * m[:, k, j], m[:, k, k]))
    angles[:, j] = np.arctan2(-sign * m[:, k, i], flat)
    angles[:, k] = np.where(
        locked, np.arctan2(-sign * m[:, i, j], m[:, j, j]), np.arctan2(sign * m[:, j, i], m[:, i, i])
    )
    other = angles + np.pi
    other[:, j] = np.pi - angles[:, j]
    here, there = (_distance(candidate[1:], angles[:-1]) for candidate in (angles, other))
    # The two triples mirror each other, so which one a frame takes depends only on how often they changed places so
    # far.
    swapped = np.concatenate(([False], np.logical_xor.accumulate(there < here)))
    return np.asarray(unwrap(np.where(swapped[:, None], other, angles)), dtype=np.float64)


def from_euler(angles: Array, order: str) -> Array:
    """Of angles (…, 3) about x, y and z in Blender's `order`, radians."""
    first, second, third = (
        rotation_about(np.eye(3)["XYZ".index(axis)], angles[..., "XYZ".index(axis)]) for axis in order
    )
    return product(third, product(second, first))


def unwrap(angles: Array) -> Array:
    """Angles (K, …) without jumps. The first is within half a turn of 0."""
    smooth = np.unwrap(angles, axis=0)
    return np.asarray(smooth - 2 * np.pi * np.round(smooth[:1] / (2 * np.pi)), dtype=np.float64)


def normalised(rotation: Array) -> Array:
    """Quaternions of length 1."""
    return np.asarray(rotation / np.linalg.norm(rotation, axis=-1, keepdims=True), dtype=np.float64)


def directions(vectors: ArrayLike) -> Array:
    """Vectors at length 1. A zero vector stays 0."""
    values = np.asarray(vectors, dtype=np.float64)
    return np.asarray(values / np.maximum(np.linalg.norm(values, axis=-1, keepdims=True), TINY), dtype=np.float64)


def _distance(one: Array, other: Array) -> Array:
    return np.asarray(np.abs((one - other + np.pi) % (2 * np.pi) - np.pi).sum(axis=-1))
