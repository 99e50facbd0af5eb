"""The angle of view, keyed over the scene's frames: animation, and no setting."""

from __future__ import annotations

import argparse

import bpy

from ..bridge.retiming.view_keys import ViewKeys, key_view
from ..core.shown import quoted
from ..settings.view import angles_of

FEWEST_KEYS = 2


def add(parser: argparse.ArgumentParser) -> None:
    """The option of the keys."""
    parser.add_argument(
        "--view-keys",
        type=_view_keys,
        metavar="KEYS",
        help='the angle of view keyed over the scene\'s frames: "1:0 48:90" or "1:0,10 48:90,0,5"',
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Key the view; an angle that is given takes the place of keys that are there."""
    if options.view_keys is not None:
        scene.retarget2d.view = "ANGLE"
        key_view(scene, options.view_keys)
    elif isinstance(options.view, tuple):
        angles = options.view
        key_view(scene, {})
        scene.retarget2d.azimuth, scene.retarget2d.elevation, scene.retarget2d.roll = angles


def _view_keys(text: str) -> ViewKeys:
    keys: ViewKeys = {}
    for word in text.split():
        frame, _, angles = word.partition(":")
        found = angles_of(angles)
        if found is None or not frame.lstrip("-").isdigit() or not frame.isascii():
            raise argparse.ArgumentTypeError(
                f"{quoted(word)} is no key, give FRAME:AZIMUTH[,ELEVATION[,ROLL]], such as 48:90 or 48:-45,10"
            )
        keys[int(frame)] = found
    if len(keys) < FEWEST_KEYS:
        raise argparse.ArgumentTypeError(
            f'{quoted(text)} keys nothing over time, give two keys at least, such as "1:0 48:90"'
        )
    return keys
