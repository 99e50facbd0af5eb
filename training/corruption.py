"""What a detector does to the truth: noise that grows with speed, jitter, swapped legs, gaps, and a confidence that
tells the truth only mostly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from blender_addon.core.skeleton import JOINT_COUNT, Joint

from .observation import interpolate_gaps

LIMBS: tuple[tuple[Joint, ...], ...] = (
    (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
    (Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
    (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    (Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
    (Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE),
    (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
    (Joint.HEAD,),
)
"""What leaves the picture, or goes behind something, together."""

_Uniform = Callable[..., Tensor]

_LEG_SWAP: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 14, 9, 10, 11)


@dataclass(frozen=True)
class Corruption:
    """How often and how much. `clean` is the part of clips left alone; `noise` the largest deviation in body heights,
    drawn log-uniform below it; the others are parts of the clips that are not clean, `noiseless` those that have gaps
    only: a gap costs most where all else is right. `truthful` is how much of the confidence tells the noise; in
    `untold` of all clips confidence tells nothing: gaps are filled, and everything is said to be seen for certain.
    """

    clean: float = 0.35
    noise: tuple[float, float] = (0.001, 0.025)
    noiseless: float = 0.0
    speed_noise: float = 0.25
    swaps: float = 0.1
    gaps: float = 0.6
    limbs: float = 0.2
    never_seen: float = 0.1
    truthful: float = 0.8
    untold: float = 0.0


def corrupt(
    pixels: Tensor, valid: Tensor, height: Tensor, how: Corruption, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Clips (N, T, 15, 2) of people `height` (N,) pixels high, as a detector would give them, with their confidence (N,
    T, 15).
    """
    count, frames = pixels.shape[:2]
    device = pixels.device

    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator, device=device)

    dirty = uniform(count) >= how.clean
    low, high = how.noise
    shaky = dirty & (uniform(count) >= how.noiseless) if how.noiseless > 0 else dirty
    level = low * (high / low) ** uniform(count) * shaky
    speed = torch.diff(pixels, dim=1, prepend=pixels[:, :1]).norm(dim=-1) / height[:, None, None]
    joint_level = level[:, None, None] * (0.4 + 1.2 * uniform(count, 1, JOINT_COUNT)) + how.speed_noise * speed * shaky[
        :, None, None
    ] * uniform(count, 1, 1)
    jitter = (uniform(count, frames, JOINT_COUNT) < 0.02) & dirty[:, None, None]
    joint_level = joint_level * torch.where(jitter, 4.0, 1.0)
    shake = torch.randn(pixels.shape, generator=generator, device=device)
    slow = _smoothed(torch.randn(pixels.shape, generator=generator, device=device))
    noisy = pixels + (0.7 * shake + 0.7 * slow) * joint_level.unsqueeze(-1) * height[:, None, None, None]
    swapped = _burst(count, frames, uniform, how.swaps) & shaky[:, None]
    noisy = torch.where(swapped[..., None, None], noisy[:, :, _LEG_SWAP], noisy)
    told = joint_level * how.truthful + (1 - how.truthful) * level[:, None, None] * 2 * uniform(
        count, frames, JOINT_COUNT
    )
    certain = torch.exp(-told / 0.02) * (0.8 + 0.2 * uniform(count, frames, JOINT_COUNT))
    confidence = torch.where(shaky[:, None, None], certain.clamp(0.05, 1.0), torch.ones_like(certain))
    confidence = confidence * torch.where(swapped, 0.7, 1.0).unsqueeze(-1)
    hidden = _gaps(count, frames, uniform, how) & dirty[:, None, None]
    confidence = torch.where(hidden, 0.0, confidence) * valid.unsqueeze(-1)
    if how.untold > 0:
        silent = (uniform(count) < how.untold)[:, None, None]
        noisy = torch.where(silent.unsqueeze(-1), interpolate_gaps(noisy, confidence > 0), noisy)
        confidence = torch.where(silent, valid.unsqueeze(-1), confidence)
    return noisy, confidence


def _smoothed(noise: Tensor) -> Tensor:
    """Noise that lasts: a detector is wrong in the same way for some frames."""
    total = noise.cumsum(dim=1)
    width = min(6, noise.shape[1])
    return torch.cat((total[:, :width], total[:, width:] - total[:, :-width]), dim=1) / width**0.5


def _burst(count: int, frames: int, uniform: _Uniform, part: float) -> Tensor:
    """(count, frames) bool: one run of 2 to 12 frames in `part` of the clips."""
    begin = uniform(count, 1) * frames
    length = 2 + 10 * uniform(count, 1)
    at = torch.arange(frames, device=begin.device)
    return (at >= begin) & (at < begin + length) & (uniform(count, 1) < part)


def _gaps(count: int, frames: int, uniform: _Uniform, how: Corruption) -> Tensor:
    """(count, frames, 15) bool: joints that go unseen, one by one or a limb at a time, for a while or for good."""
    hidden = torch.zeros(count, frames, JOINT_COUNT, dtype=torch.bool, device=uniform(1).device)
    at = torch.arange(frames, device=hidden.device)[None, :, None]
    for _ in range(3):
        begin = uniform(count, 1, JOINT_COUNT) * (frames + 10) - 10
        length = 4 + 26 * uniform(count, 1, JOINT_COUNT)
        chosen = (uniform(count, 1, JOINT_COUNT) < 0.08) & (uniform(count, 1, 1) < how.gaps)
        hidden |= chosen & (at >= begin) & (at < begin + length)
    for members in LIMBS:
        begin = uniform(count, 1, 1) * (frames + 20) - 20
        length = 5 + 60 * uniform(count, 1, 1)
        gone = (at >= begin) & (at < begin + length) & (uniform(count, 1, 1) < how.limbs / 2)
        gone = gone | (uniform(count, 1, 1) < how.never_seen / len(LIMBS))
        hidden[:, :, list(members)] |= gone
    return hidden
