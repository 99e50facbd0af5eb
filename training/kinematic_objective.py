"""What the kinematic network is trained for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from blender_addon.core.networks.kinematic_network import (
    CameraMotion,
    KinematicNetwork,
    ObservationTensors,
    ViewCode,
    bones_of,
    lengths_of,
    save_weights,
)
from blender_addon.core.skeleton import BONE_INDEX, LEG_BONES, PROPORTIONS, Joint

from .contact_labels import ANKLES
from .discriminator import SequenceLabels, sequence_labels
from .kinematics import camera_rotation, forward_kinematics, roll_rotation, view_rotation, with_posture
from .losses import Terms, clips_with, foot_velocity, masked_mean, triplet
from .observation import observe
from .synthetic import CLIP_FACTORS, RECOMBINATIONS, Quartets, body_height

PROPORTION_BONES = [BONE_INDEX[members[0]] for members in PROPORTIONS]
_UPPER = [BONE_INDEX[Joint[f"{side}_{part}"]] for side in ("RIGHT", "LEFT") for part in ("ELBOW", "KNEE")]
_LOWER = [BONE_INDEX[Joint[f"{side}_{part}"]] for side in ("RIGHT", "LEFT") for part in ("WRIST", "ANKLE")]
_MOTION_SCALE = 4.0
"""Brings the distance of two motions to the size of the triplets' margin."""


@dataclass(frozen=True)
class Reading:
    """What the network says of N clips: the log `proportions` (N, 8) in `scale` pixels, the `motion` in the camera's
    frame, the `view`.
    """

    seen: ObservationTensors
    proportions: Tensor
    motion: CameraMotion
    view: ViewCode

    def body_bones(self) -> Tensor:
        """The motion code: bones (N, T, 14, 3) in parts of their length, in the body-centred frame."""
        return self.motion.bones @ camera_rotation(self.view).unsqueeze(1)


def read(network: KinematicNetwork, seen: ObservationTensors) -> Reading:
    """Encodes whole clips of T frames in one pass each; T must be even."""
    valid = seen.valid
    proportions = network.proportions(network.pool_body(seen, valid).value(), seen.statistics)
    motion = network.camera_motion(seen, proportions.detach())
    pooled, facing_sums = network.pool_view(motion, valid)
    view = network.view(pooled.value(), facing_sums)
    return Reading(seen, proportions, motion, view)


class KinematicObjective(nn.Module):
    """Loss terms of a batch of quartets. `decoded` and `real` are the 2D sequences that a discriminator compares."""

    def __init__(self, network: KinematicNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, batch: Quartets, choice: Tensor) -> tuple[Terms, Tensor]:
        """Terms, and the recombined sequences (8 Q, T, 15, 2) in body heights.

        `choice` (8, 3) of 0 or 1 says which of the two clips with a factor lends its code to each recombination.
        """
        shown = batch.observed, batch.confidence, batch.valid, batch.depth, batch.depth_confidence
        reading = read(self.network, observe(*(values.flatten(0, 1) for values in shown)))
        truth = ClipTruth.of(batch)
        terms = {
            **_body_terms(reading, truth),
            **_motion_terms(reading, truth),
            **_view_terms(reading, truth),
            **_triplets(reading),
        }
        terms["recombination"], decoded = _recombine(reading, batch, choice)
        return terms, decoded

    def export(self, path: Path, network: nn.Module, metadata: dict[str, str]) -> None:
        """Writes the weights, half precision, with their size."""
        assert isinstance(network, KinematicNetwork)
        save_weights(path, network, metadata, np.float16)


