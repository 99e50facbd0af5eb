"""Random bodies: limb groups of a captured body scaled independently, from ordinary people to cartoon characters."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from blender_addon.core.skeleton import BONE_CHILDREN, BONE_PARENTS, Joint

from .motion_library import (
    CANONICAL_COUNT,
    CANONICAL_INDEX,
    CANONICAL_MIRROR,
    CANONICAL_PARENTS,
    JOINT_WEIGHTS,
    Array,
    MotionLibrary,
)

ANCESTORS = np.eye(CANONICAL_COUNT, dtype=np.float32)
"""(24, 24): 1 where a joint's offset lies on the way from the root to another joint, so that joints = ANCESTORS @
turned offsets.
"""
for _joint, _parent in enumerate(CANONICAL_PARENTS):
    if _parent >= 0:
        ANCESTORS[_joint] += ANCESTORS[_parent]
JOINTS_FROM_OFFSETS = JOINT_WEIGHTS @ ANCESTORS
"""(15, 24): our joints from the turned offsets of the canonical skeleton."""

_SPINE = ("Spine", "Spine1", "Chest", "Neck")
_HEAD = ("Neck1", "Head", "HeadEnd")
_ARM = ("ForeArm", "Hand")
_LEG = ("Leg", "Foot")


@dataclass(frozen=True)
class BodyRanges:
    """Lowest and highest factor of each limb group; `arm_to_leg` is the ratio of the lengths themselves (a person's is
    about 0.65). `spine_degrees` and `head_degrees` say how much more or less they lean at rest, as standard deviations.
    """

    legs: tuple[float, float] = (0.5, 1.4)
    arm_to_leg: tuple[float, float] = (0.4, 1.5)
    torso: tuple[float, float] = (0.6, 2.0)
    head: tuple[float, float] = (0.7, 2.5)
    thigh_to_shin: tuple[float, float] = (0.8, 1.3)
    upper_arm_to_forearm: tuple[float, float] = (0.8, 1.3)
    shoulders: tuple[float, float] = (0.7, 1.5)
    hips: tuple[float, float] = (0.7, 1.7)
    spine_degrees: float = 0.0
    head_degrees: float = 0.0


WIDE = BodyRanges()
ORDINARY_SPREAD = 0.1
"""Half the range of every group's factor on an ordinary body."""


def _indices(names: tuple[str, ...], sides: str = "LR") -> list[int]:
    return [CANONICAL_INDEX[side + name] for name in names for side in sides]


