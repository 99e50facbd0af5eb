"""What a detector does to the truth: how often, how far off, and how much its confidence tells of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from blender_addon.core.skeleton import JOINT_COUNT, Joint
from training.corruption import Corruption, corrupt

COUNT, FRAMES, HEIGHT = 200, 48, 300.0
QUIET = Corruption(clean=0.0, noise=(1e-9, 1e-9), speed_noise=0.0, swaps=0.0, gaps=0.0, limbs=0.0, never_seen=0.0)
"""A detector with no fault."""


def truth(speed: float = 0.0) -> Tensor:
    """(N, T, 15, 2): people 300 pixels high, who move `speed` heights a frame to the right."""
    places = torch.rand(COUNT, 1, JOINT_COUNT, 2, generator=torch.Generator().manual_seed(1)) * HEIGHT
    return places + torch.arange(FRAMES)[:, None, None] * torch.tensor([speed * HEIGHT, 0.0])


def detected(
    how: Corruption, pixels: Tensor | None = None, valid: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Positions, confidence, and the error (N, T, 15) in body heights."""
    pixels = truth() if pixels is None else pixels
    valid = torch.ones(COUNT, FRAMES) if valid is None else valid
    noisy, confidence = corrupt(pixels, valid, torch.full((COUNT,), HEIGHT), how, torch.Generator().manual_seed(7))
    return noisy, confidence, (noisy - pixels).norm(dim=-1) / HEIGHT


def correlation(first: Tensor, second: Tensor) -> float:
    return float(torch.corrcoef(torch.stack((first.flatten(), second.flatten())))[0, 1])


def test_clean_clips_are_left_alone_with_confidence_1() -> None:
    pixels = truth(speed=0.02)
    noisy, confidence, _ = detected(Corruption(clean=1.0), pixels)
    assert torch.equal(noisy, pixels)
    assert bool((confidence == 1).all())


def test_as_many_clips_are_clean_as_asked_for() -> None:
    _, confidence, error = detected(Corruption(clean=0.35))
    untouched = (error.flatten(1) == 0).all(dim=1)
    assert torch.equal(untouched, (confidence.flatten(1) == 1).all(dim=1))
    assert float(untouched.float().mean()) == pytest.approx(0.35, abs=0.08)


def test_noiseless_clips_have_gaps_and_are_exact_elsewhere() -> None:
    _, confidence, error = detected(Corruption(clean=0.0, noiseless=1.0, gaps=1.0))
    assert bool((error == 0).all())
    assert 0.05 < float((confidence == 0).float().mean()) < 0.6
    assert bool(((confidence == 0) | (confidence >= 0.8)).all())


def test_frames_outside_the_clip_have_confidence_0() -> None:
    valid = (torch.arange(FRAMES) < 20).float().expand(COUNT, -1)
    for clean in (0.0, 1.0):
        _, confidence, _ = detected(Corruption(clean=clean), valid=valid)
        assert not bool(confidence[:, 20:].any())
        assert bool(confidence[:, :20].any())


def test_noise_is_within_the_range_asked_for_and_of_many_sizes() -> None:
    _, _, error = detected(replace(QUIET, noise=(0.001, 0.025)))
    rms = error.square().mean(dim=(1, 2)).sqrt() / 2**0.5
    assert 0.0005 < float(rms.min()) < 0.002
    assert 0.015 < float(rms.max()) < 0.05


def test_noise_grows_with_speed() -> None:
    how = replace(QUIET, speed_noise=0.25)
    _, _, still = detected(how)
    _, _, slow = detected(how, truth(speed=0.01))
    _, _, fast = detected(how, truth(speed=0.04))
    assert float(still.max()) < 1e-5
    assert float(fast[:, 1:].mean() / slow[:, 1:].mean()) == pytest.approx(4, rel=0.1)


def test_a_joint_that_jitters_is_off_further_than_the_others() -> None:
    _, _, error = detected(replace(QUIET, noise=(0.01, 0.01)))
    assert float((error > 0.05).float().mean()) == pytest.approx(0.01, abs=0.009)


