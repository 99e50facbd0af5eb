"""What the kinematic network is shown: gaps filled, about the mid-hip, in the clip's own unit."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import torch
from torch import Tensor

from ..gaps.neighbouring_observations import Sightings, at
from ..skeleton import BONE_CHILDREN, BONE_COUNT, BONE_PARENTS, Joint

LENGTH_QUANTILES = (0.5, 0.9, 0.98)
SMALLEST_SCALE = 1e-18
"""Pixels to the mean bone: smaller, and all joints stand on one point."""
STATISTICS = BONE_COUNT * (len(LENGTH_QUANTILES) + 1)

_CHILDREN, _PARENTS = torch.tensor(BONE_CHILDREN), torch.tensor(BONE_PARENTS)


@dataclass(frozen=True)
class Observation:
    """Clips as the network wants them, B of them, T frames each.

    `joints` (B, T, 15, 2) about the mid-hip, in units of `scale` (B,) pixels: the clip's mean 2D bone length; gaps are filled;
    `confidence` (B, T, 15), 0 where filled; `velocity` (B, T, 15, 2) in the picture, a frame; `valid` (B, T), 0 outside the clip;
    `statistics` (B, 56): for every bone the LENGTH_QUANTILES of its seen 2D length, and the part of the clip it was seen in.
    """

    joints: Tensor
    confidence: Tensor
    velocity: Tensor
    valid: Tensor
    scale: Tensor
    statistics: Tensor

    @cached_property
    def bones(self) -> Tensor:
        """Bone vectors (B, T, 14, 2)."""
        return bones_of(self.joints)

    @cached_property
    def bone_confidence(self) -> Tensor:
        """(B, T, 14): that of the less certain end."""
        return bone_confidence(self.confidence)

    def frames(self, start: int, stop: int) -> Observation:
        """The frames [start, stop), which may reach over both ends of the clip: there `valid` is 0. Clip-wide values stay."""
        inside = slice(max(start, 0), min(stop, self.valid.shape[1]))
        before, after = inside.start - start, stop - inside.stop
        timed = {"joints": self.joints, "confidence": self.confidence, "velocity": self.velocity, "valid": self.valid}
        cut = {name: _pad_time(values[:, inside], before, after) for name, values in timed.items()}
        return Observation(**cut, scale=self.scale, statistics=self.statistics)

    @staticmethod
    def stacked(parts: list[Observation]) -> Observation:
        """Windows of one length as one batch."""
        return Observation(**{field.name: torch.cat([getattr(part, field.name) for part in parts]) for field in fields(Observation)})


def _pad_time(values: Tensor, before: int, after: int) -> Tensor:
    if before == 0 and after == 0:
        return values
    shape = (values.shape[0], -1, *values.shape[2:])
    return torch.cat((values.new_zeros(()).expand(shape[0], before, *shape[2:]), values, values.new_zeros(()).expand(shape[0], after, *shape[2:])), dim=1)


def bones_of(joints: Tensor) -> Tensor:
    """Bone vectors (…, 14, D) of joints (…, 15, D)."""
    return joints.index_select(-2, _CHILDREN.to(joints.device)) - joints.index_select(-2, _PARENTS.to(joints.device))


def bone_confidence(confidence: Tensor) -> Tensor:
    """(…, 14) of (…, 15): that of the less certain end."""
    return torch.minimum(confidence.index_select(-1, _CHILDREN.to(confidence.device)), confidence.index_select(-1, _PARENTS.to(confidence.device)))


MIDPOINTS: tuple[tuple[Joint, Joint, Joint], ...] = (
    (Joint.NECK, Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER),
    (Joint.MID_HIP, Joint.RIGHT_HIP, Joint.LEFT_HIP),
)
"""Joints that are halfway between two others, always: of each three, two tell where the third is."""


def complete_midpoints(positions: Tensor, confidence: Tensor) -> tuple[Tensor, Tensor]:
    """Positions (…, 15, 2) and confidence (…, 15) with the third of each MIDPOINTS where the other two were seen, as certain as the less certain one."""
    if bool((confidence > 0).all()):
        return positions, confidence
    places, certain = list(positions.unbind(dim=-2)), list(confidence.unbind(dim=-1))
    for middle, right, left in MIDPOINTS:
        sums = {middle: (0.5, right, 0.5, left), right: (2.0, middle, -1.0, left), left: (2.0, middle, -1.0, right)}
        seen = {joint: certain[joint] > 0 for joint in sums}
        for joint, (much, first, less, second) in sums.items():
            told = ~seen[joint] & seen[first] & seen[second]
            places[joint] = torch.where(told.unsqueeze(-1), much * places[first] + less * places[second], places[joint])
            certain[joint] = torch.where(told, torch.minimum(certain[first], certain[second]), certain[joint])
    return torch.stack(places, dim=-2), torch.stack(certain, dim=-1)


TANGENT = 0.6
"""How much of a curve's slope at a gap's edge is that of the motion there; the rest is the straight line's. Measured on gaps of 16 frames."""
LONGEST_SWING = 0.53
"""Seconds: over a longer gap the slope counts for less, so that no curve swings out far."""
SLOPE_SECONDS = 1 / 15
"""That the motion at a gap's edge is measured over."""


