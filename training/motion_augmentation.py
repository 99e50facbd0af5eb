"""Motion augmentation: motion that nobody captured, made from motion that somebody did.

Fifty minutes of capture show few of the poses that people take. So arms and upper bodies of different takes are put
together, joints turn a little further than they did, bodies tilt up to lying and upside down, sit, crouch, and hold
still.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from .ground_poses import ground_poses
from .motion_library import CANONICAL_COUNT, CANONICAL_INDEX

_LEFT_ARM = ("LClav", "LArm", "LForeArm", "LHand")
_RIGHT_ARM = ("RClav", "RArm", "RForeArm", "RHand")
_TORSO = ("Spine", "Spine1", "Chest", "Neck", "Neck1", "Head", "HeadEnd")
LIMB_GROUPS: tuple[tuple[str, ...], ...] = (_LEFT_ARM, _RIGHT_ARM, _TORSO, (*_LEFT_ARM, *_RIGHT_ARM, *_TORSO))
"""Joints that may come from another take together.

The legs stay with the root's path, so that feet that stood still stand.
"""

_KNEES = ("LLeg", "RLeg")
_STRAIGHTEST_KNEE = -0.05
"""Radians that a knee bends the wrong way at most."""

_SWAY: dict[str, float] = {
    "Spine": 0.5, "Spine1": 0.5, "Chest": 0.5, "Neck": 0.5, "Head": 0.8, "LClav": 0.3, "RClav": 0.3, "LArm": 1.5, "RArm": 1.5, "LForeArm": 1.0, "RForeArm": 1.0,
    "LUpLeg": 1.0, "RUpLeg": 1.0, "LLeg": 0.8, "RLeg": 0.8,
}  # fmt: skip
"""How far each joint sways, as a part of the window's own measure."""

_WAVES = 4
_FASTEST_WAVE = 0.03
"""Waves a frame: 0.9 a second."""


@dataclass(frozen=True)
class Variety:
    """`share` of the windows are varied at all; of those, each limb group comes from another take with probability
    `exchange`, `sway` of them turn further at the joints, by 8 to 20 degrees rms between them `sway_degrees`; all tilt
    by `tilt_degrees` rms, `fallen` of them any way round; `seated` of them bend hips and knees and keep them bent.
    `held` of all windows hardly move. `grounded` of all windows show poses on the ground instead, which sway.
    """

    share: float = 0.6
    exchange: float = 0.25
    sway: float = 0.5
    sway_degrees: tuple[float, float] = (8.0, 20.0)
    tilt_degrees: float = 8.0
    fallen: float = 0.12
    seated: float = 0.15
    held: float = 0.05
    grounded: float = 0.0


def vary(quaternions: Tensor, how: Variety, generator: torch.Generator) -> Tensor:
    """Local quaternions (N, T, 24, 4), w x y z, of N windows: the same, varied."""
    count, frames = quaternions.shape[:2]
    device = quaternions.device

    def chance(part: float) -> Tensor:
        return torch.rand(count, generator=generator, device=device) < part

    chosen = chance(how.share)
    varied = quaternions
    for names in LIMB_GROUPS:
        joints = [CANONICAL_INDEX[name] for name in names]
        donors = torch.randperm(count, generator=generator, device=device)
        exchanged = varied.clone()
        exchanged[:, :, joints] = quaternions[donors][:, :, joints]
        varied = torch.where((chosen & chance(how.exchange))[:, None, None, None], exchanged, varied)
    low, high = (math.radians(angle) for angle in how.sway_degrees)
    extent = (low + (high - low) * torch.rand(count, generator=generator, device=device)) * (chosen & chance(how.sway))
    parts = torch.zeros(CANONICAL_COUNT, device=device)
    for name, part in _SWAY.items():
        parts[CANONICAL_INDEX[name]] = part
    sway = _waves(count, CANONICAL_COUNT, frames, generator, device) * (extent[:, None, None, None] * parts[:, None])
    sway = sway + _seat(chosen & chance(how.seated), count, generator, device)
    varied = multiply(varied, from_vector(sway))
    knees = [CANONICAL_INDEX[name] for name in _KNEES]
    varied[:, :, knees] = _unbroken(varied[:, :, knees])
    root = CANONICAL_INDEX["Hips"]
    varied[:, :, root] = multiply(_tilt(chosen, how, frames, generator), varied[:, :, root])
    return varied


