"""`convert IN OUT`: any pose file in, `.npz`, `.csv` or OpenPose JSON out."""

from __future__ import annotations

import argparse
from pathlib import Path

from .. import pose_files
from .cleaning import add_cleaning_options, check_cleaning, cleaned_poses
from .command import OUTPUT, POSE_FILE, Report, add_pose_file_options, check_output, output_path, read_poses


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """IN, OUT and the options."""
    parser.add_argument("poses", type=Path, metavar="IN", help=POSE_FILE)
    parser.add_argument("out", type=output_path, metavar="OUT", help=OUTPUT)
    parser.add_argument("--person", type=int, metavar="ID", help="only this person (default: everybody)")
    add_cleaning_options(parser)
    add_pose_file_options(parser)


def run(options: argparse.Namespace) -> Report:
    """Write everybody, or one person."""
    check_output(options.out, options.poses)
    check_cleaning(options)
    poses = read_poses(options.poses, options)
    if options.person is not None:
        poses = pose_files.PoseFile((poses.select(options.person),), (options.person,))
    poses = cleaned_poses(poses, options)
    pose_files.write(poses, options.out)
    return Report(str(options.out), len(poses.people[0]), poses.people[0].fps)