def fill_gaps(positions: Tensor, seen: Tensor, fps: float = 30.0) -> Tensor:
    """Positions (B, T, 15, 2) with every unseen joint on a curve in time between its neighbours: half in the picture, half about the mid-hip.

    Before the first and after the last sighting it stays where that was. A joint never seen stands on its parent; where the mid-hip
    itself was never seen, on the mean of what was. `seen` is (B, T, 15) bool; unseen positions may hold anything finite.
    """
    if bool(seen.all()):
        return positions
    in_picture = _curves(positions, seen, fps)
    root = in_picture[:, :, Joint.MID_HIP, None]
    about_mid_hip = _curves(positions - root, seen, fps) + root
    filled = torch.where(seen.unsqueeze(-1), positions, (in_picture + about_mid_hip) / 2)
    ever = seen.any(dim=1)
    if bool(ever.all()):
        return filled
    weight = ever[:, None, :, None].to(filled.dtype)
    centre = (filled * weight).sum(dim=2) / weight.sum(dim=2).clamp_min(1)
    joints = list(filled.unbind(dim=2))
    joints[Joint.MID_HIP] = torch.where(ever[:, None, Joint.MID_HIP, None], joints[Joint.MID_HIP], centre)
    for child, parent in zip(BONE_CHILDREN_FROM_ROOT, BONE_PARENTS_FROM_ROOT, strict=True):
        joints[child] = torch.where(ever[:, None, child, None], joints[child], joints[parent])
    return torch.stack(joints, dim=2)


def _curves(positions: Tensor, seen: Tensor, fps: float) -> Tensor:
    """Positions (B, T, K, 2) with the gaps of each point on a cubic between the sightings before and after, along how it moved there."""
    if bool(seen.all()):
        return positions
    sightings = Sightings.of(seen)
    earlier, later = sightings.ends()
    frames = torch.arange(positions.shape[1], device=positions.device)[None, :, None]
    length = (later - earlier).clamp_min(1)
    share = ((frames - earlier) / length).clamp(0, 1).unsqueeze(-1)
    start, end = at(positions, earlier), at(positions, later)
    line = end - start
    part = (TANGENT * (LONGEST_SWING * fps / length).clamp_max(1) * sightings.enclosed).unsqueeze(-1)
    straight = line / length.unsqueeze(-1)
    step = max(1, round(SLOPE_SECONDS * fps))
    leaving = line + part * (_slope(positions, seen, earlier, -step, straight) - straight) * length.unsqueeze(-1)
    arriving = line + part * (_slope(positions, seen, later, step, straight) - straight) * length.unsqueeze(-1)
    rest = 1 - share
    curve = start + line * share * share * (3 - 2 * share) + leaving * share * rest * rest - arriving * share * share * rest
    return torch.where(seen.unsqueeze(-1), positions, curve)


def _slope(positions: Tensor, seen: Tensor, edge: Tensor, step: int, unknown: Tensor) -> Tensor:
    """How far points move a frame (B, T, K, 2) between the sighting `edge` and `step` frames from it; `unknown` where that was not seen."""
    other = edge + step
    inside = (other >= 0) & (other < positions.shape[1])
    other = other.clamp(0, positions.shape[1] - 1)
    known = inside & seen.gather(1, other)
    return torch.where(known.unsqueeze(-1), (at(positions, other) - at(positions, edge)) / step, unknown)


_FROM_ROOT = (Joint.NECK, Joint.HEAD, *(Joint(child) for child in BONE_CHILDREN if child not in (Joint.NECK, Joint.HEAD)))
BONE_CHILDREN_FROM_ROOT = tuple(int(joint) for joint in _FROM_ROOT)
BONE_PARENTS_FROM_ROOT = tuple(BONE_PARENTS[BONE_CHILDREN.index(child)] for child in BONE_CHILDREN_FROM_ROOT)


def _seen_quantiles(lengths: Tensor, seen: Tensor) -> Tensor:
    """LENGTH_QUANTILES over time of (B, T, 14) where `seen`, as (B, 14, 3): nearest rank; 0 where a bone was never seen."""
    ordered = torch.where(seen, lengths, torch.inf).sort(dim=1).values
    count = seen.sum(dim=1)
    ranks = torch.stack([((count - 1).clamp_min(0) * quantile).round().long() for quantile in LENGTH_QUANTILES], dim=1)
    picked = ordered.gather(1, ranks).transpose(1, 2)
    return torch.where(picked.isfinite(), picked, 0.0)


def observe(positions: Tensor, confidence: Tensor, valid: Tensor) -> Observation:
    """Clips of pixels (B, T, 15, 2) with confidence (B, T, 15) as the network sees them; `valid` (B, T) is 0 on padding after a clip's end."""
    positions, confidence = complete_midpoints(positions, confidence * valid.unsqueeze(-1))
    return observe_filled(fill_gaps(positions, confidence > 0), confidence, valid)


def observe_filled(filled: Tensor, confidence: Tensor, valid: Tensor) -> Observation:
    """The same of clips whose gaps, where confidence is 0, are filled already."""
    bones = bones_of(filled)
    weight = bone_confidence(confidence)
    seen = weight > 0
    lengths = bones.norm(dim=-1)
    counted = torch.where(seen.any(dim=(1, 2), keepdim=True), weight, valid.unsqueeze(-1))
    scale = (lengths * counted).sum(dim=(1, 2)) / counted.expand_as(lengths).sum(dim=(1, 2))
    scale = torch.where(scale > SMALLEST_SCALE, scale, 1.0)
    unit = scale[:, None, None]
    shown = seen.to(lengths.dtype).sum(dim=1) / valid.sum(dim=1, keepdim=True).clamp_min(1)
    statistics = torch.cat((_seen_quantiles(lengths / unit, seen), shown.unsqueeze(-1)), dim=-1).flatten(1)
    root = filled[..., Joint.MID_HIP, :]
    velocity = torch.diff(filled, dim=1, prepend=filled[:, :1]) / unit.unsqueeze(-1)
    joints = (filled - root.unsqueeze(2)) / unit.unsqueeze(-1)
    masked = valid.unsqueeze(-1)
    return Observation(joints * masked.unsqueeze(-1), confidence, velocity * masked.unsqueeze(-1), valid, scale, statistics)
