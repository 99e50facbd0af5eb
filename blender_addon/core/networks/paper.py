"""The network of the paper: three encoders, one decoder, and the channels that poses go in and out by.

Aberman, Wu, Lischinski, Chen, Cohen-Or: "Learning Character-Agnostic Motion for Motion Retargeting in 2D", SIGGRAPH 2019, arXiv 1905.01680,
section 4 and appendix A, with the layer widths of its official implementation, whose published weights `load_official` reads.

Channels are (…, 30, T): x and y (pixels, y down) of the 14 joints other than the mid-hip, relative to it, in the order of `Joint`, then the
mid-hip's velocity in pixels a frame; each z-scored by a `Normalisation`.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..skeleton import JOINT_COUNT, Joint
from .weights_file import load_state, save_state

MOTION_CHANNELS = 2 * JOINT_COUNT
STATIC_CHANNELS = MOTION_CHANNELS - 2
"""The static encoders do not see the mid-hip's velocity."""

MOTION_CODE = 128
SKELETON_CODE = 16
VIEW_CODE = 8
MOTION_STRIDE = 8
"""Frames to one step of the motion code."""

SHORTEST = 16
"""Frames below which the reflection padding of the innermost convolutions has nothing to reflect."""

UNIT = 64.0
"""Pixels to the mean 2D bone of a clip as our own weights see it: a body of about 350 pixels, as in the official code's pictures."""

NEGATIVE_SLOPE = 0.2
DROPOUT = 0.2

OFFICIAL_LAYERS: dict[str, str] = {
    "mot_encoder.model.1": "motion_encoder.0",
    "mot_encoder.model.4": "motion_encoder.2",
    "mot_encoder.model.7": "motion_encoder.4",
    "body_encoder.model.1": "skeleton_encoder.0",
    "body_encoder.model.5": "skeleton_encoder.3",
    "body_encoder.model.9": "skeleton_encoder.6",
    "body_encoder.conv1x1": "skeleton_encoder.10",
    "view_encoder.model.1": "view_encoder.0",
    "view_encoder.model.5": "view_encoder.3",
    "view_encoder.model.9": "view_encoder.6",
    "view_encoder.conv1x1": "view_encoder.10",
    "decoder.model.2": "decoder.1",
    "decoder.model.7": "decoder.5",
    "decoder.model.12": "decoder.9",
}
"""Each layer of the official state dict and the one of `PaperNetwork` that is the same."""

MODEL_NAME = "paper"

_LIMBS = tuple(int(joint) for joint in Joint if joint != Joint.MID_HIP)


class PaperNetwork(nn.Module):
    """The paper's network, layer for layer; 449,206 parameters.

    Its encoders and decoder take lengths that are multiples of 8 from 16 frames up, as the official ones do; `padded` makes any length one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.motion_encoder = nn.Sequential(
            *_motion_block(MOTION_CHANNELS, 64),
            *_motion_block(64, 96),
            *_motion_block(96, MOTION_CODE),
        )
        self.skeleton_encoder = nn.Sequential(
            *_static_block(STATIC_CHANNELS, 32, nn.MaxPool1d(2)),
            *_static_block(32, 48, nn.MaxPool1d(2)),
            *_static_block(48, 64, nn.MaxPool1d(2)),
            nn.AdaptiveMaxPool1d(1),
            nn.Conv1d(64, SKELETON_CODE, 1),
        )
        self.view_encoder = nn.Sequential(
            *_static_block(STATIC_CHANNELS, 32, nn.AvgPool1d(2)),
            *_static_block(32, 48, nn.AvgPool1d(2)),
            *_static_block(48, 64, nn.AvgPool1d(2)),
            nn.AdaptiveAvgPool1d(1),
            nn.Conv1d(64, VIEW_CODE, 1),
        )
        self.decoder = nn.Sequential(
            *_upsampled_convolution(MOTION_CODE + SKELETON_CODE + VIEW_CODE, 128),
            nn.Dropout(DROPOUT),
            nn.LeakyReLU(NEGATIVE_SLOPE),
            *_upsampled_convolution(128, 64),
            nn.Dropout(DROPOUT),
            nn.LeakyReLU(NEGATIVE_SLOPE),
            *_upsampled_convolution(64, MOTION_CHANNELS),
        )

    def encode_motion(self, channels: Tensor) -> Tensor:
        """The motion code (B, 128, T / 8) of (B, 30, T) channels."""
        code: Tensor = self.motion_encoder(channels)
        return code

    def encode_skeleton(self, channels: Tensor) -> Tensor:
        """The skeleton code (B, 16, 1) of (B, 28, T) channels: those of motion without the mid-hip's velocity."""
        code: Tensor = self.skeleton_encoder(channels)
        return code

    def encode_view(self, channels: Tensor) -> Tensor:
        """The view code (B, 8, 1) of (B, 28, T) channels: those of motion without the mid-hip's velocity."""
        code: Tensor = self.view_encoder(channels)
        return code

    def decode(self, motion: Tensor, skeleton: Tensor, view: Tensor) -> Tensor:
        """The channels (B, 30, T) of a motion code (B, 128, T / 8) with the codes of a skeleton (B, 16, 1) and a view (B, 8, 1)."""
        static = torch.cat((skeleton, view), dim=1).expand(-1, -1, motion.shape[-1])
        channels: Tensor = self.decoder(torch.cat((motion, static), dim=1))
        return channels

    def forward(self, motion_of: Tensor, skeleton_of: Tensor, view_of: Tensor) -> Tensor:
        """The motion of one clip on the skeleton of another, from the view of a third.

        All three are (B, 30, T) channels of any length from 1 frame up, each its own; the answer has the length of the first.
        """
        motion = self.encode_motion(padded(motion_of))
        skeleton = self.encode_skeleton(padded(skeleton_of[:, :STATIC_CHANNELS]))
        view = self.encode_view(padded(view_of[:, :STATIC_CHANNELS]))
        return self.decode(motion, skeleton, view)[..., : motion_of.shape[-1]]


