"""FreeMoCap's `…2dData_numCams_numFrames_numTrackedPoints_pixelXY.npy`: (cameras, frames, points, 2) pixels, NaN where
nothing was found.

The first 33 points are MediaPipe's. Each camera's picture of the performer is one of the file's people, numbered from
1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..skeleton import LAYOUTS
from .performers import Detections, performers_of_file, seen_points
from .pose_file import MAX_POSES, PoseFile, Source

LAYOUT = LAYOUTS["mediapipe_33"]


def recognises(array: NDArray[Any]) -> bool:
    """Whether an array has the shape."""
    return array.ndim == 4 and array.shape[2] >= len(LAYOUT.points) and array.shape[3] in (2, 3)


def read(array: NDArray[Any], source: Source) -> PoseFile:
    """Every camera's view of the performer; what the file gives a place was seen, for it keeps no scores."""
    cameras, frames = array.shape[:2]
    if cameras * frames > MAX_POSES:
        raise source.error(f"holds {cameras} cameras over {frames} frames; cut it into shorter clips.")
    pixels = np.asarray(array[:, :, : len(LAYOUT.points), :2], dtype=np.float64).reshape(-1, len(LAYOUT.points), 2)
    positions, confidence = seen_points(np.concatenate([pixels, np.ones((*pixels.shape[:2], 1))], axis=-1))
    people, timeline = np.repeat(np.arange(1, cameras + 1), frames), np.tile(np.arange(frames), cameras)
    return performers_of_file(source, Detections(LAYOUT, positions, confidence, timeline, people, 0, frames - 1))
