"""The kinematic network in torch: motion as bone directions in the body-centred frame, skeleton as bone lengths, view
as two angles.

The idea of three separate encoders is the paper's (Aberman et al. 2019, section 3); the codes are geometry, so that the
decoder is forward kinematics with any lengths and any view. It sees clips at about 30 frames a second.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..skeleton import (
    BONE_CHILDREN,
    BONE_COUNT,
    BONE_INDEX,
    BONE_PARENTS,
    BONE_PROPORTION,
    JOINT_COUNT,
    LEG_BONES,
    PROPORTION_COUNT,
    PROPORTIONS,
    Joint,
)
from .inference import TOKEN_FRAMES
from .observation import LENGTH_QUANTILES, STATISTICS
from .stored_networks import KINEMATIC, KinematicSize, load_model, size_of
from .torch_weights import load_into, state_arrays
from .weights_file import save_state

_FRAME_FEATURES = JOINT_COUNT * 3 + BONE_COUNT * 3 + 3
_DEPTH_FEATURES = BONE_COUNT * 2
_MOTION_FEATURES = _FRAME_FEATURES + BONE_COUNT * 4 + PROPORTION_COUNT + JOINT_COUNT * 2 + _DEPTH_FEATURES
_FARTHEST_DEPTH = 1.5
"""Bone lengths: evidence of more depth than that is cut off."""
_FARTHEST_RATIO = 6.0
"""Logarithm of how many times longer or shorter than it is seen a bone may be found: beyond it there is no body, and
squares would not fit their numbers.
"""
_VELOCITY_SCALE = 10.0
"""Brings velocities, a frame, to the size of positions."""
_MOTION_OUTPUTS = BONE_COUNT * 4 + 3
_FACING_SUMS = 8
_ANKLES = (int(Joint.RIGHT_ANKLE), int(Joint.LEFT_ANKLE))
_STILL_SPEED = 0.012
"""Leg lengths a frame that an ankle moves in the picture at most while its foot stands, before the network has its say.
"""
_SPEED_TAPS = (1.0, 5.0, 10.0, 10.0, 5.0, 1.0)
"""The frame-to-frame steps that an ankle's speed is averaged over: as many before a frame as after it."""
_STILLNESS = 3.0
_STILLNESS_UNIT = 100.0
"""What a leg length a frame more or less than that counts for, in so many logits, before training."""
SUPPORTS: tuple[str, ...] = ("right_hand", "left_hand", "right_knee", "left_knee", "seat", "back")
"""What may stand on the ground beside the feet."""
_RARE = -4.0
"""Logit of a support before training: few are there."""
STANDARD_POSTURE = (-0.1, 0.1)
"""Radians that spine and head lean forward at rest, where nothing is known: most bodies' spines lean a little back."""
_DEEPEST = 6.0
"""Mean bone lengths: evidence of more depth than that is cut off."""
_CHILDREN, _PARENTS = torch.tensor(BONE_CHILDREN), torch.tensor(BONE_PARENTS)
_LEFT_BONES = (BONE_INDEX[Joint.LEFT_SHOULDER], BONE_INDEX[Joint.LEFT_HIP])
_RIGHT_BONES = (BONE_INDEX[Joint.RIGHT_SHOULDER], BONE_INDEX[Joint.RIGHT_HIP])
_SIDE_PAIRS = tuple(
    (BONE_INDEX[Joint[f"RIGHT_{part}"]], BONE_INDEX[Joint[f"LEFT_{part}"]]) for part in ("SHOULDER", "HIP")
)


@dataclass(frozen=True)
class ObservationTensors:
    """`observation.Observation` on the network's device."""

    joints: Tensor
    confidence: Tensor
    velocity: Tensor
    valid: Tensor
    scale: Tensor
    statistics: Tensor
    depth: Tensor
    depth_confidence: Tensor

    @cached_property
    def bones(self) -> Tensor:
        """Bone vectors (B, T, 14, 2)."""
        return bones_of(self.joints)

    @cached_property
    def bone_confidence(self) -> Tensor:
        """The confidence (B, T, 14) of the less certain end."""
        return bone_confidence(self.confidence)


