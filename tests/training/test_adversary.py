"""The discriminator beside a training: it judges without learning, learns without teaching, and tells the decoder where
to go.
"""

from __future__ import annotations

from copy import deepcopy

import pytest
import torch
from torch import Tensor

from training.adversary import Adversary
from training.cameras import CameraSampler
from training.corruption import Corruption
from training.kinematic_objective import real_sequences
from training.motion_library import MotionLibrary
from training.synthetic import Quartets, SyntheticClips

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def batch(motion: MotionLibrary) -> Quartets:
    """Give two quartets of 16 frames."""
    return SyntheticClips(motion, CPU, CameraSampler(), Corruption()).sample(2, 16, torch.Generator().manual_seed(0))


@pytest.fixture
def adversary() -> Adversary:
    """Give a discriminator that has seen nothing."""
    torch.manual_seed(1)
    return Adversary(CPU)


def shaken(batch: Quartets) -> Tensor:
    """The real sequences with joints that tremble by a tenth of the height."""
    real, _ = real_sequences(batch)
    return real + 0.1 * torch.randn(real.shape, generator=torch.Generator().manual_seed(2))


def parameters(adversary: Adversary) -> list[Tensor]:
    return [values.detach().clone() for values in adversary.discriminator.parameters()]


def test_its_judgement_reaches_the_decoder_and_leaves_the_discriminator_as_it_was(
    adversary: Adversary, batch: Quartets
) -> None:
    before = parameters(adversary)
    decoded = shaken(batch).requires_grad_()
    loss = adversary.realness(batch, decoded)
    loss.backward()
    assert bool(torch.isfinite(loss))
    assert decoded.grad is not None
    assert bool(torch.isfinite(decoded.grad).all())
    assert bool((decoded.grad.abs().sum(dim=(1, 2, 3)) > 0).all())
    assert all(values.grad is None for values in adversary.discriminator.parameters())
    assert all(torch.equal(one, other) for one, other in zip(before, parameters(adversary), strict=True))


def test_it_learns_from_what_was_decoded_and_sends_nothing_back(adversary: Adversary, batch: Quartets) -> None:
    before = parameters(adversary)
    decoded = shaken(batch).requires_grad_()
    losses = [float(adversary.learn(batch, decoded, rate=1.0)) for _ in range(15)]
    assert losses[-1] < 0.8 * losses[0]
    assert decoded.grad is None
    assert not all(torch.equal(one, other) for one, other in zip(before, parameters(adversary), strict=True))


def test_at_no_rate_it_does_not_learn(adversary: Adversary, batch: Quartets) -> None:
    before = parameters(adversary)
    adversary.learn(batch, shaken(batch), rate=0.0)
    assert all(torch.equal(one, other) for one, other in zip(before, parameters(adversary), strict=True))


def test_it_goes_on_from_a_kept_state(adversary: Adversary, batch: Quartets) -> None:
    adversary.learn(batch, shaken(batch), rate=1.0)
    other = Adversary(CPU)
    other.restore(deepcopy(adversary.state()))
    assert float(other.learn(batch, shaken(batch), rate=1.0)) == float(adversary.learn(batch, shaken(batch), rate=1.0))
    assert all(torch.equal(one, same) for one, same in zip(parameters(adversary), parameters(other), strict=True))


def test_what_is_real_is_in_body_heights_about_the_mid_hip(batch: Quartets) -> None:
    real, labels = real_sequences(batch)
    assert real.shape == (16, 16, 15, 2)
    assert not bool(real[:, :, 8].any())
    assert 0.5 < float(real.abs().amax()) < 2
    assert labels.log_proportions.shape == (16, 8)
    torch.testing.assert_close(labels.view[:, :2].norm(dim=-1), torch.ones(16))
