"""Foot contacts of known 3D motion: the ground truth that contacts are trained on and judged by."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from blender_addon.core.skeleton import Joint

ANKLES = (int(Joint.RIGHT_ANKLE), int(Joint.LEFT_ANKLE))
LARGEST_SPEED = 0.35
"""Leg lengths a second: faster, and an ankle is on its way."""
LARGEST_HEIGHT = 0.25
"""Leg lengths above the lowest ankle of the clip: higher, and a foot only pauses in the air."""


def planted_feet(joints: Tensor, valid: Tensor, leg_length: Tensor, fps: float) -> Tensor:
    """(N, T, 2) 1 where the right and the left ankle stand still near the floor.

    `joints` (N, T, 15, 3), root included, with y down; `valid` (N, T); `leg_length` (N,) in the joints' unit.
    """
    ankles = joints[:, :, ANKLES, :]
    step = ankles[:, 1:] - ankles[:, :-1]
    moved = torch.cat((step[:, :1], step), dim=1) if step.shape[1] else torch.zeros_like(ankles)
    following = torch.cat((step, step[:, -1:]), dim=1) if step.shape[1] else torch.zeros_like(ankles)
    outside = torch.zeros_like(valid[:, :1])
    first = (torch.diff(valid, dim=1, prepend=outside) > 0)[:, :, None, None]
    last = (torch.diff(valid, dim=1, append=outside) < 0)[:, :, None, None]
    moved, following = torch.where(first, following, moved), torch.where(last, moved, following)
    speed = ((moved + following) / 2).norm(dim=-1) * (fps / leg_length)[:, None, None]
    lowest = torch.where(valid.unsqueeze(-1) > 0, ankles[..., 1], -torch.inf).amax(dim=(1, 2))
    height = (lowest[:, None, None] - ankles[..., 1]) / leg_length[:, None, None]
    still = ((speed < LARGEST_SPEED) & (height < LARGEST_HEIGHT)).to(joints.dtype) * valid.unsqueeze(-1)
    return _without_blinks(still)


def _without_blinks(still: Tensor) -> Tensor:
    """A median over five frames: contacts and gaps shorter than three frames are noise."""
    if still.shape[1] < 3:
        return still
    padded = functional.pad(still.transpose(1, 2), (2, 2), mode="replicate")
    return padded.unfold(-1, 5, 1).median(dim=-1).values.transpose(1, 2)
