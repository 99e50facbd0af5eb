"""A motion on the scene's clock lasts as long as the clip, whatever the two frame rates are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from blender_addon.bridge.retiming.resample import resample
from blender_addon.core.motion import LandmarkOffsets, RetargetedMotion
from blender_addon.core.skeleton import Joint, Skeleton
from blender_addon.settings.bake import LAST_FRAME
from tests.blender.street_motion import street_motion

BODY = Skeleton.from_proportions([0.3, 0.5, 0.18, 0.28, 0.26, 0.1, 0.42, 0.42])


@pytest.fixture
def motion() -> RetargetedMotion:
    """230 frames at 30 a second."""
    return street_motion(BODY)


def test_at_the_clips_own_rate_every_value_stays_as_it_is(motion: RetargetedMotion) -> None:
    scene = resample(motion, motion.fps, 1)
    assert scene.frames.tolist() == list(range(1, len(motion) + 1))
    for name in ("positions", "depth", "contacts", "confidence"):
        np.testing.assert_array_equal(getattr(scene, name), getattr(motion, name).astype(np.float64))


@pytest.mark.parametrize("rate", [12.0, 23.976, 24.0, 25.0, 48.0, 60.0])
def test_a_joint_is_at_the_same_place_at_the_same_time_at_any_rate(motion: RetargetedMotion, rate: float) -> None:
    scene = resample(motion, rate, 101)
    seconds = (scene.frames - 101) / rate
    clip = np.arange(len(motion)) / motion.fps
    for joint in range(15):
        for axis in range(2):
            path = motion.positions[:, joint, axis].astype(np.float64)
            step = np.max(np.abs(np.diff(path)))
            np.testing.assert_allclose(
                scene.positions[:, joint, axis], np.interp(seconds, clip, path), atol=0.15 * step + 1e-5
            )
    assert scene.frames[0] == 101
    assert 0 <= clip[-1] - seconds[-1] < 1 / rate


@pytest.mark.parametrize("speed", [0.1, 0.5, 2.0, 10.0])
def test_a_slower_motion_lasts_longer_and_moves_smoothly(motion: RetargetedMotion, speed: float) -> None:
    scene = resample(motion, motion.fps, 1, speed)
    assert len(scene) == int((len(motion) - 1) / speed + 1e-6) + 1
    if speed < 1:
        every = round(1 / speed)
        np.testing.assert_allclose(scene.positions[::every], motion.positions, atol=1e-4)
        linear = np.stack(
            [
                np.interp(np.arange(len(scene)) * speed, np.arange(len(motion)), path)
                for path in motion.positions.reshape(len(motion), -1).T
            ]
        )
        kinks, bends = (
            np.abs(np.diff(paths, 2)).max() for paths in (linear, scene.positions.reshape(len(scene), -1).T)
        )
        assert bends < max(0.5, 2 * speed) * kinks


def test_a_foot_that_stands_in_the_clip_stands_in_slow_motion(motion: RetargetedMotion) -> None:
    positions = motion.positions.copy()
    positions[50:60, Joint.RIGHT_ANKLE] = positions[50, Joint.RIGHT_ANKLE]
    scene = resample(replace(motion, positions=positions), motion.fps, 1, 0.2)
    np.testing.assert_allclose(
        scene.positions[250:296, Joint.RIGHT_ANKLE], positions[[50] * 46, Joint.RIGHT_ANKLE], atol=1e-6
    )


@pytest.mark.parametrize("speed", [0.0, 0.05, 11.0, -1.0, float("nan")])
def test_a_speed_that_cannot_be_is_refused_in_one_sentence(motion: RetargetedMotion, speed: float) -> None:
    with pytest.raises(ValueError, match=r"choose a speed from 0\.1 to 10"):
        resample(motion, 24, 1, speed)


def test_landmarks_come_along_and_what_one_frame_did_not_see_is_where_the_other_saw_it(
    motion: RetargetedMotion,
) -> None:
    offsets = np.stack([np.arange(len(motion)), np.zeros(len(motion)), np.ones(len(motion))], axis=-1).astype(
        np.float32
    )[:, None]
    confidence = np.ones((len(motion), 1), dtype=np.float32)
    confidence[11], offsets[11] = 0, 0
    scene = resample(replace(motion, landmarks=LandmarkOffsets(("nose",), offsets, confidence)), 60, 1)
    nose = scene.landmarks["nose"]
    np.testing.assert_allclose(
        nose.offsets[[10, 11, 21, 23, 30]], [(5, 0, 1), (5.5, 0, 1), (10, 0, 1), (12, 0, 1), (15, 0, 1)], atol=1e-6
    )
    np.testing.assert_allclose(nose.confidence[[20, 21, 22, 23, 24]], [1, 0.5, 0, 0.5, 1])
    assert resample(motion, 60, 1).landmarks == {}


def test_one_frame_stays_one_frame(motion: RetargetedMotion) -> None:
    assert resample(street_motion(BODY, frames=slice(0, 1)), 60, 5).frames.tolist() == [5]


def test_a_motion_that_does_not_fit_into_a_scene_is_refused_in_one_sentence(motion: RetargetedMotion) -> None:
    with pytest.raises(ValueError, match="let it start elsewhere"):
        resample(motion, 30, LAST_FRAME - 10)
    with pytest.raises(ValueError, match="let it start elsewhere"):
        resample(motion, 30, -1)


@pytest.mark.parametrize("rate", [0.0, -24.0, float("nan"), float("inf")])
def test_a_scene_without_a_rate_is_refused_in_one_sentence(motion: RetargetedMotion, rate: float) -> None:
    with pytest.raises(ValueError, match="set a frame rate above zero"):
        resample(motion, rate, 1)
