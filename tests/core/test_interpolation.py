"""Gaps are bridged by curves in time, and joints that were never seen have a place."""

from __future__ import annotations

import numpy as np
import pytest

from blender_addon.core.gaps.interpolation import interpolate_gaps
from blender_addon.core.skeleton import JOINT_COUNT, Joint
from tests.core.clips import marching, with_confidence


def test_a_gap_is_bridged_in_a_straight_line_and_held_at_the_ends() -> None:
    positions, seen = np.zeros((7, JOINT_COUNT, 2), dtype=np.float32), np.ones((7, JOINT_COUNT), dtype=np.bool_)
    wrist = int(Joint.LEFT_WRIST)
    positions[:, wrist, 0] = [9e9, 10.0, 9e9, 9e9, 40.0, -9e9, 9e9]
    seen[:, wrist] = [False, True, False, False, True, False, False]
    assert interpolate_gaps(positions, seen)[:, wrist, 0].tolist() == pytest.approx([10, 10, 20, 30, 40, 40, 40])


def test_a_joint_never_seen_is_at_its_nearest_seen_ancestor() -> None:
    poses = with_confidence(marching(8), 0, (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST))
    filled = interpolate_gaps(poses.positions, poses.seen)
    for joint in (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST):
        assert np.abs(filled[:, joint] - filled[:, Joint.RIGHT_SHOULDER]).max() <= 1e-5


def test_a_mid_hip_never_seen_is_in_the_middle_of_what_was() -> None:
    poses = with_confidence(marching(8), 0, (Joint.MID_HIP,))
    filled = interpolate_gaps(poses.positions, poses.seen)
    others = [int(joint) for joint in Joint if joint != Joint.MID_HIP]
    assert np.abs(filled[:, Joint.MID_HIP] - poses.positions[:, others].mean(axis=1)).max() <= 1e-3


def test_clips_of_a_batch_are_filled_as_one_by_one() -> None:
    clips = [
        with_confidence(marching(30), 0, joints, slice(10, 20))
        for joints in ((Joint.RIGHT_WRIST,), (Joint.MID_HIP, Joint.LEFT_ANKLE))
    ]
    together = interpolate_gaps(np.stack([clip.positions for clip in clips]), np.stack([clip.seen for clip in clips]))
    for filled, clip in zip(together, clips, strict=True):
        assert np.array_equal(filled, interpolate_gaps(clip.positions, clip.seen))
