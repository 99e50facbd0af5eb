"""Grease Pencil: an artist's own drawing, and how the drawn figure looks."""

from __future__ import annotations

import argparse

import bpy

from ..bridge.drawing.assignment import assign_by_name
from ..bridge.drawing.parts import Part
from ..bridge.drawing.pieces import layer_names
from ..properties import drawing as choices
from .parser import UsageError, words

WAYS = words(choices.WAYS)
PARTS = {word: Part(part) for word, part in words(choices.PARTS).items()}
"""Words of the command line, and what they are called in the scene's settings."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of drawings and figures."""
    drawing = parser.add_argument_group("Grease Pencil")
    drawing.add_argument("--drawing", metavar="NAME", help="your own drawing, which performs with --bake drawing")
    drawing.add_argument(
        "--drawing-way", choices=WAYS, default="layers", help="keys on its layers, layers hung on bones, or lines bent by weights (default: %(default)s)"
    )
    drawing.add_argument(
        "--drawing-parts",
        type=_parts,
        default={},
        metavar="LAYER=PART,…",
        help=f"what its layers are, where their names do not say: {', '.join(PARTS)} (default: by name)",
    )
    drawing.add_argument("--no-near-far", action="store_true", help="no keys that bring limbs of the drawing before and behind one another")
    drawing.add_argument(
        "--figure-style", default="", metavar="STYLE", help="how the figure of --bake grease-pencil looks: the name of a style, or a .json file"
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set the drawing, its parts, and the style; UsageError where the drawing is none of the scene's, or has no such layer."""
    group = scene.retarget2d.drawing
    group.target = _drawing(scene, options.drawing)
    group.way = WAYS[options.drawing_way]
    group.near_far = not options.no_near_far
    group.style = options.figure_style
    if options.drawing_parts and group.target is None:
        raise UsageError("Parts were given and no drawing; name it with --drawing.")
    if options.drawing_parts:
        _assign(group, options.drawing_parts)


def _assign(group: bpy.types.PropertyGroup, parts: dict[str, Part]) -> None:
    """What the names say, and over it what was given."""
    known = layer_names(group.target)
    if unknown := [name for name in parts if name not in known]:
        raise UsageError(f"{group.target.name} has no layer {unknown[0]}; choose among {', '.join(known)}.")
    assign_by_name(group)
    for row in group.layers:
        row.part = parts.get(row.name, Part(row.part)).value


def _drawing(scene: bpy.types.Scene, name: str | None) -> bpy.types.Object | None:
    if name is None:
        return None
    drawings = {item.name: item for item in scene.objects if item.type == "GREASEPENCIL"}
    if name not in drawings:
        known = f"choose among {', '.join(drawings)}" if drawings else "the scene has none"
        raise UsageError(f"There is no drawing {name} in the scene {scene.name}; {known}.")
    return drawings[name]


def _parts(text: str) -> dict[str, Part]:
    parts = {}
    for pair in text.split(","):
        layer, found, word = pair.rpartition("=")
        if not found or word not in PARTS:
            raise argparse.ArgumentTypeError(f"{pair!r} is no LAYER=PART, with one of {', '.join(PARTS)}")
        parts[layer] = PARTS[word]
    return parts
