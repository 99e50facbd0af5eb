"""The options of the command line: those of settings, made from their declarations, and what only a command line has."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bpy

from ..bridge.retiming.view_keys import key_view
from ..settings.as_options import add_options, assigned
from ..settings.kinds import DataBlock
from ..settings.topics import TOPICS, all_settings
from . import bone_map, corrections, dependent_options, drawing_parts, job, old_words, view_keys
from .parser import Parser, UsageError

BEYOND_SETTINGS = (view_keys, corrections, bone_map, drawing_parts)
"""Modules of options that set what is no property: `add` gives a parser its options, `apply` does to a scene as they
say.
"""


def job_parser(command: str, setup: str, map_word: str) -> Parser:
    """Of the job: `command` is what it is called, `setup` its word that installs the runtime, `map_word` the one that
    writes a bone map.
    """
    parser = Parser(
        prog=command,
        description="Put the motion of a filmed performer on a rig or on Grease Pencil, and write the file. What is not given stays as the scene says.",
        epilog=f"`{command} {setup} [--wheels FOLDER]` installs what the networks need; `{command} {map_word} --help` writes the bone map of an armature.",
        allow_abbrev=False,
    )
    job.add(parser)
    add_options(parser, TOPICS, "default: as the scene says")
    for topic in (*BEYOND_SETTINGS, old_words):
        topic.add(parser)
    return parser


def setup_parser(command: str) -> Parser:
    """Of the installation of what the networks need."""
    parser = Parser(
        prog=command,
        description="Install what the networks need into a folder of the add-on's own.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--wheels",
        type=job.folder,
        metavar="FOLDER",
        help="a folder of wheels to install from, with no network (default: the package index)",
    )
    return parser


def map_parser(command: str) -> Parser:
    """Of writing the bone map of an armature."""
    parser = Parser(
        prog=command,
        description="Write the bone map of an armature, the one that it carries or the one that is found.",
        allow_abbrev=False,
    )
    job.add_files(parser, Path, "OUT.json")
    parser.add_argument("--armature", required=True, metavar="NAME", help="the armature")
    return parser


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set what the options give, and leave all else as the scene says; the file that is written shows how it was made.

    UsageError where the scene has not what they name, or where they do not go together.
    """
    if options.reset:
        key_view(scene, {})
        scene.property_unset("retarget2d")
    old_words.apply(options)
    try:
        _set(scene, assigned(options, TOPICS))
    except ValueError as error:
        raise UsageError(str(error)) from error
    for topic in (dependent_options, *BEYOND_SETTINGS):
        topic.apply(options, scene)


def _set(scene: bpy.types.Scene, values: Mapping[str, Any]) -> None:
    """Set properties of a scene's settings, each by its path; an object goes by its name."""
    blocks = {setting.path: setting for setting in all_settings() if isinstance(setting, DataBlock)}
    for path, value in values.items():
        owner, _, name = f"retarget2d.{path}".rpartition(".")
        group = scene.path_resolve(owner)
        if path not in blocks:
            setattr(group, name, value)
        elif (found := blocks[path].found(scene.objects, scene.name, value)) != getattr(group, name):
            setattr(group, name, found)  # a drawing that is chosen anew forgets its parts
