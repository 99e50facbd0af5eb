"""How the motion is seen, on what body, with what it is blended, and where the picture lands."""

from __future__ import annotations

import argparse

import bpy

from ..bridge.clock.view_keys import ViewKeys, key_view
from ..bridge.settings.look import BodyChoice, ViewChoice
from ..properties import look as choices
from ..properties.settings import PLANES as PLANE_CHOICES
from ..properties.settings import VIEWS as VIEW_CHOICES
from .other_performances import add_details, add_source, apply_source
from .parser import SCENE, UsageError, fraction, set_given, words

VIEWS, PLANES = words(VIEW_CHOICES), words(PLANE_CHOICES)
LIMBS, BODIES, ALIGNMENTS = words(choices.LIMBS), words(choices.BODIES), words(choices.ALIGNMENTS)
"""Words of the command line, and what they are called in the scene's settings."""
BLENDED = ("motion", "skeleton", "view")
AUTO = "auto"

FEWEST_KEYS = 2


def add(parser: argparse.ArgumentParser) -> None:
    """The options of view, limbs, plane and depth; of body and blend."""
    look = parser.add_argument_group("how it is seen")
    view = look.add_mutually_exclusive_group()
    view.add_argument(
        "--view",
        type=_view,
        metavar="VIEW",
        help=f"{', '.join(VIEWS)}, or AZIMUTH[,ELEVATION] in degrees, elevation 0 where it is left out ({SCENE})",
    )
    view.add_argument(
        "--view-keys",
        type=_view_keys,
        metavar="KEYS",
        help='the angle keyed over the scene\'s frames: "1:0 48:90" or "1:0,10 48:90,0"',
    )
    add_source(view, "view-like", "the view of another performance")
    add_details(look, "view-like")
    look.add_argument("--limbs", choices=LIMBS, help=f"as seen, or each in the plane it moves most in ({SCENE})")
    look.add_argument("--plane", choices=PLANES, help=f"where the picture lands ({SCENE})")
    look.add_argument(
        "--depth",
        type=_depth,
        metavar="D",
        help=f"0 to 1: how much limbs leave the plane, or auto: 0 on cut-out rigs, 1 on others ({SCENE})",
    )
    body = parser.add_argument_group("whose body, where there is no armature")
    whose = body.add_mutually_exclusive_group()
    whose.add_argument("--body", choices=BODIES, help=f"the performer's own, or that of --like ({SCENE})")
    add_source(whose, "like", "the body of another performer")
    add_details(body, "like")
    blend = parser.add_argument_group("blend")
    add_source(blend, "blend", "the second performance")
    add_details(blend, "blend")
    for part in BLENDED:
        blend.add_argument(
            f"--blend-{part}", type=fraction, metavar="SHARE", help=f"0 to 1: how far the {part} goes to it ({SCENE})"
        )
    blend.add_argument(
        "--align",
        choices=ALIGNMENTS,
        help=f"how time goes: both stretched, alike poses together, or side by side ({SCENE})",
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set what is asked for; UsageError where it does not go together."""
    settings = scene.retarget2d
    set_given(settings, {"plane": PLANES.get(options.plane)})
    if options.depth is not None:
        settings.depth_auto = options.depth == AUTO
        if options.depth != AUTO:
            settings.depth = options.depth
    set_given(settings.look, {"limbs": LIMBS.get(options.limbs)})
    _apply_view(options, scene)
    _apply_body(options, settings)
    _apply_blend(options, settings)


def _apply_view(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    settings = scene.retarget2d
    if apply_source(
        options, "view-like", settings.look.view_source, in_use=_asked_view(options, settings) == ViewChoice.AS_OTHER
    ):
        settings.view = "AS_OTHER"
    elif options.view_keys is not None:
        settings.view = "ANGLE"
        key_view(scene, options.view_keys)
    elif isinstance(options.view, str):
        settings.view = options.view
    elif options.view is not None:
        settings.view = "ANGLE"
        key_view(scene, {})
        settings.azimuth, settings.elevation = options.view


def _asked_view(options: argparse.Namespace, settings: bpy.types.PropertyGroup) -> str:
    """The view of the line, or else of the scene."""
    if options.view_keys is not None or isinstance(options.view, tuple):
        return ViewChoice.ANGLE
    return str(options.view or settings.view)


def _apply_body(options: argparse.Namespace, settings: bpy.types.PropertyGroup) -> None:
    set_given(settings.look, {"body": BODIES.get(options.body)})
    given = apply_source(options, "like", settings.look.body_source, in_use=settings.look.body == BodyChoice.OTHER)
    if (given or options.body == "other") and settings.armature is not None:
        raise UsageError(
            f"--{'like' if given else 'body'} gives a body, and the armature has its own; give one of the two."
        )
    if given:
        settings.look.body = "OTHER"


def _apply_blend(options: argparse.Namespace, settings: bpy.types.PropertyGroup) -> None:
    look = settings.look
    in_use = any(getattr(look, f"blend_{part}") for part in BLENDED) or bool(look.second.video or look.second.performer)
    given = apply_source(options, "blend", look.second, in_use=in_use)
    shares = {f"blend_{part}": getattr(options, f"blend_{part}") for part in BLENDED}
    for name, share in shares.items():
        if share and not given and not in_use:
            raise UsageError(f"--{name.replace('_', '-')} goes to the performance of --blend; give that too.")
    if options.blend_skeleton and settings.armature is not None:
        raise UsageError("--blend-skeleton changes the body, and the armature keeps its own; leave one of the two out.")
    set_given(look, {**shares, "alignment": ALIGNMENTS.get(options.align)})


def _depth(text: str) -> float | str:
    return text if text == AUTO else fraction(text)


def _view(text: str) -> str | tuple[float, float]:
    if text in VIEWS:
        return VIEWS[text]
    angles = _angles(text)
    if angles is not None and abs(angles[0]) <= 180:
        return angles
    raise argparse.ArgumentTypeError(
        f"{text!r} is no view, give {', '.join(VIEWS)}, or AZIMUTH[,ELEVATION] within 180 and 90 degrees, such as --view=-45,10"
    )


def _view_keys(text: str) -> ViewKeys:
    keys: ViewKeys = {}
    for word in text.split():
        frame, _, angles = word.partition(":")
        found = _angles(angles)
        if found is None or not frame.lstrip("-").isdigit() or not frame.isascii():
            raise argparse.ArgumentTypeError(
                f"{word!r} is no key, give FRAME:AZIMUTH[,ELEVATION], such as 48:90 or 48:-45,10"
            )
        keys[int(frame)] = found
    if len(keys) < FEWEST_KEYS:
        raise argparse.ArgumentTypeError(
            f'{text!r} keys nothing over time, give two keys at least, such as "1:0 48:90"'
        )
    return keys


def _angles(text: str) -> tuple[float, float] | None:
    """Azimuth and elevation; None where the text is no angle."""
    try:
        angles = [float(angle) for angle in text.split(",")]
    except ValueError:
        return None
    azimuth, elevation = (*angles, 0.0)[:2]
    return (azimuth, elevation) if len(angles) <= 2 and abs(azimuth) <= 3600 and abs(elevation) <= 90 else None
