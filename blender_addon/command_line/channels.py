"""Which channels of a rig are keyed, and how much of the performance they take on."""

from __future__ import annotations

import argparse

import bpy

from ..properties import channels as choices
from .parser import SCENE, fraction, number_within, object_named, set_given, words

LIMBS, ROOTS = words(choices.LIMBS), words(choices.ROOTS)
POSES = words(choices.POSES, {"REST": "unused", "CURRENT": "start", "ADDED": "kept"})
"""Words of the command line, and what they are called in the scene's settings."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of limbs, pose, path and stretch."""
    channels = parser.add_argument_group("channels of a rig")
    known = ",".join(LIMBS)
    channels.add_argument(
        "--key-limbs", type=_limbs, metavar="LIMB,…", help=f"the limbs that get keys, of {known} ({SCENE})"
    )
    channels.add_argument(
        "--amount",
        type=_amount,
        action="append",
        default=[],
        metavar="LIMB=F",
        help=f"0 to 1: how much of the performance a limb takes on ({SCENE})",
    )
    channels.add_argument("--pose", choices=POSES, help=f"what becomes of the pose that the rig is in ({SCENE})")
    channels.add_argument("--path", choices=ROOTS, help=f"who carries the character along its path ({SCENE})")
    channels.add_argument(
        "--carrier", metavar="NAME", help=f"the object for --path object, or none: a new empty ({SCENE})"
    )
    channels.add_argument(
        "--stretch", type=fraction, metavar="F", help=f"0 (off) to 1: how much cut-out limbs foreshorten ({SCENE})"
    )
    channels.add_argument(
        "--shortest",
        type=number_within(0.1, 1),
        metavar="F",
        help=f"0.1 to 1: the part of its length that a limb keeps ({SCENE})",
    )
    channels.add_argument(
        "--longest",
        type=number_within(1, 2),
        metavar="F",
        help=f"1 to 2: how many times its length a limb gets at most ({SCENE})",
    )
    channels.add_argument(
        "--keep-volume", type=fraction, metavar="F", help=f"0 to 1: how much wider limbs get as they shorten ({SCENE})"
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set what is asked for; UsageError where the carrier is none of the scene's objects."""
    channels = scene.retarget2d.channels
    if options.key_limbs is not None:
        channels.limbs = {LIMBS[limb] for limb in options.key_limbs}
    for limb, amount in options.amount:
        setattr(channels, LIMBS[limb].lower(), amount)
    if options.carrier is not None:
        channels.carrier = object_named(
            scene.objects,
            options.carrier,
            lambda _: (
                f"There is no object {options.carrier} in the scene {scene.name}; give another --carrier."
            ),
        )
    if options.stretch is not None:
        channels.use_stretch = options.stretch > 0
    set_given(
        channels,
        {
            "pose": POSES.get(options.pose),
            "root": ROOTS.get(options.path),
            "stretch": options.stretch or None,
            "shortest": options.shortest,
            "longest": options.longest,
            "volume": options.keep_volume,
        },
    )


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
