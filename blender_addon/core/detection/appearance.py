"""What people look like: the colours of head, trunk and limbs in many moments, and how much two people differ by them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import Array
from ..skeleton import JointLayout
from ..video import Image

Doubles = NDArray[np.float64]

SIDES = ("left", "right")
LIMBS: dict[str, tuple[str, str, float, float]] = {
    "upper_arm": ("shoulder", "elbow", 0.06, 0.7),
    "forearm": ("elbow", "wrist", 0.045, 0.4),
    "thigh": ("hip", "knee", 0.09, 1.2),
    "shin": ("knee", "ankle", 0.06, 0.8),
}
"""From where to where each reaches, half its width in lengths of the trunk, and what its colour counts: as much as there
is of it to be seen.
"""
LIMB_ENDS = (0.15, 0.85)
"""Between these parts of its length a limb is looked at: joints are the least surely its own."""

TRUNK: dict[str, tuple[float, float, float]] = {"chest": (0.08, 0.42, 1.5), "belly": (0.42, 0.76, 1.5)}
"""Parts of the way from the shoulders down to the hips, and what their colours count. Further down is where shirts end."""
TRUNK_WIDTH, NARROWEST_TRUNK = 0.35, 0.12
"""Half the width that is looked at, in shoulder widths, and in lengths of the trunk where it is seen from the side."""

HEAD: dict[str, tuple[float, float, float]] = {"face": (0.0, 0.18, 0.5), "hair": (0.25, 0.1, 0.5)}
"""How far above the middle of nose and ears, and with what radius, in lengths of the trunk; and what they count."""
CIRCLE = np.stack([np.cos(np.arange(8) * np.pi / 4), np.sin(np.arange(8) * np.pi / 4)], axis=1)

PARTS = (*HEAD, *TRUNK, *LIMBS)
WEIGHTS = np.array([row[-1] for row in (*HEAD.values(), *TRUNK.values(), *LIMBS.values())])
CLOTHES, CLOTHES_COUNT = [PARTS.index(part) for part in ("chest", "belly", "thigh", "shin")], 0.6
"""Parts that look the same from all sides, mostly, and how much of what any one of them differs by people do: other
trousers are another person, whatever else is alike.
"""
ENOUGH = 0.5
"""Part of the whole weight that two samples must have in common to be compared."""
ARM_WIDTH, HAND = 0.09, 1.4
"""Half the width of an arm before the trunk, in lengths of that, and how far it reaches, in lengths of the forearm."""
FEWEST_PIXELS = 12
TINY = 1e-9
CHROMA = 2.0
"""How many times as much hue and saturation count as lightness, which shade and sun change."""
NEEDED = ("nose", *(f"{side}_{joint}" for side in SIDES for joint in ("ear", "shoulder", "hip")))
NEEDED += tuple(f"{side}_{joint}" for side in SIDES for joint in ("elbow", "wrist", "knee", "ankle"))


@dataclass(frozen=True)
class Body2D:
    """The points (K, 2) of a body in a picture, pixels, with their confidence (K,), by their names."""

    layout: JointLayout
    points: Array
    confidence: Array

    def point(self, name: str) -> Doubles:
        """(2,) pixels."""
        return np.asarray(self.points[self.layout.points.index(name)], np.float64)

    def is_seen(self, *names: str) -> bool:
        """Whether all of them are."""
        return all(self.confidence[self.layout.points.index(name)] > 0 for name in names)


def can_be_told(layout: JointLayout) -> bool:
    """Whether a layout has the points that appearance is read by."""
    return set(NEEDED) <= set(layout.points)


def part_colours(image: Image, body: Body2D) -> Array:
    """(len(PARTS), 3) float32 median colours of the parts of a body in a (H, W, 3) BGR picture, as they are compared:
    lightness, and CHROMA times green to red and blue to yellow; nan for what is not seen.
    """
    colours = np.full((len(PARTS), 3), np.nan, np.float32)
    arms = _arms(body)
    for row, (part, outlines) in enumerate(zip(PARTS, _outlines(body), strict=True)):
        pixels = _pixels(image, outlines, arms if part in TRUNK else [])
        if len(pixels) >= FEWEST_PIXELS:
            lab = cv2.cvtColor(pixels[None], cv2.COLOR_BGR2LAB)[0].astype(np.float32)
            colours[row] = np.median(lab, axis=0) * (1, CHROMA, CHROMA)
    return colours


def appearance_difference(one: Array, other: Array) -> tuple[float, float]:
    """How much two galleries (N, parts, 3) and (M, parts, 3) of `part_colours` differ at least and at most.

    Each moment of one is put beside the likest of the other, and half of the moments differ by no more. At most that is
    so from whichever side they differ more, and each part of the clothes counts by itself; nan, both, where they cannot
    be compared.
    """
    apart = np.linalg.norm(one[:, None] - other[None], axis=-1).astype(np.float64)
    (there, clothes), (back, clothes_back) = _to_likest(apart), _to_likest(apart.swapaxes(0, 1))
    if np.isnan(there + back):
        return float("nan"), float("nan")
    return min(there, back), max(there, back, CLOTHES_COUNT * clothes, CLOTHES_COUNT * clothes_back)


def _to_likest(apart: Doubles) -> tuple[float, float]:
    """How much half of the moments (N, M, parts) differ from the likest one of the M by at most, and how much that part
    of the clothes does which differs most; nan where fewer than half can be compared.
    """
    seen = np.isfinite(apart)
    weights = (WEIGHTS * seen).sum(axis=-1)
    mean = (WEIGHTS * np.where(seen, apart, 0)).sum(axis=-1) / np.maximum(weights, TINY)
    mean = np.where(weights >= ENOUGH * WEIGHTS.sum(), mean, np.inf)
    likest = mean.argmin(axis=1)
    rows = np.flatnonzero(np.isfinite(mean.min(axis=1)))
    if 2 * len(rows) < len(mean) or not len(rows):
        return float("nan"), float("nan")
    parts = apart[rows, likest[rows]][:, CLOTHES]
    worst = max((float(np.median(part[np.isfinite(part)])) for part in parts.T if np.isfinite(part).any()), default=0.0)
    return float(np.median(mean.min(axis=1)[rows])), worst


def _outlines(body: Body2D) -> Iterator[list[Doubles]]:
    """The polygons of each of PARTS; none where it is not seen."""
    shoulders, hips = ([body.point(f"{side}_{joint}") for side in SIDES] for joint in ("shoulder", "hip"))
    top, bottom = np.mean(shoulders, axis=0), np.mean(hips, axis=0)
    trunk = _trunk_length(body)
    face = np.mean([body.point(name) for name in ("nose", "left_ear", "right_ear")], axis=0)
    up = (face - top) / max(float(np.linalg.norm(face - top)), 1e-6)
    sees_head = body.is_seen("nose") or body.is_seen("left_ear") or body.is_seen("right_ear")
    for above, radius, _ in HEAD.values():
        yield [face + trunk * (above * up + radius * CIRCLE)] if sees_head else []
    across = max(TRUNK_WIDTH * float(np.linalg.norm(shoulders[0] - shoulders[1])), NARROWEST_TRUNK * trunk)
    sees_trunk = body.is_seen(*(f"{side}_{joint}" for side in SIDES for joint in ("shoulder", "hip")))
    for first, last, _ in TRUNK.values():
        yield [_strip(top, bottom, across, first, last)] if sees_trunk else []
    for start, end, width, _ in LIMBS.values():
        yield [
            _strip(body.point(f"{side}_{start}"), body.point(f"{side}_{end}"), width * trunk, *LIMB_ENDS)
            for side in SIDES
            if body.is_seen(f"{side}_{start}", f"{side}_{end}")
        ]


def _arms(body: Body2D) -> list[Doubles]:
    """The polygons of what arms and hands may hide of the trunk."""
    half = ARM_WIDTH * _trunk_length(body)
    joints = [[body.point(f"{side}_{joint}") for joint in ("shoulder", "elbow", "wrist")] for side in SIDES]
    upper = [_strip(shoulder, elbow, half, *LIMB_ENDS) for shoulder, elbow, _ in joints]
    return upper + [_strip(elbow, wrist, half, 0, HAND) for _, elbow, wrist in joints]


def _trunk_length(body: Body2D) -> float:
    """Pixels from the middle of the shoulders to that of the hips."""
    ends = [np.mean([body.point(f"{side}_{joint}") for side in SIDES], axis=0) for joint in ("shoulder", "hip")]
    return max(float(np.linalg.norm(ends[1] - ends[0])), 1e-6)


def _strip(start: Doubles, end: Doubles, half: float, first: float, last: float) -> Doubles:
    """(4, 2) along the way from start to end, so wide to either side."""
    way = end - start
    aside = half * np.array((-way[1], way[0])) / max(float(np.linalg.norm(way)), 1e-6)
    one, other = start + first * way, start + last * way
    return np.array((one + aside, other + aside, other - aside, one - aside))


def _pixels(image: Image, outlines: list[Doubles], hidden: list[Doubles]) -> Image:
    """(N, 3) within the polygons, but for those that are hidden by others."""
    found = [np.zeros((0, 3), np.uint8)]
    for outline in outlines:
        left, top = np.maximum(np.floor(outline.min(axis=0)), 0).astype(int)
        right, bottom = np.minimum(np.ceil(outline.max(axis=0)) + 1, image.shape[1::-1]).astype(int)
        if right > left and bottom > top:
            mask = np.zeros((bottom - top, right - left), np.uint8)
            for polygon, value in ((outline, 1), *((other, 0) for other in hidden)):
                cv2.fillConvexPoly(mask, np.round(polygon - (left, top)).astype(np.int32), value)
            found.append(image[top:bottom, left:right][mask > 0])
    return np.concatenate(found)