@dataclass(frozen=True)
class ClipTruth:
    """The labels of the clips of Q quartets, N = 4 Q of them, each in the frame of the camera that filmed it and in
    body heights.
    """

    joints: Tensor
    root: Tensor
    height: Tensor
    lengths: Tensor
    per_metre: Tensor
    azimuth: Tensor
    elevation: Tensor
    roll: Tensor
    contacts: Tensor
    supports: Tensor
    supports_known: Tensor
    posture: Tensor
    steadiness: Tensor
    valid: Tensor

    @staticmethod
    def of(batch: Quartets) -> ClipTruth:
        """The labels of a batch."""
        motions, bodies, views = (list(factor) for factor in zip(*CLIP_FACTORS, strict=True))
        roll = batch.roll.flatten()
        azimuth, elevation = batch.azimuth[:, views].flatten(), batch.elevation[:, views].flatten()
        rotation = (roll_rotation(roll) @ view_rotation(azimuth, elevation)).mT.unsqueeze(1)
        lengths = batch.lengths[:, bodies].flatten(0, 1)
        height = body_height(lengths)
        return ClipTruth(
            joints=batch.joints[:, motions, bodies].flatten(0, 1) @ rotation / height[:, None, None, None],
            root=batch.root[:, motions, bodies].flatten(0, 1) @ rotation.squeeze(1) / height[:, None, None],
            height=height,
            lengths=lengths / height[:, None],
            per_metre=batch.pixels_per_metre.flatten(),
            azimuth=azimuth,
            elevation=elevation,
            roll=roll,
            contacts=batch.contacts[:, motions, bodies].flatten(0, 1),
            supports=batch.supports[:, motions, bodies].flatten(0, 1),
            supports_known=batch.supports_known[:, motions, bodies].flatten(0, 1),
            posture=batch.posture[:, bodies].flatten(0, 1),
            steadiness=batch.steadiness[:, motions].flatten(),
            valid=batch.valid.flatten(0, 1),
        )


def _body_terms(reading: Reading, truth: ClipTruth) -> Terms:
    pixels = truth.lengths * (truth.height * truth.per_metre)[:, None]
    wanted = (pixels[:, PROPORTION_BONES] / reading.seen.scale[:, None]).log()
    return {"lengths": (reading.proportions - wanted).abs().mean()}


def _motion_terms(reading: Reading, truth: ClipTruth) -> Terms:
    own = lengths_of(reading.proportions.detach()) * (reading.seen.scale / (truth.per_metre * truth.height))[:, None]
    joints = forward_kinematics(reading.motion.bones, own[:, None])
    error = (joints - truth.joints).abs()
    pace = torch.diff(joints, dim=1) - torch.diff(truth.joints, dim=1)
    both = truth.valid[:, 1:] * truth.valid[:, :-1]
    wanted = functional.normalize(bones_of(truth.joints), dim=-1, eps=1e-4)
    legs = truth.lengths[:, LEG_BONES].sum(dim=-1) / 2
    depth = torch.diff(truth.root[..., 2], dim=1) / legs[:, None]
    drift = ((reading.motion.depth_velocity[:, 1:] - depth) * both).cumsum(dim=1)
    logits = reading.motion.contacts
    path = truth.root[..., :2]
    found = torch.cat((path, _running_depth(reading.motion.depth_velocity, legs).unsqueeze(-1)), dim=-1)
    feet = (joints[:, :, ANKLES] + found.unsqueeze(2)) / legs[:, None, None, None]
    return {
        "joints": masked_mean(error, truth.valid),
        "gaps": masked_mean(error, (reading.seen.confidence == 0) * truth.valid.unsqueeze(-1)),
        "directions": masked_mean(1 - (reading.motion.directions * wanted).sum(dim=-1), truth.valid),
        "pace": masked_mean(pace.abs(), both),
        "bends": masked_mean((_bends(reading.motion.directions) - _bends(wanted)).abs(), truth.valid),
        "depth_velocity": masked_mean((reading.motion.depth_velocity[:, 1:] - depth).abs(), both),
        "depth_drift": masked_mean(drift.abs(), both),
        "contacts": masked_mean(
            functional.binary_cross_entropy_with_logits(logits, truth.contacts, reduction="none"), truth.valid
        ),
        "supports": masked_mean(
            functional.binary_cross_entropy_with_logits(reading.motion.supports, truth.supports, reduction="none"),
            truth.supports_known,
        ),
        "foot_velocity": foot_velocity(feet, truth.contacts, truth.valid),
    }


def _bends(directions: Tensor) -> Tensor:
    """How straight elbows and knees are (N, T, 4), the cosine of what they bend by: 1 where a limb is straight."""
    return (directions[..., _UPPER, :] * directions[..., _LOWER, :]).sum(dim=-1)


