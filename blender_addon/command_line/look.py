"""How the motion is seen, on what body, with what it is blended, and where the picture lands."""

from __future__ import annotations

import argparse

import bpy

from ..bridge.clock.view_keys import ViewKeys, key_view
from ..bridge.settings.look import ViewChoice
from ..properties import look as choices
from ..properties.settings import PLANES as PLANE_CHOICES
from ..properties.settings import VIEWS as VIEW_CHOICES
from .other_performances import add_details, add_source, apply_source
from .parser import UsageError, fraction, words

VIEWS = words(row for row in VIEW_CHOICES if row[0] not in {ViewChoice.ANGLE, ViewChoice.AS_OTHER})
PLANES, LIMBS, ALIGNMENTS = words(PLANE_CHOICES), words(choices.LIMBS), words(choices.ALIGNMENTS)
"""Words of the command line, and what they are called in the scene's settings."""
BLENDED = ("motion", "skeleton", "view")

FEWEST_KEYS = 2


def add(parser: argparse.ArgumentParser) -> None:
    """The options of view, limbs, plane and depth; of body and blend."""
    look = parser.add_argument_group("how it is seen")
    view = look.add_mutually_exclusive_group()
    view.add_argument(
        "--view", type=_view, default="as-filmed", metavar="VIEW", help=f"{', '.join(VIEWS)}, or AZIMUTH[,ELEVATION] in degrees (default: as-filmed)"
    )
    view.add_argument("--view-keys", type=_view_keys, metavar="KEYS", help='the angle keyed over the scene\'s frames: "1:0 48:90" or "1:0,10 48:90,0"')
    add_source(view, "view-like", "the view of another performance")
    add_details(look, "view-like")
    look.add_argument("--limbs", choices=LIMBS, default="foreshortened", help="as seen, or each in the plane it moves most in (default: %(default)s)")
    look.add_argument("--plane", choices=PLANES, default="own", help="where the picture lands (default: %(default)s)")
    look.add_argument("--depth", type=fraction, metavar="D", help="0 to 1: how much limbs leave the plane (default: 0 on cut-out rigs, 1 on others)")
    body = parser.add_argument_group("whose body, where there is no armature")
    add_source(body, "like", "the body of another performer")
    add_details(body, "like")
    blend = parser.add_argument_group("blend")
    add_source(blend, "blend", "the second performance")
    add_details(blend, "blend")
    for part in BLENDED:
        blend.add_argument(f"--blend-{part}", type=fraction, default=0.0, metavar="SHARE", help=f"0 to 1: how far the {part} goes to it (default: 0)")
    blend.add_argument("--align", choices=ALIGNMENTS, default="stretch", help="how time goes: both stretched, alike poses together, or side by side")


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set them; UsageError where they do not go together."""
    settings = scene.retarget2d
    settings.plane = PLANES[options.plane]
    settings.depth_auto = options.depth is None
    if options.depth is not None:
        settings.depth = options.depth
    settings.look.limbs = LIMBS[options.limbs]
    _apply_view(options, scene)
    _apply_body(options, settings)
    _apply_blend(options, settings)


def _apply_view(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    settings = scene.retarget2d
    if apply_source(options, "view-like", settings.look.view_source):
        settings.view = "AS_OTHER"
    elif options.view_keys is not None:
        settings.view = "ANGLE"
        key_view(scene, options.view_keys)
    elif isinstance(options.view, str):
        settings.view = options.view
    else:
        settings.view = "ANGLE"
        key_view(scene, {})
        settings.azimuth, settings.elevation = options.view


def _apply_body(options: argparse.Namespace, settings: bpy.types.PropertyGroup) -> None:
    given = apply_source(options, "like", settings.look.body_source)
    if given and settings.armature is not None:
        raise UsageError("--like gives a body, and the armature has its own; give one of the two.")
    settings.look.body = "OTHER" if given else "OWN"


def _apply_blend(options: argparse.Namespace, settings: bpy.types.PropertyGroup) -> None:
    given = apply_source(options, "blend", settings.look.second)
    for part in BLENDED:
        share = getattr(options, f"blend_{part}")
        if share and not given:
            raise UsageError(f"--blend-{part} goes to the performance of --blend; give that too.")
        setattr(settings.look, f"blend_{part}", share)
    if settings.look.blend_skeleton and settings.armature is not None:
        raise UsageError("--blend-skeleton changes the body, and the armature keeps its own; leave one of the two out.")
    settings.look.alignment = ALIGNMENTS[options.align]


def _view(text: str) -> str | tuple[float, float]:
    if text in VIEWS:
        return VIEWS[text]
    angles = _angles(text)
    if angles is not None and abs(angles[0]) <= 180:
        return angles
    raise argparse.ArgumentTypeError(f"{text!r} is no view, give {', '.join(VIEWS)}, or AZIMUTH[,ELEVATION] within 180 and 90 degrees, such as --view=-45,10")


def _view_keys(text: str) -> ViewKeys:
    keys: ViewKeys = {}
    for word in text.split():
        frame, _, angles = word.partition(":")
        found = _angles(angles)
        if found is None or not frame.lstrip("-").isdigit() or not frame.isascii():
            raise argparse.ArgumentTypeError(f"{word!r} is no key, give FRAME:AZIMUTH[,ELEVATION], such as 48:90 or 48:-45,10")
        keys[int(frame)] = found
    if len(keys) < FEWEST_KEYS:
        raise argparse.ArgumentTypeError(f'{text!r} keys nothing over time, give two keys at least, such as "1:0 48:90"')
    return keys


def _angles(text: str) -> tuple[float, float] | None:
    """Azimuth and elevation; None where the text is no angle."""
    try:
        angles = [float(angle) for angle in text.split(",")]
    except ValueError:
        return None
    azimuth, elevation = (*angles, 0.0)[:2]
    return (azimuth, elevation) if len(angles) <= 2 and abs(azimuth) <= 3600 and abs(elevation) <= 90 else None
