"""Everybody who was found in rendered clips, cleaned and retargeted as a bake does it, without Blender: seconds a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from blender_addon.core import pose_files
from blender_addon.core.camera_motion import handled, with_camera_of
from blender_addon.core.motion import RetargetedMotion
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.skeleton import Skeleton
from blender_addon.core.smoothing import cleaned_for_network
from blender_addon.settings.cleaning import CleaningSettings

from .clip_truth import ClipTruth, PersonTruth
from .found_people import matched, read_found

Found = tuple[PersonTruth, PoseSequence]


def people_in(clip: ClipTruth, found: Path) -> list[Found]:
    """Each person of a clip whom the pose file `found` has, and their poses."""
    poses = pose_files.read(found)
    pairs = zip(clip.people, matched(clip, read_found(found, clip.frames)), strict=True)
    return [(truth, poses.select(one.performer)) for truth, one in pairs if one is not None]


def retargeted(network: Retargeter, truth: PersonTruth, poses: PoseSequence) -> RetargetedMotion:
    """The motion on a body of the true lengths, by the defaults."""
    settings = CleaningSettings()
    cleaned, _ = cleaned_for_network(handled(poses, settings.camera), settings.smooth)
    body = Skeleton(truth.lengths.astype(np.float32))
    return network.retarget(with_camera_of(cleaned, poses), body, distance=settings.distance)
