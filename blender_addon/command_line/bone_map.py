"""The bone map of the character."""

from __future__ import annotations

import argparse
from pathlib import Path

import bpy

from ..bridge.bone_maps import preset_files, stored_map_edits
from .parser import UsageError


def add(parser: argparse.ArgumentParser) -> None:
    """The option of the bone map."""
    character = parser.add_argument_group("character")
    character.add_argument(
        "--bone-map",
        type=Path,
        metavar="FILE.json",
        help="the armature's bone map (default: the one that it carries, else a preset that fits, else found)",
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Let the armature carry the map; ValueError where the file is none, or none of its bones is there."""
    if options.bone_map is None:
        return
    if scene.retarget2d.armature is None:
        raise UsageError("A bone map is given and no armature; name one with --armature.")
    stored_map_edits.store_given_map(scene.retarget2d.armature, preset_files.read_map_file(options.bone_map))
