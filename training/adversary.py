"""The discriminator beside a training: what it says of decoded sequences, and how it learns."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from .discriminator import SequenceDiscriminator, discriminator_loss, generator_loss
from .kinematic_objective import real_sequences
from .processes import shared
from .synthetic import Quartets

LEARNING_RATE = 2e-4


class Adversary:
    """A discriminator with its optimiser.

    `decoded` are always the recombinations (8 Q, T, 15, 2) of a batch, in body heights.
    """

    def __init__(self, device: torch.device) -> None:
        self.discriminator = SequenceDiscriminator().to(device)
        self.optimizer = torch.optim.Adam(self.discriminator.parameters(), lr=LEARNING_RATE, betas=(0.5, 0.9))
        self._judge = shared(self.discriminator)

    def realness(self, batch: Quartets, decoded: Tensor) -> Tensor:
        """The loss of what was decoded: to look real and to show the body and view that were asked for. Teaches the
        discriminator nothing.
        """
        _, labels = real_sequences(batch)
        self.discriminator.requires_grad_(False)
        loss = generator_loss(self.discriminator(decoded), labels)
        self.discriminator.requires_grad_(True)
        return loss

    def learn(self, batch: Quartets, decoded: Tensor, rate: float) -> Tensor:
        """One step of the discriminator at `rate` times its learning rate; its loss before it."""
        real, labels = real_sequences(batch)
        both = self._judge(torch.cat((real, decoded.detach())))
        loss = discriminator_loss(both.first(len(real)), both.last(len(decoded)), labels)
        for group in self.optimizer.param_groups:
            group["lr"] = LEARNING_RATE * rate
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps of it."""
        return {"critic": self.discriminator.state_dict(), "critic_optimizer": self.optimizer.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on from `state`."""
        self.discriminator.load_state_dict(state["critic"])
        self.optimizer.load_state_dict(state["critic_optimizer"])
