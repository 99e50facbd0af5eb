"""How the bake joins the animation that the rig has."""

from __future__ import annotations

import argparse

import bpy

from ..properties import layers as choices
from .parser import fraction, words

MODES, BLENDING = words(choices.MODES), words(choices.BLENDING)
"""Words of the command line, and what they are called in the scene's settings."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of Actions and NLA layers."""
    layers = parser.add_argument_group("layers of a rig")
    layers.add_argument("--bake-as", choices=MODES, default="action", help="the rig's own action, or an NLA layer above all others (default: %(default)s)")
    layers.add_argument("--layer-title", default="", metavar="TEXT", help="what the layer is called (default: the video and the performer)")
    layers.add_argument("--layer-blending", choices=BLENDING, default="replace", help="how a new layer is blended (default: %(default)s)")
    layers.add_argument("--layer-influence", type=fraction, default=1.0, metavar="F", help="0 to 1: how much a new layer counts (default: %(default)g)")


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set mode, title, blending and influence."""
    layers = scene.retarget2d.layers
    layers.mode = MODES[options.bake_as]
    layers.title = options.layer_title
    layers.blending = BLENDING[options.layer_blending]
    layers.influence = options.layer_influence