def bones_of(joints: Tensor) -> Tensor:
    """Bone vectors (…, 14, D) of joints (…, 15, D)."""
    return joints.index_select(-2, _CHILDREN.to(joints.device)) - joints.index_select(-2, _PARENTS.to(joints.device))


def bone_confidence(confidence: Tensor) -> Tensor:
    """The confidence (…, 14) of bones, that of the less certain end, from that of joints (…, 15)."""
    return torch.minimum(
        confidence.index_select(-1, _CHILDREN.to(confidence.device)),
        confidence.index_select(-1, _PARENTS.to(confidence.device)),
    )


def across_vector(directions: Tensor) -> Tensor:
    """From the performer's right to its left (…, 3): hips and shoulders together, each as a unit direction."""
    return directions[..., _LEFT_BONES, :].sum(dim=-2) - directions[..., _RIGHT_BONES, :].sum(dim=-2)


@dataclass(frozen=True)
class CameraMotion:
    """What the motion encoder reads in the camera's frame.

    `bones` (B, T, 14, 3) in parts of their estimated length: x and y as seen, cleaned, and depth; shorter than 1 where
    the depth is in doubt. `depth_velocity` (B, T) of the root in leg lengths a frame, `contacts` (B, T, 2) logits for
    right and left foot, `supports` (B, T, 6) logits of SUPPORTS, and the `tokens` (B, T/2, C) that the view is read
    from.
    """

    bones: Tensor
    depth_velocity: Tensor
    contacts: Tensor
    supports: Tensor
    tokens: Tensor

    @property
    def directions(self) -> Tensor:
        """The bones as unit vectors (B, T, 14, 3)."""
        return functional.normalize(self.bones, dim=-1, eps=1e-4)


@dataclass(frozen=True)
class ViewCode:
    """`facing` (B, 2): cosine and sine of the azimuth (unit length); `elevation` and `roll` (B,) in radians; `posture`
    (B, 2): how far spine and head lean forward at rest, in radians.

    Roll is how far the camera was tilted, clockwise in the picture: the encoder takes it out, and nothing puts it back.
    """

    facing: Tensor
    elevation: Tensor
    roll: Tensor
    posture: Tensor

    @property
    def azimuth(self) -> Tensor:
        """(B,) in radians."""
        return torch.atan2(self.facing[..., 1], self.facing[..., 0])


def _zeroed(layer: nn.Linear) -> nn.Linear:
    """A layer that says nothing until it is trained."""
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


class _TemporalBlock(nn.Module):
    """A residual block over time: three taps, `dilation` tokens apart, seen through one linear layer."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.dilation = dilation
        self.norm = nn.LayerNorm(width)
        self.taps = nn.Linear(3 * width, width)
        self.out = _zeroed(nn.Linear(width, width))

    def forward(self, tokens: Tensor, valid: Tensor) -> Tensor:
        away = self.dilation
        padded = functional.pad(self.norm(tokens) * valid, (0, 0, away, away))
        taps = torch.cat((padded[:, : -2 * away], padded[:, away:-away], padded[:, 2 * away :]), dim=-1)
        out: Tensor = tokens + self.out(functional.silu(self.taps(taps)))
        return out


class _Trunk(nn.Module):
    """Frames to tokens of TOKEN_FRAMES frames each, through residual blocks over time."""

    def __init__(self, features: int, width: int, dilations: tuple[int, ...]) -> None:
        super().__init__()
        self.stem = nn.Linear(features * TOKEN_FRAMES, width)
        self.blocks = nn.ModuleList(_TemporalBlock(width, dilation) for dilation in dilations)
        self.norm = nn.LayerNorm(width)

    def forward(self, frames: Tensor, valid: Tensor) -> Tensor:
        tokens = self.stem(frames.unflatten(1, (-1, TOKEN_FRAMES)).flatten(2))
        token_valid = token_mask(valid).unsqueeze(-1)
        for block in self.blocks:
            tokens = block(tokens, token_valid)
        out: Tensor = self.norm(tokens)
        return out


@dataclass(frozen=True)
class PoolTensors:
    """`inference.PoolState` on the network's device: running sums of an attention pool."""

    peak: Tensor
    mass: Tensor
    total: Tensor

    def value(self) -> Tensor:
        """The pooled features (B, heads · features)."""
        return (self.total / self.mass.unsqueeze(-1).clamp_min(1e-12)).flatten(1)


