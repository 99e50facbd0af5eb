"""The network of the paper in torch: three encoders and a decoder.

Aberman, Wu, Lischinski, Chen, Cohen-Or: "Learning Character-Agnostic Motion for Motion Retargeting in 2D", SIGGRAPH
2019, arXiv 1905.01680, section 4 and appendix A, with the layer widths of its official implementation, whose published
weights `load_official` reads.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from .paper_channels import MOTION_CHANNELS, STATIC_CHANNELS, Normalisation, reconstructable_length
from .stored_networks import PAPER, load_model, normalisation_of
from .torch_weights import load_into, state_arrays
from .weights_file import save_state

MOTION_CODE = 128
SKELETON_CODE = 16
VIEW_CODE = 8

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


class PaperNetwork(nn.Module):
    """The paper's network, layer for layer; 449,206 parameters.

    Its encoders and decoder take lengths that are multiples of 8 from 16 frames up, as the official ones do;
    `paper_channels.padded` makes any length one.
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
        """The channels (B, 30, T) of a motion code (B, 128, T / 8) with the codes of a skeleton (B, 16, 1) and a view
        (B, 8, 1).
        """
        static = torch.cat((skeleton, view), dim=1).expand(-1, -1, motion.shape[-1])
        channels: Tensor = self.decoder(torch.cat((motion, static), dim=1))
        return channels

    def forward(self, motion_of: Tensor, skeleton_of: Tensor, view_of: Tensor) -> Tensor:
        """The motion of one clip on the skeleton of another, from the view of a third.

        All three are (B, 30, T) channels of any length from 1 frame up, each its own; the answer has the length of the
        first.
        """
        motion = self.encode_motion(_padded(motion_of))
        skeleton = self.encode_skeleton(_padded(skeleton_of[:, :STATIC_CHANNELS]))
        view = self.encode_view(_padded(view_of[:, :STATIC_CHANNELS]))
        return self.decode(motion, skeleton, view)[..., : motion_of.shape[-1]]


def _reflecting_convolution(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Conv1d:
    return nn.Conv1d(inputs, outputs, kernel, stride=stride, padding=3, padding_mode="reflect")


def _motion_block(inputs: int, outputs: int) -> tuple[nn.Module, ...]:
    return _reflecting_convolution(inputs, outputs, kernel=8, stride=2), nn.LeakyReLU(NEGATIVE_SLOPE)


def _static_block(inputs: int, outputs: int, pool: nn.Module) -> tuple[nn.Module, ...]:
    return _reflecting_convolution(inputs, outputs, kernel=7), nn.LeakyReLU(NEGATIVE_SLOPE), pool


def _upsampled_convolution(inputs: int, outputs: int) -> tuple[nn.Module, ...]:
    return nn.Upsample(scale_factor=2, mode="nearest"), _reflecting_convolution(inputs, outputs, kernel=7)


def _padded(channels: Tensor) -> Tensor:
    """Channels (B, C, T) with the last frame held until the length is one that the network reconstructs."""
    missing = reconstructable_length(channels.shape[-1]) - channels.shape[-1]
    return functional.pad(channels, (0, missing), mode="replicate") if missing else channels


@dataclass(frozen=True, eq=False)
class PaperWeights:
    """A trained network, ready to infer, the normalisation that it was trained with, and text about it."""

    network: PaperNetwork
    normalisation: Normalisation
    metadata: dict[str, str]


def load_official(path: str | os.PathLike[str]) -> PaperNetwork:
    """The network with the weights of a state dict of the official implementation (`pretrained_full.pth`), ready to
    infer.

    The normalisation that belongs to them is not in that file. Raises ValueError where the file is missing, damaged or
    another.
    """
    network = PaperNetwork()
    try:
        official = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, EOFError, LookupError, RuntimeError, TypeError, ValueError, pickle.UnpicklingError) as error:
        # The restricted unpickler says of a damaged file whatever it stumbled over.
        raise ValueError(
            f"The weights {os.fspath(path)} are missing or damaged; give a state dict of the official implementation."
        ) from error
    try:
        state = {
            f"{ours}.{kind}": official[f"{theirs}.{kind}"]
            for theirs, ours in OFFICIAL_LAYERS.items()
            for kind in ("weight", "bias")
        }
        network.load_state_dict(state)
    except (TypeError, AttributeError, LookupError, RuntimeError) as error:
        raise ValueError(
            f"{os.fspath(path)} is no state dict of the official three-encoder model; give `pretrained_full.pth`."
        ) from error
    return network.eval()


def save_weights(
    path: str | os.PathLike[str],
    network: PaperNetwork,
    normalisation: Normalisation,
    metadata: Mapping[str, str],
    dtype: type[np.floating] = np.float32,
) -> None:
    """Write the network, stored as `dtype`, and its normalisation to a file of `weights_file`."""
    extras = {"mean": normalisation.mean, "std": normalisation.std}
    save_state(path, state_arrays(network), extras, {**metadata, "model": PAPER}, dtype)


def load_weights(path: str | os.PathLike[str]) -> PaperWeights:
    """Read a file of `save_weights`. Raises ValueError where it is missing, damaged or of another model."""
    stored = load_model(path, PAPER)
    network = PaperNetwork()
    load_into(network, stored)
    return PaperWeights(network.eval(), normalisation_of(stored), stored.metadata)
