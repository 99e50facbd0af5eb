"""Walks on other legs: feet that stand slide little, legs keep their length, and the root comes where it should. The
truth is motion capture, played on both bodies by the code of training.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from blender_addon.core.motion import View
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.skeleton import LEG_BONES
from tests.core.clips import PICTURE, lengths_in_space
from training.evaluation.metrics import Slide, root_drift
from training.evaluation.played_motion import Body, PlayedMotion, Stretch, perform, with_legs
from training.motion_library import MotionClip, load_motion
from training.synthetic import FPS

WALKS = ("cmu_35_01", "cmu_eval_train_walking_24", "cmu_eval_train_walking_50")
"""Walks that no network was trained on: straight on, in a circle, and to and fro."""
TEN_SECONDS = 300
PIXELS_PER_METRE = 300.0


@pytest.fixture(scope="session")
def walks(shared_data: Path) -> dict[str, MotionClip]:
    """Give them by name."""
    return {clip.name: clip for clip in load_motion(shared_data / "motion").held_out().clips if clip.name in WALKS}


def on_legs(walk: MotionClip, legs: float) -> tuple[PlayedMotion, PlayedMotion]:
    """The walk on its own body, and on one whose legs are `legs` times as long."""
    body = Body(walk.body, np.asarray(walk.offsets))
    first, second = perform(Stretch(walk, 0, min(TEN_SECONDS, len(walk))), [body, with_legs(body, legs)])
    return first, second


def filmed(played: PlayedMotion, view: View) -> PoseSequence:
    positions = played.seen(view, PIXELS_PER_METRE, 0.0) + np.array(PICTURE) / 2
    return PoseSequence(positions.astype(np.float32), np.ones(positions.shape[:2], dtype=np.float32), FPS, PICTURE)


@pytest.mark.parametrize("legs", [0.5, 1.4])
@pytest.mark.parametrize("azimuth", [0.0, 60.0])
@pytest.mark.parametrize("target", [None, -35.0], ids=["same view", "other view"])
def test_feet_planted_in_truth_slide_less_than_a_hundredth_of_the_height_a_second_on_other_legs(
    kinematic: Retargeter, walks: dict[str, MotionClip], legs: float, azimuth: float, target: float | None
) -> None:
    slides = Slide()
    for walk in walks.values():
        performance, on_other = on_legs(walk, legs)
        motion = kinematic.retarget(
            filmed(performance, View(azimuth)), on_other.skeleton, None if target is None else View(target)
        )
        slides += Slide.of(motion.positions, performance.contacts.numpy() > 0.5, on_other.skeleton.height, FPS)
    assert slides.seconds > 5
    assert slides.speed < 1


@pytest.mark.parametrize("legs", [0.5, 1.4])
@pytest.mark.parametrize("name", WALKS[1:])
def test_after_ten_seconds_the_root_is_within_two_hundredths_of_the_height(
    kinematic: Retargeter, walks: dict[str, MotionClip], name: str, legs: float
) -> None:
    performance, on_other = on_legs(walks[name], legs)
    for view in (View(0), View(60)):
        motion = kinematic.retarget(filmed(performance, view), on_other.skeleton)
        assert len(motion) == TEN_SECONDS
        assert root_drift(motion.positions, on_other.seen(view, 1.0, 0.0), on_other.skeleton.height) < 2


def test_other_legs_keep_their_length_while_they_stand(kinematic: Retargeter, walks: dict[str, MotionClip]) -> None:
    performance, on_other = on_legs(walks[WALKS[0]], 0.5)
    lengths = lengths_in_space(kinematic.retarget(filmed(performance, View(60)), on_other.skeleton, View(0)))
    legs = list(LEG_BONES)
    assert np.abs(np.median(lengths, axis=0)[legs] / on_other.skeleton.lengths[legs] - 1).max() < 0.1
