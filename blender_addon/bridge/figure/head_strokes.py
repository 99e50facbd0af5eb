"""The figure's head: a ball with a face, ears and hair that turn with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import Joint
from .figure_pose import FigurePose
from .figure_strokes import FigureStroke, area, disc, line
from .figure_style import FacePart, FigureStyle, HeadStyle, Paint

Array = NDArray[np.float64]

HAIR_POINTS = 14
"""Points along the hair line, and as many along the edge of the head."""

FACE_SEEN, NOSE_SEEN = -0.12, 0.3
"""Depth of a direction from the head's middle (−1 towards the viewer) below which what lies there is seen; the nose
stands out beyond the edge.
"""

FACE_WITHIN = 0.99
"""Part of the head's radius that the face stays within."""

NECK_FROM = 0.1
"""Where the neck begins on the way from its joint to the head."""


def head_strokes(pose: FigurePose, style: FigureStyle) -> list[FigureStroke]:
    """From the back to the front."""
    head, height = style.head, pose.height
    ink, radius = style.outline * height, style.head.radius * height
    neck, ears = pose.joint(Joint.NECK), pose.joint(Joint.HEAD)
    centre = ears + head.raised * height * pose.face_up[:, :2]
    base = neck + NECK_FROM * (ears - neck)
    strokes = line(Paint.SKIN, np.stack((base, centre), axis=1), np.full(2, head.neck * height), ink=ink)
    for side in (-1, 1):
        strokes += disc(Paint.SKIN, centre + side * radius * pose.face_left[:, :2], head.ear * height, ink=ink)
    strokes += disc(Paint.SKIN, centre, radius, ink=ink)
    for part in head.face:
        strokes += [_on_face(pose, part, centre, radius, side) for side in ((-1, 1) if part.mirrored else (1,))]
    if head.hair_angle > 0:
        strokes += _hair(pose, head, centre, ink)
    nose = centre + radius * 1.02 * pose.face_forward[:, :2] - 0.2 * radius * pose.face_up[:, :2]
    return strokes + disc(
        Paint.SKIN, nose, head.nose * height, ink=0.7 * ink, shown=pose.face_forward[:, 2] < NOSE_SEEN
    )


def _on_face(pose: FigurePose, part: FacePart, centre: Array, radius: float, side: int) -> FigureStroke:
    """A flat shape that touches the ball where it lies."""
    across, up = part.at[0] * side, part.at[1]
    ahead = np.sqrt(1 - across**2 - up**2)
    normal = across * pose.face_left + up * pose.face_up + ahead * pose.face_forward
    shape = np.array(part.shape) * (side, 1)
    # The tangents are those of the ball there, so that an eye at the edge narrows.
    right = pose.face_left * ahead - across * pose.face_forward
    right /= np.hypot(ahead, across)
    rising = np.cross(normal, right)
    points = normal[:, None] + shape[None, :, :1] * right[:, None] + shape[None, :, 1:] * rising[:, None]
    flat = (
        points[..., :2] * (FACE_WITHIN / np.maximum(np.linalg.norm(points[..., :2], axis=-1), FACE_WITHIN))[..., None]
    )
    return area(part.paint, centre[:, None] + radius * flat, shown=normal[:, 2] < FACE_SEEN)


def _hair(pose: FigurePose, head: HeadStyle, centre: Array, ink: float) -> list[FigureStroke]:
    tilt, angle = np.radians(head.hair_tilt), np.radians(head.hair_angle)
    middle = np.cos(tilt) * pose.face_up - np.sin(tilt) * pose.face_forward
    radius = head.radius * pose.height
    # Along the edge of the head the hair is thickest in the middle, and ends flush with the skin.
    thickness = np.concatenate(
        (np.zeros(HAIR_POINTS), head.hair * pose.height * np.sqrt(1 - np.linspace(-1, 1, HAIR_POINTS) ** 2))
    )
    edge = np.repeat((0.0, 1.0), HAIR_POINTS)
    strokes = []
    for paint, wider in ((Paint.INK, ink), (Paint.HAIR, 0.0)):
        outline, shown = _cap(middle, angle + wider / radius)
        strokes.append(
            area(paint, centre[:, None] + (radius + thickness + wider * edge)[:, None] * outline, shown=shown)
        )
    return strokes


def _cap(middle: Array, angle: float) -> tuple[Array, NDArray[np.bool_]]:
    """What is seen of a cap on the unit ball: its outline (K, 2 · HAIR_POINTS, 2), and in which frames (K,) any of it
    shows.

    `middle` (K, 3) unit, `angle` below 90°. The outline is the cap's rim where that faces the viewer, and the ball's
    edge within the cap.
    """
    flat = np.maximum(np.linalg.norm(middle[:, :2], axis=-1), 1e-6)
    # `nearest` is the direction across the middle in which the rim is nearest to the viewer, `beside` the one at right
    # angles to both.
    nearest = np.stack((middle[:, 2] * middle[:, 0] / flat, middle[:, 2] * middle[:, 1] / flat, -flat), axis=-1)
    beside = np.cross(middle, nearest)
    turns = np.arccos(np.clip(np.cos(angle) * middle[:, 2] / (np.sin(angle) * flat), -1, 1))
    around = np.linspace(-1, 1, HAIR_POINTS) * turns[:, None]
    rim = np.cos(angle) * middle[:, None] + np.sin(angle) * (
        np.cos(around)[..., None] * nearest[:, None] + np.sin(around)[..., None] * beside[:, None]
    )
    half = np.arccos(np.clip(np.cos(angle) / flat, -1, 1))
    towards = np.arctan2(middle[:, 1], middle[:, 0])
    first = np.arctan2(rim[:, -1, 1], rim[:, -1, 0])
    # The edge runs from the rim's last point through the middle's direction to its first.
    way = np.sign(np.sin(towards - first))
    edge_angle = towards[:, None] - way[:, None] * half[:, None] * np.linspace(1, -1, HAIR_POINTS)
    edge = np.stack((np.cos(edge_angle), np.sin(edge_angle)), axis=-1)
    whole = turns >= np.pi
    edge[whole] = rim[whole, -1:, :2]
    return np.concatenate((rim[..., :2], edge), axis=1), turns > 0