def _reflecting_convolution(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Conv1d:
    return nn.Conv1d(inputs, outputs, kernel, stride=stride, padding=3, padding_mode="reflect")


def _motion_block(inputs: int, outputs: int) -> tuple[nn.Module, ...]:
    return _reflecting_convolution(inputs, outputs, kernel=8, stride=2), nn.LeakyReLU(NEGATIVE_SLOPE)


def _static_block(inputs: int, outputs: int, pool: nn.Module) -> tuple[nn.Module, ...]:
    return _reflecting_convolution(inputs, outputs, kernel=7), nn.LeakyReLU(NEGATIVE_SLOPE), pool


def _upsampled_convolution(inputs: int, outputs: int) -> tuple[nn.Module, ...]:
    return nn.Upsample(scale_factor=2, mode="nearest"), _reflecting_convolution(inputs, outputs, kernel=7)


def reconstructable_length(frames: int) -> int:
    """The shortest length of at least `frames` that the network gives back whole: a multiple of 8, and 16 or more."""
    return max(SHORTEST, -(-frames // MOTION_STRIDE) * MOTION_STRIDE)


def padded(channels: Tensor) -> Tensor:
    """(…, C, T) channels with the last frame held until the length is one that the network reconstructs; as they are where it is already."""
    frames = channels.shape[-1]
    missing = reconstructable_length(frames) - frames
    return torch.cat((channels, channels[..., -1:].expand(*channels.shape[:-1], missing)), dim=-1) if missing else channels


@dataclass(frozen=True, eq=False)
class Normalisation:
    """Mean and standard deviation of each channel, in pixels: (15, 2) float32 each, the 14 joints without the mid-hip, then its velocity.

    Raises ValueError where a shape is another, a number is not finite, or a deviation is not above zero.
    """

    mean: Tensor
    std: Tensor

    def __post_init__(self) -> None:
        for name, values in (("mean", self.mean), ("std", self.std)):
            if values.shape != (JOINT_COUNT, 2) or not bool(torch.isfinite(values).all()):
                raise ValueError(f"The {name} of a normalisation must be finite numbers of shape ({JOINT_COUNT}, 2); measure it again.")
        if bool((self.std <= 0).any()):
            raise ValueError("Every standard deviation of a normalisation must be above zero; measure it on clips that move.")

    def to(self, device: torch.device | str) -> Normalisation:
        """The same numbers on another device."""
        return Normalisation(self.mean.to(device), self.std.to(device))


def measure_normalisation(positions: Tensor) -> Normalisation:
    """The normalisation of a set of clips (…, T, 15, 2), pixels, y down: over all of their frames."""
    values = _relative(positions).reshape(-1, JOINT_COUNT, 2)
    return Normalisation(values.mean(dim=0), values.std(dim=0))


def to_channels(positions: Tensor, normalisation: Normalisation) -> Tensor:
    """The network's channels (…, 30, T) of positions (…, T, 15, 2), pixels, y down. The velocity of the first frame is 0."""
    values = (_relative(positions) - normalisation.mean) / normalisation.std
    return values.flatten(-2).transpose(-1, -2)


def to_positions(channels: Tensor, normalisation: Normalisation, start: Tensor) -> Tensor:
    """Positions (…, T, 15, 2), pixels, y down, of channels (…, 30, T).

    The mid-hip is `start` (…, 2) plus the running sum of its velocity, that of the first frame included, as in the official code.
    """
    values = channels.transpose(-1, -2).reshape(*channels.shape[:-2], -1, JOINT_COUNT, 2) * normalisation.std + normalisation.mean
    mid_hip = values[..., -1:, :].cumsum(dim=-3) + start[..., None, None, :]
    limbs = values[..., :-1, :] + mid_hip
    return torch.cat((limbs[..., : Joint.MID_HIP, :], mid_hip, limbs[..., Joint.MID_HIP :, :]), dim=-2)


def _relative(positions: Tensor) -> Tensor:
    """(…, T, 15, 2): the 14 joints about the mid-hip, then its velocity, not yet normalised."""
    mid_hip = positions[..., Joint.MID_HIP, :].unsqueeze(-2)
    velocity = F.pad(mid_hip[..., 1:, :, :] - mid_hip[..., :-1, :, :], (0, 0, 0, 0, 1, 0))
    return torch.cat((positions[..., _LIMBS, :] - mid_hip, velocity), dim=-2)


@dataclass(frozen=True, eq=False)
class PaperWeights:
    """A trained network, ready to infer, the normalisation that it was trained with, and text about it."""

    network: PaperNetwork
    normalisation: Normalisation
    metadata: dict[str, str]


def load_official(path: str | os.PathLike[str]) -> PaperNetwork:
    """The network with the weights of a state dict of the official implementation (`pretrained_full.pth`), ready to infer.

    The normalisation that belongs to them is not in that file. Raises ValueError where the file is missing, damaged or another.
    """
    network = PaperNetwork()
    try:
        official = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, EOFError, LookupError, RuntimeError, TypeError, ValueError, pickle.UnpicklingError) as error:
        # The restricted unpickler says of a damaged file whatever it stumbled over.
        raise ValueError(f"The weights {os.fspath(path)} are missing or damaged; give a state dict of the official implementation.") from error
    try:
        state = {f"{ours}.{kind}": official[f"{theirs}.{kind}"] for theirs, ours in OFFICIAL_LAYERS.items() for kind in ("weight", "bias")}
        network.load_state_dict(state)
    except (TypeError, AttributeError, LookupError, RuntimeError) as error:
        raise ValueError(f"{os.fspath(path)} is no state dict of the official three-encoder model; give `pretrained_full.pth`.") from error
    return network.eval()


def save_weights(
    path: str | os.PathLike[str],
    network: PaperNetwork,
    normalisation: Normalisation,
    metadata: Mapping[str, str],
    dtype: type[np.floating] = np.float32,
) -> None:
    """Write the network, stored as `dtype`, and its normalisation to a file of `weights_file`."""
    extras = {"mean": normalisation.mean.cpu().numpy(), "std": normalisation.std.cpu().numpy()}
    save_state(path, network.state_dict(), extras, {**metadata, "model": MODEL_NAME}, dtype)


def load_weights(path: str | os.PathLike[str]) -> PaperWeights:
    """Read a file of `save_weights`. Raises ValueError where it is missing, damaged or of another model."""
    stored = load_state(path)
    if stored.metadata.get("model") != MODEL_NAME:
        raise ValueError(f"{stored.path} holds a {stored.metadata.get('model', 'nameless')} model, not the {MODEL_NAME} one; choose another file.")
    network = PaperNetwork()
    stored.load_into(network)
    try:
        normalisation = Normalisation(*(torch.from_numpy(stored.extras[name].astype(np.float32)) for name in ("mean", "std")))
    except KeyError as error:
        raise ValueError(f"{stored.path} lacks the {error.args[0]} of its normalisation; save it again with `save_weights`.") from error
    return PaperWeights(network.eval(), normalisation, stored.metadata)
