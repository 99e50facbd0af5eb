"""What the networks see of a batch of clips, in torch: the same as `core.gaps.interpolation` and
`core.networks.observation`, on any device.

Batches are made on the GPU while a network trains. A test holds both versions together.
"""

from __future__ import annotations

import torch
from torch import Tensor

from blender_addon.core.gaps.interpolation import (
    BONES_FROM_ROOT,
    FULL_SLOPE_SECONDS,
    MIDPOINTS,
    SLOPE_SECONDS,
    SLOPE_WEIGHT,
)
from blender_addon.core.networks.kinematic_network import ObservationTensors, bone_confidence, bones_of
from blender_addon.core.networks.observation import LENGTH_QUANTILES, SMALLEST_SCALE
from blender_addon.core.skeleton import Joint


def complete_midpoints(positions: Tensor, confidence: Tensor) -> tuple[Tensor, Tensor]:
    """Derive the third joint of each of MIDPOINTS where the other two were seen.

    Args:
        positions: (…, 15, 2) in any unit.
        confidence: (…, 15), 0 = unseen.
    """
    if bool((confidence > 0).all()):
        return positions, confidence
    places, certain = list(positions.unbind(dim=-2)), list(confidence.unbind(dim=-1))
    for middle, right, left in MIDPOINTS:
        sums = {middle: (0.5, right, 0.5, left), right: (2.0, middle, -1.0, left), left: (2.0, middle, -1.0, right)}
        seen = {joint: certain[joint] > 0 for joint in sums}
        for joint, (first_weight, first, second_weight, second) in sums.items():
            derived = ~seen[joint] & seen[first] & seen[second]
            places[joint] = torch.where(
                derived.unsqueeze(-1), first_weight * places[first] + second_weight * places[second], places[joint]
            )
            certain[joint] = torch.where(derived, torch.minimum(certain[first], certain[second]), certain[joint])
    return torch.stack(places, dim=-2), torch.stack(certain, dim=-1)


def interpolate_gaps(positions: Tensor, seen: Tensor, fps: float = 30.0) -> Tensor:
    """Put every unseen joint on a cubic curve between the frames that saw it, as
    `core.gaps.interpolation.interpolate_gaps` does.

    Args:
        positions: (B, T, 15, 2); unseen ones may hold any finite number.
        seen: (B, T, 15) bool.
        fps: frames per second.
    """
    if bool(seen.all()):
        return positions
    in_picture = _curves(positions, seen, fps)
    root = in_picture[:, :, Joint.MID_HIP, None]
    relative_to_root = _curves(positions - root, seen, fps) + root
    filled = torch.where(seen.unsqueeze(-1), positions, (in_picture + relative_to_root) / 2)
    ever = seen.any(dim=1)
    if bool(ever.all()):
        return filled
    weight = ever[:, None, :, None].to(filled.dtype)
    centre = (filled * weight).sum(dim=2) / weight.sum(dim=2).clamp_min(1)
    joints = list(filled.unbind(dim=2))
    joints[Joint.MID_HIP] = torch.where(ever[:, None, Joint.MID_HIP, None], joints[Joint.MID_HIP], centre)
    for child, parent in BONES_FROM_ROOT:
        joints[child] = torch.where(ever[:, None, child, None], joints[child], joints[parent])
    return torch.stack(joints, dim=2)


def _curves(positions: Tensor, seen: Tensor, fps: float) -> Tensor:
    if bool(seen.all()):
        return positions
    count = positions.shape[1]
    frames = torch.arange(count, device=positions.device)[None, :, None]
    previous = torch.where(seen, frames, -1).cummax(dim=1).values
    following = torch.where(seen, frames, count).flip(1).cummin(dim=1).values.flip(1)
    earlier = torch.where(previous >= 0, previous, following).clamp(0, count - 1)
    later = torch.where(following < count, following, previous).clamp(0, count - 1)
    length = (later - earlier).clamp_min(1)
    share = ((frames - earlier) / length).clamp(0, 1).unsqueeze(-1)
    start, end = _values_at(positions, earlier), _values_at(positions, later)
    line = end - start
    on_both_sides = (previous >= 0) & (following < count)
    weight = (SLOPE_WEIGHT * (FULL_SLOPE_SECONDS * fps / length).clamp_max(1) * on_both_sides).unsqueeze(-1)
    straight = line / length.unsqueeze(-1)
    step = max(1, round(SLOPE_SECONDS * fps))
    leaving = line + weight * (_slope(positions, seen, earlier, -step, straight) - straight) * length.unsqueeze(-1)
    arriving = line + weight * (_slope(positions, seen, later, step, straight) - straight) * length.unsqueeze(-1)
    rest = 1 - share
    curve = (
        start + line * share * share * (3 - 2 * share) + leaving * share * rest * rest - arriving * share * share * rest
    )
    return torch.where(seen.unsqueeze(-1), positions, curve)


