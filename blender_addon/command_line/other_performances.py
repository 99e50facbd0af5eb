"""Options that name another performance: its video or pose file, a part of it, and who of it."""

from __future__ import annotations

import argparse
from pathlib import Path

import bpy

from ..bridge.session import MAIN_PERFORMER
from .parser import SCENE, UsageError, frame_rate, set_given

SAME = "same"
"""Another performer of the same video."""


def add_source(group: argparse._ArgumentGroup | argparse._MutuallyExclusiveGroup, name: str, what: str) -> None:
    """`--NAME`."""
    group.add_argument(
        f"--{name}",
        metavar="OTHER|same",
        help=f"{what}: a video or poses, or same for another performer of --video ({SCENE})",
    )


def add_details(group: argparse._ArgumentGroup, name: str) -> None:
    """`--NAME-person`, `--NAME-range` and `--NAME-fps`."""
    group.add_argument(f"--{name}-person", type=_person, metavar="N|main", help=f"who of --{name} ({SCENE})")
    group.add_argument(f"--{name}-range", metavar="A:B", help=f"the part of --{name}; empty: all ({SCENE})")
    group.add_argument(
        f"--{name}-fps",
        type=frame_rate,
        metavar="RATE",
        help=f"frames a second of --{name}, or own: its own, or 30 ({SCENE})",
    )


def apply_source(options: argparse.Namespace, name: str, group: bpy.types.PropertyGroup, *, in_use: bool) -> bool:
    """Set what names the performance; whether one was named.

    UsageError where details are given of none: the line names none, and none is `in_use` by the scene.
    """
    option = name.replace("-", "_")
    named = getattr(options, option)
    person, part, fps = (getattr(options, f"{option}_{detail}") for detail in ("person", "range", "fps"))
    given = [detail for detail, value in (("person", person), ("range", part), ("fps", fps)) if value is not None]
    if given and named is None and not in_use:
        raise UsageError(f"--{name}-{given[0]} is about the performance of --{name}; give that too.")
    if named is not None:
        group.video = str(Path(named).absolute()) if named != SAME else ""
    set_given(group, {"performer": person, "frame_range": part, "fps": fps})
    if (part or fps) and not group.video:
        # Without a video it is the main one's part of it; another part has to name it.
        group.video = group.id_data.retarget2d.video
    return named is not None


def _person(text: str) -> int:
    if text == "main":
        return MAIN_PERFORMER
    if text.isascii() and text.isdigit():
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is neither the number of a performer nor main")
