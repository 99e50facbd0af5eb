"""One person's 33 landmarks: BlazePose heavy (Google MediaPipe, Apache-2.0) in a square crop turned so that the body
stands upright.

The crop follows the body from frame to frame: the network also tells the middle of the hips and the circle around the
body, of which the next crop is made. Bazarevsky et al., "BlazePose: On-device Real-time Body Pose tracking", CVPR
Workshop 2020, arXiv 2006.10204.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import Array
from ..skeleton import HEAD_UP, HIPS_DOWN, LAYOUTS, SHOULDERS_ACROSS, JointLayout
from ..video import Image
from .people import LAYOUT as COCO
from .people import Find
from .providers import Network, Provider

WEIGHTS = "blazepose_heavy.onnx"
LAYOUT = LAYOUTS["mediapipe_33"]
CROP_SIDE = 256
HEATMAP_SIDE = 64

POINT_COUNT = 39
HIPS, CIRCLE = 33, 34
"""Of the 39 points, the middle of the hips and a point of the circle around the body, above the head."""

MARGIN = 1.1
"""The crop is so much wider than the circle around the body.

MediaPipe takes 1.25; closer, landmarks are nearer to the truth, and under 1.1 bodies get lost.
"""

SHARPEST = 2.0
"""Pixels of the picture a side that one pixel of the crop may stand for and be read at one place: bilinear reading
looks at two.
"""

PEAK_REACH = 3
"""Cells around a landmark in which its heatmap is asked for the exact place."""

LEAST_PEAK = 0.5
"""Heatmaps fainter than this do not refine."""

LEAST_SEEN = 0.2
"""Joints that were found with less than this do not place a crop."""

HEAD = ("nose", "eye", "ear")
AROUND = 0.55
"""How far a circle about the hips reaches that has all of the body in it, in parts of its height."""

NEAR, NEAR_SIDE, NEAR_ANGLE = 0.04, 0.06, 0.07
"""Crops show the same where they lie within this part of their side, are no more than this part larger or smaller, and
turned by no more radians.
"""


@dataclass(frozen=True)
class Crop:
    """A square of the picture: `centre` (x, y) and `side` in pixels, turned clockwise by `angle` in radians."""

    centre: tuple[float, float]
    side: float
    angle: float

    @classmethod
    def upright(cls, hips: Array, top: Array, radius: float) -> Crop:
        """About the hips (2,), the direction to `top` (2,) upwards, wide enough for a circle of that radius."""
        across, down = (top - hips).tolist()
        return cls((float(hips[0]), float(hips[1])), max(2 * MARGIN * radius, 8.0), float(np.arctan2(across, -down)))

    @property
    def turn(self) -> Array:
        """(2, 2): from directions in the crop to directions in the picture."""
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return np.array([[cos, -sin], [sin, cos]], np.float32)

    def to_picture(self, points: Array) -> Array:
        """(…, 2) crop pixels, 0 to CROP_SIDE, to pixels of the picture."""
        scaled = (points - CROP_SIDE / 2) * (self.side / CROP_SIDE)
        moved: Array = (scaled @ self.turn.T + np.array(self.centre, np.float32)).astype(np.float32)
        return moved

    def moved(self, by: Array) -> Crop:
        """The same crop elsewhere."""
        return Crop((self.centre[0] + float(by[0]), self.centre[1] + float(by[1])), self.side, self.angle)

    def turned(self, degrees: float) -> Crop:
        """The same crop, turned clockwise."""
        return Crop(self.centre, self.side, self.angle + float(np.radians(degrees)))

    def widened(self, side: float) -> Crop:
        """The same crop, no narrower than that."""
        return Crop(self.centre, max(self.side, side), self.angle)

    def is_near(self, other: Crop) -> bool:
        """Whether it shows the same as another, so that what was found in one need not be looked for in the other."""
        way = np.hypot(self.centre[0] - other.centre[0], self.centre[1] - other.centre[1])
        return bool(
            way <= NEAR * other.side
            and abs(self.side / other.side - 1) <= NEAR_SIDE
            and self.turn_from(other) <= NEAR_ANGLE
        )

    def turn_from(self, other: Crop) -> float:
        """The radians between the two, 0 to π."""
        return float(abs((self.angle - other.angle + np.pi) % (2 * np.pi) - np.pi))

    def cut(self, image: Image) -> Image:
        """(256, 256, 3): what it shows, black beyond the picture; each pixel the mean of four places where it stands
        for many of the picture's.
        """
        side = CROP_SIDE if self.side <= SHARPEST * CROP_SIDE else 2 * CROP_SIDE
        corners = np.array([[0, 0], [CROP_SIDE, 0], [0, CROP_SIDE]], np.float32)
        matrix = cv2.getAffineTransform(self.to_picture(corners) - 0.5, corners * np.float32(side / CROP_SIDE) - 0.5)
        cut: Image = cv2.warpAffine(image, matrix, (side, side), flags=cv2.INTER_LINEAR)  # type: ignore[assignment]
        if side > CROP_SIDE:
            cut = cv2.resize(cut, (CROP_SIDE, CROP_SIDE), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        return cut


@dataclass(frozen=True, eq=False)
class Body:
    """One person in one frame, as the network sees it.

    `points` (K, 2) float32 pixels in the order of `layout`; `visibility` and `peaks` (K,) in 0..1: how surely each is
    in sight, and how clear its heatmap is; `depth` (K,) pixels about the mid-hip, + away from the camera; `presence`
    in 0..1: whether there is a body in the crop at all; `crop` where it was looked for and `next_crop` where to look
    next.
    """

    layout: JointLayout

    points: Array
    visibility: Array
    peaks: Array
    depth: Array
    presence: float
    crop: Crop
    next_crop: Crop

    @property
    def size(self) -> float:
        """Pixels across the circle around the body."""
        return self.next_crop.side / MARGIN

    @property
    def quality(self) -> float:
        """0 to 1: how sure the network is of the whole. Presence alone says yes to a body that is seen upside down; its
        faint heatmaps do not.
        """
        return self.presence * float(self.peaks[limb_rows(self.layout)].mean())


@cache
def limb_rows(layout: JointLayout) -> list[int]:
    """The points of a layout that are joints of arms and legs."""
    limbs = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    return [row for row, name in enumerate(layout.points) if name.endswith(limbs)]


class LandmarkFinder:
    """BlazePose heavy."""

    def __init__(self, provider: Provider = Provider.CPU, threads: int = 0) -> None:
        self._network = Network(WEIGHTS, provider, threads)
        self.provider = self._network.provider

    def __call__(self, image: Image, crop: Crop) -> Body:
        """The person in that crop of a (H, W, 3) BGR picture."""
        shown = np.ascontiguousarray(
            crop.cut(image)[..., ::-1].transpose(2, 0, 1)[None], dtype=np.float32
        ) / np.float32(255)
        landmarks, presence, heatmaps, world = self._network.run(shown, "t696", "t701", "t641", "t698")
        points = landmarks.reshape(POINT_COUNT, 5)
        places, peaks = refined(points[:, :2], heatmaps[0])
        picture = crop.to_picture(places)
        hips, top = picture[HIPS], picture[CIRCLE]
        count = len(LAYOUT.points)
        visibility = sigmoid(points[:count, 3])
        depth = _depth(world.reshape(POINT_COUNT, 3)[:count], picture[:count], visibility, crop)
        following = Crop.upright(hips, top, float(np.linalg.norm(top - hips)))
        return Body(LAYOUT, picture[:count], visibility, peaks[:count], depth, float(presence[0, 0]), crop, following)


def crop_around(find: Find) -> Crop:
    """Where to look for the landmarks of a person that was found: hips in the middle, the spine upright, every joint
    within. Hips out of sight are where a body with that head and those shoulders has them.
    """
    seen = find.scores >= min(LEAST_SEEN, float(np.sort(find.scores)[-5]))
    hips, shoulders, head = (_middle(find, seen, parts) for parts in (("hip",), ("shoulder",), HEAD))
    if hips is None and shoulders is not None and head is not None:
        return _crop_below_face(find, seen, shoulders, head)
    if hips is None or shoulders is None:
        centre: Array = (find.box[:2] + find.box[2:]) / np.float32(2)
        return Crop.upright(
            centre, centre - np.array([0, 1], np.float32), float(np.linalg.norm(find.box[2:] - find.box[:2]) / 2)
        )
    # The head ends above the highest joint, and the feet below the ankles.
    reach = 1.15 * float(np.linalg.norm(find.points[seen] - hips, axis=1).max())
    return Crop.upright(hips, shoulders, max(reach, 2.0 * float(np.linalg.norm(shoulders - hips))))


def _crop_below_face(find: Find, seen: NDArray[np.bool_], shoulders: Array, head: Array) -> Crop:
    """Where to look for an upper body: as for a whole one whose hips and legs are beyond the picture or hidden."""
    way = head - shoulders
    # A face is before the spine as well as above it: somebody about upright is taken to be upright.
    up = np.array([0, -1], np.float32) if -way[1] > abs(way[0]) else way / max(float(np.linalg.norm(way)), 1e-6)
    both = [row for row in _rows("shoulder") if seen[row]]
    across = float(np.linalg.norm(find.points[both[0]] - find.points[both[-1]]))
    height = max(float(np.linalg.norm(way)) / HEAD_UP, across / SHOULDERS_ACROSS)
    hips = shoulders - up * np.float32(HIPS_DOWN * height)
    return Crop.upright(hips, shoulders, AROUND * height)


def _rows(*parts: str) -> list[int]:
    return [row for row, name in enumerate(COCO.points) if name.endswith(parts)]


def _middle(find: Find, seen: NDArray[np.bool_], parts: tuple[str, ...]) -> Array | None:
    rows = [row for row in _rows(*parts) if seen[row]]
    middle: Array | None = find.points[rows].mean(axis=0) if rows else None
    return middle


def refined(points: Array, heatmaps: Array) -> tuple[Array, Array]:
    """(K, 2) landmarks in crop pixels moved to the weighted middle of their (K, 64, 64) heatmaps (logits) nearby, and
    the (K,) height of each peak.

    As MediaPipe's RefineLandmarksFromHeatmapCalculator does.
    """
    cell = np.float32(CROP_SIDE / HEATMAP_SIDE)
    reach = np.arange(-PEAK_REACH, PEAK_REACH + 1)
    middles = np.floor(points / cell).astype(int)
    inside = ((middles >= 0) & (middles < HEATMAP_SIDE)).all(axis=1)
    x, y = middles[:, 0, None, None] + reach, middles[:, 1, None, None] + reach[:, None]
    there = (x >= 0) & (x < HEATMAP_SIDE) & (y >= 0) & (y < HEATMAP_SIDE) & inside[:, None, None]
    nearest_x, nearest_y = np.clip(x, 0, HEATMAP_SIDE - 1), np.clip(y, 0, HEATMAP_SIDE - 1)
    windows = np.where(
        there, sigmoid(heatmaps[np.arange(len(points))[:, None, None], nearest_y, nearest_x]), np.float32(0)
    )
    peaks: Array = windows.max(axis=(1, 2))
    total = np.maximum(windows.sum(axis=(1, 2)), np.float32(1e-6))
    found = np.stack([(x * windows).sum(axis=(1, 2)), (y * windows).sum(axis=(1, 2))], axis=1) / total[:, None] * cell
    places: Array = np.where((peaks >= LEAST_PEAK)[:, None], found, points).astype(np.float32)
    return places, peaks


def sigmoid(logits: Array) -> Array:
    """1 / (1 + exp(−x)), float32, without overflow."""
    result: Array = (0.5 * (1 + np.tanh(0.5 * logits))).astype(np.float32)
    return result


def _depth(world: Array, points: Array, visibility: Array, crop: Crop) -> Array:
    """(33,) pixels about the mid-hip from the (33, 3) metres of the network's world landmarks, turned into the picture
    and fitted to the points there.
    """
    hips = [LAYOUT.points.index(name) for name in ("left_hip", "right_hip")]
    flat, seen = world[:, :2] @ crop.turn.T, points - points[hips].mean(axis=0)
    flat = flat - flat[hips].mean(axis=0)
    weights = visibility[:, None]
    scale = float((weights * flat * seen).sum() / max(float((weights * flat * flat).sum()), 1e-6))
    depth: Array = (max(scale, 0.0) * (world[:, 2] - world[hips, 2].mean())).astype(np.float32)
    return depth
