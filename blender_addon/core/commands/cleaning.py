"""The options that clean poses on their way into a file: `--smooth` and `--lost`."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..codec import change_frames
from ..pose_files import PoseFile
from ..pose_sequence import PoseSequence
from .command import UsageError

RAW = 0.0
LOST = {"hold": "HOLD", "interpolate": "INTERPOLATE", "rest": "EASE_TO_REST", "stop": "STOP"}
"""What users write, and the policies of `smoothing.LostTracking`."""


def add_cleaning_options(parser: argparse.ArgumentParser) -> None:
    """Both options; without them poses are written as they were seen."""
    group = parser.add_argument_group(
        "cleaning", "Takes out mistakes, fills gaps and smooths; what was made up is written with a low confidence."
    )
    group.add_argument(
        "--smooth", type=_strength, default=RAW, metavar="STRENGTH", help="from 0 (raw, untouched) to 1 (default: 0)"
    )
    group.add_argument(
        "--lost",
        choices=LOST,
        help="what somebody does who is lost for longer than half a second (default: interpolate)",
    )


def check_cleaning(options: argparse.Namespace) -> None:
    """Before the work begins: UsageError where --lost would do nothing."""
    if options.lost is not None and options.smooth == RAW:
        raise UsageError("--lost bridges what --smooth cleans; give --smooth above 0 too.")


def cleaned_poses(poses: PoseFile, options: argparse.Namespace) -> PoseFile:
    """Everybody cleaned as the options say, on one timeline: where `--lost stop` ends, somebody is unseen until the
    last one ends.
    """
    if options.smooth == RAW:
        return poses

    from ..smoothing import LostTracking, cleaned

    lost = LostTracking[LOST[options.lost or "interpolate"]]
    people = [cleaned(person, options.smooth, lost).poses for person in poses.people]
    longest = max(map(len, people))
    return PoseFile(tuple(_lengthened(person, longest) for person in people), poses.ids)


def _lengthened(poses: PoseSequence, length: int) -> PoseSequence:
    """The same with frames at the end in which nothing is seen."""
    more = length - len(poses)
    if not more:
        return poses

    def longer(array: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([array, np.zeros((more, *array.shape[1:]), array.dtype)])

    return change_frames(poses, longer)


def _strength(text: str) -> float:
    try:
        strength = float(text)
    except ValueError:
        strength = -1.0
    if not 0 <= strength <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no strength; give a number from 0 (raw) to 1")
    return strength