class _AttentionPool(nn.Module):
    """A weighted mean over time, each head with weights of its own."""

    def __init__(self, width: int, heads: int, features: int) -> None:
        super().__init__()
        self.heads = heads
        self.scores = nn.Linear(width, heads)
        self.values = nn.Linear(width, heads * features)

    def state(self, tokens: Tensor, counted: Tensor) -> PoolTensors:
        """Pools the tokens (B, S, C) where `counted` (B, S) is 1; scores are kept within ±8 so that no one token can
        drown the rest.
        """
        scores = 8 * torch.tanh(self.scores(tokens) / 8)
        scores = scores.masked_fill(counted.unsqueeze(-1) == 0, -1e4).transpose(1, 2)
        peak = scores.amax(dim=-1)
        weight = (scores - peak.unsqueeze(-1)).exp() * counted.unsqueeze(1)
        values = self.values(tokens).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        return PoolTensors(peak, weight.sum(dim=-1), (weight.unsqueeze(-1) * values).sum(dim=-2))


def _head(inputs: int, width: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, outputs))


def token_mask(valid: Tensor) -> Tensor:
    """(B, T) of frames to (B, T / TOKEN_FRAMES) of tokens: 1 where any frame of the token counts."""
    return valid.unflatten(1, (-1, TOKEN_FRAMES)).amax(dim=-1)


