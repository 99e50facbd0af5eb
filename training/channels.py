"""The channels of the paper's network in torch: the same as `core.networks.paper_channels.to_channels`, on any device.
A test holds both together.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from blender_addon.core.networks.paper_channels import Normalisation
from blender_addon.core.skeleton import JOINT_COUNT, Joint

_LIMBS = tuple(int(joint) for joint in Joint if joint != Joint.MID_HIP)


def measure_normalisation(positions: Tensor) -> Normalisation:
    """The normalisation of a set of clips (…, T, 15, 2), pixels, y down: over all of their frames."""
    values = _relative(positions).reshape(-1, JOINT_COUNT, 2)
    return Normalisation(values.mean(dim=0).cpu().numpy(), values.std(dim=0).cpu().numpy())


def to_channels(positions: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """The network's channels (…, 30, T) of positions (…, T, 15, 2), pixels, y down, by the `mean` and `std` (15, 2) of
    its normalisation.
    """
    return ((_relative(positions) - mean) / std).flatten(-2).transpose(-1, -2)


def _relative(positions: Tensor) -> Tensor:
    """(…, T, 15, 2): the 14 joints about the mid-hip, then its velocity, not yet normalised."""
    mid_hip = positions[..., Joint.MID_HIP, :].unsqueeze(-2)
    velocity = F.pad(mid_hip[..., 1:, :, :] - mid_hip[..., :-1, :, :], (0, 0, 0, 0, 1, 0))
    return torch.cat((positions[..., _LIMBS, :] - mid_hip, velocity), dim=-2)
