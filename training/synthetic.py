"""Synthetic clips, made on the training device: the same motion on two bodies from two views, with every label known.

A *quartet* is four clips of two motions, two bodies and two views in which every pair shares exactly one of the three.
So each factor has a positive and two negatives for the triplet losses, and all eight recombinations can be decoded and
compared with the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from blender_addon.core.skeleton import LEG_BONES, MIRROR_JOINTS, Joint

from .bodies import JOINTS_FROM_OFFSETS, WIDE, BodyRanges, BodySampler, bone_lengths, posture
from .cameras import Cameras, CameraSampler, picture
from .contact_labels import SKIN, other_supports, planted_feet
from .corruption import Corruption, corrupt
from .depth_evidence import DepthErrors, depth_evidence
from .kinematics import mean_facing, view_rotation
from .motion_augmentation import Variety, multiply, on_the_ground, to_matrices, vary
from .motion_library import CANONICAL_PARENTS, MotionLibrary, clip_weights, leg_length

FPS = 30.0
CLIP_FACTORS: tuple[tuple[int, int, int], ...] = ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0))
"""Motion, body and view of each of the four clips of a quartet."""

RECOMBINATIONS: tuple[tuple[int, int, int], ...] = tuple(
    (motion, body, view) for motion in range(2) for body in range(2) for view in range(2)
)
"""Motion, body and view of everything that the codes of a quartet can be decoded to."""

TIME_WARP = (0.7, 1.4)
HELD_SPEED = 0.03
"""Of a pose that is held: what is left of its motion's speed."""
_SIDES = (int(Joint.LEFT_SHOULDER), int(Joint.LEFT_HIP)), (int(Joint.RIGHT_SHOULDER), int(Joint.RIGHT_HIP))


@dataclass(frozen=True)
class Quartets:
    """Q quartets of T frames. Lengths are in metres, angles in radians, 3D in the body-centred frame (x left, y down, z
    back).

    `observed` (Q, 4, T, 15, 2) pixels, `confidence` (Q, 4, T, 15), `valid` (Q, 4, T), `pixels_per_metre` (Q, 4): what
    the networks see; `depth` and `depth_confidence` (Q, 4, T, 15): the evidence of depth, in pixels. `joints` (Q, 2, 2,
    T, 15, 3), motion by body, about the mid-hip; `root` (Q, 2, 2, T, 3); `lengths` (Q, 2, 14) rest lengths; `azimuth`,
    `elevation` (Q, 2) of the views; `roll` (Q, 4) of the cameras; `contacts` (Q, 2, 2, T, 2) of the feet; `supports`
    (Q, 2, 2, T, 6) of hands, knees, seat and back, known where `supports_known`; `posture` (Q, 2, 2) of the bodies: how
    far spine and head lean forward at rest; `steadiness` (Q, 2): how well a motion has one facing, 0..1.
    """

    observed: Tensor
    confidence: Tensor
    valid: Tensor
    depth: Tensor
    depth_confidence: Tensor
    pixels_per_metre: Tensor
    joints: Tensor
    root: Tensor
    lengths: Tensor
    azimuth: Tensor
    elevation: Tensor
    roll: Tensor
    contacts: Tensor
    supports: Tensor
    supports_known: Tensor
    posture: Tensor
    steadiness: Tensor


@dataclass(frozen=True)
class Windows:
    """Stretches of motion: `rotations` (N, T, 24, 3, 3) of each joint's parent in the world, `root` (N, T, 3) in leg
    lengths, `valid` (N, T), `mirrored` (N,); `grounded` (N,) 1 where the lowest joint touches the ground in every
    frame, whatever `root` says.
    """

    rotations: Tensor
    root: Tensor
    valid: Tensor
    mirrored: Tensor
    grounded: Tensor


