"""What the camera saw is kept: seen joints stay where they were seen, and the network only fills what was not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from blender_addon.core.gaps.filled_clip import fill_gaps
from blender_addon.core.gaps.merge_observed import TRUSTED, merge_observed
from blender_addon.core.motion import View
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.skeleton import BONE_CHILDREN, BONE_INDEX, BONE_PARENTS, BONE_PATHS, JOINT_COUNT, Joint
from tests.core.clips import ADULT, marching, with_confidence

Array = NDArray[np.float32]

LIMBS = [int(joint) for joint in Joint if joint != Joint.MID_HIP]
ARM = (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST)


def bones_in(poses: PoseSequence) -> Array:
    """(T, 14, 2) in parts of their lengths."""
    return (poses.positions[:, BONE_CHILDREN] - poses.positions[:, BONE_PARENTS]) / ADULT.lengths[:, None]


def kept(poses: PoseSequence, predicted: Array) -> Array:
    """(T, 15, 2) pixels: what `merge_observed` makes of a clip and what a network predicts."""
    flat, root = merge_observed(fill_gaps(poses), predicted, ADULT.lengths)
    assert np.isfinite(flat).all()
    return root[:, None] + BONE_PATHS @ (flat * ADULT.lengths[:, None])


def wrong_about(poses: PoseSequence, degrees: float = 25) -> Array:
    """What a network predicts that sees everything turned in the picture."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return bones_in(poses) @ np.array([[cos, sin], [-sin, cos]], dtype=np.float32)


@pytest.fixture
def clip() -> PoseSequence:
    return marching(90)


def test_what_was_seen_is_returned_whatever_the_network_predicts(clip: PoseSequence) -> None:
    assert np.abs(kept(clip, wrong_about(clip)) - clip.positions).max() < 1e-2


@pytest.mark.parametrize("hidden", list(Joint))
@pytest.mark.parametrize("confidence", [0.0, 0.05, 0.2])
def test_a_doubtful_joint_moves_no_other(clip: PoseSequence, hidden: Joint, confidence: float) -> None:
    others = [joint for joint in Joint if joint != hidden]
    found = kept(with_confidence(clip, confidence, (hidden,), slice(30, 60)), wrong_about(clip))
    assert np.abs(found - clip.positions)[:, others].max() < 1e-2


@pytest.mark.parametrize(
    "hidden",
    [
        (Joint.NECK, Joint.RIGHT_SHOULDER),
        (Joint.MID_HIP, Joint.NECK),
        ARM,
        (Joint.MID_HIP, Joint.LEFT_HIP, Joint.LEFT_KNEE),
    ],
)
@pytest.mark.parametrize("confidence", [0.0, 0.1])
def test_a_doubtful_chain_moves_nothing_at_its_ends(
    clip: PoseSequence, hidden: tuple[Joint, ...], confidence: float
) -> None:
    others = [joint for joint in Joint if joint not in hidden]
    found = kept(with_confidence(clip, confidence, hidden, slice(30, 60)), wrong_about(clip))
    assert np.abs(found - clip.positions)[:, others].max() < 1e-2


def test_whoever_was_never_seen_from_the_waist_down_is_hung_on_what_was(clip: PoseSequence) -> None:
    legs = (
        Joint.MID_HIP,
        Joint.RIGHT_HIP,
        Joint.RIGHT_KNEE,
        Joint.RIGHT_ANKLE,
        Joint.LEFT_HIP,
        Joint.LEFT_KNEE,
        Joint.LEFT_ANKLE,
    )
    found = kept(with_confidence(clip, 0, legs), bones_in(clip))
    assert np.abs(found - clip.positions).max() < 0.05


def test_one_seen_ankle_says_where_everything_is(clip: PoseSequence) -> None:
    found = kept(with_confidence(clip, 0, [joint for joint in Joint if joint != Joint.LEFT_ANKLE]), bones_in(clip))
    assert np.abs(found - clip.positions).max() < 0.05


@pytest.mark.parametrize("confidence", [0.0, 0.01])
def test_the_network_fills_a_gap_and_joins_on_without_a_step(clip: PoseSequence, confidence: float) -> None:
    gap = slice(30, 60)
    hidden = with_confidence(clip, confidence, ARM, gap)
    found = kept(hidden, wrong_about(clip, 15))
    steps = np.abs(np.diff(found - clip.positions, axis=0))[:, ARM].max(axis=(1, 2))
    # The network is off by 15 degrees, half of a forearm's 55 pixels' worth: a step would be more than ten pixels.
    assert steps[[28, 29, 30, 58, 59, 60]].max() < 9


