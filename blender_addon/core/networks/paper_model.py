"""The paper's network on poses: clips to codes, codes to motion.

Bodies and views are known to it by example alone, so bone lengths and angles that are given as numbers are shown to it as an example clip.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..alignment import Timeline
from ..contacts import standing_still
from ..motion import View
from ..pose_sequence import PoseSequence
from ..skeleton import BONE_CHILDREN, BONE_COUNT, BONE_INDEX, BONE_PARENTS, PROPORTIONS, Joint, Skeleton
from .decoded import Decoded, Shares
from .exemplar import ORDINARY_BODY, exemplar, steady
from .frame_rate import between
from .observation import complete_midpoints, fill_gaps, observe
from .paper import MOTION_STRIDE, STATIC_CHANNELS, UNIT, PaperWeights, padded, to_channels, to_positions
from .windows import windows

Array = NDArray[np.float32]

WINDOW_FRAMES = 4096
CONTEXT_FRAMES = 128
"""Frames beyond a window that its answer depends on, and some more."""

EXAMPLE_AZIMUTHS = (-90.0, -45.0, 0.0, 45.0, 90.0)
"""Views that a body given by its lengths alone is shown from: its code is their mean."""


@dataclass(frozen=True, eq=False)
class PaperBody:
    """The skeleton code (16,) of a body, and how many of its unit are one pixel of the network's."""

    code: Tensor
    unit: float
    known: Skeleton | None = None


@dataclass(frozen=True, eq=False)
class PaperView:
    """The view code (8,), and the angles where they were given as such."""

    code: Tensor
    known: View | None = None


@dataclass(frozen=True, eq=False)
class PaperMotion:
    """The motion code (128, S) of a clip of `frames` frames at `fps`."""

    code: Tensor
    frames: int
    fps: float

    def __len__(self) -> int:
        return self.frames


@dataclass(frozen=True, eq=False)
class PaperCodes:
    """A clip apart. `start` (2,) is where the mid-hip begins, in the unit of the body."""

    motion: PaperMotion
    skeleton: PaperBody
    view: PaperView
    start: Array


