"""The discriminator: tells real 2D sequences from decoded ones, and says what body and view they show.

Patch-wise judgement after Isola et al. 2017, "Image-to-Image Translation with Conditional Adversarial Networks",
section 3.2.2, over time instead of pictures; hinge loss and spectral normalisation after Miyato et al. 2018, "Spectral
Normalization for GANs", arXiv 1802.05957; the label heads after Odena et al. 2017, "Conditional Image Synthesis with
Auxiliary Classifier GANs", arXiv 1610.09585, but as regressions.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from blender_addon.core.skeleton import (
    BONE_CHILDREN,
    BONE_COUNT,
    BONE_PARENTS,
    BONE_PROPORTION,
    HEIGHT_BONES,
    JOINT_COUNT,
    PROPORTION_COUNT,
    Joint,
)

VIEW_LABELS = 3
"""Sine and cosine of the azimuth, and the elevation in radians."""

LABEL_WEIGHT = 1.0
NEGATIVE_SLOPE = 0.2

JOINT_SCALE = 3.0
LENGTH_SCALE = 6.0
CHANGE_SCALE = 20.0
"""Joints and lengths in heights, and their changes a frame, times these are of the order of 1: spectral normalisation
lets no layer amplify them.
"""

_FEATURES = 2 * (JOINT_COUNT - 1) + BONE_COUNT + 2 * JOINT_COUNT + BONE_COUNT
_WIDTHS = (_FEATURES, 64, 96, 128)
_LIMBS = tuple(int(joint) for joint in Joint if joint != Joint.MID_HIP)
_HEIGHT_ROWS = [BONE_PROPORTION[bone] for bone in HEIGHT_BONES]


@dataclass(frozen=True, eq=False)
class SequenceLabels:
    """What sequences show.

    `log_proportions` (B, 8): the natural logarithm of the lengths of skeleton.PROPORTIONS over the body's height;
    `view` (B, 3): sine and cosine of the azimuth, elevation in radians.
    """

    log_proportions: Tensor
    view: Tensor


@dataclass(frozen=True, eq=False)
class Judgement:
    """What the discriminator makes of sequences.

    `realness` (B, T / 8 rounded up): a logit for each patch of time, above 0 where it looks real; `labels`: what it
    takes them to show.
    """

    realness: Tensor
    labels: SequenceLabels

    def first(self, count: int) -> Judgement:
        """That of the first `count` sequences."""
        return self._of(slice(count))

    def last(self, count: int) -> Judgement:
        """That of the last `count` sequences."""
        return self._of(slice(len(self.realness) - count, None))

    def _of(self, sequences: slice) -> Judgement:
        return Judgement(
            self.realness[sequences],
            SequenceLabels(self.labels.log_proportions[sequences], self.labels.view[sequences]),
        )


def sequence_labels(proportions: Tensor, azimuth: Tensor, elevation: Tensor) -> SequenceLabels:
    """The labels of bodies (B, 8) in the order of skeleton.PROPORTIONS, in any one unit, seen at angles (B,) in
    radians.
    """
    height = proportions[:, _HEIGHT_ROWS].sum(dim=-1, keepdim=True)
    return SequenceLabels((proportions / height).log(), torch.stack((azimuth.sin(), azimuth.cos(), elevation), dim=-1))


class SequenceDiscriminator(nn.Module):
    """Judges 2D sequences of any length from 1 frame up; 173,740 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential()
        for inputs, outputs in pairwise(_WIDTHS):
            self.trunk.append(_convolution(inputs, outputs, kernel=5, stride=2))
            self.trunk.append(nn.LeakyReLU(NEGATIVE_SLOPE))
        self.realness_head = nn.Sequential(
            _convolution(_WIDTHS[-1], 64, kernel=3),
            nn.LeakyReLU(NEGATIVE_SLOPE),
            _convolution(64, 1, kernel=1),
        )
        self.label_head = nn.Sequential(
            nn.Linear(2 * (_WIDTHS[0] + _WIDTHS[-1]), 64),
            nn.LeakyReLU(NEGATIVE_SLOPE),
            nn.Linear(64, PROPORTION_COUNT + VIEW_LABELS),
        )

    def forward(self, positions: Tensor) -> Judgement:
        """Judge positions (B, T, 15, 2), y down, in heights of the body.

        The mid-hip counts by its motion alone: where it is the origin of every frame, the root's motion is left out of
        the judgement.
        """
        seen = _features(positions)
        features: Tensor = self.trunk(seen)
        realness: Tensor = self.realness_head(features).squeeze(1)
        # What the eye measures on a body, lengths and spans over time, is handed to the label head beside what the
        # trunk makes of it.
        pooled = [summary for of in (seen, features) for summary in (of.mean(dim=-1), of.amax(dim=-1))]
        labels: Tensor = self.label_head(torch.cat(pooled, dim=-1))
        return Judgement(realness, SequenceLabels(labels[:, :PROPORTION_COUNT], labels[:, PROPORTION_COUNT:]))


def _convolution(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Module:
    return spectral_norm(
        nn.Conv1d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, padding_mode="replicate")
    )


def _features(positions: Tensor) -> Tensor:
    """(B, 86, T): joints about the mid-hip, the bones' lengths in the picture, and the change of both since the frame
    before, the root's with it.
    """
    limbs = (positions - positions[:, :, Joint.MID_HIP : Joint.MID_HIP + 1])[:, :, _LIMBS].flatten(2)
    lengths = (positions[:, :, BONE_CHILDREN] - positions[:, :, BONE_PARENTS]).norm(dim=-1)
    changing = torch.cat((positions.flatten(2), lengths), dim=-1)
    changes = F.pad(changing[:, 1:] - changing[:, :-1], (0, 0, 1, 0))
    return torch.cat((JOINT_SCALE * limbs, LENGTH_SCALE * lengths, CHANGE_SCALE * changes), dim=-1).transpose(1, 2)


def label_loss(found: SequenceLabels, wanted: SequenceLabels) -> Tensor:
    """Mean squared error of the proportions' logarithms plus that of the view's three numbers."""
    return F.mse_loss(found.log_proportions, wanted.log_proportions) + F.mse_loss(found.view, wanted.view)


def discriminator_loss(
    real: Judgement, decoded: Judgement, labels: SequenceLabels, label_weight: float = LABEL_WEIGHT
) -> Tensor:
    """The loss that the discriminator is trained by.

    Hinge: real patches above 1, decoded ones below −1; and the label error on the real sequences alone, whose labels
    `labels` are, so that the label heads never learn from what the decoder gets wrong. Judge `decoded` from detached
    sequences.
    """
    hinge = F.relu(1 - real.realness).mean() + F.relu(1 + decoded.realness).mean()
    return hinge + label_weight * label_loss(real.labels, labels)


def generator_loss(decoded: Judgement, labels: SequenceLabels, label_weight: float = LABEL_WEIGHT) -> Tensor:
    """The loss that the decoder is trained by: to look real, and to show the body and view (`labels`) that it was asked
    for.
    """
    return label_weight * label_loss(decoded.labels, labels) - decoded.realness.mean()
