"""The paper's network on poses: clips to codes, codes to motion.

Bodies and views are known to it by example alone, so bone lengths and angles that are given as numbers are shown to it
as an example clip.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..alignment import Timeline
from ..contacts import contacts_from_speed
from ..gaps.interpolation import complete_midpoints, interpolate_gaps
from ..motion import CameraAngle, View
from ..pose_sequence import PoseSequence
from ..skeleton import BONE_CHILDREN, BONE_COUNT, BONE_INDEX, BONE_PARENTS, PROPORTIONS, Joint, Skeleton
from .decoded import Decoded, Shares
from .example_clip import ORDINARY_BODY, example_clip, mean_view
from .inference import PaperInference
from .observation import mean_bone_length
from .paper_channels import (
    MOTION_STRIDE,
    STATIC_CHANNELS,
    UNIT,
    Normalisation,
    padded,
    reconstructable_length,
    to_channels,
    to_positions,
)
from .resampling import sample_frames
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

    code: Array
    unit: float
    known: Skeleton | None = None


@dataclass(frozen=True, eq=False)
class PaperView:
    """The view code (8,), and the angles where they were given as such."""

    code: Array
    known: View | None = None


@dataclass(frozen=True, eq=False)
class PaperMotion:
    """The motion code (128, S) of a clip of `frames` frames at `fps`."""

    code: Array
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
    """Encodes and decodes with one network.

    `picture_height`: the official weights see pictures brought to that height; ours (None) see clips brought to one
    size of body.
    """

    def __init__(
        self, network: PaperInference, normalisation: Normalisation, picture_height: int | None = None
    ) -> None:
        self._network = network
        self._normalisation = normalisation
        self._picture_height = picture_height

    def encode(
        self,
        clips: Sequence[PoseSequence],
        progress: Callable[[float], object] = lambda part: None,
        cameras: Sequence[CameraAngle] = (),
    ) -> list[PaperCodes]:
        """The codes of each clip; `progress` is called with the part of the clips that are done. Raises ValueError where
        one of the `cameras` is known: this network cannot be told.
        """
        if any(camera != CameraAngle() for camera in cameras):
            raise ValueError(
                "The paper's network knows no camera; leave tilt and height of the camera automatic, or use the kinematic network."
            )
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
        for window in windows(steps, WINDOW_FRAMES // MOTION_STRIDE, CONTEXT_FRAMES // MOTION_STRIDE, 1):
            channels = self._network.decode(codes.motion.code[None, :, window.start : window.stop], body, view)[0]
            parts.append(channels[..., window.kept.start * MOTION_STRIDE : window.kept.stop * MOTION_STRIDE])
        channels = np.concatenate(parts, axis=-1)[..., : codes.motion.frames]
        positions = to_positions(channels, self._normalisation, np.zeros(2, dtype=np.float32))
        positions = (positions - positions[:1, Joint.MID_HIP : Joint.MID_HIP + 1]) * np.float32(codes.skeleton.unit)
        joints = np.concatenate((positions, np.zeros_like(positions[..., :1])), axis=-1)
        skeleton = codes.skeleton.known or longest_lengths(positions)
        return Decoded(joints, contacts_from_speed(joints, skeleton, codes.motion.fps), skeleton, codes.view.known)

    def skeleton_code(self, skeleton: Skeleton, view: View | None) -> PaperBody:
        """The code of a body of given lengths: of an example clip from `view`, or of several views where there is none."""
        views = [View(azimuth) for azimuth in EXAMPLE_AZIMUTHS] if view is None else [view]
        shown = [self._static(example_clip(skeleton, seen_from)) for seen_from in views]
        unit = float(np.mean([scale for _, _, scale in shown]))
        return PaperBody(np.mean([body for body, _, _ in shown], axis=0), unit, skeleton)

    def view_code(self, view: View, skeleton: Skeleton | None) -> PaperView:
        """The code of an angle, the mean one where it moves: of an example clip of `skeleton`, or of an ordinary body
        where there is none.
        """
        return PaperView(self._static(example_clip(skeleton or ORDINARY_BODY, view))[1], mean_view(view))

    def features(self, codes: PaperCodes) -> Array:
        """(S, 128) what two motions are alike by: their codes."""
        return codes.motion.code.T

    def interpolate(self, first: PaperCodes, second: PaperCodes, shares: Shares, line: Timeline) -> PaperCodes:
        """Codes between those of two clips, in the moments of the timeline (paper, section 6.3)."""
        ours, theirs = (
            _code_at(codes.motion.code, frames) for codes, frames in ((first, line.first), (second, line.second))
        )
        motion = _mixed(ours, theirs, shares.motion)
        unit = first.skeleton.unit ** (1 - shares.skeleton) * second.skeleton.unit**shares.skeleton
        body = PaperBody(
            _mixed(first.skeleton.code, second.skeleton.code, shares.skeleton),
            unit,
            None if shares.skeleton else first.skeleton.known,
        )
        view = PaperView(
            _mixed(first.view.code, second.view.code, shares.view), None if shares.view else first.view.known
        )
        start = np.asarray(first.start * (1 - shares.motion) + second.start * shares.motion, dtype=np.float32)
        return PaperCodes(PaperMotion(motion, len(line), line.fps), body, view, start)

    def _encode(self, clip: PoseSequence) -> PaperCodes:
        positions, confidence = complete_midpoints(clip.positions, clip.confidence)
        filled = interpolate_gaps(positions, confidence > 0, clip.fps)
        if self._picture_height is not None and clip.image_size is not None:
            unit = clip.image_size[1] / self._picture_height
        else:
            unit = _size(filled, confidence) / UNIT
        channels = padded(to_channels(filled / np.float32(unit), self._normalisation))
        motion = self._motion_code(channels)
        body, view = self._static_codes(channels)
        return PaperCodes(
            PaperMotion(motion, len(clip), clip.fps), PaperBody(body, unit), PaperView(view), filled[0, Joint.MID_HIP]
        )

    def _static(self, positions: Array) -> tuple[Array, Array, float]:
        """Skeleton code, view code and unit of an example clip (T, 15, 2)."""
        unit = _size(positions, np.ones(positions.shape[:2], dtype=np.float32)) / UNIT
        body, view = self._static_codes(padded(to_channels(positions / np.float32(unit), self._normalisation)))
        return body, view, unit

    def _motion_code(self, channels: Array) -> Array:
        """The code (128, S) of channels (30, T), window by window."""
        parts = []
        for window in windows(channels.shape[-1], WINDOW_FRAMES, CONTEXT_FRAMES, MOTION_STRIDE):
            code = self._network.encode_motion(channels[None, :, window.start : window.stop])[0]
            parts.append(code[:, window.kept.start // MOTION_STRIDE : window.kept.stop // MOTION_STRIDE])
        return np.concatenate(parts, axis=-1)

    def _static_codes(self, channels: Array) -> tuple[Array, Array]:
        """The skeleton code (16,) and the view code (8,) of channels (30, T)."""
        static = channels[None, :STATIC_CHANNELS]
        return self._network.encode_skeleton(static)[0, :, 0], self._network.encode_view(static)[0, :, 0]


def _size(positions: Array, confidence: Array) -> float:
    """The mean bone length in the picture, in pixels, of a clip (T, 15, 2) without gaps."""
    lengths = np.linalg.norm(positions[:, BONE_CHILDREN] - positions[:, BONE_PARENTS], axis=-1)
    weight = np.minimum(confidence[:, BONE_CHILDREN], confidence[:, BONE_PARENTS])
    return float(mean_bone_length(lengths[None], weight[None], np.ones((1, len(positions)), dtype=np.float32))[0])


def _mixed(first: Array, second: Array, share: float) -> Array:
    return np.asarray((1 - share) * first + share * second, dtype=np.float32)


def _code_at(code: Array, frames: NDArray[np.float64]) -> Array:
    """(128, S) the code (128, S') of a clip at frames of it, a step for every MOTION_STRIDE of them; the last one is held
    until the network reconstructs so many.
    """
    held = np.pad(frames, (0, reconstructable_length(len(frames)) - len(frames)), mode="edge")
    return sample_frames(code.T, np.minimum(held[::MOTION_STRIDE] / MOTION_STRIDE, code.shape[-1] - 1)).T


def longest_lengths(positions: Array) -> Skeleton:
    """The lengths of a clip's bones as far as a picture (T, 15, 2) shows them: the longest each was seen, right and
    left shared.
    """
    seen = np.linalg.norm(positions[:, BONE_CHILDREN] - positions[:, BONE_PARENTS], axis=-1).max(axis=0)
    lengths = np.zeros(BONE_COUNT, dtype=np.float32)
    for members in PROPORTIONS:
        bones = [BONE_INDEX[bone] for bone in members]
        lengths[bones] = seen[bones].max()
    return Skeleton(np.maximum(lengths, np.float32(1e-6) * max(float(lengths.max()), 1.0)))
