"""Find everybody in a frame: MoveNet MultiPose (Google, Apache-2.0), up to six people with 17 joints and a box each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from ..pose_sequence import Array
from ..skeleton import LAYOUTS
from ..video import Image
from .providers import Network, Provider

WEIGHTS = "movenet_multipose.onnx"
LONGEST_SIDE = 512
"""Pixels of the picture shown to the network; 256 is faster and worse."""

STRIDE = 32
"""Both sides must be a multiple of it."""

LEAST_SCORE = 0.15
"""Of a person; backlit and half-hidden people score little."""

FAINTEST = 0.05
"""Of a faint find: somebody who lies or does push-ups, or nobody."""

SAME_PERSON = 0.5
"""Two finds whose boxes overlap more (intersection over union) are one person."""

ZOOM = 2
ZOOM_OVERLAP = 0.2
"""Small people are looked for in ZOOM × ZOOM parts of the picture, each so much larger than its share."""

LAYOUT = LAYOUTS["coco_17"]


@dataclass(frozen=True, eq=False)
class Find:
    """A person that was found: `points` (17, 2) pixels and `scores` (17,) in 0..1 in the order of COCO, `box` (4,)
    left, top, right, bottom, `score`.
    """

    points: Array
    scores: Array
    box: Array
    score: float


class PeopleFinder:
    """MoveNet MultiPose."""

    def __init__(self, provider: Provider = Provider.CPU, threads: int = 0) -> None:
        self._network = Network(WEIGHTS, provider, threads)
        self.provider = self._network.provider

    def __call__(self, image: Image) -> list[Find]:
        """Everybody in a (H, W, 3) BGR picture, the surest first, each once."""
        return _each_once(self._finds(image, np.zeros(2, np.float32)))

    def zoomed(self, image: Image) -> list[Find]:
        """The same, looking closer: the whole and its parts. For small people; it takes as long as 1 + ZOOM² looks."""
        finds = self._finds(image, np.zeros(2, np.float32))
        for corner, part in _parts(image):
            finds += self._finds(part, corner)
        return _each_once(finds)

    def faint(self, image: Image) -> list[Find]:
        """Who may be there as well, the surest first: only the landmarks tell whether it is somebody."""
        finds = self._finds(image, np.zeros(2, np.float32), FAINTEST)
        return [find for find in _each_once(finds) if find.score < LEAST_SCORE]

    def _finds(self, image: Image, corner: Array, least: float = LEAST_SCORE) -> list[Find]:
        height, width = image.shape[:2]
        scale = LONGEST_SIDE / max(height, width)
        shown = cv2.resize(
            image,
            (max(1, round(width * scale)), max(1, round(height * scale))),
            interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR,
        )
        padded = np.zeros((-(-shown.shape[0] // STRIDE) * STRIDE, -(-shown.shape[1] // STRIDE) * STRIDE, 3), np.int32)
        padded[: shown.shape[0], : shown.shape[1]] = shown[..., ::-1]
        people = self._network.run(padded[None], "Identity:0")[0][0]
        sides = np.array([padded.shape[1], padded.shape[0]], np.float32) / scale
        finds = []
        for person in people[people[:, 55] >= least]:
            joints = person[:51].reshape(17, 3)
            box = person[[52, 51, 54, 53]].reshape(2, 2) * sides + corner
            finds.append(Find(joints[:, 1::-1] * sides + corner, joints[:, 2], box.reshape(4), float(person[55])))
        return finds


def overlap(one: Array, other: Array) -> float:
    """Intersection over union of two boxes (4,)."""
    sides = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    common = float(np.maximum(sides, 0).prod())
    whole = float((one[2:] - one[:2]).prod() + (other[2:] - other[:2]).prod()) - common
    return common / whole if whole > 0 else 0.0


def _each_once(finds: list[Find]) -> list[Find]:
    """Without those that are a surer find again: the boxes overlap, or the joints lie on each other where boxes differ
    for being cut off.
    """
    kept: list[Find] = []
    for find in sorted(finds, key=lambda find: -find.score):
        if all(overlap(find.box, other.box) < SAME_PERSON for other in kept):
            kept.append(find)
    return kept


def _parts(image: Image) -> Iterator[tuple[Array, Image]]:
    """ZOOM × ZOOM overlapping parts with their upper left corners."""
    sides = np.array(image.shape[1::-1])
    part = np.ceil(sides * (1 + ZOOM_OVERLAP) / ZOOM).astype(int)
    for row in range(ZOOM):
        for column in range(ZOOM):
            left, top = (sides - part) * [column, row] // (ZOOM - 1)
            yield np.array([left, top], np.float32), image[top : top + part[1], left : left + part[0]]
