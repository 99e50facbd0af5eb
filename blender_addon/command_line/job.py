"""The file, the performance, the character, what is baked, and the network."""

from __future__ import annotations

import argparse
from pathlib import Path

import bpy

from ..bridge.clock.timing import LAST_FRAME
from ..bridge.clock.view_keys import key_view
from ..bridge.session import EVERY_PERFORMER, MAIN_PERFORMER
from ..preferences import DEVICES as DEVICE_CHOICES
from ..properties import settings as choices
from .parser import NONE, SCENE, UsageError, set_given, words

TARGETS, MODELS, DEVICES = words(choices.TARGETS), words(choices.MODELS), words(DEVICE_CHOICES)
PERFORMERS = {"main": MAIN_PERFORMER, "all": EVERY_PERFORMER}
"""Words of the command line, and what they are called in the scene's settings."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options without a group, and the network's."""
    parser.add_argument(
        "--file", type=blend, metavar="FILE.blend", help="open this file first (default: the one that is open)"
    )
    parser.add_argument("--scene", metavar="NAME", help="the scene (default: the file's own)")
    parser.add_argument(
        "--output",
        type=blend,
        required=True,
        metavar="OUT.blend",
        help="the file to write; it is replaced only by a whole one",
    )
    parser.add_argument(
        "--reset",
        action="store_true",
        help="begin with the defaults of the add-on in place of what the scene says; what else is given counts",
    )
    parser.add_argument(
        "--video",
        type=Path,
        metavar="VIDEO",
        help="the performance: a video, a picture, a folder of pictures, or poses as OpenPose, MMPose and others write "
        f"them ({SCENE})",
    )
    parser.add_argument(
        "--range", metavar="A:B", help=f"frames (10:250) or seconds (1.5s:8s), the last excluded; empty: all ({SCENE})"
    )
    parser.add_argument("--performer", type=_performer, metavar="N|main|all", help=f"whose motion ({SCENE})")
    parser.add_argument(
        "--armature",
        metavar="NAME",
        help=f"the character: it gives the proportions, and takes the keys of --bake rig; or none ({SCENE})",
    )
    parser.add_argument(
        "--bake",
        type=_targets,
        metavar="rig,grease-pencil,drawing",
        help=f"what the motion is baked onto: one or more ({SCENE})",
    )
    parser.add_argument(
        "--start-frame", type=_frame, metavar="N", help=f"the scene's frame that the motion begins at ({SCENE})"
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object that tells what was written, the last line on stdout"
    )
    network = parser.add_argument_group("network")
    network.add_argument("--model", choices=MODELS, help=f"which network ({SCENE})")
    network.add_argument("--device", choices=DEVICES, help="where it runs (default: as the preferences say)")
    network.add_argument(
        "--python",
        type=_program,
        metavar="PATH",
        help="the Python that has what the networks need (default: as the preferences say)",
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set what is asked for; UsageError where the armature is none of the scene's."""
    if options.reset:
        key_view(scene, {})
        scene.property_unset("retarget2d")
    settings = scene.retarget2d
    if options.armature is not None:
        is_none = options.armature == NONE and NONE not in scene.objects
        settings.armature = None if is_none else armature_named(scene, options.armature)
    set_given(
        settings,
        {
            "video": str(options.video.absolute()) if options.video is not None else None,
            "frame_range": options.range,
            "performer": options.performer,
            "bake": {TARGETS[target] for target in options.bake} if options.bake is not None else None,
            "start_frame": options.start_frame,
            "model": MODELS.get(options.model),
        },
    )


def folder(text: str) -> Path:
    """A folder that is there."""
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text!r}")
    return path.absolute()


def armature_named(scene: bpy.types.Scene, name: str) -> bpy.types.Object:
    """The scene's armature of that name; UsageError where it has none."""
    armatures = {item.name: item for item in scene.objects if item.type == "ARMATURE"}
    if name not in armatures:
        known = f"choose among {', '.join(armatures)}" if armatures else "the scene has none"
        raise UsageError(f"There is no armature {name} in the scene {scene.name}; {known}.")
    return armatures[name]


def blend(text: str) -> Path:
    """The path of a .blend file."""
    path = Path(text)
    if path.suffix != ".blend":
        raise argparse.ArgumentTypeError(f"{text!r} is no .blend file")
    return path


def _program(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no program {text!r}")
    return path.absolute()


def _performer(text: str) -> int:
    if text in PERFORMERS:
        return PERFORMERS[text]
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is neither the number of a performer, nor main, nor all")


def _targets(text: str) -> tuple[str, ...]:
    targets = tuple(text.split(","))
    if unknown := [target for target in targets if target not in TARGETS]:
        raise argparse.ArgumentTypeError(
            f"{unknown[0]!r} is nothing to bake onto, give rig, grease-pencil, drawing, or several joined by commas"
        )
    return targets


def _frame(text: str) -> int:
    try:
        frame = int(text)
    except ValueError:
        frame = LAST_FRAME + 1
    if abs(frame) > LAST_FRAME:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at most {LAST_FRAME}")
    return frame
