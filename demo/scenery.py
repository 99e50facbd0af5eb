"""What stands around the performers: the place of the video, cut out of paper."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np

from characters.build import Face, flat_material, flat_object
from characters.design import Shape
from characters.outlines import Outline, Point, ellipse, smooth

COLOURS = {
    "sky": "#d9eef0",
    "glow": "#eaf3e2",
    "halo": "#f8f3cf",
    "sun": "#ffe08a",
    "far hill": "#bcd9dd",
    "hill": "#a9cfc0",
    "wood": "#94c2a0",
    "lawn": "#a8cf86",
    "grass": "#8fbf70",
    "tuft": "#78ab5e",
    "wall": "#d8cdbd",
    "slab": "#9c948b",
    "slab edge": "#b3aba1",
    "shutter": "#b9ad9e",
    "slat": "#a1968a",
    "base": "#8fb0c4",
    "bark": "#6b5144",
    "groove": "#594237",
    "leaves": "#6f9f58",
    "bright leaves": "#84b266",
}

SHAPE_DEPTH = 0.001
BACK, HOUSE, FOREGROUND = 3.0, 1.0, -3.0
"""Where along y the scenery stands: behind all, behind the performers, before them."""

SLAB, EAVES = 0.11, 0.16
"""How thick the roof is, and how far it stands out."""
TRUNK = 0.36
"""Half the trunk's width."""


@dataclass(frozen=True)
class Place:
    """Where things are, in Blender's units: the lawn is at z = 0, the roof's top spans `roof_left` to `roof_right` at
    `roof_height`; the picture reaches from `left` to `right` and `low` to `high`.
    """

    roof_left: float
    roof_right: float
    roof_height: float
    tree: float
    left: float
    right: float
    low: float
    high: float


def build_scenery(place: Place) -> bpy.types.Collection:
    """Build it into a collection of its own, which cannot be selected."""
    collection = bpy.data.collections.new("Scenery")
    materials = {name: flat_material(name, code) for name, code in COLOURS.items()}
    for name, depth, shapes in (
        ("Country", BACK, _country(place)),
        ("House", HOUSE, _house(place)),
        ("Tree", FOREGROUND, _tree(place)),
        ("Shrub", FOREGROUND, _shrub(place)),
    ):
        faces = [Face(shape.outline, shape.colour, depth - index * SHAPE_DEPTH) for index, shape in enumerate(shapes)]
        flat_object(name, faces, materials, collection)
    collection.hide_select = True
    return collection


def _country(place: Place) -> list[Shape]:
    """Sky, sun, hills and the lawn."""
    width = place.right - place.left
    sun = (place.left + 0.62 * width, place.high - 1.15)
    far = _hills(place, 0.25, [1.0, 1.65, 1.25, 1.9, 1.35, 1.0, 1.4, 0.95])
    hills = _hills(place, 0.0, [0.85, 0.7, 1.05, 0.8, 0.62, 0.9, 1.1, 0.85])
    wood = _hills(place, 0.1, [0.35, 0.55, 0.38, 0.6, 0.42, 0.66, 0.45, 0.6, 0.36, 0.55])
    tufts = [
        (place.left + share * width, height)
        for share, height in ((0.07, -0.33), (0.33, -0.62), (0.47, -0.3), (0.63, -0.7), (0.81, -0.38), (0.92, -0.66))
    ]
    return [
        Shape(box(place.left - 1, place.low - 1, place.right + 1, place.high + 1), "sky"),
        Shape(ellipse(sun, 1.15, 1.15), "glow"),
        Shape(ellipse(sun, 0.72, 0.72), "halo"),
        Shape(ellipse(sun, 0.36, 0.36), "sun"),
        Shape(far, "far hill"),
        Shape(hills, "hill"),
        Shape(wood, "wood"),
        Shape(box(place.left - 1, place.low - 1, place.right + 1, 0.14), "lawn"),
        Shape(_hills(place, 0.0, [-0.08, -0.14, -0.1, -0.16, -0.1, -0.13]), "grass"),
        *(Shape(_tuft(at), "tuft") for at in tufts),
    ]