def test_how_the_network_was_wrong_beside_a_gap_is_taken_back_within_it(clip: PoseSequence) -> None:
    gap = slice(30, 60)
    predicted = BONE_PATHS @ (wrong_about(clip, 15) * ADULT.lengths[:, None])
    found = kept(with_confidence(clip, 0, ARM, gap), wrong_about(clip, 15))

    def error(joints: NDArray[np.float32]) -> float:
        shoulder = joints[gap, None, Joint.RIGHT_SHOULDER]
        truth = clip.positions[gap][:, ARM] - clip.positions[gap, None, Joint.RIGHT_SHOULDER]
        return float(np.abs(joints[gap][:, ARM] - shoulder - truth).mean())

    assert error(found) < 0.5 * error(predicted)


def test_far_from_every_sighting_the_network_alone_says_what_was_there(clip: PoseSequence) -> None:
    hidden = with_confidence(clip, 0, ARM, slice(25, 65))
    assert np.abs(kept(hidden, bones_in(clip)) - clip.positions)[40:50].max() < 1e-2


def test_a_short_gap_depends_little_on_the_network(clip: PoseSequence) -> None:
    hidden = with_confidence(clip, 0, ARM, slice(30, 36))
    found = [kept(hidden, predicted) for predicted in (bones_in(clip), wrong_about(clip, 40))]
    assert np.abs(found[0] - found[1]).max() < 6
    assert np.abs(found[0] - clip.positions).max() < 4


def test_a_gap_is_forgotten_in_the_same_time_at_every_frame_rate() -> None:
    slow, fast = marching(61, 30), marching(241, 120)
    found = [
        kept(with_confidence(clip, 0, ARM, slice(19 * every + 1, 41 * every)), wrong_about(clip))
        for clip, every in ((slow, 1), (fast, 4))
    ]
    assert np.abs(found[0] - found[1][::4]).max() < 1


def test_where_nothing_was_seen_the_performer_goes_on_in_a_straight_line(clip: PoseSequence) -> None:
    found = kept(with_confidence(clip, 0, list(Joint), slice(30, 60)), bones_in(clip))
    assert np.abs(found - clip.positions)[:, Joint.MID_HIP].max() < 1


def test_where_nothing_was_seen_a_mid_hip_that_never_was_goes_on_too(clip: PoseSequence) -> None:
    hidden = with_confidence(with_confidence(clip, 0, (Joint.MID_HIP,)), 0, list(Joint), slice(30, 60))
    assert np.abs(kept(hidden, bones_in(clip)) - clip.positions)[:, Joint.MID_HIP].max() < 8


def test_doubt_gives_way_to_the_network_step_by_step(clip: PoseSequence) -> None:
    predicted = bones_in(clip).copy()
    predicted[:, BONE_INDEX[Joint.RIGHT_WRIST]] = (0.0, -1.0)
    moved_by = []
    for confidence in (1.0, TRUSTED, 0.7 * TRUSTED, 0.3 * TRUSTED, 1e-6, 0.0):
        found = kept(with_confidence(clip, confidence, (Joint.RIGHT_WRIST,)), predicted)
        moved_by.append(float(np.abs(found - clip.positions)[:, Joint.RIGHT_WRIST].mean()))
    assert moved_by[0] == moved_by[1] == pytest.approx(0, abs=1e-2)
    assert moved_by[1] < moved_by[2] < moved_by[3] < moved_by[4]
    assert moved_by[4] == pytest.approx(moved_by[5], rel=0.01)


@given(seed=st.integers(0, 2**32 - 1), doubt=st.floats(0.1, 0.95), scale=st.sampled_from([1e-3, 1.0, 1e5]))
@settings(max_examples=40, deadline=None)
def test_seen_joints_stay_and_nothing_is_ever_nan(seed: int, doubt: float, scale: float) -> None:
    generator = np.random.default_rng(seed)
    frames = int(generator.integers(1, 30))
    positions = (generator.normal(size=(frames, JOINT_COUNT, 2)) * 100 * scale).astype(np.float32)
    confidence = np.where(
        generator.random((frames, JOINT_COUNT)) < doubt,
        generator.choice([0, 1e-30, 0.05, 0.29], (frames, JOINT_COUNT)),
        1.0,
    )
    confidence[0, 0] = 1
    poses = PoseSequence(positions, confidence.astype(np.float32), 30, None)
    lengths = np.float32(scale) * ADULT.lengths
    flat, root = merge_observed(fill_gaps(poses), generator.normal(size=(frames, 14, 2)).astype(np.float32), lengths)
    assert np.isfinite(flat).all()
    found = root[:, None] + BONE_PATHS @ (flat * lengths[:, None])
    assert np.abs(found - poses.positions)[poses.confidence >= TRUSTED].max() < 1e-2 * scale


def test_a_clip_that_is_seen_from_afar_stays_where_it_is() -> None:
    clip = marching(30, view=View(-70), start=(1e5, -1e5))
    hidden = with_confidence(clip, 0, (Joint.NECK, Joint.MID_HIP), slice(5, 20))
    found = kept(hidden, wrong_about(clip))
    others = [joint for joint in Joint if joint not in (Joint.NECK, Joint.MID_HIP)]
    assert np.abs(found - clip.positions)[:, others].max() < 0.1
