"""What the next step is worth: our own codes with a piece of the truth of the source put in.

Each oracle reads the source as the product does, replaces one thing that it read by what is true, and decodes as the
product does. What an error falls by is what reading that thing rightly would gain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Flag, auto

import numpy as np

from blender_addon.core.motion import View, rotation
from blender_addon.core.networks.kinematic_model import KinematicCodes
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.skeleton import BONE_CHILDREN, BONE_PARENTS, Skeleton

from ..motion_library import Array
from .cases import FilmedTruth, Task
from .prediction import Prediction


class Known(Flag):
    """What of the source an oracle is told."""

    NOTHING = 0
    LENGTHS = auto()
    VIEW = auto()
    DEPTH_SIGNS = auto()
    DEPTH_SIZES = auto()
    CONTACTS = auto()
    POSTURE = auto()
    DEPTH = DEPTH_SIGNS | DEPTH_SIZES
    ALL = LENGTHS | VIEW | DEPTH | CONTACTS | POSTURE


@dataclass(frozen=True)
class Oracle:
    """A retargeter that is told something; `planted` where standing feet are held as the product holds them."""

    retargeter: Retargeter
    known: Known
    planted: bool = True

    def __call__(self, tasks: Sequence[Task]) -> list[Prediction]:
        """The answers, one task at a time."""
        return [self._answer(task) for task in tasks]

    def _answer(self, task: Task) -> Prediction:
        codes = self.retargeter.encode(task.source)
        assert isinstance(codes, KinematicCodes), "oracles read the codes of the kinematic network"
        assert task.filmed is not None, "oracles answer what was filmed"
        told = with_truth(codes, task.filmed, self.known)
        skeleton, view = told.skeleton, told.view
        if isinstance(task.skeleton, PoseSequence) or isinstance(task.view, PoseSequence):
            raise ValueError("An oracle answers where the target is known, not where a clip shows it.")
        recombined = replace(
            told,
            skeleton=task.skeleton or skeleton,
            view=task.view or view,
            start=np.zeros(2, dtype=np.float32) if task.skeleton else told.start,
        )
        motion = self.retargeter.decode(recombined, planted=self.planted)
        return Prediction(motion.positions, motion.depth, motion.contacts)


def with_truth(codes: KinematicCodes, truth: FilmedTruth, known: Known) -> KinematicCodes:
    """Codes of a source with what is known of it put in, decoded from the source's own view as before or nearer."""
    motion, skeleton = codes.motion, codes.skeleton
    picture, path = motion.picture.copy(), motion.picture_path
    if known & Known.LENGTHS:
        picture[..., :2] *= (skeleton.lengths / truth.skeleton.lengths)[:, None]
        path = path * np.float32(skeleton.leg_length / truth.skeleton.leg_length)
        skeleton = Skeleton(truth.skeleton.lengths, motion.posture)
    picture[..., 2] = _depth(picture[..., 2], truth, skeleton.lengths, known)
    view, camera = motion.view, motion.camera
    if known & Known.VIEW:
        view, camera = View(truth.view.azimuth, truth.view.elevation), rotation(truth.view)
    if known & Known.POSTURE:
        skeleton = Skeleton(skeleton.lengths, truth.skeleton.posture)
    contacts = truth.contacts.astype(np.float32) if known & Known.CONTACTS else motion.contacts
    told = replace(
        motion,
        picture=picture,
        picture_path=path,
        bones=picture @ camera,
        path=path @ camera,
        view=view,
        camera=camera,
        contacts=contacts,
        posture=skeleton.posture,
    )
    return replace(codes, motion=told, skeleton=skeleton, view=view)


def _depth(found: Array, truth: FilmedTruth, lengths: Array, known: Known) -> Array:
    """The bones' depth (T, 14) in parts of `lengths`: its signs, its sizes, or both as they are."""
    bones = truth.joints[:, BONE_CHILDREN, 2] - truth.joints[:, BONE_PARENTS, 2]
    really = bones / lengths
    signs = np.sign(really) if known & Known.DEPTH_SIGNS else np.sign(found)
    sizes = np.abs(really) if known & Known.DEPTH_SIZES else np.abs(found)
    return np.asarray(signs * sizes, dtype=np.float32)
