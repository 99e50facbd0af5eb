"""Figures of tubes: near limbs over far ones, the right side in one colour and the left in another, a head that shows where it looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from blender_addon.core.skeleton import PARENTS, Joint

Array = NDArray[np.float32]
Image = NDArray[np.uint8]
"""(H, W, 3) uint8, blue green red: OpenCV's order."""
Colour = tuple[int, int, int]

PAPER: Colour = (240, 245, 247)
INK: Colour = (52, 44, 40)
FLOOR: Colour = (214, 221, 224)
RIGHT: Colour = (58, 110, 226)
LEFT: Colour = (178, 122, 44)
TRUNK: Colour = (104, 92, 84)
SKIN: Colour = (150, 182, 222)
TRUTH: Colour = (150, 156, 158)

EDGE = 0.2
"""Width of the line of paper around each tube, in thicknesses of an arm."""
HEAD_RADIUS = 0.62
"""In lengths of the head bone."""
FADED, FADED_AT = 0.35, 12.0
"""How much of the paper's colour a part takes on that lies so many thicknesses of an arm behind the mid-hip."""

FRACTION_BITS = 4
"""OpenCV takes coordinates as whole numbers of 1/16 of a pixel."""


@dataclass(frozen=True)
class Tube:
    """A rounded tube from one joint to the next, or around all of them where they are more than two; `thickness` in those of an arm."""

    joints: tuple[Joint, ...]
    thickness: float
    colour: Colour


TUBES: tuple[Tube, ...] = (
    Tube((Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW), 1, RIGHT),
    Tube((Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST), 1, RIGHT),
    Tube((Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW), 1, LEFT),
    Tube((Joint.LEFT_ELBOW, Joint.LEFT_WRIST), 1, LEFT),
    Tube((Joint.RIGHT_HIP, Joint.RIGHT_KNEE), 1.25, RIGHT),
    Tube((Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE), 1.25, RIGHT),
    Tube((Joint.LEFT_HIP, Joint.LEFT_KNEE), 1.25, LEFT),
    Tube((Joint.LEFT_KNEE, Joint.LEFT_ANKLE), 1.25, LEFT),
    Tube((Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER, Joint.LEFT_HIP, Joint.RIGHT_HIP), 2.2, TRUNK),
)
NECK = Tube((Joint.NECK, Joint.HEAD), 0.9, SKIN)


@dataclass(frozen=True, eq=False)
class Figure:
    """One pose to be drawn: `joints` (15, 3) in pixels of the image, x right, y down, z away from the camera, the length of the `head` bone and the
    `thickness` of an arm in such pixels."""

    joints: Array
    head: float
    thickness: float


def draw_figure(image: Image, figure: Figure) -> None:
    """Draw onto `image`, the farthest part first."""
    for _, draw in sorted(_parts(image, figure), key=lambda part: -part[0]):
        draw()


def draw_sticks(image: Image, joints: Array, thickness: float) -> None:
    """Thin lines between the joints (15, 2), in the colour of the truth, and a dot for the head."""
    for child, parent in PARENTS.items():
        _draw_line(image, joints[[parent, child]], thickness, TRUTH)
    _draw_disc(image, joints[Joint.HEAD], 2.5 * thickness, TRUTH)


def _parts(image: Image, figure: Figure) -> Iterator[tuple[float, Callable[[], None]]]:
    """Each part's mean depth and how to draw it."""
    for tube in TUBES:
        points = figure.joints[list(tube.joints)]
        yield float(points[:, 2].mean()), partial(_draw_tube, image, figure, tube, points)
    yield float(figure.joints[Joint.HEAD, 2]), partial(_draw_head, image, figure)


def _draw_tube(image: Image, figure: Figure, tube: Tube, points: Array) -> None:
    """First its edge of paper, then itself."""
    colour = _faded(tube.colour, float(points[:, 2].mean()) / figure.thickness)
    for thickness, paint in ((tube.thickness + 2 * EDGE, PAPER), (tube.thickness, colour)):
        _draw_line(image, points[:, :2], thickness * figure.thickness, paint)


def _draw_head(image: Image, figure: Figure) -> None:
    """A ball on its neck, with a nose, which is drawn first where it points away."""
    _draw_tube(image, figure, NECK, figure.joints[list(NECK.joints)])
    centre, radius = figure.joints[Joint.HEAD], HEAD_RADIUS * figure.head
    across = figure.joints[Joint.LEFT_SHOULDER] - figure.joints[Joint.RIGHT_SHOULDER]
    facing = np.cross(across, centre - figure.joints[Joint.NECK])
    facing /= max(float(np.linalg.norm(facing)), 1e-6)
    ball = ((centre, radius + EDGE * figure.thickness, PAPER), (centre, radius, SKIN))
    nose = ((centre + 0.95 * radius * facing, 0.24 * radius, INK),)
    for at, size, colour in (*nose, *ball) if facing[2] > 0 else (*ball, *nose):
        _draw_disc(image, at, size, colour)


def _faded(colour: Colour, depth: float) -> Colour:
    """The colour of a part so many thicknesses of an arm behind the mid-hip."""
    share = FADED * min(max(depth / FADED_AT, 0.0), 1.0)
    blue, green, red = (round(value * (1 - share) + paper * share) for value, paper in zip(colour, PAPER, strict=True))
    return blue, green, red


def _draw_line(image: Image, points: Array, thickness: float, colour: Colour) -> None:
    """Along two points, or filled and around more."""
    corners = _fixed(points)
    closed = len(points) > 2
    if closed:
        cv2.fillConvexPoly(image, cv2.convexHull(corners), colour, cv2.LINE_AA, FRACTION_BITS)
    cv2.polylines(image, [corners], closed, colour, max(1, round(thickness)), cv2.LINE_AA, FRACTION_BITS)


def _draw_disc(image: Image, centre: Array, radius: float, colour: Colour) -> None:
    x, y = _fixed(centre[:2])
    cv2.circle(image, (int(x), int(y)), round(radius * 2**FRACTION_BITS), colour, -1, cv2.LINE_AA, FRACTION_BITS)


def _fixed(points: Array) -> NDArray[np.int32]:
    return np.asarray(np.round(points * 2**FRACTION_BITS), dtype=np.int32)