class MotionBank:
    """All frames of a library on the training device, drawn from by category and by sound frames."""

    def __init__(self, library: MotionLibrary, device: torch.device, variety: Variety | None = None) -> None:
        """Raises ValueError where the library has no sound frame."""
        if all(clip.glitch.all() for clip in library.clips):
            raise ValueError("The motion has no sound frame: every one lies in a jump; give smoother clips.")
        roots = [clip.root / leg_length(clip.offsets) for clip in library.clips]
        self.device = device
        self._variety = variety
        self._rotations = torch.as_tensor(
            np.concatenate([clip.rotations for clip in library.clips]), dtype=torch.float32, device=device
        )
        self._roots = torch.as_tensor(np.concatenate(roots), dtype=torch.float32, device=device)
        self._glitch = torch.as_tensor(np.concatenate([clip.glitch for clip in library.clips]), device=device)
        counts = np.array([len(clip) for clip in library.clips])
        self._counts = torch.as_tensor(counts, device=device)
        self._starts = torch.as_tensor(np.cumsum(counts) - counts, device=device)
        self._weights = torch.as_tensor(clip_weights(library), dtype=torch.float32, device=device)

    def sample(self, count: int, frames: int, generator: torch.Generator) -> Windows:
        """Windows of `frames` frames at a random speed, varied, mirrored half of the time; where a clip ends, so does
        `valid`.
        """
        clip = torch.multinomial(self._weights, count, replacement=True, generator=generator)
        low, high = TIME_WARP
        speed = low * (high / low) ** torch.rand(count, generator=generator, device=self.device)
        if self._variety:
            held = torch.rand(count, generator=generator, device=self.device) < self._variety.held
            speed = torch.where(held, HELD_SPEED * speed, speed)
        spare = (self._counts[clip] - 1 - (frames - 1) * speed).clamp_min(0)
        begin = spare * torch.rand(count, generator=generator, device=self.device)
        mirrored = torch.rand(count, generator=generator, device=self.device) < 0.5
        local, root, valid = self._between(clip, begin, speed, frames)
        grounded = torch.zeros(count, device=self.device)
        if self._variety:
            local = vary(local, self._variety, generator)
        if self._variety and self._variety.grounded > 0:
            down = torch.rand(count, generator=generator, device=self.device) < self._variety.grounded
            lying = on_the_ground(count, frames, generator, self.device)
            local = torch.where(down[:, None, None, None], lying, local)
            root = torch.where(down[:, None, None], 0.0, root)
            valid = torch.where(down[:, None], 1.0, valid)
            grounded = down.to(root.dtype)
        return Windows(parent_rotations(local), root, valid, mirrored, grounded)

    def cut(self, clip: Tensor, begin: Tensor, speed: Tensor, frames: int, mirrored: Tensor) -> Windows:
        """Windows of the clips (N,) from the frame `begin` (N,), `speed` (N,) source frames apart."""
        local, root, valid = self._between(clip, begin, speed, frames)
        return Windows(parent_rotations(local), root, valid, mirrored, torch.zeros_like(speed))

    def _between(self, clip: Tensor, begin: Tensor, speed: Tensor, frames: int) -> tuple[Tensor, Tensor, Tensor]:
        """Local quaternions (N, T, 24, 4), root (N, T, 3) and validity (N, T) at fractional frames."""
        at = begin[:, None] + speed[:, None] * torch.arange(frames, device=self.device)
        last = (self._counts[clip] - 1)[:, None]
        inside = at <= last + 1e-4
        before = torch.minimum(at.floor().long(), last)
        after = torch.minimum(before + 1, last)
        share = (at - before).clamp(0, 1)
        before, after = before + self._starts[clip][:, None], after + self._starts[clip][:, None]
        first, second = self._rotations[before], self._rotations[after]
        second = torch.where((first * second).sum(dim=-1, keepdim=True) < 0, -second, second)
        local = functional.normalize(torch.lerp(first, second, share[..., None, None]), dim=-1)
        root = torch.lerp(self._roots[before], self._roots[after], share[..., None])
        return local, root, (inside & ~self._glitch[before] & ~self._glitch[after]).to(root.dtype)


