"""The commands of `python -m blender_addon.core`: one row each."""

from __future__ import annotations

from . import convert, detect, retarget
from .command import Command, Report, UsageError

__all__ = ["COMMANDS", "Command", "Report", "UsageError"]

COMMANDS: tuple[Command, ...] = (
    Command("detect", "find everybody in a video, follow each and write their poses", detect.add_arguments, detect.run),
    Command(
        "retarget",
        "put the motion of a pose file on another body, or show it from another view",
        retarget.add_arguments,
        retarget.run,
    ),
    Command("convert", "write the poses of any pose file in another format", convert.add_arguments, convert.run),
)
