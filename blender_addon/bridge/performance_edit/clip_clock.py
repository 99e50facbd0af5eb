"""The clip's frames on the scene's timeline."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..job.job_settings import JobSettings
from ..scene.media import scene_fps

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ClipClock:
    """`first` is the scene frame of the clip's frame 0; `pace` is how many clip frames pass per scene frame."""

    first: int
    pace: float

    @classmethod
    def of(cls, scene: bpy.types.Scene, settings: JobSettings, clip_fps: float) -> ClipClock:
        """The clock for the scene's frame rate and settings of now."""
        return cls(settings.bake.start_frame, settings.timing.speed * clip_fps / scene_fps(scene))

    def scene_frames(self, clip_frames: ArrayLike) -> Array:
        """Scene frames, with fractions, of clip frames counted from 0."""
        return np.asarray(self.first + np.asarray(clip_frames, np.float64) / self.pace, np.float64)

    def clip_frame(self, scene_frame: float) -> int:
        """The clip's frame at a scene frame; it may lie outside the clip."""
        return round((scene_frame - self.first) * self.pace)