def parent_rotations(local: Tensor) -> Tensor:
    """(N, T, 24, 3, 3) rotation of each joint's parent in the world, from local quaternions (N, T, 24, 4)."""
    world: list[Tensor] = []
    for joint, parent in enumerate(CANONICAL_PARENTS):
        own = local[:, :, joint]
        world.append(own if parent < 0 else multiply(world[parent], own))
    return to_matrices(torch.stack([world[max(parent, 0)] for parent in CANONICAL_PARENTS], dim=2))


def pose(windows: Windows, offsets: Tensor) -> tuple[Tensor, Tensor]:
    """Windows played on bodies (N, 24, 3): joints (N, T, 15, 3) about the mid-hip and the mid-hip's own path (N, T, 3),
    metres.

    In picture axes (x as the character's left in the rest pose, y down, z back), floor and heading as captured.
    """
    bones = (windows.rotations @ offsets[:, None, :, :, None]).squeeze(-1)
    length = offsets.norm(dim=-1)[:, None]
    bones = bones * (length / bones.norm(dim=-1).clamp_min(1e-6)).unsqueeze(-1)
    joints = torch.as_tensor(JOINTS_FROM_OFFSETS, device=bones.device) @ bones
    joints = joints * joints.new_tensor([1.0, -1.0, -1.0])
    legs = bone_lengths(offsets)[:, LEG_BONES].sum(dim=-1) / 2
    root = windows.root * windows.root.new_tensor([1.0, -1.0, -1.0]) * legs[:, None, None]
    flipped = joints[..., MIRROR_JOINTS, :] * joints.new_tensor([-1.0, 1.0, 1.0])
    joints = torch.where(windows.mirrored[:, None, None, None], flipped, joints)
    root = torch.where(windows.mirrored[:, None, None], root * root.new_tensor([-1.0, 1.0, 1.0]), root)
    hip = joints[..., Joint.MID_HIP, :]
    return joints - hip.unsqueeze(-2), root + hip


def across(joints: Tensor) -> Tensor:
    """From right to left (…, 3) of joints (…, 15, 3): unit shoulder line plus unit hip line."""
    lines = joints[..., _SIDES[0], :] - joints[..., _SIDES[1], :]
    return (lines / lines.norm(dim=-1, keepdim=True).clamp_min(1e-6)).sum(dim=-2)


