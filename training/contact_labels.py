"""Foot contacts of known 3D motion: the ground truth that contacts are trained on and judged by."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from blender_addon.core.skeleton import Joint

from .ground_poses import REACH

ANKLES = (int(Joint.RIGHT_ANKLE), int(Joint.LEFT_ANKLE))
LARGEST_SPEED = 0.35
"""Leg lengths a second: faster, and an ankle is on its way."""
LARGEST_CLEARANCE = 0.12
"""Leg lengths between the skin and the ground: higher, and a hand, knee or seat does not touch it."""
HIGHEST_CHAIR = 0.75
"""Leg lengths: hips that keep still below this height may sit on something."""
SUPPORT_JOINTS: dict[str, tuple[Joint, ...]] = {
    "right_hand": (Joint.RIGHT_WRIST,),
    "left_hand": (Joint.LEFT_WRIST,),
    "right_knee": (Joint.RIGHT_KNEE,),
    "left_knee": (Joint.LEFT_KNEE,),
    "seat": (Joint.MID_HIP,),
    "back": (Joint.MID_HIP, Joint.NECK),
}
"""The joints that are down where each of the network's SUPPORTS stands."""
SKIN: tuple[float, ...] = tuple(REACH[joint.name.rpartition("_")[2]] for joint in Joint)
"""Leg lengths from each joint to the skin below it."""
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


def other_supports(
    joints: Tensor, valid: Tensor, leg_length: Tensor, grounded: Tensor, fps: float
) -> tuple[Tensor, Tensor]:
    """What stands on the ground beside the feet.

    Args:
        joints: (N, T, 15, 3), root included, with y down.
        valid: (N, T).
        leg_length: (N,) in the joints' unit.
        grounded: (N,) 1 where the ground is known to be at y = 0; elsewhere it is where the clip's lowest point is.
        fps: frames per second.

    Returns:
        (N, T, 6) 1 where each of SUPPORTS stands, and (N, T, 6) 1 where that is known: a seat above the ground may be
        on a chair.
    """
    legs = leg_length[:, None, None]
    skin = joints[..., 1] / legs + joints.new_tensor(SKIN)
    lowest = torch.where(valid.unsqueeze(-1) > 0, skin, -torch.inf).amax(dim=(1, 2))
    height = torch.where(grounded > 0, 0.0, lowest)[:, None, None] - skin
    step = torch.diff(joints, dim=1, prepend=joints[:, :1]).norm(dim=-1)
    following = torch.cat((step[:, 1:], step[:, -1:]), dim=1)
    slow = torch.minimum(step, following) * (fps / legs) < LARGEST_SPEED
    low = (height < LARGEST_CLEARANCE) & slow
    stands = torch.stack([low[..., list(members)].all(dim=-1) for members in SUPPORT_JOINTS.values()], dim=-1)
    known = torch.ones_like(stands)
    hips = height[..., Joint.MID_HIP]
    chair = slow[..., Joint.MID_HIP] & (hips > LARGEST_CLEARANCE) & (hips < HIGHEST_CHAIR)
    known[..., list(SUPPORT_JOINTS).index("seat")] = ~chair
    return _without_blinks(stands.to(joints.dtype) * valid.unsqueeze(-1)), known.to(joints.dtype) * valid.unsqueeze(-1)


def _without_blinks(still: Tensor) -> Tensor:
    """A median over five frames: contacts and gaps shorter than three frames are noise."""
    if still.shape[1] < 3:
        return still
    padded = functional.pad(still.transpose(1, 2), (2, 2), mode="replicate")
    return padded.unfold(-1, 5, 1).median(dim=-1).values.transpose(1, 2)
