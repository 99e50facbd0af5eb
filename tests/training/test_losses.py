"""The losses that both networks share: what they are 0 for, what they punish, and what they pass over."""

from __future__ import annotations

import pytest
import torch

from training.losses import MARGIN, clips_with, foot_velocity, masked_mean, triplet, weighted_sum
from training.synthetic import CLIP_FACTORS


@pytest.mark.parametrize("factor", range(3))
def test_every_value_of_a_factor_is_shown_by_two_clips(factor: int) -> None:
    first, second = clips_with(factor, 0), clips_with(factor, 1)
    assert sorted((*first, *second)) == [0, 1, 2, 3]
    for value, clips in enumerate((first, second)):
        assert all(CLIP_FACTORS[clip][factor] == value for clip in clips)


def test_a_masked_mean_passes_over_what_has_no_weight() -> None:
    values = torch.tensor([[[1.0, 3.0], [1e6, 1e6]], [[5.0, 7.0], [-1e6, 0.0]]])
    assert float(masked_mean(values, torch.tensor([[1.0, 0.0], [1.0, 0.0]]))) == pytest.approx(4)
    assert float(masked_mean(values[:, 0], torch.tensor([3.0, 1.0]))) == pytest.approx((3 * 4 + 12) / 8)
    assert float(masked_mean(values, torch.zeros(2, 2))) == 0


@pytest.mark.parametrize("factor", range(3))
def test_codes_that_tell_one_factor_apart_have_no_triplet_loss_in_it_and_a_large_one_in_the_others(factor: int) -> None:
    told = torch.tensor([factors[factor] for factors in CLIP_FACTORS], dtype=torch.float32)
    codes = (10 * MARGIN * told)[None, :, None].expand(3, -1, 5)
    assert float(triplet(codes, factor)) == 0
    for other in {0, 1, 2} - {factor}:
        assert float(triplet(codes, other)) > MARGIN


def test_codes_that_tell_nothing_cost_the_margin() -> None:
    assert float(triplet(torch.zeros(2, 4, 7), 0)) == pytest.approx(MARGIN, abs=1e-4)


@pytest.mark.parametrize("factor", range(3))
def test_following_the_triplet_loss_brings_together_what_shares_the_factor(factor: int) -> None:
    codes = torch.randn(4, 4, 6, generator=torch.Generator().manual_seed(3)).requires_grad_()
    optimizer = torch.optim.Adam([codes], lr=0.1)
    for _ in range(60):
        optimizer.zero_grad()
        loss = triplet(codes, factor)
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.05
    (one, same), (other, _) = clips_with(factor, 0), clips_with(factor, 1)
    near = (codes[:, one] - codes[:, same]).norm(dim=-1)
    far = (codes[:, one] - codes[:, other]).norm(dim=-1)
    assert bool((near + 0.8 * MARGIN < far).all())


def test_feet_cost_what_they_move_while_they_stand() -> None:
    feet = torch.zeros(1, 5, 2, 3)
    feet[0, :, 0, 0] = torch.tensor([0.0, 1.0, 2.0, 3.0, 4.0])
    feet[0, :, 1, 0] = torch.tensor([0.0, 0.0, 0.0, 6.0, 6.0])
    standing = torch.zeros(1, 5, 2)
    assert float(foot_velocity(feet, standing, torch.ones(1, 5))) == 0
    standing[0, :3, 1] = 1
    assert float(foot_velocity(feet, standing, torch.ones(1, 5))) == 0
    standing[0, :3, 0] = 1
    assert float(foot_velocity(feet, standing, torch.ones(1, 5))) == pytest.approx(1 / 6)


def test_feet_may_move_outside_the_clip() -> None:
    feet = torch.zeros(1, 4, 2, 2)
    feet[0, 2:] = 9
    assert float(foot_velocity(feet, torch.ones(1, 4, 2), torch.tensor([[1.0, 1.0, 0.0, 0.0]]))) == 0


def test_terms_add_up_by_their_weights_and_count_nothing_without_one() -> None:
    terms = {"joints": torch.tensor(2.0), "roll": torch.tensor(100.0)}
    assert float(weighted_sum(terms, {"joints": 3.0})) == pytest.approx(6)
    assert float(weighted_sum(terms, {})) == 0


def test_a_weight_for_no_term_is_named_with_the_terms_that_there_are() -> None:
    with pytest.raises(ValueError, match=r"^The loss term lenghts is unknown; weigh some of lengths, roll\.$"):
        weighted_sum({"lengths": torch.ones(()), "roll": torch.ones(())}, {"roll": 1.0, "lenghts": 2.0})
