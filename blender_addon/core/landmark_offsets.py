"""Nose, ears, knuckles, heels and toes of a performer, carried over to another body and view: each as it was seen from
the joint that carries it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from .head_pose import EAR, NOSE, head_pose
from .motion import LandmarkOffsets
from .networks.decoded import Decoded
from .pose_sequence import PoseSequence
from .skeleton import BONE_INDEX, EXTRA_LANDMARKS, LANDMARK_JOINTS, PARENTS, Joint, Skeleton

Array = NDArray[np.float32]
Doubles = NDArray[np.float64]

USUAL_LENGTHS = {"nose": NOSE, "ear": EAR, "index_knuckle": 0.37, "heel": 0.22, "toe": 0.45}
"""How far a landmark is from its joint, in lengths of the bone that ends there: neck and head, forearm, shin (after
Winter 2009, table 4.1).
"""
SHORTEST, LONGEST = 0.6, 1.5
"""Of the usual length: what a clip may say of it."""
NEARLY_ALWAYS = 0.9
"""The part of the frames that tells how long a landmark's way looks at most."""
HEAD_LANDMARKS = ("nose", "right_ear", "left_ear")
TINY = 1e-6
TRUSTED = 0.3
"""Confidence from which a frame tells how long it looks."""
STRETCHED = 1.4
"""A landmark that looks so much further from its joint than it nearly always does was mistaken."""
SIDE_IN_DOUBT = 0.2
"""Sine of the angle to the picture's plane within which the bone that tells the side, towards the viewer or away, tells
it less and less.
"""
CALM_SECONDS = 0.05
"""Width of the smoothing over time, weighted by confidence."""


@dataclass(frozen=True, eq=False)
class SeenLandmarks:
    """Where the landmarks of a clip are from the joints that carry them, as it was filmed: `names` (L) of them, their
    `bones` (L), `offsets` (T, L, 3) in lengths of these, and `confidence` (T, L).
    """

    names: tuple[str, ...]
    bones: list[int]
    offsets: Doubles
    confidence: Array

    @classmethod
    def of(cls, clip: PoseSequence, own: Decoded) -> SeenLandmarks | None:
        """Those of a clip; None where it has none. `own` is its motion on the performer's own body from its own view.

        In the picture each is as it was seen. The depth of nose and ears is that of a head that fits them; of the
        others it is what their usual length leaves for it, on the side that the hand's forearm, or the body's front or
        right, points to.
        """
        if clip.landmarks is None or not clip.landmarks.confidence.any():
            return None
        names = tuple(name for name in EXTRA_LANDMARKS if name in clip.landmarks.names)
        columns = [clip.landmarks.names.index(name) for name in names]
        carriers = [LANDMARK_JOINTS[name] for name in names]
        bones = [BONE_INDEX[joint] for joint in carriers]
        confidence = np.minimum(clip.landmarks.confidence[:, columns], clip.confidence[:, carriers])
        flat = clip.landmarks.positions[:, columns] - clip.positions[:, carriers]
        flat = flat / own.skeleton.lengths[bones][:, None]
        facing = _Facing.of(own.joints)
        depths = _head_depths(names, flat.astype(np.float64), confidence.astype(np.float64), facing)
        found, sure = [], []
        for column, name in enumerate(names):
            spatial, certain = _in_space(
                name,
                flat[:, column].astype(np.float64),
                confidence[:, column],
                facing.along(name)[:, 2],
                depths.get(name),
            )
            found.append(_calmed(spatial, certain, clip.fps))
            sure.append(certain)
        return cls(names, bones, np.stack(found, axis=1), np.stack(sure, axis=1))

    def on(self, skeleton: Skeleton, turn: Array) -> LandmarkOffsets:
        """The same on a body of that skeleton, from the view that `turn` leads to, as in `Decoded`."""
        offsets = self.offsets @ turn * skeleton.lengths[self.bones][:, None]
        return LandmarkOffsets(self.names, offsets.astype(np.float32), self.confidence)


