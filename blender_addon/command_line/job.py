"""What a command line says beside settings: the file, the scene, what is written, and what the networks run on."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import bpy

from ..core.shown import quoted
from ..settings.body import BodySettings
from ..settings.device import Device
from ..settings.kinds import DataBlock


def add(parser: argparse.ArgumentParser) -> None:
    """The options without a group, and the network's."""
    add_files(parser, blend, "OUT.blend")
    parser.add_argument(
        "--reset",
        action="store_true",
        help="begin with the defaults in place of what the scene says; what else is given counts",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object that tells what was written, the last line on stdout"
    )
    worker = parser.add_argument_group("what the networks run on")
    worker.add_argument(
        "--device", choices=[device.word for device in Device], help="where they run (default: as the preferences say)"
    )
    worker.add_argument(
        "--python",
        type=_program,
        metavar="PATH",
        help="the Python that has what they need (default: as the preferences say)",
    )


def add_files(parser: argparse.ArgumentParser, written: Callable[[str], Path], metavar: str) -> None:
    """The file and scene to open, and the file to write, which `written` makes of a text."""
    parser.add_argument(
        "--file", type=blend, metavar="FILE.blend", help="open this file first (default: the one that is open)"
    )
    parser.add_argument("--scene", metavar="NAME", help="the scene (default: the file's own)")
    told = "the file to write; it is replaced only by a whole one"
    parser.add_argument("--output", type=written, required=True, metavar=metavar, help=told)


def armature_named(scene: bpy.types.Scene, name: str) -> bpy.types.Object:
    """The scene's armature of that name; ValueError where it has none."""
    setting = BodySettings.settings()["armature"]
    assert isinstance(setting, DataBlock)
    return setting.found(scene.objects, scene.name, name)


def folder(text: str) -> Path:
    """A folder that is there."""
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {quoted(text)}")
    return path.absolute()


def blend(text: str) -> Path:
    """The path of a .blend file."""
    path = Path(text)
    if path.suffix != ".blend":
        raise argparse.ArgumentTypeError(f"{quoted(text)} is no .blend file")
    return path


def _program(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no program {quoted(text)}")
    return path.absolute()
