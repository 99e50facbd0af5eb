"""The discriminator: it learns to see that bones change length, and to say what body and view a sequence shows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
import torch

from blender_addon.core.skeleton import BONE_COUNT, BONE_INDEX, BONE_PROPORTION, PROPORTION_COUNT, Joint
from training.discriminator import (
    Judgement,
    SequenceDiscriminator,
    SequenceLabels,
    discriminator_loss,
    generator_loss,
    label_loss,
    sequence_labels,
)
from training.kinematics import forward_kinematics, view_rotation

FRAMES = 32
TYPICAL_BODY = torch.tensor([0.13, 0.34, 0.12, 0.19, 0.17, 0.06, 0.27, 0.26])
SWINGS: dict[Joint, tuple[float, float]] = {
    Joint.RIGHT_ELBOW: (0.5, 0.0),
    Joint.RIGHT_WRIST: (0.7, 0.0),
    Joint.LEFT_ELBOW: (0.5, math.pi),
    Joint.LEFT_WRIST: (0.7, math.pi),
    Joint.RIGHT_KNEE: (0.6, math.pi),
    Joint.RIGHT_ANKLE: (0.6, math.pi - 0.8),
    Joint.LEFT_KNEE: (0.6, 0.0),
    Joint.LEFT_ANKLE: (0.6, -0.8),
}
"""How far in radians, and when in the cycle, a walker swings each limb to the front and back."""


@dataclass(frozen=True, eq=False)
class Walks:
    """Walking bodies: unit bone directions (B, T, 14, 3) in the picture's frame, their lengths in heights (B, 14), and
    labels.
    """

    directions: torch.Tensor
    lengths: torch.Tensor
    labels: SequenceLabels

    @property
    def positions(self) -> torch.Tensor:
        return forward_kinematics(self.directions, self.lengths[:, None])[..., :2]

    def with_jittered_bones(self, generator: torch.Generator) -> torch.Tensor:
        """The same walks, with every bone's length off by 10 % rms in every frame."""
        jitter = 1 + 0.1 * torch.randn(self.directions.shape[:3], generator=generator)
        return forward_kinematics(self.directions, self.lengths[:, None] * jitter)[..., :2]


def walks(count: int, generator: torch.Generator) -> Walks:
    def between(low: float, high: float, *shape: int) -> torch.Tensor:
        return low + (high - low) * torch.rand(shape, generator=generator)

    body = TYPICAL_BODY * between(0.6, 1.6, count, PROPORTION_COUNT)
    azimuth, elevation = between(-math.pi, math.pi, count), between(-0.3, 0.6, count)
    cycle = torch.arange(FRAMES) * between(0.2, 0.4, count, 1) + between(0, 2 * math.pi, count, 1)
    directions = torch.zeros(count, FRAMES, BONE_COUNT, 3)
    directions[..., 1] = 1.0
    directions[:, :, [BONE_INDEX[Joint.HEAD], BONE_INDEX[Joint.NECK]]] = torch.tensor([0.0, -1.0, 0.0])
    directions[:, :, [BONE_INDEX[Joint.RIGHT_SHOULDER], BONE_INDEX[Joint.RIGHT_HIP]]] = torch.tensor([-1.0, 0.0, 0.0])
    directions[:, :, [BONE_INDEX[Joint.LEFT_SHOULDER], BONE_INDEX[Joint.LEFT_HIP]]] = torch.tensor([1.0, 0.0, 0.0])
    for joint, (swing, phase) in SWINGS.items():
        angle = swing * (cycle + phase).sin()
        directions[:, :, BONE_INDEX[joint]] = torch.stack((torch.zeros_like(angle), angle.cos(), -angle.sin()), dim=-1)
    seen = directions @ view_rotation(azimuth, elevation)[:, None].transpose(-1, -2)
    labels = sequence_labels(body, azimuth, elevation)
    return Walks(seen, labels.log_proportions.exp()[:, list(BONE_PROPORTION)], labels)


@dataclass(frozen=True, eq=False)
class Trained:
    """A discriminator after a short training, and sequences that it did not see."""

    discriminator: SequenceDiscriminator
    unseen: Walks
    unseen_jittered: torch.Tensor
    first_label_loss: float


@pytest.fixture(scope="module")
def trained() -> Trained:
    generator = torch.Generator().manual_seed(11)
    torch.manual_seed(11)
    discriminator = SequenceDiscriminator()
    unseen = walks(128, generator)
    with torch.no_grad():
        first_label_loss = float(label_loss(discriminator(unseen.positions).labels, unseen.labels))
    optimiser = torch.optim.Adam(discriminator.parameters(), lr=5e-3, betas=(0.5, 0.99))
    for _ in range(150):
        real = walks(32, generator)
        optimiser.zero_grad()
        loss = discriminator_loss(
            discriminator(real.positions), discriminator(real.with_jittered_bones(generator)), real.labels
        )
        loss.backward()
        optimiser.step()
    return Trained(discriminator.eval(), unseen, unseen.with_jittered_bones(generator), first_label_loss)


