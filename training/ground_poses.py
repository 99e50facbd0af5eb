"""Poses on the ground that hardly any capture shows: lying on each side, sitting, kneeling, on all fours, push-ups."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from .motion_library import CANONICAL_COUNT, CANONICAL_INDEX

Angles = tuple[float, float, float]
"""A rotation vector in degrees about x (the performer's left), y (up) and z (forward)."""

_ARMS_DOWN: Mapping[str, Angles] = {"LArm": (0, 0, -70), "RArm": (0, 0, 70)}
_ARMS_FORWARD: Mapping[str, Angles] = {"LArm": (0, -80, 0), "RArm": (0, 80, 0)}


@dataclass(frozen=True)
class GroundPose:
    """How the root is turned, and how the joints are bent, apart from the T-pose."""

    root: Angles
    joints: Mapping[str, Angles] = field(default_factory=dict)


GROUND_POSES: tuple[GroundPose, ...] = (
    GroundPose((-90, 0, 0), _ARMS_DOWN),
    GroundPose((-90, 0, 0), {**_ARMS_DOWN, "LUpLeg": (-50, 0, 0), "LLeg": (90, 0, 0), "RUpLeg": (-50, 0, 0), "RLeg": (90, 0, 0)}),
    GroundPose((90, 0, 0), _ARMS_DOWN),
    GroundPose((90, 0, 0), {"LArm": (0, 0, 50), "RArm": (0, 0, -50), "LForeArm": (0, 0, 60), "RForeArm": (0, 0, -60)}),
    GroundPose((0, 0, 90), {**_ARMS_FORWARD, "LUpLeg": (-50, 0, 0), "LLeg": (60, 0, 0), "RUpLeg": (-30, 0, 0), "RLeg": (40, 0, 0)}),
    GroundPose((0, 0, -90), {**_ARMS_FORWARD, "LUpLeg": (-30, 0, 0), "LLeg": (40, 0, 0), "RUpLeg": (-50, 0, 0), "RLeg": (60, 0, 0)}),
    GroundPose((75, 0, 0), _ARMS_FORWARD),
    GroundPose((80, 0, 0), {**_ARMS_FORWARD, "LUpLeg": (-85, 0, 0), "RUpLeg": (-85, 0, 0), "LLeg": (85, 0, 0), "RLeg": (85, 0, 0)}),
    GroundPose((-12, 0, 0), {**_ARMS_DOWN, "LUpLeg": (-85, 0, 0), "RUpLeg": (-85, 0, 0), "LLeg": (20, 0, 0), "RLeg": (20, 0, 0)}),
    GroundPose((-5, 0, 0), {**_ARMS_DOWN, "LUpLeg": (-115, 0, 25), "RUpLeg": (-115, 0, -25), "LLeg": (120, 0, 0), "RLeg": (120, 0, 0)}),
    GroundPose((5, 0, 0), {**_ARMS_DOWN, "LUpLeg": (-10, 0, 0), "RUpLeg": (-10, 0, 0), "LLeg": (110, 0, 0), "RLeg": (110, 0, 0)}),
    GroundPose((0, 0, 0), {**_ARMS_DOWN, "LUpLeg": (-90, 0, 0), "RUpLeg": (0, 0, 0), "LLeg": (90, 0, 0), "RLeg": (90, 0, 0)}),
    GroundPose((25, 0, 0), {**_ARMS_FORWARD, "LUpLeg": (-120, 0, 10), "RUpLeg": (-120, 0, -10), "LLeg": (125, 0, 0), "RLeg": (125, 0, 0)}),
    GroundPose((55, 0, 0), {**_ARMS_FORWARD, "LUpLeg": (-60, 0, 0), "RUpLeg": (-60, 0, 0), "LLeg": (15, 0, 0), "RLeg": (15, 0, 0)}),
)  # fmt: skip
"""Lying on the back (legs out, knees up), on the front (arms down, under the head), on each side; push-up; all fours;
sitting with legs out and crossed; kneeling on both knees and on one; squatting; bending down.
"""

_OFF_DEGREES = 8.0
"""How far each joint is from its pose, as a standard deviation about each axis."""


def ground_poses(count: int, generator: torch.Generator, device: torch.device) -> Tensor:
    """Rotation vectors (count, 24, 3) in radians of poses on the ground, their root turned to any heading after it."""
    table = torch.zeros(len(GROUND_POSES), CANONICAL_COUNT, 3, device=device)
    for row, pose in enumerate(GROUND_POSES):
        for joint, angles in {"Hips": pose.root, **pose.joints}.items():
            table[row, CANONICAL_INDEX[joint]] = torch.tensor(angles, device=device)
    chosen = torch.randint(len(GROUND_POSES), (count,), generator=generator, device=device)
    off = _OFF_DEGREES * torch.randn(count, CANONICAL_COUNT, 3, generator=generator, device=device)
    bent = torch.zeros(CANONICAL_COUNT, 1, device=device)
    bent[[CANONICAL_INDEX[side + name] for side in "LR" for name in ("Arm", "ForeArm", "UpLeg")]] = 1.0
    bent[[CANONICAL_INDEX[name] for name in ("Hips", "Neck", "Spine", "LLeg", "RLeg")]] = 0.5
    return (table[chosen] + off * bent) * (math.pi / 180)


REACH: Mapping[str, float] = {
    "HEAD": 0.14, "NECK": 0.12, "SHOULDER": 0.10, "ELBOW": 0.05, "WRIST": 0.05, "HIP": 0.12, "KNEE": 0.07, "ANKLE": 0.10,
}  # fmt: skip
"""Leg lengths from a joint to the skin that touches the ground, by the last word of the joint's name."""
