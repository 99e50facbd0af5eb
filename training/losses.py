"""Losses that both networks are trained with."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional

from .synthetic import CLIP_FACTORS

MARGIN = 1.0
"""Of the triplet losses, as in the paper's section 5."""

Terms = dict[str, Tensor]
"""Loss terms by name, each a scalar, not yet weighted."""


def clips_with(factor: int, value: int) -> tuple[int, int]:
    """The two clips of a quartet that show motion (factor 0), body (1) or view (2) number `value`."""
    first, second = (clip for clip, factors in enumerate(CLIP_FACTORS) if factors[factor] == value)
    return first, second


def weighted_sum(terms: Terms, weights: Mapping[str, float]) -> Tensor:
    """The loss: every term times its weight, 0 where it has none. Raises ValueError where a weight is for no term."""
    if unknown := [name for name in weights if name not in terms]:
        raise ValueError(f"The loss term {unknown[0]} is unknown; weigh some of {', '.join(terms)}.")
    return torch.stack([weights.get(name, 0.0) * value for name, value in terms.items()]).sum()


def masked_mean(values: Tensor, weight: Tensor) -> Tensor:
    """The mean of `values` where `weight`, which broadcasts to their leading axes, says so."""
    while weight.ndim < values.ndim:
        weight = weight.unsqueeze(-1)
    return (values * weight).sum() / weight.expand_as(values).sum().clamp_min(1e-6)


def triplet(codes: Tensor, factor: int) -> Tensor:
    """The triplet margin loss of codes (Q, 4, C): clips that share the factor are nearer than clips that share another
    (paper, equation 7).
    """
    losses = []
    for value in range(2):
        anchor, positive = clips_with(factor, value)
        for negative in clips_with(factor, 1 - value):
            losses.append(
                functional.triplet_margin_loss(codes[:, anchor], codes[:, positive], codes[:, negative], margin=MARGIN)
            )
            losses.append(
                functional.triplet_margin_loss(codes[:, positive], codes[:, anchor], codes[:, negative], margin=MARGIN)
            )
    return torch.stack(losses).mean()


def foot_velocity(feet: Tensor, contacts: Tensor, valid: Tensor) -> Tensor:
    """How fast feet (N, T, 2, D) move while `contacts` (N, T, 2) says they stand, in their unit a frame (paper,
    equation 8).
    """
    still = contacts[:, 1:] * contacts[:, :-1] * (valid[:, 1:] * valid[:, :-1]).unsqueeze(-1)
    return masked_mean((feet[:, 1:] - feet[:, :-1]).abs(), still)
