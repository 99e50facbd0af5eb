"""Options that name another performance: its video or pose file, a part of it, and who of it."""

from __future__ import annotations

import argparse
from pathlib import Path

import bpy

from .parser import UsageError

SAME = "same"
"""Another performer of the same video."""


def add_source(group: argparse._ArgumentGroup | argparse._MutuallyExclusiveGroup, name: str, what: str) -> None:
    """`--NAME`."""
    group.add_argument(f"--{name}", metavar="OTHER|same", help=f"{what}: a video or poses, or same for another performer of --video")


def add_details(group: argparse._ArgumentGroup, name: str) -> None:
    """`--NAME-person`, `--NAME-range` and `--NAME-fps`."""
    group.add_argument(f"--{name}-person", type=int, metavar="N", help=f"who of --{name} (default: the main performer)")
    group.add_argument(f"--{name}-range", metavar="A:B", help=f"the part of --{name} (default: all)")
    group.add_argument(f"--{name}-fps", type=float, metavar="RATE", help=f"frames a second of --{name} (default: its own, or 30)")


def apply_source(options: argparse.Namespace, name: str, group: bpy.types.PropertyGroup) -> bool:
    """Set what names the performance; whether there is one. UsageError where details are given of none."""
    option = name.replace("-", "_")
    named = getattr(options, option)
    details = {detail: getattr(options, f"{option}_{detail}") for detail in ("person", "range", "fps")}
    given = [detail for detail, value in details.items() if value is not None]
    if given and named is None:
        raise UsageError(f"--{name}-{given[0]} is about the performance of --{name}; give that too.")
    if named in (None, SAME):
        # Without a video it is the main one's part of it; another part has to name it.
        group.video = group.id_data.retarget2d.video if details["range"] or details["fps"] else ""
    else:
        group.video = str(Path(named).absolute())
    group.performer = details["person"] or 0
    group.frame_range = details["range"] or ""
    group.fps = details["fps"] or 0.0
    return named is not None
