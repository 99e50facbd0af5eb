"""Where commands get their motion from: a motion folder, a folder of BVH files, or both."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from .bvh import load_bvh_folder
from .motion_library import MotionLibrary, load_motion

DATA_VARIABLE = "MOTION_RETARGET_2D_DATA"
"""The environment variable that names the folder with `motion/` and `baselines/`."""


def add_motion_arguments(parser: argparse.ArgumentParser) -> None:
    """`--data` and `--bvh`."""
    default = os.environ.get(DATA_VARIABLE)
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(default) if default else None,
        help=f"folder that holds motion/ (default: ${DATA_VARIABLE})",
    )
    parser.add_argument(
        "--bvh", type=Path, help="folder of BVH files of your own, instead of or beside the motion folder"
    )


def motion_library(options: argparse.Namespace) -> MotionLibrary:
    """The motion that the arguments name.

    Raises ValueError where they name none, FileNotFoundError where it is not there.
    """
    libraries = [load_motion(options.data / "motion")] if options.data else []
    if options.bvh:
        libraries.append(load_bvh_folder(options.bvh))
    if not libraries:
        raise ValueError(
            f"There is no motion to work on; name a data folder with --data or ${DATA_VARIABLE}, or a folder of BVH files with --bvh."
        )
    first, *rest = libraries
    for library in rest:
        first = first.joined(library)
    return first
