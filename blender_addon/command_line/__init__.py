"""The options of the command line. A topic of settings is a module: `add` gives a parser its options, `apply` sets a scene
as they say. What is not given stays as the scene says.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Protocol

import bpy

from . import bone_map, channels, drawing, editing, feet, job, keys, layers, look, poses, timing
from .parser import Parser


class Topic(Protocol):
    """A module of options."""

    def add(self, parser: argparse.ArgumentParser, /) -> None:
        """Give the parser the options."""

    def apply(self, options: argparse.Namespace, scene: bpy.types.Scene, /) -> None:
        """Set the scene as the options say; UsageError where it has not what they name."""


TOPICS: tuple[Topic, ...] = (job, poses, editing, look, feet, timing, keys, channels, layers, bone_map, drawing)
"""In the order in which --help lists them."""


def job_parser(command: str, setup: str, map_word: str) -> Parser:
    """Of the job: `command` is what it is called, `setup` its word that installs the runtime, `map_word` the one that writes a bone map."""
    parser = Parser(
        prog=command,
        description="Put the motion of a filmed performer on a rig or on Grease Pencil, and write the file. "
        "What is not given stays as the scene says.",
        epilog=f"`{command} {setup} [--wheels FOLDER]` installs what the networks need; `{command} {map_word} --help` writes the bone map of an armature.",
        allow_abbrev=False,
    )
    for topic in TOPICS:
        topic.add(parser)
    return parser


def setup_parser(command: str) -> Parser:
    """Of the installation of what the networks need."""
    parser = Parser(prog=command, description="Install what the networks need into a folder of the add-on's own.", allow_abbrev=False)
    parser.add_argument("--wheels", type=job.folder, metavar="FOLDER", help="a folder of wheels to install from, with no network (default: the package index)")
    return parser


def map_parser(command: str) -> Parser:
    """Of writing the bone map of an armature."""
    parser = Parser(prog=command, description="Write the bone map of an armature, the one that it carries or the one that is found.", allow_abbrev=False)
    parser.add_argument("--file", type=job.blend, metavar="FILE.blend", help="open this file first (default: the one that is open)")
    parser.add_argument("--scene", metavar="NAME", help="the scene (default: the file's own)")
    parser.add_argument("--armature", required=True, metavar="NAME", help="the armature")
    parser.add_argument("--output", type=Path, required=True, metavar="OUT.json", help="the file to write; it is replaced only by a whole one")
    return parser


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set what the options give, and leave all else as the scene says; the file that is written shows how it was made.

    UsageError where the scene has not what they name.
    """
    for topic in TOPICS:
        topic.apply(options, scene)