def _house(place: Place) -> list[Shape]:
    """A low house with shutters, as wide as the feet on its roof need it."""
    left, right, top = place.roof_left, place.roof_right, place.roof_height
    middle, low, high = (left + right) / 2, 0.2, top - SLAB - 0.1
    shapes = [
        Shape(box(left + EAVES, -0.02, right - EAVES, top - SLAB / 2), "wall"),
        Shape(box(left + EAVES, -0.02, right - EAVES, 0.1), "base"),
    ]
    for start, end in ((left + EAVES + 0.1, middle - 0.04), (middle + 0.04, right - EAVES - 0.1)):
        shapes.append(Shape(box(start, low, end, high), "shutter"))
        count = max(3, round((high - low) / 0.085))
        heights = np.linspace(low, high, count + 1)
        shapes += [Shape(box(start + 0.03, z + 0.03, end - 0.03, z + 0.055), "slat") for z in heights[:-1]]
    return [
        *shapes,
        Shape(box(left, top - SLAB, right, top), "slab"),
        Shape(box(left, top - 0.03, right, top), "slab edge"),
    ]


def _tree(place: Place) -> list[Shape]:
    """The trunk that one performer comes from and the other goes to."""
    x, high, low = place.tree, place.high + 0.6, place.low + 0.25
    trunk = smooth(
        [
            (x - TRUNK - 0.16, low),
            (x - TRUNK, 0.4),
            (x - TRUNK + 0.03, high),
            (x + TRUNK - 0.03, high),
            (x + TRUNK, 0.4),
            (x + TRUNK + 0.16, low),
        ]
    )
    grooves = [((-0.2, 0.1), 0.9), ((0.05, 0.5), 1.1), ((0.2, -0.1), 0.8), ((-0.12, 1.5), 0.9), ((0.16, 1.4), 1.2)]
    crown = (((-0.6, -0.15), 0.52), ((0.55, -0.1), 0.6), ((-0.1, -0.3), 0.46), ((-1.1, 0.2), 0.45))
    return [
        Shape(trunk, "bark"),
        *(
            Shape(ellipse((x + at[0], at[1] + length / 2), 0.022, length / 2, turned=3 * at[0] * 10), "groove")
            for at, length in grooves
        ),
        *(Shape(ellipse((x + at[0], place.high + at[1]), size, size * 0.8), "leaves") for at, size in crown),
        *(
            Shape(ellipse((x + at[0] - 0.1, place.high + at[1] + 0.1), size * 0.7, size * 0.5), "bright leaves")
            for at, size in crown
        ),
    ]


def _shrub(place: Place) -> list[Shape]:
    """Where the walker goes out of sight, at the picture's left edge."""
    x, z = place.left, place.low
    leaves = (((0.1, 1.0), 0.8), ((0.8, 0.85), 0.6), ((0.4, 1.65), 0.62), ((1.05, 0.4), 0.52))
    return [
        *(Shape(ellipse((x + across, z + up), size, size), "leaves") for (across, up), size in leaves),
        *(
            Shape(ellipse((x + across - 0.06, z + up + 0.14), 0.72 * size, 0.62 * size), "bright leaves")
            for (across, up), size in leaves
        ),
    ]


def box(left: float, low: float, right: float, high: float) -> Outline:
    """A rectangle."""
    return np.array([(left, low), (right, low), (right, high), (left, high)], dtype=np.float64)


def _hills(place: Place, shift: float, heights: list[float]) -> Outline:
    """A wavy top from one side of the picture to the other."""
    across = np.linspace(place.left - 0.6, place.right + 0.6, len(heights)) + shift
    below = place.low - 1
    return smooth([*zip(across, heights, strict=True), (place.right + 2, below), (place.left - 2, below)])


def _tuft(at: Point) -> Outline:
    x, z = at
    return np.array(
        [
            (x - 0.07, z),
            (x - 0.05, z + 0.09),
            (x - 0.02, z + 0.03),
            (x, z + 0.13),
            (x + 0.02, z + 0.03),
            (x + 0.06, z + 0.1),
            (x + 0.07, z),
        ][::-1]
    )
