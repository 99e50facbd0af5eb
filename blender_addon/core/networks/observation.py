"""What the kinematic network sees of a clip: joints relative to the mid-hip, in the clip's own unit."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ..skeleton import BONE_CHILDREN, BONE_COUNT, BONE_PARENTS, Joint

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

LENGTH_QUANTILES = (0.5, 0.9, 0.98)
"""Of each bone's length in the picture over the clip."""
STATISTICS = BONE_COUNT * (len(LENGTH_QUANTILES) + 1)
_OF_THE_WHOLE_CLIP = frozenset({"scale", "statistics"})
SMALLEST_SCALE = 1e-18
"""Mean bone length in pixels below which all joints are at one point."""


@dataclass(frozen=True, eq=False)
class Observation:
    """B clips of T frames each, as the network sees them. Gaps are filled.

    Attributes:
        joints: (B, T, 15, 2) relative to the mid-hip, in units of `scale`.
        confidence: (B, T, 15) in 0..1, 0 where filled.
        velocity: (B, T, 15, 2) of the joints in the picture, per frame, in units of `scale`.
        valid: (B, T) 1 inside the clip, 0 on padding.
        scale: (B,) pixels: the clip's mean bone length in the picture.
        statistics: (B, 56): for every bone the LENGTH_QUANTILES of its length where seen, and the share of frames in
            which it was seen.
        depth: (B, T, 14) how much farther from the camera a bone's child is than its parent, as the source says it, in
            units of `scale`; 0 where it says nothing.
        depth_confidence: (B, T, 14) in 0..1; 0 where the source says nothing.
    """

    joints: Array
    confidence: Array
    velocity: Array
    valid: Array
    scale: Array
    statistics: Array
    depth: Array
    depth_confidence: Array

    def frames(self, start: int, stop: int) -> Observation:
        """Return the frames [start, stop). They may reach over both ends of the clip; there `valid` is 0. Values of the
        whole clip stay.
        """
        if (start, stop) == (0, self.valid.shape[1]):
            return self
        inside = slice(max(start, 0), min(stop, self.valid.shape[1]))
        padding = ((0, 0), (inside.start - start, stop - inside.stop))

        def cut(values: Array) -> Array:
            part = values[:, inside]
            return np.pad(part, (*padding, *((0, 0),) * (values.ndim - 2))) if any(padding[1]) else part

        return Observation(
            **{
                field.name: getattr(self, field.name)
                if field.name in _OF_THE_WHOLE_CLIP
                else cut(getattr(self, field.name))
                for field in fields(Observation)
            }
        )

    def row(self, index: int) -> Observation:
        """Return one clip of the batch, as a batch of one."""
        return Observation(
            **{field.name: getattr(self, field.name)[index : index + 1] for field in fields(Observation)}
        )

    @staticmethod
    def stacked(parts: list[Observation]) -> Observation:
        """Join windows of one length into one batch."""
        return Observation(
            **{
                field.name: np.concatenate([getattr(part, field.name) for part in parts])
                for field in fields(Observation)
            }
        )


def observe(
    positions: Array, confidence: Array, valid: Array, depth: Array | None = None, depth_confidence: Array | None = None
) -> Observation:
    """Bring clips whose gaps are filled to the form that the network sees.

    Args:
        positions: (B, T, 15, 2) pixels.
        confidence: (B, T, 15) in 0..1, 0 where a gap was filled.
        valid: (B, T) 1 inside the clip, 0 on padding after its end.
        depth: (B, T, 15) pixels, + away from the camera; None where the source has none.
        depth_confidence: (B, T, 15) in 0..1; with `depth`.
    """
    lengths = np.linalg.norm(positions[..., BONE_CHILDREN, :] - positions[..., BONE_PARENTS, :], axis=-1)
    weight = np.minimum(confidence[..., BONE_CHILDREN], confidence[..., BONE_PARENTS])
    seen = weight > 0
    scale = mean_bone_length(lengths, weight, valid)
    unit = scale[:, None, None]
    shown = seen.sum(axis=1) / np.maximum(valid.sum(axis=1, keepdims=True), 1)
    statistics = np.concatenate((_seen_quantiles(lengths / unit, seen), shown[..., None]), axis=-1).reshape(
        len(positions), -1
    )
    mask = valid[..., None, None]
    velocity = np.zeros_like(positions)
    velocity[:, 1:] = (positions[:, 1:] - positions[:, :-1]) / unit[..., None] * mask[:, 1:]
    joints = (positions - positions[:, :, Joint.MID_HIP, None]) / unit[..., None] * mask
    deep, told = _bone_depth(depth, depth_confidence, unit, valid)
    return Observation(joints, confidence, velocity, valid, scale, statistics.astype(np.float32), deep, told)


def _bone_depth(depth: Array | None, confidence: Array | None, unit: Array, valid: Array) -> tuple[Array, Array]:
    """Return the depth of bones (B, T, 14) and its confidence, of that of joints (B, T, 15)."""
    if depth is None or confidence is None:
        nothing = np.zeros((*valid.shape, BONE_COUNT), dtype=np.float32)
        return nothing, nothing
    told = np.minimum(confidence[..., BONE_CHILDREN], confidence[..., BONE_PARENTS]) * valid[..., None]
    deep = (depth[..., BONE_CHILDREN] - depth[..., BONE_PARENTS]) / unit * (told > 0)
    return deep.astype(np.float32), told.astype(np.float32)


def mean_bone_length(lengths: Array, weight: Array, valid: Array) -> Array:
    """Return the mean bone length (B,) of clips in the picture, in pixels; 1 where all joints are at one point.

    Args:
        lengths: (B, T, 14) pixels.
        weight: (B, T, 14) the confidence of each bone; where no bone was ever seen, all valid frames count alike.
        valid: (B, T).
    """
    counted = np.where((weight > 0).any(axis=(1, 2), keepdims=True), weight, valid[..., None]).astype(np.float64)
    mean = (lengths * counted).sum(axis=(1, 2)) / np.broadcast_to(counted, lengths.shape).sum(axis=(1, 2))
    return np.where(mean > SMALLEST_SCALE, mean, 1.0).astype(np.float32)


def _seen_quantiles(lengths: Array, seen: Mask) -> Array:
    """Return LENGTH_QUANTILES over time (B, 14, 3), by nearest rank, of lengths (B, T, 14) where `seen`; 0 where a bone
    was never seen.
    """
    ordered = np.sort(np.where(seen, lengths, np.float32(np.inf)), axis=1)
    last = np.maximum(seen.sum(axis=1) - 1, 0)
    ranks = np.stack(
        [np.rint(last.astype(np.float32) * np.float32(quantile)).astype(np.int64) for quantile in LENGTH_QUANTILES],
        axis=1,
    )
    picked = np.take_along_axis(ordered, ranks, axis=1).transpose(0, 2, 1)
    return np.where(np.isfinite(picked), picked, np.float32(0))