class BodySampler:
    """Draws symmetric bodies as (N, 24, 3) offsets in metres: half of them ordinary people, half with every group
    anywhere in its range.
    """

    def __init__(
        self, library: MotionLibrary, device: torch.device, *, ordinary: float = 0.45, ranges: BodyRanges = WIDE
    ) -> None:
        offsets = np.stack([symmetric(library.bodies[name]) for name in sorted(library.bodies)])
        self._bodies = torch.as_tensor(offsets, dtype=torch.float32, device=device)
        self._ordinary = ordinary
        self._ranges = ranges

    def sample(self, count: int, generator: torch.Generator) -> Tensor:
        """(count, 24, 3) offsets."""
        device = self._bodies.device
        offsets = self._bodies[torch.randint(len(self._bodies), (count,), generator=generator, device=device)].clone()
        ordinary = torch.rand(count, generator=generator, device=device) < self._ordinary

        def factor(lowest: float, highest: float, neutral: Tensor | float = 1.0) -> Tensor:
            wide = lowest * (highest / lowest) ** torch.rand(count, generator=generator, device=device)
            mild = neutral * (1 + ORDINARY_SPREAD * (2 * torch.rand(count, generator=generator, device=device) - 1))
            return torch.where(ordinary, mild, wide)

        ranges = self._ranges
        scales = torch.ones(count, CANONICAL_COUNT, device=device)
        thigh = factor(*ranges.thigh_to_shin).sqrt()
        legs = factor(*ranges.legs)
        scales[:, _indices(_LEG[:1])] = (legs * thigh).unsqueeze(1)
        scales[:, _indices(_LEG[1:])] = (legs / thigh).unsqueeze(1)
        arm_length, leg_length = _limb_length(offsets, _ARM), _limb_length(offsets, _LEG)
        arms = factor(*ranges.arm_to_leg, neutral=arm_length / leg_length) * leg_length * legs / arm_length
        upper = factor(*ranges.upper_arm_to_forearm).sqrt()
        scales[:, _indices(_ARM[:1])] = (arms * upper).unsqueeze(1)
        scales[:, _indices(_ARM[1:])] = (arms / upper).unsqueeze(1)
        torso = factor(*ranges.torso)
        scales[:, [CANONICAL_INDEX[name] for name in ("Spine", "Spine1", "Chest", "Neck", "Neck1")]] = torso.unsqueeze(
            1
        )
        scales[:, [CANONICAL_INDEX[name] for name in ("Head", "HeadEnd")]] = factor(*ranges.head).unsqueeze(1)
        shoulders, hips = factor(*ranges.shoulders), factor(*ranges.hips)
        per_axis = scales.unsqueeze(-1).repeat(1, 1, 3)
        for name in ("Clav", "Arm"):
            per_axis[:, _indices((name,)), :1] = shoulders[:, None, None]
            per_axis[:, _indices((name,)), 1:] = torso[:, None, None]
        per_axis[:, _indices(("UpLeg",)), :1] = hips[:, None, None]
        return self._with_posture(offsets * per_axis, generator)

    def _with_posture(self, offsets: Tensor, generator: torch.Generator) -> Tensor:
        """Bodies (N, 24, 3) whose spine and head lean a little more or less at rest than they were captured with."""
        for names, degrees in ((_SPINE, self._ranges.spine_degrees), (_HEAD, self._ranges.head_degrees)):
            angle = math.radians(degrees) * torch.randn(len(offsets), generator=generator, device=offsets.device)
            joints = [CANONICAL_INDEX[name] for name in names]
            offsets[:, joints] = leaning(offsets[:, joints], angle[:, None])
        return offsets


def leaning(vectors: Tensor, angle: Tensor) -> Tensor:
    """Vectors (…, 3), y up and z forward, that lean forward by `angle` (…) radians more."""
    cos, sin = angle.cos(), angle.sin()
    x, y, z = vectors.unbind(dim=-1)
    return torch.stack((x, y * cos - z * sin, y * sin + z * cos), dim=-1)


def posture(offsets: Tensor) -> Tensor:
    """How far spine and head of bodies (N, 24, 3) lean forward at rest: (N, 2) radians."""
    joints = torch.as_tensor(JOINTS_FROM_OFFSETS, device=offsets.device) @ offsets
    spine, head = joints[:, Joint.NECK] - joints[:, Joint.MID_HIP], joints[:, Joint.HEAD] - joints[:, Joint.NECK]
    return torch.stack([torch.atan2(bone[:, 2], bone[:, 1]) for bone in (spine, head)], dim=-1)


def symmetric(offsets: Array) -> Array:
    """The body (24, 3) with both sides alike.

    Captured sides differ by up to 11 %, and mirrored motion would then contradict its body's lengths.
    """
    mirrored = offsets[list(CANONICAL_MIRROR)] * np.array([-1, 1, 1])
    return ((offsets + mirrored) / 2).astype(np.float32)


def _limb_length(offsets: Tensor, names: tuple[str, ...]) -> Tensor:
    return offsets[:, _indices(names, "L")].norm(dim=-1).sum(dim=-1)


def bone_lengths(offsets: Tensor) -> Tensor:
    """(N, 14) rest lengths in metres of bodies (N, 24, 3)."""
    joints = torch.as_tensor(JOINTS_FROM_OFFSETS, device=offsets.device) @ offsets
    return (joints[:, BONE_CHILDREN] - joints[:, BONE_PARENTS]).norm(dim=-1)
