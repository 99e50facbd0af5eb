"""What the paper's network is trained for: section 5 of the paper, on quartets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from blender_addon.core.networks.kinematic_network import bones_of
from blender_addon.core.networks.paper_channels import STATIC_CHANNELS, UNIT, Normalisation
from blender_addon.core.networks.paper_network import PaperNetwork, save_weights
from blender_addon.core.skeleton import Joint

from .channels import measure_normalisation, to_channels
from .contact_labels import ANKLES
from .kinematics import view_rotation
from .losses import Terms, clips_with, foot_velocity, masked_mean, triplet
from .observation import interpolate_gaps, observe
from .synthetic import RECOMBINATIONS, Quartets, SyntheticClips, body_height

_MEASURED_QUARTETS = 128
_MEASURED_FRAMES = 64
_STEADY = 0.3
"""Below this steadiness a motion turns so much that no view is its own."""


def scaled_clips(positions: Tensor, confidence: Tensor, valid: Tensor) -> tuple[Tensor, Tensor]:
    """Clips (N, T, 15, 2) with gaps filled and the last pose held to their end, UNIT pixels to the mean bone; and
    pixels per unit (N,).
    """
    scale = observe(positions, confidence, valid).scale / UNIT
    filled = interpolate_gaps(positions, confidence * valid.unsqueeze(-1) > 0)
    return filled / scale[:, None, None, None], scale


class PaperObjective(nn.Module):
    """Loss terms of a batch of quartets, whose clips have a multiple of 8 frames and at least 16."""

    def __init__(self, network: PaperNetwork, normalisation: Normalisation) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("mean", torch.from_numpy(normalisation.mean))
        self.register_buffer("std", torch.from_numpy(normalisation.std))

    @classmethod
    def measured_on(cls, clips: SyntheticClips, generator: torch.Generator) -> PaperObjective:
        """A new network with the normalisation that these clips have."""
        batch = clips.sample(_MEASURED_QUARTETS, _MEASURED_FRAMES, generator)
        scaled, _ = scaled_clips(
            batch.observed.flatten(0, 1), batch.confidence.flatten(0, 1), batch.valid.flatten(0, 1)
        )
        return cls(PaperNetwork(), measure_normalisation(scaled))

    @property
    def normalisation(self) -> Normalisation:
        """The channels' mean and deviation."""
        return Normalisation(self.get_buffer("mean").cpu().numpy(), self.get_buffer("std").cpu().numpy())

    def _channels(self, positions: Tensor) -> Tensor:
        return to_channels(positions, self.get_buffer("mean"), self.get_buffer("std"))

    def forward(self, batch: Quartets, choice: Tensor) -> tuple[Terms, Tensor]:
        """Terms, and the recombined sequences (8 Q, T, 15, 2) in body heights; `choice` (8, 3) as in
        `KinematicObjective`.
        """
        quartets = len(batch.observed)
        scaled, scale = scaled_clips(
            batch.observed.flatten(0, 1), batch.confidence.flatten(0, 1), batch.valid.flatten(0, 1)
        )
        channels = self._channels(scaled)
        static = channels[:, :STATIC_CHANNELS]
        codes = [
            encode.unflatten(0, (quartets, 4))
            for encode in (
                self.network.encode_motion(channels),
                self.network.encode_skeleton(static),
                self.network.encode_view(static),
            )
        ]
        motion = codes[0].flatten(2) / codes[0].shape[-1] ** 0.5
        terms = {
            "triplet_motion": triplet(motion, 0),
            "triplet_skeleton": triplet(codes[1].flatten(2), 1),
            "triplet_view": triplet(codes[2].flatten(2), 2),
        }
        errors, bone_errors, slides, drifts, gaps, sequences = [], [], [], [], [], []
        per_metre = batch.pixels_per_metre / scale.unflatten(0, (quartets, 4))
        for row, factors in enumerate(RECOMBINATIONS):
            clips = [clips_with(factor, value)[int(choice[row, factor])] for factor, value in enumerate(factors)]
            decoded = self.network.decode(*(code[:, clip] for code, clip in zip(codes, clips, strict=True)))
            wanted = _wanted(batch, factors, per_metre[:, clips[1]])
            weight = batch.valid[:, clips[0]] * (batch.steadiness[:, factors[0], None] > _STEADY)
            target = self._channels(wanted)
            errors.append(masked_mean((decoded - target).square().transpose(1, 2), weight))
            relative = self._relative(decoded)
            height = (body_height(batch.lengths[:, factors[1]]) * per_metre[:, clips[1]])[:, None, None, None]
            about_hip = wanted - wanted[:, :, Joint.MID_HIP : Joint.MID_HIP + 1]
            gaps.append(masked_mean((relative - about_hip).abs() / height, weight))
            bone_errors.append(
                masked_mean(
                    (bones_of(relative).norm(dim=-1) - bones_of(wanted).norm(dim=-1)).abs() / height.squeeze(-1), weight
                )
            )
            path = self._root_path(decoded)
            drifts.append(masked_mean(_drift(path, wanted[:, :, Joint.MID_HIP]) / height.squeeze(-1), weight))
            feet = (relative[:, :, ANKLES] + path.unsqueeze(2)) / height
            slides.append(foot_velocity(feet, batch.contacts[:, factors[0], factors[1]], weight))
            sequences.append(relative / height)
        terms |= {"channels": torch.stack(errors).sum(), "bones": torch.stack(bone_errors).mean()}
        terms |= {
            "foot_velocity": torch.stack(slides).mean(),
            "drift": torch.stack(drifts).mean(),
            "recombination": torch.stack(gaps).mean(),
        }
        return terms, torch.cat(sequences)

    def export(self, path: Path, network: nn.Module, metadata: dict[str, str]) -> None:
        """Writes the weights, half precision, with their normalisation."""
        assert isinstance(network, PaperNetwork)
        save_weights(path, network, self.normalisation, metadata, np.float16)

    def _relative(self, channels: Tensor) -> Tensor:
        """Joints (N, T, 15, 2) about the mid-hip of decoded channels, in scaled pixels."""
        values = channels.transpose(1, 2).unflatten(-1, (-1, 2)) * self.get_buffer("std") + self.get_buffer("mean")
        limbs = values[:, :, :-1]
        return torch.cat(
            (limbs[:, :, : Joint.MID_HIP], torch.zeros_like(limbs[:, :, :1]), limbs[:, :, Joint.MID_HIP :]), dim=2
        )

    def _root_path(self, channels: Tensor) -> Tensor:
        """The mid-hip's path (N, T, 2) of decoded channels, in scaled pixels."""
        velocity = (
            channels.transpose(1, 2)[..., STATIC_CHANNELS:] * self.get_buffer("std")[-1] + self.get_buffer("mean")[-1]
        )
        return velocity.cumsum(dim=1)


def _drift(path: Tensor, truth: Tensor) -> Tensor:
    """How far two paths (N, T, 2) are apart when both start at one point."""
    return ((path - path[:, :1]) - (truth - truth[:, :1])).abs()


def _wanted(batch: Quartets, factors: tuple[int, int, int], per_metre: Tensor) -> Tensor:
    """The true picture (Q, T, 15, 2) of a recombination, orthographic, `per_metre` (Q,) scaled pixels to the metre,
    with the root's path.
    """
    motion, body, view = factors
    turn = view_rotation(batch.azimuth[:, view], batch.elevation[:, view]).mT
    places = batch.joints[:, motion, body] @ turn.unsqueeze(1) + (batch.root[:, motion, body] @ turn).unsqueeze(2)
    return places[..., :2] * per_metre[:, None, None, None]