class PaperModel:
    """Encodes and decodes with one network on one device.

    `picture_height`: the official weights see pictures brought to that height; ours (None) see clips brought to one size of body.
    """

    def __init__(self, weights: PaperWeights, device: torch.device, picture_height: int | None = None) -> None:
        self._network = weights.network.to(device).eval()
        self._normalisation = weights.normalisation.to(device)
        self._picture_height = picture_height
        self._device = device

    def encode(self, clips: Sequence[PoseSequence], progress: Callable[[float], object] = lambda part: None) -> list[PaperCodes]:
        """The codes of each clip; `progress` is called with the part of the clips that are done."""
        codes = []
        for clip in clips:
            codes.append(self._encode(clip))
            progress(len(codes) / len(clips))
        return codes

    def decode(self, codes: PaperCodes) -> Decoded:
        """The motion on the codes' skeleton from the codes' view; without depth, which this network does not know."""
        body, view = codes.skeleton.code[None, :, None], codes.view.code[None, :, None]
        parts = []
        steps = codes.motion.code.shape[-1]
        with torch.inference_mode():
            for window in windows(steps, WINDOW_FRAMES // MOTION_STRIDE, CONTEXT_FRAMES // MOTION_STRIDE, 1):
                channels = self._network.decode(codes.motion.code[None, :, window.start : window.stop], body, view)
                parts.append(channels[..., window.answer.start * MOTION_STRIDE : window.answer.stop * MOTION_STRIDE])
            channels = torch.cat(parts, dim=-1)[..., : codes.motion.frames]
            positions = to_positions(channels, self._normalisation, channels.new_zeros(1, 2))[0].cpu().numpy()
        positions = (positions - positions[:1, Joint.MID_HIP : Joint.MID_HIP + 1]) * np.float32(codes.skeleton.unit)
        joints = np.concatenate((positions, np.zeros_like(positions[..., :1])), axis=-1)
        skeleton = codes.skeleton.known or longest_lengths(positions)
        return Decoded(joints, standing_still(joints, skeleton, codes.motion.fps), skeleton, codes.view.known)

    def skeleton_code(self, skeleton: Skeleton, view: View | None) -> PaperBody:
        """The code of a body of given lengths: of an example clip from `view`, or of several views where there is none."""
        views = [View(azimuth) for azimuth in EXAMPLE_AZIMUTHS] if view is None else [view]
        shown = [self._static(exemplar(skeleton, seen_from)) for seen_from in views]
        unit = float(np.mean([scale for _, _, scale in shown]))
        return PaperBody(torch.stack([body for body, _, _ in shown]).mean(dim=0), unit, skeleton)

    def view_code(self, view: View, skeleton: Skeleton | None) -> PaperView:
        """The code of an angle, the mean one where it moves: of an example clip of `skeleton`, or of an ordinary body where there is none."""
        return PaperView(self._static(exemplar(skeleton or ORDINARY_BODY, view))[1], steady(view))

    def features(self, codes: PaperCodes) -> Array:
        """(S, 128) what two motions are alike by: their codes."""
        return codes.motion.code.T.cpu().numpy()

    def interpolate(self, first: PaperCodes, second: PaperCodes, shares: Shares, line: Timeline) -> PaperCodes:
        """Codes between those of two clips, in the moments of the timeline (paper, section 6.3)."""
        ours, theirs = (_code_at(codes.motion.code, frames) for codes, frames in ((first, line.first), (second, line.second)))
        motion = torch.lerp(ours, theirs, shares.motion)
        unit = first.skeleton.unit ** (1 - shares.skeleton) * second.skeleton.unit**shares.skeleton
        body = PaperBody(torch.lerp(first.skeleton.code, second.skeleton.code, shares.skeleton), unit, None if shares.skeleton else first.skeleton.known)
        view = PaperView(torch.lerp(first.view.code, second.view.code, shares.view), None if shares.view else first.view.known)
        start = np.asarray(first.start * (1 - shares.motion) + second.start * shares.motion, dtype=np.float32)
        return PaperCodes(PaperMotion(motion, len(line), line.fps), body, view, start)

    def _encode(self, clip: PoseSequence) -> PaperCodes:
        positions = torch.as_tensor(clip.positions.copy(), device=self._device)[None]
        confidence = torch.as_tensor(clip.confidence.copy(), device=self._device)[None]
        positions, confidence = complete_midpoints(positions, confidence)
        filled = fill_gaps(positions, confidence > 0, clip.fps)
        if self._picture_height is not None and clip.image_size is not None:
            unit = clip.image_size[1] / self._picture_height
        else:
            unit = float(observe(positions, confidence, torch.ones_like(confidence[..., 0])).scale) / UNIT
        with torch.inference_mode():
            channels = padded(to_channels(filled / unit, self._normalisation))
            motion = self._motion_code(channels)
            body, view = self._static_codes(channels)
        start = filled[0, 0, Joint.MID_HIP].cpu().numpy()
        return PaperCodes(PaperMotion(motion, len(clip), clip.fps), PaperBody(body, unit), PaperView(view), start)

    def _static(self, positions: Array) -> tuple[Tensor, Tensor, float]:
        """Skeleton code, view code and unit of an example clip (T, 15, 2)."""
        joints = torch.as_tensor(positions, device=self._device)[None]
        certain = torch.ones_like(joints[..., 0])
        unit = float(observe(joints, certain, certain[..., 0]).scale) / UNIT
        with torch.inference_mode():
            body, view = self._static_codes(padded(to_channels(joints / unit, self._normalisation)))
        return body, view, unit

    def _motion_code(self, channels: Tensor) -> Tensor:
        """The code (128, S) of channels (1, 30, T), window by window."""
        parts = []
        frames = channels.shape[-1]
        for window in windows(frames, WINDOW_FRAMES, CONTEXT_FRAMES, MOTION_STRIDE):
            code = self._network.encode_motion(channels[..., window.start : window.stop])
            parts.append(code[0, :, window.answer.start // MOTION_STRIDE : window.answer.stop // MOTION_STRIDE])
        return torch.cat(parts, dim=-1)

    def _static_codes(self, channels: Tensor) -> tuple[Tensor, Tensor]:
        """The skeleton code (16,) and the view code (8,) of channels (1, 30, T)."""
        static = channels[:, :STATIC_CHANNELS]
        return self._network.encode_skeleton(static)[0, :, 0], self._network.encode_view(static)[0, :, 0]


def _code_at(code: Tensor, frames: NDArray[np.float64]) -> Tensor:
    """(128, S) the code (128, S') of a clip at frames of it, a step for every MOTION_STRIDE of them."""
    steps = np.minimum(frames[::MOTION_STRIDE] / MOTION_STRIDE, code.shape[-1] - 1)
    return torch.as_tensor(between(code.T.cpu().numpy(), steps).T.copy(), device=code.device)


def longest_lengths(positions: Array) -> Skeleton:
    """The lengths of a clip's bones as far as a picture (T, 15, 2) shows them: the longest each was seen, right and left shared."""
    seen = np.linalg.norm(positions[:, BONE_CHILDREN] - positions[:, BONE_PARENTS], axis=-1).max(axis=0)
    lengths = np.zeros(BONE_COUNT, dtype=np.float32)
    for members in PROPORTIONS:
        bones = [BONE_INDEX[bone] for bone in members]
        lengths[bones] = seen[bones].max()
    return Skeleton(np.maximum(lengths, np.float32(1e-6) * max(float(lengths.max()), 1.0)))
