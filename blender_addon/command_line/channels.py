"""Which channels of a rig are keyed, and how much of the performance they take on."""

from __future__ import annotations

import argparse

import bpy

from ..properties import channels as choices
from .parser import UsageError, fraction, words

LIMBS, ROOTS = words(choices.LIMBS), words(choices.ROOTS)
POSES = words(choices.POSES, {"REST": "unused", "CURRENT": "start", "ADDED": "kept"})
"""Words of the command line, and what they are called in the scene's settings."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of limbs, pose, path and stretch."""
    channels = parser.add_argument_group("channels of a rig")
    known = ",".join(LIMBS)
    channels.add_argument("--key-limbs", type=_limbs, default=tuple(LIMBS), metavar="LIMB,…", help=f"the limbs that get keys, of {known} (default: all)")
    channels.add_argument("--amount", type=_amount, action="append", default=[], metavar="LIMB=F", help="0 to 1: how much of the performance a limb takes on")
    channels.add_argument("--pose", choices=POSES, default="unused", help="what becomes of the pose that the rig is in (default: %(default)s)")
    channels.add_argument("--path", choices=ROOTS, default="bone", help="who carries the character along its path (default: %(default)s)")
    channels.add_argument("--carrier", metavar="NAME", help="the object for --path object (default: a new empty)")
    channels.add_argument("--stretch", type=fraction, default=0.0, metavar="F", help="0 to 1: how much cut-out limbs foreshorten (default: %(default)g)")
    channels.add_argument("--keep-volume", type=fraction, default=0.5, metavar="F", help="0 to 1: how much wider they get by it (default: %(default)g)")


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set limbs, amounts, pose, path and stretch; UsageError where the carrier is none of the scene's objects."""
    channels = scene.retarget2d.channels
    channels.limbs = {LIMBS[limb] for limb in options.key_limbs}
    for name in LIMBS.values():
        setattr(channels, name.lower(), 1.0)
    for limb, amount in options.amount:
        setattr(channels, LIMBS[limb].lower(), amount)
    channels.pose, channels.root = POSES[options.pose], ROOTS[options.path]
    channels.carrier = None
    if options.carrier is not None:
        if options.carrier not in scene.objects:
            raise UsageError(f"There is no object {options.carrier} in the scene {scene.name}; give another --carrier, or leave it out.")
        channels.carrier = scene.objects[options.carrier]
    channels.use_stretch = options.stretch > 0
    channels.stretch = options.stretch or 1.0
    channels.volume = options.keep_volume


def _limbs(text: str) -> tuple[str, ...]:
    limbs = tuple(text.split(","))
    for limb in limbs:
        _known(limb)
    return limbs


def _amount(text: str) -> tuple[str, float]:
    limb, _, amount = text.partition("=")
    return _known(limb), fraction(amount)


def _known(limb: str) -> str:
    if limb not in LIMBS:
        raise argparse.ArgumentTypeError(f"{limb!r} is no limb, give {', '.join(LIMBS)}")
    return limb
