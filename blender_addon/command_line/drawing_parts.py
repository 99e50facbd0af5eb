"""What the layers of a drawing are, and where they turn: a table in the scene, and no setting."""

from __future__ import annotations

import argparse
from math import isfinite, nan

import bpy

from ..bridge.drawing.assignment import assign_by_name
from ..bridge.drawing.body_parts import BodyPart
from ..bridge.drawing.layer_pieces import layer_names
from ..core.shown import quoted
from ..settings.kinds import word_of
from .parser import UsageError

PARTS = {word_of(part.value): part for part in BodyPart}

Place = tuple[float, float, float]
"""A point in the drawing's space."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of layers."""
    parser.add_argument(
        "--drawing-parts",
        type=_parts,
        default={},
        metavar="LAYER=PART,…",
        help=f"what the drawing's layers are: {', '.join(PARTS)} (default: as the scene says, else by name)",
    )
    parser.add_argument(
        "--drawing-joint",
        type=_joint,
        action="append",
        default=[],
        metavar="LAYER=X,Y,Z",
        help="where a layer turns, in the drawing's own space, or LAYER=auto: where it meets its neighbour (default: as the scene says)",
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """What the names say, over it what the scene says, and over that what was given; UsageError where there is no such
    layer.
    """
    group, parts, joints = scene.retarget2d.drawing, options.drawing_parts, dict(options.drawing_joint)
    if not parts and not joints:
        return
    if group.target is None:
        raise UsageError("Parts were given and no drawing; name it with --drawing.")
    known = layer_names(group.target)
    if unknown := [name for name in (*parts, *joints) if name not in known]:
        raise UsageError(f"{group.target.name} has no layer {unknown[0]}; choose among {', '.join(known)}.")
    parts = {row.name: BodyPart(row.part) for row in group.layers} | parts
    assign_by_name(group)
    for row in group.layers:
        row.part = parts.get(row.name, BodyPart(row.part)).value
        if row.name in joints:
            place = joints[row.name]
            row.use_pivot = place is not None
            if place is not None:
                row.pivot = place


def _parts(text: str) -> dict[str, BodyPart]:
    parts = {}
    for pair in text.split(","):
        layer, found, word = pair.rpartition("=")
        if not found or word not in PARTS:
            raise argparse.ArgumentTypeError(f"{quoted(pair)} is no LAYER=PART, with one of {', '.join(PARTS)}")
        parts[layer] = PARTS[word]
    return parts


def _joint(text: str) -> tuple[str, Place | None]:
    layer, _, written = text.rpartition("=")
    if layer and written == "auto":
        return layer, None
    try:
        x, y, z = (float(number) for number in written.split(","))
    except ValueError:
        x = y = z = nan
    if not layer or not all(map(isfinite, (x, y, z))):
        raise argparse.ArgumentTypeError(f"{quoted(text)} is no LAYER=X,Y,Z, nor LAYER=auto")
    return layer, (x, y, z)
