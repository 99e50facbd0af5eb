"""How the motion is seen, and where the picture lands."""

from __future__ import annotations

import argparse

import bpy

from .parser import fraction

VIEWS = {"as-filmed": "AS_FILMED", "front": "FRONT", "three-quarter": "THREE_QUARTER", "side": "SIDE"}
PLANES = ("own", "front", "side", "camera")
"""Words of the command line, and what they are called in the scene's settings."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of view, plane and depth."""
    look = parser.add_argument_group("how it is seen")
    look.add_argument(
        "--view", type=_view, default="as-filmed", metavar="VIEW", help=f"{', '.join(VIEWS)}, or AZIMUTH[,ELEVATION] in degrees (default: as-filmed)"
    )
    look.add_argument("--plane", choices=PLANES, default="own", help="where the picture lands (default: %(default)s)")
    look.add_argument("--depth", type=fraction, metavar="D", help="0 to 1: how much limbs leave the plane (default: 0 on cut-out rigs, 1 on others)")


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set view, plane and depth."""
    settings = scene.retarget2d
    settings.plane = options.plane.upper()
    settings.depth_auto = options.depth is None
    if options.depth is not None:
        settings.depth = options.depth
    if isinstance(options.view, str):
        settings.view = options.view
    else:
        settings.view = "ANGLE"
        settings.azimuth, settings.elevation = options.view


def _view(text: str) -> str | tuple[float, float]:
    if text in VIEWS:
        return VIEWS[text]
    try:
        azimuth, elevation = (*(float(angle) for angle in text.split(",")), 0.0)[:2]
        if text.count(",") <= 1 and abs(azimuth) <= 180 and abs(elevation) <= 90:
            return azimuth, elevation
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is no view, give {', '.join(VIEWS)}, or AZIMUTH[,ELEVATION] within 180 and 90 degrees, such as --view=-45,10")