def _running_depth(velocity: Tensor, legs: Tensor) -> Tensor:
    return velocity.cumsum(dim=1) * legs[:, None]


def _view_terms(reading: Reading, truth: ClipTruth) -> Terms:
    toward = torch.stack((truth.azimuth.cos(), truth.azimuth.sin()), dim=-1)
    return {
        "azimuth": masked_mean((reading.view.facing - toward).norm(dim=-1), truth.steadiness.square()),
        "elevation": (reading.view.elevation - truth.elevation).abs().mean(),
        "roll": (reading.view.roll - truth.roll).abs().mean(),
        "posture": (reading.view.posture - truth.posture).abs().mean(),
    }


def _triplets(reading: Reading) -> Terms:
    bones = reading.body_bones() * reading.seen.valid[..., None, None]
    motion = _MOTION_SCALE * bones.flatten(1) / bones.shape[1] ** 0.5
    shape = reading.proportions - reading.proportions.mean(dim=-1, keepdim=True)
    view = torch.cat((reading.view.facing, reading.view.elevation.unsqueeze(-1)), dim=-1)
    codes = {"motion": motion, "skeleton": 4 * shape, "view": 2 * view}
    return {
        f"triplet_{name}": triplet(code.unflatten(0, (-1, 4)), factor)
        for factor, (name, code) in enumerate(codes.items())
    }


def _recombine(reading: Reading, batch: Quartets, choice: Tensor) -> tuple[Tensor, Tensor]:
    """The error of all eight recombinations in body heights, decoded with codes alone, and the sequences themselves."""
    quartets = len(batch.observed)
    bones = reading.body_bones().unflatten(0, (quartets, 4))
    pixels = lengths_of(reading.proportions) * reading.seen.scale[:, None]
    metres = (pixels / batch.pixels_per_metre.flatten()[:, None]).unflatten(0, (quartets, 4))
    rotation = view_rotation(reading.view.azimuth, reading.view.elevation).unflatten(0, (quartets, 4))
    posture = reading.view.posture.unflatten(0, (quartets, 4))
    errors, sequences = [], []
    for row, (motion, body, view) in enumerate(RECOMBINATIONS):
        clips = [
            clips_with(factor, value)[int(choice[row, factor])] for factor, value in enumerate((motion, body, view))
        ]
        height = body_height(batch.lengths[:, body])[:, None, None, None]
        turn = rotation[:, clips[2]].mT.unsqueeze(1)
        change = (posture[:, clips[1]] - posture[:, clips[0]]).unsqueeze(1)
        own = with_posture(bones[:, clips[0]], change.expand(-1, bones.shape[2], -1))
        decoded = forward_kinematics(own @ turn, metres[:, clips[1], None]) / height
        true_turn = view_rotation(batch.azimuth[:, view], batch.elevation[:, view]).mT.unsqueeze(1)
        wanted = batch.joints[:, motion, body] @ true_turn / height
        weight = batch.valid[:, clips[0]] * (batch.steadiness[:, motion, None] > 0.3)
        errors.append(masked_mean((decoded[..., :2] - wanted[..., :2]).abs(), weight))
        sequences.append(decoded[..., :2])
    return torch.stack(errors).mean(), torch.cat(sequences)


def real_sequences(batch: Quartets) -> tuple[Tensor, SequenceLabels]:
    """The true sequences (8 Q, T, 15, 2) in body heights, in the order of RECOMBINATIONS, and what they show."""
    sequences, proportions, azimuths, elevations = [], [], [], []
    for motion, body, view in RECOMBINATIONS:
        turn = view_rotation(batch.azimuth[:, view], batch.elevation[:, view]).mT.unsqueeze(1)
        height = body_height(batch.lengths[:, body])[:, None, None, None]
        sequences.append((batch.joints[:, motion, body] @ turn)[..., :2] / height)
        proportions.append(batch.lengths[:, body][:, PROPORTION_BONES])
        azimuths.append(batch.azimuth[:, view])
        elevations.append(batch.elevation[:, view])
    return torch.cat(sequences), sequence_labels(torch.cat(proportions), torch.cat(azimuths), torch.cat(elevations))