@torch.no_grad()
def test_it_learns_to_tell_steady_bones_from_bones_of_changing_length(trained: Trained) -> None:
    real = trained.discriminator(trained.unseen.positions).realness.mean(dim=1)
    jittered = trained.discriminator(trained.unseen_jittered).realness.mean(dim=1)
    accuracy = float(torch.cat((real > 0, jittered < 0)).float().mean())
    assert accuracy > 0.8


@torch.no_grad()
def test_its_label_heads_learn_more_than_the_mean_of_the_labels(trained: Trained) -> None:
    labels = trained.unseen.labels
    found = trained.discriminator(trained.unseen.positions).labels
    proportions_error = float((found.log_proportions - labels.log_proportions).square().mean())
    view_error = float((found.view - labels.view).square().mean())
    assert float(label_loss(found, labels)) < 0.25 * trained.first_label_loss
    assert proportions_error < 0.7 * float(labels.log_proportions.var(dim=0).mean())
    # These walkers look much the same from the front and from behind, so the cosine stays open.
    assert view_error < 0.7 * float(labels.view.var(dim=0).mean())


def test_a_decoder_that_follows_its_loss_learns_to_keep_the_bones_steady(trained: Trained) -> None:
    lengths = trained.unseen.lengths[:, None]
    jitter = 0.1 * torch.randn(trained.unseen.directions.shape[:3], generator=torch.Generator().manual_seed(5))
    amount = torch.ones((), requires_grad=True)
    optimiser = torch.optim.Adam([amount], lr=0.05)
    for _ in range(25):
        optimiser.zero_grad()
        judgement = trained.discriminator(
            forward_kinematics(trained.unseen.directions, lengths * (1 + amount * jitter))[..., :2]
        )
        generator_loss(judgement, trained.unseen.labels).backward()
        optimiser.step()
    assert abs(float(amount.detach())) < 0.5


@pytest.mark.parametrize(("frames", "patches"), [(1, 1), (15, 2), (16, 2), (17, 3), (64, 8)])
@torch.no_grad()
def test_it_judges_every_eighth_of_a_sequence_of_any_length(frames: int, patches: int) -> None:
    judgement = SequenceDiscriminator()(torch.randn(3, frames, 15, 2))
    assert judgement.realness.shape == (3, patches)
    assert judgement.labels.log_proportions.shape == (3, 8)
    assert judgement.labels.view.shape == (3, 3)


@torch.no_grad()
def test_where_in_the_picture_a_performer_stands_does_not_matter_but_how_it_travels_does() -> None:
    discriminator = SequenceDiscriminator().eval()
    positions = walks(4, torch.Generator().manual_seed(2)).positions
    judged = discriminator(positions).realness
    torch.testing.assert_close(discriminator(positions + torch.tensor([0.4, -0.3])).realness, judged, atol=1e-4, rtol=0)
    travelling = positions + torch.linspace(0, 3, FRAMES)[:, None, None]
    assert float((discriminator(travelling).realness - judged).abs().max()) > 1e-3


def test_it_is_a_small_network() -> None:
    assert 100_000 < sum(parameter.numel() for parameter in SequenceDiscriminator().parameters()) < 200_000


@torch.no_grad()
def test_sequences_judged_together_are_judged_as_they_are_alone() -> None:
    discriminator = SequenceDiscriminator().eval()
    some, others = (walks(count, torch.Generator().manual_seed(count)).positions for count in (2, 3))
    together = discriminator(torch.cat((some, others)))
    for part, alone in ((together.first(2), discriminator(some)), (together.last(3), discriminator(others))):
        torch.testing.assert_close(part.realness, alone.realness)
        torch.testing.assert_close(part.labels.log_proportions, alone.labels.log_proportions)
        torch.testing.assert_close(part.labels.view, alone.labels.view)


def test_labels_do_not_depend_on_the_unit_of_the_body() -> None:
    metres = sequence_labels(TYPICAL_BODY[None], torch.tensor([math.pi / 2]), torch.tensor([0.2]))
    pixels = sequence_labels(300 * TYPICAL_BODY[None], torch.tensor([math.pi / 2]), torch.tensor([0.2]))
    torch.testing.assert_close(metres.log_proportions, pixels.log_proportions)
    torch.testing.assert_close(metres.log_proportions.exp(), TYPICAL_BODY[None])
    torch.testing.assert_close(metres.view, torch.tensor([[1.0, 0.0, 0.2]]))


def test_the_losses_are_the_hinge_and_the_label_error() -> None:
    right = SequenceLabels(torch.zeros(1, 8), torch.zeros(1, 3))
    off_by_two = SequenceLabels(torch.full((1, 8), 2.0), torch.zeros(1, 3))
    real = Judgement(torch.tensor([[3.0, 0.5]]), off_by_two)
    decoded = Judgement(torch.tensor([[-4.0, 1.0]]), off_by_two)
    assert float(discriminator_loss(real, decoded, right, label_weight=0.0)) == pytest.approx(0.25 + 1.0)
    assert float(discriminator_loss(real, decoded, right, label_weight=0.5)) == pytest.approx(0.25 + 1.0 + 2.0)
    assert float(generator_loss(decoded, right, label_weight=0.5)) == pytest.approx(1.5 + 2.0)
