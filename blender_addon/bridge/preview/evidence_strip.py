"""Draws the strip under the view: how sure every frame is, what is made up, and which way the performer faces."""

from __future__ import annotations

from dataclasses import dataclass

import gpu
import numpy as np
from gpu_extras.batch import batch_for_shader
from numpy.typing import NDArray

from .shown_evidence import ShownEvidence

HEIGHT, MARGIN, BOTTOM = 40.0, 60.0, 8.0
"""Pixels at a resolution scale of 1: the strip's height, how far it stays from the sides, and from the bottom."""
MARK = 0.15
"""Part of the height that the line of made-up stretches takes."""
BACK, GAP, MADE_UP = (0.05, 0.05, 0.05, 0.6), (0.5, 0.05, 0.05, 0.8), (0.85, 0.3, 0.9, 1.0)
FACING, HERE = (1.0, 1.0, 1.0, 0.7), (0.35, 0.6, 1.0, 1.0)
"""Colours."""
DOUBTFUL, SURE = (0.95, 0.25, 0.15, 0.85), (0.25, 0.7, 0.35, 0.65)
"""The colours of no confidence at all, and of all there is."""
FULL_TURN = 180.0
"""Degrees to each side that fit into the strip's height."""


@dataclass(frozen=True)
class Strip:
    """Where the strip lies in a region, in pixels."""

    left: float
    bottom: float
    width: float
    height: float

    @classmethod
    def of(cls, left: float, right: float, scale: float) -> Strip:
        """Between two sides of a region that are free, at that resolution scale."""
        margin = MARGIN * scale
        return cls(left + margin, BOTTOM * scale, max(right - left - 2 * margin, 1.0), HEIGHT * scale)

    def has(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.left <= x <= self.left + self.width and self.bottom <= y <= self.bottom + self.height

    def part_at(self, x: float) -> float:
        """How far along (0..1) a point lies."""
        return min(max((x - self.left) / self.width, 0.0), 1.0)


def draw_strip(strip: Strip, evidence: ShownEvidence, frame: int) -> None:
    """Draw it, with a line at the frame that is shown."""
    gpu.state.blend_set("ALPHA")
    corners, colours = _bars(strip, evidence)
    shader = gpu.shader.from_builtin("SMOOTH_COLOR")
    batch_for_shader(shader, "TRIS", {"pos": corners, "color": colours}).draw(shader)
    _lines(_facing(strip, evidence), FACING, 1.0)
    if (part := evidence.part_of(frame)) is not None:
        x = strip.left + part * strip.width
        _lines(np.array([(x, strip.bottom), (x, strip.bottom + strip.height)]), HERE, 2.0)
    gpu.state.blend_set("NONE")


def colours_of(confidence: NDArray[np.float64]) -> NDArray[np.float32]:
    """(…, 4) colours of confidences (…,) in 0..1."""
    return np.asarray(
        np.array(DOUBTFUL) + (np.array(SURE) - np.array(DOUBTFUL)) * confidence[..., None], dtype=np.float32
    )


def _bars(strip: Strip, evidence: ShownEvidence) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Corners (6 N, 2) and colours (6 N, 4) of the back, a bar a frame, and a line where limbs are made up."""
    count = len(evidence.frames)
    edges = strip.left + strip.width * np.arange(count + 1) / count
    heights = np.where(evidence.gaps, 1.0, evidence.confidence) * strip.height
    colours = colours_of(evidence.confidence)
    colours[evidence.gaps] = GAP
    made_up = np.flatnonzero(evidence.made_up)
    lefts = np.concatenate(([strip.left], edges[:-1], edges[made_up]))
    rights = np.concatenate(([strip.left + strip.width], edges[1:], edges[made_up + 1]))
    tops = strip.bottom + np.concatenate(([strip.height], heights, np.full(len(made_up), MARK * strip.height)))
    bottoms = np.full(len(lefts), strip.bottom)
    corners = np.stack(
        [
            np.stack(corner, axis=-1)
            for corner in (
                (lefts, bottoms),
                (rights, bottoms),
                (rights, tops),
                (lefts, bottoms),
                (rights, tops),
                (lefts, tops),
            )
        ],
        axis=1,
    )
    each = np.concatenate((np.array([BACK]), colours, np.tile(MADE_UP, (len(made_up), 1))))
    return corners.reshape(-1, 2).astype(np.float32), np.repeat(each, 6, axis=0).astype(np.float32)


def _facing(strip: Strip, evidence: ShownEvidence) -> NDArray[np.float64]:
    """(2 N, 2) ends of lines: the azimuth over time, without those across the whole strip where it passes ±180°."""
    count = len(evidence.frames)
    x = strip.left + strip.width * (np.arange(count) + 0.5) / count
    y = strip.bottom + strip.height * (0.5 + evidence.facing / (2 * FULL_TURN))
    points = np.stack((x, y), axis=-1)
    kept = np.abs(np.diff(evidence.facing)) < FULL_TURN
    return np.stack((points[:-1][kept], points[1:][kept]), axis=1).reshape(-1, 2)


def _lines(points: NDArray[np.float64], colour: tuple[float, ...], width: float) -> None:
    if not len(points):
        return
    shader = gpu.shader.from_builtin("POLYLINE_UNIFORM_COLOR")
    batch = batch_for_shader(shader, "LINES", {"pos": np.pad(points, ((0, 0), (0, 1))).astype(np.float32)})
    shader.uniform_float("viewportSize", gpu.state.viewport_get()[2:])
    shader.uniform_float("lineWidth", width)
    shader.uniform_float("color", colour)
    batch.draw(shader)
