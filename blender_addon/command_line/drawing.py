"""Grease Pencil: an artist's own drawing, and how the drawn figure looks."""

from __future__ import annotations

import argparse
from math import isfinite

import bpy

from ..bridge.drawing.assignment import assign_by_name
from ..bridge.drawing.parts import Part
from ..bridge.drawing.pieces import layer_names
from ..properties import drawing as choices
from .parser import SCENE, UsageError, object_named, set_given, words

WAYS = words(choices.WAYS)
PARTS = {word: Part(part) for word, part in words(choices.PARTS).items()}
"""Words of the command line, and what they are called in the scene's settings."""

Place = tuple[float, float, float]
"""A point in the drawing's space."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of drawings and figures."""
    drawing = parser.add_argument_group("Grease Pencil")
    drawing.add_argument(
        "--drawing", metavar="NAME", help=f"your own drawing, which performs with --bake drawing; or none ({SCENE})"
    )
    drawing.add_argument(
        "--drawing-way",
        choices=WAYS,
        help=f"keys on its layers, layers hung on bones, or lines bent by weights ({SCENE})",
    )
    drawing.add_argument(
        "--drawing-parts",
        type=_parts,
        default={},
        metavar="LAYER=PART,…",
        help=f"what its layers are: {', '.join(PARTS)} (default: as the scene says, else by name)",
    )
    drawing.add_argument(
        "--drawing-joint",
        type=_joint,
        action="append",
        default=[],
        metavar="LAYER=X,Y,Z",
        help=f"where a layer turns, in the drawing's own space, or LAYER=auto: where it meets its neighbour ({SCENE})",
    )
    drawing.add_argument(
        "--near-far",
        action=argparse.BooleanOptionalAction,
        help=f"key limbs of the drawing before and behind one another ({SCENE})",
    )
    drawing.add_argument(
        "--figure-style",
        metavar="STYLE",
        help=f"how the figure of --bake grease-pencil looks: a style or a .json file; empty: the character ({SCENE})",
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set what is asked for; UsageError where the drawing is none of the scene's, or has no such layer."""
    group = scene.retarget2d.drawing
    if options.drawing is not None:
        drawings = [item for item in scene.objects if item.type == "GREASEPENCIL"]
        target = object_named(drawings, options.drawing, lambda known: _no_drawing(scene, options.drawing, known))
        if target != group.target:  # a drawing that is chosen anew forgets its parts
            group.target = target
    set_given(
        group, {"way": WAYS.get(options.drawing_way), "near_far": options.near_far, "style": options.figure_style}
    )
    if (options.drawing_parts or options.drawing_joint) and group.target is None:
        raise UsageError("Parts were given and no drawing; name it with --drawing.")
    if options.drawing_parts or options.drawing_joint:
        _assign(group, options.drawing_parts, dict(options.drawing_joint))


def _assign(group: bpy.types.PropertyGroup, parts: dict[str, Part], joints: dict[str, Place | None]) -> None:
    """What the names say, over it what the scene says, and over that what was given."""
    known = layer_names(group.target)
    if unknown := [name for name in (*parts, *joints) if name not in known]:
        raise UsageError(f"{group.target.name} has no layer {unknown[0]}; choose among {', '.join(known)}.")
    parts = {row.name: Part(row.part) for row in group.layers} | parts
    assign_by_name(group)
    for row in group.layers:
        row.part = parts.get(row.name, Part(row.part)).value
        if row.name in joints:
            place = joints[row.name]
            row.use_pivot = place is not None
            set_given(row, {"pivot": place})


def _no_drawing(scene: bpy.types.Scene, name: str, known: str) -> str:
    choice = f"choose among {known}" if known else "the scene has none"
    return f"There is no drawing {name} in the scene {scene.name}; {choice}."


def _parts(text: str) -> dict[str, Part]:
    parts = {}
    for pair in text.split(","):
        layer, found, word = pair.rpartition("=")
        if not found or word not in PARTS:
            raise argparse.ArgumentTypeError(f"{pair!r} is no LAYER=PART, with one of {', '.join(PARTS)}")
        parts[layer] = PARTS[word]
    return parts


def _joint(text: str) -> tuple[str, Place | None]:
    layer, _, written = text.rpartition("=")
    if layer and written == "auto":
        return layer, None
    try:
        x, y, z = (float(number) for number in written.split(","))
    except ValueError:
        x = y = z = float("nan")
    if not layer or not all(map(isfinite, (x, y, z))):
        raise argparse.ArgumentTypeError(f"{text!r} is no LAYER=X,Y,Z, nor LAYER=auto")
    return layer, (x, y, z)
