"""Resample a motion to one pose per scene frame."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ...core.motion import LandmarkOffsets, RetargetedMotion
from ...settings.bake import LAST_FRAME
from ...settings.timing import FASTEST, SLOWEST
from ..body.scene_motion import SceneLandmark, SceneMotion

Array = NDArray[np.float64]

SAME_TIME = 1e-6
"""Frames within which a scene frame falls on a frame of the clip."""
UNSEEN = 1e-6
"""Confidence below which a point was not seen."""


def scene_frames(seconds: Array, scene_fps: float, first_frame: int, speed: float) -> Array:
    """(K,) the scene's frames, between two whole ones where need be, at which moments (K,) of a clip are shown that
    begins on `first_frame`.
    """
    return np.asarray(first_frame + seconds * scene_fps / speed, dtype=np.float64)


def resample(motion: RetargetedMotion, scene_fps: float, first_frame: int, speed: float = 1.0) -> SceneMotion:
    """Resample by time: the clip begins on `first_frame` and ends where its last frame is, so that it lasts as long at
    any frame rate.

    Between two frames of the clip joints move smoothly, and never farther than from one to the other: what stands still
    there stands still here (Fritsch, Butland, "A method for constructing local monotone piecewise cubic interpolants",
    1984). At `speed` 0.5 it lasts twice as long. Raises ValueError where rate or speed cannot be, or the clip would not
    fit into a scene.
    """
    if not SLOWEST <= speed <= FASTEST:
        raise ValueError(
            f"The motion cannot be {speed:g} times as fast as it was filmed; choose a speed from {SLOWEST:g} to {FASTEST:g}."
        )
    if not (np.isfinite(scene_fps) and scene_fps > 0):
        raise ValueError(f"The scene cannot run at {scene_fps} frames a second; set a frame rate above zero.")
    ratio = speed * motion.fps / scene_fps
    count = int((len(motion) - 1) / ratio + SAME_TIME) + 1
    last = first_frame + count - 1
    if first_frame < 0 or last > LAST_FRAME:
        raise ValueError(
            f"The motion would lie on the frames {first_frame} to {last}, and Blender's are 0 to {LAST_FRAME:,}; let it start elsewhere."
        )
    at = np.arange(count) * ratio
    at = np.where(np.abs(at - np.round(at)) < SAME_TIME, np.round(at), at)
    before = np.minimum(at.astype(np.int64), len(motion) - 1)
    after = np.minimum(before + 1, len(motion) - 1)
    part = at - before

    def resampled(values: NDArray[np.float32]) -> Array:
        exact = values.astype(np.float64)
        weight = part.reshape(-1, *(1,) * (values.ndim - 1))
        return np.asarray(exact[before] + weight * (exact[after] - exact[before]), dtype=np.float64)

    def smooth(values: NDArray[np.float32]) -> Array:
        exact = values.astype(np.float64)
        slopes = _monotone_slopes(exact)
        weight = part.reshape(-1, *(1,) * (values.ndim - 1))
        rest = 1 - weight
        ends = rest * rest * (1 + 2 * weight) * exact[before] + weight * weight * (3 - 2 * weight) * exact[after]
        return np.asarray(ends + weight * rest * (rest * slopes[before] - weight * slopes[after]), dtype=np.float64)

    return SceneMotion(
        frames=np.arange(first_frame, first_frame + count, dtype=np.int64),
        positions=smooth(motion.positions),
        depth=smooth(motion.depth),
        contacts=_contacts(resampled(motion.contacts), motion.contacts, np.asarray(at, dtype=np.float64)),
        confidence=resampled(motion.confidence),
        skeleton=motion.skeleton,
        landmarks=_landmarks(motion.landmarks, resampled) if motion.landmarks is not None else {},
        fps=scene_fps,
        view_moves=motion.view is not None and motion.view.frame_count is not None,
        leg_turns=resampled(motion.leg_turns) if motion.leg_turns is not None else None,
        rolls=resampled(motion.rolls) if motion.rolls is not None else None,
        way=smooth(motion.way) if motion.way is not None else None,
    )


def _monotone_slopes(values: Array) -> Array:
    """(T, …) slopes a frame that let a curve through the values go up and down only where they do: the harmonic mean of
    the steps around each.
    """
    slopes = np.zeros_like(values)
    if len(values) < 2:
        return slopes
    steps = np.diff(values, axis=0)
    slopes[0], slopes[-1] = steps[0], steps[-1]
    product, total = steps[1:] * steps[:-1], steps[1:] + steps[:-1]
    along = product > 0
    slopes[1:-1] = np.where(along, 2 * product / np.where(along, total, 1.0), 0.0)
    return slopes


def _contacts(between: Array, contacts: NDArray[np.float32], at: Array) -> Array:
    """(K, 2) contacts on the frames `at` (K,) of the clip: one that falls between two scene frames stands on the nearer
    of them, so that none is lost.
    """
    nearest = np.clip(np.searchsorted((at[1:] + at[:-1]) / 2, np.arange(len(contacts)), side="right"), 0, len(at) - 1)
    kept = between.copy()
    np.maximum.at(kept, nearest, contacts)
    return kept


def _landmarks(
    landmarks: LandmarkOffsets, resampled: Callable[[NDArray[np.float32]], Array]
) -> dict[str, SceneLandmark]:
    """Landmarks by name. Between two frames of which only one saw a landmark, the position is that of the one that did."""
    confidence = resampled(landmarks.confidence)
    offsets = resampled(landmarks.offsets * landmarks.confidence[..., None]) / np.maximum(confidence, UNSEEN)[..., None]
    return {
        name: SceneLandmark(offsets[:, column], confidence[:, column]) for column, name in enumerate(landmarks.names)
    }
