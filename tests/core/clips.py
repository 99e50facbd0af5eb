"""Clips that the tests of retargeting share: somebody who marches across the picture, and filmed people with the truth
beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from blender_addon.core import pose_files
from blender_addon.core.gaps.filled_clip import fill_gaps
from blender_addon.core.motion import RetargetedMotion, View
from blender_addon.core.networks.example_clip import ORDINARY_BODY, example_clip
from blender_addon.core.networks.inference import TOKEN_FRAMES
from blender_addon.core.networks.observation import Observation, observe
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.skeleton import BONE_CHILDREN, BONE_PARENTS, JOINT_COUNT, Joint, Skeleton

Array = NDArray[np.float32]

PICTURE = (1280, 720)
ADULT = ORDINARY_BODY.scaled(220)
"""An ordinary body, in pixels."""
CHILD = Skeleton.from_proportions((0.24, 0.36, 0.13, 0.17, 0.16, 0.07, 0.22, 0.21))
"""A child with a large head, in metres."""


def marching(
    frames: int = 120,
    fps: float = 30.0,
    view: View | None = None,
    body: Skeleton = ADULT,
    start: tuple[float, float] = (500.0, 380.0),
) -> PoseSequence:
    """Somebody who marches, 1.5 pixels to the right a thirtieth of a second, the mid-hip first at `start`."""
    at = np.arange(frames) * 30 / fps
    march = example_clip(body, view or View(35, 5))
    step = np.arange(len(march) + 1, dtype=np.float64)
    cycle = np.concatenate((march, march[:1])).reshape(len(step), -1)
    poses = np.stack([np.interp(at % len(march), step, numbers) for numbers in cycle.T], axis=-1).reshape(
        frames, JOINT_COUNT, 2
    )
    path = np.array(start) + np.array([1.5, 0.25]) * at[:, None]
    return PoseSequence(
        (poses + path[:, None]).astype(np.float32), np.ones((frames, JOINT_COUNT), dtype=np.float32), fps, PICTURE
    )


def openpose_clip(openpose_clips: Path, name: str = "tall_man") -> PoseSequence:
    """A real OpenPose detection, with its own confidences and gaps."""
    return pose_files.read(openpose_clips / name, fps=25, image_size=(720, 720)).select()


def with_confidence(
    poses: PoseSequence, confidence: float, joints: Sequence[int], frames: slice = slice(None)
) -> PoseSequence:
    """The clip with another confidence for some joints in some frames."""
    changed = poses.confidence.copy()
    changed[frames, list(joints)] = confidence
    return replace(poses, confidence=changed)


def moved(poses: PoseSequence, scale: float = 1.0, by: tuple[float, float] = (0.0, 0.0)) -> PoseSequence:
    """The clip enlarged about the picture's corner, then shifted."""
    return replace(poses, positions=poses.positions * np.float32(scale) + np.array(by, dtype=np.float32))


def height_in(poses: PoseSequence | Array) -> float:
    """How high a clip stands in its picture: its longest bones from head to ankle."""
    positions = poses.positions if isinstance(poses, PoseSequence) else poses
    longest = np.linalg.norm(positions[:, BONE_CHILDREN] - positions[:, BONE_PARENTS], axis=-1).max(axis=0)
    return Skeleton(np.maximum(longest, 1e-6)).height


def observed(poses: PoseSequence) -> Observation:
    """What the kinematic network sees of a clip, made even in length."""
    filled = fill_gaps(poses)
    spare = len(poses) % TOKEN_FRAMES
    positions, confidence = (
        np.pad(values, [(0, spare)] + [(0, 0)] * (values.ndim - 1))[None]
        for values in (filled.positions, filled.confidence)
    )
    valid = np.ones((1, len(poses) + spare), dtype=np.float32)
    valid[:, len(poses) :] = 0
    return observe(positions, confidence, valid)


def about_mid_hip(positions: Array) -> Array:
    """Positions with the mid-hip at (0, 0) in every frame."""
    return positions - positions[:, Joint.MID_HIP, None]


def lengths_in_space(motion: RetargetedMotion) -> Array:
    """(T, 14) bone lengths, depth included."""
    joints = np.concatenate((motion.positions, motion.depth[..., None]), axis=-1)
    lengths: Array = np.linalg.norm(joints[:, BONE_CHILDREN] - joints[:, BONE_PARENTS], axis=-1)
    return lengths
