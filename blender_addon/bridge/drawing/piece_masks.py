"""The areas that pieces of a drawing cover, on one grid: where two overlap, and where one ends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .layer_pieces import LayerPiece

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

CELLS = 220
"""Cells along the longer side of the drawing."""
COMPACT = 1.25
"""An overlap that reaches no farther from its middle than so many half widths of the piece is a joint; a longer one is
a limb that lies over another.
"""
SLICES = 40
"""Parts that a piece's length is looked at in."""


MOST_POINTS = 300
"""Points of a stroke that are looked at."""
MOST_REMEMBERED = 200
"""Masks that are kept: 50 KB each."""

_remembered: dict[bytes, Mask] = {}


@dataclass(frozen=True, eq=False)
class Grid:
    """Square cells over the drawing's plane; `origin` (2,) is the middle of the first one, `cell` its side."""

    origin: Array
    cell: float
    shape: tuple[int, int]

    @classmethod
    def over(cls, outlines: Iterable[Array], reach: float) -> Grid:
        """A grid that covers all points (N, 2), and `reach` more."""
        points = np.concatenate(list(outlines))
        low, high = points.min(axis=0) - reach, points.max(axis=0) + reach
        cell = float((high - low).max()) / CELLS
        if not cell > 0:
            raise ValueError("The assigned layers all lie in one point; draw the character's parts first.")
        width, height = (int(count) for count in np.ceil((high - low) / cell) + 1)
        return cls(low, cell, (height, width))

    def points(self, mask: Mask) -> Array:
        """(N, 2) the middles of a mask's cells."""
        rows, columns = np.nonzero(mask)
        return np.asarray(self.origin + self.cell * np.stack((columns, rows), axis=-1), dtype=np.float64)

    def covered(self, piece: LayerPiece, axes: Array) -> Mask:
        """The cells that a piece's lines and areas cover, seen along `axes` (2, 3): right and up. Not to be written to:
        a preview measures the same drawing at every change.
        """
        key = self._key(piece, axes)
        if key not in _remembered:
            if len(_remembered) >= MOST_REMEMBERED:
                _remembered.clear()
            _remembered[key] = self._drawn(piece, axes)
            _remembered[key].flags.writeable = False
        return _remembered[key]

    def _key(self, piece: LayerPiece, axes: Array) -> bytes:
        """A fingerprint of all that a mask follows from."""
        found = hashlib.sha256(repr((self.cell, self.shape)).encode())
        for values in (self.origin, axes, *(part for each in piece.strokes for part in (each.points, each.radii))):
            found.update(repr(values.shape).encode() + values.astype(np.float64).tobytes())
        found.update(repr([(stroke.filled, stroke.closed) for stroke in piece.strokes]).encode())
        return found.digest()

    def _drawn(self, piece: LayerPiece, axes: Array) -> Mask:
        mask: Mask = np.zeros(self.shape, dtype=np.bool_)
        for stroke in piece.strokes:
            every = max(1, len(stroke.points) // MOST_POINTS)
            flat = (stroke.points[::every] @ axes.T - self.origin) / self.cell
            radii = np.maximum(stroke.radii[::every] / self.cell, 0.6)
            if stroke.filled and len(flat) > 2:
                self._fill(mask, flat)
            ends = np.concatenate((flat, flat[:1])) if stroke.closed or len(flat) == 1 else flat
            wide = np.concatenate((radii, radii[:1])) if stroke.closed or len(flat) == 1 else radii
            for start, end, first, last in zip(ends[:-1], ends[1:], wide[:-1], wide[1:], strict=True):
                self._thick_line(mask, start, end, first, last)
        return mask

    def _window(self, low: Array, high: Array) -> tuple[slice, slice]:
        first = np.maximum(np.floor(low), 0).astype(int)
        last = np.minimum(np.ceil(high) + 1, np.array(self.shape[::-1])).astype(int)
        return slice(first[1], max(first[1], last[1])), slice(first[0], max(first[0], last[0]))

    def _fill(self, mask: Mask, corners: Array) -> None:
        """Even-odd, as Blender fills one stroke."""
        rows, columns = self._window(corners.min(axis=0), corners.max(axis=0))
        x, y = np.arange(columns.start, columns.stop)[None, :], np.arange(rows.start, rows.stop)[:, None]
        inside = np.zeros((y.size, x.size), dtype=np.bool_)
        for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            if y0 != y1:
                inside ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
        mask[rows, columns] |= inside

    def _thick_line(self, mask: Mask, start: Array, end: Array, first: float, last: float) -> None:
        reach = max(first, last)
        rows, columns = self._window(np.minimum(start, end) - reach, np.maximum(start, end) + reach)
        offset = (
            np.stack(np.meshgrid(np.arange(columns.start, columns.stop), np.arange(rows.start, rows.stop)), axis=-1)
            - start
        )
        way = end - start
        along = np.clip(offset @ way / max(float(way @ way), 1e-12), 0, 1)
        mask[rows, columns] |= np.linalg.norm(offset - along[..., None] * way, axis=-1) <= first + along * (
            last - first
        )


@dataclass(frozen=True, eq=False)
class Area:
    """What pieces cover together: points (N, 2) of the cells, in the drawing's plane, and the mask."""

    grid: Grid
    mask: Mask
    points: Array

    @classmethod
    def of(cls, grid: Grid, masks: Sequence[Mask]) -> Area | None:
        """The union; None where nothing is covered."""
        mask = np.logical_or.reduce(masks) if masks else np.zeros(grid.shape, dtype=np.bool_)
        return cls(grid, mask, grid.points(mask)) if mask.any() else None

    @property
    def middle(self) -> Array:
        """(2,)."""
        return np.asarray(self.points.mean(axis=0))

    @property
    def along(self) -> Array:
        """(2,) the direction in which it is longest."""
        off = self.points - self.middle
        return np.asarray(np.linalg.eigh(off.T @ off)[1][:, -1], dtype=np.float64)

    def caps(self) -> tuple[Array, Array]:
        """(2,) each: the middles of its two round ends, which are a limb's joints where it is drawn with round ends."""
        along = self.along
        return self._cap(-along), self._cap(along)

    def cap_near(self, point: Array) -> Array:
        """(2,) the middle of the round end that is nearer to a point."""
        return min(self.caps(), key=lambda cap: float(np.linalg.norm(cap - point)))

    def cap_far(self, point: Array) -> Array:
        """(2,) the one that is farther from it."""
        return max(self.caps(), key=lambda cap: float(np.linalg.norm(cap - point)))

    def half_width(self, point: Array) -> float:
        """How far it reaches to either side of its length, at a point."""
        along = self.along
        beside = np.array((-along[1], along[0]))
        near = np.abs((self.points - point) @ along) <= self.grid.cell
        return float(np.ptp(self.points[near] @ beside)) / 2 if near.any() else self.grid.cell

    def middle_slice(self) -> Array:
        """(2,) its middle half-way along."""
        along = self.along
        at = self.points @ along
        half = (at.min() + at.max()) / 2
        return np.asarray(self.points[np.abs(at - half) <= np.ptp(at) / 10].mean(axis=0))

    def _cap(self, direction: Array) -> Array:
        """Where, coming from the end, it is half as wide as that place is far from the end."""
        far = self.points @ direction
        beside = self.points @ np.array((-direction[1], direction[0]))
        depth = far.max() - far
        step = max(float(np.ptp(far)) / SLICES, self.grid.cell)
        distance = 0.0
        for distance in np.arange(step, float(np.ptp(far)), step):
            near = np.abs(depth - distance) <= step
            if not near.any():
                continue
            if np.ptp(beside[near]) / 2 <= distance:
                break
        at = self.points[np.abs(depth - distance) <= step] if len(self.points) > 1 else self.points
        return np.asarray(at.mean(axis=0) if len(at) else self.middle)


def meeting_point(one: Area, other: Area) -> tuple[Array, float]:
    """(2,) the middle of what two areas share, or half-way across the gap between them; and how far what they share
    reaches from there.
    """
    shared = one.mask & other.mask
    if shared.any():
        points = one.grid.points(shared)
        middle = points.mean(axis=0)
        return middle, float(np.linalg.norm(points - middle, axis=-1).max())
    sampled = one.points[:: max(1, len(one.points) // MOST_POINTS)]
    gaps = np.array([np.linalg.norm(other.points - point, axis=-1).min() for point in sampled])
    nearest = sampled[gaps <= gaps.min() + one.grid.cell].mean(axis=0)
    across = other.points[np.linalg.norm(other.points - nearest, axis=-1).argmin()]
    return (nearest + across) / 2, 0.0


def joint_between(one: Area, other: Area) -> Array:
    """(2,) the joint of two neighbouring pieces: the middle of where they overlap, or of their ends where one lies over
    the other for long.
    """
    point, reach = meeting_point(one, other)
    if reach <= COMPACT * max(min(one.half_width(point), other.half_width(point)), one.grid.cell):
        return point
    return np.asarray((one.cap_near(point) + other.cap_near(one.cap_near(point))) / 2)


def joint_at_body(limb: Area, body: Area, far: Array) -> Array:
    """(2,) where a limb joins the body: the middle of its round end there, which is not the one by the joint `far`
    (2,) further out.
    """
    return (
        limb.cap_far(far)
        if np.linalg.norm(limb.cap_far(far) - far) > 2 * limb.grid.cell
        else meeting_point(limb, body)[0]
    )
