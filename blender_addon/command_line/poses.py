"""What footage does not say of itself."""

from __future__ import annotations

import argparse

import bpy

from ..bridge.footage import LAYOUT_BY_POINTS
from .parser import SCENE, UsageError, frame_rate, set_given

LAYOUT = LAYOUT_BY_POINTS.lower()
LARGEST_SIDE = 65536
"""Pixels."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of frame rate, layout and picture size."""
    group = parser.add_argument_group("what the video or the pose file does not say")
    group.add_argument(
        "--fps", type=frame_rate, metavar="RATE", help=f"frames a second, or own: what it says itself, or 30 ({SCENE})"
    )
    group.add_argument(
        "--layout",
        metavar="NAME",
        help=f"the order of a pose file's points, or {LAYOUT}: told by how many there are ({SCENE})",
    )
    group.add_argument(
        "--image-size",
        type=_side,
        nargs=2,
        metavar=("WIDTH", "HEIGHT"),
        help=f"the picture in pixels, for poses that are parts of it; 0 0: what the file says itself ({SCENE})",
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set what is asked for; UsageError where no such layout is known, or one side of the picture is 0."""
    poses = scene.retarget2d.poses
    layouts = [item.identifier for item in poses.bl_rna.properties["layout"].enum_items]
    layout = options.layout.upper() if options.layout is not None else None
    if layout is not None and layout not in layouts:
        raise UsageError(f"There is no layout {options.layout}; choose among {', '.join(layouts).lower()}.")
    if options.image_size is not None and any(options.image_size) != all(options.image_size):
        raise UsageError(
            "--image-size has one side of 0 pixels; give both sides, or 0 0 for what the file says itself."
        )
    set_given(poses, {"fps": options.fps, "layout": layout, "image_size": options.image_size})


def _side(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= LARGEST_SIDE):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of pixels")
    return int(text)
