"""The file, the performance, the character, what is baked, and the network."""

from __future__ import annotations

import argparse
from pathlib import Path

import bpy

from ..bridge.clock.timing import LAST_FRAME
from ..bridge.session import EVERY_PERFORMER, MAIN_PERFORMER
from ..preferences import DEVICES as DEVICE_CHOICES
from ..properties import settings as choices
from .parser import UsageError, words

TARGETS, MODELS, DEVICES = words(choices.TARGETS), words(choices.MODELS), words(DEVICE_CHOICES)
PERFORMERS = {"main": MAIN_PERFORMER, "all": EVERY_PERFORMER}
"""Words of the command line, and what they are called in the scene's settings."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options without a group, and the network's."""
    parser.add_argument("--file", type=blend, metavar="FILE.blend", help="open this file first (default: the one that is open)")
    parser.add_argument("--scene", metavar="NAME", help="the scene (default: the file's own)")
    parser.add_argument(
        "--video",
        type=Path,
        required=True,
        metavar="VIDEO",
        help="the performance: a video, a picture, a folder of pictures, or poses as OpenPose, MMPose and others write them",
    )
    parser.add_argument("--range", default="", metavar="A:B", help="frames (10:250) or seconds (1.5s:8s), the last excluded (default: all)")
    parser.add_argument("--performer", type=_performer, default=0, metavar="N|main|all", help="whose motion (default: main)")
    parser.add_argument("--armature", metavar="NAME", help="the character: it gives the proportions, and takes the keys of --bake rig")
    parser.add_argument("--bake", type=_targets, required=True, metavar="rig,grease-pencil,drawing", help="what the motion is baked onto: one or more")
    parser.add_argument("--output", type=blend, required=True, metavar="OUT.blend", help="the file to write; it is replaced only by a whole one")
    parser.add_argument("--start-frame", type=_frame, default=1, metavar="N", help="the scene's frame that the motion begins at (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object that tells what was written, the last line on stdout")
    network = parser.add_argument_group("network")
    network.add_argument("--model", choices=MODELS, default="kinematic", help="which network (default: %(default)s)")
    network.add_argument("--device", choices=DEVICES, help="where it runs (default: as the preferences say)")
    network.add_argument("--python", type=_program, metavar="PATH", help="the Python that has what the networks need (default: as the preferences say)")


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set what is asked for; UsageError where the armature is none of the scene's."""
    settings = scene.retarget2d
    settings.armature = armature_named(scene, options.armature) if options.armature is not None else None
    settings.video = str(options.video.absolute())
    settings.frame_range = options.range
    settings.performer = options.performer
    settings.bake = {TARGETS[target] for target in options.bake}
    settings.start_frame = options.start_frame
    settings.model = MODELS[options.model]


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
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is nothing to bake onto, give rig, grease-pencil, drawing, or several joined by commas")
    return targets


def _frame(text: str) -> int:
    try:
        frame = int(text)
    except ValueError:
        frame = LAST_FRAME + 1
    if abs(frame) > LAST_FRAME:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at most {LAST_FRAME}")
    return frame