def test_swaps_exchange_the_whole_legs_for_a_short_while() -> None:
    pixels = truth()
    noisy, confidence, error = detected(replace(QUIET, swaps=0.5), pixels)
    right, left = (
        [Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE],
        [Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE],
    )
    swapped = error[..., Joint.RIGHT_ANKLE] > 1e-3
    frames = swapped.sum(dim=1)
    assert 0.3 < float((frames > 0).float().mean()) < 0.6
    assert int(frames.max()) <= 13
    torch.testing.assert_close(noisy[..., right, :][swapped], pixels[..., left, :][swapped], atol=1e-3, rtol=0)
    torch.testing.assert_close(noisy[..., left, :][swapped], pixels[..., right, :][swapped], atol=1e-3, rtol=0)
    assert float(error[..., : Joint.MID_HIP + 1].max()) < 1e-5
    assert float(confidence[swapped].mean()) < 0.75 * float(confidence[~swapped].mean())


@pytest.mark.parametrize("fault", [replace(QUIET, gaps=0.8), replace(QUIET, limbs=0.8), replace(QUIET, never_seen=0.8)])
def test_hidden_joints_have_confidence_0_and_nothing_else_does(fault: Corruption) -> None:
    _, confidence, _ = detected(fault)
    hidden = confidence == 0
    assert 0.005 < float(hidden.float().mean()) < 0.6
    assert float(confidence[~hidden].min()) >= 0.05
    assert not bool((detected(QUIET)[1] == 0).any())


def test_limbs_leave_together() -> None:
    _, confidence, _ = detected(replace(QUIET, limbs=0.5))
    hidden = confidence == 0
    assert bool((hidden[..., Joint.LEFT_WRIST] == hidden[..., Joint.LEFT_ELBOW]).all())
    assert not bool(hidden[..., [Joint.NECK, Joint.MID_HIP, Joint.LEFT_HIP]].any())
    lengths = hidden[..., Joint.LEFT_WRIST].sum(dim=1)
    assert 0 < int(lengths.max()) <= FRAMES


def test_what_is_never_seen_is_unseen_from_the_first_frame_to_the_last() -> None:
    _, confidence, _ = detected(replace(QUIET, never_seen=0.8))
    hidden = confidence == 0
    assert torch.equal(hidden.any(dim=1), hidden.all(dim=1))


def test_truthful_confidence_follows_the_error_and_untruthful_much_less() -> None:
    how = replace(QUIET, noise=(0.01, 0.01), speed_noise=0.25)
    pixels = truth(speed=0.03)

    def told(truthful: float) -> float:
        _, confidence, error = detected(replace(how, truthful=truthful), pixels)
        return correlation(confidence[:, 1:], error[:, 1:])

    assert told(1.0) < -0.4
    assert told(0.8) < -0.35
    assert abs(told(0.0)) < 0.1
    assert float(detected(how, pixels)[1].max()) <= 1


def test_confidence_tells_a_bad_detector_from_a_good_one() -> None:
    _, confidence, error = detected(replace(QUIET, noise=(0.001, 0.025)))
    assert correlation(confidence.mean(dim=(1, 2)), error.mean(dim=(1, 2))) < -0.9


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_clips_of_a_few_frames_go_through(frames: int) -> None:
    pixels = truth()[:, :frames]
    noisy, confidence = corrupt(
        pixels,
        torch.ones(COUNT, frames),
        torch.full((COUNT,), HEIGHT),
        Corruption(clean=0.0),
        torch.Generator().manual_seed(0),
    )
    assert noisy.shape == pixels.shape
    assert confidence.shape == pixels.shape[:-1]
    assert bool(torch.isfinite(noisy).all())
    assert bool(((confidence >= 0) & (confidence <= 1)).all())


def test_a_detector_may_tell_nothing_of_what_it_saw() -> None:
    _, told, _ = detected(Corruption())
    _, untold, error = detected(Corruption(untold=1.0))
    assert not bool((told == 1).all())
    assert bool((untold == 1).all())
    assert float(error.max()) > 0
