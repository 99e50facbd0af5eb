"""What footage does not say of itself."""

from __future__ import annotations

import argparse

import bpy

from ..bridge.footage import LAYOUT_BY_POINTS
from .parser import UsageError

LAYOUT = LAYOUT_BY_POINTS.lower()
HIGHEST_FPS = 1000.0


def add(parser: argparse.ArgumentParser) -> None:
    """The options of frame rate, layout and picture size."""
    group = parser.add_argument_group("what the video or the pose file does not say")
    group.add_argument("--fps", type=_fps, default=0.0, metavar="RATE", help="frames a second (default: its own, or 30)")
    group.add_argument("--layout", default=LAYOUT, metavar="NAME", help="the order of a pose file's points (default: told by how many there are)")
    group.add_argument("--image-size", type=_side, nargs=2, metavar=("WIDTH", "HEIGHT"), help="the picture in pixels, for poses that are parts of it")


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set them; UsageError where no such layout is known."""
    poses = scene.retarget2d.poses
    poses.fps = options.fps
    layouts = [item.identifier for item in poses.bl_rna.properties["layout"].enum_items]
    if options.layout.upper() not in layouts:
        raise UsageError(f"There is no layout {options.layout}; choose among {', '.join(layouts).lower()}.")
    poses.layout = options.layout.upper()
    poses.image_size = options.image_size or (0, 0)


def _fps(text: str) -> float:
    try:
        fps = float(text)
    except ValueError:
        fps = -1.0
    if not 0 < fps <= HIGHEST_FPS:
        raise argparse.ArgumentTypeError(f"{text!r} is no frame rate above 0 and at most {HIGHEST_FPS:g}")
    return fps


def _side(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of pixels")
    return int(text)
