"""`convert IN OUT`: any pose file in, `.npz`, `.csv` or OpenPose JSON out."""

from __future__ import annotations

import argparse
from pathlib import Path

from .. import pose_files
from .cleaning import add_cleaning_of_files, check_cleaning, cleaned_file
from .command import OUTPUT, POSE_FILE, Report, add_pose_file_options, check_output, output_path, read_poses
from .setting_options import ALL, MAIN, add_performer, id_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """IN, OUT and the options."""
    parser.add_argument("poses", type=Path, metavar="IN", help=POSE_FILE)
    parser.add_argument("out", type=output_path, metavar="OUT", help=OUTPUT)
    add_performer(parser, "poses", "default: all", words=(MAIN, ALL))
    add_cleaning_of_files(parser)
    add_pose_file_options(parser)


def run(options: argparse.Namespace) -> Report:
    """Write everybody, or one person."""
    check_output(options.out, options.poses)
    check_cleaning(options, otherwise=0.0)
    poses = read_poses(options.poses, options)
    if options.poses_performer not in {None, ALL}:
        one = id_of(poses, options.poses_performer)
        poses = pose_files.PoseFile((poses.select(one),), (one,))
    poses = cleaned_file(poses, options)
    pose_files.write(poses, options.out)
    return Report(str(options.out), len(poses.people[0]), poses.people[0].fps)
