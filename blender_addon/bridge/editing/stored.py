"""What was detected, kept in the file beside its edit: an edit is what differs from it."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.pose_sequence import Array, DepthEvidence, Landmarks, PoseSequence
from .clip_clock import ClipClock


@dataclass(frozen=True, eq=False)
class Detection:
    """`poses` as they would be retargeted; `places` (T, 15, 2) where each joint is shown, seen or not, in pixels; `clock` says on which scene frames."""

    poses: PoseSequence
    places: Array
    clock: ClipClock

    def packed(self) -> str:
        """As text that a property can hold."""
        poses = self.poses
        arrays: dict[str, NDArray[Any]] = {"positions": poses.positions, "confidence": poses.confidence, "places": self.places}
        arrays |= {"timing": np.array([poses.fps, poses.start, self.clock.first, self.clock.pace]), "source": np.array(poses.source)}
        if poses.image_size is not None:
            arrays["image_size"] = np.array(poses.image_size)
        if poses.landmarks is not None:
            arrays |= {"landmarks": np.array(poses.landmarks.names), "landmark_positions": poses.landmarks.positions}
            arrays["landmark_confidence"] = poses.landmarks.confidence
        if poses.depth is not None:
            arrays |= {"depth": poses.depth.values, "depth_confidence": poses.depth.confidence}
        stream = io.BytesIO()
        np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]
        return base64.b64encode(stream.getvalue()).decode("ascii")

    @classmethod
    def unpacked(cls, text: str) -> Detection:
        """Again from the text; ValueError, in one sentence, where it is none."""
        try:
            with np.load(io.BytesIO(base64.b64decode(text)), allow_pickle=False) as stored:
                held = {name: stored[name] for name in stored.files}
            fps, start, first, pace = map(float, held["timing"])
            landmarks = depth = None
            if "landmarks" in held:
                landmarks = Landmarks(tuple(map(str, held["landmarks"])), held["landmark_positions"], held["landmark_confidence"])
            if "depth" in held:
                depth = DepthEvidence(held["depth"], held["depth_confidence"])
            size = held.get("image_size")
            image_size = (int(size[0]), int(size[1])) if size is not None else None
            poses = PoseSequence(held["positions"], held["confidence"], fps, image_size, start, landmarks, depth, str(held["source"]))
            return cls(poses, held["places"], ClipClock(round(first), pace))
        except (KeyError, OSError, EOFError, ValueError) as error:
            raise ValueError("What was detected can no longer be read from this file; discard the edit and begin it again.") from error
