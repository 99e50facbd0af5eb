"""Motion played on bodies, in three dimensions and as a camera sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.spatial.transform import Rotation
from torch import Tensor

from blender_addon.core.motion import View, rotation
from blender_addon.core.skeleton import LEG_BONES, Posture, Skeleton

from ..bodies import bone_lengths, posture
from ..cameras import Cameras, picture
from ..contact_labels import ANKLES, planted_feet
from ..kinematics import mean_facing, view_rotation
from ..motion_library import CANONICAL_INDEX, CANONICAL_PARENTS, Array, MotionClip, leg_length, world_rotations
from ..synthetic import FPS, Windows, across, body_height, pose
from .conditions import HeldPose

STEADY = 0.3
"""The least resultant length of the facing direction over a clip, 0..1: below it the clip has no azimuth, and no other
view can be asked of it.
"""


@dataclass(frozen=True)
class Stretch:
    """`frames` frames of a clip from the frame `begin`."""

    clip: MotionClip
    begin: int
    frames: int


@dataclass(frozen=True, eq=False)
class Body:
    """A body to play motion on: (24, 3) float32 `offsets` in metres."""

    name: str
    offsets: Array


@dataclass(frozen=True, eq=False)
class PlayedMotion:
    """A motion on a body, in the motion's body-centred frame (x left, y down, z back), in metres.

    `joints` (T, 15, 3) about the mid-hip, `root` (T, 3), rest `lengths` (14,), `contacts` (T, 2) 1 where the right or
    left foot is planted; `posture` (2,) radians that spine and head lean forward at rest; `steadiness` of the facing,
    0..1.
    """

    joints: Tensor
    root: Tensor
    lengths: Tensor
    contacts: Tensor
    posture: Tensor
    steadiness: float

    @property
    def skeleton(self) -> Skeleton:
        """The body's rest lengths in metres, and its posture."""
        spine, head = self.posture.rad2deg().tolist()
        return Skeleton(self.lengths.numpy(), Posture(spine, head))

    @property
    def reach(self) -> float:
        """How far over the floor the performer gets from their mean place, in body heights."""
        return float(self.root[:, [0, 2]].norm(dim=-1).max() / body_height(self.lengths))

    @property
    def ankle_speed(self) -> Array:
        """(T, 2) of the right and left ankle, in body heights a second."""
        ankles = self.joints[:, list(ANKLES)] + self.root[:, None]
        steps = torch.diff(ankles, dim=0, prepend=ankles[:1]).norm(dim=-1)
        return (steps * FPS / body_height(self.lengths)).numpy()

    def seen(self, view: View, per_metre: float, closeness: float) -> Array:
        """(T, 15, 2) as a camera sees it, the performer's mean place at (0, 0), `per_metre` units to the metre there.

        `closeness` is the body's height over the camera's distance; 0 is orthographic.
        """
        height = body_height(self.lengths)
        camera = Cameras(
            azimuth=torch.tensor([np.radians(view.azimuth)], dtype=torch.float32),
            elevation=torch.tensor([np.radians(view.elevation)], dtype=torch.float32),
            roll=torch.tensor([np.radians(view.roll)], dtype=torch.float32),
            closeness=torch.tensor([closeness]),
            centre=torch.zeros(1, 2),
            pixels=(height * per_metre)[None],
        )
        pixels, _, _ = picture(self.joints[None], self.root[None], height[None], camera)
        return pixels[0].numpy()

    def depth(self, view: View, per_metre: float) -> Array:
        """(T, 15) behind the mid-hip, `per_metre` units to the metre."""
        return self.joints.numpy() @ rotation(view)[2] * np.float32(per_metre)


def perform(stretch: Stretch, bodies: Sequence[Body]) -> list[PlayedMotion]:
    """A stretch of motion on some bodies, all turned to where the first of them faces on average."""
    windows = _windows(stretch, len(bodies))
    offsets = torch.as_tensor(np.stack([body.offsets for body in bodies]), dtype=torch.float32)
    lengths = bone_lengths(offsets)
    joints, root = pose(windows, offsets)
    facing = mean_facing(across(joints[:1]), windows.valid[:1])
    azimuth = torch.atan2(facing[:, 1], facing[:, 0])
    turn = view_rotation(-azimuth, torch.zeros_like(azimuth)).mT
    joints, root = joints @ turn.unsqueeze(1), (root - root.mean(dim=1, keepdim=True)) @ turn
    contacts = planted_feet(joints + root.unsqueeze(2), windows.valid, lengths[:, LEG_BONES].sum(dim=-1) / 2, FPS)
    steadiness = float(facing.norm())
    played = zip(joints, root, lengths, contacts, posture(offsets), strict=True)
    return [PlayedMotion(*parts, steadiness) for parts in played]


def _windows(stretch: Stretch, count: int) -> Windows:
    clip = stretch.clip
    frames = slice(stretch.begin, stretch.begin + stretch.frames)
    turned = world_rotations(clip.rotations[frames])[:, np.maximum(CANONICAL_PARENTS, 0)]
    root = clip.root[frames] / leg_length(clip.offsets)
    return Windows(
        rotations=torch.as_tensor(turned).expand(count, -1, -1, -1, -1),
        root=torch.as_tensor(root, dtype=torch.float32).expand(count, -1, -1),
        valid=torch.ones(count, stretch.frames),
        mirrored=torch.zeros(count, dtype=torch.bool),
        grounded=torch.zeros(count),
    )


def posed(stretch: Stretch, held: HeldPose) -> Stretch:
    """A stretch of motion in a pose that is held."""
    frames = slice(stretch.begin, stretch.begin + stretch.frames)
    rotations = stretch.clip.rotations[frames].copy()
    for joint in range(rotations.shape[1]):
        own = Rotation.from_quat(rotations[:, joint], scalar_first=True)
        usual = own.mean()
        rotations[:, joint] = (usual * (usual.inv() * own) ** held.liveliness).as_quat(scalar_first=True)
    for turn in held.turns:
        joint = CANONICAL_INDEX[turn.joint]
        more = Rotation.from_rotvec(np.radians(turn.degrees) * np.array(turn.axis))
        rotations[:, joint] = (more * Rotation.from_quat(rotations[:, joint], scalar_first=True)).as_quat(
            scalar_first=True
        )
    clip = replace(
        stretch.clip, rotations=rotations, root=stretch.clip.root[frames], glitch=stretch.clip.glitch[frames]
    )
    return Stretch(clip, 0, stretch.frames)


def with_legs(body: Body, factor: float) -> Body:
    """The body with thighs and shins `factor` times as long."""
    offsets = body.offsets.copy()
    offsets[[CANONICAL_INDEX[name] for name in ("LLeg", "LFoot", "RLeg", "RFoot")]] *= factor
    return Body(f"{body.name}, legs × {factor:g}", offsets)
