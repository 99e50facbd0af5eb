"""What a command is made of, and the options that several share."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .. import pose_files
from ..pose_files.registry import WRITERS
from ..skeleton import LAYOUTS

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
    group.add_argument("--fps", type=float, metavar="RATE", help="frames a second (default: the file's, or 30)")
    group.add_argument(
        "--layout",
        choices=LAYOUTS,
        metavar="NAME",
        help=f"the order of its points: {', '.join(LAYOUTS)} (default: told by the points)",
    )
    group.add_argument(
        "--image-size",
        type=int,
        nargs=2,
        metavar=("WIDTH", "HEIGHT"),
        help="the picture in pixels, for coordinates that are parts of it",
    )


def read_poses(path: Path, options: argparse.Namespace) -> pose_files.PoseFile:
    """Everybody in a pose file, read with the options of `add_pose_file_options`; PoseFileError where it cannot be."""
    size = tuple(options.image_size) if options.image_size else None
    poses = pose_files.read(path, fps=options.fps, image_size=size, layout=options.layout)
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
