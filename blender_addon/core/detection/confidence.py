"""How likely a landmark is right: within 5 % of the person's height of where it is."""

from __future__ import annotations

import numpy as np

from ..pose_sequence import Array
from .landmarks import Body, sigmoid

HIDDEN = 0.1
"""A landmark of less visibility is behind something: the network guesses it, and it was not seen."""

LEAST = 0.6
"""What is hardly more likely right than wrong was not seen either."""

BIAS, VISIBILITY, PEAK, QUALITY = -5.5, 1.8, 5.7, 2.9
"""A logistic model of the network's visibility, the height of the landmark's heatmap and the quality of the whole body.

Fitted where four calibrated cameras tell what is right, shoulders to ankles of two people in 100 frames (Pose2Sim's
clip of several people), and to the labels of the shipped video, each counted 20 times. `benchmarks.pose_accuracy` looks
at it on another clip.
"""


def confidence(body: Body, image_size: tuple[int, int]) -> Array:
    """(K,) float32 in 0..1; 0 for what lies outside the (width, height) picture or was not seen."""
    likely = sigmoid(BIAS + VISIBILITY * body.visibility + PEAK * body.peaks + np.float32(QUALITY * body.quality))
    inside = ((body.points >= 0) & (body.points < image_size)).all(axis=1)
    return np.where(inside & (body.visibility >= HIDDEN) & (likely >= LEAST), likely, np.float32(0))
