"""What a command is made of, and the options that several share."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...settings.as_options import typed
from ...settings.footage import FootageSettings
from .. import pose_files
from ..pose_files.registry import WRITERS
from .setting_options import add_setting

log = logging.getLogger(__name__)

POSE_FILE = "a pose file, or a folder of OpenPose JSON"
OUTPUT = (
    "where to write: .npz keeps everything, .csv is a table, a name without an ending becomes a folder of OpenPose JSON"
)


class UsageError(ValueError):
    """Options that make no sense together."""


@dataclass(frozen=True)
class Report:
    """What a command did, for machines; `str` of it is for people. `frames` are those of the clip written to `out`."""

    out: str
    frames: int
    fps: float

    def __str__(self) -> str:
        return f"{self.out}: {self.frames} frames at {self.fps:g} a second"


@dataclass(frozen=True)
class Command:
    """A name and a line about it, its arguments, and what it does with them; `run` raises ValueError or OSError where
    it cannot.
    """

    name: str
    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], Report]


def add_pose_file_options(parser: argparse.ArgumentParser) -> None:
    """What a user may know better than the pose files."""
    group = parser.add_argument_group("what pose files do not say", "These outweigh every pose file that is named.")
    for name in ("fps", "layout", "image_size", "body_parts"):
        add_setting(group, FootageSettings, name)


def read_poses(path: Path, options: argparse.Namespace) -> pose_files.PoseFile:
    """Everybody in a pose file, read with the options of `add_pose_file_options`; PoseFileError where it cannot be."""
    try:
        told = typed(options, FootageSettings)
    except ValueError as error:
        raise UsageError(str(error)) from error
    poses = pose_files.read(
        path,
        fps=told.fps,
        image_size=told.image_size,
        layout=told.layout or None,
        body_parts=told.body_parts,
    )
    log.debug(
        "%s: %d people (%s), %d frames at %g a second.",
        path,
        len(poses.ids),
        ", ".join(map(str, poses.ids)),
        len(poses.people[0]),
        poses.people[0].fps,
    )
    return poses


def output_path(text: str) -> Path:
    """A path that poses can be written to: argparse's `type` of it."""
    path = Path(text)
    if path.suffix.lower() not in WRITERS:
        raise argparse.ArgumentTypeError(
            f"{path.name} ends in {path.suffix}; end it in .npz or .csv, or in nothing for a folder of OpenPose JSON"
        )
    return path


def check_output(out: Path, *inputs: Path | None) -> None:
    """Before the work begins: ValueError where `out` would overwrite what is read, or has no folder to stand in."""
    if any(path is not None and path.resolve() == out.resolve() for path in inputs):
        raise ValueError(f"{out} is read and would be overwritten; write to another place.")
    if not out.absolute().parent.is_dir():
        raise ValueError(f"There is no folder {out.absolute().parent}; make it, or write to another place.")