@dataclass(frozen=True, eq=False)
class _Facing:
    """Unit vectors (T, 3) in the camera's space; 0 where the joints tell none."""

    forward: Doubles
    right: Doubles
    joints: Doubles

    @classmethod
    def of(cls, joints: Array) -> _Facing:
        """Where the trunk faces, of joints (T, 15, 3)."""
        exact = joints.astype(np.float64)
        across = (
            exact[:, Joint.RIGHT_SHOULDER]
            - exact[:, Joint.LEFT_SHOULDER]
            + exact[:, Joint.RIGHT_HIP]
            - exact[:, Joint.LEFT_HIP]
        )
        up = exact[:, Joint.NECK] - exact[:, Joint.MID_HIP]
        return cls(_unit(np.cross(-across, up)), _unit(across), exact)

    @property
    def trunk(self) -> Doubles:
        """(T, 3, 3) the trunk's left, up and front in columns; one that faces the camera where the joints tell none."""
        axes = np.stack((-self.right, np.cross(self.forward, -self.right), self.forward), axis=-1)
        return np.where(np.linalg.norm(self.forward, axis=-1)[:, None, None] > TINY, axes, np.diag((1.0, -1.0, -1.0)))

    def along(self, name: str) -> Doubles:
        """(T, 3) about where a landmark lies from its joint."""
        if name.endswith("knuckle"):
            wrist = LANDMARK_JOINTS[name]
            return _unit(self.joints[:, wrist] - self.joints[:, PARENTS[wrist]])
        if name.endswith("ear"):
            return self.right if name.startswith("right") else -self.right
        return -self.forward if name.endswith("heel") else self.forward


def _head_depths(names: tuple[str, ...], flat: Doubles, confidence: Doubles, facing: _Facing) -> dict[str, Doubles]:
    """(T,) depths of nose and ears, of a head that fits them; none where there is no nose, so that nothing tells how
    the head is turned.
    """
    if "nose" not in names:
        return {}
    unseen = np.zeros(len(flat))
    trio = [
        (flat[:, names.index(name)], confidence[:, names.index(name)])
        if name in names
        else (np.zeros((len(flat), 2)), unseen)
        for name in HEAD_LANDMARKS
    ]
    (nose, right, left), sure = (way for way, _ in trio), np.stack([certain for _, certain in trio], axis=-1)
    return head_pose(nose, right, left, sure, facing.trunk).depths


def _in_space(
    name: str, flat: Doubles, confidence: Array, towards: Doubles, depth: Doubles | None
) -> tuple[Doubles, Array]:
    """(T, 3) offsets of a landmark seen at `flat` (T, 2), at that `depth` (T,) or else on the side of `towards` (T,);
    and the (T,) confidence, 0 for what cannot be.
    """
    usual = next(length for part, length in USUAL_LENGTHS.items() if name.endswith(part))
    shown = np.linalg.norm(flat, axis=-1)
    sure = shown[confidence >= TRUSTED]
    length = float(np.clip(np.quantile(sure, NEARLY_ALWAYS) if sure.size else usual, SHORTEST * usual, LONGEST * usual))
    certain = np.where(shown > STRETCHED * length, np.float32(0), confidence)
    if depth is None:
        depth = towards / np.sqrt(towards**2 + SIDE_IN_DOUBT**2) * np.sqrt(np.maximum(length**2 - shown**2, 0))
    return np.concatenate((flat, depth[:, None]), axis=-1), certain


def _calmed(offsets: Doubles, confidence: Array, fps: float) -> Doubles:
    """(T, 3) each the mean of those near in time, the surer the weightier; 0 where nothing near was seen."""
    weight = confidence.astype(np.float64)[:, None]
    sigma = CALM_SECONDS * fps
    total = gaussian_filter1d(weight, sigma, axis=0, mode="nearest")
    smooth: Doubles = gaussian_filter1d(weight * offsets, sigma, axis=0, mode="nearest") / np.maximum(total, 1e-9)
    return np.asarray(np.where(total > 1e-6, smooth, 0.0))


def _unit(vectors: Doubles) -> Doubles:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
