"""Closed outlines to cut paper along: (N, 2) float64 points, x to the picture's right, z up, in the order against the
clock.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Outline = NDArray[np.float64]
Point = tuple[float, float]

ROUND = 40
"""Points on a full circle."""
PER_SPAN = 8
"""Points of a curve from one point it is laid through to the next."""


def ellipse(centre: Point, across: float, up: float, turned: float = 0.0) -> Outline:
    """An ellipse of the half axes `across` and `up`, turned against the clock by that many degrees."""
    angles = np.linspace(0, 2 * np.pi, ROUND, endpoint=False)
    points = np.stack((across * np.cos(angles), up * np.sin(angles)), axis=-1)
    return np.asarray(points @ _turn(turned).T + centre, dtype=np.float64)


def limb(start: Point, end: Point, start_radius: float, end_radius: float) -> Outline:
    """A tapered limb with round ends about `start` and `end`, so that two that share a joint and its radius bend
    without a gap.
    """
    along = np.subtract(end, start)
    length = float(np.hypot(*along))
    if length <= abs(start_radius - end_radius):
        raise ValueError(f"A limb from {start} to {end} lies wholly inside one of its round ends; make it longer.")
    direction = float(np.arctan2(along[1], along[0]))
    half = float(np.arccos((start_radius - end_radius) / length))
    around_end = direction + np.linspace(-half, half, ROUND // 2)
    around_start = direction + np.linspace(half, 2 * np.pi - half, ROUND // 2)
    return np.concatenate((_arc(end, end_radius, around_end), _arc(start, start_radius, around_start)))


def smooth(points: ArrayLike) -> Outline:
    """A closed curve through (K, 2) `points` (Catmull and Rom 1974)."""
    knots = np.asarray(points, dtype=np.float64)
    return against_the_clock(
        _curve(np.roll(knots, 1, axis=0), knots, np.roll(knots, -1, axis=0), np.roll(knots, -2, axis=0)).reshape(-1, 2)
    )


def symmetric(right_half: Sequence[Point]) -> Outline:
    """A closed curve through points from top to bottom on the picture's right, and their mirror images; the first and
    last may lie on x = 0.
    """
    half = np.array(right_half, dtype=np.float64)
    other = [point for point in half[::-1] if abs(point[0]) > 1e-9]
    return smooth(np.concatenate((half, np.array(other) * (-1, 1))))


def stroke(points: Sequence[Point], width: float, taper: float = 0.0) -> Outline:
    """A line of that width drawn along a curve through `points`, with round ends, thinner by the share `taper` at both."""
    knots = np.array(points, dtype=np.float64)
    padded = np.concatenate((2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]))
    line = np.concatenate((_curve(padded[:-3], padded[1:-2], padded[2:-1], padded[3:]).reshape(-1, 2), knots[-1:]))
    tangents = np.gradient(line, axis=0)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    normals = np.stack((-tangents[:, 1], tangents[:, 0]), axis=-1)
    radii = width / 2 * (1 - taper * np.abs(np.linspace(-1, 1, len(line))) ** 2)
    angles = [float(np.arctan2(normal[1], normal[0])) for normal in (-normals[-1], normals[0])]
    last, first = (
        _arc(end, radius, angle + np.linspace(0, np.pi, 8))
        for end, radius, angle in zip(line[[-1, 0]], radii[[-1, 0]], angles, strict=True)
    )
    sides = normals * radii[:, None]
    return np.concatenate(((line - sides)[:-1], last, (line + sides)[::-1][1:-1], first))


def band(outline: Outline, low: float, high: float) -> Outline:
    """What lies of an outline between two heights, which cut it in one piece (Sutherland and Hodgman 1974)."""
    return _above(_above(outline, low) * (1, -1), -high) * (1, -1)


def refined(outline: Outline, step: float) -> Outline:
    """The outline with further points along its edges, at most `step` apart, so that it bends smoothly."""
    parts = [
        start
        + np.linspace(0, 1, max(1, int(np.ceil(np.hypot(*(end - start)) / step))), endpoint=False)[:, None]
        * (end - start)
        for start, end in zip(outline, np.roll(outline, -1, axis=0), strict=True)
    ]
    return np.concatenate(parts)


def mirrored(outline: Outline) -> Outline:
    """The outline on the other side of x = 0."""
    return np.asarray(outline[::-1] * (-1, 1), dtype=np.float64)


def widened(outline: Outline, by: float) -> Outline:
    """The outline with each point moved outwards along its normal."""
    edges = np.roll(outline, -1, axis=0) - outline
    normals = np.stack((edges[:, 1], -edges[:, 0]), axis=-1)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    both = normals + np.roll(normals, 1, axis=0)
    return np.asarray(
        outline + by * both / np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-12), dtype=np.float64
    )


def against_the_clock(outline: Outline) -> Outline:
    """The outline in that order."""
    following = np.roll(outline, -1, axis=0)
    area = float((outline[:, 0] * following[:, 1] - outline[:, 1] * following[:, 0]).sum())
    return outline if area > 0 else outline[::-1]


def _above(outline: Outline, level: float) -> Outline:
    """What lies above a height."""
    kept: list[Outline] = []
    for here, there in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        if here[1] >= level:
            kept.append(here)
        if (here[1] >= level) != (there[1] >= level):
            kept.append(here + (there - here) * (level - here[1]) / (there[1] - here[1]))
    return np.array(kept)


def _curve(before: Outline, start: Outline, end: Outline, after: Outline) -> Outline:
    """(K, PER_SPAN, 2): each span from its start, without its end."""
    t = np.linspace(0, 1, PER_SPAN, endpoint=False)[None, :, None]
    before, start, end, after = (points[:, None] for points in (before, start, end, after))
    square, cube = 2 * before - 5 * start + 4 * end - after, 3 * start - before - 3 * end + after
    return np.asarray(start + (end - before) * t / 2 + square * t**2 / 2 + cube * t**3 / 2, dtype=np.float64)


def _arc(centre: ArrayLike, radius: float, angles: Outline) -> Outline:
    return np.asarray(
        np.asarray(centre) + radius * np.stack((np.cos(angles), np.sin(angles)), axis=-1), dtype=np.float64
    )


def _turn(degrees: float) -> Outline:
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cos, -sin], [sin, cos]])
