"""A detection as keys on whole scene frames, marked by their confidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.motion import PREDICTED_CONFIDENCE
from .stored_detection import Detection

Array = NDArray[np.float64]

DOUBTFUL = 0.75
"""Below this confidence a joint should be checked: of joints with this one, about three in four are right."""

INVENTED = 2 * PREDICTED_CONFIDENCE
"""Up to this confidence the joint was not seen."""

SEEN, DOUBTED, NOT_SEEN = "GENERATED", "MOVING_HOLD", "JITTER"
"""Key types of joints that were seen well, are doubtful, or were not seen: made up, as in a bake."""

COLOURS: tuple[tuple[float, tuple[float, float, float]], ...] = (
    (0.0, (0.62, 0.3, 1.0)),
    (INVENTED, (0.62, 0.3, 1.0)),
    (0.1, (1.0, 0.06, 0.06)),
    (0.6, (1.0, 0.12, 0.06)),
    (DOUBTFUL, (1.0, 0.62, 0.05)),
    (0.9, (0.25, 0.9, 0.2)),
    (0.985, (0.25, 0.9, 0.2)),
    (1.0, (0.25, 0.85, 1.0)),
)
"""From confidence to colour, red green blue: invented is violet, doubtful red to orange, certain green; what was
set by hand is cyan.

Blender takes points that are no further apart than a hundredth for one.
"""


@dataclass(frozen=True, eq=False)
class WrittenKeys:
    """What is keyed before anybody edits it: on scene `frames` (K,), `places` (K, 15, 2) in pixels and `confidence` (K,
    15).
    """

    frames: NDArray[np.int64]
    places: Array
    confidence: Array

    def at(self, frames: Array) -> tuple[Array, Array]:
        """(T, 15, 2) and (T, 15): what straight lines between the keys say at these scene frames."""
        flat = np.concatenate((self.places, self.confidence[..., None]), axis=-1).reshape(len(self.frames), -1)
        values = np.stack([np.interp(frames, self.frames, channel) for channel in flat.T], axis=-1).reshape(
            len(frames), -1, 3
        )
        return values[..., :2], values[..., 2]


def written_keys(detection: Detection) -> WrittenKeys:
    """A key on every whole scene frame that the clip lasts; between frames of the clip, what lies between. As Blender
    holds them: in float32.
    """
    count, clock = len(detection.poses), detection.clock
    last = int(np.ceil(round(float(clock.scene_frames(count - 1)), 6)))
    frames = np.arange(clock.first, last + 1)
    at = np.clip((frames - clock.first) * clock.pace, 0, count - 1)
    before = np.minimum(np.floor(np.round(at, 6)).astype(np.int64), count - 1)
    after = np.minimum(before + 1, count - 1)
    part = np.clip(at - before, 0, 1)
    places = detection.places[before] + part[:, None, None] * (
        detection.places[after] - detection.places[before]
    ).astype(np.float64)
    detected = detection.poses.confidence.astype(np.float64)
    # Between a frame in which a joint is seen and one in which it is not, it is not.
    unseen = np.minimum(detected[before], np.where(part[:, None] > 0, detected[after], 1)) <= INVENTED
    confidence = np.where(
        unseen,
        np.minimum(detected[before], detected[after]),
        detected[before] + part[:, None] * (detected[after] - detected[before]),
    )
    return WrittenKeys(
        frames, places.astype(np.float32).astype(np.float64), confidence.astype(np.float32).astype(np.float64)
    )


def key_types(confidence: Array) -> NDArray[np.str_]:
    """The type of key for each confidence."""
    return np.where(confidence <= INVENTED, NOT_SEEN, np.where(confidence < DOUBTFUL, DOUBTED, SEEN))
