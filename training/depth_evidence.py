"""What a detector says of depth: nearer to flat than the truth, off by as much as ours is, in the same way for some
frames, now and then on the wrong side, and not said at all in half of the clips, since most files have none.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from blender_addon.core.skeleton import JOINT_COUNT, Joint


@dataclass(frozen=True)
class DepthErrors:
    """How evidence of depth errs, in parts of the body's height where it is a length.

    `absent` is the part of the clips without any. Each clip's depth is `gain` times the truth, drawn between these two.
    Every joint is off as MEASURED says: always to one side, by something that lasts, and by something that wanders;
    `leaning`, `lasting` and `wandering` are factors on these, and all three grow in clips of a poorer view, by a factor
    between those of `poorness`. In `flipped` of the clips the depth of one limb is on the wrong side for a while.
    `exact` is the part of the clips with evidence that tell the truth, as files with depth from capture do.
    """

    absent: float = 0.5
    exact: float = 0.1
    gain: tuple[float, float] = (0.5, 1.05)
    leaning: float = 1.0
    lasting: float = 1.0
    wandering: float = 1.0
    poorness: tuple[float, float] = (0.5, 1.5)
    flipped: float = 0.3


@dataclass(frozen=True)
class JointError:
    """How the depth of one joint errs, in parts of the body's height: by how much further away on average, and the
    standard deviations of what lasts for a clip and of what wanders within it.
    """

    leaning: float
    lasting: float
    wandering: float


MEASURED: dict[str, JointError] = {
    "HEAD": JointError(-0.05, 0.04, 0.03),
    "NECK": JointError(0.0, 0.025, 0.02),
    "SHOULDER": JointError(0.01, 0.03, 0.036),
    "ELBOW": JointError(-0.015, 0.04, 0.048),
    "WRIST": JointError(0.0, 0.048, 0.058),
    "HIP": JointError(0.0, 0.008, 0.019),
    "KNEE": JointError(0.0, 0.037, 0.037),
    "ANKLE": JointError(0.045, 0.053, 0.049),
}
"""Our own detector on the clips with known truth (docs/RENDERED.md), left and right together, after its gain of 0.5 to
1.0 is taken out. The head is said to be nearer and the ankles further away than they are.
"""


_WANDER_FRAMES = 15
"""Over how many frames an error lasts."""
_LIMBS: tuple[tuple[int, ...], ...] = tuple(
    tuple(int(Joint[f"{side}_{part}"]) for part in parts)
    for side in ("RIGHT", "LEFT")
    for parts in (("ELBOW", "WRIST"), ("KNEE", "ANKLE"), ("WRIST",), ("ANKLE",))
)
"""Joints that are taken for the other side together."""


def depth_evidence(
    depth: Tensor, confidence: Tensor, height: Tensor, how: DepthErrors, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """What a detector would say of depth.

    Args:
        depth: (N, T, 15) pixels about the mid-hip, + away from the camera.
        confidence: (N, T, 15) of the joints in the picture.
        height: (N,) pixels of the bodies.
        how: the errors.
        generator: of random numbers.

    Returns:
        Depth (N, T, 15) in pixels and its confidence (N, T, 15), 0 where nothing is said.
    """
    count, frames = depth.shape[:2]

    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator, device=depth.device)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, device=depth.device)

    low, high = how.gain
    gain = low + (high - low) * uniform(count, 1, 1)
    low, high = how.poorness
    poor = low * (high / low) ** uniform(count, 1, 1)
    leaning = how.leaning * _of_joints("leaning", depth)
    lasting = how.lasting * _of_joints("lasting", depth) * normal(count, 1, JOINT_COUNT)
    wandering = (
        how.wandering * _of_joints("wandering", depth) * _slow(normal(count, frames + _WANDER_FRAMES - 1, JOINT_COUNT))
    )
    errors = poor * (leaning + lasting + wandering) * height[:, None, None]
    told = gain * _flipped(depth, how.flipped, uniform) + errors
    told = torch.where(uniform(count, 1, 1) < how.exact, depth, told)
    told = told - told[:, :, Joint.MID_HIP, None]
    certain = confidence * (uniform(count, 1, 1) >= how.absent)
    certain = certain * (certain[:, :, Joint.MID_HIP, None] > 0)
    return torch.where(certain > 0, told, 0.0), certain


def _of_joints(error: str, like: Tensor) -> Tensor:
    """One of a joint's errors for each joint (15,); the mid-hip, which depth is told from, has none."""
    parts = [joint.name.removeprefix("RIGHT_").removeprefix("LEFT_") for joint in Joint]
    return like.new_tensor([getattr(MEASURED[part], error) if part in MEASURED else 0.0 for part in parts])


def _flipped(depth: Tensor, part: float, uniform: object) -> Tensor:
    """The depth with one limb mirrored about the joint above it for 5 to 40 frames, in `part` of the clips."""
    draw = uniform
    assert callable(draw)
    count, frames = depth.shape[:2]
    at = torch.arange(frames, device=depth.device)[None, :]
    begin, length = draw(count, 1) * frames, 5 + 35 * draw(count, 1)
    inside = (at >= begin) & (at < begin + length) & (draw(count, 1) < part)
    chosen = (draw(count) * len(_LIMBS)).long().clamp_max(len(_LIMBS) - 1)
    turned = depth
    for index, limb in enumerate(_LIMBS):
        above = depth[:, :, limb[0] - 1, None]
        own = (inside & (chosen == index)[:, None]).unsqueeze(-1)
        turned = turned.clone()
        turned[:, :, limb] = torch.where(own, 2 * above - turned[:, :, limb], turned[:, :, limb])
    return turned


def _slow(noise: Tensor) -> Tensor:
    """Noise (N, T, J) of unit deviation that lasts about _WANDER_FRAMES frames, of steady noise that is _WANDER_FRAMES −
    1 frames longer: with padded ends, first and last frames would err twice as much.
    """
    kernel = noise.new_ones(1, 1, _WANDER_FRAMES) / _WANDER_FRAMES**0.5
    flat = noise.transpose(1, 2).flatten(0, 1).unsqueeze(1)
    return functional.conv1d(flat, kernel).reshape(noise.shape[0], noise.shape[2], -1).transpose(1, 2)