def _slope(positions: Tensor, seen: Tensor, edge: Tensor, step: int, unknown: Tensor) -> Tensor:
    other = edge + step
    inside = (other >= 0) & (other < positions.shape[1])
    other = other.clamp(0, positions.shape[1] - 1)
    known = inside & seen.gather(1, other)
    return torch.where(
        known.unsqueeze(-1), (_values_at(positions, other) - _values_at(positions, edge)) / step, unknown
    )


def _values_at(values: Tensor, frames: Tensor) -> Tensor:
    return values.gather(1, frames.unsqueeze(-1).expand_as(values))


def observe(
    positions: Tensor,
    confidence: Tensor,
    valid: Tensor,
    depth: Tensor | None = None,
    depth_confidence: Tensor | None = None,
) -> ObservationTensors:
    """Fill the gaps of clips, and bring them to the form that the kinematic network sees.

    Args:
        positions: (B, T, 15, 2) pixels.
        confidence: (B, T, 15) in 0..1, 0 = unseen.
        valid: (B, T) 1 inside the clip, 0 on padding after its end.
        depth: (B, T, 15) pixels, + away from the camera; None where the source has none.
        depth_confidence: (B, T, 15) in 0..1; with `depth`.
    """
    positions, confidence = complete_midpoints(positions, confidence * valid.unsqueeze(-1))
    filled = interpolate_gaps(positions, confidence > 0)
    weight = bone_confidence(confidence)
    seen = weight > 0
    lengths = bones_of(filled).norm(dim=-1)
    counted = torch.where(seen.any(dim=(1, 2), keepdim=True), weight, valid.unsqueeze(-1))
    scale = (lengths * counted).sum(dim=(1, 2)) / counted.expand_as(lengths).sum(dim=(1, 2))
    scale = torch.where(scale > SMALLEST_SCALE, scale, 1.0)
    unit = scale[:, None, None]
    shown = seen.to(lengths.dtype).sum(dim=1) / valid.sum(dim=1, keepdim=True).clamp_min(1)
    statistics = torch.cat((_seen_quantiles(lengths / unit, seen), shown.unsqueeze(-1)), dim=-1).flatten(1)
    velocity = torch.diff(filled, dim=1, prepend=filled[:, :1]) / unit.unsqueeze(-1)
    joints = (filled - filled[:, :, Joint.MID_HIP].unsqueeze(2)) / unit.unsqueeze(-1)
    mask = valid[..., None, None]
    if depth is None or depth_confidence is None:
        deep = told = torch.zeros_like(lengths)
    else:
        told = bone_confidence(depth_confidence) * valid.unsqueeze(-1)
        deep = bones_of(depth.unsqueeze(-1)).squeeze(-1) / unit * (told > 0)
    return ObservationTensors(joints * mask, confidence, velocity * mask, valid, scale, statistics, deep, told)


def _seen_quantiles(lengths: Tensor, seen: Tensor) -> Tensor:
    ordered = torch.where(seen, lengths, torch.inf).sort(dim=1).values
    last = (seen.sum(dim=1) - 1).clamp_min(0)
    ranks = torch.stack([(last * quantile).round().long() for quantile in LENGTH_QUANTILES], dim=1)
    picked = ordered.gather(1, ranks).transpose(1, 2)
    return torch.where(picked.isfinite(), picked, 0.0)
