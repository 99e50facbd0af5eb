"""A clip with every gap filled, and how reliable each fill is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import PoseSequence
from .interpolation import complete_midpoints, interpolate_gaps
from .joint_covariance import correct_interpolation
from .standing_body import with_standing_body

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class FilledClip:
    """A clip without gaps.

    Attributes:
        positions: (T, 15, 2) pixels.
        confidence: (T, 15) of what was seen, in 0..1; 0 in gaps.
        fill_confidence: (T, 15) of what fills a gap, in 0..1: 1 where a joint was seen, 1/2 where the network's
            prediction is as likely right.
        told: (T, 15) what a network is told of the confidence: that of a body which stands below the picture, too.
        fps: frames per second.
    """

    positions: Array
    confidence: Array
    fill_confidence: Array
    told: Array
    fps: float


def fill_gaps(clip: PoseSequence) -> FilledClip:
    """Fill the gaps of a clip before a network sees it: derive midpoints, let a body below the picture stand, bridge
    gaps by curves, correct those by the visible joints.
    """
    if bool((clip.confidence > 0).all()):
        return FilledClip(clip.positions, clip.confidence, np.ones_like(clip.confidence), clip.confidence, clip.fps)
    positions, confidence = complete_midpoints(clip.positions, clip.confidence)
    positions, told = with_standing_body(positions, confidence, clip.fps)
    seen = told > 0
    filled, fill_confidence = correct_interpolation(interpolate_gaps(positions, seen, clip.fps), seen, clip.fps)
    # A network that is told of the whole body knows better than a table where the rest of it is.
    stands = told != confidence
    confidence, fill_confidence = (np.where(stands, 0, values) for values in (confidence, fill_confidence))
    return FilledClip(filled, confidence, fill_confidence, told, clip.fps)
