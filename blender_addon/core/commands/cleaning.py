"""The options that clean poses: `--smooth` and `--lost`, of the panel's settings."""

from __future__ import annotations

import argparse
import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...settings.as_options import typed
from ...settings.cleaning import CleaningSettings
from ..camera_motion import handled, notice, with_camera_of
from ..codec import change_frames
from ..pose_files import PoseFile
from ..pose_sequence import PoseSequence
from .command import UsageError
from .setting_options import add_setting

log = logging.getLogger(__name__)

SMOOTH, LOST = (CleaningSettings.settings()[name].path for name in ("smooth", "lost"))


def add_cleaning_of_files(parser: argparse.ArgumentParser) -> None:
    """Both options, for a command that writes what was seen: without them poses stay raw."""
    group = parser.add_argument_group(
        "cleaning",
        "A file of poses holds what was seen; --smooth takes out mistakes and smooths. What nobody saw stays unseen, "
        "unless --lost says what it does, and is then written with a low confidence.",
    )
    add_setting(group, CleaningSettings, "smooth", "default: 0, for this makes a file of poses and no motion")
    add_setting(group, CleaningSettings, "lost")


def add_cleaning(parser: argparse.ArgumentParser) -> None:
    """Both options, for a command that makes a motion: the defaults are the panel's."""
    group = parser.add_argument_group("cleaning", "Of what was seen, before its motion is retargeted.")
    for name in ("smooth", "lost", "camera", "distance"):
        add_setting(group, CleaningSettings, name)


def check_cleaning(options: argparse.Namespace, otherwise: float) -> None:
    """Before the work begins: UsageError where --lost would do nothing; `otherwise` is the smoothing where none is
    given.
    """
    given = vars(options)
    if given[SMOOTH] is None:
        setattr(options, SMOOTH, otherwise)
    if given[LOST] is not None and given[SMOOTH] == 0:
        raise UsageError("--lost bridges what --smooth cleans; give --smooth above 0 too.")


def cleaned_file(poses: PoseFile, options: argparse.Namespace) -> PoseFile:
    """Everybody cleaned as the options say, on one timeline: where `--lost stop` ends, somebody is unseen until the
    last one ends.
    """
    settings = typed(options, CleaningSettings)
    if settings.smooth == 0:
        return poses
    if not settings.gap_policy:
        return PoseFile(tuple(cleaned_clip(person, options) for person in poses.people), poses.ids)

    from ..smoothing import LostTracking, cleaned

    lost = LostTracking[settings.gap_policy]
    people = [cleaned(person, settings.smooth, lost).poses for person in poses.people]
    longest = max(map(len, people))
    return PoseFile(tuple(_lengthened(person, longest) for person in people), poses.ids)


def cleaned_clip(poses: PoseSequence, options: argparse.Namespace) -> PoseSequence:
    """One person's poses as the options say, for the network: what nobody saw is left to it, as in the panel."""
    settings = typed(options, CleaningSettings)
    if settings.smooth == 0:
        return poses

    from ..smoothing import cleaned_for_network

    filmed = handled(poses, settings.camera)
    return with_camera_of(cleaned_for_network(filmed, settings.smooth, settings.gap_policy)[0], poses)


def filmed_clip(poses: PoseSequence, options: argparse.Namespace) -> PoseSequence:
    """One person's poses with the camera's motion as far as the options say that it is taken out; a warning where it
    cannot be.
    """
    settings = typed(options, CleaningSettings)
    if said := notice(poses, settings.camera):
        log.warning("%s", said)
    return handled(poses, settings.camera)


def _lengthened(poses: PoseSequence, length: int) -> PoseSequence:
    """The same with frames at the end in which nothing is seen."""
    more = length - len(poses)
    if not more:
        return poses

    def longer(array: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([array, np.zeros((more, *array.shape[1:]), array.dtype)])

    return change_frames(poses, longer)