def face_camera(joints: Tensor, root: Tensor, valid: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Turns motion into its body-centred frame: mean facing to −z, the path's mean to the origin. Also gives the
    steadiness (N,) of the facing.
    """
    facing = mean_facing(across(joints), valid)
    azimuth = torch.atan2(facing[..., 1], facing[..., 0])
    turn = view_rotation(-azimuth, torch.zeros_like(azimuth))
    counted = valid.unsqueeze(-1)
    centred = root - (root * counted).sum(dim=1, keepdim=True) / counted.sum(dim=1, keepdim=True).clamp_min(1)
    return joints @ turn.mT.unsqueeze(1), centred @ turn.mT, facing.norm(dim=-1)


class SyntheticClips:
    """Draws quartets of training clips, the same ones for the same generator."""

    def __init__(
        self,
        library: MotionLibrary,
        device: torch.device,
        cameras: CameraSampler,
        corruption: Corruption,
        variety: Variety | None = None,
        *,
        ranges: BodyRanges = WIDE,
        depth_errors: DepthErrors | None = None,
    ) -> None:
        self._depth_errors = depth_errors or DepthErrors()
        self._bank = MotionBank(library, device, variety)
        self._bodies = BodySampler(library, device, ranges=ranges)
        self._cameras = cameras
        self._corruption = corruption
        self.device = device

    def sample(self, quartets: int, frames: int, generator: torch.Generator) -> Quartets:
        """`quartets` groups of four clips of `frames` frames each."""
        windows = self._bank.sample(2 * quartets, frames, generator)
        bodies = self._bodies.sample(2 * quartets, generator).unflatten(0, (quartets, 2))
        lengths = bone_lengths(bodies.flatten(0, 1)).unflatten(0, (quartets, 2))
        on_bodies = [play(windows, bodies[:, body].repeat_interleave(2, dim=0)) for body in range(2)]
        joints, root, contacts, supports, supports_known = (
            torch.stack(parts, dim=1).unflatten(0, (quartets, 2)) for parts in zip(*on_bodies, strict=True)
        )
        valid = windows.valid.unflatten(0, (quartets, 2))
        facing = (
            mean_facing(across(joints[:, :, 0].flatten(0, 1)), windows.valid).norm(dim=-1).unflatten(0, (quartets, 2))
        )
        cameras = self._cameras.sample(quartets, generator, self.device)
        clips = [
            _film(joints[:, m, s], root[:, m, s], lengths[:, s], cameras.of_view(v, clip))
            for clip, (m, s, v) in enumerate(CLIP_FACTORS)
        ]
        seen = torch.stack([clip[0] for clip in clips], dim=1)
        clip_valid = torch.stack([valid[:, m] for m, _, _ in CLIP_FACTORS], dim=1)
        per_metre = torch.stack([clip[1] for clip in clips], dim=1)
        height = torch.stack([clip[2] for clip in clips], dim=1)
        noisy, confidence = corrupt(
            seen.flatten(0, 1), clip_valid.flatten(0, 1), height.flatten(), self._corruption, generator
        )
        depth, told = depth_evidence(
            torch.stack([clip[3] for clip in clips], dim=1).flatten(0, 1),
            confidence,
            height.flatten(),
            self._depth_errors,
            generator,
        )
        return Quartets(
            observed=noisy.unflatten(0, (quartets, 4)),
            confidence=confidence.unflatten(0, (quartets, 4)),
            depth=depth.unflatten(0, (quartets, 4)),
            depth_confidence=told.unflatten(0, (quartets, 4)),
            valid=clip_valid,
            pixels_per_metre=per_metre,
            joints=joints,
            root=root,
            lengths=lengths,
            azimuth=cameras.azimuth,
            elevation=cameras.elevation,
            roll=cameras.roll,
            contacts=contacts,
            supports=supports,
            supports_known=supports_known,
            posture=posture(bodies.flatten(0, 1)).unflatten(0, (quartets, 2)),
            steadiness=facing,
        )


class Played(NamedTuple):
    """Windows on bodies, in the body-centred frame: `joints` (N, T, 15, 3) about the mid-hip, `root` (N, T, 3), in
    metres; `contacts` (N, T, 2) of the feet; the other `supports` (N, T, 6), and where they are `supports_known`.
    """

    joints: Tensor
    root: Tensor
    contacts: Tensor
    supports: Tensor
    supports_known: Tensor


def play(windows: Windows, offsets: Tensor) -> Played:
    """Windows on bodies (N, 24, 3)."""
    joints, root = pose(windows, offsets)
    legs = bone_lengths(offsets)[:, LEG_BONES].sum(dim=-1) / 2
    lowest = (joints[..., 1] + legs[:, None, None] * joints.new_tensor(SKIN)).amax(dim=-1)
    down = torch.stack((root[..., 0], -lowest, root[..., 2]), dim=-1)
    root = torch.where(windows.grounded[:, None, None] > 0, down, root)
    standing = other_supports(joints + root.unsqueeze(-2), windows.valid, legs, windows.grounded, FPS)
    joints, root, _ = face_camera(joints, root, windows.valid)
    contacts = planted_feet(joints + root.unsqueeze(-2), windows.valid, legs, FPS)
    return Played(joints, root, contacts, *standing)


def _film(joints: Tensor, root: Tensor, lengths: Tensor, camera: Cameras) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pixels, pixels per metre, the body's height in pixels, and depth about the mid-hip in pixels."""
    height = body_height(lengths)
    pixels, per_metre, depth = picture(joints, root, height, camera)
    return pixels, per_metre, height * per_metre, depth


def body_height(lengths: Tensor) -> Tensor:
    """Head + spine + thigh + shin (…,) of bone lengths (…, 14)."""
    return lengths[..., :2].sum(dim=-1) + lengths[..., LEG_BONES].sum(dim=-1) / 2