class KinematicNetwork(nn.Module):
    """Skeleton, motion and view encoders.

    T must be a multiple of TOKEN_FRAMES; frames outside the clip have `valid` 0.
    """

    def __init__(self, size: KinematicSize) -> None:
        super().__init__()
        self.size = size
        self.body_trunk = _Trunk(_FRAME_FEATURES + _DEPTH_FEATURES, size.body_width, size.body_dilations)
        self.body_pool = _AttentionPool(size.body_width, heads=8, features=size.code_width // 4)
        self.body_head = _head(size.code_width * 2 + STATISTICS, 2 * size.code_width, PROPORTION_COUNT)
        self.motion_trunk = _Trunk(_MOTION_FEATURES, size.motion_width, size.motion_dilations)
        self.motion_head = nn.Linear(size.motion_width, TOKEN_FRAMES * _MOTION_OUTPUTS)
        self.stillness_head = _zeroed(nn.Linear(size.motion_width, TOKEN_FRAMES * len(_ANKLES)))
        nn.init.constant_(self.stillness_head.bias, _STILLNESS)
        self.gap_head = _zeroed(nn.Linear(size.motion_width, TOKEN_FRAMES * BONE_COUNT * 3))
        self.support_head = _zeroed(nn.Linear(size.motion_width, TOKEN_FRAMES * len(SUPPORTS)))
        nn.init.constant_(self.support_head.bias, _RARE)
        self.view_pool = _AttentionPool(size.motion_width, heads=8, features=size.code_width // 4)
        self.view_head = _head(size.code_width * 2 + _FACING_SUMS, 2 * size.code_width, 4)
        self.posture_head = _head(size.code_width * 2 + _FACING_SUMS, 2 * size.code_width, len(STANDARD_POSTURE))
        for values in self.posture_head[-1].parameters():
            nn.init.zeros_(values)

    def pool_body(self, seen: ObservationTensors, counted: Tensor) -> PoolTensors:
        """What one window says of the body; `counted` (B, T) is 1 on the frames that the window answers for."""
        told = (seen.depth.clamp(-_DEEPEST, _DEEPEST), seen.depth_confidence)
        tokens = self.body_trunk(torch.cat((_frame_features(seen), *told), dim=-1), seen.valid)
        return self.body_pool.state(tokens, token_mask(counted))

    def proportions(self, pooled: Tensor, statistics: Tensor) -> Tensor:
        """The natural logarithm (B, 8) of the lengths of skeleton.PROPORTIONS, in the observation's unit; `pooled` is
        the value of `pool_body`.
        """
        longest = statistics.unflatten(-1, (BONE_COUNT, -1))[..., LENGTH_QUANTILES.index(0.9)]
        base = torch.stack(
            [longest[:, [BONE_INDEX[bone] for bone in members]].amax(dim=-1) for members in PROPORTIONS], dim=-1
        )
        ratio = self.body_head(torch.cat((pooled, statistics), dim=-1)).clamp(-_FARTHEST_RATIO, _FARTHEST_RATIO)
        return base.clamp_min(0.05).log() + ratio

    def camera_motion(self, seen: ObservationTensors, log_proportions: Tensor) -> CameraMotion:
        """Bones and the root's depth in the camera's frame, given the body (B, 8) that `proportions` found."""
        lengths = log_proportions.exp()[:, list(BONE_PROPORTION)]
        flat = seen.bones / lengths[:, None, :, None]
        hidden = (1 - flat.square().sum(dim=-1)).clamp_min(1e-4).sqrt()
        features = torch.cat((_frame_features(seen), flat.flatten(2), hidden, seen.bone_confidence), dim=-1)
        known = log_proportions[:, None].expand(-1, features.shape[1], -1)
        pace = _VELOCITY_SCALE * seen.velocity.flatten(2)
        told = (seen.depth / lengths[:, None]).clamp(-_FARTHEST_DEPTH, _FARTHEST_DEPTH), seen.depth_confidence
        tokens = self.motion_trunk(torch.cat((features, known, pace, *told), dim=-1), seen.valid)
        out = self.motion_head(tokens).unflatten(-1, (TOKEN_FRAMES, -1)).flatten(1, 2)
        turn = out[..., : BONE_COUNT * 4].unflatten(-1, (BONE_COUNT, 4))
        depth = hidden * torch.tanh(turn[..., 2]) + turn[..., 3]
        unseen = (seen.bone_confidence == 0).to(depth.dtype).unsqueeze(-1)
        in_gaps = self.gap_head(tokens).unflatten(-1, (TOKEN_FRAMES, BONE_COUNT, 3)).flatten(1, 2)
        found = _opposite(torch.cat((turn[..., :2], depth.unsqueeze(-1)), dim=-1) + unseen * in_gaps)
        bones = torch.cat((flat + found[..., :2], found[..., 2:]), dim=-1)
        rest = out[..., BONE_COUNT * 4 :]
        legs = lengths[:, LEG_BONES].sum(dim=-1) / 2
        weight = _STILLNESS_UNIT * functional.softplus(
            self.stillness_head(tokens).unflatten(-1, (TOKEN_FRAMES, -1)).flatten(1, 2)
        )
        contacts = rest[..., 1:] + weight * (_STILL_SPEED - _ankle_speed(seen) / legs[:, None, None])
        supports = self.support_head(tokens).unflatten(-1, (TOKEN_FRAMES, -1)).flatten(1, 2)
        return CameraMotion(bones, 0.1 * rest[..., 0], contacts, supports, tokens)

    def pool_view(self, motion: CameraMotion, counted: Tensor) -> tuple[PoolTensors, Tensor]:
        """What one window says of the view: pooled tokens, and the sums (B, 9) of facing over the counted frames for
        `view`.
        """
        state = self.view_pool.state(motion.tokens, token_mask(counted))
        directions = motion.directions
        across = across_vector(directions)
        upright = -directions[..., BONE_INDEX[Joint.NECK], :]
        frames = torch.cat((_unit(across[..., (0, 2)]), _unit(across), upright), dim=-1) * counted.unsqueeze(-1)
        return state, torch.cat((frames.sum(dim=1), counted.sum(dim=1, keepdim=True)), dim=-1)

    def view(self, pooled: Tensor, sums: Tensor) -> ViewCode:
        """The clip's view, from the pooled value and the sums of all its windows."""
        mean = sums[:, :_FACING_SUMS] / sums[:, _FACING_SUMS:].clamp_min(1e-6)
        known = torch.cat((pooled, mean), dim=-1)
        out = self.view_head(known)
        facing = functional.normalize(
            functional.normalize(mean[:, :2], dim=-1, eps=1e-4) + out[:, :2], dim=-1, eps=1e-4
        )
        posture = self.posture_head(known) + known.new_tensor(STANDARD_POSTURE)
        return ViewCode(facing, out[:, 2], out[:, 3], posture)


def _unit(vectors: Tensor) -> Tensor:
    return vectors / vectors.norm(dim=-1, keepdim=True).clamp_min(1e-4)


def _ankle_speed(seen: ObservationTensors) -> Tensor:
    """How fast right and left ankle move in the picture (B, T, 2), a frame, averaged over the frames around."""
    velocity = seen.velocity[..., _ANKLES, :].permute(0, 2, 3, 1)
    reach = len(_SPEED_TAPS) // 2
    padded = functional.pad(velocity.flatten(0, 1), (reach - 1, reach), mode="replicate")
    taps = torch.tensor(_SPEED_TAPS, dtype=velocity.dtype, device=velocity.device)
    smooth = functional.conv1d(padded.flatten(0, 1).unsqueeze(1), (taps / taps.sum())[None, None])
    return smooth.reshape(velocity.shape).norm(dim=2).transpose(1, 2)


def _opposite(found: Tensor) -> Tensor:
    """Vectors (…, 14, 3) with those of both shoulders and of both hips exactly opposite: the neck is mid-shoulders, the
    mid-hip mid-hips.
    """
    pairs = torch.eye(BONE_COUNT, dtype=found.dtype, device=found.device)
    for right, left in _SIDE_PAIRS:
        pairs[right, right] = pairs[left, left] = 0.5
        pairs[right, left] = pairs[left, right] = -0.5
    return pairs @ found


def _frame_features(seen: ObservationTensors) -> Tensor:
    bones = seen.bones
    parts = (
        seen.joints.flatten(2),
        seen.confidence,
        bones.flatten(2),
        bones.norm(dim=-1),
        seen.velocity[..., Joint.MID_HIP, :],
        seen.valid.unsqueeze(-1),
    )
    return torch.cat(parts, dim=-1) * seen.valid.unsqueeze(-1)


def lengths_of(log_proportions: Tensor) -> Tensor:
    """Bone lengths (B, 14) from the logarithm of the proportions (B, 8)."""
    return log_proportions.exp()[..., list(BONE_PROPORTION)]


def save_weights(
    path: str | os.PathLike[str],
    network: KinematicNetwork,
    metadata: Mapping[str, str],
    dtype: type[np.floating] = np.float32,
) -> None:
    """Write the network, stored as `dtype`, and its size to a file of `weights_file`."""
    save_state(
        path,
        state_arrays(network),
        {},
        {**metadata, "model": KINEMATIC, "size": json.dumps(asdict(network.size))},
        dtype,
    )


def load_weights(path: str | os.PathLike[str]) -> KinematicNetwork:
    """Read a file of `save_weights`, ready to infer. Raises ValueError where it is missing, damaged or of another
    model.
    """
    stored = load_model(path, KINEMATIC)
    network = KinematicNetwork(size_of(stored))
    load_into(network, stored)
    return network.eval()