def on_the_ground(count: int, frames: int, generator: torch.Generator, device: torch.device) -> Tensor:
    """Local quaternions (count, frames, 24, 4) of poses on the ground, each joint swaying about its own."""
    parts = torch.zeros(CANONICAL_COUNT, device=device)
    for name, part in _SWAY.items():
        parts[CANONICAL_INDEX[name]] = part
    extent = math.radians(12.0) * torch.rand(count, generator=generator, device=device)
    sway = _waves(count, CANONICAL_COUNT, frames, generator, device) * (extent[:, None, None, None] * parts[:, None])
    posed = ground_poses(count, generator, device).unsqueeze(1)
    heading = torch.zeros(count, 1, 3, device=device)
    heading[..., 1] = 2 * math.pi * torch.rand(count, 1, generator=generator, device=device)
    turned = multiply(from_vector(posed).expand(-1, frames, -1, -1), from_vector(sway))
    knees = [CANONICAL_INDEX[name] for name in _KNEES]
    turned[:, :, knees] = _unbroken(turned[:, :, knees])
    root = CANONICAL_INDEX["Hips"]
    turned[:, :, root] = multiply(from_vector(heading).expand(-1, frames, -1), turned[:, :, root])
    return turned


def _waves(count: int, joints: int, frames: int, generator: torch.Generator, device: torch.device) -> Tensor:
    """Smooth random vectors (count, frames, joints, 3) of unit deviation a component: a few slow waves each."""
    shape = (count, 1, joints, 3, _WAVES)
    pace = 2 * math.pi * _FASTEST_WAVE * torch.rand(shape, generator=generator, device=device)
    phase = 2 * math.pi * torch.rand(shape, generator=generator, device=device)
    at = torch.arange(frames, device=device)[None, :, None, None, None]
    return torch.cos(at * pace + phase).sum(dim=-1) * math.sqrt(2 / _WAVES)


def _seat(seated: Tensor, count: int, generator: torch.Generator, device: torch.device) -> Tensor:
    """Rotation vectors (count, 1, 24, 3) that bend hips, knees and back of the windows that are `seated`."""
    bend = torch.zeros(count, 1, CANONICAL_COUNT, 3, device=device)
    amount = torch.rand(count, generator=generator, device=device)
    for side in "LR":
        own = (amount + 0.25 * torch.randn(count, generator=generator, device=device)).clamp(0, 1.2)
        bend[:, 0, CANONICAL_INDEX[f"{side}UpLeg"], 0] = -1.6 * own
        bend[:, 0, CANONICAL_INDEX[f"{side}Leg"], 0] = (
            1.9 * own * (0.5 + 0.6 * torch.rand(count, generator=generator, device=device))
        )
    bend[:, 0, CANONICAL_INDEX["Spine"], 0] = 0.6 * amount * torch.rand(count, generator=generator, device=device)
    return bend * seated[:, None, None, None]


def _tilt(chosen: Tensor, how: Variety, frames: int, generator: torch.Generator) -> Tensor:
    """Quaternions (N, frames, 4) that tilt whole bodies: a little and swaying, or any way round."""
    count, device = len(chosen), chosen.device
    little = _waves(count, 1, frames, generator, device).squeeze(2) * math.radians(how.tilt_degrees) / math.sqrt(3)
    angle = 2 * math.pi * torch.rand(count, 1, generator=generator, device=device)
    axis = torch.cat((angle.cos(), torch.zeros_like(angle), angle.sin()), dim=-1)
    far = axis * (math.pi * torch.rand(count, 1, generator=generator, device=device))
    fallen = chosen & (torch.rand(count, generator=generator, device=device) < how.fallen)
    return from_vector(little * chosen[:, None, None] + (far * fallen[:, None]).unsqueeze(1))


def _unbroken(knees: Tensor) -> Tensor:
    """Knees (…, 4) that do not bend forwards: what turns them that way about +x is taken back."""
    bend = 2 * torch.atan2(knees[..., 1], knees[..., 0])
    bend = torch.remainder(bend + math.pi, 2 * math.pi) - math.pi
    back = (_STRAIGHTEST_KNEE - bend).clamp_min(0)
    return multiply(knees, from_vector(torch.stack((back, torch.zeros_like(back), torch.zeros_like(back)), dim=-1)))


def from_vector(rotation: Tensor) -> Tensor:
    """Unit quaternions (…, 4), w x y z, of rotation vectors (…, 3) in radians."""
    angle = rotation.norm(dim=-1, keepdim=True)
    return torch.cat(((angle / 2).cos(), rotation * (angle / (2 * math.pi)).sinc() / 2), dim=-1)


def multiply(first: Tensor, second: Tensor) -> Tensor:
    """The Hamilton product of quaternions (…, 4), w x y z: the rotation `second`, then `first`."""
    a, b = first.unbind(dim=-1), second.unbind(dim=-1)
    return torch.stack(
        (
            a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
            a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
            a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
            a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
        ),
        dim=-1,
    )


def to_matrices(quaternions: Tensor) -> Tensor:
    """Rotation matrices (…, 3, 3) of unit quaternions (…, 4), w x y z."""
    w, x, y, z = quaternions.unbind(dim=-1)
    rows = (
        1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
        2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
        2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
    )  # fmt: skip
    return torch.stack(rows, dim=-1).unflatten(-1, (3, 3))
