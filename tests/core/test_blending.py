"""Blends of two performances, and views that move."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from blender_addon.core.contacts import in_contact
from blender_addon.core.motion import Alignment, Blend, View
from blender_addon.core.networks.example_clip import ORDINARY_BODY
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.skeleton import Joint
from tests.core.clips import CHILD, about_mid_hip, marching, openpose_clip


@pytest.fixture(scope="module")
def network() -> Retargeter:
    return Retargeter.load(device="cpu")


@pytest.fixture(scope="module")
def first() -> PoseSequence:
    return marching(90)


@pytest.fixture(scope="module")
def second() -> PoseSequence:
    return marching(61, fps=25, view=View(-60), body=CHILD.scaled(300), start=(200.0, 300.0))


def test_a_blend_of_nothing_is_the_first_performance(
    network: Retargeter, first: PoseSequence, second: PoseSequence
) -> None:
    blended, alone = network.retarget(first, blend=Blend(second)), network.retarget(first)
    assert len(blended) == len(alone)
    assert np.abs(blended.positions - alone.positions).mean() / alone.skeleton.height < 0.01
    assert np.allclose(blended.confidence, alone.confidence)


def test_a_blend_of_all_is_the_second_performance(
    network: Retargeter, first: PoseSequence, second: PoseSequence
) -> None:
    blended, alone = network.retarget(first, blend=Blend(second, 1, 1, 1)), network.retarget(second)
    assert (len(blended), blended.fps) == (len(alone), alone.fps)
    assert (
        np.abs(about_mid_hip(blended.positions) - about_mid_hip(alone.positions)).mean() / alone.skeleton.height < 0.01
    )


@pytest.mark.parametrize("alignment", list(Alignment))
def test_half_of_each_lies_between(
    network: Retargeter, first: PoseSequence, second: PoseSequence, alignment: Alignment
) -> None:
    motion = network.retarget(first, blend=Blend(second, 0.5, 0.5, 0.5, alignment))
    ends = [network.retarget(clip) for clip in (first, second)]
    assert motion.skeleton.lengths == pytest.approx(
        np.sqrt(ends[0].skeleton.lengths * ends[1].skeleton.lengths), rel=1e-4
    )
    assert motion.view is not None
    assert np.mean(motion.view.azimuth) == pytest.approx(
        np.mean([np.mean(end.view.azimuth) for end in ends if end.view]), abs=1
    )
    assert motion.fps == pytest.approx(27.5)


def test_a_known_body_stays_and_another_share_of_it_is_refused(
    network: Retargeter, first: PoseSequence, second: PoseSequence
) -> None:
    motion = network.retarget(first, ORDINARY_BODY, blend=Blend(second, motion=0.5))
    assert np.allclose(motion.skeleton.lengths, ORDINARY_BODY.lengths)
    assert np.allclose(motion.positions[0, Joint.MID_HIP], 0, atol=1e-4)
    with pytest.raises(ValueError, match=r"^A body that is given by its lengths is not blended[^\n]*\.$"):
        network.retarget(first, ORDINARY_BODY, blend=Blend(second, skeleton=0.5))


def test_the_view_of_a_blend_goes_by_time(network: Retargeter, first: PoseSequence, second: PoseSequence) -> None:
    """Angles at the first clip's rate, for longer than the blend lasts."""
    turning = View(np.linspace(0, 99, 100))
    motion = network.retarget(first, view=turning, blend=Blend(second, motion=0.5))
    assert motion.view is not None
    seconds = np.arange(len(motion)) / motion.fps
    assert motion.view.azimuth == pytest.approx(seconds * first.fps, abs=0.01)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_shares_beyond_all_are_refused(second: PoseSequence, share: float) -> None:
    with pytest.raises(ValueError, match=r"^The share of view must lie between 0 and 1, not"):
        Blend(second, view=share)


@pytest.mark.parametrize("model", ["kinematic", "paper"])
@pytest.mark.parametrize("frames", [1, 2, 7, 8, 9, 15, 16, 17])
def test_clips_of_a_few_frames_are_blended(model: str, frames: int) -> None:
    clip, second = marching(frames), marching(12, body=CHILD)
    motion = Retargeter.load(model, "cpu").retarget(clip, blend=Blend(second, motion=0.5))
    assert np.isfinite(motion.positions).all()


def test_an_alignment_that_is_none_is_refused(second: PoseSequence) -> None:
    with pytest.raises(ValueError, match=r"^There is no alignment sideways; choose trim, stretch, match"):
        Blend(second, alignment="sideways")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["tall_man", "workout_march"])
def test_feet_that_stand_turn_with_the_camera_that_goes_round(
    network: Retargeter, openpose_clips: Path, name: str
) -> None:
    """They are planted in the world: seen from a fixed angle, the same joints stand."""
    clip = openpose_clip(openpose_clips, name)
    turning = View(np.linspace(0, 180, len(clip)))
    moving, still = network.retarget(clip, ORDINARY_BODY, turning), network.retarget(clip, ORDINARY_BODY, View(0.0))
    legs = [
        np.linalg.norm(motion.positions[:, Joint.RIGHT_KNEE] - motion.positions[:, Joint.RIGHT_ANKLE], axis=-1)
        for motion in (moving, still)
    ]
    assert in_contact(still.contacts).any()
    # At both ends the angle is that of a view from the front, and from behind: the same picture, mirrored.
    assert np.allclose(moving.positions[0], still.positions[0], atol=1e-3)
    assert np.allclose(moving.positions[-1, :, 0], -still.positions[-1, :, 0], atol=1e-2)
    assert legs[0].max() <= 1.02 * max(legs[1].max(), ORDINARY_BODY.lengths.max())


def test_views_between_two_go_the_shorter_way_and_never_back() -> None:
    turning = View(np.array([170.0, 178.0, -174.0]))
    assert turning.at(np.array([0.5, 1.5])).azimuth == pytest.approx([174, -178])
    assert turning.at(np.array([-3.0, 9.0])).azimuth == pytest.approx([170, -174])
    half = View(np.array([0.0, 20.0, 40.0])).towards(View(-170.0), 0.5)
    assert np.abs(np.diff(np.unwrap(half.azimuth, period=360))).max() < 11
    assert View(10.0, 4.0).towards(View(350.0, 0.0), 0.5).azimuth == pytest.approx(0)
