"""How the bake joins the animation that the rig has."""

from __future__ import annotations

import argparse

import bpy

from ..properties import layers as choices
from .parser import SCENE, fraction, set_given, words

MODES, BLENDING = words(choices.MODES), words(choices.BLENDING)
"""Words of the command line, and what they are called in the scene's settings."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of Actions and NLA layers."""
    layers = parser.add_argument_group("layers of a rig")
    layers.add_argument(
        "--bake-as", choices=MODES, help=f"the rig's own action, or an NLA layer above all others ({SCENE})"
    )
    layers.add_argument(
        "--layer-title", metavar="TEXT", help=f"what the layer is called; empty: the video and the performer ({SCENE})"
    )
    layers.add_argument("--layer-blending", choices=BLENDING, help=f"how a new layer is blended ({SCENE})")
    layers.add_argument(
        "--layer-influence", type=fraction, metavar="F", help=f"0 to 1: how much a new layer counts ({SCENE})"
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set what is asked for."""
    set_given(
        scene.retarget2d.layers,
        {
            "mode": MODES.get(options.bake_as),
            "title": options.layer_title,
            "blending": BLENDING.get(options.layer_blending),
            "influence": options.layer_influence,
        },
    )
