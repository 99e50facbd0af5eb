"""Forward kinematics and view rotations in torch.

Frames. *Camera*: x right, y down, z away from the camera. *Body-centred*: what the camera sees at azimuth 0 and
elevation 0, so a character faces −z, its left is +x and up is −y.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from blender_addon.core.networks.kinematic_network import ViewCode
from blender_addon.core.skeleton import BONE_INDEX, BONE_PATHS, Joint

_HIPS = BONE_INDEX[Joint.LEFT_HIP], BONE_INDEX[Joint.RIGHT_HIP]
_SHOULDERS = BONE_INDEX[Joint.LEFT_SHOULDER], BONE_INDEX[Joint.RIGHT_SHOULDER]
_LEANING = BONE_INDEX[Joint.NECK], BONE_INDEX[Joint.HEAD]


def view_rotation(azimuth: Tensor, elevation: Tensor) -> Tensor:
    """The rotation (…, 3, 3) from the body-centred frame to the camera's, for angles in radians of any one shape (…)."""
    cos_a, sin_a, cos_e, sin_e = azimuth.cos(), azimuth.sin(), elevation.cos(), elevation.sin()
    zero = torch.zeros_like(cos_a)
    rows = (cos_a, zero, -sin_a, -sin_e * sin_a, cos_e, -sin_e * cos_a, cos_e * sin_a, sin_e, cos_e * cos_a)
    return torch.stack(rows, dim=-1).unflatten(-1, (3, 3))


def roll_rotation(roll: Tensor) -> Tensor:
    """The rotation (…, 3, 3) about the camera's axis by `roll` (…) radians, clockwise in the picture."""
    cos, sin, zero, one = roll.cos(), roll.sin(), torch.zeros_like(roll), torch.ones_like(roll)
    return torch.stack((cos, -sin, zero, sin, cos, zero, zero, zero, one), dim=-1).unflatten(-1, (3, 3))


def camera_rotation(view: ViewCode) -> Tensor:
    """The rotation (B, 3, 3) from the body-centred frame to the camera that filmed, roll included."""
    return roll_rotation(view.roll) @ view_rotation(view.azimuth, view.elevation)


def joints_from_bones(bones: Tensor) -> Tensor:
    """Joints (…, 15, D) about the mid-hip, from bone vectors (…, 14, D)."""
    paths = torch.as_tensor(BONE_PATHS.copy(), dtype=bones.dtype, device=bones.device)
    return paths @ bones


def forward_kinematics(bones: Tensor, lengths: Tensor) -> Tensor:
    """Joints (…, 15, 3) about the mid-hip, from bones (…, 14, 3) in parts of their length and bone lengths (…, 14)."""
    return joints_from_bones(bones * lengths.unsqueeze(-1))


def with_posture(bones: Tensor, change: Tensor) -> Tensor:
    """Bones (…, 14, 3) whose spine and head lean forward by `change` (…, 2) radians more: as a body would move them
    that leans so much more at rest. Both turn about the performer's own left, whichever way it points.
    """
    hips, shoulders = (
        functional.normalize(bones[..., left, :] - bones[..., right, :], dim=-1, eps=1e-4)
        for left, right in (_HIPS, _SHOULDERS)
    )
    axes = (functional.normalize(hips + shoulders, dim=-1, eps=1e-4), shoulders)
    turned = list(bones.unbind(dim=-2))
    for part, (bone, axis) in enumerate(zip(_LEANING, axes, strict=True)):
        turned[bone] = _turned(turned[bone], axis, change[..., part])
    return torch.stack(turned, dim=-2)


def _turned(vectors: Tensor, axis: Tensor, angle: Tensor) -> Tensor:
    """Vectors (…, 3) turned about unit axes (…, 3) by `angle` (…) radians (Rodrigues)."""
    cos, sin = angle.cos().unsqueeze(-1), angle.sin().unsqueeze(-1)
    along = (vectors * axis).sum(dim=-1, keepdim=True)
    return vectors * cos + torch.linalg.cross(axis, vectors) * sin + axis * along * (1 - cos)


def mean_facing(across: Tensor, valid: Tensor) -> Tensor:
    """The circular mean of the facing direction over time, as (…, 2) = (cos, sin) of the azimuth, shorter than 1 where
    it turns.

    `across` is (…, T, 3) with the elevation taken out, `valid` (…, T) 1 where a frame counts.
    """
    horizontal = across[..., (0, 2)]
    unit = horizontal / horizontal.norm(dim=-1, keepdim=True).clamp_min(1e-6)
    weight = valid.unsqueeze(-1)
    return (unit * weight).sum(dim=-2) / weight.sum(dim=-2).clamp_min(1e-6)
