"""Cleaning takes out what cannot be, fills what is missing and says so, and keeps strikes sharp."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from blender_addon.core import pose_files
from blender_addon.core.motion import PREDICTED_CONFIDENCE
from blender_addon.core.pose_sequence import Array, PoseSequence
from blender_addon.core.skeleton import Joint
from blender_addon.core.smoothing import LostTracking, body_height, cleaned, outliers, whittaker

FPS = 25.0


@pytest.fixture(scope="module")
def march(openpose_clips: Path) -> PoseSequence:
    """A real clip, every joint of which is seen in every frame."""
    return pose_files.read(openpose_clips / "workout_march").people[0]


def changed(poses: PoseSequence, positions: Array | None = None, confidence: Array | None = None) -> PoseSequence:
    return PoseSequence(
        poses.positions if positions is None else positions,
        poses.confidence if confidence is None else confidence,
        poses.fps,
        poses.image_size,
    )


def without(poses: PoseSequence, frames: slice, *joints: Joint) -> PoseSequence:
    confidence = poses.confidence.copy()
    confidence[frames, list(joints or Joint)] = 0
    return changed(poses, confidence=confidence)


def standing(frame_count: int = 100) -> PoseSequence:
    """Somebody who stands still, 400 pixels tall."""
    places = {
        Joint.HEAD: (0, -200),
        Joint.NECK: (0, -150),
        Joint.RIGHT_SHOULDER: (-40, -150),
        Joint.LEFT_SHOULDER: (40, -150),
    }
    places |= {
        Joint.RIGHT_ELBOW: (-50, -80),
        Joint.LEFT_ELBOW: (50, -80),
        Joint.RIGHT_WRIST: (-55, -10),
        Joint.LEFT_WRIST: (55, -10),
    }
    places |= {
        Joint.RIGHT_HIP: (-25, 0),
        Joint.LEFT_HIP: (25, 0),
        Joint.RIGHT_KNEE: (-25, 100),
        Joint.LEFT_KNEE: (25, 100),
    }
    places |= {Joint.RIGHT_ANKLE: (-25, 200), Joint.LEFT_ANKLE: (25, 200), Joint.MID_HIP: (0, 0)}
    pose = np.array([places[joint] for joint in Joint], np.float32) + 500
    return PoseSequence(
        np.repeat(pose[None], frame_count, axis=0),
        np.full((frame_count, len(Joint)), 0.9, np.float32),
        FPS,
        (1000, 1000),
    )


def walking(frame_count: int = 100) -> PoseSequence:
    """The same, who glides to the right by 4 pixels a frame."""
    poses = standing(frame_count)
    return changed(
        poses, poses.positions + np.arange(frame_count, dtype=np.float32)[:, None, None] * np.array([4, 0], np.float32)
    )


def test_without_strength_everything_is_as_it_was(march: PoseSequence) -> None:
    gap = without(march, slice(20, 30))
    raw = cleaned(gap, 0)
    assert raw.poses is gap
    assert not raw.invented.any()


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_outside_0_to_1_is_refused(strength: float) -> None:
    with pytest.raises(ValueError, match="smoothing strength"):
        cleaned(standing(), strength)


def test_jitter_goes_and_the_motion_stays(march: PoseSequence) -> None:
    march = cleaned(march, 0.5).poses
    noise = np.random.default_rng(1).normal(0, 0.006 * body_height(march), march.positions.shape).astype(np.float32)
    noisy = changed(march, march.positions + noise)
    errors = [np.abs(cleaned(noisy, strength).poses.positions - march.positions).mean() for strength in (0, 0.5)]
    jitters = [np.abs(np.diff(cleaned(noisy, strength).poses.positions, 2, axis=0)).mean() for strength in (0, 0.5, 1)]
    assert errors[1] < 0.8 * errors[0]
    assert jitters[0] > 2 * jitters[1] > 2.5 * jitters[2]


def test_a_strike_keeps_its_height_and_its_frame() -> None:
    """A wrist that strikes and returns within a fifth of a second, while everything else rests."""
    poses = standing()
    positions = poses.positions.copy()
    strike = np.array([0, 40, 95, 140, 95, 40, 0], np.float32)
    positions[47:54, Joint.RIGHT_WRIST, 1] -= strike
    smooth = cleaned(changed(poses, positions), 0.5).poses.positions[:, Joint.RIGHT_WRIST, 1]
    assert int(smooth.argmin()) == 50
    assert smooth[0] - smooth.min() > 0.9 * 140
    assert np.abs(smooth[:40] - smooth[0]).max() < 1


def test_smoothing_does_not_lag() -> None:
    poses = walking()
    wave = (30 * np.sin(np.arange(100) / FPS * 2 * np.pi)).astype(np.float32)
    positions = poses.positions.copy()
    positions[:, Joint.LEFT_WRIST, 1] += wave
    smooth = cleaned(changed(poses, positions), 0.5).poses.positions[:, Joint.LEFT_WRIST, 1]
    shifts = [
        np.corrcoef(smooth[10:-10], positions[10 + shift : 90 + shift, Joint.LEFT_WRIST, 1])[0, 1]
        for shift in (-2, -1, 0, 1, 2)
    ]
    assert int(np.argmax(shifts)) == 2


def test_half_the_height_of_a_wave_at_the_cutoff_is_left() -> None:
    time = np.arange(400) / FPS
    wave = np.sin(2 * np.pi * 3 * time)[:, None] * np.ones(2)
    smooth = whittaker(wave, np.ones(400), np.full(400, 3.0), FPS)
    assert np.abs(smooth[100:300]).max() == pytest.approx(0.5, abs=0.01)


def test_a_joint_that_jumps_away_for_a_frame_is_put_back_and_marked() -> None:
    poses = walking()
    positions = poses.positions.copy()
    positions[50, Joint.LEFT_WRIST] += 150
    positions[70:72, Joint.RIGHT_ANKLE] += 120
    result = cleaned(changed(poses, positions))
    assert result.invented.sum() == 3
    assert result.invented[50, Joint.LEFT_WRIST]
    assert result.invented[70:72, Joint.RIGHT_ANKLE].all()
    assert np.abs(result.poses.positions - poses.positions).max() < 2


def test_a_limb_that_is_too_long_is_a_mistake_of_its_less_sure_end() -> None:
    poses = standing()
    positions, confidence = poses.positions.copy(), poses.confidence.copy()
    positions[40:48, Joint.LEFT_ANKLE, 1] += 80
    confidence[40:48, Joint.LEFT_ANKLE] = 0.4
    wrong = outliers(changed(poses, positions, confidence))
    assert wrong[40:48, Joint.LEFT_ANKLE].all()
    assert wrong.sum() == 8


def test_real_motion_holds_hardly_any_mistake(march: PoseSequence) -> None:
    assert outliers(march).mean() < 0.01


def test_a_hidden_hand_goes_along_with_its_body_and_is_marked() -> None:
    poses = walking()
    result = cleaned(without(poses, slice(40, 60), Joint.RIGHT_WRIST))
    assert result.invented[40:60, Joint.RIGHT_WRIST].all()
    assert result.invented.sum() == 20
    assert result.poses.confidence[50, Joint.RIGHT_WRIST] == pytest.approx(PREDICTED_CONFIDENCE)
    assert result.poses.confidence[39, Joint.RIGHT_WRIST] == pytest.approx(0.9)
    assert np.abs(result.poses.positions - poses.positions).max() < 1


def test_a_joint_that_was_never_seen_stays_unseen() -> None:
    result = cleaned(without(standing(), slice(None), Joint.LEFT_ANKLE))
    assert not result.poses.seen[:, Joint.LEFT_ANKLE].any()
    assert not result.invented.any()


LOST = slice(40, 70)
"""More than a second."""


def test_a_lost_performer_can_stand_still() -> None:
    poses = walking()
    result = cleaned(without(poses, LOST), 0.01, LostTracking.HOLD)
    assert result.invented[LOST].all()
    assert np.abs(result.poses.positions[45:65] - poses.positions[39]).max() < 2


def test_a_lost_performer_can_go_on_to_where_it_is_seen_again() -> None:
    poses = walking()
    result = cleaned(without(poses, LOST), 0.5, LostTracking.INTERPOLATE)
    assert result.invented[LOST].all()
    assert np.abs(result.poses.positions - poses.positions).max() < 1


def test_a_lost_performer_can_ease_to_rest_and_back() -> None:
    poses = standing()
    positions = poses.positions.copy()
    positions[30:80, Joint.RIGHT_WRIST, 1] -= 150
    result = cleaned(without(changed(poses, positions), slice(35, 75)), 0.01, LostTracking.EASE_TO_REST)
    wrist = result.poses.positions[:, Joint.RIGHT_WRIST, 1]
    assert wrist[55] == pytest.approx(poses.positions[0, Joint.RIGHT_WRIST, 1], abs=3)
    assert wrist[34] == pytest.approx(wrist[76], abs=3)
    assert np.abs(np.diff(wrist[33:78])).max() < 30


def test_the_clip_can_stop_where_the_performer_is_lost() -> None:
    result = cleaned(without(walking(), LOST), 0.5, LostTracking.STOP)
    assert len(result.poses) == 40
    assert not result.invented.any()


def test_a_short_absence_is_no_loss() -> None:
    poses = walking()
    for policy in LostTracking:
        result = cleaned(without(poses, slice(40, 50)), 0.5, policy)
        assert len(result.poses) == 100
        assert np.abs(result.poses.positions - poses.positions).max() < 1


@pytest.mark.parametrize("frame_count", [1, 2, 3, 4])
def test_the_shortest_clips_go_through(frame_count: int) -> None:
    result = cleaned(walking(frame_count), 1)
    assert len(result.poses) == frame_count
    assert np.abs(result.poses.positions - walking(frame_count).positions).max() < 3


def test_somebody_seen_in_one_frame_alone_stands_there() -> None:
    poses = without(without(standing(), slice(0, 50)), slice(51, 100))
    result = cleaned(poses)
    assert result.invented.sum() == 99 * len(Joint)
    assert np.abs(result.poses.positions - standing().positions).max() < 1
