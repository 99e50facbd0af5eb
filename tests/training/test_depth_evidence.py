"""Evidence of depth as a detector gives it: often absent, flatter than the truth, wrong for a while, about the mid-hip."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from blender_addon.core.skeleton import JOINT_COUNT, Joint
from training.depth_evidence import DepthErrors, depth_evidence

EXACT = DepthErrors(absent=0.0, exact=1.0)
NOTHING_WRONG = DepthErrors(
    absent=0.0, exact=0.0, gain=(1.0, 1.0), leaning=0.0, lasting=0.0, wandering=0.0, flipped=0.0
)


def told(
    how: DepthErrors, clips: int = 200, frames: int = 40, confidence: float = 1.0
) -> tuple[Tensor, Tensor, Tensor]:
    """True depth of people 400 pixels high, and what is said of it with which confidence."""
    generator = torch.Generator().manual_seed(3)
    depth = 100 * torch.randn(clips, frames, JOINT_COUNT, generator=generator)
    depth = depth - depth[:, :, Joint.MID_HIP, None]
    seen = torch.full((clips, frames, JOINT_COUNT), confidence)
    return depth, *depth_evidence(depth, seen, torch.full((clips,), 400.0), how, generator)


@pytest.mark.parametrize("how", [EXACT, NOTHING_WRONG])
def test_evidence_without_errors_is_the_truth(how: DepthErrors) -> None:
    depth, found, certain = told(how)
    torch.testing.assert_close(found, depth, atol=1e-3, rtol=0)
    assert bool((certain == 1).all())


def test_half_of_the_clips_say_nothing_at_all() -> None:
    _, found, certain = told(DepthErrors())
    silent = (certain == 0).all(dim=(1, 2))
    assert 0.4 < float(silent.float().mean()) < 0.6
    assert not bool(found[silent].any())


def test_depth_is_said_flatter_than_it_is() -> None:
    depth, found, _ = told(DepthErrors(absent=0.0, exact=0.0, flipped=0.0))
    assert 0.6 < float((found * depth).sum() / depth.square().sum()) < 1.0


def test_an_error_lasts_for_some_frames() -> None:
    depth, found, _ = told(DepthErrors(absent=0.0, exact=0.0, gain=(1.0, 1.0), leaning=0.0, lasting=0.0, flipped=0.0))
    error = (found - depth)[:, :, Joint.LEFT_WRIST]
    step = torch.diff(error, dim=1).square().mean()
    assert float(step) < 0.3 * float(error.square().mean())


def test_errors_are_as_large_as_those_of_our_detector() -> None:
    depth, found, _ = told(DepthErrors(absent=0.0, exact=0.0, gain=(1.0, 1.0), poorness=(1.0, 1.0), flipped=0.0), 2000)
    error = (found - depth) / 400
    assert float(error[:, :, Joint.HEAD].mean()) == pytest.approx(-0.05, abs=0.005)
    assert float(error[:, :, Joint.LEFT_ANKLE].mean()) == pytest.approx(0.045, abs=0.005)
    assert float(error[:, :, Joint.RIGHT_WRIST].std()) == pytest.approx(0.075, rel=0.1)
    assert not bool(error[:, :, Joint.MID_HIP].any())


def test_who_is_not_seen_has_no_depth() -> None:
    _, found, certain = told(EXACT, confidence=0.0)
    assert not bool(certain.any())
    assert not bool(found.any())


def test_a_limb_is_now_and_then_taken_for_its_other_side() -> None:
    depth, found, _ = told(replace(NOTHING_WRONG, flipped=1.0))
    wrong = (found - depth).abs().amax(dim=2) > 1
    assert bool(wrong.any(dim=1).float().mean() > 0.9)
    assert float(wrong.float().mean()) < 0.7
